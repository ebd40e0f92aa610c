"""Builds what filings need.  Apart from ``bootstrap``, which loads the crawler and takes a second to start."""

from dataclasses import dataclass

from chengjian.settings import Settings
from storage.database import open_database
from storage.evidence_store import EvidenceStore
from storage.filing_decisions import FilingDecisions
from storage.filing_queue import FilingQueue
from storage.filings import FilingRepository


@dataclass(frozen=True, slots=True)
class FilingDesk:
    """What a verifier works with."""

    queue: FilingQueue
    decisions: FilingDecisions


def open_filing_desk(settings: Settings, database: str | None = None) -> FilingDesk:
    """The queue of filed rows, and the decisions on them.  Raises ``UserError``."""
    url = database or settings.database
    engine = open_database(url if "://" in url else f"sqlite:///{url}")
    return FilingDesk(FilingQueue(engine), FilingDecisions(engine))


def open_filings(settings: Settings, database: str | None = None) -> FilingRepository:
    """The filings of the database, with the folder of their evidence.  Raises ``UserError``."""
    url = database or settings.database
    engine = open_database(url if "://" in url else f"sqlite:///{url}")
    return FilingRepository(engine, EvidenceStore(settings.home / "evidence" / "filings"))
