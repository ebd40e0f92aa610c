"""A list of elements: points for each that is there, or all of them or nothing."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from scoring.points import ZERO, cents, plain
from scoring.rules.base import Better, Outcome, Standing
from scoring.shapes import Elements
from scoring.tree import Fields


@dataclass(frozen=True, slots=True)
class Checklist:
    """`exempt`: statements that stand alone and earn full marks (无监管权限)."""

    full: Decimal
    elements: tuple[tuple[str, Decimal], ...]
    all_or_nothing: bool = False
    exempt: tuple[str, ...] = ()
    kind: ClassVar[str] = "checklist"

    @property
    def shape(self) -> Elements:
        return Elements(tuple(name for name, _points in self.elements), self.exempt)

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        return ZERO, cents(self.full)

    @property
    def ranked(self) -> Better | None:
        return None

    @property
    def summary(self) -> str:
        names = "、".join(
            name if self.all_or_nothing else f"{name} {plain(points)} 分" for name, points in self.elements
        )
        text = f"{names} 全部具备得 {plain(self.full)} 分，否则 0 分" if self.all_or_nothing else names
        return text + "".join(f"；{name} 得满分" for name in self.exempt)

    def score(self, value: tuple[str, ...], standing: Standing | None = None) -> Outcome:
        if len(value) == 1 and value[0] in self.exempt:
            return Outcome(cents(self.full), f"{value[0]}：按规定不扣分，得满分 {plain(self.full)} 分")
        missing = [name for name, _points in self.elements if name not in value]
        lacking = "，缺 " + "、".join(missing) if missing else "，全部具备"
        if self.all_or_nothing:
            points = ZERO if missing else self.full
        else:
            points = sum((points for name, points in self.elements if name in value), ZERO)
        return Outcome(cents(points), f"具备 {len(value)}/{len(self.elements)} 项{lacking}，得 {plain(points)} 分")


def parse(fields: Fields, weight: Decimal) -> Checklist:
    all_or_nothing = fields.flag("all_or_nothing", False)
    if all_or_nothing:
        elements = tuple((name, ZERO) for name in fields.texts("elements"))
    else:
        elements = fields.decimals("elements")
        if elements and sum(points for _name, points in elements) != weight:
            fields.fault("elements", f"各要素分值之和不等于本项分值 {plain(weight)}")
    exempt = fields.texts("exempt") if fields.has("exempt") else ()
    return Checklist(weight, elements, all_or_nothing, exempt)
