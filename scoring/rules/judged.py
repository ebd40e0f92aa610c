"""Judged by a person (视情况) within bounds, with fixed deductions where the document names some."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from scoring.points import ZERO, cents, plain
from scoring.rules.base import Better, Outcome, Standing
from scoring.shapes import Flag, Number, Parts
from scoring.tree import Fields


@dataclass(frozen=True, slots=True)
class Judged:
    """With `deductions` the value is `{"points": p, "<name>": bool, …}`; what remains is never below `low`."""

    low: Decimal
    high: Decimal
    deductions: tuple[tuple[str, Decimal], ...] = ()
    kind: ClassVar[str] = "judged"

    @property
    def shape(self) -> Number | Parts:
        points = Number(self.low, self.high, "得分")
        if not self.deductions:
            return points
        return Parts((("points", points), *((name, Flag()) for name, _taken in self.deductions)))

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        return cents(self.low), cents(self.high)

    @property
    def ranked(self) -> Better | None:
        return None

    @property
    def summary(self) -> str:
        taken = "".join(f"；{name} 扣 {plain(taken)} 分" for name, taken in self.deductions)
        return f"由评审人在 {plain(self.low)} 到 {plain(self.high)} 分之间评定{taken}"

    def score(self, value: Decimal | dict[str, Any], standing: Standing | None = None) -> Outcome:
        if not isinstance(value, dict):
            points = cents(value)
            return Outcome(points, f"评审人评定 {points} 分（{plain(self.low)}～{plain(self.high)}）")
        given: Decimal = value["points"]
        taken = [(name, step) for name, step in self.deductions if value[name]]
        rest = given - sum((step for _name, step in taken), ZERO)
        working = f"评审人评定 {plain(given)} 分" + "".join(f"，{name} 扣 {plain(step)} 分" for name, step in taken)
        points = cents(max(rest, self.low))
        floor = f"，最低计 {plain(self.low)} 分" if rest < self.low else ""
        return Outcome(points, f"{working}{floor}，得 {points} 分")


def parse(fields: Fields, weight: Decimal) -> Judged:
    low = fields.decimal("low", min(weight, Decimal(0)))
    high = fields.decimal("high", max(weight, Decimal(0)), low=low)
    deductions = fields.decimals("deductions") if fields.has("deductions") else ()
    if any(name == "points" for name, _taken in deductions):
        fields.fault("deductions", "扣分项不能叫 points")
    return Judged(low, high, deductions)
