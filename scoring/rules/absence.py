"""binary(无): no case found, full points; any case, none."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from scoring.points import ZERO, cents, plain
from scoring.rules.base import Better, Outcome, Standing
from scoring.shapes import Count
from scoring.tree import Fields


@dataclass(frozen=True, slots=True)
class Absence:
    full: Decimal
    unit: str = "起"
    kind: ClassVar[str] = "absence"

    @property
    def shape(self) -> Count:
        return Count(self.unit)

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        return ZERO, cents(self.full)

    @property
    def ranked(self) -> Better | None:
        return None

    @property
    def summary(self) -> str:
        return f"未发现得 {plain(self.full)} 分，发现 1 {self.unit}及以上得 0 分"

    def score(self, value: int, standing: Standing | None = None) -> Outcome:
        if value == 0:
            return Outcome(cents(self.full), f"未发现，得满分 {plain(self.full)} 分")
        return Outcome(ZERO, f"发现 {value} {self.unit}，不得分")


def parse(fields: Fields, weight: Decimal) -> Absence:
    return Absence(weight, fields.text("unit", "起"))
