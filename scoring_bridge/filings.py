"""Filings (填报): what units file and offices supply, read into values with a report for each row.

A row of a filing is one row of the scheme for one unit.  Each is accepted or refused; what is refused names the sheet,
the cell, what is wrong, what was expected and what to do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from records.filings import FiledValue
from records.indicators import ValueState
from records.registry import Unit
from scoring_bridge.filing_form import Form
from scoring_bridge.unit_names import UnitNames, UnknownUnitError

STATE_NAMES: Final = {
    ValueState.SUPPLIED: "已填报",
    ValueState.NOT_SUPPLIED: "无法提供",
    ValueState.NOT_APPLICABLE: "不适用",
    ValueState.NOT_MEASURED: "未测得",
}


@dataclass(frozen=True, slots=True)
class NamedFile:
    """An evidence file as a row names it, to be found among the files that came with the filing."""

    name: str
    note: str = ""
    sha256: str = ""  # where the sender says it
    place: str = ""  # where it is named


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that speaks against a file as a whole, or a column of it."""

    place: str
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.place}：" if self.place else ""
        return where + self.problem + (f"；{self.remedy}" if self.remedy else "")


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row: accepted with its value, or refused with the reason."""

    unit: str  # name as it was written
    unit_id: str
    indicator: str
    sheet: str
    cell: str
    filed: FiledValue | None = None
    files: tuple[NamedFile, ...] = ()
    problem: str = ""
    expected: str = ""
    remedy: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        return not self.problem

    def refused(self, problem: str, expected: str = "", remedy: str = "") -> "RowReport":
        """The same row, refused.  The first reason stays: it is the one that the others follow from."""
        if self.problem:
            return self
        return replace(self, problem=problem, expected=expected, remedy=remedy, filed=None)

    def __str__(self) -> str:
        place = f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet or self.cell
        head = " · ".join(part for part in (place, self.unit, self.indicator) if part)
        if self.accepted:
            return f"{head}：接收" + "".join(f"（{remark}）" for remark in self.remarks)
        expected = f"；应为{self.expected}" if self.expected else ""
        return f"{head}：{self.problem}{expected}" + (f"；{self.remedy}" if self.remedy else "")


@dataclass(frozen=True, slots=True)
class FilingReading:
    """A whole file as read: its rows, and what speaks against the file itself."""

    rows: tuple[RowReport, ...]
    faults: tuple[Fault, ...] = ()
    remarks: tuple[str, ...] = ()
    effective: date | None = None
    filled_by: str = ""

    @property
    def clean(self) -> bool:
        return not self.faults and all(row.accepted for row in self.rows)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file says of one row, however it was written, before the unit is known."""

    unit: str  # id or name
    indicator: str
    sheet: str
    cell: str
    state: ValueState = ValueState.SUPPLIED
    value: Any = None
    reason: str = ""
    effective: date | None = None
    items: tuple[str, ...] = ()
    files: tuple[NamedFile, ...] = ()
    remarks: tuple[str, ...] = ()
    problem: str = ""
    expected: str = ""
    remedy: str = ""
    identity: str = ""  # id beside the name, where the form has one


def settle(entries: Iterable[Entry], form: Form, names: UnitNames, only: tuple[str, ...] = ()) -> tuple[RowReport, ...]:
    """Entries → rows: who is meant, whether the row applies to it, whether it was filed twice.

    `only`: the ids of the units that the form was made for; empty means every unit of the scheme.
    """
    rows = [_settled(entry, form, names, only) for entry in entries]
    places: dict[tuple[str, str], list[int]] = {}
    for number, row in enumerate(rows):
        if row.unit_id:
            places.setdefault((row.unit_id, row.indicator), []).append(number)
    for numbers in places.values():
        if len(numbers) > 1:
            where = "、".join(rows[number].cell for number in numbers)
            for number in numbers:
                rows[number] = rows[number].refused(
                    f"同一单位的同一指标填了 {len(numbers)} 次（{where}）", "每个单位每项只填一次", "请删去多余的"
                )
    return tuple(rows)


def _settled(entry: Entry, form: Form, names: UnitNames, only: tuple[str, ...]) -> RowReport:
    row = RowReport(
        entry.unit.strip()[:60],
        "",
        entry.indicator,
        entry.sheet,
        entry.cell,
        files=entry.files,
        problem=entry.problem,
        expected=entry.expected,
        remedy=entry.remedy,
        remarks=entry.remarks,
    )
    if not entry.unit.strip():
        return row.refused("没有写明单位", "登记的单位名称", "请填写单位，或删去这一行")
    try:
        named = names.find(entry.unit)
    except UnknownUnitError as unknown:
        return row.refused(str(unknown), "登记的单位名称", "请改正名称；确为新单位的，先在名录中登记")
    unit = named.unit
    if entry.identity and entry.identity != unit.id:
        other = names.by_id(entry.identity)
        whose = f"属于{other.name}" if other is not None else "没有登记"
        return row.refused(
            f"单位是{unit.name}，同一行的编号 {entry.identity[:40]} {whose}", "编号与单位一致", "请恢复原表的行"
        )
    row = replace(row, unit=unit.name, unit_id=unit.id)
    if named.remark:
        row = replace(row, remarks=(*row.remarks, named.remark))
    refusal = _not_for(unit, entry.indicator, form, only)
    if refusal:
        return row.refused(*refusal)
    if not row.accepted:
        return row
    filed = FiledValue(
        unit=unit.id,
        indicator=entry.indicator,
        state=entry.state,
        value=entry.value if entry.state is ValueState.SUPPLIED else None,
        reason=entry.reason,
        effective=entry.effective,
        sheet=entry.sheet,
        cell=entry.cell,
        items=entry.items,
        remarks=row.remarks,
    )
    return replace(row, filed=filed)


def _not_for(unit: Unit, indicator: str, form: Form, only: tuple[str, ...]) -> tuple[str, str, str] | None:
    if not unit.evaluated or not form.scheme.is_for(unit.kind):
        return f"{unit.name}不是本方案的评价对象", "参评单位", "请删去这一行"
    if only and unit.id not in only:
        return f"这份表不是发给{unit.name}填的", "表上原有的单位", "请由该单位用自己的表填报"
    row = next((one.indicator for one in form.rows if one.indicator.id == indicator), None)
    if row is None:
        known = "、".join(one.indicator.id for one in form.rows)
        return f"{form.provider.name}不填报 {indicator}", known, "请删去，或改由该项的提供单位填报"
    if not row.applies_to(unit.kind):
        return f"{indicator} 不适用于{unit.name}这类单位", "留空", "请清空这一格"
    return None
