"""Deduction for each item down to a floor; some items, when they occur, take all."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from scoring.points import ZERO, cents, plain
from scoring.rules.base import Better, Outcome, Standing
from scoring.shapes import MOST_COUNTED, Count, Flag, Parts
from scoring.tree import Fields


@dataclass(frozen=True, slots=True)
class Deduction:
    """One class of item: a count or a yes/no, and what each one takes; `step` None: its occurrence takes all."""

    name: str
    step: Decimal | None
    flag: bool = False


@dataclass(frozen=True, slots=True)
class PerItemDeduct:
    """Starts at `start`, never falls below `floor`.  A penalty row starts at 0 with its weight as floor."""

    start: Decimal
    floor: Decimal
    step: Decimal | None = None
    items: tuple[Deduction, ...] = ()
    unit: str = "次"
    most: int = MOST_COUNTED
    kind: ClassVar[str] = "per_item_deduct"

    @property
    def shape(self) -> Count | Parts:
        if self.step is not None:
            return Count(self.unit, self.most)
        return Parts(tuple((item.name, Flag() if item.flag else Count(self.unit)) for item in self.items))

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        return cents(self.floor), cents(self.start)

    @property
    def ranked(self) -> Better | None:
        return None

    @property
    def summary(self) -> str:
        if self.step is not None:
            each = f"每{self.unit}扣 {plain(self.step)} 分"
        else:
            each = "；".join(
                f"{item.name} 出现即扣至最低" if item.step is None else f"{item.name} 扣 {plain(item.step)} 分"
                for item in self.items
            )
        return f"起始 {plain(self.start)} 分，{each}，最低 {plain(self.floor)} 分"

    def score(self, value: int | dict[str, Any], standing: Standing | None = None) -> Outcome:
        if isinstance(value, dict):
            for item in self.items:
                if item.step is None and value[item.name]:
                    return Outcome(cents(self.floor), f"出现 {item.name}，本项计 {plain(self.floor)} 分")
            terms = [(int(value[item.name]), item.step) for item in self.items if item.step is not None]
        else:
            terms = [(value, self.step or ZERO)]
        points = self.start - sum((count * step for count, step in terms), ZERO)
        working = " − ".join([plain(self.start), *(f"{count}×{plain(step)}" for count, step in terms)])
        if points < self.floor:
            return Outcome(cents(self.floor), f"{working} = {plain(points)}，最低计 {plain(self.floor)} 分")
        return Outcome(cents(points), f"{working} = {plain(points)} 分")


def parse(fields: Fields, weight: Decimal) -> PerItemDeduct:
    start = max(weight, Decimal(0))
    floor = fields.decimal("floor", min(weight, Decimal(0)), high=start)
    unit = fields.text("unit", "次")
    if not fields.has("items"):
        most = fields.integer("most", MOST_COUNTED, low=1)
        return PerItemDeduct(start, floor, fields.decimal("step", low=Decimal(0)), (), unit, most)
    if fields.has("step"):
        fields.fault("step", "step 与 items 只能写一个")
    items = []
    for item in fields.named("items"):
        takes_all = item.flag("takes_all", False)
        step = None if takes_all else item.decimal("step", low=Decimal(0))
        items.append(Deduction(item.name, step, item.flag("flag", False)))
        item.close()
    return PerItemDeduct(start, floor, None, tuple(items), unit)
