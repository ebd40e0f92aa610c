"""What becomes of an answer: a redirect is followed, a try judged and repeated, a page read and its links entered."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from crawler.care import HostCare
from crawler.frontier import Frontier, Job, Node, Purpose
from crawler.hosts import Hosts
from crawler.intake import End, Intake
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
from crawler.render import Rendered
from crawler.retrying import MAX_HOPS, Manners, repetitions
from crawler.sink import CrawlSink
from crawler.tally import Tally
from crawler.wire import Answer
from extract.addresses import canonical
from records.crawl import Attempt, CrawlPlan, Exchange, PageFact
from records.page import Link, PageReading
from records.verdicts import FetchError, LinkKind, Outcome, PageVerdict
from spiders.door import Door
from spiders.returning import Returning

WALKED: Final = frozenset({PageVerdict.OK, PageVerdict.EMPTY})  # the links of other pages are not the office's own
_MARKUP: Final = frozenset({LinkKind.IMAGE, LinkKind.STYLE, LinkKind.SCRIPT})


@dataclass
class Answers:
    """Takes the last response of each hop.  ``end`` is told of every address that has reached its end."""

    plan: CrawlPlan
    sink: CrawlSink
    reader: PageReader
    manners: Manners
    hosts: Hosts
    frontier: Frontier
    intake: Intake
    care: HostCare
    tally: Tally
    door: Door
    returning: Returning | None
    clock: Callable[[], float]  # monotonic seconds
    end: End
    render_later: Callable[[Job], bool]  # let the browser open it too, if there is one
    half_done: dict[str, Job] = field(default_factory=dict)  # addresses that were asked and go on later
    unrendered: int = 0  # pages that only a browser would show

    def follow(self, job: Job, answer: Answer) -> bool:
        """Go on to where a redirect leads.  ``False`` where it ends here, with ``answer.error`` saying why."""
        target = location_of(answer)
        if target is None:
            if answer.headers.get("location"):
                answer.error, answer.detail = FetchError.BAD_RESPONSE, f"Location: {answer.headers['location'][:200]}"
            return False
        job.hops = (*job.hops, target)
        host = self.hosts.of(target)
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
            at_start = job.node is self.door.start
            if at_start and not self.intake.covers(target) and self.intake.adopt(target):
                self.care.notes.append(f"起始页转到 {target}，该主机一并作为本网站检查。")
            if not self.intake.covers(target):
                if not self.plan.external:
                    return False
                job.purpose = Purpose.CHECK  # what is outside is not walked: only seen to be there
        if host.resting is not None:
            return False
        job.host, job.url = host, target
        self.frontier.put_back(job, self.clock())
        return True

    def settle(self, job: Job, answer: Answer) -> None:
        """The last response of a try: read it, judge the try, and try again or be done."""
        node = job.node
        began = job.began or answer.at
        if job.method == "HEAD":
            attempt = attempt_of(answer, began=began, elapsed_ms=job.elapsed_ms, hops=job.hops, reading=None)
            if _head_suffices(node, answer) and wall_of(attempt) is None:
                job.host.went_well(job.url)
                if self.returning is not None:
                    self.returning.remember(job, answer, (*job.attempts, attempt), None)
                self.end(node, (*job.attempts, attempt), Outcome.FETCHED, None)
            elif answer.error is FetchError.DNS:  # a name that is not there has nothing to add to another method
                self._done(job, answer, attempt, (*job.attempts, attempt), None)
            else:
                job.attempts = (*job.attempts, attempt)
                self.half_done[node.url] = job
                job.restart(self.hosts.of(node.url), "GET")
                self._again(job, 0.0)
            return
        if self.returning is not None and self._is_unchanged(self.returning, job, answer, began):
            return
        if is_cut_page(answer) and len(job.attempts) >= 2:
            answer.error, answer.detail = None, f"响应体不完整：{answer.detail}"
        reading: PageReading | None = None
        if answer.error is None and answer.status is not None:
            wanted = job.purpose is Purpose.READ or answer.status >= 400 or _is_html(answer)
            if wanted and is_readable(answer):
                reading = self.reader.read(answer.body, url=job.url, status=answer.status, headers=answer.headers)
        attempt = attempt_of(answer, began=began, elapsed_ms=job.elapsed_ms, hops=job.hops, reading=reading)
        self.care.learn(job, answer, attempt, at_start=node is self.door.start)
        attempts = (*job.attempts, attempt)
        tries = sum(1 for each in attempts if each.method == "GET")
        if tries <= repetitions(attempt) and job.host.resting is None and not self.care.is_put_off(answer):
            job.attempts = attempts
            self.half_done[node.url] = job
            delay = self.manners.retry_delay * 2 ** (tries - 1)
            job.restart(self.hosts.of(node.url), "GET")
            if node.is_page:
                job.purpose = Purpose.READ
            self._again(job, delay)
            return
        self._done(job, answer, attempt, attempts, reading)

    def _is_unchanged(self, returning: Returning, job: Job, answer: Answer, began: datetime) -> bool:
        """Whether an address is as it was the time before; then all is said of it."""
        if answer.error is not None or answer.status not in (200, 304) or job.whole or job.node is self.door.start:
            return False
        bare = attempt_of(answer, began=began, elapsed_ms=job.elapsed_ms, hops=job.hops, reading=None)
        same = returning.unchanged(job, answer, bare, self.clock())
        if same is not None:
            self.care.learn(job, answer, same, at_start=False)
            self.end(job.node, (same,), Outcome.FETCHED, None)
            return True
        if answer.status == 304:  # of what we know nothing: all of it is asked for
            job.restart(self.hosts.of(job.node.url), "GET")
            job.whole = True
            self.frontier.put_back(job, self.clock())
            return True
        return False

    def _done(
        self, job: Job, answer: Answer, attempt: Attempt, attempts: tuple[Attempt, ...], reading: PageReading | None
    ) -> None:
        """The last try of the crawl for this address."""
        node = job.node
        outcome, skipped = outcome_of(attempt)
        if job.purpose is Purpose.READ and reading is not None and answer.status is not None:
            links_ok = reading.verdict in WALKED and answer.status < 400
            if node is self.door.start and outcome is Outcome.FETCHED and reading.redirect:
                self.intake.adopt(reading.redirect)
            seen = exchange_of(answer, attempt.final_url or node.url)
            self.page(job, answer.status, began=attempt, reading=reading, exchange=seen, walk=links_ok, rendered=False)
            if outcome is Outcome.FETCHED and self._wants_browser(reading):
                job.attempts = attempts
                if self.render_later(job):
                    self.half_done[node.url] = job
                    return
                self.unrendered += reading.needs_browser
        if self.returning is not None and outcome is Outcome.FETCHED:
            self.returning.remember(job, answer, attempts, reading)
        self.end(node, attempts, outcome, skipped)

    def take_rendered(self, job: Job, rendered: Rendered | None) -> None:
        """What the browser made of a page that was read already."""
        if rendered is None or not rendered.html:
            self.unrendered += 1
        if rendered is None:
            self.end(job.node, job.attempts, Outcome.FETCHED, None)
            return
        self.tally.requests += rendered.requests
        attempt = rendered.attempt
        attempts = (*job.attempts, attempt)
        if rendered.html:
            body = rendered.html.encode("utf-8", "replace")
            headers = {"content-type": "text/html; charset=utf-8"}
            reading = self.reader.read(body, url=rendered.final_url, status=rendered.status, headers=headers)
            attempt = replace(
                attempt,
                sha256=sha256(body).hexdigest(),
                page_verdict=reading.verdict,
                sign=reading.sign,
                look=reading.look,
            )
            attempts = (*job.attempts, attempt)
            walk = reading.verdict in WALKED and rendered.status < 400
            dom = rendered_exchange(attempt, job.node.url, body, self.plan.user_agent)
            self.page(job, rendered.status, began=attempt, reading=reading, exchange=dom, walk=walk, rendered=True)
            if self.returning is not None:
                self.returning.remember(job, None, attempts, reading)
        # The browser's failure does not undo that the address answered.
        self.end(job.node, attempts, Outcome.FETCHED, None)

    def _wants_browser(self, reading: PageReading) -> bool:
        return self.plan.render == "always" or (self.plan.render == "auto" and reading.needs_browser)

    def page(
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
            self.tally.rendered += 1
        else:
            self.tally.pages += 1
        self.sink.page(fact, links, exchange)
        job.links += len(links)
        if not walk:
            return
        self.intake.page(reading, links, node, self.clock(), rendered=rendered)

    def _again(self, job: Job, delay: float) -> None:
        if job.host.resting is not None:
            self.end(job.node, job.attempts, Outcome.NOT_REACHED, job.host.resting)
        else:
            self.frontier.put_back(job, self.clock(), delay=delay)


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
