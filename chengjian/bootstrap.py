"""The composition root: everything is built here, nothing at import."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from chengjian.cli.manners import UserError
from chengjian.score_room import night_view
from chengjian.settings import Settings, program_version
from chengjian.walkers import (
    RESOLVER_THREADS,
    NetworkWalker,
    database_url,
    load_policy,
    policy_names,
    start_address,
    storage_told,
)
from records.crawl import CrawlPlan
from records.judgement import SiteAudit
from records.policy import Policy
from records.verdicts import SiteVerdict
from services.audit_site import OnProgress, audit_site, judge_again
from services.duties import coverage_line
from services.suppress_findings import honour
from storage.audits import AuditRepository, site_key
from storage.database import open_database
from storage.duties import DutyRepository
from storage.suppressions import SuppressionRepository

__all__ = [
    "Audit",
    "NetworkWalker",
    "build_audit",
    "database_url",
    "load_policy",
    "policy_names",
    "rejudge_latest",
    "remember",
    "run_audit",
    "start_address",
    "storage_told",
]


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit that is ready to run."""

    plan: CrawlPlan
    audits: AuditRepository
    policy: Policy
    as_of: date
    evidence_folder: Path | None
    settings: Settings | None = None  # None: nothing is remembered beyond the audit itself


def build_audit(
    plan: CrawlPlan,
    settings: Settings,
    *,
    policy: str,
    as_of: date,
    database: str | None = None,
    evidence_folder: Path | None = None,
) -> Audit:
    """Check the call and open what it needs.  Raises ``UserError`` before any request is made."""
    url = start_address(plan.url)
    chosen = load_policy(policy)
    if evidence_folder is None:
        now = datetime.now(ZoneInfo("Asia/Shanghai"))
        name = (urlsplit(url).netloc or "site").replace(":", "_")
        evidence_folder = settings.home / "evidence" / f"{name}-{now:%Y%m%dT%H%M%S}"
    try:
        evidence_folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"无法建立证据目录 {evidence_folder}：{error.strerror or error}") from None
    with storage_told():
        engine = open_database(database_url(database or settings.database))
    return Audit(replace(plan, url=url), AuditRepository(engine), chosen, as_of, evidence_folder, settings)


async def run_audit(prepared: Audit, *, on_progress: OnProgress, stop: asyncio.Event) -> SiteAudit:
    """Run a prepared audit to its end and return what it says."""
    # Names are looked up in threads; the default of a few makes one silent resolver hold up every other host.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(RESOLVER_THREADS, "resolver"))
    walker = NetworkWalker(prepared.plan, as_of=prepared.as_of, on_progress=on_progress, stop=stop)
    with storage_told():
        audit = await audit_site(
            prepared.plan,
            walker=walker,
            audits=prepared.audits,
            policy=prepared.policy,
            as_of=prepared.as_of,
            evidence_folder=prepared.evidence_folder,
            program=program_version(),
            on_progress=on_progress,
            stop=stop,
        )
        return audit if prepared.settings is None else remember(audit, prepared.audits.engine, prepared.settings)


def remember(audit: SiteAudit, engine: Engine, settings: Settings) -> SiteAudit:
    """Set the findings against the known ones, and give the audit as it is reported: suppressions honoured, and where
    the portal refused us, what people have to do about it.  Raises ``StorageError`` and ``UserError``.
    """
    view = night_view(engine, settings)
    view.catch_up()
    site = site_key(audit.site_url)
    reported = honour(audit, SuppressionRepository(engine).all((site,)), view.today)
    duty = DutyRepository(engine).open_at(site)
    if duty is None or audit.site_verdict is not SiteVerdict.BLOCKED:
        return reported
    return replace(reported, notes=(*reported.notes, coverage_line(duty)))


def rejudge_latest(url: str, settings: Settings, *, policy: str, as_of: date, database: str | None = None) -> SiteAudit:
    """Judge the newest kept audit of a portal again.  Raises ``UserError`` where there is none."""
    address = start_address(url)
    with storage_told():
        audits = AuditRepository(open_database(database_url(database or settings.database)))
        kept = audits.latest(address)
        if not kept:
            raise UserError(f"数据库中没有 {address} 的巡查记录，请先运行 chengjian audit")
        return judge_again(kept[0].audit_id, audits=audits, policy=load_policy(policy), as_of=as_of)
