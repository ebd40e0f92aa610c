"""Required disclosures on a portal → whether they are there (NYC-01, 04, NYD-07, 09; beside JY-05, 07, 08, HA-2.1).

There is three-fold knowledge of each: published, supported as absent, and unknown.  Absence needs a finding that
passes the gate (never ``undetermined`` or ``blocked``); without it nothing is said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, assert_never

from records.indicators import IndicatorValue, Trace, TraceKind, ValueSource, ValueState
from records.judgement import Finding
from records.verdicts import DisclosureVerdict, Requirement
from scoring.model import Indicator
from scoring.observation import DisclosuresSeen, Gate, Proof
from scoring.shapes import Elements
from scoring_bridge.coverage import PortalView, portal_views
from scoring_bridge.gate import Standing, finding_passage
from scoring_bridge.traces import disclosure_trace, finding_trace
from scoring_bridge.watch import Doubt, Look, Observed, Suspect, Watch

REQUIREMENT_NAMES: Final = {
    Requirement.POWER_LIST: "权力清单",
    Requirement.RESPONSIBILITY_LIST: "责任清单",
    Requirement.DISCLOSURE_GUIDE: "政府信息公开指南",
    Requirement.DISCLOSURE_SYSTEM: "政府信息公开制度",
    Requirement.DISCLOSURE_CATALOGUE: "法定主动公开内容",
    Requirement.DISCLOSURE_ANNUAL_REPORT: "政府信息公开年度报告",
    Requirement.SERVICE_COMMITMENT: "政务服务质量承诺",
    Requirement.INTEGRITY_COMMITMENT: "政务诚信承诺",
    Requirement.CREDIT_COMMITMENT_LIST: "使用信用承诺的行政许可事项清单",
    Requirement.GRADED_SUPERVISION_RESULT: "分级分类监管结果",
}
_ABSENT: Final = (DisclosureVerdict.MISSING, DisclosureVerdict.EMPTY, DisclosureVerdict.BROKEN)


@dataclass(frozen=True, slots=True)
class Presence:
    """What is known of one requirement: there (True), not there (False), unknown (None)."""

    requirement: Requirement
    there: bool | None
    because: str
    evidence: tuple[Trace, ...] = ()
    left_out: tuple[Trace, ...] = ()
    doubtful: tuple[tuple[Trace, bool], ...] = ()  # unreviewed findings of absence, and whether they count


def observe(row: Indicator, seen: DisclosuresSeen, gate: Gate, watch: Watch) -> Observed:
    """The row's value.  A cross-check gets ``{requirement: true | false}`` of what is known instead of a row value."""
    views = portal_views(watch, gate)
    wanted = seen.requirements or tuple(dict.fromkeys(one for element in seen.elements for one in element.requirements))
    found = {one: presence(one, views, watch, gate) for one in wanted}
    evidence = tuple(dict.fromkeys(trace for one in found.values() for trace in one.evidence))
    left_out = tuple(dict.fromkeys(trace for one in found.values() for trace in one.left_out))
    because = _joined(found)

    def made(state: ValueState, value: Any, text: str) -> IndicatorValue:
        source = ValueSource.MONITORED
        return IndicatorValue(watch.unit.id, row.id, state, source, value, text, evidence, left_out=left_out)

    if not watch.unit.portals:
        return Observed(made(ValueState.NOT_MEASURED, None, "登记表中没有该单位的门户地址，未能监测"))
    observation = row.observation
    if observation is not None and observation.cross_check:
        known = {one.requirement.value: one.there for one in found.values() if one.there is not None}
        if seen.one_way:
            known = {name: there for name, there in known.items() if there}
        state = ValueState.SUPPLIED if known else ValueState.NOT_MEASURED
        return Observed(made(state, known or None, because))
    if seen.elements:
        return _checklist(row, seen, found, made)
    return _whole(row, watch, found, made)


def _whole(row: Indicator, watch: Watch, found: dict[Requirement, Presence], made: Any) -> Observed:
    """A yes/no row that needs all of its requirements."""
    there = [one.there for one in found.values()]
    because = _joined(found)
    if all(one is True for one in there):
        value: bool | None = True
    elif all(one is False for one in there):
        value = False
    else:
        # one of two lists is there and the other is not: the document does not say what that is (A1)
        value = None
        if True in there and False in there:
            because += "；只有一部分，是否算公示由人判断"
    state = ValueState.NOT_MEASURED if value is None else ValueState.SUPPLIED
    doubts = [(trace, counted) for one in found.values() for trace, counted in one.doubtful]
    doubt = None
    if doubts and value is not True:
        suspects = tuple(Suspect(trace, counted, None if counted else False) for trace, counted in doubts)
        doubt = Doubt(watch.unit.id, row.id, suspects, value_if_all=False, value_if_none=None)
    return Observed(made(state, value, because), doubt)


def _checklist(row: Indicator, seen: DisclosuresSeen, found: dict[Requirement, Presence], made: Any) -> Observed:
    """A list of elements of which the portal answers some: a value only where the others cannot change the points."""
    shape = row.rule.shape
    known: dict[str, bool | None] = dict.fromkeys(shape.keys if isinstance(shape, Elements) else ())
    for element in seen.elements:
        states = [found[one].there for one in element.requirements]
        there = True if all(states) else (False if False in states else None)
        match element.proof:
            case Proof.SHOWS if there is False:
                there = None
            case Proof.NEEDS if there is True:
                there = None
            case Proof.ELEMENTS | Proof.SHOWS | Proof.NEEDS:
                pass
            case _:
                assert_never(element.proof)
        known[element.name] = there
    certain = [name for name, there in known.items() if there]
    possible = [name for name, there in known.items() if there is not False]
    because = _joined(found)
    answered = tuple((name, there) for name, there in known.items() if there is not None)
    same = row.rule.score(tuple(certain)).points == row.rule.score(tuple(possible)).points
    if same:
        return Observed(made(ValueState.SUPPLIED, certain, because), known=answered)
    unknown = "、".join(name for name, there in known.items() if there is None)
    because = f"{because}；{unknown} 不能从门户看出，须由填报或人工核对"
    return Observed(made(ValueState.NOT_MEASURED, None, because), known=answered)


def _joined(found: dict[Requirement, Presence]) -> str:
    return "；".join(dict.fromkeys(one.because for one in found.values()))


def presence(requirement: Requirement, views: Iterable[PortalView], watch: Watch, gate: Gate) -> Presence:
    """Whether one of the unit's portals publishes it; absent only where every portal is known not to."""
    name = REQUIREMENT_NAMES[requirement]
    told: list[str] = []
    evidence: list[Trace] = []
    left_out: list[Trace] = []
    doubtful: list[tuple[Trace, bool]] = []
    absent = True
    views = tuple(views)
    for view in views:
        if view.look is None:
            told.append(view.why_not)
            absent = False
            continue
        row = next((one for one in view.look.audit.disclosures if one.requirement is requirement), None)
        if row is not None and row.verdict is DisclosureVerdict.PUBLISHED:
            trace = disclosure_trace(row, name, view.look)
            return Presence(requirement, True, f"{name}已在 {row.url or view.portal} 公示", (trace,))
        finding = _finding_of(requirement, view.look)
        if row is None or row.verdict not in _ABSENT or finding is None:
            told.append(f"{view.portal} 上的{name}未能判定" + (f"（{row.because}）" if row and row.because else ""))
            absent = False
            continue
        passage = finding_passage(finding, watch, view.look, gate)
        trace = finding_trace(finding, view.look, passage.why)
        if passage.standing.unreviewed:
            doubtful.append((trace, passage.standing.counts))
        if passage.standing.counts:
            evidence.append(trace)
            told.append(f"{finding.message.rstrip('。')}（{passage.why}）")
            continue
        left_out.append(trace)
        absent = False
        if passage.standing is Standing.OUT and _dismissed_since(finding, watch, view.look):
            decided = Trace(TraceKind.DECISION, finding.id, f"{name}：{passage.why}", trace.url, place=trace.place)
            return Presence(requirement, True, f"{name}：{passage.why}，按已公示", (decided,), (trace,))
        told.append(f"疑似{finding.message.rstrip('。')}，{passage.why}")
    there = False if absent and views else None
    return Presence(requirement, there, "；".join(told), tuple(evidence), tuple(left_out), tuple(doubtful))


def _dismissed_since(finding: Finding, watch: Watch, look: Look) -> bool:
    """Whether an analyst dismissed the absence that stands now: to deny that it is missing is to say that it is there.

    An absence that was gone and has come back is another one, of which nobody has said so.
    """
    review = watch.reviews.get((look.site, finding.id))
    return review is not None and (finding.since is None or review.at.date() >= finding.since)


def _finding_of(requirement: Requirement, look: Look) -> Finding | None:
    return next(
        (
            one
            for one in look.audit.findings
            if one.check.endswith("_disclosure") and one.subject.partition("#")[2] == requirement.value
        ),
        None,
    )
