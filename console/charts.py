"""Charts as ECharts options.  Every chart stands beside a table or a sentence that says the same."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from scoring.result import UnitScore
from services.overview import Bucket, Middle
from services.run_shelf import RunTotals

MOST_LINES: Final = 20  # units with a line of their own; beyond it the spread is drawn

_MAIN: Final = "#12406b"
_OPEN: Final = "#9db4cc"
_INK: Final = "#1b2430"
_LINES: Final = ("#12406b", "#a3221c", "#17603a", "#7a4b00", "#5b3a8c", "#0b6e7a", "#8a2f6b", "#4b5563")
_DASHES: Final = ("solid", "dashed", "dotted")


def _option(**more: Any) -> dict[str, Any]:
    return {
        "animation": False,
        "textStyle": {"color": _INK, "fontFamily": "inherit"},
        "grid": {"left": 8, "right": 24, "top": 32, "bottom": 8, "containLabel": True},
        **more,
    }


def ranking_bars(units: Sequence[UnitScore]) -> dict[str, Any]:
    """One bar for each unit, best on top; the hatched end is what open rows can still add."""
    shown = [one for one in units if one.total is not None][::-1]
    totals = [float(one.total or 0) for one in shown]
    still = [max(float((one.high or Decimal(0)) - (one.total or Decimal(0))), 0.0) for one in shown]
    return _option(
        legend={"top": 0, "data": ["总分", "待补项最多可加"]},
        tooltip={"trigger": "axis", "axisPointer": {"type": "shadow"}},
        xAxis={"type": "value", "scale": False},
        yAxis={"type": "category", "data": [one.name for one in shown]},
        series=[
            {"name": "总分", "type": "bar", "stack": "all", "data": totals, "itemStyle": {"color": _MAIN}},
            {
                "name": "待补项最多可加",
                "type": "bar",
                "stack": "all",
                "data": still,
                "itemStyle": {"color": _OPEN, "decal": {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 5]}},
            },
        ],
    )


def spread_bars(buckets: Sequence[Bucket]) -> dict[str, Any]:
    return _option(
        tooltip={"trigger": "axis", "axisPointer": {"type": "shadow"}},
        xAxis={"type": "category", "data": [f"{one.low}–{one.high}" for one in buckets]},
        yAxis={"type": "value", "name": "单位数", "minInterval": 1},
        series=[
            {
                "type": "bar",
                "data": [one.units for one in buckets],
                "label": {"show": True, "position": "top"},
                "itemStyle": {"color": _MAIN},
            }
        ],
    )


def trend_lines(runs: Sequence[RunTotals], names: Mapping[str, str]) -> dict[str, Any]:
    """A line for each unit, told apart by dash and mark as well as by colour."""
    series = [
        {
            "name": name,
            "type": "line",
            "symbol": ("circle", "rect", "triangle", "diamond")[number % 4],
            "lineStyle": {"type": _DASHES[number // len(_LINES) % len(_DASHES)]},
            "color": _LINES[number % len(_LINES)],
            "connectNulls": False,
            "data": [float(run.totals[unit]) if unit in run.totals else None for run in runs],
        }
        for number, (unit, name) in enumerate(names.items())
    ]
    return _option(
        legend={"type": "scroll", "top": 0, "data": list(names.values())},
        tooltip={"trigger": "axis"},
        xAxis={"type": "category", "data": [run_name(run) for run in runs]},
        yAxis={"type": "value", "scale": True},
        series=series,
    )


def trend_spread(runs: Sequence[RunTotals], middles: Sequence[Middle | None]) -> dict[str, Any]:
    """Lowest, quartiles and highest over runs: for more units than lines can be told apart."""
    parts = (
        ("最高", "high"),
        ("上四分位", "three_quarters"),
        ("中位", "median"),
        ("下四分位", "quarter"),
        ("最低", "low"),
    )
    return _option(
        legend={"top": 0, "data": [word for word, _ in parts]},
        tooltip={"trigger": "axis"},
        xAxis={"type": "category", "data": [run_name(run) for run in runs]},
        yAxis={"type": "value", "scale": True},
        series=[
            {
                "name": word,
                "type": "line",
                "lineStyle": {"type": "solid" if part == "median" else _DASHES[1 + number % 2]},
                "color": _LINES[number],
                "data": [float(getattr(one, part)) if one is not None else None for one in middles],
            }
            for number, (word, part) in enumerate(parts)
        ],
    )


def run_name(run: RunTotals) -> str:
    return f"{run.head.period}\n{run.head.made_at:%m-%d} №{run.head.id}"
