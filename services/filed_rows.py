"""What the verifier needs beside a filed value: the row of its scheme, and the newest run of its period."""

from typing import Final

from records.registry import City
from scoring.model import Indicator, Scheme
from services.memo import Memo
from services.rounds.book import RoundBook
from services.rounds.standing import scheme_of
from services.run_shelf import OpenedRun, RunShelf
from services.schemes import SCHEME_IDS, load_scheme
from storage.filed_values import KeptValue

_SCHEMES: Final[Memo[str, Scheme]] = Memo(16)


def scheme_for(kept: KeptValue, book: RoundBook, city: City) -> Scheme | None:
    """The scheme that a value was filed for: that of its round, else the packaged one; None where neither is known."""
    head = kept.head
    briefs = (one for one in book.briefs(city.id) if (one.scheme, str(one.period)) == (head.scheme, head.period))
    brief = next(briefs, None)
    if brief is not None:
        return _SCHEMES.get(brief.scheme_sha256, lambda: scheme_of(book.load(city.id, brief.id)))
    return _SCHEMES.get(head.scheme, lambda: load_scheme(head.scheme)) if head.scheme in SCHEME_IDS else None


def row_of(kept: KeptValue, book: RoundBook, city: City) -> Indicator | None:
    scheme = scheme_for(kept, book, city)
    rows = scheme.indicators if scheme is not None else ()
    return next((row for row in rows if row.id == kept.filed.indicator), None)


def newest_run(kept: KeptValue, shelf: RunShelf, city: City) -> OpenedRun | None:
    """The newest run of the scheme and period; None where nothing was scored yet."""
    head = kept.head
    found = (one for one in shelf.heads(city.id) if (one.scheme, one.period) == (head.scheme, head.period))
    newest = next(found, None)
    return shelf.open(newest.id) if newest is not None else None
