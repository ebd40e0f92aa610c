"""binary(有): it is there, full points; it is not, none."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from scoring.points import ZERO, cents, plain
from scoring.rules.base import Better, Outcome, Standing
from scoring.shapes import Flag
from scoring.tree import Fields


@dataclass(frozen=True, slots=True)
class Presence:
    full: Decimal
    kind: ClassVar[str] = "presence"

    @property
    def shape(self) -> Flag:
        return Flag()

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        return ZERO, cents(self.full)

    @property
    def ranked(self) -> Better | None:
        return None

    @property
    def summary(self) -> str:
        return f"有得 {plain(self.full)} 分，没有得 0 分"

    def score(self, value: bool, standing: Standing | None = None) -> Outcome:
        if value:
            return Outcome(cents(self.full), f"有，得满分 {plain(self.full)} 分")
        return Outcome(ZERO, "经核实没有，不得分")


def parse(fields: Fields, weight: Decimal) -> Presence:
    return Presence(weight)
