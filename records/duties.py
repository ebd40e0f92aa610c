"""Duties: what a portal that refuses us asks of people.  It costs the unit nothing (ANCHORS §2a F3)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class DutyAction(StrEnum):
    OPENED = "opened"
    LETTER = "letter"  # a letter to the office was made ready
    LOOKED = "looked"  # a person looked with an ordinary browser
    CLOSED = "closed"  # the portal answers us again, or a person closed it


@dataclass(frozen=True, slots=True)
class DutyEntry:
    """One thing that was done.  Entries are only ever added."""

    action: DutyAction
    by: str
    at: datetime
    note: str = ""
    sha256: str | None = None  # of the picture, in the evidence store
    name: str | None = None  # of the file that was handed in


@dataclass(frozen=True, slots=True)
class Duty:
    """One portal that refuses us, until it answers."""

    id: int
    site: str  # storage.audits.site_key
    unit: str  # registry id, empty where the portal was audited by hand
    url: str
    opened: datetime
    due: date  # by when a person should have looked
    told: str  # Chinese: what was asked and answered
    night: int | None = None
    audit: int | None = None
    closed: datetime | None = None
    entries: tuple[DutyEntry, ...] = ()

    @property
    def looked(self) -> bool:
        return any(one.action is DutyAction.LOOKED for one in self.entries)
