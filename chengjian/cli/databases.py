"""``--db`` of the commands that ask a database and never begin one."""

from pathlib import Path
from typing import Annotated, Final

import typer

from chengjian.cli.manners import UserError

_SQLITE: Final = "sqlite:///"


def known_database(url: str | None) -> str | None:
    """The address as it was given.

    Raises ``UserError`` where it names a file that is not there: a slip of the pen would else be answered from a new,
    empty database.  Without ``--db`` the usual one is made, as a first start does.
    """
    if url is None or ("://" in url and not url.startswith(_SQLITE)):
        return url
    path = Path(url.removeprefix(_SQLITE).partition("?")[0])
    if path.name and not path.exists():
        raise UserError(f"没有数据库文件 {path}：请检查 --db 的取值；要新建，请先用 chengjian audit 或 serve 巡查")
    return url


KnownDatabase = Annotated[
    str | None,
    typer.Option("--db", metavar="URL", help="数据库地址，须已存在；缺省为本机 SQLite", callback=known_database),
]
