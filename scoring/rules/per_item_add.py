"""Points for each item up to a cap: one step for every item, or a step by class of item."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from scoring.points import ZERO, cents, plain
from scoring.rules.base import Better, Outcome, Standing
from scoring.shapes import Count, Parts
from scoring.tree import Fields


@dataclass(frozen=True, slots=True)
class PerItemAdd:
    """`step` for a single count; `steps` for counts by class (国家级 5, 省部级 3 …).  Exactly one of them is set."""

    cap: Decimal
    step: Decimal | None = None
    steps: tuple[tuple[str, Decimal], ...] = ()
    unit: str = "项"
    kind: ClassVar[str] = "per_item_add"

    @property
    def shape(self) -> Count | Parts:
        if self.step is not None:
            return Count(self.unit)
        return Parts(tuple((name, Count(self.unit)) for name, _step in self.steps))

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        return ZERO, cents(self.cap)

    @property
    def ranked(self) -> Better | None:
        return None

    @property
    def summary(self) -> str:
        if self.step is not None:
            return f"每{self.unit}得 {plain(self.step)} 分，最高 {plain(self.cap)} 分"
        return (
            "每"
            + self.unit
            + "："
            + "、".join(f"{n} {plain(s)} 分" for n, s in self.steps)
            + f"，最高 {plain(self.cap)} 分"
        )

    def score(self, value: int | dict[str, int], standing: Standing | None = None) -> Outcome:
        if isinstance(value, dict):
            terms = [(value[name], step) for name, step in self.steps]
        else:
            terms = [(value, self.step or ZERO)]
        earned = sum((count * step for count, step in terms), ZERO)
        working = " + ".join(f"{count}×{plain(step)}" for count, step in terms)
        if earned > self.cap:
            return Outcome(cents(self.cap), f"{working} = {plain(earned)} 分，封顶 {plain(self.cap)} 分")
        return Outcome(cents(earned), f"{working} = {plain(earned)} 分（最高 {plain(self.cap)} 分）")


def parse(fields: Fields, weight: Decimal) -> PerItemAdd:
    cap = fields.decimal("cap", weight, low=Decimal(0))
    unit = fields.text("unit", "项")
    if fields.has("steps"):
        if fields.has("step"):
            fields.fault("step", "step 与 steps 只能写一个")
        return PerItemAdd(cap, None, fields.decimals("steps"), unit)
    return PerItemAdd(cap, fields.decimal("step", low=Decimal(0)), (), unit)
