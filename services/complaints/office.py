"""Builds the desk of the complaints: the measures, the calendar and the database that they are kept in."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from records.registry import City
from services.complaints.desk import ComplaintDesk
from services.complaints.rules import load_rules
from services.work_calendar import load_calendar
from storage.complaints import ComplaintRepository
from storage.console_log import ConsoleLog
from storage.evidence_store import EvidenceStore

RULES_FILE: Final = "complaint-rules.yml"
CALENDAR_FILE: Final = "calendar.yml"


def open_complaints(
    engine: Engine, city: City, home: Path, now: Callable[[], datetime], log: ConsoleLog | None = None
) -> ComplaintDesk:
    """The desk of a city.  Rules and calendar stand in the data folder where they differ from those of 2020.

    ``WrongCallError`` with every fault of these files.
    """
    rules, calendar = home / RULES_FILE, home / CALENDAR_FILE
    return ComplaintDesk(
        ComplaintRepository(engine),
        city,
        load_rules(rules if rules.is_file() else None),
        load_calendar(calendar if calendar.is_file() else None),
        now,
        log,
        paper_store(home / "evidence"),
    )


def paper_store(evidence: Path) -> EvidenceStore:
    """Where the papers of complaints are kept, below the evidence folder."""
    return EvidenceStore(evidence / "complaints")
