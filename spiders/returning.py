"""Coming back to a portal: what was seen of late is not asked, what is asked is asked only whether it has changed."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Final

from crawler.clock import now
from crawler.frontier import Job, Node
from crawler.intake import Intake
from crawler.memory import Memory
from crawler.reading import is_readable
from crawler.rhythm import Rhythm, role_of
from crawler.sink import CrawlBook
from crawler.tally import Tally
from crawler.wire import Answer
from extract.essence import essence_of
from records.crawl import Attempt
from records.page import PageReading
from records.verdicts import PageVerdict
from records.visits import PageRole, PageVisit

AT_ONCE: Final = 200  # addresses taken over between two looks at the network


class Returning:
    """One crawl's dealings with the audit before it.  Without ``memory`` it only remembers for the next."""

    def __init__(
        self,
        memory: Memory | None,
        rhythm: Rhythm,
        book: CrawlBook,
        intake: Intake,
        tally: Tally,
        taken: Callable[[Node], None],
    ) -> None:
        """``taken`` is told of each address that was taken over without being asked."""
        self._memory = memory
        self._rhythm = rhythm
        self._book = book
        self._intake = intake
        self._tally = tally
        self._taken = taken
        self._spared: deque[Node] = deque()
        self._began = now()
        self.oldest: datetime | None = None  # when the oldest of what was taken over was last asked for
        self._hashed: tuple[Answer, str] | None = None

    # ----- what is not asked

    def spare(self, node: Node) -> bool:
        """Whether an address was seen so lately that it need not be asked tonight; if so, it will be taken over."""
        visit = self._known(node)
        if visit is None or self._rhythm.is_due(node.url, visit, self._began):
            return False
        assert self._memory is not None  # noqa: S101  what is known is known from it
        if self._memory.is_doubtful(node.url):
            return False
        self._spared.append(node)
        return True

    @property
    def has_spared(self) -> bool:
        return bool(self._spared)

    def take_over(self, moment: float) -> None:
        """Take over some of what was spared, and enter what its pages lead to."""
        nodes = [self._spared.popleft() for _ in range(min(AT_ONCE, len(self._spared)))]
        self._carry(nodes, moment, asked=False)
        for node in nodes:
            self._taken(node)

    def give_up(self) -> list[Node]:
        """What was spared and could not be taken over any more."""
        nodes = list(self._spared)
        self._spared.clear()
        return nodes

    def _carry(self, nodes: list[Node], moment: float, *, asked: bool) -> None:
        assert self._memory is not None  # noqa: S101  see ``spare`` and ``unchanged``
        came = self._memory.leads([node.url for node in nodes if node.is_page])
        for node in nodes:
            self._book.carry(node.url, asked=asked)
            visit = self._memory.of(node.url)
            entry = came.get(node.url)
            if visit is None or entry is None:
                continue
            rows, leads = entry
            self._tally.pages += min(rows, 1)
            self._tally.rendered += max(rows - 1, 0)
            self._tally.links += visit.links
            if asked:
                self._tally.confirmed += 1
            else:
                self._tally.carried += 1
                if self.oldest is None or visit.asked_at < self.oldest:
                    self.oldest = visit.asked_at
            for lead in leads:
                self._intake.take_again(lead, node.url, node.depth + 1, moment)
            self._intake.take_found(visit.found, node.url, node.depth + 1, moment)

    # ----- what is asked whether it has changed

    def conditions(self, job: Job) -> tuple[tuple[str, str], ...]:
        """The headers by which a server may answer that nothing has changed."""
        visit = self._known(job.node) if job.node.parent is not None else None  # the start page is always read
        plain = job.method == "GET" and job.url == job.node.url and not job.hops and not job.attempts and not job.whole
        if visit is None or not plain or not visit.essence or not self._rhythm.is_trusted(visit, self._began):
            return ()
        headers = (("If-None-Match", visit.etag), ("If-Modified-Since", visit.last_modified))
        return tuple((name, value) for name, value in headers if value)

    def unchanged(self, job: Job, answer: Answer, attempt: Attempt, moment: float) -> Attempt | None:
        """The attempt to record if the answer is what was seen the time before; its pages are then taken over."""
        visit = self._known(job.node)
        if visit is None or self._memory is None or job.attempts or answer.error is not None or not visit.essence:
            return None
        told = answer.status == 304 and not job.hops
        whole = answer.status == 200 and attempt.page_verdict is None and self._essence(answer) == visit.essence
        old = self._memory.last_attempt(job.node.url) if told or whole else None
        if old is None:
            return None
        since = visit.read_at.strftime("%Y-%m-%d %H:%M")
        attempt = replace(
            old,
            at=attempt.at,
            elapsed_ms=attempt.elapsed_ms,
            http_status=answer.status,
            final_url=attempt.final_url,
            redirects=attempt.redirects,
            sha256=attempt.sha256 if whole else old.sha256,
            size=attempt.size if whole else old.size,
            detail=f"与 {since} 所见相同，未重新解读",
        )
        if job.node.is_page:
            self._carry([job.node], moment, asked=True)
        role, at = visit.role, attempt.at
        self._book.remember(
            job.node.url,
            replace(
                visit,
                asked_at=at,
                read_at=at if whole else visit.read_at,
                interval=self._rhythm.interval(role, visit, changed=False),
                etag=answer.headers.get("etag") or (None if whole else visit.etag),
                last_modified=answer.headers.get("last-modified") or (None if whole else visit.last_modified),
                visits=visit.visits + 1,
            ),
        )
        return attempt

    # ----- what is remembered

    def remember(
        self,
        job: Job,
        answer: Answer | None,
        attempts: tuple[Attempt, ...],
        reading: PageReading | None,
    ) -> None:
        """Remember an address that was asked and answered well at the first try; of failures nothing is kept.

        ``answer`` is absent for a page that the browser built.
        """
        last = attempts[-1]
        node = job.node
        if not _is_good(attempts) or (node.is_page and reading is None):
            return
        before = self._memory.of(node.url) if self._memory is not None else None
        fills = reading is not None and reading.needs_browser  # its bytes say nothing of what it shows
        essence = "" if answer is None or fills else self._essence(answer)
        if not node.internal:
            role = PageRole.EXTERNAL
        elif not node.is_page or reading is None:
            role = PageRole.FILE
        else:
            role = role_of(reading, node.depth)
        found: tuple[str, ...] = ()
        if reading is not None and node.is_page:
            pager = reading.pager.urls if reading.pager is not None else ()
            found = tuple(dict.fromkeys((*reading.data_urls, *pager, *filter(None, (reading.redirect,)))))
        # A body of which we know nothing but that it is there counts as unchanged.
        changed = before is None or (bool(essence) and essence != before.essence)
        direct = answer is not None and not job.hops and bool(essence)
        self._book.remember(
            node.url,
            PageVisit(
                role=role,
                asked_at=last.at,
                read_at=last.at,
                changed_at=last.at if changed or before is None else before.changed_at,
                interval=self._rhythm.interval(role, before, changed=changed),
                essence=essence,
                etag=answer.headers.get("etag") if direct and answer is not None else None,
                last_modified=answer.headers.get("last-modified") if direct and answer is not None else None,
                visits=before.visits + 1 if before is not None else 1,
                changes=(before.changes + changed) if before is not None else 0,
                links=job.links,
                found=found,
                is_page=node.is_page,
            ),
        )

    def _essence(self, answer: Answer) -> str:
        """Hash of what matters of an answer and of where it was found; "" where it says nothing of what is shown."""
        if self._hashed is None or self._hashed[0] is not answer:
            text = ""
            if not answer.cut and answer.method == "GET" and is_readable(answer):
                text = blake2b(
                    f"{answer.url}\n{essence_of(answer.body)}".encode("utf-8", "replace"), digest_size=16
                ).hexdigest()
            self._hashed = (answer, text)
        return self._hashed[1]

    def _known(self, node: Node) -> PageVisit | None:
        if self._memory is None:
            return None
        visit = self._memory.of(node.url)
        return visit if visit is not None and visit.is_page == node.is_page else None


def _is_good(attempts: tuple[Attempt, ...]) -> bool:
    """Whether an address brought what it promises, at once; a HEAD that was refused before a GET is no blemish."""
    last = attempts[-1]
    if sum(1 for one in attempts if one.method == "GET" and one.via != "chromium") > 1:
        return False
    if any(one.error is not None for one in attempts):
        return False
    good = last.page_verdict in (None, PageVerdict.OK)
    return good and last.detail is None and last.http_status is not None and 200 <= last.http_status < 300
