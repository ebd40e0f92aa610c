"""`chengjian news`: gather the news, take it from files, judge it."""

import asyncio
import math
import os
import signal
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.audit import parse_day
from chengjian.cli.databases import KnownDatabase
from chengjian.cli.manners import USAGE, UserError, complain
from chengjian.cli.progress import ProgressDisplay
from chengjian.settings import read_settings

if TYPE_CHECKING:
    from records.crawl import CrawlPlan
    from records.news_gathering import GatherEnd
    from records.outlets import Outlet
    from records.registry import City
    from storage.news import NewsRepository

DEFAULT_CITY = "nanyang"
DEFAULT_DAYS = 31
NOTHING_READ, INTERRUPTED = 3, 130

news_app = typer.Typer(help="新闻：采集、导入、研判、查看事件、复核", no_args_is_help=False)

CityOption = Annotated[str, typer.Option("--city", metavar="ID|PATH", help="城市编号，或城市文件夹的路径")]
DbOption = Annotated[str | None, typer.Option("--db", metavar="URL", help="数据库地址，缺省为本机 SQLite")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def open_repository(db: str | None) -> "NewsRepository":
    from chengjian.news_store import open_news

    return open_news(read_settings(), db)


@news_app.command("gather")
def gather(
    city: CityOption = DEFAULT_CITY,
    outlet: Annotated[
        list[str] | None, typer.Option("--outlet", metavar="ID", help="只读这家媒体（编号或名称），可重复")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help=f"早于这一天的文章不读，缺省为 {DEFAULT_DAYS} 天前")
    ] = None,
    max_minutes: Annotated[float, typer.Option(min=0.01, metavar="N", help="最多用多少分钟")] = 60,
    rate: Annotated[float, typer.Option(min=0.01, max=1000, metavar="R", help="对一个主机每秒最多请求几次")] = 1,
    render: Annotated[
        str, typer.Option(metavar="auto|never|always", help="何时用浏览器打开网页：需要时、从不、总是")
    ] = "auto",
    no_portals: Annotated[bool, typer.Option("--no-portals", help="不读已巡查的政府门户的新闻和公告栏目")] = False,
    db: DbOption = None,
    as_json: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示进度和摘要")] = False,
) -> int:
    """读取名单上媒体的新文章，以及已巡查门户的新闻、公告栏目；已有的不再读，拒绝我们的如实说明。

    退出码：0 已采集；2 用法或名单有误；3 没有一家媒体读得成；130 被中断，已取得的照常保存。
    """
    from chengjian.newsroom import chosen_outlets
    from records.crawl import CrawlPlan
    from services.news.outlets import load_outlets
    from services.registry import load_city

    if not (math.isfinite(max_minutes) and math.isfinite(rate)):
        raise UserError("--max-minutes、--rate 必须是有限的数")
    if render not in ("auto", "never", "always"):
        raise UserError(f"--render 的取值“{render}”无效，可选：auto、never、always")
    today = parse_day(None)
    first = _since(since, today)
    settings = read_settings()
    chosen = chosen_outlets(load_outlets(city), outlet or [])
    portals = None if no_portals or outlet else load_city(city)
    news = open_repository(db)
    plan = CrawlPlan(
        url="",
        user_agent=settings.user_agent,
        max_pages=100_000,
        max_minutes=max_minutes,
        rate=rate,
        concurrency=2,
        render=render,
        chromium=settings.chromium,
    )
    end = asyncio.run(_gather(plan, chosen, news, portals, first, today, quiet=quiet))
    if as_json:
        _answer_json(end)
    elif not quiet:
        answer(gather_text(end))
    if end.stopped_by == "被中断":
        return INTERRUPTED
    entries = [entry for one in end.outlets for entry in one.entries]
    return NOTHING_READ if entries and not any(entry.read and not entry.blocked for entry in entries) else 0


def _since(text: str | None, today: date) -> date:
    if text is None:
        return today - timedelta(days=DEFAULT_DAYS)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UserError(f"--since 的日期“{text}”无法识别，应写作 2026-11-21") from None
    if day > today:
        raise UserError(f"--since 的日期 {day} 在今天之后")
    return day


async def _gather(
    plan: "CrawlPlan",
    outlets: "tuple[Outlet, ...]",
    news: "NewsRepository",
    city: "City | None",
    since: date,
    today: date,
    *,
    quiet: bool,
) -> "GatherEnd":
    from chengjian.newsroom import run_gathering

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask_to_stop(number: int) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ask_to_stop, number)
    with ProgressDisplay(quiet=quiet, label="新闻") as display:
        return await run_gathering(
            plan, outlets, news, city=city, since=since, as_of=today, on_progress=display.show, stop=stop
        )


def gather_text(end: "GatherEnd") -> str:
    """What came of a gathering, for a person."""
    from services.news.event_text import outlet_lines

    if not end.outlets:
        return "名单上没有启用的媒体，也没有巡查过的门户：请在媒体名单（outlets.yml）中填写入口并启用。\n"
    lines = [line for outlet in end.outlets for line in outlet_lines(outlet)]
    lines += end.notes
    stopped = f"，{end.stopped_by}，其余留待下次" if end.stopped_by else ""
    lines.append(f"自 {end.since} 起，请求 {end.requests} 次{stopped}")
    return "\n".join(lines) + "\n"


def _answer_json(end: "GatherEnd") -> None:
    from services.news.documents import gather_document

    answer_document(gather_document(end))


def answer_document(document: object) -> None:
    import orjson

    answer(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")


@news_app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="JSON Lines、JSON、CSV 或 Excel 文件")],
    city: CityOption = DEFAULT_CITY,
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="列名对照表，缺省用随程序提供的")
    ] = None,
    all_sources: Annotated[
        bool, typer.Option("--all-sources", help="不在媒体名单上的来源也收（缺省只收名单上的）")
    ] = False,
    report_to: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="把逐行的结果写成 .json 或 .xlsx")
    ] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> int:
    """收入舆情监测系统导出的文章；收了哪些、没收哪些、为什么，逐行说明。

    退出码：0 每一行都收下或本来就有；1 有的行未收；2 用法、对照表有误，或文件读不了。
    """
    from crawler.clock import now
    from services.news.columns import load_columns
    from services.news.event_text import import_text
    from services.news.importing import NewsImport, RowEnd, import_document
    from services.news.outlets import load_outlets

    if report_to is not None:
        _check_report(report_to)
    columns, outlets = load_columns(map_file), load_outlets(city)
    task = NewsImport(open_repository(db), outlets, columns, all_sources=all_sources, as_of=parse_day(None), clock=now)
    report = task.run(files)
    if report_to is not None:
        _write_report(report_to, import_document(report))
    if as_json:
        answer_document(import_document(report))
    else:
        answer(import_text(report))
    for _, reason in report.unread:
        complain(reason)
    if report.unread:
        return USAGE
    return 1 if report.counts[RowEnd.REFUSED] else 0


def _check_report(path: Path) -> None:
    if path.suffix.lower() not in (".json", ".xlsx"):
        raise UserError(f"--report {path} 应以 .json 或 .xlsx 结尾")
    if path.is_dir() or not path.parent.is_dir():
        raise UserError(f"无法写入 {path}：目录不存在，或它是一个目录")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UserError(f"无法写入 {path}：没有权限")


def _write_report(path: Path, document: dict[str, object]) -> None:
    import orjson

    from services.news.report_workbook import write_import_workbook

    try:
        if path.suffix.lower() == ".json":
            path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
        else:
            write_import_workbook(document, path)
    except OSError as error:
        raise UserError(f"无法写入 {path}：{error.strerror or error}") from None


@news_app.command("judge")
def judge(
    city: CityOption = DEFAULT_CITY,
    again: Annotated[bool, typer.Option("--all", help="不只新的，全部按现在的模型和登记表重新研判")] = False,
    db: KnownDatabase = None,
    as_json: JsonOption = False,
) -> None:
    """研判新文章：种类、语气、归属哪个单位，再把讲同一件事的归为一个事件。不必重新采集。"""
    from chengjian.news_judges import news_judges
    from crawler.clock import now
    from services.news.event_text import judge_text
    from services.news.judging import judge_news
    from services.registry import load_city

    known = load_city(city)
    news = open_repository(db)
    show = _judged_so_far if sys.stderr.isatty() and not as_json else None
    end = judge_news(news, known.id, news_judges(known), at=now(), again=again, on_progress=show)
    if as_json:
        import dataclasses

        answer_document({"schema": "chengjian.news-judge/1", **dataclasses.asdict(end)})
    else:
        answer(judge_text(end))


def _judged_so_far(count: int) -> None:
    sys.stderr.write(f"\r已研判 {count} 篇")
    sys.stderr.flush()
