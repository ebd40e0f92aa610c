"""One crawl of one portal: breadth first, polite, every attempt recorded, every address accounted for."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol, cast

from scrapy import Request
from scrapy.http import Response

from crawler.care import HostCare
from crawler.clock import now
from crawler.frontier import Frontier, Job, Node, Purpose
from crawler.handler import AnswerResponse
from crawler.hosts import Hosts
from crawler.intake import End, Intake
from crawler.memory import Memory
from crawler.reading import PageReader
from crawler.render import Rendered, Renderer
from crawler.retrying import Manners
from crawler.rhythm import Rhythm
from crawler.robots import MAX_ROBOTS_BYTES
from crawler.sink import CrawlBook, CrawlSink
from crawler.tally import Tally
from crawler.wire import Answer, Wire
from records.crawl import Attempt, CrawlEnd, CrawlPlan, Progress, TargetFact
from records.verdicts import LinkReason, Outcome, StopReason
from records.visits import CrawlState
from spiders.answers import Answers
from spiders.coverage import coverage_notes
from spiders.door import Door
from spiders.returning import Returning
from spiders.walk_state import Resumption, WalkParts, state_of, take_up

CHECK_BYTES: Final = 512 * 1024  # of a body that is only looked at to see whether it is an error page
PROGRESS_EVERY: Final = 0.25  # seconds
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Order:
    """What the download handler is told about one request."""

    limit: int  # bytes of decoded body
    strict: bool  # more is an error, and not just cut
    cookies: str
    on_sent: Callable[[], None] | None
    conditions: tuple[tuple[str, str], ...] = ()  # headers: answer only if it has changed


@dataclass(frozen=True, slots=True)
class Coming:
    """A crawl that can be left and gone on with, and that comes back to what an earlier one saw."""

    book: CrawlBook
    rhythm: Rhythm
    memory: Memory | None = None  # None: there is no earlier audit to take anything over from
    left: Resumption | None = None  # where it was left, if it was


class Engine(Protocol):
    """What the walk asks of Scrapy's engine."""

    def crawl(self, request: Request) -> None: ...

    async def close_spider_async(self, *, reason: str) -> None: ...


class Walk:
    """The state of one crawl.  ``begin`` is called by the spider once the engine runs; ``end`` closes the books."""

    def __init__(
        self,
        plan: CrawlPlan,
        sink: CrawlSink,
        reader: PageReader,
        *,
        stop: asyncio.Event,
        manners: Manners | None = None,
        hosts: Hosts | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        intake: Callable[[CrawlPlan, Frontier, Hosts, Tally, End], Intake] = Intake,
        coming: Coming | None = None,
    ) -> None:
        """``intake`` decides which of the addresses that pages show are walked to.

        With ``coming`` the walk can be left and gone on with: setting ``stop`` then pauses it (``paused``).
        """
        manners = manners or Manners()
        hosts = hosts or Hosts(plan.rate, plan.concurrency)
        self.plan = plan
        self.wire = Wire(
            user_agent=plan.user_agent,
            timeout=plan.timeout,
            connect_timeout=manners.connect_timeout,
            tell_sent=hosts.paced,
        )
        self.failure: BaseException | None = None
        self.paused = False  # stopped, and to be gone on with
        self._sink = sink
        self._reader = reader
        self._manners = manners
        self._hosts = hosts
        self._stop = stop
        self._on_progress = on_progress
        self._tally = Tally()
        self._frontier = Frontier(hosts, pages_allowed=self._pages_allowed, disallowed=self._disallowed)
        self._intake = intake(plan, self._frontier, hosts, self._tally, self._end)
        self._renderer = Renderer(plan, covers=self._intake.covers, hosts=hosts)
        self._care: HostCare  # from ``begin`` on
        self._answers: Answers  # from ``begin`` on
        self._coming = coming
        self._returning: Returning | None = None
        if coming is not None:
            self._returning = Returning(
                coming.memory, coming.rhythm, coming.book, self._intake, self._tally, self._taken_over
            )
            self._frontier.on_met = lambda node: coming.book.met(node.target())
            self._intake.spare = self._returning.spare
        self._door = Door(plan, hosts, self._intake)
        self._pages_under_way = 0
        self._rendering: set[asyncio.Task[None]] = set()
        self._started_at = now()
        self._engine: Engine  # from ``begin`` on
        self._loop: asyncio.AbstractEventLoop
        self._began = 0.0
        self._seconds_before = 0.0  # of crawling, before a break
        self._finishing = False
        self._timers: list[asyncio.Handle] = []
        self._pump_timer: asyncio.TimerHandle | None = None
        self._show_timer: asyncio.TimerHandle | None = None
        self._tasks: list[asyncio.Task[object]] = []
        self._full = False  # the page budget is spoken for
        self._closed = False
        self._aborted = False

    # ----- beginning and ending

    def begin(self, engine: Engine) -> None:
        self._engine = engine
        loop = self._loop = asyncio.get_running_loop()
        self._began = loop.time()
        self._care = HostCare(
            self.plan,
            self._manners,
            self._hosts,
            self._frontier,
            self._reader,
            self._intake.covers,
            self._end,
        )
        self._answers = Answers(
            plan=self.plan,
            sink=self._sink,
            reader=self._reader,
            manners=self._manners,
            hosts=self._hosts,
            frontier=self._frontier,
            intake=self._intake,
            care=self._care,
            tally=self._tally,
            door=self._door,
            returning=self._returning,
            clock=loop.time,
            end=self._end,
            render_later=self._render_later,
        )
        watch = loop.create_task(self._watch_stop())
        self._tasks.append(watch)
        self._guarded(self._enter)
        left = max(0.0, self.plan.max_minutes * 60 - self._seconds_before)
        self._timers.append(loop.call_later(left, self._finish, StopReason.MAX_MINUTES))
        self._show()
        self._guarded(self._pump)

    def _enter(self) -> None:
        """Begin at the start address, or where the crawl was left."""
        left = self._coming.left if self._coming is not None else None
        if left is not None and left.met:
            if left.state is not None:
                self._started_at = left.state.started_at
                self._seconds_before = left.state.seconds
                self._answers.unrendered = left.state.unrendered
            take_up(self._parts(), left, self._loop.time())
        else:
            self._door.start = self._intake.start(self._loop.time())

    def _parts(self) -> WalkParts:
        return WalkParts(
            self._frontier,
            self._hosts,
            self._intake,
            self._tally,
            self._door,
            self._care,
            self._answers.half_done,
        )

    def state(self) -> CrawlState:
        """All that must be kept to go on from here."""
        seconds = self._seconds_before + self._loop.time() - self._began
        return state_of(
            self._parts(), started_at=self._started_at, seconds=seconds, unrendered=self._answers.unrendered
        )

    def _settled(self) -> None:
        """Nothing is half said: what was gathered may be committed."""
        if self._coming is not None and self.failure is None:
            self._coming.book.settled(self.state)

    async def _watch_stop(self) -> None:
        await self._stop.wait()
        self.paused = self._coming is not None and not self._finishing
        self._finish(StopReason.INTERRUPTED)

    def _finish(self, why: StopReason | None) -> None:
        """Send nothing more; give what is under way a moment, then let go of it."""
        if self._finishing:
            return
        self._finishing = True
        if not self.paused:
            self._door.stopped_by = self._door.stopped_by or self._door.home_rests(self._care) or why
        if self._pump_timer is not None:
            self._pump_timer.cancel()
        if self._frontier.active:
            hurry = why is StopReason.INTERRUPTED or self.failure is not None
            self._timers.append(self._loop.call_later(0.2 if hurry else self._manners.settle, self._abort))
        else:
            self._close()

    def _abort(self) -> None:
        self._aborted = True
        self.wire.abort()
        for task in self._rendering:
            task.cancel()

    def _close(self) -> None:
        if self._closed:
            return
        self._closed = True
        for timer in (*self._timers, self._show_timer):
            if timer is not None:
                timer.cancel()
        for task in self._tasks:
            task.cancel()
        stopped_by = self._door.stopped_by
        reason = "paused" if self.paused else stopped_by.value if stopped_by is not None else "finished"
        self._tasks.append(self._loop.create_task(self._engine.close_spider_async(reason=reason)))

    def _fail(self, error: BaseException) -> None:
        """Our own fault or the sink's: end the crawl, and let the caller have the error."""
        self.failure = self.failure or error
        self._finish(StopReason.INTERRUPTED)

    def left(self, reason: str) -> None:
        """The engine ended the spider for ``reason``: if not because the walk asked for it, it was interrupted."""
        if not self._finishing and reason != "finished":
            self._finishing = True
            self._door.stopped_by = self._door.stopped_by or StopReason.INTERRUPTED

    async def close(self) -> None:
        """Let go of connections and browser."""
        await self._renderer.close()
        await self.wire.close()

    def end(self) -> CrawlEnd:
        """Account for all that was not reached, and close the books."""
        for node, attempts in self._frontier.drain_all():
            self._end(node, attempts, Outcome.NOT_REACHED, LinkReason.BUDGET)
        if self._returning is not None:
            for node in self._returning.give_up():
                self._end(node, (), Outcome.NOT_REACHED, LinkReason.BUDGET)
        counts = self._tally.counts(len(self._frontier.known))
        self._settled()
        notes = (
            *self._care.notes,
            *coverage_notes(
                self.plan, counts, self._intake, self._answers.unrendered, self._renderer, self._tally, self._returning
            ),
        )
        return CrawlEnd(self._started_at, now(), self._door.stopped_by, counts, notes)

    # ----- sending

    def _pages_allowed(self) -> bool:
        claimed = self._pages_under_way + self._frontier.waiting_reads
        return self._tally.asked + claimed < self.plan.max_pages

    def _pump(self) -> None:
        """Send all that may be sent now, and come again when more may."""
        if self._finishing:
            if not self._frontier.active:
                self._close()
            return
        moment = self._loop.time()
        if self._returning is not None and self._returning.has_spared:
            self._returning.take_over(moment)
            self._settled()
            if self._returning.has_spared:
                self._loop.call_soon(self._woken)
        if self._full and self._pages_allowed():
            self._frontier.reschedule(moment)  # an address that was taken for a page was none
        while (job := self._frontier.take(moment)) is not None:
            self._send(job)
        self._full = not self._pages_allowed()
        spared = self._returning is not None and self._returning.has_spared
        if not spared and self._frontier.stalled():
            self._finish(StopReason.MAX_PAGES if self._frontier.waiting_pages else None)
            return
        wake = self._frontier.wake_at()
        timer = self._pump_timer
        if timer is not None:
            if not timer.cancelled() and wake is not None and timer.when() == wake:
                return
            timer.cancel()
        self._pump_timer = self._loop.call_at(wake, self._woken) if wake is not None else None

    def _woken(self) -> None:
        self._pump_timer = None
        self._guarded(self._pump)

    def _send(self, job: Job) -> None:
        if job.purpose is Purpose.RENDER:
            self._frontier.sent(job, self._loop.time())
            task = self._loop.create_task(self._render(job))
            self._rendering.add(task)
            task.add_done_callback(self._rendering.discard)
            return
        if job.purpose is Purpose.READ:
            self._pages_under_way += 1
        if job.began is None:
            job.began = now()
        cookies = {**job.host.cookies, **job.cookies}
        sent = "; ".join(f"{name}={value}" for name, value in cookies.items()) if cookies else ""
        job.trail.add((job.url, sent))
        limit = {Purpose.READ: self.plan.max_body, Purpose.ROBOTS: MAX_ROBOTS_BYTES}.get(job.purpose, CHECK_BYTES)
        on_sent = partial(self._sent, job) if job.host.held else None
        returning = self._returning if job.purpose in (Purpose.READ, Purpose.CHECK) else None
        conditions = returning.conditions(job) if returning is not None else ()
        order = Order(limit, job.purpose is Purpose.READ, sent, on_sent, conditions)
        meta = {"job": job, "order": order, "verbatim_url": True}
        self._engine.crawl(Request(job.url, callback=self.answered, method=job.method, meta=meta))

    def _sent(self, job: Job) -> None:
        self._frontier.sent(job, self._loop.time())
        if not self._finishing:
            self._loop.call_soon(self._woken)

    # ----- answers

    def answered(self, response: Response) -> None:
        """Scrapy's callback: one request has its answer, or the reason why there is none."""
        job: Job = response.meta["job"]
        answer = cast(AnswerResponse, response).answer
        self._guarded(lambda: self._take_answer(job, answer))
        self._guarded(self._settled)
        self._guarded(self._pump)

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:  # ours or the sink's: not Scrapy's to log and forget
            self._fail(error)

    def _take_answer(self, job: Job, answer: Answer) -> None:
        self._frontier.release(job, self._loop.time())
        if job.purpose is Purpose.READ:
            self._pages_under_way -= 1
        self._tally.requests += 1
        self._tally.bytes += len(answer.body)
        job.elapsed_ms += answer.elapsed_ms
        if self._aborted and answer.error is not None:
            if self.paused:
                return  # asked again when the crawl goes on
            if job.purpose not in (Purpose.ROBOTS, Purpose.CANARY):
                self._end(job.node, job.attempts, Outcome.NOT_REACHED, LinkReason.BUDGET)
            return
        if answer.error is None and answer.status in _REDIRECTS and self._answers.follow(job, answer):
            return
        match job.purpose:
            case Purpose.ROBOTS:
                self._care.robots_answered(job, answer)
            case Purpose.CANARY:
                self._care.canary_answered(job, answer)
            case _:
                self._answers.settle(job, answer)

    def lacks_robots(self, url: str) -> bool:
        """Whether the robots.txt of an address's host could not be had: nothing was refused, and nothing read."""
        return self._hosts.of(url).name in self._care.doors

    def _disallowed(self, node: Node, attempts: tuple[Attempt, ...]) -> None:
        if node is self._door.start:
            self._door.stopped_by = StopReason.SITE_BLOCKED
            self._care.notes.append("网站的 robots.txt 不允许访问起始页，按规定未抓取。")
        self._end(node, attempts, Outcome.SKIPPED, LinkReason.ROBOTS)

    # ----- the browser

    def _render_later(self, job: Job) -> bool:
        if not self._renderer.available or self._finishing:
            return False
        job.purpose = Purpose.RENDER
        job.host = self._hosts.of(job.url)
        self._frontier.put_back(job, self._loop.time())
        return True

    async def _render(self, job: Job) -> None:
        outcome: Rendered | None = None
        try:
            outcome = await self._renderer.render(job.url)
        except asyncio.CancelledError:
            pass  # the crawl is ending: the page counts as fetched by HTTP
        except Exception as error:  # a fault of ours: the crawl must end, not hang
            self._fail(error)
        self._frontier.release(job, self._loop.time())
        if outcome is not None or not self.paused:
            self._guarded(lambda: self._answers.take_rendered(job, outcome))
        self._guarded(self._settled)
        self._guarded(self._pump)

    # ----- the books

    def _end(self, node: Node, attempts: tuple[Attempt, ...], outcome: Outcome, skipped: LinkReason | None) -> None:
        """An address has reached the end of its way."""
        self._tally.close(outcome, skipped)
        self._sink.target(TargetFact(node.target(), outcome, attempts, skipped))
        if self._coming is not None:
            self._answers.half_done.pop(node.url, None)
        if node is self._door.start:
            self._door.ended(attempts, outcome, self._care)

    def _taken_over(self, _: Node) -> None:
        """An address was taken over as the audit before left it; its facts are copied by the book."""
        self._tally.close(Outcome.FETCHED, None)

    def _show(self) -> None:
        """Tell how far we are, four times a second."""
        tally, frontier = self._tally, self._frontier
        elapsed = self._loop.time() - self._began
        queue = min(frontier.waiting_pages, max(0, self.plan.max_pages - tally.asked)) + frontier.waiting_checks
        eta = queue * elapsed / tally.requests if elapsed > 3 and tally.requests > 10 else None
        show = self._on_progress
        if show is None:
            return
        self._guarded(
            lambda: show(
                Progress("crawl", tally.pages, len(frontier.known), queue, tally.failed, tally.requests, elapsed, eta)
            )
        )
        if not self._finishing:
            self._show_timer = self._loop.call_later(PROGRESS_EVERY, self._show)
