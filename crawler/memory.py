"""What an earlier audit of the same portal is asked by a crawl that comes back."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from records.crawl import Attempt
from records.visits import Lead, PageVisit


class Memory(Protocol):
    """The audit before: what it saw of each address.  Reading from it may take a query."""

    def of(self, url: str) -> PageVisit | None:
        """What is remembered of an address; ``None`` where it did not answer well."""
        ...

    def is_doubtful(self, url: str) -> bool:
        """Whether something was found wrong with the address: then it is asked again, however lately it was seen."""
        ...

    def leads(self, urls: Sequence[str]) -> Mapping[str, tuple[int, Sequence[Lead]]]:
        """Of pages: as how many they are stored (a rendered one twice), and where they led to, in the order of their
        links; addresses handed out before may be left out."""
        ...

    def last_attempt(self, url: str) -> Attempt | None:
        """The attempt by which an address was last read."""
        ...
