"""What somebody supplied (填报): a file that was handed in, the values in it, and the evidence beside them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from records.indicators import ValueSource, ValueState


class FilingFormat(StrEnum):
    """How a filing was handed in."""

    WORKBOOK = "xlsx"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file kept by the hash of its content.  Its name is told by whoever names it, and is never a path of ours."""

    sha256: str
    size: int  # bytes
    kind: str  # told by content: pdf, docx …
    text: str = ""  # what a library could read of it, cut to a bound
    note: str = ""  # Chinese: why there is no text, or what was cut


@dataclass(frozen=True, slots=True)
class Attachment:
    """An evidence file (佐证材料) as one row of a filing names it."""

    name: str
    sha256: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FiledValue:
    """One row of one unit as it was filed: a value, or the statement that there is none."""

    unit: str  # id
    indicator: str
    state: ValueState
    value: Any = None  # JSON form of CONTRACTS §3, numbers as int and Decimal; None unless SUPPLIED
    reason: str = ""  # why it does not apply, or cannot be supplied
    effective: date | None = None  # the day that the value holds for
    sheet: str = ""
    cell: str = ""  # F7, or F7:H7 where several cells make one value
    items: tuple[str, ...] = ()  # what was counted, by name (领域 …), where it was given
    remarks: tuple[str, ...] = ()  # Chinese: how a cell was read where that was not plain
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class FilingHead:
    """What a whole file says of itself, and who handed it in when."""

    scheme: str
    scheme_version: str
    scheme_sha256: str
    period: str
    provider: str  # as the document names it: 市信用办, 县市区 …
    source: ValueSource  # FILED or OFFICIAL
    city: str
    template: str  # version of the form that was filled in
    file_name: str
    file_sha256: str
    format: FilingFormat
    supplied_at: datetime  # with offset
    supplied_by: str = ""
    effective: date | None = None


class FilingOutcome(StrEnum):
    """What a verifier (审核员) decided of one filed row."""

    ACCEPTED = "accepted"  # 审核通过
    RETURNED = "returned"  # 退回: it no longer feeds the score, and is to be filed anew


@dataclass(frozen=True, slots=True)
class FilingDecision:
    """One decision on one filed row.  Decisions are only ever added; the last one holds."""

    value_id: int  # of the filed value
    number: int  # of the value's decisions, from 1
    outcome: FilingOutcome
    reason: str
    by: str
    at: datetime  # with offset
