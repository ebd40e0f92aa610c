"""The frontier: which addresses are known, which are still to be asked, and which may be asked now.

An address is known by its string alone; only what still waits has an object.  A request object is made when the
moment has come to send it, never for a link that is known already: that alone makes a crawl several times cheaper
than one that hands every link to a duplicate filter.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import Enum

from crawler.hosts import Host, Hosts
from extract.writers import may_write
from records.crawl import Attempt, Target
from records.verdicts import LinkKind

_KNOCKED_AT = frozenset({LinkKind.IMAGE, LinkKind.STYLE, LinkKind.SCRIPT})
MAX_ACTIVE = 64  # requests under way to all hosts together


class Node:
    """An address that waits or is being asked."""

    __slots__ = ("depth", "internal", "kind", "parent", "url")

    def __init__(self, url: str, kind: LinkKind, internal: bool, depth: int, parent: str | None) -> None:
        self.url = url
        self.kind = kind
        self.internal = internal
        self.depth = depth
        self.parent = parent

    @property
    def is_page(self) -> bool:
        """Whether it is to be read for links, and not only to be checked."""
        if self.kind is LinkKind.SCRIPT:
            return self.internal and may_write(self.url)
        return self.internal and (self.kind is LinkKind.PAGE or self.kind is LinkKind.FRAME)

    def target(self) -> Target:
        return Target(self.url, self.kind, self.internal, self.depth, self.parent)


class Purpose(Enum):
    """What a request is made for."""

    READ = "read"  # a page of the portal
    CHECK = "check"  # whether something is there
    ROBOTS = "robots"
    CANARY = "canary"  # whether a host that refuses us refuses everything
    RENDER = "render"  # the same page once more, in the browser


class Job:
    """What is being done about one address: the current hop, what was sent along, what came of earlier tries."""

    __slots__ = (
        "attempts",
        "began",
        "cookies",
        "elapsed_ms",
        "hops",
        "host",
        "links",
        "method",
        "node",
        "purpose",
        "sent",
        "trail",
        "url",
        "whole",
    )

    def __init__(self, node: Node, host: Host, purpose: Purpose, method: str = "GET") -> None:
        self.node = node
        self.host = host
        self.purpose = purpose
        self.method = method
        self.url = node.url
        self.hops: tuple[str, ...] = ()
        self.trail: set[tuple[str, str]] = set()  # (address, cookies) already tried: the same twice is a loop
        self.cookies: dict[str, str] = {}
        self.attempts: tuple[Attempt, ...] = ()
        self.sent = False  # the request of the current hop is on the wire
        self.began: datetime | None = None
        self.elapsed_ms = 0
        self.links = 0  # found on its pages
        self.whole = False  # "not modified" is no answer to it: all is asked for

    def restart(self, host: Host, method: str) -> None:
        """Begin the address anew, with all earlier attempts kept."""
        self.host = host
        self.method = method
        self.url = self.node.url
        self.hops = ()
        self.trail.clear()
        self.began = None
        self.elapsed_ms = 0


class _Queue:
    """What waits for one host."""

    __slots__ = ("again", "checks", "host", "later", "pages", "robots_asked", "turn", "wake")

    def __init__(self, host: Host) -> None:
        self.host = host
        self.pages: deque[Node] = deque()
        self.checks: deque[Node] = deque()
        self.again: deque[Job] = deque()  # next hops and second methods: before all others
        self.later: list[tuple[float, int, Job]] = []  # heap of repetitions
        self.wake: float | None = None
        self.robots_asked = False
        self.turn = 0


class Frontier:
    """Known and waiting addresses.  ``take`` gives what may be asked now, ``wake_at`` when to come again."""

    def __init__(
        self,
        hosts: Hosts,
        *,
        pages_allowed: Callable[[], bool],
        disallowed: Callable[[Node, tuple[Attempt, ...]], None],
    ) -> None:
        self._hosts = hosts
        self._pages_allowed = pages_allowed
        self._disallowed = disallowed
        self.known: set[str] = set()  # every address ever met
        self.on_met: Callable[[Node], None] | None = None  # told of each of them once
        self._queues: dict[str, _Queue] = {}
        self._wakes: list[tuple[float, int, _Queue]] = []
        self._serial = 0
        self.active = 0
        self.waiting_pages = 0
        self.waiting_checks = 0
        self.waiting_jobs = 0  # hops and repetitions
        self.waiting_reads = 0  # those of them that will be pages

    def stalled(self) -> bool:
        """Nothing is under way and nothing that waits may still be asked."""
        if self.active or self.waiting_jobs or self.waiting_checks:
            return False
        return not self.waiting_pages or not self._pages_allowed()

    # ----- putting in

    def meet(self, node: Node) -> None:
        """Enter an address that was not known, whatever becomes of it."""
        self.known.add(node.url)
        if self.on_met is not None:
            self.on_met(node)

    def add(self, node: Node, now: float) -> None:
        """Let a new address wait for its turn."""
        queue = self._queue(self._hosts.of(node.url))
        if node.is_page:
            queue.pages.append(node)
            self.waiting_pages += 1
        else:
            queue.checks.append(node)
            self.waiting_checks += 1
        if queue.wake is None or queue.wake > now:
            self._schedule(queue, now)

    def put_back(self, job: Job, now: float, *, delay: float = 0.0) -> None:
        """Let a job go on: at the next turn of its host, or after ``delay`` seconds."""
        queue = self._queue(job.host)
        if delay > 0:
            self._serial += 1
            heapq.heappush(queue.later, (now + delay, self._serial, job))
        elif job.purpose is Purpose.ROBOTS or job.purpose is Purpose.CANARY:
            queue.again.appendleft(job)
        else:
            queue.again.append(job)
        self._count(job, 1)
        self._schedule(queue, now)

    # ----- taking out

    def take(self, now: float) -> Job | None:
        """A job that may be sent at ``now``; its host counts it as under way until ``release``."""
        wakes = self._wakes
        while wakes and wakes[0][0] <= now and self.active < MAX_ACTIVE:
            moment, _, queue = heapq.heappop(wakes)
            if queue.wake != moment:
                continue  # scheduled anew since
            queue.wake = None
            host = queue.host
            if host.next_at <= now and host.active < self._hosts.concurrency and not host.held:
                job = self._next(queue, now)
                if job is not None:
                    host.took(now)
                    job.sent = False
                    self.active += 1
                    self._schedule(queue, now)
                    return job
            self._schedule(queue, now)
        return None

    def wake_at(self) -> float | None:
        """When ``take`` may have something, in monotonic seconds; ``None`` if only a release can bring it."""
        while self._wakes and self._wakes[0][2].wake != self._wakes[0][0]:
            heapq.heappop(self._wakes)
        if not self._wakes or self.active >= MAX_ACTIVE:
            return None
        return self._wakes[0][0]

    def sent(self, job: Job, now: float) -> None:
        """A job that was taken is on the wire."""
        if not job.sent:
            job.sent = True
            job.host.sent(now)
            self._schedule(self._queue(job.host), now)

    def release(self, job: Job, now: float) -> None:
        """A job that was taken has ended."""
        self.sent(job, now)
        job.host.ended(now)
        self.active -= 1
        self._schedule(self._queue(job.host), now)

    def reschedule(self, now: float) -> None:
        """The budget for pages has changed: see again who may be asked."""
        for queue in self._queues.values():
            self._schedule(queue, now)

    def robots_known(self, host: Host, now: float) -> None:
        self._schedule(self._queue(host), now)

    def drain(self, host: Host) -> Iterator[tuple[Node, tuple[Attempt, ...]]]:
        """Take out all that waits for a host."""
        queue = self._queue(host)
        for job in (*queue.again, *(entry[2] for entry in queue.later)):
            self._count(job, -1)
            if job.purpose is not Purpose.ROBOTS and job.purpose is not Purpose.CANARY:
                yield job.node, job.attempts
        queue.again.clear()
        queue.later.clear()
        while queue.pages:
            self.waiting_pages -= 1
            yield queue.pages.popleft(), ()
        while queue.checks:
            self.waiting_checks -= 1
            yield queue.checks.popleft(), ()
        queue.wake = None

    def drain_corner(self, host: Host, corner: str) -> Iterator[tuple[Node, tuple[Attempt, ...]]]:
        """Take out what waits for one directory of a host and was not asked yet."""
        queue = self._queue(host)
        for waiting in (queue.pages, queue.checks):
            kept = [node for node in waiting if not node.url.startswith(corner)]
            taken = [node for node in waiting if node.url.startswith(corner)]
            waiting.clear()
            waiting.extend(kept)
            if waiting is queue.pages:
                self.waiting_pages -= len(taken)
            else:
                self.waiting_checks -= len(taken)
            for node in taken:
                yield node, ()

    def drain_all(self) -> Iterator[tuple[Node, tuple[Attempt, ...]]]:
        for queue in self._queues.values():
            yield from self.drain(queue.host)

    # ----- inside

    def _count(self, job: Job, by: int) -> None:
        self.waiting_jobs += by
        if job.purpose is Purpose.READ:
            self.waiting_reads += by

    def _queue(self, host: Host) -> _Queue:
        queue = self._queues.get(host.name)
        if queue is None:
            queue = self._queues[host.name] = _Queue(host)
        return queue

    def _schedule(self, queue: _Queue, now: float) -> None:
        host = queue.host
        if host.held or host.active >= self._hosts.concurrency:
            return
        if host.robots is None and queue.robots_asked:
            # Only robots.txt itself may go on: its redirect, or its repetition.
            if queue.again and queue.again[0].purpose is Purpose.ROBOTS:
                moment = host.next_at
            elif queue.later and queue.later[0][2].purpose is Purpose.ROBOTS:
                moment = max(host.next_at, queue.later[0][0])
            else:
                return
        elif queue.again or queue.checks or (queue.pages and self._pages_allowed()):
            moment = host.next_at
        elif queue.later:
            moment = max(host.next_at, queue.later[0][0])
        else:
            return
        if queue.wake == moment:
            return
        queue.wake = moment
        self._serial += 1
        heapq.heappush(self._wakes, (moment, self._serial, queue))

    def _next(self, queue: _Queue, now: float) -> Job | None:
        host = queue.host
        while True:
            if queue.again:
                job = queue.again.popleft()
                self._count(job, -1)
            elif queue.later and queue.later[0][0] <= now:
                job = heapq.heappop(queue.later)[2]
                self._count(job, -1)
            elif host.robots is None:
                return self._robots_job(queue)
            else:
                node = self._fresh(queue)
                if node is None:
                    return None
                job = Job(node, host, Purpose.READ if node.is_page else Purpose.CHECK, _first_method(node))
            if job.purpose is Purpose.ROBOTS or job.purpose is Purpose.CANARY:
                return job
            if host.robots is None:
                # The next hop of a redirect to a host that is new: first its robots.txt, then the hop.
                queue.again.append(job)
                self._count(job, 1)
                return self._robots_job(queue)
            if job.purpose is Purpose.RENDER or host.robots.allows(job.url):
                return job
            self._disallowed(job.node, job.attempts)

    @staticmethod
    def _robots_job(queue: _Queue) -> Job | None:
        """Nothing else goes to a host before its robots.txt is known: what is not sent cannot slip past it."""
        if queue.robots_asked:
            return None
        queue.robots_asked = True
        node = Node(f"{queue.host.origin}/robots.txt", LinkKind.PAGE, False, 0, None)
        return Job(node, queue.host, Purpose.ROBOTS)

    def _fresh(self, queue: _Queue) -> Node | None:
        # Two pages, then one check: pages show where more is, checks must not wait for the end.
        queue.turn += 1
        pages = queue.pages and self._pages_allowed()
        if pages and (queue.turn % 3 or not queue.checks):
            self.waiting_pages -= 1
            return queue.pages.popleft()
        if queue.checks:
            self.waiting_checks -= 1
            return queue.checks.popleft()
        return None


def _first_method(node: Node) -> str:
    """HEAD suffices to see that a picture or a script is there.

    Pages are looked at, those of others too, since a lapsed domain or a block page says 200 to HEAD as well;
    attachments are told by their first bytes.
    """
    return "HEAD" if node.kind in _KNOCKED_AT else "GET"
