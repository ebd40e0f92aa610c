"""Where a crawl puts what it finds."""

from collections.abc import Sequence
from typing import Protocol

from records.crawl import Exchange, PageFact, TargetFact
from records.page import Link


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
