"""YAML text → Scheme, with every fault and its line at once.  The rooms of the file are those of docs/scoring.md."""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from records.registry import UnitKind
from scoring.model import (
    OVER_TIME_NAMES,
    Combination,
    Document,
    EdgeTie,
    Grades,
    Indicator,
    Level,
    NotApplicable,
    Override,
    OverTime,
    Period,
    RecordLife,
    Role,
    Scheme,
    Section,
)
from scoring.observation import Gate, parse_gate, parse_observation
from scoring.overlay import overlaid
from scoring.points import cents
from scoring.rules import parse_rule
from scoring.rules.interval_ranking import Band, parse_bands
from scoring.scheme_check import Unsure, contradictions
from scoring.shapes import Count, Number, Parts, Shape
from scoring.tree import Fault, Fields, brief, read_tree

FORMAT: Final = "chengjian.scheme/1"
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_ROW_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


@dataclass(frozen=True, slots=True)
class SchemeReading:
    """`scheme` only when nothing is wrong; `remarks` are the document's own contradictions, admitted by the scheme."""

    scheme: Scheme | None
    faults: tuple[Fault, ...]
    remarks: tuple[Fault, ...]


def parse_scheme(text: str, source: str, overlay: str | None = None, overlay_source: str = "what-if") -> SchemeReading:
    """Read a scheme; `overlay` is a partial YAML that replaces what it names (another reading, another band table)."""
    faults: list[Fault] = []
    tree = read_tree(text, source, faults)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
    if overlay is not None:
        tree = overlaid(tree, read_tree(overlay, overlay_source, faults), faults)
        digest.update(b"\0" + overlay.encode("utf-8", "surrogatepass"))
    if not tree.items:
        if not faults:
            faults.append(Fault(source, 1, "没有内容"))
        return SchemeReading(None, tuple(sorted(faults)), ())
    unsure = Unsure()
    scheme = _scheme(Fields(tree, "", faults), digest.hexdigest(), unsure)
    found, remarks = contradictions(scheme, source, unsure)
    if overlay is None:
        faults.extend(found)
    else:  # a supposition may contradict the document: that is what it is for
        remarks = found + remarks
    unique = tuple(sorted(set(faults)))
    return SchemeReading(None if unique else scheme, unique, tuple(remarks))


def _scheme(fields: Fields, sha256: str, unsure: Unsure) -> Scheme:
    fields.choice("format", (FORMAT,))
    identity = fields.text("id")
    if identity and not _ID.fullmatch(identity):
        fields.fault("id", "id 只能由小写字母、数字和连字符组成")
    before = len(fields.faults)
    combination = Combination(fields.choice("combination", tuple(Combination), Combination.SUM))
    unsure.combination = len(fields.faults) > before or fields.doubled("combination")
    bands = parse_bands(fields.entries("bands", required=False))
    document = _document(fields)
    gate = parse_gate(fields.sub("gate", "gate", required=False))
    sections = _sections(fields, combination, bands, gate, unsure)
    before = len(fields.faults)
    full = fields.decimal("full", Decimal(-1), low=Decimal(0)) if combination is not Combination.LEDGER else Decimal(-1)
    objects, start = _kinds(fields, "objects"), fields.decimal("start", Decimal(0))
    unsure.full = len(fields.faults) > before or fields.doubled("full", "objects", "start", "sections")
    scheme = Scheme(
        id=identity,
        name=fields.text("name"),
        version=fields.text("version"),
        sha256=sha256,
        document=document,
        objects=objects,
        combination=combination,
        not_applicable=NotApplicable(fields.choice("not_applicable", tuple(NotApplicable), NotApplicable.LEAVE)),
        full=full if full >= 0 else None,
        sections=sections,
        start=start,
        grades=_grades(fields),
        overrides=_overrides(fields),
        records=_records(fields),
        reporting=tuple(Period(word) for word in _among(fields, "reporting", tuple(Period))),
        assumptions=fields.texts("assumptions") if fields.has("assumptions") else (),
        conflict=fields.text("conflict", ""),
        gate=gate,
    )
    if scheme.grades is not None:
        names = [level.name for level in scheme.grades.levels]
        for override in scheme.overrides:
            if override.grade is not None and override.grade not in names:
                fields.fault("overrides", f"overrides 中的等级 {override.grade} 不在 grades 里")
    fields.close()
    return scheme


def _among(fields: Fields, word: str, options: tuple[str, ...]) -> tuple[str, ...]:
    if not fields.has(word):
        return ()
    good = []
    for text in fields.texts(word):
        if text in options:
            good.append(text)
        else:
            fields.fault(word, f"不认识的 {word}：{brief(text)}，可用：{'、'.join(options)}")
    return tuple(good)


def _kinds(fields: Fields, word: str) -> tuple[UnitKind, ...]:
    return tuple(UnitKind(text) for text in _among(fields, word, tuple(UnitKind)))


def _document(fields: Fields) -> Document:
    sub = fields.sub("document", "document")
    if sub is None:
        return Document("")
    document = Document(
        sub.text("title"), sub.text("number", ""), sub.text("issuer", ""), sub.text("date", ""), sub.text("file", "")
    )
    _check_date(sub, "date", document.date)
    sub.close()
    return document


def _check_date(fields: Fields, word: str, text: str) -> None:
    if text:
        try:
            date.fromisoformat(text)
        except ValueError:
            fields.fault(word, f"{word} 应为 2022-11-03 这样的日期，得到 {text}")


def _sections(
    fields: Fields, combination: Combination, bands: tuple[Band, ...], gate: Gate | None, unsure: Unsure
) -> tuple[Section, ...]:
    sections: list[Section] = []
    seen: dict[str, int] = {}
    for entry in fields.entries("sections"):
        name, before = entry.text("name"), len(entry.faults)
        role = Role(entry.choice("role", tuple(Role), Role.BASE))
        declared = entry.decimal("sum") if entry.has("sum") else None
        entries = entry.entries("indicators")
        if len(entry.faults) > before or entry.doubled("role", "sum", "indicators"):
            unsure.sections.add(entry.node.line)
        conflict = entry.text("conflict", "")
        rows = []
        for row in entries:
            indicator = _indicator(row, name, role, combination, bands, gate, unsure)
            if indicator.id in seen:
                row.fault("id", f"指标 {indicator.id} 重复（第 {seen[indicator.id]} 行已有）")
            seen.setdefault(indicator.id, row.line("id"))
            rows.append(indicator)
        entry.close()
        sections.append(Section(name, tuple(rows), declared, conflict, entry.node.line))
    return tuple(sections)


def _indicator(
    row: Fields,
    section: str,
    role: Role,
    combination: Combination,
    bands: tuple[Band, ...],
    gate: Gate | None,
    unsure: Unsure,
) -> Indicator:
    identity = row.text("id")
    if identity and not _ROW_ID.fullmatch(identity):
        row.fault("id", f"指标编号 {brief(identity)!r} 只能由字母、数字、点、横线组成")
    row.where = f"指标 {identity}" if identity else row.where
    weight, before = Decimal(0), len(row.faults)
    if combination is not Combination.LEDGER:
        weight = row.decimal("weight")
        if (role is Role.PENALTY) is not (weight < 0):
            row.fault(
                "weight", "扣分项的分值应为负数" if role is Role.PENALTY else "分值为负的行应放在 role: penalty 的部分"
            )
    if len(row.faults) > before or row.doubled("weight"):
        unsure.weights.add(row.node.line)
    before = len(row.faults)
    sub = row.sub("rule", f"{row.where} rule")
    # a missing rule has been said; the empty block only lets the rest be checked
    rule = parse_rule(sub, weight, bands) if sub is not None else parse_rule(_no_rule(row), weight, bands)
    if (combination is Combination.LEDGER) is not (rule.bounds is None):
        row.fault("rule", "台账方案（combination: ledger）的各项只能用 status_ledger，其他方案不能用它")
    if len(row.faults) > before or row.doubled("rule") or (sub is not None and sub.doubled()):
        unsure.rules.add(row.node.line)
    monitored = row.flag("monitored", False)
    indicator = Indicator(
        id=identity,
        section=section,
        name=row.text("name"),
        content=row.text("content", ""),
        weight=weight,
        source=row.text("source", ""),
        period=Period(row.choice("period", tuple(Period), Period.ROUND)),
        cite=row.text("cite"),
        text=row.text("text"),
        reading=row.text("reading"),
        rule=rule,
        role=role,
        assumption=row.text("assumption", ""),
        conflict=row.text("conflict", ""),
        lost=row.flag("lost", False),
        monitored=monitored,
        carry_over=row.text("carry_over", ""),
        kinds=_kinds(row, "kinds"),
        responsible=row.texts("responsible") if row.has("responsible") else (),
        line=row.node.line,
        observation=parse_observation(
            row.sub("observe", f"{row.where} observe", required=False), rule.shape, monitored=monitored
        ),
        gate=parse_gate(row.sub("gate", f"{row.where} gate"), gate) if row.has("gate") else None,
        over_time=_over_time(row, rule.shape),
        valid_months=row.integer("valid_months", 0, low=1),
    )
    if indicator.valid_months and not indicator.carry_over:
        row.fault("valid_months", "写了 valid_months 须在 carry_over 写明文件的结转规定")
    row.close()
    return indicator


def _over_time(row: Fields, shape: Shape[Any]) -> OverTime | None:
    """Refused where the row's value is nothing that could be added up or averaged."""
    if not row.has("over_time"):
        return None
    over_time = OverTime(row.choice("over_time", tuple(OverTime), OverTime.LAST))
    shapes = [one for _name, one in shape.parts] if isinstance(shape, Parts) else [shape]
    wanted = {OverTime.SUM: (Count, Number), OverTime.MEAN: (Number,), OverTime.LAST: (object,)}[over_time]
    if not all(isinstance(one, wanted) for one in shapes):
        row.fault("over_time", f"本项的值不能{OVER_TIME_NAMES[over_time]}：{shape.expected}")
    elif over_time is OverTime.SUM and any(isinstance(one, Number) and one.high is not None for one in shapes):
        row.fault("over_time", "有上限的数（比率、评分）不能相加，可用 mean 或 last")
    return over_time


def _no_rule(row: Fields) -> Fields:
    """A stand-in for a rule that is missing, so that the row's other faults are still found."""
    stand_in = replace(row.node, items={}, lines={})
    return Fields(stand_in, "", [])


def _grades(fields: Fields) -> Grades | None:
    sub = fields.sub("grades", "grades", required=False)
    if sub is None:
        return None
    levels: list[Level] = []
    entries = sub.entries("levels")
    for place, entry in enumerate(entries):
        at_least = entry.decimal("at_least") if entry.has("at_least") else None
        share = entry.decimal("best_share", low=Decimal(0), high=Decimal(1)) if entry.has("best_share") else None
        if (at_least is None and share is None) is not (place == len(entries) - 1):
            entry.fault("name", "只有最后一个等级没有条件，其余各级都要写 at_least 或 best_share")
        before = [level.at_least for level in levels if level.at_least is not None]
        if at_least is not None and before and at_least >= before[-1]:
            entry.fault("at_least", "等级应由高到低排列")
        levels.append(Level(entry.text("name"), at_least, share))
        entry.close()
    if len({level.name for level in levels}) != len(levels):
        sub.fault("levels", "有两个等级同名")
    edge_tie = EdgeTie(sub.choice("edge_tie", tuple(EdgeTie), EdgeTie.NONE))
    grades = Grades(tuple(levels), edge_tie, sub.text("cite"), sub.text("text"), sub.text("assumption", ""))
    sub.close()
    return grades


def _overrides(fields: Fields) -> tuple[Override, ...]:
    overrides: list[Override] = []
    for entry in fields.entries("overrides", required=False):
        cap = entry.decimal("cap_total") if entry.has("cap_total") else None
        grade = entry.text("grade") if entry.has("grade") else None
        if cap is not None and cap != cents(cap):
            entry.fault("cap_total", "cap_total 至多两位小数，否则舍入会越过它")
        if (cap is None) is (grade is None):
            entry.fault("flag", "cap_total 与 grade 须写且只写一个")
        overrides.append(
            Override(
                entry.text("flag"), entry.text("name"), entry.text("cite"), entry.text("text"), cap, grade,
                entry.text("assumption", ""),
            )
        )  # fmt: skip
        entry.close()
    return tuple(overrides)


def _records(fields: Fields) -> RecordLife | None:
    sub = fields.sub("records", "records", required=False)
    if sub is None:
        return None
    life = RecordLife(
        sub.integer("valid_years", 0, low=1),
        sub.integer("kept_years", 0, low=1),
        sub.text("since", ""),
        sub.text("cite"),
        sub.text("text"),
    )
    _check_date(sub, "since", life.since)
    if life.kept_years < life.valid_years:
        sub.fault("kept_years", "保存期短于参与评价的期间")
    sub.close()
    return life
