"""Contradictions of a scheme: points that do not add up, a cap below the weight, a row that is lost.

What the scheme admits by `conflict:` is a remark (the document is so); what it does not admit is a fault (a slip).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from records.registry import UnitKind
from scoring.model import UNIT_KIND_NAMES, Combination, Indicator, Role, Scheme, Section
from scoring.points import cents, plain
from scoring.tree import Fault


@dataclass(slots=True)
class Unsure:
    """What could not be read for certain: nothing is added up with it, for that would be a false alarm."""

    combination: bool = False
    full: bool = False  # the full marks, the objects, the start value
    sections: set[int] = field(default_factory=set)  # by line
    weights: set[int] = field(default_factory=set)  # of rows, by line
    rules: set[int] = field(default_factory=set)


Say = Callable[[int, str, str], None]  # line, text, and the scheme's admission (empty: none)


def contradictions(scheme: Scheme, source: str, unsure: Unsure) -> tuple[list[Fault], list[Fault]]:
    """Faults and admitted remarks, each with the line of the row or section that it is about."""
    faults: list[Fault] = []
    remarks: list[Fault] = []

    def say(line: int, text: str, admitted: str) -> None:
        if admitted:
            remarks.append(Fault(source, line, f"{text}（已说明：{admitted}）"))
        else:
            faults.append(Fault(source, line, text))

    for section in scheme.sections:
        weighed = all(row.line not in unsure.weights for row in section.indicators)
        if weighed and not unsure.combination and section.line not in unsure.sections:
            _check_section(scheme, section, say)
        for row in section.indicators:
            if not unsure.combination and row.line not in unsure.weights | unsure.rules:
                _check_row(scheme, row, say)
            if row.lost:
                remarks.append(
                    Fault(source, row.line, f"{row.id} 的原文丢失，分值 {plain(row.weight)}，须由评审人给分")
                )
    if unsure.combination or unsure.full:
        return faults, remarks
    if scheme.combination is Combination.MEAN and scheme.full is None:
        say(1, "取平均的方案须写满分 full", "")
    if scheme.combination is Combination.LEDGER and (scheme.grades is not None or scheme.overrides):
        say(1, "台账方案没有总分，不能写 grades 或 overrides", "")
    sure = scheme.sections and not unsure.sections and not unsure.weights
    if scheme.combination is Combination.SUM and scheme.full is not None and sure:
        for kind in scheme.objects or tuple(UnitKind):
            full = scheme.full_for(kind)
            if full is not None and full != scheme.full:
                text = f"{UNIT_KIND_NAMES[kind]}适用各项之和为 {plain(full)}，与满分 {plain(scheme.full)} 不等"
                say(1, text, scheme.conflict)
    return faults, remarks


def _check_section(scheme: Scheme, section: Section, say: Say) -> None:
    if scheme.combination is not Combination.SUM or section.declared is None:
        return
    total = sum((row.weight for row in section.indicators), Decimal(0))
    if total != section.declared:
        say(
            section.line,
            f"“{section.name}”各项之和为 {plain(total)}，与所写合计 {plain(section.declared)} 不等",
            section.conflict,
        )


def _check_row(scheme: Scheme, row: Indicator, say: Say) -> None:
    if row.rule.bounds is None:
        return
    if scheme.combination is Combination.MEAN and (row.role is not Role.BASE or row.weight != scheme.full):
        say(row.line, f"取平均的方案中每项的分值都应等于满分，且不能有加分项、扣分项：{row.id}", "")
    low, high = row.rule.bounds
    full = cents(max(row.weight, Decimal(0)))
    if high < full:
        say(row.line, f"{row.id} 最多只能得 {plain(high)} 分，低于分值 {plain(full)}", row.conflict)
    if high > full:
        say(row.line, f"{row.id} 最多能得 {plain(high)} 分，高于分值 {plain(full)}", row.conflict)
    if row.role is Role.PENALTY and low != cents(row.weight):
        say(row.line, f"{row.id} 最多扣 {plain(-low)} 分，与分值 {plain(row.weight)} 不等", row.conflict)
