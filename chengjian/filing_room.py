"""Builds what filings need.  Apart from ``bootstrap``, which loads the crawler and takes a second to start."""

from collections.abc import Iterator
from contextlib import contextmanager

from chengjian.cli.manners import UserError
from chengjian.settings import Settings
from storage.database import StorageError, open_database
from storage.evidence_store import EvidenceStore
from storage.filings import FilingRepository


@contextmanager
def storage_told() -> Iterator[None]:
    """Turn what is wrong with the database or the evidence into a word for the user."""
    try:
        yield
    except StorageError as error:
        raise UserError(str(error)) from error


def open_filings(settings: Settings, database: str | None = None) -> FilingRepository:
    """The filings of the database, with the folder of their evidence.  Raises ``UserError``."""
    url = database or settings.database
    with storage_told():
        engine = open_database(url if "://" in url else f"sqlite:///{url}")
    return FilingRepository(engine, EvidenceStore(settings.home / "evidence" / "filings"))
