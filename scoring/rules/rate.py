"""Points times a rate; or times the weighted mean of several rates."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from scoring.points import EXACT, ZERO, cents, cents_of_fraction, plain
from scoring.rules.base import Better, Outcome, Standing
from scoring.shapes import RATE, Number, Parts
from scoring.tree import Fields


@dataclass(frozen=True, slots=True)
class Rate:
    """`parts` names the rates of a compound value with their relative weights; empty: the value is one rate."""

    full: Decimal
    parts: tuple[tuple[str, Decimal], ...] = ()
    kind: ClassVar[str] = "rate"

    @property
    def shape(self) -> Number | Parts:
        return Parts(tuple((name, RATE) for name, _weight in self.parts)) if self.parts else RATE

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        return ZERO, cents(self.full)

    @property
    def ranked(self) -> Better | None:
        return None

    @property
    def summary(self) -> str:
        if not self.parts:
            return f"{plain(self.full)} 分 × 比率"
        weights = "、".join(f"{name}（权重 {plain(weight)}）" for name, weight in self.parts)
        return f"{plain(self.full)} 分 × 加权平均：{weights}"

    def score(self, value: Decimal | dict[str, Decimal], standing: Standing | None = None) -> Outcome:
        if not isinstance(value, dict):
            points = cents(EXACT.multiply(self.full, value))
            return Outcome(points, f"{plain(self.full)} × {plain(value)} = {points} 分")
        whole = sum((weight for _name, weight in self.parts), Decimal(0))
        weighted = [EXACT.multiply(weight, value[name]) for name, weight in self.parts]
        together = weighted[0]
        for term in weighted[1:]:
            together = EXACT.add(together, term)
        points = cents_of_fraction(Fraction(EXACT.multiply(self.full, together)) / Fraction(whole))
        rates = "、".join(f"{name} {plain(value[name])}" for name, _weight in self.parts)
        return Outcome(points, f"{plain(self.full)} × 平均（{rates}）= {points} 分")


def parse(fields: Fields, weight: Decimal) -> Rate:
    parts = fields.decimals("parts") if fields.has("parts") else ()
    if any(relative <= 0 for _name, relative in parts):
        fields.fault("parts", "各比率的权重应大于 0")
    return Rate(weight, parts)
