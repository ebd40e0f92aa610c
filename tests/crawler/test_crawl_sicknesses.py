"""Each sickness of a server ends in its own record, in bounded time, and takes nothing else down with it."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest

from records.verdicts import FetchError, LinkReason, Outcome, PageVerdict, StopReason

if TYPE_CHECKING:
    from tests.crawler.conftest import Crawl, Desk

FAILURES = [
    # resource, error of the last attempt, status, how often it is asked
    ("/sick/reset", FetchError.RESET, None, 3),
    ("/sick/close", FetchError.RESET, None, 3),
    ("/sick/hang", FetchError.TIMEOUT, None, 3),
    ("/sick/drip", FetchError.TIMEOUT, 200, 3),
    ("/sick/headers", FetchError.BAD_RESPONSE, None, 3),
    ("/sick/garbage", FetchError.BAD_RESPONSE, None, 3),
    ("/sick/loop/a", FetchError.REDIRECT_LOOP, 302, 1),
    ("/sick/cookieloop", FetchError.REDIRECT_LOOP, 302, 1),
    ("/sick/chain/21", FetchError.REDIRECT_LOOP, 301, 1),
    ("/sick/status/404", None, 404, 1),
    ("/sick/status/410", None, 410, 1),
    ("/sick/status/500", None, 500, 3),
    ("/sick/status/503", None, 503, 3),
    ("/sick/status/501", None, 501, 1),
]


@pytest.mark.parametrize(("path", "error", "status", "asked"), FAILURES)
async def test_failure_is_told_by_cause_and_repeated_by_cause(
    crawl: Crawl, desk: Desk, path: str, error: FetchError | None, status: int | None, asked: int
) -> None:
    host = desk.host(path, "/sick/ok/neighbour")
    done = await crawl(host, timeout=0.4)
    fact = done[path]
    assert fact.outcome is Outcome.FAILED
    assert fact.last is not None
    assert (fact.last.error, fact.last.http_status) == (error, status)
    assert len(fact.attempts) == asked  # every try is recorded, the repeated ones too
    assert done["/sick/ok/neighbour"].outcome is Outcome.FETCHED
    assert done.end.stopped_by is None
    assert done.seconds < 5


async def test_refused_and_unknown_hosts(crawl: Crawl, desk: Desk) -> None:
    """A refused connection is tried once more; a name that does not exist never."""
    gone, nowhere = "http://127.0.0.1:9/", "http://no-such-host.invalid/"
    done = await crawl(desk.host(gone, nowhere))
    refused = done[gone]
    assert refused.outcome is Outcome.FAILED
    assert [(a.method, a.error) for a in refused.attempts] == [("GET", FetchError.REFUSED), ("GET", FetchError.REFUSED)]
    unknown = done[nowhere]
    assert unknown.last is not None
    # Without any resolver the machine cannot say that the name does not exist, only that it could not find out.
    assert unknown.last.error in (FetchError.DNS, FetchError.DNS_TEMPORARY)


@pytest.mark.parametrize("kind", ["selfsigned", "expired"])
async def test_tls_trouble_is_tls_and_never_repeated(crawl: Crawl, desk: Desk, kind: str) -> None:
    """aiohttp calls a failed handshake a failed connection: it must not become "refused"."""
    bad = desk.host(tls=kind, pages={"/": "x"}) + "/"
    done = await crawl(desk.host(bad))
    assert [a.error for a in done[bad].attempts] == [FetchError.TLS]
    assert done[bad].outcome is Outcome.FAILED


BODIES = [
    ("/sick/gzip/good", "/sick/ok/in-gzip"),
    ("/sick/gzip/plain", "/sick/ok/in-gzip"),
    ("/sick/deflate", "/sick/ok/in-deflate"),
    ("/sick/nul", "/sick/ok/after-nul"),
    ("/sick/mislabelled", "/sick/ok/gbk"),
    ("/sick/cut", "/sick/ok/after-cut"),
    ("/sick/cut/chunk", "/sick/ok/after-cut"),
    ("/sick/refresh", "/sick/ok/refreshed"),
    ("/sick/refresh/script", "/sick/ok/refreshed"),
]


@pytest.mark.parametrize(("path", "leads_to"), BODIES)
async def test_page_is_read_as_browsers_read_it(crawl: Crawl, desk: Desk, path: str, leads_to: str) -> None:
    done = await crawl(desk.host(path))
    assert done[path].outcome is Outcome.FETCHED
    assert done[leads_to].outcome is Outcome.FETCHED


@pytest.mark.parametrize(("status", "outcome"), [(200, Outcome.FETCHED), (404, Outcome.FAILED)])
async def test_a_whole_page_with_a_wrong_length_is_a_page(
    crawl: Crawl, desk: Desk, status: int, outcome: Outcome
) -> None:
    """Browsers show it, however short it is; and an error keeps its status."""
    path = f"/sick/miscounted/{status}"
    done = await crawl(desk.host(path))
    assert done[path].outcome is outcome
    assert [(attempt.http_status, attempt.error) for attempt in done[path].attempts] == [(status, None)]


async def test_broken_compression_is_a_bad_response_or_garbage_but_no_crash(crawl: Crawl, desk: Desk) -> None:
    done = await crawl(desk.host("/sick/gzip/broken", "/sick/ok/1"))
    assert done["/sick/gzip/broken"].outcome in (Outcome.FAILED, Outcome.FETCHED)
    assert done["/sick/ok/1"].outcome is Outcome.FETCHED


@pytest.mark.parametrize("path", ["/sick/huge/page", "/sick/endless", "/sick/bomb"])
async def test_what_is_too_large_is_cut_and_skipped(crawl: Crawl, desk: Desk, path: str) -> None:
    """300 MB of text, chunks without end, 256 MB in a compressed quarter: cut at the limit, in time and memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = await crawl(desk.host(path, "/sick/ok/1"), max_body=2 * 2**20, timeout=10.0)
    fact = done[path]
    assert (fact.outcome, fact.skipped) == (Outcome.SKIPPED, LinkReason.TOO_LARGE)
    assert len(fact.attempts) == 1
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # kilobytes
    assert grown < 60_000
    assert done["/sick/ok/1"].outcome is Outcome.FETCHED


async def test_large_file_is_only_begun(crawl: Crawl, desk: Desk) -> None:
    """To know that a download works its first bytes suffice."""
    done = await crawl(desk.host("/sick/huge/file.zip"))
    fact = done["/sick/huge/file.zip"]
    assert fact.outcome is Outcome.FETCHED
    assert fact.last is not None
    assert fact.last.file_type == "zip"
    assert fact.last.size < 2**20
    assert done.seconds < 2


async def test_attachment_that_answers_a_page_is_noticed(crawl: Crawl, desk: Desk) -> None:
    done = await crawl(desk.host("/sick/file/error.pdf", "/sick/file/good.pdf"))
    wrong, right = done["/sick/file/error.pdf"].last, done["/sick/file/good.pdf"].last
    assert wrong is not None
    assert right is not None
    assert wrong.file_type == "html"
    assert wrong.look is not None  # so that it can be compared with what the host says to what cannot exist
    assert right.file_type == "pdf"
    assert not any(page.url.endswith(".pdf") for page in done.sink.pages)


HEADS = ["405", "501", "403", "404", "500", "reset", "close", "html"]


@pytest.mark.parametrize("answer", HEADS)
async def test_refused_head_is_followed_by_get(crawl: Crawl, desk: Desk, answer: str) -> None:
    """Many servers treat HEAD badly: what it says is never believed when it says no."""
    path = f"/sick/head/{answer}"
    host = desk.host(pages={"/": f'<html><body><img src="{path}"></body></html>'})
    done = await crawl(host)
    assert done[path].outcome is Outcome.FETCHED
    assert [a.method for a in done[path].attempts] == ["HEAD", "GET"]
    assert desk.asked(host, path) == ["HEAD", "GET"]


async def test_good_head_is_enough(crawl: Crawl, desk: Desk) -> None:
    host = desk.host(pages={"/": '<html><body><img src="/sick/file/1.png"></body></html>'})
    await crawl(host)
    assert desk.asked(host, "/sick/file/1.png") == ["HEAD"]


async def test_fails_twice_then_works(crawl: Crawl, desk: Desk) -> None:
    """Exactly as many requests as it takes, each recorded."""
    for code in ("503", "500", "reset"):
        path = f"/sick/fail/2/{code}/x"
        host = desk.host(path)
        done = await crawl(host)
        assert done[path].outcome is Outcome.FETCHED
        assert desk.asked(host, path) == ["GET"] * 3
        assert len(done[path].attempts) == 3


async def test_fails_three_times_stays_failed(crawl: Crawl, desk: Desk) -> None:
    path = "/sick/fail/3/503/x"
    host = desk.host(path)
    done = await crawl(host)
    assert done[path].outcome is Outcome.FAILED
    assert desk.asked(host, path) == ["GET"] * 3


async def test_404_is_not_asked_again_in_the_crawl(crawl: Crawl, desk: Desk) -> None:
    """Its second chance comes later, from another stack."""
    path = "/sick/fail/1/404/x"
    host = desk.host(path)
    done = await crawl(host)
    assert done[path].outcome is Outcome.FAILED
    assert desk.asked(host, path) == ["GET"]


async def test_cookie_wall_is_passed_with_its_cookie(crawl: Crawl, desk: Desk) -> None:
    """A redirect to itself with a cookie is no loop; the cookie is kept for the host, so that it costs once."""
    path = "/sick/cookiewall"
    host = desk.host(path)
    done = await crawl(host, concurrency=1)
    assert done[path].outcome is Outcome.FETCHED
    assert desk.asked(host, path) == ["GET", "GET"]
    assert done["/sick/cookiewall/2"].outcome is Outcome.FETCHED
    assert desk.asked(host, "/sick/cookiewall/2") == ["GET"]


async def test_redirects_are_recorded(crawl: Crawl, desk: Desk) -> None:
    host = desk.host("/sick/chain/3", "/sick/rawlocation")
    done = await crawl(host)
    last = done["/sick/chain/3"].last
    assert last is not None
    assert last.redirects == tuple(f"{host}/sick/chain/{n}" for n in (2, 1, 0))
    assert last.final_url == f"{host}/sick/chain/0"
    assert done["/sick/rawlocation"].outcome is Outcome.FETCHED  # bytes of a Location go back as they came


async def test_redirect_off_the_portal_is_seen_but_not_walked(crawl: Crawl, desk: Desk) -> None:
    other = desk.host("/sick/ok/1")
    path = f"/sick/redirect?to={other}/"
    host = desk.host(path)
    done = await crawl(host)
    fact = done[path]
    assert fact.outcome is Outcome.FETCHED
    assert fact.last is not None
    assert fact.last.final_url == f"{other}/"
    assert all(page.url.startswith(host) and page.final_url.startswith(host) for page in done.sink.pages)
    assert desk.asked(other, "/sick/ok/1") == []


async def test_external_pages_are_checked_and_not_walked(crawl: Crawl, desk: Desk) -> None:
    other = desk.host("/sick/ok/1")
    done = await crawl(desk.host(f"{other}/"))
    assert done[f"{other}/"].outcome is Outcome.FETCHED
    assert [method for _, method, target, _ in desk.log(other) if target != "/robots.txt"] == ["GET"]


async def test_an_external_page_is_looked_at_and_not_only_knocked_at(crawl: Crawl, desk: Desk) -> None:
    """A page that is gone, a block page and a domain that was sold all answer HEAD with 200."""
    gone = "<html><head><title>页面不存在</title></head><body>抱歉，您访问的页面不存在！</body></html>"
    other = desk.host(pages={"/a/1.html": gone})
    done = await crawl(desk.host(f"{other}/a/1.html"))
    last = done[f"{other}/a/1.html"].last
    assert last is not None
    assert last.page_verdict is PageVerdict.SOFT_404
    assert last.look is not None


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_a_start_page_may_send_on_to_another_door_of_the_same_machine(
    crawl: Crawl, desk: Desk, name: str
) -> None:
    """http://x/ that leads to https://x:8443/ is one portal; a host that only a link names is not."""
    other = desk.host("/sick/ok/1").replace("127.0.0.1", name)
    done = await crawl(desk.host(pages={}), start=f"/sick/redirect?to={other}/")
    assert done[f"{other}/sick/ok/1"].outcome is Outcome.FETCHED
    assert done[f"{other}/sick/ok/1"].target.internal


async def test_no_external(crawl: Crawl, desk: Desk) -> None:
    other = desk.host("/sick/ok/1")
    done = await crawl(desk.host(f"{other}/"), external=False)
    assert done[f"{other}/"].outcome is Outcome.NOT_REACHED
    assert desk.log(other) == []
    assert any("站外" in note for note in done.end.notes)


async def test_walls_are_blocked_and_not_hammered(crawl: Crawl, desk: Desk) -> None:
    """A challenge is refused service, not a broken link, and is not knocked at again."""
    paths = ["/sick/wall/521/a", "/sick/status/403", "/sick/status/401"]
    host = desk.host(*paths)
    done = await crawl(host)
    for path in paths:
        assert done[path].outcome is Outcome.BLOCKED
        assert desk.asked(host, path) == ["GET"]
    last = done["/sick/wall/521/a"].last
    assert last is not None
    assert last.page_verdict in (PageVerdict.CHALLENGE, PageVerdict.WAF)


async def test_empty_answer_is_an_answer(crawl: Crawl, desk: Desk) -> None:
    done = await crawl(desk.host("/sick/empty"))
    assert done["/sick/empty"].outcome is Outcome.FETCHED
    assert done["/sick/empty"].last is not None
    assert done["/sick/empty"].last.size == 0


async def test_addresses_that_are_none(crawl: Crawl, desk: Desk) -> None:
    """A bad address is an attempt without a request; other schemes are not asked; mail and script are no links."""
    host = desk.host("http://[bad/", "mailto:a@b.cn", "javascript:void(0)", "tel:12345", "/sick/ok/1")
    done = await crawl(host)
    bad = [fact for fact in done.sink.targets.values() if fact.outcome is Outcome.FAILED]
    assert [fact.last.error for fact in bad if fact.last is not None] == [FetchError.BAD_URL]
    assert {method for _, method, *_ in desk.log(host)} == {"GET"}
    assert len(done.sink.targets) == 3


@pytest.mark.parametrize(
    ("start", "stopped"),
    [
        ("/sick/hang", StopReason.SITE_UNREACHABLE),
        ("/sick/status/502", StopReason.SITE_UNREACHABLE),
        ("/sick/reset", StopReason.SITE_UNREACHABLE),
        ("/sick/wall/521/home", StopReason.SITE_BLOCKED),
        ("/sick/status/403", StopReason.SITE_BLOCKED),
    ],
)
async def test_a_start_page_that_does_not_open(crawl: Crawl, desk: Desk, start: str, stopped: StopReason) -> None:
    done = await crawl(desk.host(), start=start, timeout=0.4)
    assert done.end.stopped_by is stopped
    assert len(done.sink.targets) == 1


async def test_a_portal_that_is_not_there(crawl: Crawl) -> None:
    done = await crawl("http://127.0.0.1:9")
    assert done.end.stopped_by is StopReason.SITE_UNREACHABLE
    assert done["/"].last is not None
    assert done["/"].last.error is FetchError.REFUSED
