"""Take a filed file: read it, check every row, keep all of it or nothing (``chengjian filing import``)."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Final

from extract.containers import recognise
from extract.delimited import read_csv
from extract.spreadsheet import read_workbook
from extract.tables import TableError
from records.filings import Attachment, EvidenceFile, FilingFormat, FilingHead
from records.period import Period
from records.registry import City
from scoring.model import Scheme
from scoring_bridge.filing_document import FilingDocument, open_document, read_document
from scoring_bridge.filing_form import TEMPLATE_VERSION, Form, form_of
from scoring_bridge.filing_sheets import find_form, read_sheets
from scoring_bridge.filings import Fault, FilingReading, RowReport
from scoring_bridge.form_identity import FormIdentity
from scoring_bridge.providers import providers
from scoring_bridge.unit_names import UnitNames
from services.attachments import AttachmentRefusedError, Attachments, Found, read_regular
from services.schemes import SCHEME_IDS, WrongCallError, load_scheme
from storage.filings import FilingRepository, Receipt

MOST_BYTES: Final = 20 * 1024 * 1024
_WORKBOOK_NAMES: Final = (".xlsx", ".xls", ".xlsm", ".xlsb", ".et")
_WORKBOOK_KINDS: Final = ("xlsx", "xls", "xlsb", "zip", "ole", "docx", "doc", "ofd", "pptx", "ppt")


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    PARTIAL = "partial"  # the good rows were taken, the others refused by name
    KNOWN = "known"  # the same file again, nothing new in it
    REFUSED = "refused"  # nothing of it was taken


@dataclass(frozen=True, slots=True)
class ImportCall:
    """What holds for every file of one call; scheme, period and provider only for files that do not say it."""

    by: str = ""
    scheme: str | None = None
    period: str | None = None
    provider: str | None = None
    accept_good_rows: bool = False
    unit: str | None = None  # the only unit that the sender may file for, and only what units supply themselves


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file."""

    file: str
    outcome: Outcome
    rows: tuple[RowReport, ...] = ()
    faults: tuple[Fault, ...] = ()
    remarks: tuple[str, ...] = ()
    sha256: str = ""
    scheme: str = ""
    period: str = ""
    provider: str = ""
    receipt: Receipt | None = None

    @property
    def refused_rows(self) -> tuple[RowReport, ...]:
        return tuple(row for row in self.rows if not row.accepted)


@dataclass(slots=True)
class _Draft:
    """A file on its way: what is known of it so far."""

    file: str
    sha256: str = ""
    format: FilingFormat = FilingFormat.WORKBOOK
    remarks: list[str] = field(default_factory=list)
    scheme: str = ""
    period: str = ""
    provider: str = ""

    def refused(self, *faults: Fault, rows: tuple[RowReport, ...] = ()) -> FileReport:
        return FileReport(
            self.file,
            Outcome.REFUSED,
            rows,
            faults,
            tuple(self.remarks),
            self.sha256,
            self.scheme,
            self.period,
            self.provider,
        )


class _RefusedError(Exception):
    """The file as a whole cannot be taken; the arguments are its faults."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__()
        self.faults = faults


class FilingImport:
    """One call of the command: the same city, folder of attachments and moment for all of its files."""

    def __init__(
        self, filings: FilingRepository, city: City, attachments: Attachments, call: ImportCall, now: datetime
    ) -> None:
        self._filings = filings
        self._city = city
        self._names = UnitNames(city)
        self._attachments = attachments
        self._call = call
        self._now = now

    def take(self, path: Path) -> FileReport:
        """Read, check and keep one file.  Raises ``StorageError`` where it cannot be kept, and then nothing is."""
        draft = _Draft(path.name)
        try:
            body = read_regular(path, MOST_BYTES, "文件")
            draft.sha256 = sha256(body).hexdigest()
            form, reading = self._read(draft, path, body)
        except AttachmentRefusedError as refused:
            return draft.refused(Fault("", str(refused)))
        except TableError as wrong:
            return draft.refused(Fault("", str(wrong)))
        except _RefusedError as refused_:
            return draft.refused(*refused_.faults)
        draft.remarks += reading.remarks
        reading = replace(reading, rows=tuple(self._own(form, row) for row in reading.rows))
        rows, found = self._with_attachments(form, reading.rows)
        good = tuple(row for row in rows if row.filed is not None)
        if reading.faults or not good or (len(good) < len(rows) and not self._call.accept_good_rows):
            return draft.refused(*reading.faults, rows=rows)
        receipt = self._keep(draft, form, reading, good, found, body)
        if receipt.filing_id is None:
            outcome = Outcome.KNOWN if len(good) == len(rows) else Outcome.PARTIAL
        else:
            outcome = Outcome.ACCEPTED if len(good) == len(rows) else Outcome.PARTIAL
        return replace(draft.refused(rows=rows), outcome=outcome, receipt=receipt)

    def _own(self, form: Form, row: RowReport) -> RowReport:
        """The row, refused where the sender may not file it."""
        unit = self._call.unit
        if unit is None or (row.unit_id == unit and form.provider.itself):
            return row
        return row.refused("只能填报本单位自主报送的项目", "本单位的行", "请用本单位领取的填报表")

    def _read(self, draft: _Draft, path: Path, body: bytes) -> tuple[Form, FilingReading]:
        draft.format = _format(path, body)
        today = self._now.date()
        if draft.format is FilingFormat.JSON:
            document = _document(body)
            form = self._form(draft, document.scheme, document.period, document.provider)
            return form, read_document(document, form, self._names, today=today)
        book = read_csv(body) if draft.format is FilingFormat.CSV else read_workbook(body)
        found = find_form(book)
        if found.faults:
            raise _RefusedError(*found.faults)
        identity = found.identity
        form = self._form_of_book(draft, identity)
        if found.sheet is None:
            raise _RefusedError(Fault("", "找不到填报表", "请在领取的填报表中填写后再交"))
        only = identity.units if identity is not None else ()
        return form, read_sheets(book, found.sheet, form, self._names, only=only, today=today)

    def _form_of_book(self, draft: _Draft, identity: FormIdentity | None) -> Form:
        call = self._call
        if identity is None:
            given = (call.scheme, call.period, call.provider)
            if None in given or call.scheme is None or call.period is None or call.provider is None:
                raise _RefusedError(
                    Fault(
                        "",
                        "文件里没有填报表的标识，不知道是哪个方案、哪一期、谁填的",
                        "请在领取的填报表中填写，或写明方案、期间和填报单位",
                    )
                )
            return self._form(draft, load_scheme(call.scheme).id, call.period, call.provider)
        if identity.city != self._city.id:
            raise _RefusedError(
                Fault(
                    "",
                    f"这是 {identity.city} 的填报表，现在的名录是 {self._city.id}",
                    "请用本市的填报表，或指定它的名录",
                )
            )
        if identity.template != TEMPLATE_VERSION:
            raise _RefusedError(
                Fault("", f"填报表是版本 {identity.template} 的，本程序用版本 {TEMPLATE_VERSION}", "请重新领取")
            )
        form = self._form(draft, identity.scheme, identity.period, identity.provider)
        if identity.form_sha256 != form.digest:
            raise _RefusedError(
                Fault("", f"填报表发出以后，方案 {identity.scheme} 的填报项已经改变", "请重新领取填报表填写")
            )
        if identity.scheme_sha256 != form.scheme.sha256:
            draft.remarks.append("填报表发出以后，方案有过改动，但填报项没有变，按现在的方案读取")
        return form

    def _form(self, draft: _Draft, scheme_id: str, period: str, provider: str) -> Form:
        call = self._call
        draft.scheme, draft.period, draft.provider = scheme_id, period, provider
        try:
            when = Period.parse(period)
        except ValueError as error:
            raise _RefusedError(Fault("", str(error))) from None
        if when.first_day > self._now.date():
            raise _RefusedError(Fault("", f"期间 {period} 从 {when.first_day} 开始，还没有到", "请核对期间"))
        draft.period = period = str(when)
        scheme = self._scheme(scheme_id)
        for option, wanted, said in (
            ("--period", call.period, period),
            ("--provider", call.provider, provider),
        ):
            if wanted is not None and wanted != said:
                raise _RefusedError(Fault("", f"文件写的是“{said}”，{option} 给的是“{wanted}”", "请核对是否拿错了文件"))
        form = form_of(scheme, period, provider)
        if form is None:
            known = "、".join(one.name for one in providers(scheme))
            raise _RefusedError(Fault("", f"方案 {scheme_id} 没有提供单位“{provider}”", f"应为 {known}"))
        return form

    def _scheme(self, scheme_id: str) -> Scheme:
        name = self._call.scheme
        if name is not None:
            scheme = load_scheme(name)
            if scheme.id != scheme_id:
                raise _RefusedError(
                    Fault("", f"文件写的是方案 {scheme_id}，这里收的是 {scheme.id}", "请核对是否拿错了文件")
                )
            return scheme
        if scheme_id not in SCHEME_IDS:
            raise _RefusedError(Fault("", f"不认识方案 {scheme_id[:40]!r}", "自己写的方案请给出 .yml 文件"))
        return load_scheme(scheme_id)

    def _silent_on(self, row: RowReport, file: Found) -> str:
        """A unit's own evidence that does not name the unit anywhere: a person should look at it."""
        unit = self._names.by_id(row.unit_id)
        text = file.evidence.text
        if unit is None or not text.strip():
            return ""
        names = (unit.name, unit.full_name, *unit.short_names, *(former.name for former in unit.former_names))
        if any(name and name in text for name in names):
            return ""
        return f"附件“{file.name[:60]}”的文字里没有出现{unit.name}"

    def _with_attachments(
        self, form: Form, rows: tuple[RowReport, ...]
    ) -> tuple[tuple[RowReport, ...], dict[str, Found]]:
        """Rows with their evidence files, those refused whose files are; and the files, by hash."""
        found: dict[str, Found] = {}
        checked: list[RowReport] = []
        for row in rows:
            attached: list[Attachment] = []
            for named in row.files if row.accepted else ():
                try:
                    file = self._attachments.find(named)
                except AttachmentRefusedError as refused:
                    where = f"（{named.place}）" if named.place else ""
                    row = row.refused(f"{refused}{where}")
                    break
                found[file.evidence.sha256] = file
                attached.append(Attachment(file.name, file.evidence.sha256, named.note))
                remarks = (file.remark, self._silent_on(row, file)) if form.provider.itself else (file.remark,)
                row = replace(row, remarks=(*row.remarks, *(remark for remark in remarks if remark)))
            if row.filed is not None:
                row = replace(row, filed=replace(row.filed, attachments=tuple(attached), remarks=row.remarks))
            checked.append(row)
        return tuple(checked), found

    def _keep(
        self,
        draft: _Draft,
        form: Form,
        reading: FilingReading,
        good: tuple[RowReport, ...],
        found: dict[str, Found],
        body: bytes,
    ) -> Receipt:
        store = self._filings.store
        store.put(body)
        values = tuple(row.filed for row in good if row.filed is not None)
        needed = {file.sha256 for value in values for file in value.attachments}
        files = [EvidenceFile(draft.sha256, len(body), draft.format.value)]
        for digest in sorted(needed):
            attachment = found[digest]
            kept = store.put(read_regular(attachment.path, attachment.evidence.size, "附件"))
            if kept != digest:
                raise WrongCallError(f"附件 {attachment.name} 在读取过程中被改动，请重新导入")
            files.append(attachment.evidence)
        head = FilingHead(
            scheme=form.scheme.id,
            scheme_version=form.scheme.version,
            scheme_sha256=form.scheme.sha256,
            period=form.period,
            provider=form.provider.name,
            source=form.provider.source,
            city=self._city.id,
            template=TEMPLATE_VERSION,
            file_name=draft.file,
            file_sha256=draft.sha256,
            format=draft.format,
            supplied_at=self._now,
            supplied_by=self._call.by or reading.filled_by,
            effective=reading.effective,
        )
        return self._filings.record(head, values, files)


def _format(path: Path, body: bytes) -> FilingFormat:
    """By content; the name decides only between kinds of text."""
    suffix = path.suffix.lower()
    if recognise(body).kind in _WORKBOOK_KINDS or suffix in _WORKBOOK_NAMES:
        return FilingFormat.WORKBOOK
    if suffix == ".json" or body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return FilingFormat.JSON
    return FilingFormat.CSV


def _document(body: bytes) -> FilingDocument:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _RefusedError(Fault("", f"JSON 不是 UTF-8 文本（第 {error.start} 字节）", "请另存为 UTF-8")) from None
    document, faults = open_document(text)
    if document is None:
        raise _RefusedError(*faults)
    return document
