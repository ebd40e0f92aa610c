"""Dead links and columns without an update in a section of the portal → how many places (NYC-05).

One cause is one place: a page that several checks speak of, and everything on a host that does not answer at all.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from records.indicators import IndicatorValue, Trace, ValueSource, ValueState
from records.judgement import Finding
from records.verdicts import FetchError, Severity
from scoring.model import Indicator
from scoring.observation import Gate, UpkeepSeen
from scoring_bridge.coverage import PortalView, portal_views
from scoring_bridge.gate import Passage, Standing, finding_passage
from scoring_bridge.section import in_section, section_of
from scoring_bridge.traces import audit_trace, finding_trace
from scoring_bridge.watch import Doubt, Look, Observed, Suspect, Watch

_HOST_FAULTS: Final = (FetchError.DNS, FetchError.REFUSED)


@dataclass(frozen=True, slots=True)
class _Seen:
    finding: Finding
    look: Look
    passage: Passage
    cause: str


def observe(row: Indicator, seen: UpkeepSeen, gate: Gate, watch: Watch) -> Observed:
    """The number of places; open where nothing was found and a portal could not be looked at well enough."""
    found: list[_Seen] = []
    aside: list[Trace] = []
    evidence: list[Trace] = []
    open_because: list[str] = []
    for view in portal_views(watch, gate):
        if view.look is None:
            open_because.append(view.why_not)
            continue
        wanted = [one for one in view.look.audit.findings if one.check in seen.checks]
        counted = [one for one in wanted if one.severity is Severity.MAJOR]
        aside += [finding_trace(one, view.look, "站外地址、图片等，不计") for one in wanted if one not in counted]
        if seen.section and counted:
            section = section_of(view.look, seen.section, watch.unit.portals)
            if section is None:
                open_because.append(
                    f"认不出 {view.portal} 的{seen.section[0]}专栏，{len(counted)} 处情况是否在内待人判断"
                )
                aside += [finding_trace(one, view.look, "是否在专栏内未能判定") for one in counted]
                continue
            outside = [one for one in counted if not in_section(one, view.look, section)]
            aside += [finding_trace(one, view.look, f"不在{seen.section[0]}专栏内") for one in outside]
            counted = [one for one in counted if one not in outside]
        for one in counted:
            passage = finding_passage(one, watch, view.look, gate)
            found.append(_Seen(one, view.look, passage, _cause(one, view.look)))
        found_now = {one.id for one in view.look.audit.findings}
        aside += _mended(view, seen, found_now, gate, watch, found)
        if not view.complete:
            open_because.append(view.why_not)
        else:
            evidence.append(audit_trace(view.look))
    return _counted(row, watch, found, aside, evidence, open_because)


def _mended(
    view: PortalView, seen: UpkeepSeen, found_now: set[str], gate: Gate, watch: Watch, found: list[_Seen]
) -> list[Trace]:
    """What earlier audits of the period found and the last one did not; counted where the gate says so."""
    aside: list[Trace] = []
    told: set[str] = set()
    for look in reversed(view.looks[:-1]):
        for one in look.audit.findings:
            if one.check not in seen.checks or one.severity is not Severity.MAJOR:
                continue
            if one.id in found_now or one.id in told:
                continue
            told.add(one.id)
            section = section_of(look, seen.section, watch.unit.portals) if seen.section else None
            inside = not seen.section or (section is not None and in_section(one, look, section))
            if gate.mended and inside:
                found.append(_Seen(one, look, finding_passage(one, watch, look, gate), _cause(one, look)))
            else:
                aside.append(finding_trace(one, look, "期内最后一次巡查未再看到"))
    return aside


def _cause(finding: Finding, look: Look) -> str:
    url = finding.subject.partition("#")[0]
    link = next((one for one in look.audit.links if one.fact.url == url), None)
    last = link.fact.last if link is not None else None
    if last is not None and last.error in _HOST_FAULTS:
        return f"host:{urlsplit(url).netloc.lower()}"
    return f"page:{url}"


def _counted(
    row: Indicator, watch: Watch, found: list[_Seen], aside: list[Trace], evidence: list[Trace], open_because: list[str]
) -> Observed:
    counted: dict[str, _Seen] = {}
    suspected: dict[str, _Seen] = {}
    left_out: list[Trace] = []
    # what an analyst confirmed stands for its cause before what nobody looked at
    for one in sorted(found, key=lambda one: one.passage.standing is not Standing.CONFIRMED):
        if one.passage.standing.counts and one.cause not in counted:
            counted[one.cause] = one
            continue
        if one.passage.standing is Standing.SUSPECTED:
            suspected.setdefault(one.cause, one)
        why = "同一原因已计" if one.passage.standing.counts else one.passage.why
        left_out.append(finding_trace(one.finding, one.look, why))
    traces = tuple(finding_trace(one.finding, one.look, one.passage.why) for one in counted.values())
    suspects = [one for cause, one in suspected.items() if cause not in counted]
    number = len(counted)
    unit = watch.unit.id
    if not watch.unit.portals:
        open_because = ["登记表中没有该单位的门户地址，未能监测"]
    doubted = sum(one.passage.standing is Standing.PASSED for one in counted.values())
    doubt = None
    if suspects or doubted:
        doubt = Doubt(
            unit,
            row.id,
            tuple(Suspect(finding_trace(one.finding, one.look, one.passage.why), False, number + 1) for one in suspects)
            + tuple(
                Suspect(finding_trace(one.finding, one.look, one.passage.why), True, _less(number - 1, open_because))
                for one in counted.values()
                if one.passage.standing is Standing.PASSED
            ),
            value_if_all=number + len(suspects),
            value_if_none=_less(number - doubted, open_because),
        )
    if number == 0 and open_because:
        return Observed(
            IndicatorValue(
                unit, row.id, ValueState.NOT_MEASURED, ValueSource.MONITORED, None, "；".join(open_because),
                tuple(evidence), left_out=(*left_out, *aside),
            ),
            doubt,
        )  # fmt: skip
    because = f"监测到 {number} 处" if number else "巡查未见计入的情况"
    if suspects:
        because += f"，另有 {len(suspects)} 处嫌疑未达到计入条件"
    value = IndicatorValue(
        unit, row.id, ValueState.SUPPLIED, ValueSource.MONITORED, number, because,
        traces or tuple(evidence), left_out=(*left_out, *aside),
    )  # fmt: skip
    return Observed(value, doubt)


def _less(number: int, open_because: list[str]) -> int | None:
    """What a smaller number would be worth: nought is not said of a portal that was not looked at well enough."""
    return None if number == 0 and open_because else number
