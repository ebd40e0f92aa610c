"""What is known of each host during one audit: its pace, its robots.txt, its health.

One ``Hosts`` serves the crawl, the probes, the re-check and the browser, so that the rate to a host holds across all
of them.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from crawler.retrying import Manners
from crawler.robots import Robots
from extract.addresses import host_of
from records.verdicts import LinkReason
from records.visits import HostState

_NO_GAP = 0.0005  # seconds; below this a pace is faster than anything that we can do, and is not kept


class Host:
    """One host: ``name`` is host[:port], ``origin`` the scheme and host by which it was met first."""

    __slots__ = (
        "active",
        "asked_home",
        "closed",
        "cookies",
        "doubted",
        "first_good",
        "gap",
        "held",
        "name",
        "next_at",
        "origin",
        "refused_in",
        "resting",
        "robots",
        "seen",
        "silences",
        "wall_row",
        "walls",
    )

    def __init__(self, name: str, origin: str, gap: float) -> None:
        self.name = name
        self.origin = origin
        self.gap = gap  # least seconds between two requests
        self.next_at = 0.0  # monotonic seconds
        self.active = 0  # requests under way
        self.held = False  # the newest of them is not on the wire yet: connecting can take longer than the gap
        self.robots: Robots | None = None
        self.cookies: dict[str, str] = {}  # those without which the host turns in a circle
        self.resting: LinkReason | None = None  # set: no more requests to it in this audit
        self.first_good: str | None = None  # the first address that answered well, mostly the home page
        self.closed: tuple[str, ...] = ()  # directories that refuse us while the host does not
        self.refused_in: list[str] = []  # directories of the refusals in a row
        self.doubted: LinkReason | None = None  # the refusal because of which ``first_good`` is being asked again
        self.seen = 0  # answers and failures
        self.walls = 0
        self.wall_row = 0
        self.silences = 0
        self.asked_home = 0  # how many times a wall was told from a closed corner by asking for ``first_good``

    def took(self, now: float) -> None:
        """A request is on its way to the wire."""
        self.active += 1
        self.next_at = now + self.gap
        self.held = self.gap > 0

    def sent(self, now: float) -> None:
        """Its headers have been written: the gap counts from here."""
        self.held = False
        self.next_at = max(self.next_at, now + self.gap)

    def ended(self, now: float) -> None:
        """A request is over, whether it came to be sent or not."""
        self.active -= 1
        if self.held:
            self.sent(now)

    def pause_until(self, moment: float) -> None:
        self.next_at = max(self.next_at, moment)

    def slow_to(self, gap: float) -> None:
        """Keep at least ``gap`` seconds between requests from now on (Crawl-delay)."""
        if gap > self.gap:
            self.next_at += gap - self.gap
            self.gap = gap

    # ----- health

    def went_well(self, url: str) -> None:
        self.answered()
        if self.first_good is None:
            self.first_good = url

    def answered(self) -> None:
        """It answered, if only that it has not what was asked: no wall, and no silence."""
        self.seen += 1
        self.wall_row = self.silences = 0
        self.refused_in.clear()

    def was_silent(self) -> None:
        self.seen += 1
        self.silences += 1

    def walled(self, url: str) -> None:
        self.seen += 1
        self.walls += 1
        self.wall_row += 1
        self.silences = 0
        self.refused_in.append(directory_of(url))

    def closed_corner(self) -> str | None:
        """The one directory below the root in which all refusals in a row lie, if it is one."""
        corners = set(self.refused_in)
        corner = next(iter(corners), None)
        return corner if len(corners) == 1 and corner != f"{self.origin}/" else None

    def is_closed(self, url: str) -> bool:
        return bool(self.closed) and url.startswith(self.closed)

    def should_rest(self, manners: Manners, *, recognised: bool) -> bool:
        """Whether refusals are so many that asking on would be hammering a closed door."""
        limit = manners.walls_in_row if recognised else manners.refusals_in_row
        if self.wall_row >= limit:
            return True
        return self.seen >= manners.wall_sample and self.walls > manners.wall_share * self.seen

    # ----- over a break

    def state(self) -> HostState:
        """How it stands to us, pace and robots.txt aside: those are asked anew."""
        return HostState(
            name=self.name,
            origin=self.origin,
            cookies=tuple(self.cookies.items()),
            resting=self.resting,
            first_good=self.first_good,
            closed=self.closed,
            refused_in=tuple(self.refused_in),
            seen=self.seen,
            walls=self.walls,
            wall_row=self.wall_row,
            silences=self.silences,
            asked_home=self.asked_home,
        )

    def restore(self, state: HostState) -> None:
        self.cookies = dict(state.cookies)
        self.resting = state.resting
        self.first_good = state.first_good
        self.closed = state.closed
        self.refused_in = list(state.refused_in)
        self.seen, self.walls, self.wall_row = state.seen, state.walls, state.wall_row
        self.silences, self.asked_home = state.silences, state.asked_home


def directory_of(url: str) -> str:
    """The address up to its last slash, query aside."""
    return url.partition("?")[0].rpartition("/")[0] + "/"


class Hosts:
    """All hosts of an audit.  ``rate`` is requests per second to one host at most, ``concurrency`` at once."""

    def __init__(self, rate: float, concurrency: int) -> None:
        if rate <= 0 or concurrency < 1:
            raise ValueError("rate and concurrency must be positive")
        gap = 1.0 / rate
        self._gap = gap if gap >= _NO_GAP else 0.0
        self.concurrency = concurrency
        self.paced = self._gap > 0
        self._hosts: dict[str, Host] = {}
        self._by_origin: dict[str, Host] = {}

    def of(self, url: str) -> Host:
        """The host of an address; the address must be absolute."""
        end = url.find("/", 8)
        origin = url[:end] if end > 0 else url
        host = self._by_origin.get(origin)
        if host is None:
            name = host_of(origin)
            host = self._hosts.get(name)
            if host is None:
                host = self._hosts[name] = Host(name, origin, self._gap)
            self._by_origin[origin] = host
        return host

    def states(self) -> tuple[HostState, ...]:
        """Of the hosts that were asked at all."""
        return tuple(host.state() for host in self._hosts.values() if host.seen or host.resting is not None)

    async def pace(self, url: str) -> None:
        """Wait until one more request may go out to a host of which a turn is held already, and count its gap."""
        loop = asyncio.get_running_loop()
        host = self.of(url)
        while True:
            wait = host.next_at - loop.time()
            if wait <= 0 and not host.held:
                break
            await asyncio.sleep(max(wait, 0.005))
        host.next_at = loop.time() + host.gap

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[Host]:
        """Wait until a request to the host of ``url`` may go out, and count it while it is under way.

        Whoever holds the turn calls ``sent`` as soon as the request is on the wire; the end of the turn does it else.
        """
        loop = asyncio.get_running_loop()
        host = self.of(url)
        while True:
            wait = host.next_at - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            elif host.held or host.active >= self.concurrency:
                await asyncio.sleep(max(self._gap / 4, 0.005))
            else:
                break
        host.took(loop.time())
        try:
            yield host
        finally:
            host.ended(loop.time())
