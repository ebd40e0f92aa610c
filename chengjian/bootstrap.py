"""The composition root: everything is built here, nothing at import."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from checks.policy import PolicyError, parse_policy
from chengjian.cli.manners import UserError
from chengjian.settings import Settings, program_version
from crawler.camera import Camera, Shot
from crawler.hosts import Hosts
from crawler.recheck import probe, recheck
from extract.addresses import canonical
from records.crawl import CrawlEnd, CrawlPlan, Probe, TargetFact
from records.judgement import SiteAudit
from records.policy import Policy
from services.audit_site import OnProgress, SecondLook, audit_site, judge_again
from services.photographs import Photograph
from spiders.portal import crawl_portal
from storage.audits import AuditRepository
from storage.database import StorageError, open_database
from storage.recorder import AuditRecorder

RESOLVER_THREADS = 32
PICTURES_SECONDS = 30.0  # for all pictures of an audit: a slow portal costs pictures, not patience


@contextmanager
def storage_told() -> Iterator[None]:
    """Turn what is wrong with the database into a word for the user."""
    try:
        yield
    except StorageError as error:
        raise UserError(str(error)) from error


def policy_names() -> tuple[str, ...]:
    """Names of the policies that come with the program."""
    folder = resources.files("checks") / "policies"
    return tuple(sorted(entry.name.removesuffix(".yml") for entry in folder.iterdir() if entry.name.endswith(".yml")))


def load_policy(name: str) -> Policy:
    """The policy of that name.  Raises ``UserError`` where there is none."""
    if name not in policy_names():
        raise UserError(f"没有名为“{name}”的评判口径，可选：{'、'.join(policy_names())}")
    text = (resources.files("checks") / "policies" / f"{name}.yml").read_text("utf-8")
    try:
        return parse_policy(text)
    except PolicyError as error:
        raise UserError(f"评判口径 {name} 有误：{error}") from None


def start_address(text: str) -> str:
    """The address to start from, in the form in which it will be requested.  Raises ``UserError``."""
    given = text.strip()
    if "://" not in given:
        given = f"http://{given}"
    try:
        parts = urlsplit(given)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or any(c.isspace() for c in given):
        raise UserError(f"“{text}”不是网站地址，应写作 http://www.example.gov.cn/")
    return canonical(given) or given


class NetworkWalker:
    """Walks one portal over the real network: Scrapy for the crawl, httpx for the second look, Chromium for pictures.

    One ``Hosts`` for all of it, so that the pace to a host holds from the first request to the last picture.
    """

    def __init__(self, plan: CrawlPlan, *, as_of: date, on_progress: OnProgress, stop: asyncio.Event) -> None:
        self._plan = plan
        self._as_of = as_of
        self._hosts = Hosts(plan.rate, plan.concurrency)
        self._on_progress = on_progress
        self._stop = stop

    async def crawl(self, sink: AuditRecorder) -> CrawlEnd:
        return await crawl_portal(
            self._plan, sink, as_of=self._as_of, on_progress=self._on_progress, stop=self._stop, hosts=self._hosts
        )

    async def probe(self, addresses: Sequence[tuple[str, str, str]]) -> tuple[Probe, ...]:
        return await probe(
            addresses,
            self._plan,
            as_of=self._as_of,
            on_progress=self._on_progress,
            stop=self._stop,
            hosts=self._hosts,
        )

    async def ask_again(self, targets: Sequence[TargetFact]) -> tuple[SecondLook, ...]:
        looks = await recheck(
            targets,
            self._plan,
            as_of=self._as_of,
            on_progress=self._on_progress,
            stop=self._stop,
            hosts=self._hosts,
        )
        return tuple(SecondLook(look.url, look.attempts, look.exchange) for look in looks)

    async def photograph(self, wanted: Sequence[Photograph]) -> Mapping[str, bytes]:
        if self._plan.render == "never" or not wanted:
            return {}
        pictures: dict[str, bytes] = {}
        async with Camera(self._plan, self._hosts) as camera:
            began = time.monotonic()
            for one in wanted:
                if self._stop.is_set() or time.monotonic() - began > PICTURES_SECONDS:
                    break
                if (png := await camera.take(_shot(one))) is not None:
                    pictures[one.finding_id] = png
        return pictures


def _shot(wanted: Photograph) -> Shot:
    seen = wanted.archived
    if seen is None:
        return Shot(wanted.page, mark=wanted.mark)
    kind = next((value for name, value in seen.response_headers if name.lower() == "content-type"), "text/html")
    return Shot(wanted.page, seen.body, kind, wanted.mark)


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit that is ready to run."""

    plan: CrawlPlan
    audits: AuditRepository
    policy: Policy
    as_of: date
    evidence_folder: Path | None


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
    return Audit(replace(plan, url=url), AuditRepository(engine), chosen, as_of, evidence_folder)


def database_url(text: str) -> str:
    """A database address; a bare file name means SQLite."""
    return text if "://" in text else f"sqlite:///{text}"


async def run_audit(prepared: Audit, *, on_progress: OnProgress, stop: asyncio.Event) -> SiteAudit:
    """Run a prepared audit to its end and return what it says."""
    # Names are looked up in threads; the default of a few makes one silent resolver hold up every other host.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(RESOLVER_THREADS, "resolver"))
    walker = NetworkWalker(prepared.plan, as_of=prepared.as_of, on_progress=on_progress, stop=stop)
    with storage_told():
        return await audit_site(
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


def rejudge_latest(url: str, settings: Settings, *, policy: str, as_of: date, database: str | None = None) -> SiteAudit:
    """Judge the newest kept audit of a portal again.  Raises ``UserError`` where there is none."""
    address = start_address(url)
    with storage_told():
        audits = AuditRepository(open_database(database_url(database or settings.database)))
        kept = audits.latest(address)
        if not kept:
            raise UserError(f"数据库中没有 {address} 的巡查记录，请先运行 chengjian audit")
        return judge_again(kept[0].audit_id, audits=audits, policy=load_policy(policy), as_of=as_of)
