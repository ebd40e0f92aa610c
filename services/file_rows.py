"""One row filed by hand (网上填报): the fields of a form → a filing, taken by the same import as every other."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from extract.tables import Cell, CellType
from records.indicators import ValueState
from records.registry import City, Unit
from scoring.points import plain
from scoring.shapes import Elements
from scoring_bridge.filing_cells import CellFaultError, assemble, read_cell, read_day, read_text
from scoring_bridge.filing_document import SCHEMA
from scoring_bridge.filing_form import ITEMS_PART, Field, FieldKind, Form, FormRow
from scoring_bridge.filings import NamedFile
from services.attachments import AttachmentRefusedError, Attachments, Found, TextReader, examine
from services.import_filing import FileReport, FilingImport, ImportCall, Outcome
from services.rounds.standing import Round
from services.schemes import WrongCallError
from services.staged_files import StagedFiles, safe_name
from storage.canonical import canonical_json
from storage.evidence_store import EvidenceStore
from storage.filed_values import KeptValue
from storage.filing_drafts import Upload
from storage.filings import FilingRepository, Receipt

_FINEST: Final = Decimal("1e-12")  # of a rate that is worked out from two numbers: finer than any is known
_MOST_FILES: Final = 100


@dataclass(frozen=True, slots=True)
class TypedRow:
    """What was typed into the form of one row, as text.

    ``parts`` by part of the value (``""`` where it has none); of a rate also ``<part>/over`` (分子) and
    ``<part>/under`` (分母), which stand in the place of a percentage.
    """

    state: ValueState = ValueState.SUPPLIED
    parts: Mapping[str, str] | None = None
    reason: str = ""
    effective: str = ""


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """A file that the row stands on: one that was uploaded for it, or one of its earlier filing."""

    note: str
    upload: Upload | None = None
    sha256: str = ""  # of an earlier filing's file, where it is no upload
    name: str = ""

    @property
    def digest(self) -> str:
        return self.upload.sha256 if self.upload is not None else self.sha256

    @property
    def shown(self) -> str:
        return self.upload.name if self.upload is not None else self.name


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a unit files: its round and everything that filing needs."""

    found: Round
    city: City
    unit: Unit
    filings: FilingRepository
    staged: StagedFiles
    reader: TextReader
    by: str
    now: datetime


def value_document(row: FormRow, typed: TypedRow, today: date) -> dict[str, Any]:
    """What was typed, as a row of a filing document (``chengjian.filing/1``) without unit, row and attachments.

    ``WrongCallError`` for what cannot be taken.
    """
    told: dict[str, Any] = {"state": typed.state.value}
    try:
        reason = read_text(_cell(typed.reason), "文字")
        if typed.state is ValueState.SUPPLIED:
            told |= _value(row, typed.parts or {})
            worked_out = told.pop("worked_out", "")
            reason = "；".join(part for part in (worked_out, reason) if part)
        elif not reason:
            raise CellFaultError("没有写明理由", "一句话说明为什么不适用或无法提供")
        if typed.effective.strip():
            told["effective"] = read_day(_cell(typed.effective), today).isoformat()
    except CellFaultError as fault:
        expected = f"；应为{fault.expected}" if fault.expected else ""
        raise WrongCallError(f"{row.indicator.id} {fault.problem}{expected}") from None
    if reason:
        told["reason"] = reason
    return told


def _value(row: FormRow, typed: Mapping[str, str]) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    worked_out = []
    for field in row.fields:
        text = typed.get(field.part, "").strip()
        over, under = (typed.get(f"{field.part}/{word}", "").strip() for word in ("over", "under"))
        if field.kind is FieldKind.RATE and (over or under):
            parts[field.part], told = _ratio(field, over, under)
            worked_out.append(told)
        elif text:
            parts[field.part] = read_cell(field, _cell(text)).value
        elif field.required and not isinstance(row.indicator.rule.shape, Elements):
            raise CellFaultError(f"“{field.name}”没有填写", field.expected)
    value = {"value": assemble(row.indicator, parts)}
    if parts.get(ITEMS_PART):
        value["items"] = list(parts[ITEMS_PART])
    if worked_out:
        value["worked_out"] = "；".join(worked_out)
    return value


def _ratio(field: Field, over: str, under: str) -> tuple[Decimal, str]:
    """A rate worked out from two numbers, and the sentence that keeps them."""
    numbers = []
    for what, text in (("分子", over), ("分母", under)):
        try:
            number = Decimal(text.replace(",", "").replace("，", ""))
        except ArithmeticError:
            raise CellFaultError(f"“{field.name}”的{what}“{text[:20]}”不是数字", "分子和分母都填数字") from None
        if not number.is_finite() or not 0 <= number <= 10**12 or len(text) > 30:
            raise CellFaultError(f"“{field.name}”的{what}“{text[:20]}”超出范围", "不小于 0 的数")
        numbers.append(number)
    if not numbers[1]:
        raise CellFaultError(f"“{field.name}”的分母是 0", "分母大于 0；没有发生的请选“不适用”并说明")
    if numbers[0] > numbers[1]:
        raise CellFaultError(f"“{field.name}”的分子 {over} 大于分母 {under}", field.expected)
    exact = Fraction(numbers[0]) / Fraction(numbers[1])
    with localcontext(prec=60):
        rate = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_FINEST, ROUND_HALF_UP)
    return rate.normalize() + 0, f"分子 {over}，分母 {under}"


def _cell(text: str) -> Cell:
    return Cell(CellType.TEXT, text)


class _ChosenFiles(Attachments):
    """The files that one submission stands on, found by their content."""

    def __init__(self, desk: Desk, chosen: Sequence[ChosenFile]) -> None:
        store: EvidenceStore = desk.filings.store
        self._reader = desk.reader
        self._places: dict[str, tuple[str, Path]] = {}
        self._names: dict[str, str] = {}
        for one in chosen:
            path = desk.staged.path(desk.unit.id, one.upload) if one.upload is not None else store.path_of(one.digest)
            self._places[one.digest] = (one.shown, path)
            self._names.setdefault(one.shown, one.digest)

    def find(self, named: NamedFile) -> Found:
        digest = named.sha256 or self._names.get(named.name, "")
        if digest not in self._places:
            raise AttachmentRefusedError(f"没有上传名为“{named.name[:60]}”的文件，请先上传，文件名须一致")
        name, path = self._places[digest]
        found = examine(path, name, self._reader)
        if named.sha256 and found.evidence.sha256 != named.sha256:
            raise AttachmentRefusedError(f"附件“{name[:60]}”的内容在保存以后有变化，请重新上传")
        return replace(found, name=named.name or name)


def file_row(desk: Desk, form: Form, row: FormRow, told: Mapping[str, Any], chosen: Sequence[ChosenFile]) -> FileReport:
    """File one row, as ``value_document`` or another program tells it, without its attachments.

    ``WrongCallError`` where it cannot be taken: then nothing was, and draft and uploads stay.
    """
    if len(chosen) > _MOST_FILES:
        raise WrongCallError(f"一项最多附 {_MOST_FILES} 个文件，请合并或打包")
    document = {
        "schema": SCHEMA,
        "scheme": form.scheme.id,
        "period": form.period,
        "provider": form.provider.name,
        "rows": [
            {
                **told,
                "unit": desk.unit.id,
                "indicator": row.indicator.id,
                "attachments": [{"name": one.shown, "note": one.note, "sha256": one.digest} for one in chosen],
            }
        ],
    }
    name = safe_name(f"网上填报-{desk.unit.name}-{row.indicator.id}.json")
    return _take(desk, name, canonical_json(document), chosen)


def file_workbook(desk: Desk, name: str, workbook: Path, uploads: Sequence[Upload]) -> FileReport:
    """File a whole workbook; its evidence is found among ``uploads`` by name.  ``WrongCallError`` as above."""
    chosen = [ChosenFile("", one) for one in uploads]
    names = [one.shown for one in chosen]
    if doubled := [one for one in dict.fromkeys(names) if names.count(one) > 1]:
        raise WrongCallError(f"上传了 {names.count(doubled[0])} 个内容不同的“{doubled[0][:60]}”，请移除多余的或改名")
    try:
        body = workbook.read_bytes()
    except OSError:
        raise WrongCallError("填报表已不在上传的文件中，请重新上传") from None
    return _take(desk, name, body, chosen)


def _take(desk: Desk, name: str, body: bytes, chosen: Sequence[ChosenFile]) -> FileReport:
    with tempfile.TemporaryDirectory(prefix="chengjian-filing-") as folder:
        path, scheme = Path(folder) / "filing" / name, Path(folder) / "scheme.yml"
        path.parent.mkdir()
        path.write_bytes(body)
        scheme.write_text(desk.found.stored.scheme_text, "utf-8")  # as the round fixed it, not as it may be now
        call = ImportCall(by=desk.by, scheme=str(scheme), period=str(desk.found.plan.period), unit=desk.unit.id)
        report = FilingImport(desk.filings, desk.city, _ChosenFiles(desk, chosen), call, desk.now).take(path)
    if report.outcome in (Outcome.REFUSED, Outcome.PARTIAL):
        faults = [*report.faults, *(row for row in report.rows if not row.accepted)]
        raise WrongCallError(*(str(one) for one in faults[:20]))
    return report


def receipt_told(report: FileReport) -> str:
    """What a unit is told of its filing, in one sentence."""
    receipt: Receipt | None = report.receipt
    if receipt is None or receipt.filing_id is None:
        return "与上次提交的内容相同，已在档，没有重复登记"
    earlier = f"，替代了先前的 {len(receipt.replaced)} 项" if receipt.replaced else ""
    return f"已收到 {len(receipt.taken)} 项填报{earlier}，回执编号 {receipt.filing_id}"


def kept_files(standing: KeptValue | None) -> tuple[ChosenFile, ...]:
    """The files of the filing that stands, which the next one may stand on again."""
    if standing is None:
        return ()
    return tuple(ChosenFile(one.note, None, one.sha256, one.name) for one in standing.filed.attachments)


def typed_from(row: FormRow, kept: KeptValue) -> dict[str, str]:
    """What somebody would have typed to file this value, by part: for filing it again with a change."""
    if kept.filed.state is not ValueState.SUPPLIED:
        return {}
    value = kept.filed.value
    typed: dict[str, str] = {}
    for one in row.fields:
        if one.part == ITEMS_PART:
            typed[one.part] = "；".join(kept.filed.items)
        elif not one.part:
            typed[one.part] = _typed(one, value)
        elif isinstance(value, Mapping):
            typed[one.part] = _typed(one, value.get(one.part))
        elif isinstance(value, list | tuple):
            typed[one.part] = "是" if one.part in value else ""
    return {part: text for part, text in typed.items() if text}


def _typed(field: Field, value: Any) -> str:
    if value is None:
        return ""
    if field.kind in (FieldKind.FLAG, FieldKind.CHOICE):
        return next((name for name, meaning in field.choices if meaning == value), "")
    if field.kind is FieldKind.RATE:
        return f"{plain(Decimal(value) * 100)}%"
    return plain(value) if isinstance(value, Decimal) else str(value)
