"""``chengjian audit URL``: the on-demand audit of one portal (``docs/contracts.md`` §1)."""

import asyncio
import math
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from chengjian.cli.manners import UserError
from chengjian.cli.outputs import Outputs, exit_status, summary
from chengjian.cli.progress import ProgressDisplay
from chengjian.settings import read_settings
from records.crawl import CrawlPlan, Progress
from records.judgement import SiteAudit

SHANGHAI = ZoneInfo("Asia/Shanghai")


def parse_day(text: str | None) -> date:
    """The day of ``--as-of``; today in Asia/Shanghai where none is given."""
    if text is None:
        return datetime.now(SHANGHAI).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(f"--as-of 的日期“{text}”无法识别，应写作 2026-11-21") from None


def audit(
    url: Annotated[str, typer.Argument(metavar="URL", help="门户网站的首页地址，如 http://www.example.gov.cn/。")],
    json_to: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="把结果写成 JSON；“-”表示标准输出。")
    ] = None,
    html_to: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="把报告写成单个 HTML 文件。")] = None,
    xlsx_to: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="把报告写成 Excel 工作簿。")] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="以哪一天判断是否按期更新，缺省为今天（北京时间）。")
    ] = None,
    policy: Annotated[
        str, typer.Option(metavar="NAME", help="更新与链接的评判口径：nanyang-monthly 或 national-2019。")
    ] = "nanyang-monthly",
    max_pages: Annotated[int, typer.Option(min=1, metavar="N", help="最多读多少个网页。")] = 2000,
    max_minutes: Annotated[float, typer.Option(min=0.01, metavar="N", help="最多用多少分钟。")] = 60,
    rate: Annotated[float, typer.Option(min=0.01, max=1000, metavar="R", help="对一个主机每秒最多请求几次。")] = 5,
    concurrency: Annotated[int, typer.Option(min=1, max=64, metavar="N", help="对一个主机最多同时几个请求。")] = 4,
    render: Annotated[
        str, typer.Option(metavar="auto|never|always", help="何时用浏览器打开网页：需要时、从不、总是。")
    ] = "auto",
    recheck_after: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="巡查结束多少秒后复核可疑链接。")] = 5,
    no_external: Annotated[bool, typer.Option("--no-external", help="不检查站外链接。")] = False,
    db: Annotated[str | None, typer.Option("--db", metavar="URL", help="数据库地址，缺省为本机 SQLite。")] = None,
    evidence: Annotated[
        Path | None, typer.Option("--evidence", metavar="DIR", help="证据（WARC、截图）存放的目录。")
    ] = None,
    public_only: Annotated[
        bool, typer.Option("--public-only", help="不访问内网和本机地址，也不启动浏览器；工作台发起的巡查如此。")
    ] = False,
    allow: Annotated[
        list[str] | None, typer.Option("--allow", metavar="HOST", help="与 --public-only 同用：允许访问的内网主机。")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示进度和摘要。")] = False,
) -> int:
    """巡查一个门户网站：坏链、久未更新的栏目、缺失的公开事项，逐条给出证据。

    退出码：0 未发现问题；1 发现问题；2 用法或配置有误；3 网站无法巡查；130 被中断，已取得的结果照常写出。
    """
    from chengjian.bootstrap import build_audit, run_audit  # here: Scrapy and SQLAlchemy take a second to load

    if not all(math.isfinite(value) for value in (max_minutes, rate, recheck_after)):
        raise UserError("--max-minutes、--rate、--recheck-after 必须是有限的数")
    if render not in ("auto", "never", "always"):
        raise UserError(f"--render 的取值“{render}”无效，可选：auto、never、always")
    settings = read_settings()
    if public_only:
        from crawler.public_only import leads_inside, refuse_private

        if leads_inside(url, refuse_private((*settings.allowed_hosts, *(allow or ())))):
            raise UserError(f"{url} 是内网或本机地址，没有访问；确需巡查的，由运维在 CHENGJIAN_ALLOW_HOSTS 中列出")
        render = "never"  # a browser is a process of its own, and asks for whatever a page names
    plan = CrawlPlan(
        url=url,
        user_agent=settings.user_agent,
        max_pages=max_pages,
        max_minutes=max_minutes,
        rate=rate,
        concurrency=concurrency,
        render=render,
        recheck_after=recheck_after,
        external=not no_external,
        chromium=settings.chromium,
    )
    outputs = Outputs(json_to=json_to, html_to=html_to, xlsx_to=xlsx_to)
    outputs.check_writable()
    prepared = build_audit(plan, settings, policy=policy, as_of=parse_day(as_of), database=db, evidence_folder=evidence)

    async def run(on_progress: Callable[[Progress], None], stop: asyncio.Event) -> SiteAudit:
        return await run_audit(prepared, on_progress=on_progress, stop=stop)

    result = asyncio.run(_until_stopped(run, quiet=quiet))
    outputs.write(result, prepared.evidence_folder)
    if not quiet and json_to != "-":
        sys.stdout.write(summary(result, prepared.evidence_folder, outputs))
    return exit_status(result)


async def _until_stopped(
    run: Callable[[Callable[[Progress], None], asyncio.Event], Coroutine[Any, Any, SiteAudit]], *, quiet: bool
) -> SiteAudit:
    """Run the audit; the first Ctrl-C or SIGTERM ends it in good order, a second one at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask_to_stop(number: int) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ask_to_stop, number)
    with ProgressDisplay(quiet=quiet) as display:
        return await run(display.show, stop)
