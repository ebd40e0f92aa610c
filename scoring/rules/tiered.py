"""Named levels, or conditions in order of precedence: the first that holds decides."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from scoring.points import cents, plain
from scoring.rules.base import Better, Outcome, Standing
from scoring.shapes import Choice, Count, Flag, Parts, Shape
from scoring.tree import Fields


@dataclass(frozen=True, slots=True)
class Tier:
    """Holds when every condition does: a yes/no equal to `True`/`False`, a count of at least the number."""

    label: str
    points: Decimal
    when: tuple[tuple[str, bool | int], ...] = ()

    def holds(self, value: dict[str, Any]) -> bool:
        return all(
            value[name] is wanted if isinstance(wanted, bool) else value[name] >= wanted for name, wanted in self.when
        )


@dataclass(frozen=True, slots=True)
class Tiered:
    """Without `parts` the value is a tier's label; with them it is compound and the first tier that holds wins."""

    tiers: tuple[Tier, ...]
    parts: tuple[tuple[str, bool], ...] = ()  # name, and whether it is a yes/no (else a count)
    kind: ClassVar[str] = "tiered"

    @property
    def shape(self) -> Choice | Parts:
        if not self.parts:
            return Choice(tuple(tier.label for tier in self.tiers))
        shapes: list[tuple[str, Shape[Any]]] = [(name, Flag() if flag else Count()) for name, flag in self.parts]
        return Parts(tuple(shapes))

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        points = [tier.points for tier in self.tiers]
        return cents(min(points)), cents(max(points))

    @property
    def ranked(self) -> Better | None:
        return None

    @property
    def summary(self) -> str:
        order = "（依次判断，先符合者为准）" if self.parts else ""
        return "、".join(f"{tier.label} {plain(tier.points)} 分" for tier in self.tiers) + order

    def score(self, value: str | dict[str, Any], standing: Standing | None = None) -> Outcome:
        for tier in self.tiers:
            if tier.label == value if isinstance(value, str) else tier.holds(value):
                return Outcome(cents(tier.points), f"{tier.label}，得 {plain(tier.points)} 分")
        raise ValueError(f"no tier for {value!r}")  # the parser demands a last tier without conditions


def parse(fields: Fields, weight: Decimal) -> Tiered:
    parts: list[tuple[str, bool]] = []
    if fields.has("parts"):
        parts = [(name, kind == "flag") for name, kind in fields.choices("parts", ("flag", "count"))]
    flags = dict(parts)
    tiers: list[Tier] = []
    for entry in fields.entries("tiers"):
        when: list[tuple[str, bool | int]] = []
        for name, scalar in entry.scalars("when"):
            if name not in flags:
                entry.fault("when", f"条件中的 {name} 没有在 parts 中写明")
            elif flags[name]:
                when.append((name, entry.as_flag(scalar)))
            else:
                when.append((name, entry.as_integer(scalar, low=1)))
        tiers.append(Tier(entry.text("label"), entry.decimal("points"), tuple(when)))
        entry.close()
    labels = [tier.label for tier in tiers]
    if len(set(labels)) != len(labels):
        fields.fault("tiers", "有两档同名")
    if parts and tiers and tiers[-1].when:
        fields.fault("tiers", "最后一档不应有条件，否则有的情况没有分数")
    if parts and any(not tier.when for tier in tiers[:-1]):
        fields.fault("tiers", "没有条件的一档只能放在最后")
    if not parts and any(tier.when for tier in tiers):
        fields.fault("tiers", "有条件（when）时须写明 parts")
    return Tiered(tuple(tiers) or (Tier("", weight),), tuple(parts))
