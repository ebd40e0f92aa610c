"""How we stand with each host: its robots.txt, its Retry-After, its walls, and when it is left alone."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from crawler.clock import now
from crawler.frontier import Frontier, Job, Node, Purpose
from crawler.hosts import Host, Hosts
from crawler.outcome import wall_of
from crawler.reading import PageReader, attempt_of, is_readable
from crawler.retrying import Manners, retry_after
from crawler.robots import Robots, agent_of, robots_for_status
from crawler.wire import Answer
from records.crawl import Attempt, CrawlPlan
from records.verdicts import FetchError, LinkKind, LinkReason, Outcome

End = Callable[[Node, tuple[Attempt, ...], Outcome, LinkReason | None], None]

_WHY = {
    LinkReason.CHALLENGE: "要求人机验证",
    LinkReason.WAF: "被防火墙拦截",
    LinkReason.HTTP_401: "要求登录",
    LinkReason.HTTP_403: "拒绝访问",
    LinkReason.HTTP_429: "限制访问频率",
    LinkReason.HTTP_5XX: "要求较长时间后再访问",
    LinkReason.TIMEOUT: "不应答",
}

_RECOGNISED = (LinkReason.CHALLENGE, LinkReason.WAF, LinkReason.HTTP_429)


@dataclass
class HostCare:
    """Learns from every answer.  ``resting`` and ``doors`` are what came of it; ``notes`` says it in Chinese."""

    plan: CrawlPlan
    manners: Manners
    hosts: Hosts
    frontier: Frontier
    reader: PageReader
    covers: Callable[[str], bool]
    end: End
    notes: list[str] = field(default_factory=list)
    resting: dict[str, LinkReason] = field(default_factory=dict)  # hosts that are left alone, by name
    doors: set[str] = field(default_factory=set)  # hosts of the portal whose robots.txt cannot be had

    def __post_init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()

    # ----- health

    def learn(self, job: Job, answer: Answer, attempt: Attempt, *, at_start: bool) -> None:
        """Learn from an answer how its host stands to us, and let the host rest if it has had enough."""
        host = job.host
        wall = wall_of(attempt)
        if wall is not None:
            host.walled(job.url)
            self._obey_retry_after(host, answer)
            if host.should_rest(self.manners, recognised=wall in _RECOGNISED):
                self._doubt(host, wall)
        elif attempt.error is FetchError.TIMEOUT:
            host.was_silent()
            limit = self.manners.silences_in_row * (1 if host.first_good is None else 4)
            if host.silences >= limit and not at_start:
                self._doubt(host, LinkReason.TIMEOUT)
        elif attempt.error is None and attempt.http_status is not None:
            if attempt.http_status < 400:
                host.went_well(job.url)
                if job.cookies and job.url in (job.node.url, *job.hops[:-1]):
                    host.cookies.update(job.cookies)  # without these it turns in a circle at every address
            else:
                host.answered()
            self._obey_retry_after(host, answer)

    def _obey_retry_after(self, host: Host, answer: Answer) -> None:
        value = answer.headers.get("retry-after")
        if value is None or answer.status not in (429, 503):
            return
        seconds = retry_after(value, now())
        if seconds is None or seconds <= 0:
            return
        if not self.is_put_off(answer):
            host.pause_until(self._loop.time() + seconds)
        elif answer.status == 429:
            self._rest(host, LinkReason.HTTP_429)
        else:
            self._doubt(host, LinkReason.HTTP_5XX)  # one program may be down, and the portal well

    def is_put_off(self, answer: Answer) -> bool:
        """Whether an answer asks for a longer pause than this crawl can wait."""
        value = answer.headers.get("retry-after")
        if value is None or answer.status not in (429, 503):
            return False
        left = self.plan.max_minutes * 60 - (self._loop.time() - self._began)
        return (retry_after(value, now()) or 0.0) > min(left, self.manners.max_retry_after)

    def _doubt(self, host: Host, reason: LinkReason) -> None:
        """Many refusals in a row: is it the host that refuses us, or a closed corner?  Ask for what worked before."""
        if host.resting is not None or host.doubted is not None:
            return
        if host.first_good is None or host.asked_home >= self.manners.canaries:
            self._rest(host, reason)
            return
        host.asked_home += 1
        host.doubted = reason
        node = Node(host.first_good, LinkKind.PAGE, True, 0, None)
        self.frontier.put_back(Job(node, host, Purpose.CANARY), self._loop.time())

    def canary_answered(self, job: Job, answer: Answer) -> None:
        """What worked before was asked again: refused too, the host is left alone; else only a corner of it."""
        reading = None
        if answer.error is None and answer.status is not None and is_readable(answer):
            reading = self.reader.read(answer.body, url=job.url, status=answer.status, headers=answer.headers)
        attempt = attempt_of(
            answer, began=job.began or answer.at, elapsed_ms=job.elapsed_ms, hops=job.hops, reading=reading
        )
        host = job.host
        doubt, host.doubted = host.doubted, None
        wall = wall_of(attempt)
        if wall is not None:
            self._rest(host, wall)
        elif attempt.error is not None:
            self._rest(host, LinkReason.TIMEOUT)
        elif doubt is LinkReason.HTTP_5XX and (attempt.http_status or 0) >= 500:
            self._rest(host, doubt)
        else:
            # A plain 401 or 403 is each address's own affair; a firewall that has woken up guards what follows too.
            if doubt in _RECOGNISED and (corner := host.closed_corner()) is not None:
                self._close(host, corner)
            elif doubt is LinkReason.HTTP_5XX:
                host.asked_home -= 1  # the doubt is settled
            host.answered()
            host.seen = host.walls = 0

    def _close(self, host: Host, corner: str) -> None:
        """A directory that refuses us is left alone, the rest of the host is not."""
        host.closed = (*host.closed, corner)
        host.asked_home -= 1  # the doubt is settled
        waiting = list(self.frontier.drain_corner(host, corner))
        for node, attempts in waiting:
            self.end(node, attempts, Outcome.NOT_REACHED, LinkReason.WAF)
        self.notes.append(f"目录 {corner} 连续拒绝访问，已停止访问该目录，其余 {len(waiting)} 个地址未检查。")

    def _rest(self, host: Host, reason: LinkReason) -> None:
        """No more requests to this host in this audit."""
        if host.resting is not None:
            return
        host.resting = self.resting[host.name] = reason
        waiting = list(self.frontier.drain(host))
        for node, attempts in waiting:
            self.end(node, attempts, Outcome.NOT_REACHED, reason)
        why = _WHY.get(reason, "拒绝访问")
        self.notes.append(f"{host.name} 连续{why}，已停止访问，其余 {len(waiting)} 个地址未检查。")

    # ----- robots.txt

    def robots_answered(self, job: Job, answer: Answer) -> None:
        """The robots.txt of a host, or what came in its place."""
        origin = self.hosts.of(job.node.url)
        moment = self._loop.time()
        internal = self.covers(job.node.url)
        # A 4xx says that there is none, even where its body breaks off in the middle.
        absent = answer.status is not None and 400 <= answer.status < 500 and answer.status != 429
        unavailable = not absent and (answer.error is not None or (answer.status or 0) >= 500 or answer.status == 429)
        if unavailable and internal and not job.attempts:
            job.attempts = (
                attempt_of(
                    answer, began=job.began or answer.at, elapsed_ms=job.elapsed_ms, hops=job.hops, reading=None
                ),
            )
            self._obey_retry_after(origin, answer)
            if origin.resting is None:
                job.restart(origin, "GET")
                self.frontier.put_back(job, moment, delay=self.manners.retry_delay)
            return
        # Too many redirects are, to RFC 9309, a robots.txt that is not there.
        told = absent or answer.error in (None, FetchError.REDIRECT_LOOP, FetchError.TOO_LARGE)
        status = answer.status if told else None
        if answer.error is FetchError.TIMEOUT:
            origin.was_silent()  # one of the silences after which a host is left alone
        robots = robots_for_status(status, answer.body, self.plan.user_agent, internal=internal)
        if internal and not robots.default:
            # A dead site has no robots.txt either: its door is knocked at once, to tell the one from the other.
            robots = Robots(None, agent_of(self.plan.user_agent), False, door=self.plan.url)
            self.doors.add(origin.name)
            what = f"HTTP {status}" if status is not None else f"{answer.error}"
            self.notes.append(f"{origin.name} 的 robots.txt 无法取得（{what}），按 RFC 9309 视为暂不允许抓取。")
        origin.robots = robots
        origin.slow_to(robots.gap)
        self.frontier.robots_known(origin, moment)
