"""What changes a total beyond its rows: a start value, redistribution of rows that do not apply, overrides by flag."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.model import Override
from scoring.points import ZERO, cents, cents_of_fraction, plain
from scoring.result import Adjustment


@dataclass(frozen=True, slots=True)
class Totals:
    """A total with the range in which it can end."""

    total: Decimal
    low: Decimal
    high: Decimal

    def plus(self, points: Decimal) -> "Totals":
        return Totals(self.total + points, self.low + points, self.high + points)

    def at_most(self, cap: Decimal) -> "Totals":
        return Totals(min(self.total, cap), min(self.low, cap), min(self.high, cap))


def start_adjustment(start: Decimal) -> Adjustment:
    return Adjustment("start", cents(start), f"初始分值 {plain(start)} 分")


def redistribution(base: Totals, full: Decimal, applicable: Decimal) -> tuple[Adjustment, Totals]:
    """What the base rows' points grow by when the weight of rows that do not apply is spread over the others."""

    def grown(points: Decimal) -> Decimal:
        return cents_of_fraction(Fraction(points) * Fraction(full) / Fraction(applicable)) - points

    growth = Totals(grown(base.total), grown(base.low), grown(base.high))
    because = f"不适用项的分值按比例分摊：{plain(applicable)} 分折算为 {plain(full)} 分"
    return Adjustment("redistribution", growth.total, because), growth


def apply_overrides(
    totals: Totals, overrides: Iterable[Override], flags: tuple[str, ...]
) -> tuple[Totals, list[Adjustment], str | None]:
    """The totals after every override whose flag the unit carries, what each did, and a grade if one sets it.

    The earned total is kept in the adjustment, so that it comes back when the flag is lifted.
    """
    adjustments: list[Adjustment] = []
    grade: str | None = None
    for override in overrides:
        if override.flag not in flags:
            continue
        if override.cap_total is not None:
            capped = totals.at_most(cents(override.cap_total))
            because = (
                f"{override.name}：总分不高于 {plain(override.cap_total)} 分，原得分 {totals.total} 分，解除后恢复"
            )
            adjustments.append(Adjustment(override.flag, capped.total - totals.total, because, totals.total))
            totals = capped
        else:
            grade = override.grade
            adjustments.append(Adjustment(override.flag, ZERO, f"{override.name}：直接列为{grade}", totals.total))
    return totals, adjustments, grade
