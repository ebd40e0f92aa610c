"""How recent the columns are in which a portal publishes permits and penalties (双公示): only ever beside a filing.

The rows ask whether decisions were published within so many days of being made.  A portal shows when the newest one
was published, not when it was decided nor how many there were: that is all that can honestly be said from outside.
"""

from records.indicators import IndicatorValue, ValueSource, ValueState
from records.verdicts import ColumnVerdict
from scoring.model import Indicator
from scoring.observation import Gate, PublicitySeen
from scoring_bridge.coverage import portal_views
from scoring_bridge.traces import column_trace
from scoring_bridge.watch import Observed, Watch


def observe(row: Indicator, seen: PublicitySeen, gate: Gate, watch: Watch) -> Observed:
    """``{"stale": bool}``: whether every such column of the unit's portals has had no news for the policy's time."""
    unit = watch.unit.id
    looks = [view.look for view in portal_views(watch, gate) if view.look is not None]
    columns = [
        (column, look)
        for look in looks
        for column in look.audit.columns
        if any(name in column.fact.name for name in seen.columns)
        and column.verdict in (ColumnVerdict.FRESH, ColumnVerdict.STALE)
        and column.fact.newest_certain
    ]
    if not columns:
        because = "门户上没有看到注明日期的双公示栏目，无从比对"
        return Observed(IndicatorValue(unit, row.id, ValueState.NOT_MEASURED, ValueSource.MONITORED, None, because))
    evidence = tuple(column_trace(column, look) for column, look in columns)
    stale = all(column.verdict is ColumnVerdict.STALE for column, _look in columns)
    newest = max((column.fact.newest for column, _look in columns if column.fact.newest is not None), default=None)
    told = f"门户双公示栏目最新一条为 {newest}" if newest is not None else "门户双公示栏目未见日期"
    because = f"{told}，{'均已超期未更新' if stale else '按期更新'}（门户只能看出最新一条的日期，看不出决定日期和总数）"
    value = {"stale": stale}
    return Observed(IndicatorValue(unit, row.id, ValueState.SUPPLIED, ValueSource.MONITORED, value, because, evidence))
