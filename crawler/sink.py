"""Where a crawl puts what it finds."""

from collections.abc import Callable, Sequence
from typing import Protocol

from records.crawl import Exchange, PageFact, Target, TargetFact
from records.page import Link
from records.visits import CrawlState, PageVisit


class CrawlSink(Protocol):
    """Takes the facts of a crawl as they come.  Called from the event loop, so it must not block for long.

    An exception out of it ends the crawl and is raised by ``crawl_portal``: what was gathered stays in the sink.
    """

    def page(self, fact: PageFact, links: Sequence[Link], exchange: Exchange | None) -> None:
        """A response with a readable body from an address of the portal, error pages included.

        ``fact.reading.links`` is empty; ``links`` holds them (none for error pages and walls: they are not the
        office's links).
        """
        ...

    def target(self, fact: TargetFact) -> None:
        """An address has reached the end of its way: called exactly once for each address."""
        ...


class CrawlBook(CrawlSink, Protocol):
    """A sink that also keeps what is needed to go on after a break, and to come back another night.

    What is said between two calls of ``settled`` belongs together: it is kept as a whole or not at all.
    """

    def met(self, target: Target) -> None:
        """An address that was not known: called once for each, in order, whatever becomes of it."""
        ...

    def remember(self, url: str, visit: PageVisit) -> None:
        """What to remember of an address that was asked and answered well."""
        ...

    def carry(self, url: str, *, asked: bool) -> None:
        """Take over what the audit before knew of an address.

        ``asked``: it was asked and is unchanged, so that only its pages are taken over, and ``target`` says the rest.
        """
        ...

    def settled(self, state: Callable[[], CrawlState]) -> None:
        """All that was said so far belongs together; ``state`` gives the crawl at this moment, when it is kept."""
        ...
