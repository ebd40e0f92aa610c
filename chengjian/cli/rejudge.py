"""``chengjian rejudge URL``: judge kept facts again under another policy or day, without a crawl."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from chengjian.cli.audit import parse_day
from chengjian.cli.databases import KnownDatabase
from chengjian.cli.outputs import Outputs, exit_status
from chengjian.settings import read_settings


def rejudge(
    url: Annotated[str, typer.Argument(metavar="URL", help="曾经巡查过的门户网站的首页地址。")],
    policy: Annotated[
        str, typer.Option(metavar="NAME", help="更新与链接的评判口径：nanyang-monthly 或 national-2019。")
    ] = "nanyang-monthly",
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="以哪一天判断是否按期更新，缺省为今天（北京时间）。")
    ] = None,
    json_to: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="把结果写成 JSON；“-”表示标准输出（缺省）。")
    ] = None,
    html_to: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="把报告写成单个 HTML 文件。")] = None,
    xlsx_to: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="把报告写成 Excel 工作簿。")] = None,
    db: KnownDatabase = None,
) -> int:
    """不再访问网站，用最近一次巡查留存的事实，按另一口径或另一日期重新研判。退出码同 audit。"""
    from chengjian.bootstrap import rejudge_latest  # here: SQLAlchemy takes long to load

    outputs = Outputs(json_to=json_to, html_to=html_to, xlsx_to=xlsx_to)
    outputs.check_writable()
    if not outputs.files() and json_to is None:
        from chengjian.bootstrap import rejudge_latest  # here: SQLAlchemy takes long to load

    outputs = Outputs(json_to="-", html_to=None, xlsx_to=None)
    result = rejudge_latest(url, read_settings(), policy=policy, as_of=parse_day(as_of), database=db)
    outputs.write(result, None)
    sys.stdout.flush()
    return exit_status(result)
