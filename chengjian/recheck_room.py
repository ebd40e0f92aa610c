"""One finding looked at again over the real network; in a process of its own, for it loads the crawler."""

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine

from chengjian.score_room import night_view
from chengjian.settings import Settings, program_version
from crawler.outcome import outcome_of
from crawler.recheck import SecondStack
from extract.reader import Reader
from records.crawl import CrawlPlan
from records.evidence import FileKind
from records.jobs import JobKind
from records.sightings import Sight, WatchedFinding
from records.verdicts import LinkReason
from services.jobs import JobQueue
from services.recheck_finding import Look, Rechecked, is_plain, recheck_finding, sighting_of
from services.schemes import WrongCallError
from services.warc_file import WarcFile
from storage.audit_results import JudgedAudit
from storage.clock import now
from storage.database import open_database
from storage.evidence_pieces import EvidencePiece, EvidencePieces
from storage.manifest_files import EvidenceWriteError

RATE = 1.0  # requests a second to one host: it is one page


@dataclass(frozen=True, slots=True)
class NetworkAsker:
    """Asks by the second HTTP stack, as the re-check of an audit does."""

    stack: SecondStack
    reader: Reader

    async def ask(self, url: str) -> Look | None:
        asked = await self.stack.ask(url)
        if asked is None:
            return None
        attempt, exchange = asked
        reading = None
        if exchange is not None and attempt.page_verdict is not None:
            headers = {name.lower(): value for name, value in exchange.response_headers}
            reading = self.reader.read(exchange.body, url=exchange.url, status=exchange.status, headers=headers)
        return Look(attempt, outcome_of(attempt)[0], exchange, reading)


async def recheck(site: str, finding: str, settings: Settings, *, claimed: str = "") -> Rechecked:
    """Look once, keep what was seen with its evidence, and say it.  Raises ``WrongCallError``, ``StorageError``."""
    engine = open_database(settings.database)
    view = night_view(engine, settings)
    known = [one for one in view.tries.watched((site,)) if one.finding.id == finding]
    if not known:
        raise WrongCallError(f"没有编号为 {finding!r} 的发现")
    watched, today = known[0], now().date()
    plan = CrawlPlan(url=f"http://{site}/", user_agent=settings.user_agent, rate=RATE, concurrency=1)
    reader = Reader(today)
    kept = view.results.load(watched.audit) if watched.audit is not None else None
    reason = _reason(kept, watched)
    async with SecondStack(plan, reader) as stack:
        done = await recheck_finding(watched.finding, NetworkAsker(stack, reader), claimed=claimed, reason=reason)
    if done.seen is None:
        return done
    place = _file(done, watched, settings, engine)
    seen = replace(done.seen, told=f"{done.seen.told}（证据 {place}）" if place else done.seen.told)
    view.tries.add_look(sighting_of(watched.finding, site, seen, view.calendar))
    if seen.sight is not Sight.UNKNOWN or claimed or is_plain(watched.finding, reason) or kept is None:
        return done
    if site not in view.tries.watched_sites():
        return replace(done, told=f"{done.told}，请安排巡查该门户")
    job = JobQueue(engine).ask(
        JobKind.CRAWL_PORTAL, {"url": kept.audit.site_url}, by="复查", at=now(), once=f"recheck:{site}:{now():%Y%m%d%H}"
    )
    return replace(done, told=f"{done.told}，已安排巡查该门户（任务 {job.id}），巡查后更新")


def _reason(kept: JudgedAudit | None, watched: WatchedFinding) -> LinkReason | None:
    """Why the audit that saw the finding last called its link broken."""
    links = kept.audit.links if kept is not None else ()
    return next((one.reason for one in links if one.fact.url == watched.finding.subject), None)


def _file(done: Rechecked, watched: WatchedFinding, settings: Settings, engine: Engine) -> str:
    """Write what was answered beside the evidence of the audits; the name of the file, empty where nothing came."""
    if done.look is None or done.look.exchange is None:
        return ""
    at = done.look.attempt.at
    folder = settings.home / "evidence" / "rechecks" / f"{at:%Y%m%d}"
    name = f"{watched.finding.id[:16]}-{at:%H%M%S%f}.warc.gz"
    path = Path(folder / name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            warc = WarcFile(file, name=name, info={"software": f"chengjian/{program_version()}"})
            warc.exchange(done.look.exchange)
    except OSError as error:
        raise EvidenceWriteError(f"写不了证据目录 {folder}：{error.strerror or error}") from error
    body = path.read_bytes()
    if watched.audit is not None:
        piece = EvidencePiece(
            watched.audit, folder.resolve(), name, FileKind.WARC, sha256(body).hexdigest(), len(body), now()
        )
        EvidencePieces(engine).add([piece])
    return name
