"""The duties of blocked portals, a page at a time."""

from records.duties import Duty
from storage.duties import DutyRepository


def duties_page(duties: DutyRepository, *, closed: bool, limit: int, offset: int) -> tuple[tuple[Duty, ...], int]:
    """The open duties by their term, or the closed ones, newest first; and how many there are."""
    return duties.page(closed=closed, limit=limit, offset=offset)
