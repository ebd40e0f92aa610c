"""The coverage statement, portal by portal: how often each was looked at for a run, and what nobody could see."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from checks.life import LOCAL
from records.duties import Duty
from records.nights import Night
from records.verdicts import SiteVerdict
from services.duties import coverage_line
from services.night.digest import STATE_WORDS
from services.run_document import RunInputs


@dataclass(frozen=True, slots=True)
class PortalCoverage:
    """One portal of one unit in the period."""

    unit: str  # id
    name: str
    portal: str  # address, empty where no portal was looked at
    looks: int  # judged audits that a score may rest on: of nights that proved healthy, and by hand
    read: int  # of them, those that the portal answered
    last: date | None
    told: str  # Chinese: what could not be seen; empty where all could


@dataclass(frozen=True, slots=True)
class WatchCoverage:
    portals: tuple[PortalCoverage, ...]
    nights: str  # Chinese, one sentence


def watch_coverage(inputs: RunInputs, nights: Iterable[Night], duties: Sequence[Duty]) -> WatchCoverage:
    """What a run rests on.  ``nights`` of its city; ``duties`` that are open."""
    names = {unit.id: unit.name for unit in inputs.units}
    by_portal: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in inputs.audits:
        by_portal.setdefault((one["unit"], one["portal"]), []).append(one)
    looked = {unit for unit, _ in by_portal}
    portals = [_portal(unit, names.get(unit, unit), url, kept, duties) for (unit, url), kept in by_portal.items()]
    portals += [
        PortalCoverage(unit, name, "", 0, 0, None, _duty(unit, "", duties) or "期内没有有效的巡查，监测的各项不作结论")
        for unit, name in names.items()
        if unit not in looked
    ]
    order = {unit: place for place, unit in enumerate(names)}
    portals.sort(key=lambda one: order.get(one.unit, len(order)))
    return WatchCoverage(tuple(portals), _of_nights(inputs, nights))


def _portal(
    unit: str, name: str, url: str, kept: Sequence[Mapping[str, Any]], duties: Sequence[Duty]
) -> PortalCoverage:
    verdicts = [SiteVerdict(one["verdict"]) for one in kept]
    read = verdicts.count(SiteVerdict.REACHABLE)
    told = [_duty(unit, url, duties)]
    if not read:
        told.append("期内每次都没有看到网页，监测的各项不作结论")
    elif verdicts[-1] is not SiteVerdict.REACHABLE:
        told.append("最近一次没有看到网页，以此前最后一次看到的为准")
    last = max(date.fromisoformat(str(one["day"])) for one in kept)
    return PortalCoverage(unit, name, url, len(kept), read, last, "；".join(filter(None, told)))


def _duty(unit: str, url: str, duties: Sequence[Duty]) -> str:
    own = (one for one in duties if one.unit == unit and (not url or one.url == url))
    return "".join(map(coverage_line, own)).rstrip("。")


def _of_nights(inputs: RunInputs, nights: Iterable[Night]) -> str:
    within = [one for one in nights if inputs.first <= one.began.astimezone(LOCAL).date() <= inputs.last]
    if not within:
        return "期内没有按计划的巡查，只有人工发起的。"
    counts = Counter(one.state for one in within)
    told = "，".join(f"{word} {counts[state]}" for state, word in STATE_WORDS.items() if counts[state])
    return f"期内按计划巡查 {len(within)} 次：{told}。作废和待定的照样列出，所见一律不计。"
