"""One crawl of one portal: breadth first, polite, every attempt recorded, every address accounted for."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Final, Protocol, cast

from scrapy import Request
from scrapy.http import Response

from crawler.care import HostCare
from crawler.clock import now
from crawler.frontier import Frontier, Job, Node, Purpose
from crawler.handler import AnswerResponse
from crawler.hosts import Hosts
from crawler.intake import Intake
from crawler.outcome import outcome_of, wall_of
from crawler.reading import (
    PageReader,
    attempt_of,
    cookies_of,
    exchange_of,
    is_cut_page,
    is_readable,
    location_of,
    rendered_exchange,
)
from crawler.render import Rendered, Renderer
from crawler.retrying import MAX_HOPS, Manners, repetitions
from crawler.robots import MAX_ROBOTS_BYTES
from crawler.sink import CrawlSink
from crawler.tally import Tally
from crawler.wire import Answer, Wire
from extract.addresses import canonical
from records.crawl import Attempt, CrawlEnd, CrawlPlan, Exchange, PageFact, Progress, TargetFact
from records.page import Link, PageReading
from records.verdicts import FetchError, LinkKind, LinkReason, Outcome, PageVerdict, StopReason
from spiders.coverage import coverage_notes

CHECK_BYTES: Final = 512 * 1024  # of a body that is only looked at to see whether it is an error page
PROGRESS_EVERY: Final = 0.25  # seconds
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_WALKED: Final = frozenset({PageVerdict.OK, PageVerdict.EMPTY})  # the links of other pages are not the office's own
_MARKUP: Final = frozenset({LinkKind.IMAGE, LinkKind.STYLE, LinkKind.SCRIPT})


@dataclass(frozen=True, slots=True)
class Order:
    """What the download handler is told about one request."""

    limit: int  # bytes of decoded body
    strict: bool  # more is an error, and not just cut
    cookies: str
    on_sent: Callable[[], None] | None


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
    ) -> None:
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
        self._sink = sink
        self._reader = reader
        self._manners = manners
        self._hosts = hosts
        self._stop = stop
        self._on_progress = on_progress
        self._tally = Tally()
        self._frontier = Frontier(hosts, pages_allowed=self._pages_allowed, disallowed=self._disallowed)
        self._intake = Intake(plan, self._frontier, hosts, self._tally, self._end)
        self._renderer = Renderer(plan, covers=self._intake.covers, hosts=hosts)
        self._care: HostCare  # from ``begin`` on
        self._pages_under_way = 0
        self._rendering: set[asyncio.Task[None]] = set()
        self._started_at = now()
        self._engine: Engine  # from ``begin`` on
        self._loop: asyncio.AbstractEventLoop
        self._began = 0.0
        self._start: Node | None = None
        self._finishing = False
        self._stopped_by: StopReason | None = None
        self._timers: list[asyncio.Handle] = []
        self._pump_timer: asyncio.TimerHandle | None = None
        self._show_timer: asyncio.TimerHandle | None = None
        self._tasks: list[asyncio.Task[object]] = []
        self._unrendered = 0
        self._full = False  # the page budget is spoken for
        self._home_hosts = {hosts.of(plan.url).name}
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
        watch = loop.create_task(self._watch_stop())
        self._tasks.append(watch)
        self._timers.append(loop.call_later(self.plan.max_minutes * 60, self._finish, StopReason.MAX_MINUTES))
        self._show()
        self._start = self._intake.start(loop.time())
        self._pump()

    async def _watch_stop(self) -> None:
        await self._stop.wait()
        self._finish(StopReason.INTERRUPTED)

    def _finish(self, why: StopReason | None) -> None:
        """Send nothing more; give what is under way a moment, then let go of it."""
        if self._finishing:
            return
        self._finishing = True
        self._stopped_by = self._stopped_by or self._home_rests() or why
        if self._pump_timer is not None:
            self._pump_timer.cancel()
        if self._frontier.active:
            hurry = why is StopReason.INTERRUPTED or self.failure is not None
            self._timers.append(self._loop.call_later(0.2 if hurry else self._manners.settle, self._abort))
        else:
            self._close()

    def _home_rests(self) -> StopReason | None:
        """Why the portal itself was left alone, if it was."""
        for name in self._home_hosts:
            reason = self._care.resting.get(name)
            if reason is not None:
                silent = reason in (LinkReason.TIMEOUT, LinkReason.HTTP_5XX)
                return StopReason.SITE_UNREACHABLE if silent else StopReason.SITE_BLOCKED
        return None

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
        reason = self._stopped_by.value if self._stopped_by is not None else "finished"
        self._tasks.append(self._loop.create_task(self._engine.close_spider_async(reason=reason)))

    def _fail(self, error: BaseException) -> None:
        """Our own fault or the sink's: end the crawl, and let the caller have the error."""
        self.failure = self.failure or error
        self._finish(StopReason.INTERRUPTED)

    async def close(self) -> None:
        """Let go of connections and browser."""
        await self._renderer.close()
        await self.wire.close()

    def end(self) -> CrawlEnd:
        """Account for all that was not reached, and close the books."""
        for node, attempts in self._frontier.drain_all():
            self._end(node, attempts, Outcome.NOT_REACHED, LinkReason.BUDGET)
        counts = self._tally.counts(len(self._frontier.known))
        notes = (*self._care.notes, *coverage_notes(self.plan, counts, self._intake, self._unrendered, self._renderer))
        return CrawlEnd(self._started_at, now(), self._stopped_by, counts, notes)

    # ----- sending

    def _pages_allowed(self) -> bool:
        claimed = self._pages_under_way + self._frontier.waiting_reads
        return self._tally.pages + claimed < self.plan.max_pages

    def _pump(self) -> None:
        """Send all that may be sent now, and come again when more may."""
        if self._finishing:
            if not self._frontier.active:
                self._close()
            return
        moment = self._loop.time()
        if self._full and self._pages_allowed():
            self._frontier.reschedule(moment)  # an address that was taken for a page was none
        while (job := self._frontier.take(moment)) is not None:
            self._send(job)
        self._full = not self._pages_allowed()
        if self._frontier.stalled():
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
        order = Order(limit, job.purpose is Purpose.READ, sent, on_sent)
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
            if job.purpose not in (Purpose.ROBOTS, Purpose.CANARY):
                self._end(job.node, job.attempts, Outcome.NOT_REACHED, LinkReason.BUDGET)
            return
        if answer.error is None and answer.status in _REDIRECTS and self._follow(job, answer):
            return
        match job.purpose:
            case Purpose.ROBOTS:
                self._care.robots_answered(job, answer)
            case Purpose.CANARY:
                self._care.canary_answered(job, answer)
            case _:
                self._settle(job, answer)

    def _follow(self, job: Job, answer: Answer) -> bool:
        """Go on to where a redirect leads.  ``False`` where it ends here, with ``answer.error`` saying why."""
        target = location_of(answer)
        if target is None:
            if answer.headers.get("location"):
                answer.error, answer.detail = FetchError.BAD_RESPONSE, f"Location: {answer.headers['location'][:200]}"
            return False
        job.hops = (*job.hops, target)
        host = self._hosts.of(target)
        if host is job.host:
            job.cookies.update(cookies_of(answer))
        else:
            job.cookies = {}
        cookies = {**host.cookies, **job.cookies}
        sent = "; ".join(f"{name}={value}" for name, value in cookies.items()) if cookies else ""
        if (target, sent) in job.trail or len(job.hops) > MAX_HOPS:
            answer.error, answer.detail = FetchError.REDIRECT_LOOP, f"{len(job.hops)} redirects"
            return False
        if job.purpose is Purpose.READ:
            at_start = job.node is self._start
            if at_start and not self._intake.covers(target) and self._intake.adopt(target):
                self._care.notes.append(f"起始页转到 {target}，该主机一并作为本网站检查。")
            if not self._intake.covers(target):
                if not self.plan.external:
                    return False
                job.purpose = Purpose.CHECK  # what is outside is not walked: only seen to be there
        if host.resting is not None:
            return False
        job.host, job.url = host, target
        self._frontier.put_back(job, self._loop.time())
        return True

    def _settle(self, job: Job, answer: Answer) -> None:
        """The last response of a try: read it, judge the try, and try again or be done."""
        node = job.node
        began = job.began or answer.at
        if job.method == "HEAD":
            attempt = attempt_of(answer, began=began, elapsed_ms=job.elapsed_ms, hops=job.hops, reading=None)
            if _head_suffices(node, answer) and wall_of(attempt) is None:
                job.host.went_well(job.url)
                self._end(node, (*job.attempts, attempt), Outcome.FETCHED, None)
            elif answer.error is FetchError.DNS:  # a name that is not there has nothing to add to another method
                self._done(job, answer, attempt, (*job.attempts, attempt), None)
            else:
                job.attempts = (*job.attempts, attempt)
                job.restart(self._hosts.of(node.url), "GET")
                self._again(job, 0.0)
            return
        if is_cut_page(answer) and len(job.attempts) >= 2:
            answer.error, answer.detail = None, f"响应体不完整：{answer.detail}"
        reading: PageReading | None = None
        if answer.error is None and answer.status is not None:
            wanted = job.purpose is Purpose.READ or answer.status >= 400 or _is_html(answer)
            if wanted and is_readable(answer):
                reading = self._reader.read(answer.body, url=job.url, status=answer.status, headers=answer.headers)
        attempt = attempt_of(answer, began=began, elapsed_ms=job.elapsed_ms, hops=job.hops, reading=reading)
        self._care.learn(job, answer, attempt, at_start=node is self._start)
        attempts = (*job.attempts, attempt)
        tries = sum(1 for each in attempts if each.method == "GET")
        if tries <= repetitions(attempt) and job.host.resting is None:
            job.attempts = attempts
            delay = self._manners.retry_delay * 2 ** (tries - 1)
            job.restart(self._hosts.of(node.url), "GET")
            if node.is_page:
                job.purpose = Purpose.READ
            self._again(job, delay)
            return
        self._done(job, answer, attempt, attempts, reading)

    def _done(
        self, job: Job, answer: Answer, attempt: Attempt, attempts: tuple[Attempt, ...], reading: PageReading | None
    ) -> None:
        """The last try of the crawl for this address."""
        node = job.node
        outcome, skipped = outcome_of(attempt)
        if job.purpose is Purpose.READ and reading is not None and answer.status is not None:
            links_ok = reading.verdict in _WALKED and answer.status < 400
            if node is self._start and outcome is Outcome.FETCHED and reading.redirect:
                self._intake.adopt(reading.redirect)
            seen = exchange_of(answer, attempt.final_url or node.url)
            self._page(job, answer.status, began=attempt, reading=reading, exchange=seen, walk=links_ok, rendered=False)
            if outcome is Outcome.FETCHED and self._wants_browser(reading):
                job.attempts = attempts
                if self._render_later(job):
                    return
                self._unrendered += reading.needs_browser
        self._end(node, attempts, outcome, skipped)

    def _page(
        self,
        job: Job,
        status: int,
        *,
        began: Attempt,
        reading: PageReading,
        exchange: Exchange | None,
        walk: bool,
        rendered: bool,
    ) -> None:
        """Hand a page to the sink, and its links to the frontier."""
        node = job.node
        links = _without_sessions(reading.links) if walk else ()
        fact = PageFact(
            url=node.url,
            final_url=began.final_url or node.url,
            depth=node.depth,
            parent=node.parent,
            http_status=status,
            fetched_at=began.at,
            sha256=began.sha256 or "",
            rendered=rendered,
            reading=replace(reading, links=()),
        )
        if rendered:
            self._tally.rendered += 1
        else:
            self._tally.pages += 1
        self._sink.page(fact, links, exchange)
        if not walk:
            return
        moment = self._loop.time()
        depth = node.depth + 1
        led_out = self._intake.take(links, node.url, depth, moment)
        found = [*reading.data_urls]
        if reading.pager is not None:
            found += reading.pager.urls
        if reading.redirect:
            found.append(reading.redirect)
        if found:
            self._intake.take_found(found, node.url, depth, moment)
        if not rendered:
            self._intake.traps.learn(node.url, node.parent, reading.look, led_out)

    def _again(self, job: Job, delay: float) -> None:
        if job.host.resting is not None:
            self._end(job.node, job.attempts, Outcome.NOT_REACHED, job.host.resting)
        else:
            self._frontier.put_back(job, self._loop.time(), delay=delay)

    def _disallowed(self, node: Node, attempts: tuple[Attempt, ...]) -> None:
        if node is self._start:
            self._stopped_by = StopReason.SITE_BLOCKED
            self._care.notes.append("网站的 robots.txt 不允许访问起始页，按规定未抓取。")
        self._end(node, attempts, Outcome.SKIPPED, LinkReason.ROBOTS)

    # ----- the browser

    def _wants_browser(self, reading: PageReading) -> bool:
        return self.plan.render == "always" or (self.plan.render == "auto" and reading.needs_browser)

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
        self._guarded(lambda: self._take_rendered(job, outcome))
        self._guarded(self._pump)

    def _take_rendered(self, job: Job, rendered: Rendered | None) -> None:
        if rendered is None or not rendered.html:
            self._unrendered += 1
        if rendered is None:
            self._end(job.node, job.attempts, Outcome.FETCHED, None)
            return
        self._tally.requests += rendered.requests
        attempt = rendered.attempt
        if rendered.html:
            body = rendered.html.encode("utf-8", "replace")
            headers = {"content-type": "text/html; charset=utf-8"}
            reading = self._reader.read(body, url=rendered.final_url, status=rendered.status, headers=headers)
            attempt = replace(
                attempt,
                sha256=sha256(body).hexdigest(),
                page_verdict=reading.verdict,
                sign=reading.sign,
                look=reading.look,
            )
            walk = reading.verdict in _WALKED and rendered.status < 400
            dom = rendered_exchange(attempt, job.node.url, body, self.plan.user_agent)
            self._page(job, rendered.status, began=attempt, reading=reading, exchange=dom, walk=walk, rendered=True)
        # The browser's failure does not undo that the address answered.
        self._end(job.node, (*job.attempts, attempt), Outcome.FETCHED, None)

    # ----- the books

    def _end(self, node: Node, attempts: tuple[Attempt, ...], outcome: Outcome, skipped: LinkReason | None) -> None:
        """An address has reached the end of its way."""
        self._tally.close(outcome, skipped)
        self._sink.target(TargetFact(node.target(), outcome, attempts, skipped))
        if node is self._start:
            last = attempts[-1] if attempts else None
            landed = last and (last.redirects[-1] if last.redirects else last.final_url)
            if landed and self._intake.covers(landed):
                self._home_hosts.add(self._hosts.of(landed).name)
            elif landed and outcome is Outcome.FETCHED and self._stopped_by is None:
                self._stopped_by = StopReason.SITE_UNREACHABLE
                self._care.notes.append(
                    f"起始页转到另一网站 {landed}，未继续巡查；如该处确为本网站，请直接以该地址巡查。"
                )
            if self._stopped_by is None:
                self._judge_door(outcome)

    def _judge_door(self, outcome: Outcome) -> None:
        match outcome:
            case Outcome.BLOCKED:
                self._stopped_by = StopReason.SITE_BLOCKED
            case Outcome.FAILED | Outcome.SKIPPED:
                self._stopped_by = StopReason.SITE_UNREACHABLE
            case Outcome.FETCHED if self._hosts.of(self.plan.url).name in self._care.doors:
                self._stopped_by = StopReason.SITE_BLOCKED
            case Outcome.NOT_REACHED | Outcome.FETCHED:
                pass

    def _show(self) -> None:
        """Tell how far we are, four times a second."""
        tally, frontier = self._tally, self._frontier
        elapsed = self._loop.time() - self._began
        queue = min(frontier.waiting_pages, max(0, self.plan.max_pages - tally.pages)) + frontier.waiting_checks
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


def _head_suffices(node: Node, answer: Answer) -> bool:
    """Whether HEAD was answered so that nothing is left to ask."""
    if answer.error is not None or answer.status not in (200, 204):
        return False
    if node.kind in _MARKUP and answer.headers.get("content-type", "").lower().startswith("text/html"):
        return False  # an error page in the place of a picture
    return answer.headers.get("content-length") != "0"


def _is_html(answer: Answer) -> bool:
    return answer.file_type == "html" or "html" in answer.headers.get("content-type", "").lower()


def _without_sessions(links: tuple[Link, ...]) -> tuple[Link, ...]:
    """The links with session parameters (``;jsessionid=…``) taken off: they make a new address at every visit."""
    if not any(";" in link[0] for link in links):
        return links
    return tuple(link._replace(url=canonical(link.url)) if ";" in link.url else link for link in links)
