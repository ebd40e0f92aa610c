"""What was filed for parts of a period, and for earlier ones → what holds for the period itself.

A round's rows are gathered by event, month, quarter, half-year or year (docs/bridge.md).  How the parts of a row make
the whole is data of the scheme (``over_time``); where the scheme does not say, the parts decide nothing: they are
named, and the row stays open.  Parts that leave a gap make no whole either.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Final, assert_never

from records.indicators import IndicatorValue, Trace, ValueState
from records.period import Period, months_later
from scoring.model import OVER_TIME_NAMES, Indicator, OverTime, Scheme
from scoring.points import plain

_MEAN_STEP: Final = Decimal("1e-12")  # finer than any rate is known, coarser than what a value may have of digits

Filed = tuple[Period, IndicatorValue]


def filed_for(
    scheme: Scheme, period: Period, filed: Mapping[Period, Iterable[IndicatorValue]]
) -> tuple[IndicatorValue, ...]:
    """One value for each unit, row and provider that filed it for the period, for parts of it, or before it.

    A filing for the period itself stands before its parts, and these before what an earlier period leaves over.
    """
    by_cell: dict[tuple[str, str, str], list[Filed]] = {}
    for when, values in filed.items():
        for value in values:
            by_cell.setdefault((value.unit, value.indicator, value.provider), []).append((when, value))
    rows = {row.id: row for row in scheme.indicators}
    found = []
    for (_unit, indicator, _provider), ones in by_cell.items():
        row = rows.get(indicator)
        if row is not None and (held := _holding(row, period, ones)) is not None:
            found.append(held)
    return tuple(found)


def reaches(scheme: Scheme, filed: Period, period: Period) -> bool:
    """Whether what was filed for one period can matter for another."""
    return period.covers(filed) or any(_still_valid(row, filed, period) for row in scheme.indicators)


def _holding(row: Indicator, period: Period, ones: Sequence[Filed]) -> IndicatorValue | None:
    own = next((value for when, value in ones if when == period), None)
    parts = sorted(
        (one for one in ones if one[0] != period and period.covers(one[0])),
        key=lambda one: (one[0].first_day, -one[0].last_day.toordinal()),
    )
    if own is not None:
        aside = tuple(trace for _when, value in parts for trace in value.evidence)
        return replace(own, left_out=(*own.left_out, *aside)) if aside else own
    if parts:
        return _whole(row, period, parts)
    earlier = [one for one in ones if _still_valid(row, one[0], period) and one[1].state is ValueState.SUPPLIED]
    if not earlier:
        return None
    when, value = max(earlier, key=lambda one: one[0].last_day)
    return replace(value, because=f"{value.because}；{when.name}的填报在有效期内，沿用（{row.carry_over}）")


def _still_valid(row: Indicator, filed: Period, period: Period) -> bool:
    """Whether a value of an earlier period of the same length still holds at the beginning of this one."""
    if filed.kind is not period.kind or not row.valid_months:
        return False
    return filed.first_day < period.first_day < months_later(filed.first_day, row.valid_months)


def _whole(row: Indicator, period: Period, parts: Sequence[Filed]) -> IndicatorValue:
    """The parts put together as the scheme says; ``NOT_SUPPLIED`` with the reason where they do not make a whole."""
    provider = parts[0][1].provider or "提供单位"
    if row.over_time is None:
        return _open(parts, f"{provider}只有{_names(parts)}的填报，方案没有写明各期如何合成，请按{period.name}填报")
    if row.over_time is OverTime.LAST:
        supplied = [one for one in parts if one[1].state is ValueState.SUPPLIED]
        if not supplied:
            return _open(parts, f"{provider}在{_names(parts)}的填报中没有给出数据")
        when, value = max(supplied, key=lambda one: (one[0].last_day, one[0].first_day))
        others = tuple(trace for one, other in parts if one != when for trace in other.evidence)
        return replace(
            value, because=f"{value.because}；以最近一期{when.name}为准", left_out=(*value.left_out, *others)
        )
    tiles, gap = _tiles(period, parts)
    if gap is not None:
        return _open(parts, f"{provider}只有{_names(parts)}的填报，缺 {gap} 起的数据，不能合成{period.name}")
    if silent := [when for when, value in tiles if value.state is not ValueState.SUPPLIED]:
        names = "、".join(when.name for when in silent)
        return _open(parts, f"{provider}在{names}没有给出数据，不能合成{period.name}")
    if row.over_time is OverTime.MEAN and len({when.kind for when, _value in tiles}) > 1:
        return _open(parts, f"{provider}的{_names(tiles)}长短不一，不能求平均，请按{period.name}填报")
    values = [value.value for _when, value in tiles]
    made = values[0] if len(values) == 1 else _together(row.over_time, values)
    shown = "、".join(f"{when} {_shown(value.value)}" for when, value in tiles)
    last = tiles[-1][1]
    return replace(
        last,
        value=made,
        because=f"{provider}各期填报{OVER_TIME_NAMES[row.over_time]}：{shown}",
        evidence=tuple(trace for _when, value in tiles for trace in value.evidence),
        left_out=_left_out(tiles),
    )


def _tiles(period: Period, parts: Sequence[Filed]) -> tuple[list[Filed], date | None]:
    """Parts that follow each other without gap or overlap, longest first; the day from which one is missing."""
    tiles: list[Filed] = []
    day = period.first_day
    while day <= period.last_day:
        found = next((one for one in parts if one[0].first_day == day), None)  # sorted: the longest comes first
        if found is None:
            return tiles, day
        tiles.append(found)
        day = found[0].last_day + timedelta(days=1)
    return tiles, None


def _together(over_time: OverTime, values: Sequence[Any]) -> Any:
    """Numbers, or compound values part by part."""
    if isinstance(values[0], Mapping):
        return {name: _together(over_time, [value[name] for value in values]) for name in values[0]}
    match over_time:
        case OverTime.SUM | OverTime.LAST:
            return sum(values)
        case OverTime.MEAN:
            mean = sum((Fraction(value) for value in values), Fraction(0)) / len(values)
            exact = Decimal(mean.numerator) / Decimal(mean.denominator)
            return Decimal(plain(exact.quantize(_MEAN_STEP, ROUND_HALF_UP)))
        case _:
            assert_never(over_time)


def _open(parts: Sequence[Filed], because: str) -> IndicatorValue:
    last = parts[-1][1]
    aside = tuple(trace for _when, value in parts for trace in value.evidence)
    return IndicatorValue(
        last.unit, last.indicator, ValueState.NOT_SUPPLIED, last.source, because=because, provider=last.provider,
        left_out=(*aside, *_left_out(parts)),
    )  # fmt: skip


def _left_out(parts: Sequence[Filed]) -> tuple[Trace, ...]:
    return tuple(trace for _when, value in parts for trace in value.left_out)


def _names(parts: Sequence[Filed]) -> str:
    names = [when.name for when, _value in parts]
    return "、".join(names[:4]) + (f"等 {len(names)} 期" if len(names) > 4 else "")


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "（" + "，".join(f"{name} {_shown(part)}" for name, part in value.items()) + "）"
    return plain(value) if isinstance(value, Decimal) else str(value)
