"""The second opinion: another stack, another manner, the same politeness."""

from __future__ import annotations

import asyncio
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from crawler.clock import now
from crawler.hosts import Hosts
from crawler.recheck import Recheck, probe, recheck
from records.crawl import Attempt, CrawlPlan, Probe, Progress, Target, TargetFact
from records.verdicts import FetchError, LinkKind, Outcome

AS_OF = date(2026, 11, 21)

if TYPE_CHECKING:
    from tests.crawler.conftest import Crawl, Desk


def plan_for(host: str, **options: Any) -> CrawlPlan:
    agent = "Chengjian/0.1 (tests)"
    quick = {"rate": 1000.0, "concurrency": 8, "timeout": 0.6, "recheck_after": 0.0}
    return CrawlPlan(host + "/", agent, **{**quick, **options})


async def again(host: str, *paths: str, stop: asyncio.Event | None = None, **options: Any) -> dict[str, Recheck]:
    targets = [TargetFact(Target(host + path, LinkKind.PAGE, True, 1), Outcome.FAILED) for path in paths]
    told: list[Progress] = []
    hosts = options.pop("hosts", None)
    looks = await recheck(
        targets,
        plan_for(host, **options),
        as_of=AS_OF,
        on_progress=told.append,
        stop=stop or asyncio.Event(),
        hosts=hosts,
    )
    assert all(progress.phase == "recheck" for progress in told)
    return {look.url.removeprefix(host): look for look in looks}


@pytest.mark.parametrize(
    ("path", "outcome", "error", "status"),
    [
        ("/sick/ok/1", Outcome.FETCHED, None, 200),
        ("/sick/status/404", Outcome.FAILED, None, 404),
        ("/sick/status/403", Outcome.BLOCKED, None, 403),
        ("/sick/wall/521/x", Outcome.BLOCKED, None, 521),
        ("/sick/reset", Outcome.FAILED, FetchError.RESET, None),
        ("/sick/close", Outcome.FAILED, FetchError.RESET, None),
        ("/sick/hang", Outcome.FAILED, FetchError.TIMEOUT, None),
        ("/sick/drip", Outcome.FAILED, FetchError.TIMEOUT, 200),
        ("/sick/garbage", Outcome.FAILED, FetchError.BAD_RESPONSE, None),
        ("/sick/loop/a", Outcome.FAILED, FetchError.REDIRECT_LOOP, 302),
        ("/sick/cookiewall", Outcome.FETCHED, None, 200),
        ("/sick/chain/5", Outcome.FETCHED, None, 200),
        ("/sick/gzip/good", Outcome.FETCHED, None, 200),
        ("/sick/huge/page", Outcome.FETCHED, None, 200),
    ],
)
async def test_second_opinion(
    desk: Desk, path: str, outcome: Outcome, error: FetchError | None, status: int | None
) -> None:
    host = desk.host(pages={})
    looks = await again(host, path)
    look = looks[path]
    (attempt,) = look.attempts
    assert (look.outcome, attempt.error, attempt.http_status, attempt.via) == (outcome, error, status, "httpx")
    assert attempt.method == "GET"


@pytest.mark.parametrize("kind", ["selfsigned", "expired"])
async def test_tls_is_tls_here_too(desk: Desk, kind: str) -> None:
    host = desk.host(tls=kind)
    looks = await again(host, "/x")
    assert looks["/x"].attempts[0].error is FetchError.TLS


async def test_it_asks_in_another_manner_and_honestly(crawl: Crawl, desk: Desk) -> None:
    host = desk.host("/sick/status/404")
    await crawl(host)
    await again(host, "/sick/status/404")
    first, second = (entry[3] for entry in desk.log(host) if entry[2] == "/sick/status/404")
    assert first["accept"] != second["accept"]
    assert first["user-agent"].startswith("Chengjian/")
    assert second["user-agent"].startswith("Chengjian/")


async def test_it_waits_before_it_asks(desk: Desk) -> None:
    host = desk.host(pages={})
    loop = asyncio.get_running_loop()
    began = loop.time()
    await again(host, "/sick/ok/1", recheck_after=0.4)
    assert loop.time() - began >= 0.4


async def test_it_keeps_the_rate(desk: Desk) -> None:
    host = desk.host(pages={})
    await again(host, *(f"/sick/ok/{n}" for n in range(6)), rate=20.0)
    moments = [entry[0] for entry in desk.log(host)]
    measured = [later - earlier for earlier, later in pairwise(moments)]
    assert len(measured) == 6  # robots.txt was asked once
    assert min(measured) > 0.05 * 0.6


async def test_it_keeps_to_robots(desk: Desk) -> None:
    host = desk.host(robots="User-agent: *\nDisallow: /sick/", pages={})
    assert await again(host, "/sick/ok/1", "/sick/ok/2") == {}
    assert [entry[2] for entry in desk.log(host)] == ["/robots.txt"]


async def test_host_at_rest_is_left_alone(crawl: Crawl, desk: Desk) -> None:
    host = desk.host("/sick/fail/1/429/x?after=3600")
    hosts = Hosts(1000.0, 4)
    await crawl(host, hosts=hosts)
    asked = len(desk.log(host))
    assert await again(host, "/sick/ok/1", hosts=hosts) == {}
    assert len(desk.log(host)) == asked


async def test_stop_ends_it(desk: Desk) -> None:
    host = desk.host(pages={})
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.call_later(0.3, stop.set)
    began = loop.time()
    looks = await again(host, "/sick/ok/1", *(f"/sick/hang?{n}" for n in range(9)), stop=stop, timeout=30.0)
    assert loop.time() - began < 1.5
    assert set(looks) == {"/sick/ok/1"}


async def test_probe_tells_how_a_host_says_no(desk: Desk) -> None:
    host = desk.host(pages={})
    name = host.removeprefix("http://")
    answers = await probe(
        [(name, "/sick/*", f"{host}/sick/nonsense-7f3a"), (name, "/*", f"{host}/nonsense-7f3a.html")],
        plan_for(host),
        as_of=AS_OF,
        on_progress=lambda _: None,
        stop=asyncio.Event(),
    )
    probes = [one for one, _ in answers]
    assert [type(each) for each in probes] == [Probe, Probe]
    assert all(exchange is not None and exchange.status == 404 for _, exchange in answers)
    assert {each.attempt.http_status for each in probes} == {404}
    assert probes[0].attempt.look is not None


async def test_what_is_no_address_is_not_asked_but_said_again(desk: Desk) -> None:
    """A link that no browser could open stays one: a resolver asked for half of it would tell of something else."""
    host = desk.host(pages={})
    written = "http://www.省厅 gov.cn/"
    attempt = Attempt(now(), "GET", error=FetchError.BAD_URL)
    target = TargetFact(Target(written, LinkKind.PAGE, False, 1), Outcome.FAILED, (attempt,))
    (look,) = await recheck([target], plan_for(host), as_of=AS_OF, on_progress=lambda _: None, stop=asyncio.Event())
    (again,) = look.attempts
    assert (look.outcome, again.error, again.http_status) == (Outcome.FAILED, FetchError.BAD_URL, None)
    assert again.at > attempt.at
