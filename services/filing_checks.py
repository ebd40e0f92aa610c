"""What a verifier (审核员) is shown beside a filed row: the evidence read, and what should make them look twice.

Nothing here decides.  A check that cannot be made says so; it is no reproach.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from records.filings import EvidenceFile, FilingOutcome
from records.indicators import ValueSource, ValueState
from records.period import Period
from records.registry import City, Unit
from scoring.shapes import WrongValueError
from services.reports.filing_text import value_text, value_words
from services.run_shelf import OpenedRun
from storage.filed_values import KeptValue
from storage.filing_queue import UseOfFile


class Tone(StrEnum):
    GOOD = "good"
    LOOK = "warn"
    BAD = "bad"
    PLAIN = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    title: str
    told: str
    tone: Tone


def checks_of(
    kept: KeptValue,
    city: City,
    files: Mapping[str, EvidenceFile],
    uses: Sequence[UseOfFile],
    versions: Sequence[KeptValue] = (),
) -> tuple[Check, ...]:
    """``uses``: every place that names one of its files; ``versions``: what was filed for the same cell."""
    found = [_effect(kept), *_evidence(kept, city, files), *_shared(kept, city, uses)]
    if same := _same_as_accepted(kept, versions):
        found.append(same)
    found += [Check("读取说明", remark, Tone.LOOK) for remark in kept.filed.remarks]
    return tuple(found)


def _effect(kept: KeptValue) -> Check:
    day = kept.filed.effective or kept.head.effective
    title = "数据截止日"
    if day is None:
        return Check(title, "没有写明数据截止日，无法核对是否属于本期", Tone.LOOK)
    try:
        period = Period.parse(kept.head.period)
    except ValueError:
        return Check(title, f"截至 {day}", Tone.PLAIN)
    if day < period.first_day:
        return Check(title, f"截至 {day}，早于{period.name}（{period.first_day} 起）", Tone.BAD)
    if day > period.last_day:
        return Check(title, f"截至 {day}，晚于{period.name}（{period.last_day} 止）", Tone.LOOK)
    return Check(title, f"截至 {day}，在{period.name}之内", Tone.GOOD)


def _evidence(kept: KeptValue, city: City, files: Mapping[str, EvidenceFile]) -> list[Check]:
    if not kept.filed.attachments:
        tone = Tone.LOOK if kept.filed.state is ValueState.SUPPLIED else Tone.PLAIN
        return [Check("佐证", "没有附佐证材料", tone)]
    unit = next((one for one in city.units if one.id == kept.filed.unit), None)
    return [_one_file(one.name, kept, unit, files.get(one.sha256)) for one in kept.filed.attachments]


def _one_file(name: str, kept: KeptValue, unit: Unit | None, file: EvidenceFile | None) -> Check:
    title = f"佐证“{name[:40]}”"
    if file is None or not file.text.strip():
        note = f"（{file.note}）" if file is not None and file.note else ""
        return Check(title, f"没有可供核对的文字{note}，请打开查看", Tone.LOOK)
    named = unit is not None and any(word and word in file.text for word in names_of(unit))
    year = kept.head.period[:4]
    dated = year in file.text
    told = f"{'出现' if named else '没有出现'}本单位名称，{'出现' if dated else '没有出现'}“{year}”"
    return Check(title, told, Tone.GOOD if named and dated else Tone.LOOK)


def names_of(unit: Unit) -> tuple[str, ...]:
    """Every name that a paper may call the unit by."""
    return (unit.name, unit.full_name, *unit.short_names, *(former.name for former in unit.former_names))


def _shared(kept: KeptValue, city: City, uses: Sequence[UseOfFile]) -> list[Check]:
    own = {one.sha256: one.name for one in kept.filed.attachments}
    units = {unit.id: unit.name for unit in city.units}
    checks = []
    for digest, name in own.items():
        others = [one for one in uses if one.sha256 == digest and one.value_id != kept.id]
        foreign = [one for one in others if one.unit != kept.filed.unit]
        if not others:
            continue
        where = "、".join(f"{units.get(one.unit, one.unit)} {one.indicator}（{one.period}）" for one in others[:8])
        more = f" 等 {len(others)} 处" if len(others) > 8 else ""
        tone = Tone.BAD if foreign else Tone.LOOK
        checks.append(Check("同一文件用于多处", f"“{name[:40]}”还用于：{where}{more}", tone))
    return checks


def _same_as_accepted(kept: KeptValue, versions: Sequence[KeptValue]) -> Check | None:
    """Filed again without a change after it had been accepted, as whole workbooks are."""
    for number, earlier in enumerate(versions, start=1):
        accepted = earlier.decision is not None and earlier.decision.outcome is FilingOutcome.ACCEPTED
        if earlier.id < kept.id and accepted and _content(earlier) == _content(kept):
            return Check("与先前相同", f"内容与已审核通过的第 {number} 次填报相同", Tone.GOOD)
    return None


def _content(kept: KeptValue) -> tuple[Any, ...]:
    filed = kept.filed
    day = filed.effective or kept.head.effective
    files = sorted(one.sha256 for one in filed.attachments)
    return filed.state, repr(filed.value), filed.reason, day, filed.items, files


def against_monitored(kept: KeptValue, run: OpenedRun | None) -> Check:
    """The filed value beside what our own monitoring saw, as the newest run of that scheme and period has it."""
    title = "与监测比对"
    if run is None:
        return Check(title, "这一期还没有计分，没有可比的监测值", Tone.PLAIN)
    cell = (kept.filed.unit, kept.filed.indicator)
    used = run.value(*cell)
    known = [*((used,) if used is not None else ()), *run.beside.get(cell, ())]
    seen = [one for one in known if one.source is ValueSource.MONITORED and one.state is ValueState.SUPPLIED]
    if not seen:
        return Check(title, "这一项没有监测值", Tone.PLAIN)
    told = f"监测值为 {value_words(seen[0].value, seen[0].indicator)}：{seen[0].because}"
    if kept.filed.state is not ValueState.SUPPLIED:
        return Check(title, f"单位申报没有数据，{told}", Tone.LOOK)
    row = run.rows.get(kept.filed.indicator)
    same = row is not None and _same(row.rule.shape.read, kept.filed.value, seen[0].value)
    if same:
        return Check(title, f"一致，{told}", Tone.GOOD)
    return Check(title, f"填报 {value_text(kept)}，{told}；不一致的由人裁定", Tone.LOOK)


def _same(read: Callable[[object], Any], one: Any, other: Any) -> bool:
    try:
        return bool(read(one) == read(other))
    except WrongValueError:
        return bool(one == other)
