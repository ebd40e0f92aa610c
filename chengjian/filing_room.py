"""Builds what filings need.  Apart from ``bootstrap``, which loads the crawler and takes a second to start."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chengjian.cli.manners import UserError
from chengjian.settings import Settings
from storage.database import StorageError, open_database
from storage.evidence_store import EvidenceStore
from storage.filing_decisions import FilingDecisions
from storage.filing_queue import FilingQueue
from storage.filings import FilingRepository


@contextmanager
def storage_told() -> Iterator[None]:
    """Turn what is wrong with the database or the evidence into a word for the user."""
    try:
        yield
    except StorageError as error:
        raise UserError(str(error)) from error


@dataclass(frozen=True, slots=True)
class FilingDesk:
    """What a verifier works with."""

    queue: FilingQueue
    decisions: FilingDecisions


def open_filing_desk(settings: Settings, database: str | None = None) -> FilingDesk:
    """The queue of filed rows, and the decisions on them.  Raises ``UserError``."""
    url = database or settings.database
    with storage_told():
        engine = open_database(url if "://" in url else f"sqlite:///{url}")
    return FilingDesk(FilingQueue(engine), FilingDecisions(engine))


def open_filings(settings: Settings, database: str | None = None) -> FilingRepository:
    """The filings of the database, with the folder of their evidence.  Raises ``UserError``."""
    url = database or settings.database
    with storage_told():
        engine = open_database(url if "://" in url else f"sqlite:///{url}")
    return FilingRepository(engine, EvidenceStore(settings.home / "evidence" / "filings"))
