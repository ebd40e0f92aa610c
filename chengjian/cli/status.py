"""``chengjian status``: how the night went."""

from typing import Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.databases import KnownDatabase
from chengjian.settings import read_settings


def status(
    city: Annotated[str, typer.Option("--city", metavar="ID|PATH", help="城市编号，或城市文件夹的路径")] = "nanyang",
    deadline: Annotated[
        bool, typer.Option("--deadline", help="只问到期的一夜有没有报告，没有就发出警报（供 cron 使用）")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    db: KnownDatabase = None,
) -> int:
    """昨夜巡查得怎样：逐个门户的结果，新增、恢复、变差、未到达，待办，以及调度进程的心跳。

    退出码：0 一切正常；1 需要有人看一看（没有按时报告、作废、待人工决定）；2 用法、配置或数据库有误。
    """
    import asyncio

    from chengjian.night_room import open_night_room  # here: SQLAlchemy takes long to load
    from services.night.status import status_document, status_text

    room = open_night_room(read_settings(), city, db)
    standing = room.standing()
    if deadline:
        if standing.overdue:
            answer(f"{standing.overdue}\n")
            asyncio.run(room.tell("夜间巡查没有按时报告", standing.overdue))
            return 1
        return 0
    digest = room.digest_of(standing.last) if standing.last is not None else None
    if as_json:
        import orjson

        answer(orjson.dumps(status_document(standing, digest), option=orjson.OPT_INDENT_2) + b"\n")
    else:
        answer(status_text(standing, digest, room.city.name))
    return 0 if standing.well else 1
