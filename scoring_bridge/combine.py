"""What was filed and what was seen, side by side → one value for each row, and a task for each difference.

The program never decides between two sources: it says which one the score stands on meanwhile (the row's
``stands_on``), and asks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, assert_never

from records.indicators import Discrepancy, IndicatorValue, ValueSource, ValueState
from records.registry import Unit
from scoring.model import Indicator, Scheme
from scoring.observation import STANDS_ON_WORDS, DisclosuresSeen, EventsSeen, PublicitySeen, StandsOn, UpkeepSeen
from scoring.shapes import Elements, WrongValueError
from scoring_bridge.watch import Doubt, Observed

Cell = tuple[str, str]  # unit id, indicator id

# A decision of a person stands before what an office supplied, and that before what the unit says of itself.
_PRECEDENCE: Final = (ValueSource.JUDGED, ValueSource.OFFICIAL, ValueSource.FILED, ValueSource.MONITORED)
# Who cannot supply a row does not take away what another has supplied.
_SAYS_MOST: Final = (
    ValueState.SUPPLIED,
    ValueState.NOT_APPLICABLE,
    ValueState.NOT_SUPPLIED,
    ValueState.NOT_MEASURED,
)
_CONTRADICTING: Final = (ValueState.SUPPLIED, ValueState.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Combined:
    """``values``: one for each unit and row that applies.  ``beside``: what was seen or filed and is not stood on."""

    values: tuple[IndicatorValue, ...]
    beside: tuple[IndicatorValue, ...]
    discrepancies: tuple[Discrepancy, ...]
    doubts: tuple[Doubt, ...]  # of the rows whose value is our own


def combine(
    scheme: Scheme, units: Iterable[Unit], filed: Iterable[IndicatorValue], observed: Iterable[Observed]
) -> Combined:
    """Values of units that are not given, and of rows that the scheme has not, are left aside unseen."""
    filings: dict[Cell, list[IndicatorValue]] = {}
    for value in filed:
        filings.setdefault((value.unit, value.indicator), []).append(value)
    seen: Mapping[Cell, Observed] = {(one.value.unit, one.value.indicator): one for one in observed}
    values: list[IndicatorValue] = []
    beside: list[IndicatorValue] = []
    discrepancies: list[Discrepancy] = []
    doubts: list[Doubt] = []
    for unit in units:
        for row in scheme.indicators:
            if not row.applies_to(unit.kind):
                continue
            given = sorted(filings.get((unit.id, row.id), ()), key=_standing)
            choice = _choose(row, unit, given, seen.get((unit.id, row.id)))
            values.append(choice.used)
            beside += choice.beside
            discrepancies += choice.discrepancies
            own = seen.get((unit.id, row.id))
            if own is not None and own.doubt is not None and choice.used is own.value:
                doubts.append(own.doubt)
    return Combined(tuple(values), tuple(beside), tuple(discrepancies), tuple(doubts))


def _standing(value: IndicatorValue) -> tuple[bool, int, int]:
    """Sorts what several supplied by what the score stands on; of equal ones the order given remains."""
    judged = value.source is ValueSource.JUDGED
    return not judged, _SAYS_MOST.index(value.state), _PRECEDENCE.index(value.source)


@dataclass(frozen=True, slots=True)
class _Choice:
    used: IndicatorValue
    beside: tuple[IndicatorValue, ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()


def _choose(row: Indicator, unit: Unit, given: list[IndicatorValue], own: Observed | None) -> _Choice:
    first = given[0] if given else None
    tasks = [
        _task(first, other, "两家提供的数据不一致，以哪一家为准？")
        for other in given[1:]
        if first is not None and other.state in _CONTRADICTING and not _same(row, first, other)
    ]
    if own is None:
        return _Choice(first or _nothing(row, unit), tuple(given[1:]), tuple(tasks))
    if row.observation is None or row.observation.cross_check:
        if first is not None and own.value.state is ValueState.SUPPLIED and _contradicts(row, first, own.value):
            tasks.append(_task(first, own.value, f"{own.value.because}，与所报不符，是否调整？"))
        beside = (*given[1:], *((own.value,) if own.value.state is ValueState.SUPPLIED else ()))
        return _Choice(first or _nothing(row, unit), beside, tuple(tasks))
    if first is None:
        if row.observation.stands_on is StandsOn.FILED and own.value.value == 0:
            # that the papers tell of nothing is no nought where the unit itself has not been heard
            return _Choice(_nothing(row, unit), (own.value,))
        return _Choice(own.value)
    if first.source is ValueSource.JUDGED:
        return _Choice(first, (*given[1:], own.value), tuple(tasks))
    used, aside = _between(row, row.observation.stands_on, first, own)
    if _differs(row, first, own):
        question = f"监测与{first.provider or '填报'}的数据不一致，以哪一个为准？裁定前{_meanwhile(row, used)}"
        tasks.append(_task(used, aside, question))
    return _Choice(used, (aside, *given[1:]), tuple(tasks))


def _meanwhile(row: Indicator, used: IndicatorValue) -> str:
    observation = row.observation
    if observation is not None and observation.stands_on is StandsOn.HIGHER:
        return STANDS_ON_WORDS[StandsOn.HIGHER]
    return STANDS_ON_WORDS[StandsOn.MONITORED if used.source is ValueSource.MONITORED else StandsOn.FILED]


def _between(
    row: Indicator, stands_on: StandsOn, filed: IndicatorValue, own: Observed
) -> tuple[IndicatorValue, IndicatorValue]:
    """The value that the score stands on, and the other."""
    seen = own.value
    if filed.state is ValueState.NOT_APPLICABLE:
        return filed, seen
    if filed.state is not ValueState.SUPPLIED:
        # that the papers tell of nothing is no nought where the unit itself has not been heard, or was not believed
        return (filed, seen) if stands_on is StandsOn.FILED and seen.value == 0 else (seen, filed)
    match stands_on:
        case StandsOn.MONITORED:
            return seen, filed
        case StandsOn.FILED:
            return filed, seen
        case StandsOn.HIGHER:
            if seen.state is not ValueState.SUPPLIED:
                return filed, seen
            return (seen, filed) if _number(seen.value) > _number(filed.value) else (filed, seen)
        case _:
            assert_never(stands_on)


def _number(value: Any) -> Decimal:
    return Decimal(str(value)) if isinstance(value, int | Decimal) else Decimal(0)


def _differs(row: Indicator, filed: IndicatorValue, own: Observed) -> bool:
    """Whether a person has to look: two values that differ, or a filed one for a row that only monitoring decides."""
    if filed.state is ValueState.NOT_APPLICABLE:
        return own.value.state is ValueState.SUPPLIED
    if filed.state is not ValueState.SUPPLIED:
        return False
    if own.value.state is ValueState.SUPPLIED:
        return not _same(row, filed, own.value)
    if own.known and isinstance(filed.value, list | tuple):
        return any((name in filed.value) is not there for name, there in own.known) and not _exempt(row, filed.value)
    return row.observation is not None and row.observation.stands_on is StandsOn.MONITORED


def _exempt(row: Indicator, value: Any) -> bool:
    shape = row.rule.shape
    return isinstance(shape, Elements) and len(value) == 1 and value[0] in shape.alone


def _same(row: Indicator, one: IndicatorValue, other: IndicatorValue) -> bool:
    if one.state is not other.state:
        return False
    try:
        return bool(row.rule.shape.read(one.value) == row.rule.shape.read(other.value))
    except WrongValueError:  # said with the unit and the row when the values are read for scoring
        return bool(one.value == other.value)


def _contradicts(row: Indicator, filed: IndicatorValue, seen: IndicatorValue) -> bool:
    """Whether a portal speaks against what others supplied: full marks against an absence, or the reverse."""
    if filed.state is not ValueState.SUPPLIED or row.observation is None or not isinstance(seen.value, Mapping):
        return False
    best, worst = _extremes(row, filed.value)
    match row.observation.seen:
        case DisclosuresSeen() as wanted:
            there = tuple(seen.value.values())
            if wanted.one_way:
                return worst and any(there)
            return (best and not all(there)) or (worst and all(there) and len(there) == len(wanted.requirements))
        case PublicitySeen():
            return best and bool(seen.value.get("stale"))
        case UpkeepSeen() | EventsSeen():
            return False
        case _:
            assert_never(row.observation.seen)


def _extremes(row: Indicator, value: Any) -> tuple[bool, bool]:
    """Whether a value is the best and the worst that the row can have.  Of a ranked rate the best is 1."""
    try:
        read = row.rule.shape.read(value)
    except WrongValueError:
        return False, False
    if row.rule.ranked is not None:
        return read == 1, read == 0
    points, bounds = row.rule.score(read).points, row.rule.bounds
    if points is None or bounds is None:
        return False, False
    return points >= bounds[1], points <= bounds[0]


def _task(used: IndicatorValue, other: IndicatorValue, question: str) -> Discrepancy:
    return Discrepancy(used.unit, used.indicator, used, other, question)


def _nothing(row: Indicator, unit: Unit) -> IndicatorValue:
    if row.lost:
        because, source = "原文丢失，评审人尚未给分", ValueSource.JUDGED
    else:
        because, source = f"{row.source.removesuffix('提供') or '提供单位'}尚未提供数据", ValueSource.FILED
    return IndicatorValue(unit.id, row.id, ValueState.NOT_SUPPLIED, source, because=because)
