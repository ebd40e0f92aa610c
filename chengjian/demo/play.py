"""The whole play: three nights, what units file, the round that is scored, and the overview of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from chengjian.demo.city import City as Served
from chengjian.demo.nights import ACTS, Say, play
from chengjian.demo.paperwork import SCHEME, SILENT_OFFICE, SILENT_UNIT, hand_in
from chengjian.demo.stage import Days, write_city
from chengjian.evidence_room import open_evidence
from chengjian.finding_room import open_finding_room
from chengjian.night_room import NightRoom, open_night_room
from chengjian.overview_room import run_overview_page
from chengjian.round_room import open_rounds
from chengjian.settings import Settings
from chengjian.walkers import load_policy
from records.duties import Duty
from records.judgement import SiteAudit
from records.news import NewsEvent
from records.nights import Night
from records.registry import City
from records.sightings import LifeState
from services.audit_site import judge_again
from services.finding_list import LIFE_NAMES, ListedFinding
from services.import_filing import FileReport
from services.night.digest import digest_text
from services.reports.audit_document import audit_json
from services.reports.city_view import CityReport
from services.reports.html_report import render_audit, render_city
from services.reports.workbook import write_workbook
from services.score_round import StoredRun
from services.verify_evidence import Verification, verify_evidence_folder
from storage.audit_results import AuditResults
from storage.audits import AuditRepository
from storage.clock import now
from storage.evidence_pieces import EvidencePieces
from storage.news import NewsRepository

_OFFICE: Final = "云溪市信用办"


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """What the play left behind."""

    home: Path  # data folder: database, evidence, digests
    city_folder: str  # registry, outlets and watch of the city, as ``--city`` takes it
    days: Days
    city: City
    nights: tuple[Night, ...]  # of ACTS, in their order
    first: Mapping[str, SiteAudit]  # by portal: what the first night saw, with all its links
    findings: tuple[ListedFinding, ...]  # all that stand or stood, as they stand after the third night
    duties: tuple[Duty, ...]  # open tasks of portals that refuse us
    events: tuple[NewsEvent, ...]
    outlets: Mapping[str, str]  # by article: who printed it
    filings: tuple[FileReport, ...]
    run: StoredRun
    evidence: Verification
    overview: Path
    portals: Path  # page that leads to the report of each portal
    digest: str  # of the last night


def stage_settings(settings: Settings, home: Path) -> Settings:
    """The settings of a play: everything below ``home``, and nobody is told but who looks."""
    return replace(settings, home=home, database=f"sqlite:///{home / 'chengjian.sqlite3'}", notify=(), deadman="")


def play_three_nights(home: Path, served: Served, days: Days, settings: Settings, say: Say) -> DemoOutcome:
    """Play everything into ``home``, which is empty.  ``served`` shows ``days.first``.

    The portals stay served by whoever calls, for as long as wanted.  Not to be called within a running event loop.
    Raises ``UserError``, ``WrongCallError``, ``StorageError`` and ``OSError``.
    """
    settings = stage_settings(settings, home)
    folder = home / "yunxi"
    write_city(folder, served)
    room = open_night_room(settings, str(folder))
    nights = tuple(play(act, room, served, days, say) for act in ACTS)
    finding_room = open_finding_room(settings)
    findings = finding_room.every()
    say(_of_findings(findings))
    filings = hand_in(home / "filings", room.city, str(days.first.year), settings, now())
    say(_of_filings(filings))
    run, overview = _score(home, room.city, folder, days, settings)
    evidence = open_evidence(settings)
    evidence.close_day(now())  # filings and the run came after the last night was closed
    news = NewsRepository(evidence.engine)
    return DemoOutcome(
        home=home,
        city_folder=str(folder),
        days=days,
        city=room.city,
        nights=nights,
        first={one.unit: _judged(one.audit, room) for one in nights[0].visits if one.audit is not None},
        findings=findings,
        duties=finding_room.duties.all(),
        events=news.events(room.city.id),
        outlets={one.article.id: one.outlet for one in news.articles()},
        filings=tuple(filings),
        run=run,
        evidence=verify_evidence_folder(evidence.root, chain=evidence.chain),
        overview=overview,
        portals=_portal_reports(home / "portals", nights[-1], room),
        digest=digest_text(room.digest_of(nights[-1])),
    )


def _score(home: Path, city: City, folder: Path, days: Days, settings: Settings) -> tuple[StoredRun, Path]:
    """A round for the year of the nights, scored as the command line does it; its run and the page of it."""
    rounds = open_rounds(settings)
    found = rounds.office.open(SCHEME, str(days.first.year), city, by=_OFFICE, note="示范")
    run = rounds.scores.open(rounds.score(found, str(folder), {}).id)
    overview = home / "overview.html"
    overview.write_text(run_overview_page(rounds.scores, run), "utf-8")
    return run, overview


def _judged(audit: int, room: NightRoom) -> SiteAudit:
    """What an audit said, with every link: worked out again from its facts, with the evidence that was filed."""
    engine = room.nights.engine
    kept = AuditResults(engine).load(audit)
    if kept is None:
        raise ValueError(f"audit {audit} was never judged")
    policy = load_policy(kept.audit.policy)
    again = judge_again(audit, audits=AuditRepository(engine), policy=policy, as_of=kept.audit.as_of)
    filed = {one.id: one for one in kept.audit.findings}
    return replace(again, findings=tuple(filed.get(one.id, one) for one in again.findings))


def _portal_reports(folder: Path, night: Night, room: NightRoom) -> Path:
    """The report of each portal in a night, as ``chengjian audit`` writes it, and the page that leads to them."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = EvidencePieces(room.nights.engine)
    reports: list[CityReport] = []
    for visit in night.visits:
        if visit.audit is None:
            continue
        audit = _judged(visit.audit, room)
        kept = pieces.of_audit(visit.audit)
        name = f"{visit.unit}.html"
        page = render_audit(audit, evidence_folder=kept[0].folder if kept else None)
        (folder / name).write_text(page, "utf-8")
        (folder / f"{visit.unit}.json").write_bytes(audit_json(audit) + b"\n")
        write_workbook(audit, folder / f"{visit.unit}.xlsx")
        reports.append(CityReport(audit, name))
    index = folder / "index.html"
    index.write_text(render_city(reports, title=f"{room.city.name}政府网站巡查：第三夜"), "utf-8")
    return index


def _of_findings(findings: Sequence[ListedFinding]) -> str:
    states = Counter(one.life.state for one in findings)
    told = "，".join(f"{LIFE_NAMES[state]} {states[state]}" for state in LifeState if states[state])
    return f"\n【三夜之后】{len(findings)} 项发现：{told}。只有已确认的可能影响得分。"


def _of_filings(filings: Sequence[FileReport]) -> str:
    rows = sum(len(one.rows) for one in filings)
    return (
        f"\n【填报】{len(filings)} 个工作簿，{rows} 项，{'、'.join(sorted({one.outcome.value for one in filings}))}；"
        f"“{SILENT_OFFICE}”和{SILENT_UNIT}没有报送。"
    )
