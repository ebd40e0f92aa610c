"""Links as they come from pages: what becomes an address to ask, and what ends at once."""

import re
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

from crawler.addresses import is_loopback, is_private
from crawler.clock import now
from crawler.frontier import Frontier, Node
from crawler.hosts import Hosts
from crawler.tally import Tally
from crawler.traps import TrapGuard, shape_of
from extract.addresses import PortalHosts, absolute
from records.crawl import Attempt, CrawlPlan
from records.page import Link, PageReading
from records.verdicts import FetchError, LinkKind, LinkReason, Outcome
from records.visits import Lead

_NAMES_HOST: Final = re.compile(r"\s*(?:https?:|//)", re.IGNORECASE)
MAX_ADDRESSES: Final = 400_000  # kept in memory; a portal that shows more is counted on, and said to be endless

End = Callable[[Node, tuple[Attempt, ...], Outcome, LinkReason | None], None]


class Intake:
    """Takes every link of every page once.  ``end`` is told of addresses that are not to be asked at all."""

    def __init__(self, plan: CrawlPlan, frontier: Frontier, hosts: Hosts, tally: Tally, end: End) -> None:
        self._plan = plan
        self._frontier = frontier
        self._hosts = hosts
        self._tally = tally
        self._end = end
        self._portals = [PortalHosts(plan.url)]
        self._traps = TrapGuard()
        self._private_start = is_private(plan.url)
        self.adopted: list[str] = []  # addresses whose hosts were taken in as the portal's own
        self.spare: Callable[[Node], bool] | None = None  # whether an address need not be asked: then it is seen to
        self.not_external = 0
        self.private = 0

    def covers(self, url: str) -> bool:
        """Whether an address belongs to the portal."""
        return any(portal.covers(url) for portal in self._portals)

    def adopt(self, url: str) -> bool:
        """The start page sends its readers on to ``url``: take that host in if it is of the same name.

        ``x.gov.cn`` that leads to ``www.x.gov.cn``, ``portal.x.gov.cn`` or another port is one portal; a leap to a
        wholly other name is a finding for a person, not a licence to walk there.
        """
        if self.covers(url):
            return True
        start = (urlsplit(self._plan.url).hostname or "").removeprefix("www.")
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        named = start.count(".") >= 1 and (host.endswith("." + start) or start.endswith("." + host))
        # The names of this very machine are one, and stay here.
        if host and (host == start or named or (is_loopback(self._plan.url) and is_loopback(url))):
            self._portals.append(PortalHosts(url))
            self.adopted.append(url)
            return True
        return False

    def page(
        self, reading: PageReading, links: Sequence[Link], node: Node, moment: float, *, rendered: bool = False
    ) -> None:
        """Enter what a page leads to: its links, and what it does not show as links (pagers, data, redirects)."""
        depth = node.depth + 1
        led_out = self.take(links, node.url, depth, moment)
        found = [*reading.data_urls]
        if reading.pager is not None:
            found += reading.pager.urls
        if reading.redirect:
            found.append(reading.redirect)
        if found:
            self.take_found(found, node.url, depth, moment)
        if not rendered:
            self.traps.learn(node.url, node.parent, reading.look, led_out)

    def take(self, links: Sequence[Link], parent: str, depth: int, moment: float) -> bool:
        """Enter the links of a page.  ``True`` if one was a new address of the portal of another shape."""
        known = self._frontier.known
        led_out = False
        shape: str | None = None
        self._tally.links += len(links)
        for link in links:
            url = link[0]  # by place: this line runs for every link of every page
            if url in known:
                continue
            if not url:
                if link.raw not in known:
                    self._bad(link, parent, depth)
                continue
            if self._enter(url, link.kind, parent, depth, moment) and not led_out:
                shape = shape or shape_of(parent)
                led_out = shape_of(url) != shape
        return led_out

    def take_found(self, urls: Sequence[str], parent: str, depth: int, moment: float) -> None:
        """Enter addresses that the page does not show as links: pagers, data of lists, redirects by script."""
        for url in urls:
            if url and url not in self._frontier.known and self.covers(url):
                self._enter(url, LinkKind.PAGE, parent, depth, moment)

    def start(self, moment: float) -> Node | None:
        """Enter the address that the audit starts from."""
        node = Node(self._plan.url, LinkKind.PAGE, True, 0, None)
        self._frontier.meet(node)
        self._frontier.add(node, moment)
        return node

    def take_again(self, lead: Lead, parent: str, depth: int, moment: float) -> None:
        """Enter an address that an unchanged page leads to, as it was entered when the page was read."""
        url, kind, failed = lead
        if url in self._frontier.known:
            return
        if failed and absolute(None, url) is None:
            self._bad(Link("", "", kind, url), parent, depth)
        else:
            self._enter(url, kind, parent, depth, moment)

    @property
    def traps(self) -> TrapGuard:
        return self._traps

    def _bad(self, link: Link, parent: str, depth: int) -> None:
        """Written so that no address can be made of it: nothing is asked, the attempt says so."""
        if not link.raw:
            return
        # One that names a host, if badly, was not meant for this portal.
        internal = _NAMES_HOST.match(link.raw) is None
        node = Node(link.raw, link.kind, internal, depth, parent)
        self._frontier.meet(node)
        attempt = Attempt(now(), "GET", error=FetchError.BAD_URL, detail="不是有效的网址，未发出请求")
        self._end(node, (attempt,), Outcome.FAILED, None)

    def _enter(self, url: str, kind: LinkKind, parent: str, depth: int, moment: float) -> bool:
        if len(self._frontier.known) >= MAX_ADDRESSES:
            self._tally.overflow += 1
            return False
        web = url.startswith(("http://", "https://"))
        internal = web and self.covers(url)
        node = Node(url, kind, internal, depth, parent)
        self._frontier.meet(node)
        if not web:
            self._end(node, (), Outcome.SKIPPED, LinkReason.SCHEME)
            return False
        if internal and self._traps.is_trap(url):
            self._end(node, (), Outcome.SKIPPED, LinkReason.TRAP)
            return False
        if not internal:
            if not self._plan.external:
                self.not_external += 1
                self._end(node, (), Outcome.NOT_REACHED, LinkReason.BUDGET)
                return False
            if not self._private_start and is_private(url):
                self.private += 1
                self._end(node, (), Outcome.NOT_REACHED, LinkReason.BUDGET)
                return False
        if depth > self._plan.max_depth:
            self._end(node, (), Outcome.NOT_REACHED, LinkReason.BUDGET)
            return False
        if self.spare is not None and self.spare(node):
            return internal
        host = self._hosts.of(url)
        resting = LinkReason.WAF if host.is_closed(url) else host.resting
        if resting is not None:
            self._end(node, (), Outcome.NOT_REACHED, resting)
            return False
        self._frontier.add(node, moment)
        return internal
