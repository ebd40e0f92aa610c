"""区间排序赋分: the points depend on the unit's place among its peers, by a table of bands.

No document says how; the bands are a parameter of the scheme.  A unit of rank r among n stands at
q = (r − 1) / (n − 1), 0 when it is alone; the first band with q below its edge gives the share of the points.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from scoring.points import EXACT, cents, plain
from scoring.rules.base import Better, Outcome, Standing
from scoring.shapes import RATE, Number
from scoring.tree import Fields


@dataclass(frozen=True, slots=True)
class Band:
    """Covers q below the edge; the last band has none and covers the rest."""

    below: Decimal | None
    share: Decimal


@dataclass(frozen=True, slots=True)
class IntervalRanking:
    full: Decimal
    better: Better
    bands: tuple[Band, ...]
    measure: str = "number"  # number | rate
    kind: ClassVar[str] = "interval_ranking"

    @property
    def shape(self) -> Number:
        return RATE if self.measure == "rate" else Number(Decimal(0), None)

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        shares = [band.share for band in self.bands]
        return cents(self.full * min(shares)), cents(self.full * max(shares))

    @property
    def ranked(self) -> Better | None:
        return self.better

    @property
    def summary(self) -> str:
        bands = "、".join(
            (f"位次比<{plain(band.below)}" if band.below is not None else "其余") + f" 得 {plain(band.share * 100)}%"
            for band in self.bands
        )
        way = "越低越好" if self.better is Better.LOWER else "越高越好"
        return f"同类单位排序，{way}：{bands}"

    def score(self, value: Decimal, standing: Standing | None = None) -> Outcome:
        if standing is None:
            raise ValueError("an interval ranking needs the unit's standing among its peers")
        for band in self.bands:
            # q < edge  ⇔  r − 1 < edge × (n − 1): no division, nothing rounded; alone, q is 0
            if band.below is None or standing.rank - 1 < band.below * max(standing.of - 1, 1):
                points = cents(EXACT.multiply(self.full, band.share))
                place = f"值 {plain(value)}，{standing.of} 个同类单位中第 {standing.rank}"
                return Outcome(points, f"{place}，得 {plain(self.full)} 分的 {plain(band.share * 100)}%")
        raise ValueError("the last band must have no edge")


def parse_bands(entries: list[Fields]) -> tuple[Band, ...]:
    """The table of bands; edges rise, and only the last band has none."""
    bands: list[Band] = []
    edge = Decimal(0)
    for place, entry in enumerate(entries):
        last = place == len(entries) - 1
        below = entry.decimal("below", low=Decimal(0), high=Decimal(1)) if entry.has("below") else None
        if (below is None) is not last:
            entry.fault("below", "区间表只有最后一档不写上界 below，其余各档都要写")
        elif below is not None and below <= edge:
            entry.fault("below", "区间上界应逐档增大且大于 0")
        edge = below if below is not None else edge
        bands.append(Band(below, entry.decimal("share", low=Decimal(0), high=Decimal(1))))
        entry.close()
    return tuple(bands)


def parse(fields: Fields, weight: Decimal, common: tuple[Band, ...]) -> IntervalRanking:
    bands = parse_bands(fields.entries("bands")) if fields.has("bands") else common
    if not bands:
        fields.fault("bands", "没有区间表：请在方案或本项中写 bands")
        bands = (Band(None, Decimal(1)),)
    better = Better(fields.choice("better", tuple(Better)))
    measure = fields.choice("measure", ("number", "rate"), "number")
    return IntervalRanking(weight, better, bands, measure)
