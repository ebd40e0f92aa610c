"""Score a city's units from what is stored, and keep the run for ever."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from records.indicators import IndicatorValue
from records.judgement import Finding
from records.period import Period
from records.registry import City, Unit
from records.review import FindingReview
from records.sightings import FindingLife
from scoring.attribution import ScoredRun, UnitChange, attribute
from scoring.model import Combination, Scheme
from scoring.rank_floor import RankFloor
from scoring.scorer import score_units
from scoring_bridge.combine import combine
from scoring_bridge.monitored import observe_units
from scoring_bridge.span import filed_for, reaches
from scoring_bridge.watch import Look, News, Watch
from services.period import read_period
from services.rank_floor import load_rank_floor
from services.reports.scores_document import scores_document
from services.run_document import RunInputs, inputs_document, read_inputs, read_units, result_scores
from services.schemes import WrongCallError, load_scheme, scheme_text
from services.score_values import ScoreRun
from storage.audit_results import AuditResults
from storage.canonical import canonical_json, digest
from storage.runs import KeptRun, RunHead, RunRepository


class Filings(Protocol):
    """What units file and offices supply (``storage.filings.FilingRepository``)."""

    def periods(self, city: str, scheme_id: str) -> tuple[str, ...]: ...

    def values(self, city: str, scheme_id: str, period: str) -> tuple[IndicatorValue, ...]: ...


class Nights(Protocol):
    """What the nights of watching say of findings (``services.night_view``)."""

    def unproven(self) -> frozenset[int]:
        """Audits of nights that did not prove healthy: shown, and nothing rests on them."""
        ...

    def lives(
        self, days: tuple[date, date], found: Mapping[str, Collection[Finding]]
    ) -> Mapping[tuple[str, str], FindingLife]:
        """By site and finding id, the lives that the gate asks for of what was found on each site in those days."""
        ...

    def gate(self) -> tuple[str, ...]:
        """Under what a life is confirmed, in Chinese clauses, for the printed assumptions."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a round's inputs come from.  ``news`` answers None where no news was ever gathered for the period.

    Without ``nights`` the gate knows audits on demand alone, and counts the days on which they saw a finding.
    """

    audits: AuditResults
    filings: Filings
    reviews: Callable[[], Mapping[tuple[str, str], FindingReview]]
    news: Callable[[date, date], News | None]
    nights: Nights | None = None
    rank_floor: RankFloor = field(default_factory=load_rank_floor)


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as it was kept, opened."""

    head: RunHead
    inputs: RunInputs
    run: ScoreRun


def score_round(
    scheme_name: str,
    city: City,
    period: str,
    *,
    sources: Sources,
    runs: RunRepository,
    program: str,
    now: datetime,
    flags: Mapping[str, tuple[str, ...]] | None = None,
) -> StoredRun:
    """Gather, build the values, score, keep.  ``WrongCallError`` for a wrong call; then nothing is kept."""
    scheme = load_scheme(scheme_name)
    when = read_period(period)
    body = inputs_of(scheme, scheme_text(scheme_name)[0], city, when, sources=sources, program=program, flags=flags)
    inputs = read_inputs(body)
    result = result_of(inputs)
    head = runs.add(
        city=city.id,
        scheme=scheme.id,
        scheme_version=scheme.version,
        scheme_sha256=scheme.sha256,
        period=str(when),
        program=program,
        made_at=now,
        inputs=body,
        result=result,
    )
    return StoredRun(head, inputs, result_scores(result, inputs))


def inputs_of(
    scheme: Scheme,
    text: str,
    city: City,
    period: Period,
    *,
    sources: Sources,
    program: str,
    flags: Mapping[str, tuple[str, ...]] | None = None,
) -> bytes:
    """Everything that the round is scored from, as one document."""
    days = (period.first_day, period.last_day)
    units = [unit for unit in city.units if unit.evaluated and scheme.is_for(unit.kind)]
    if not units:
        raise WrongCallError(f"{city.name}的登记表中没有方案 {scheme.id} 的评价对象")
    given = _checked_flags(flags or {}, units, scheme)
    news = sources.news(*days)
    watches = watch_units(city, units, days, sources=sources, news=news)
    by_night = any(watch.lives for watch in watches)
    filed = filed_for(scheme, period, _filings(sources.filings, city, scheme, period))
    return inputs_document(
        city=city,
        period=str(period),
        days=days,
        program=program,
        scheme=scheme,
        scheme_text=text,
        units=units,
        flags=given,
        combined=combine(scheme, units, filed, observe_units(scheme, watches)),
        watches=watches,
        articles_read=news.articles_read if news is not None else None,
        gate=sources.nights.gate() if sources.nights is not None and by_night else (),
        rank_floor=sources.rank_floor,
    )


def _filings(
    filings: Filings, city: City, scheme: Scheme, period: Period
) -> Mapping[Period, tuple[IndicatorValue, ...]]:
    """What was filed for the period and for every other that can matter for it."""
    others = (Period.parse(text) for text in filings.periods(city.id, scheme.id))
    wanted = dict.fromkeys((period, *(one for one in others if reaches(scheme, one, period))))
    return {one: filings.values(city.id, scheme.id, str(one)) for one in wanted}


def watch_units(
    city: City, units: Sequence[Unit], days: tuple[date, date], *, sources: Sources, news: News | None
) -> tuple[Watch, ...]:
    """What was seen of each unit in the period."""
    reviews = sources.reviews()
    unproven = sources.nights.unproven() if sources.nights is not None else frozenset()
    looks = {
        unit.id: tuple(
            Look(kept.audit_id, portal.url, kept.site, kept.day, kept.audit)
            for portal in unit.portals
            for kept in sources.audits.of_portal(portal.url, *days)
            if kept.audit_id not in unproven
        )
        for unit in units
    }
    lives = _lives(looks, days, sources.nights)
    return tuple(Watch(unit, looks[unit.id], reviews, below(city, unit.id), news, lives) for unit in units)


def _lives(
    looks: Mapping[str, Sequence[Look]], days: tuple[date, date], nights: Nights | None
) -> Mapping[tuple[str, str], FindingLife]:
    if nights is None:
        return {}
    found: dict[str, dict[str, Finding]] = {}
    for look in (one for seen in looks.values() for one in seen):
        found.setdefault(look.site, {}).update((one.id, one) for one in look.audit.findings)
    return nights.lives(days, {site: tuple(by_id.values()) for site, by_id in found.items()})


def below(city: City, unit: str) -> frozenset[str]:
    """A unit and everything registered below it."""
    found = {unit}
    while more := {one.id for one in city.units if one.parent in found} - found:
        found |= more
    return frozenset(found)


def _checked_flags(
    flags: Mapping[str, tuple[str, ...]], units: Sequence[Unit], scheme: Scheme
) -> Mapping[str, tuple[str, ...]]:
    known = {override.flag: override.name for override in scheme.overrides}
    ids = {unit.id for unit in units}
    faults = [f"--flag：{unit!r} 不是本次评价的单位编号" for unit in flags if unit not in ids]
    faults += [
        f"--flag：方案 {scheme.id} 没有规定标记 {flag!r}" + (f"，可用：{'、'.join(known)}" if known else "")
        for given in flags.values()
        for flag in given
        if flag not in known
    ]
    if faults:
        raise WrongCallError(*faults)
    return flags


def result_of(inputs: RunInputs) -> bytes:
    """The result's document: a function of the inputs alone."""
    units = score_units(inputs.scheme, read_units(inputs), inputs.rank_floor)
    run = ScoreRun(inputs.scheme, inputs.period, units, gate=inputs.gate, rank_floor=inputs.rank_floor)
    return canonical_json(scores_document(run))


def open_run(kept: KeptRun) -> StoredRun:
    inputs = read_inputs(kept.inputs)
    return StoredRun(kept.head, inputs, result_scores(kept.result, inputs))


def difference(old: StoredRun, new: StoredRun) -> tuple[UnitChange, ...]:
    """Why each unit's total differs.  ``WrongCallError`` where two runs cannot be compared."""
    if old.inputs.scheme.id != new.inputs.scheme.id:
        raise WrongCallError(
            f"存档 {old.head.id} 用的是方案 {old.head.scheme}，{new.head.id} 用的是 {new.head.scheme}，不能比较"
        )
    ledgers = [run.inputs.scheme.combination is Combination.LEDGER for run in (old, new)]
    if any(ledgers):
        raise WrongCallError(f"方案 {old.head.scheme} 是台账，没有总分，不能逐项分解差别")
    return attribute(scored(old), scored(new))


def is_reproduced(run: StoredRun) -> bool:
    """Whether this program works out the stored result from the stored inputs: another version may not."""
    return digest(result_of(run.inputs)) == run.head.result_sha256


def scored(run: StoredRun) -> ScoredRun:
    return ScoredRun(run.inputs.scheme, run.inputs.units, run.run.units)
