"""Whether the play kept what it promised: every promise in a Chinese sentence, and whether it holds."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urljoin

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from chengjian.demo.city import City as Served
from chengjian.demo.expected import ExpectedAudit, differences, expected
from chengjian.demo.faults import QINGHE
from chengjian.demo.paperwork import SILENT_OFFICE, SILENT_UNIT
from chengjian.demo.play import DemoOutcome
from extract.reader import Reader
from records.nights import NightState
from records.sightings import LifeState
from records.verdicts import Severity
from scoring.result import IndicatorScore, Missing, State
from services.finding_list import ListedFinding
from services.findings import address_of
from services.import_filing import Outcome
from services.reports.audit_document import audit_json
from storage.audits import site_key

_NEEDS_BROWSER = "shayu"
_PAPERS = 5  # in which one event is printed
_FAULTS = 2  # a dead attachment and a column that went stale


@dataclass(frozen=True, slots=True)
class Promise:
    told: str  # Chinese
    kept: bool
    why: str = ""  # Chinese or the comparison's own words, where it is not kept


def promises(outcome: DemoOutcome, served: Served, *, browser: bool) -> tuple[Promise, ...]:
    """Every promise of the play.  ``browser``: whether one was there, without which one portal cannot be read."""
    known = expected(outcome.days.first, served.base_urls)
    return (
        *_first_night(outcome, known, browser),
        *_lives(outcome, served, known),
        *_pages_of_links(outcome),
        *_news(outcome),
        *_points(outcome),
    )


def _first_night(outcome: DemoOutcome, known: Mapping[str, ExpectedAudit], browser: bool) -> Iterator[Promise]:
    wrong = [
        f"{key} {line}"
        for key, audit in known.items()
        if browser or key != _NEEDS_BROWSER
        for line in (
            differences(json.loads(audit_json(outcome.first[key])), audit)
            if key in outcome.first
            else ("missed: no audit",)
        )
    ]
    yield Promise("第一夜：七个门户里事先写明的缺陷全部发现，没有冤枉一处", not wrong, "；".join(wrong))
    ill = [f"第 {one.id} 夜：{one.told}" for one in outcome.nights if one.state is not NightState.HEALTHY]
    yield Promise("每一次巡查自检都合格", not ill, "；".join(ill))


def _lives(outcome: DemoOutcome, served: Served, known: Mapping[str, ExpectedAudit]) -> Iterator[Promise]:
    qinghe = served.url("qinghe")
    dead = urljoin(qinghe, QINGHE.link("error_as_file").address)
    stale = urljoin(qinghe, QINGHE.column("zcjd").path)
    one = _found(outcome, "broken_link", dead)
    yield Promise(
        "一直打不开的附件：两天、两个时段（含上班时间）、至少三次都打不开，已确认",
        one is not None and one.life.state is LifeState.CONFIRMED,
        _stands(one),
    )
    one = _found(outcome, "stale_column", stale)
    since = one.life.since.date() if one is not None and one.life.since is not None else None
    yield Promise(
        "逐日变旧的栏目：第一夜还不超期，第二天超期，第三夜已确认",
        one is not None and one.life.state is LifeState.CONFIRMED and since == outcome.days.second,
        _stands(one),
    )
    one = _found(outcome, "site_unreachable", served.url("liuwan"))
    yield Promise(
        "断过一夜的门户：只是疑点，恢复后结案，没有确认过",
        one is not None and one.life.state is LifeState.RECOVERED and one.life.confirmed_at is None,
        _stands(one),
    )
    guarded = site_key(served.url("yantang"))
    accused = [one.finding.message for one in outcome.findings if one.site == guarded and one.life.state.may_count]
    asked = {site_key(one.url) for one in outcome.duties}
    yield Promise("防火墙醒来的门户：一项也没有确认", not accused, "；".join(accused))
    walled = {guarded, site_key(served.url("shilan"))}
    yield Promise(
        "拒绝我们的门户：各有一件待办，覆盖声明里写明", walled <= asked, f"有待办的：{'、'.join(sorted(asked))}"
    )
    declared = {
        (finding.check, "" if finding.check == "missing_disclosure" else finding.subject)
        for audit in known.values()
        for finding in audit.findings
    } | {("stale_column", stale)}
    wrong = [
        one.finding.message
        for one in outcome.findings
        if one.life.state.may_count
        and one.finding.severity is not Severity.NOTICE  # a remark for the operator accuses nobody
        and (one.finding.check, "" if one.finding.check == "missing_disclosure" else address_of(one.finding))
        not in declared
    ]
    yield Promise("三夜里确认的，全是事先写明的缺陷", not wrong, "；".join(wrong))


def _found(outcome: DemoOutcome, check: str, address: str) -> ListedFinding | None:
    wanted = site_key(address) if check == "site_unreachable" else ""
    for one in outcome.findings:
        if one.finding.check == check and (one.site == wanted or address_of(one.finding) == address):
            return one
    return None


def _stands(one: ListedFinding | None) -> str:
    return "没有发现" if one is None else f"{one.standing}，{len(one.life.sightings)} 次所见；{one.life.lacking}"


def _pages_of_links(outcome: DemoOutcome) -> Iterator[Promise]:
    """In every night: each finding about a dead link has a page in its archive on which that link stands."""
    reader = Reader(outcome.days.first)
    lacking, filed = [], 0
    for path in sorted((outcome.home / "evidence").glob("*/*.warc.gz")):
        pages: dict[str, tuple[str, bytes]] = {}
        notes = []
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                body = record.content_stream().read()
                if record.rec_type == "response":
                    headers = record.rec_headers
                    pages[headers.get_header("WARC-Record-ID")] = (headers.get_header("WARC-Target-URI"), body)
                elif record.rec_type == "metadata":
                    notes.append(json.loads(body))
        for note in notes:
            if note["check"] == "broken_link":
                filed += 1
                url, body = pages.get(note["referring_record"], ("", b""))
                if note["subject"] not in {link.url or link.raw for link in reader.read(body, url=url or None).links}:
                    lacking.append(f"{path.name} {note['subject']}")
    yield Promise(f"每一条坏链（各夜共 {filed} 条）都存有挂着它的页面", filed > 0 and not lacking, "；".join(lacking))


def _news(outcome: DemoOutcome) -> Iterator[Promise]:
    papers = [len({outcome.outlets[article] for article in one.articles}) for one in outcome.events]
    most = max(papers, default=0)
    yield Promise(f"五家媒体登的是一件事：归为一件，{most} 家", most == _PAPERS and papers.count(most) == 1)


def _points(outcome: DemoOutcome) -> Iterator[Promise]:
    taken = all(one.outcome is Outcome.ACCEPTED for one in outcome.filings)
    yield Promise("填报全部接收", taken, "；".join(f"{one.file} {one.outcome.value}" for one in outcome.filings))
    scores = {(unit.id, one.id): one for unit in outcome.run.run.units for one in unit.indicators}
    upkeep = scores["qinghe", "NYC-05"]
    because = outcome.run.inputs.by_cell["qinghe", "NYC-05"].evidence
    yield Promise(
        "从夜里到分数：青禾县 NYC-05 得 0 分，凭的正是坏链和超期的栏目",
        upkeep.points == Decimal(0) and len(because) >= _FAULTS,
        upkeep.because,
    )
    zeroes = {
        "有数据得零分": upkeep.state is State.SCORED and upkeep.points == Decimal(0),
        "未提供": _missing(scores["shayu", "NYC-10"], Missing.NOT_SUPPLIED)
        and all(_missing(scores[unit.id, "NYC-11"], Missing.NOT_SUPPLIED) for unit in outcome.run.run.units),
        "未测得": _missing(scores["shilan", "NYC-01"], Missing.NOT_MEASURED),
    }
    told = f"三种零分得清：得零分的、{SILENT_UNIT}和“{SILENT_OFFICE}”未提供的、石澜县未测得的"
    yield Promise(told, all(zeroes.values()), "、".join(word for word, kept in zeroes.items() if not kept))
    page = outcome.overview.read_text("utf-8")
    anchors = [f"r-{unit}-{row}" for unit, row in scores]
    lost = [one for one in anchors if f'href="#{one}"' not in page or f'id="{one}"' not in page]
    yield Promise("总览里每个数都能点到它的依据", not lost, "、".join(lost[:5]))
    yield Promise("证据链核验相符", outcome.evidence.fits, "；".join(one.line for one in outcome.evidence.faults[:3]))


def _missing(score: IndicatorScore, why: Missing) -> bool:
    return score.state is State.PENDING and score.missing is why
