"""Values → points.  Pure: the same scheme and values give the same scores, whatever the order or the names of units."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from records.registry import UnitKind
from scoring.adjustments import Totals, apply_overrides, redistribution, start_adjustment
from scoring.columns import score_row
from scoring.grades import grade_units
from scoring.model import OVER_TIME_NAMES, UNIT_KIND_NAMES, Combination, NotApplicable, Role, Scheme
from scoring.observation import STANDS_ON_WORDS, Gate, StandsOn
from scoring.points import ZERO, cents, cents_of_fraction, plain
from scoring.rank_floor import RankFloor, ranked
from scoring.result import Adjustment, IndicatorScore, State, UnitScore
from scoring.rules.status_ledger import STATUS_NAMES
from scoring.values import UnitValues


def score_units(scheme: Scheme, units: Sequence[UnitValues], floor: RankFloor | None = None) -> tuple[UnitScore, ...]:
    """The scores of all units, in the order given; ranks and interval rankings among units of the same kind.

    A unit below the ``floor`` has a total and no rank; without one every unit that has a total is ranked.
    """
    columns = [score_row(row, units) for row in scheme.indicators]
    rows = list(zip(*columns, strict=True)) if columns else [()] * len(units)
    fulls: _Fulls = {}
    makers = [_Total(scheme, unit, scores, fulls) for unit, scores in zip(units, rows, strict=True)]
    scored = ranked(scheme, [maker.unit_score() for maker in makers], floor)
    return tuple(_graded(scheme, scored, [maker.vetoed for maker in makers]))


def _graded(scheme: Scheme, scored: Sequence[UnitScore], vetoed: list[str | None]) -> Sequence[UnitScore]:
    if scheme.grades is None or scheme.combination is Combination.LEDGER:
        return scored
    grades = grade_units(scheme.grades, [(score.low or ZERO, score.high or ZERO) for score in scored])
    return [
        replace(score, grade=veto or grade, grade_because="有一票否决情形" if veto else because)
        for score, (grade, because), veto in zip(scored, grades, vetoed, strict=True)
    ]


# Full marks by kind and rows left out: the same for most units of a run.
_Fulls = dict[tuple[UnitKind, frozenset[str]], Decimal]


@dataclass(slots=True)
class _Sums:
    """Points of some rows: earned, and where they can end with the open ones."""

    total: Decimal = ZERO
    low: Decimal = ZERO
    high: Decimal = ZERO
    pending: Decimal = ZERO

    def frozen(self) -> Totals:
        return Totals(self.total, self.low, self.high)


class _Total:
    """One unit's rows put together under the scheme."""

    def __init__(self, scheme: Scheme, unit: UnitValues, scores: Sequence[IndicatorScore], fulls: _Fulls) -> None:
        self.scheme = scheme
        self.fulls = fulls
        self.unit = unit
        self.scores = scores
        self.left_out = frozenset(score.id for score in scores if score.state is State.NOT_APPLICABLE)
        self.vetoed: str | None = None

    def unit_score(self) -> UnitScore:
        if self.scheme.combination is Combination.LEDGER:
            return self._ledger()
        shares = {}
        adjustments: list[Adjustment] = []
        if self.scheme.combination is Combination.MEAN:
            shares = self.scheme.shares(self.unit.kind, self.left_out)
            totals, pending, full = self._mean(shares)
        else:
            totals, pending, full = self._sum(adjustments)
        if self.scheme.start:
            adjustments.append(start_adjustment(self.scheme.start))
            totals = totals.plus(adjustments[-1].points)
        totals, overridden, self.vetoed = apply_overrides(totals, self.scheme.overrides, self.unit.flags)
        return UnitScore(
            id=self.unit.id,
            name=self.unit.name,
            kind=self.unit.kind,
            total=totals.total,
            full=cents(full),
            pending_points=pending,
            low=totals.low,
            high=totals.high,
            rank=None,
            grade=None,
            grade_because="",
            indicators=tuple(self.scores),
            adjustments=(*adjustments, *overridden),
            shares=shares,
            notes=self._notes(),
            sources=self.unit.sources,
        )

    def _sum(self, adjustments: list[Adjustment]) -> tuple[Totals, Decimal, Decimal]:
        base, extra = _Sums(), _Sums()
        for row, score in zip(self.scheme.indicators, self.scores, strict=True):
            sums = base if row.role is Role.BASE else extra
            if score.state is State.SCORED and score.points is not None:
                sums.total += score.points
                sums.low += score.points
                sums.high += score.points
            elif score.state is State.PENDING:
                low, high = row.rule.bounds or (ZERO, ZERO)
                sums.low += low
                sums.high += high
                sums.pending += cents(abs(row.weight))
        key = (self.unit.kind, self.left_out)
        if key not in self.fulls:
            self.fulls[key] = self.scheme.full_for(*key) or ZERO
        full = self.fulls[key]
        totals = base.frozen()
        wanted = self.scheme.full
        if self.scheme.not_applicable is NotApplicable.REDISTRIBUTE and wanted is not None and 0 < full != wanted:
            rows_full, rows_wanted = full - self.scheme.start, wanted - self.scheme.start
            if rows_full > 0:
                adjustment, growth = redistribution(totals, rows_wanted, rows_full)
                adjustments.append(adjustment)
                totals = Totals(totals.total + growth.total, totals.low + growth.low, totals.high + growth.high)
                base.pending = cents_of_fraction(Fraction(base.pending) * Fraction(rows_wanted) / Fraction(rows_full))
                full = wanted
        together = Totals(totals.total + extra.total, totals.low + extra.low, totals.high + extra.high)
        return together, base.pending + extra.pending, full

    def _mean(self, shares: dict[str, Fraction]) -> tuple[Totals, Decimal, Decimal]:
        total = low = high = pending = Fraction(0)
        for row, score in zip(self.scheme.indicators, self.scores, strict=True):
            share = shares.get(row.id, Fraction(0))
            if score.state is State.SCORED and score.points is not None:
                total += share * Fraction(score.points)
            elif score.state is State.PENDING:
                least, most = row.rule.bounds or (ZERO, ZERO)
                low += share * Fraction(least)
                high += share * Fraction(most)
                pending += share * Fraction(row.weight)
        totals = Totals(cents_of_fraction(total), cents_of_fraction(total + low), cents_of_fraction(total + high))
        full = self.scheme.full if shares and self.scheme.full is not None else ZERO
        return totals, cents_of_fraction(pending), full

    def _ledger(self) -> UnitScore:
        statuses = Counter(score.value["status"] for score in self.scores if score.state is State.SCORED)
        states = {status: statuses[status] for status in STATUS_NAMES}
        states |= {
            state.value: sum(score.state is state for score in self.scores)
            for state in State
            if state is not State.SCORED
        }
        return UnitScore(
            self.unit.id, self.unit.name, self.unit.kind, None, None, None, None, None, None, None, "",
            tuple(self.scores), (), states=states, notes=self._notes(), sources=self.unit.sources,
        )  # fmt: skip

    def _notes(self) -> tuple[str, ...]:
        notes = []
        if not self.scheme.is_for(self.unit.kind):
            objects = "、".join(UNIT_KIND_NAMES[kind] for kind in self.scheme.objects)
            notes.append(f"本方案的对象是{objects}，该单位的类别是{UNIT_KIND_NAMES[self.unit.kind]}，按同一口径计分")
        known = {override.flag for override in self.scheme.overrides}
        notes += [f"标记 {flag} 在本方案中没有规定，未影响得分" for flag in self.unit.flags if flag not in known]
        return tuple(notes)


def assumptions(scheme: Scheme) -> tuple[tuple[str, str], ...]:
    """Every reading that the document does not state, as (indicator id or "", Chinese sentence)."""
    found = [("", text) for text in scheme.assumptions]
    if scheme.grades is not None and scheme.grades.assumption:
        found.append(("", f"等级：{scheme.grades.assumption}"))
    found += [("", f"{override.name}：{override.assumption}") for override in scheme.overrides if override.assumption]
    if scheme.conflict:
        found.append(("", scheme.conflict))
    if scheme.gate is not None:
        found.append(("", f"监测结果计入的条件：{_gate(scheme.gate)}"))
        found.append(("", "监测与填报（提供）不一致的交人裁定；裁定之前，除另有说明的项外先按监测结果计分"))
    ranked = [row for row in scheme.indicators if row.rule.ranked is not None]
    if ranked:
        weight = sum((row.weight for row in ranked), Decimal(0))
        found.append(("", f"{len(ranked)} 项共 {plain(weight)} 分取决于区间表；换一张区间表，这些得分和名次都会变"))
    for section in scheme.sections:
        if section.conflict:
            found.append(("", f"{section.name}：{section.conflict}"))
        for row in section.indicators:
            # the bands in force are printed, not described: an overlay may have changed them
            bands = f"本方案取：{row.rule.summary}" if row.rule.ranked is not None else ""
            found += [(row.id, text) for text in (row.assumption + bands, row.conflict) if text]
            if row.gate is not None:
                own = set(row.gate.clauses()) - set(scheme.gate.clauses() if scheme.gate is not None else ())
                differing = "；".join(clause for clause in row.gate.clauses() if clause in own)
                if differing:
                    found.append((row.id, f"本项另定的计入条件：{differing}{_because(row.gate)}"))
            observed = row.observation
            if observed is not None and observed.stands_on is not StandsOn.MONITORED:
                found.append((row.id, f"监测与填报（提供）不一致、尚未裁定时，{STANDS_ON_WORDS[observed.stands_on]}"))
            if row.over_time is not None:
                found.append((row.id, f"按月、按季等分期填报的，整期的值由各期{OVER_TIME_NAMES[row.over_time]}得出"))
            if row.valid_months:
                found.append((row.id, f"本期没有新数据的，沿用 {row.valid_months} 个月内各期的最近一期"))
            if row.lost:
                found.append((row.id, f"原文丢失，{plain(row.weight)} 分由评审人给出"))
    return tuple(found)


def _gate(gate: Gate) -> str:
    return gate.summary() + _because(gate)


def _because(gate: Gate) -> str:
    return f"（{gate.assumption}）" if gate.assumption else ""
