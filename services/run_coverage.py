"""What a run did not measure and why: said wherever its totals are shown."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from scoring.model import Indicator, Role
from scoring.points import plain
from scoring.result import IndicatorScore, Missing, State, UnitScore
from services.score_round import StoredRun

_MOST_REASONS: Final = 12
_MOST_NAMES: Final = 6


@dataclass(frozen=True, slots=True)
class Gap:
    """One reason for which rows of units are open, with those that it holds open."""

    missing: Missing
    reason: str
    cells: int
    units: tuple[str, ...]  # names, the first few
    unit_count: int
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The cells of a run by what is known of them.  They add up to ``cells``."""

    units: int
    rows: int
    scored: int
    bad: int  # of the scored ones: measured, and nothing earned where something could be
    not_supplied: int
    not_measured: int
    not_applicable: int
    gaps: tuple[Gap, ...]
    other_gaps: int  # cells whose reasons are not listed
    looks: int  # audits that the run was made from
    refused: int  # of them, those that the portal refused
    unreachable: int
    unseen: tuple[str, ...]  # names of units none of whose portals was audited in the period
    articles: int | None  # reports read; None: no news was gathered

    @property
    def cells(self) -> int:
        return self.scored + self.not_supplied + self.not_measured + self.not_applicable

    @property
    def sentence(self) -> str:
        return (
            f"{self.units} 个单位、{self.rows} 项指标，共 {self.cells} 项次：已计分 {self.scored}"
            f"（其中有数据而得零分的 {self.bad}），未提供 {self.not_supplied}，未测得 {self.not_measured}，"
            f"不适用 {self.not_applicable}。未提供和未测得的既不计零分，也不计满分。"
        )

    @property
    def basis(self) -> str:
        """What was looked at."""
        news = "没有收集新闻" if self.articles is None else f"读新闻 {self.articles} 篇"
        parts = [f"依据巡查 {self.looks} 次", news]
        parts += [f"其中 {self.refused} 次被门户拒绝"] if self.refused else []
        parts += [f"{self.unreachable} 次打不开"] if self.unreachable else []
        if self.unseen:
            names = "、".join(self.unseen[:_MOST_NAMES]) + ("等" if len(self.unseen) > _MOST_NAMES else "")
            parts.append(f"{len(self.unseen)} 个单位在本期没有巡查（{names}）")
        return "，".join(parts) + "。"


def coverage_of(run: StoredRun, only: UnitScore | None = None) -> Coverage:
    """Count the cells of a run, or those of one unit, and gather the reasons of those that are open."""
    inputs = run.inputs
    units = run.run.units if only is None else (only,)
    audits = [one for one in inputs.audits if only is None or one["unit"] == only.id]
    states: Counter[State | Missing] = Counter()
    bad = 0
    roles = {row.id: row.role for row in inputs.scheme.indicators}
    reasons: dict[tuple[Missing, str], tuple[dict[str, None], dict[str, None], int]] = {}
    for unit in units:
        for score in unit.indicators:
            if score.state is State.PENDING:
                missing = score.missing or Missing.NOT_SUPPLIED
                states[missing] += 1
                names, rows, count = reasons.get((missing, score.because), ({}, {}, 0))
                names[unit.name] = rows[score.id] = None
                reasons[missing, score.because] = (names, rows, count + 1)
            else:
                states[score.state] += 1
                bad += is_bad(score, roles[score.id])
    known = sorted(reasons.items(), key=lambda one: -one[1][2])
    gaps = tuple(
        Gap(missing, reason, count, tuple(names)[:_MOST_NAMES], len(names), tuple(rows))
        for (missing, reason), (names, rows, count) in known[:_MOST_REASONS]
    )
    verdicts = Counter(str(one["verdict"]) for one in audits)
    seen = {one["unit"] for one in audits}
    return Coverage(
        units=len(units),
        rows=len(inputs.scheme.indicators),
        scored=states[State.SCORED],
        bad=bad,
        not_supplied=states[Missing.NOT_SUPPLIED],
        not_measured=states[Missing.NOT_MEASURED],
        not_applicable=states[State.NOT_APPLICABLE],
        gaps=gaps,
        other_gaps=sum(count for _key, (_names, _rows, count) in known[_MOST_REASONS:]),
        looks=len(audits),
        refused=verdicts["blocked"],
        unreachable=verdicts["unreachable"],
        unseen=tuple(unit.name for unit in units if unit.id not in seen),
        articles=inputs.articles_read,
    )


def is_bad(score: IndicatorScore, role: Role) -> bool:
    """Measured and nothing earned where something could be, or points taken away.  A bonus of nought is neither."""
    if score.points is None or role is Role.BONUS:
        return False
    return score.points < 0 or (score.points == 0 and bool(score.full))


def span_text(low: Decimal | None, high: Decimal | None) -> str:
    """``81–86`` where a total can still end in several places, else nothing."""
    if low is None or high is None or low == high:
        return ""
    return f"{plain(low)}–{plain(high)}"


def open_points(unit: UnitScore, rows: Mapping[str, Indicator]) -> dict[Missing, Decimal]:
    """The weight of the open rows, by why they are open."""
    found: dict[Missing, Decimal] = {}
    for score in unit.indicators:
        if score.state is State.PENDING:
            missing = score.missing or Missing.NOT_SUPPLIED
            found[missing] = found.get(missing, Decimal(0)) + abs(rows[score.id].weight)
    return found


MISSING_WORDS: Final = {Missing.NOT_MEASURED: "未测", Missing.NOT_SUPPLIED: "未报"}


def open_text(unit: UnitScore, rows: Mapping[str, Indicator]) -> str:
    """``5 分未测、3 分未报``."""
    return "、".join(
        f"{plain(weight)} 分{MISSING_WORDS[missing]}" for missing, weight in open_points(unit, rows).items() if weight
    )
