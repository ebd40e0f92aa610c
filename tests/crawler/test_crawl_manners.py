"""Pace, robots.txt, Retry-After, budgets and interruption, as the server sees them."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from crawler.hosts import Hosts
from records.verdicts import LinkKind, LinkReason, Outcome, StopReason

if TYPE_CHECKING:
    from tests.crawler.conftest import Crawl, Desk

PAGES = [f"/sick/ok/{n}" for n in range(12)]


def gaps(log: list[tuple[float, str, str, dict[str, str]]]) -> list[float]:
    moments = [entry[0] for entry in log]
    return [later - earlier for earlier, later in pairwise(moments)]


async def test_rate_holds_between_any_two_requests(crawl: Crawl, desk: Desk) -> None:
    """robots.txt, pages, HEAD, redirects and repetitions all count; the server's clock decides."""
    host = desk.host(*PAGES[:6], "/sick/fail/1/503/x", "/sick/chain/2", "/sick/file/1.png", "/sick/file/good.pdf")
    await crawl(host, rate=20.0, concurrency=4)
    measured = gaps(desk.log(host))
    assert len(measured) >= 12
    # A pair comes closer where the server's loop was held up and both waited at its door; most pairs may not, nor all.
    assert sorted(measured)[len(measured) // 4] > 0.05 * 0.6
    assert sum(measured) / len(measured) >= 0.05 * 0.97


async def test_the_measurement_of_the_rate_can_fail(crawl: Crawl, desk: Desk) -> None:
    """The control: without a pace the same measurement sees the burst."""
    host = desk.host(*PAGES)
    await crawl(host, rate=5000.0, concurrency=4)
    measured = gaps(desk.log(host))
    assert sum(measured) / len(measured) < 0.02


async def test_rate_is_for_each_host(crawl: Crawl, desk: Desk) -> None:
    """Two hosts are asked side by side: the whole takes as long as one."""
    other = desk.host(pages={})
    host = desk.host(*PAGES[:8], *(f"{other}/sick/ok/{n}" for n in range(8)))
    done = await crawl(host, rate=20.0)
    assert done.seconds < 0.05 * 18 * 1.5
    assert sorted(gaps(desk.log(other)))[2] > 0.03


@pytest.mark.parametrize("concurrency", [1, 3])
async def test_concurrency_holds(crawl: Crawl, desk: Desk, concurrency: int) -> None:
    host = desk.host(*(f"/sick/slow/0.1{n}" for n in range(9)))
    done = await crawl(host, concurrency=concurrency)
    rounds = 9 / concurrency
    assert done.seconds > 0.1 * rounds
    assert done.seconds < 0.15 * rounds + 0.8


async def test_robots_holds_for_all_that_wait_for_it(crawl: Crawl, desk: Desk) -> None:
    """Scrapy 2.19 lets all but the first of the requests pass that wait for robots.txt; here none does."""
    other = desk.host(robots="User-agent: *\nDisallow: /sick/", pages={})
    targets = [f"{other}/sick/ok/{n}" for n in range(8)]
    done = await crawl(desk.host(*targets))
    assert [target for _, _, target, _ in desk.log(other)] == ["/robots.txt"]
    for target in targets:
        assert (done[target].outcome, done[target].skipped) == (Outcome.SKIPPED, LinkReason.ROBOTS)
    assert done.end.counts.robots_disallowed == 8


async def test_robots_holds_inside_the_portal_and_after_redirects(crawl: Crawl, desk: Desk) -> None:
    host = desk.host(
        "/sick/status/404",
        "/sick/ok/1",
        "/sick/redirect?to=/sick/status/403",
        robots="User-agent: Chengjian\nDisallow: /sick/status/",
    )
    done = await crawl(host)
    assert done["/sick/status/404"].skipped is LinkReason.ROBOTS
    assert done["/sick/redirect?to=/sick/status/403"].skipped is LinkReason.ROBOTS
    assert done["/sick/ok/1"].outcome is Outcome.FETCHED
    assert not any(target.startswith("/sick/status/") for _, _, target, _ in desk.log(host))


async def test_robots_that_forbids_the_start_page(crawl: Crawl, desk: Desk) -> None:
    host = desk.host("/sick/ok/1", robots="User-agent: *\nDisallow: /")
    done = await crawl(host)
    assert done.end.stopped_by is StopReason.SITE_BLOCKED
    assert [target for _, _, target, _ in desk.log(host)] == ["/robots.txt"]
    assert any("robots.txt" in note for note in done.end.notes)


@pytest.mark.parametrize(("status", "walked"), [(404, True), (403, True), (401, True), (500, False), (503, False)])
async def test_robots_that_cannot_be_had(crawl: Crawl, desk: Desk, status: int, walked: bool) -> None:
    """RFC 9309: 4xx allows all, 5xx forbids for now; the door is knocked at once, to tell this from a dead site."""
    host = desk.host("/sick/ok/1", robots_status=status)
    done = await crawl(host)
    assert done["/"].outcome is Outcome.FETCHED
    assert done["/sick/ok/1"].outcome is (Outcome.FETCHED if walked else Outcome.SKIPPED)
    assert done.end.stopped_by is (None if walked else StopReason.SITE_BLOCKED)


async def test_robots_that_is_not_there_and_says_so_in_a_broken_answer(crawl: Crawl, desk: Desk) -> None:
    """Old servers miscount: a 404 is a 404 though its body ends too early, and allows all."""
    done = await crawl(desk.host("/sick/ok/1", robots_cut=True, robots_status=404))
    assert done["/sick/ok/1"].outcome is Outcome.FETCHED
    assert done.end.stopped_by is None


async def test_scripts_that_may_write_menus_are_read_and_others_only_checked(crawl: Crawl, desk: Desk) -> None:
    """What only a written menu leads to would else be called missing."""
    front = (
        "<html><body><script src='/js/top.js'></script><script src='/js/jquery.js'></script>"
        "<p>本站由测试县人民政府办公室主办，内容用于检验巡查程序是否守规矩。</p></body></html>"
    )
    written = "document.write('<a href=\"/sick/ok/menu\">政务公开</a>');"
    other = "document.write('<a href=\"/sick/ok/never\">政务公开</a>');"
    host = desk.host(pages={"/": front, "/js/top.js": written, "/js/jquery.js": other})
    done = await crawl(host)
    assert done["/sick/ok/menu"].outcome is Outcome.FETCHED
    assert done["/js/top.js"].target.kind is LinkKind.SCRIPT
    assert desk.asked(host, "/sick/ok/never") == []


async def test_external_robots_that_fails_allows_one_link(crawl: Crawl, desk: Desk) -> None:
    other = desk.host(robots_status=500, pages={})
    done = await crawl(desk.host(f"{other}/sick/ok/1"))
    assert done[f"{other}/sick/ok/1"].outcome is Outcome.FETCHED
    assert desk.asked(other, "/robots.txt") == ["GET"]


@pytest.mark.parametrize("line", ["Crawl-delay: 0.2", "Request-rate: 5/1"])
async def test_crawl_delay_is_kept(crawl: Crawl, desk: Desk, line: str) -> None:
    host = desk.host(*PAGES[:4], robots=f"User-agent: *\n{line}\nDisallow: /none")
    await crawl(host)
    assert min(gaps(desk.log(host))) > 0.15


@pytest.mark.parametrize("status", ["429", "503"])
async def test_retry_after_pauses_the_whole_host(crawl: Crawl, desk: Desk, status: str) -> None:
    host = desk.host(f"/sick/fail/1/{status}/x?after=0.6", *PAGES[:3])
    done = await crawl(host, concurrency=1)
    log = desk.log(host)
    asked = next(n for n, entry in enumerate(log) if entry[2].startswith("/sick/fail"))
    assert log[asked + 1][0] - log[asked][0] > 0.55
    assert done[f"/sick/fail/1/{status}/x?after=0.6"].outcome is Outcome.FETCHED


async def test_retry_after_that_is_too_long_lets_the_host_rest(crawl: Crawl, desk: Desk) -> None:
    host = desk.host("/sick/fail/1/429/x?after=3600", *PAGES)
    done = await crawl(host, concurrency=1)
    assert done.end.stopped_by is StopReason.SITE_BLOCKED
    assert done.seconds < 3
    assert done.end.counts.not_reached > 0


async def test_a_program_that_is_down_for_hours_does_not_end_the_audit(crawl: Crawl, desk: Desk) -> None:
    """503 with a long Retry-After is believed of the address and asked once; what worked before tells of the portal."""
    down = [f"/sick/fail/9/503/{n}?after=3600" for n in range(6)]
    host = desk.host(*down, *PAGES)
    done = await crawl(host, concurrency=1)
    assert done.end.stopped_by is None
    assert done["/sick/ok/11"].outcome is Outcome.FETCHED
    assert [desk.asked(host, path) for path in down] == [["GET"]] * 6
    assert done.seconds < 5


async def test_a_portal_that_goes_down_for_hours_is_left_alone(crawl: Crawl, desk: Desk) -> None:
    host = desk.host(*PAGES, down_after=4)
    done = await crawl(host, concurrency=1)
    assert done.end.stopped_by is StopReason.SITE_UNREACHABLE
    assert len(desk.log(host)) < 9


async def test_host_that_refuses_everything_is_left_alone(crawl: Crawl, desk: Desk) -> None:
    """After some walls in a row, and one look at what opened before, nothing more is asked."""
    host = desk.host(*(f"/sick/ok/{n}" for n in range(60)), wall_after=12)
    done = await crawl(host, concurrency=2)
    assert done.end.stopped_by is StopReason.SITE_BLOCKED
    assert len(desk.log(host)) < 12 + 25
    assert done.end.counts.not_reached > 20
    assert done.end.counts.failed == 0


async def test_closed_corner_is_not_a_wall(crawl: Crawl, desk: Desk) -> None:
    """A directory that is closed to all, met many times in a row, must not end the audit of an open portal."""
    host = desk.host(*(f"/sick/status/403?{n}" for n in range(20)), *PAGES)
    done = await crawl(host, concurrency=1)
    assert done.end.stopped_by is None
    assert done["/sick/ok/11"].outcome is Outcome.FETCHED
    assert done.end.counts.blocked == 20


async def test_guarded_directory_is_left_alone_and_the_rest_is_audited(crawl: Crawl, desk: Desk) -> None:
    """A firewall that guards one directory is not knocked at for ever, and does not cost the portal its audit."""
    host = desk.host(*(f"/sick/wall/521/{n}" for n in range(30)), *PAGES)
    done = await crawl(host, concurrency=1)
    assert done.end.stopped_by is None
    assert done["/sick/ok/11"].outcome is Outcome.FETCHED
    assert 5 <= done.end.counts.blocked < 10
    assert done.end.counts.blocked + done.end.counts.not_reached == 30
    assert any("/sick/wall/521/" in note for note in done.end.notes)


async def test_silent_external_host_is_given_up(crawl: Crawl, desk: Desk) -> None:
    """A black hole with many links costs some time-outs, not one for each link."""
    other = desk.host(pages={}, robots="")
    targets = [f"{other}/sick/hang?{n}" for n in range(12)]
    done = await crawl(desk.host(*targets), timeout=0.2, concurrency=2)
    outcomes = [done[target].outcome for target in targets]
    assert outcomes.count(Outcome.NOT_REACHED) >= 6
    assert done.end.stopped_by is None


async def test_start_page_that_leads_to_another_site_is_no_audit(crawl: Crawl, desk: Desk) -> None:
    """A portal of which nothing was read must not come out as one without faults."""
    done = await crawl(desk.host(), start="/sick/redirect?to=http://elsewhere.invalid/", external=False)
    assert done.end.stopped_by is StopReason.SITE_UNREACHABLE
    assert any("http://elsewhere.invalid/" in note for note in done.end.notes)


async def test_max_pages(crawl: Crawl, desk: Desk) -> None:
    host = desk.host(*PAGES, "/sick/file/1.png")
    done = await crawl(host, max_pages=5)
    assert done.end.stopped_by is StopReason.MAX_PAGES
    assert done.end.counts.pages == 5
    assert done.end.counts.not_visited == 8


async def test_max_pages_is_not_used_up_by_what_is_no_page(crawl: Crawl, desk: Desk) -> None:
    host = desk.host("/sick/huge/file.zip?page=1", "/sick/reset", *PAGES[:2])
    done = await crawl(host, max_pages=3)
    assert done.end.counts.pages == 3
    assert done.end.stopped_by is None


async def test_max_minutes(crawl: Crawl, desk: Desk) -> None:
    host = desk.host(*(f"/sick/slow/0.2?{n}" for n in range(50)))
    done = await crawl(host, max_minutes=0.6 / 60, concurrency=2)
    assert done.end.stopped_by is StopReason.MAX_MINUTES
    assert done.seconds < 2
    assert done.end.counts.not_reached > 30
    assert done.end.counts.fetched > 2


async def test_max_depth(crawl: Crawl, desk: Desk) -> None:
    done = await crawl(desk.host("/sick/counter?n=0"), max_depth=4)
    assert done.end.counts.pages == 5
    assert done["/sick/counter?n=4"].outcome is Outcome.NOT_REACHED


async def test_interrupt_ends_soon_and_keeps_what_was_gathered(crawl: Crawl, desk: Desk) -> None:
    host = desk.host(*PAGES, *(f"/sick/hang?{n}" for n in range(30)))
    done = await crawl(host, timeout=60.0, stop_after=0.7)
    assert done.end.stopped_by is StopReason.INTERRUPTED
    assert done.seconds < 0.7 + 3.0  # and not the minute that a hanging page is waited for
    counts = done.end.counts
    assert counts.fetched >= 3
    assert counts.not_reached >= 30
    assert counts.fetched + counts.not_reached == counts.addresses


async def test_crawls_one_after_another_and_side_by_side(crawl: Crawl, desk: Desk) -> None:
    """One process, one event loop, any number of crawls."""
    first = await crawl(desk.host(*PAGES))
    second, third = await asyncio.gather(crawl(desk.host(*PAGES)), crawl(desk.host(*PAGES[:3])))
    assert first.end.counts == second.end.counts
    assert third.end.counts.pages == 4


class _FullDiskError(Exception):
    pass


async def test_error_of_the_sink_reaches_the_caller(crawl: Crawl, desk: Desk) -> None:
    """A full disk ends the crawl and is not swallowed by Scrapy's log."""

    class Sink:
        def page(self, *_: Any) -> None:
            raise _FullDiskError

        def target(self, *_: Any) -> None:
            pass

    with pytest.raises(_FullDiskError):
        await crawl(desk.host(*PAGES), sink=Sink())


async def test_nothing_is_said_to_the_terminal(crawl: Crawl, desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    await crawl(desk.host("/sick/reset", "/sick/garbage", "/sick/bomb", "/sick/ok/1"), timeout=0.5)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err == ""


async def test_progress_is_told_at_most_four_times_a_second(crawl: Crawl, desk: Desk) -> None:
    done = await crawl(desk.host(*(f"/sick/slow/0.2?{n}" for n in range(16))), concurrency=2)
    assert 3 <= len(done.progress) <= done.seconds * 4 + 2
    assert done.progress[-1].requests > done.progress[0].requests


async def test_who_we_are_is_in_every_request(crawl: Crawl, desk: Desk) -> None:
    host = desk.host("/sick/ok/1", "/sick/file/1.png")
    await crawl(host)
    assert {headers["user-agent"].split("/")[0] for *_, headers in desk.log(host)} == {"Chengjian"}


async def test_pace_goes_on_from_one_phase_to_the_next(crawl: Crawl, desk: Desk) -> None:
    """The hosts of a crawl can be handed on: a new phase does not start with a burst."""
    host = desk.host(*PAGES[:2], robots="User-agent: *\nCrawl-delay: 0.2\nDisallow: /x")
    hosts = Hosts(1000.0, 4)
    await crawl(host, hosts=hosts)
    async with hosts.turn(host + "/"):
        pass
    assert hosts.of(host + "/").gap == pytest.approx(0.2)


def test_hosts_refuse_nonsense() -> None:
    for rate, concurrency in ((0.0, 1), (-1.0, 1), (1.0, 0)):
        with pytest.raises(ValueError, match="positive"):
            Hosts(rate, concurrency)
