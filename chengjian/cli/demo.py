"""``chengjian demo``: serve the demo city on loopback, audit every portal of it, and say where the report is."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from chengjian.cli.manners import UserError
from chengjian.cli.progress import ProgressDisplay
from chengjian.settings import Settings, read_settings
from records.crawl import CrawlPlan
from records.verdicts import SiteVerdict

# The city is ours and on this machine, so it may be walked faster than a county's server.
RATE, CONCURRENCY, RECHECK_AFTER = 60.0, 8, 1.5
_SITE = {
    SiteVerdict.REACHABLE: "",
    SiteVerdict.UNREACHABLE: "（无法访问）",
    SiteVerdict.BLOCKED: "（拒绝巡查，不作结论）",
}


def demo(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="报告写到哪个目录，缺省在数据目录下的 demo。")
    ] = None,
) -> int:
    """在本机搭起一座示范城市（七个门户，缺陷事先写明），逐个巡查并给出报告。"""
    from chengjian.bootstrap import build_audit, run_audit  # here: the libraries behind them take long to load
    from chengjian.demo.city import serve
    from chengjian.demo.press_round import read_the_papers
    from services.reports.audit_document import audit_json
    from services.reports.city_view import CityReport
    from services.reports.html_report import render_audit, render_city
    from services.reports.workbook import write_workbook

    settings = read_settings()
    folder = (out or settings.home / "demo").absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"无法建立目录 {folder}：{error.strerror or error}") from None
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    reports: list[CityReport] = []
    with serve(today) as city:
        sys.stdout.write(f"示范城市“云溪市”已在本机启动，共 {len(city.portals)} 个门户，逐个巡查：\n")
        sys.stdout.flush()
        for number, portal in enumerate(city.portals, start=1):
            plan = _plan(city.url(portal.key), settings)
            prepared = build_audit(
                plan,
                settings,
                policy="nanyang-monthly",
                as_of=today,
                database=f"sqlite:///{folder / 'demo.sqlite3'}",
                evidence_folder=folder / "evidence" / portal.key,
            )
            with ProgressDisplay(label=f"[{number}/{len(city.portals)}] {portal.name}") as display:
                result = asyncio.run(run_audit(prepared, on_progress=display.show, stop=asyncio.Event()))
            name = f"{portal.key}.html"
            (folder / name).write_text(render_audit(result, evidence_folder=prepared.evidence_folder), "utf-8")
            (folder / f"{portal.key}.json").write_bytes(audit_json(result) + b"\n")
            write_workbook(result, folder / f"{portal.key}.xlsx")
            reports.append(CityReport(result, name))
            found = len(result.accusations)
            sys.stdout.write(
                f"[{number}/{len(city.portals)}] {portal.name}{_SITE[result.site_verdict]}："
                f"网页 {result.counts.pages}，问题 {found}　{portal.make}\n"
            )
            sys.stdout.flush()
        sys.stdout.write(f"{read_the_papers(city, settings, folder / 'demo.sqlite3').line}\n")
    index = folder / "index.html"
    index.write_text(render_city(reports, title="云溪市政府网站巡查"), "utf-8")
    sys.stdout.write(f"\n报告：{index.as_uri()}\n")
    sys.stdout.write(f"每个门户另有 JSON 与 Excel，证据（WARC、截图）在 {folder / 'evidence'}\n")
    return 0


def _plan(url: str, settings: Settings) -> CrawlPlan:
    return CrawlPlan(
        url=url,
        user_agent=settings.user_agent,
        rate=RATE,
        concurrency=CONCURRENCY,
        recheck_after=RECHECK_AFTER,
        chromium=settings.chromium,
    )
