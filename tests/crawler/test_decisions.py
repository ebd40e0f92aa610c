"""The small decisions that a crawl rests on: causes, repetitions, Retry-After, robots.txt, encodings, the frontier."""

from __future__ import annotations

import gzip
import socket
import ssl
import zlib
from datetime import UTC, datetime

import aiohttp
import httpx
import pytest

from crawler.clock import now
from crawler.decoding import decoder_for
from crawler.failures import classify
from crawler.frontier import Frontier, Node, Purpose
from crawler.hosts import Hosts
from crawler.outcome import outcome_of, wall_of
from crawler.retrying import repetitions, retry_after
from crawler.robots import MAX_CRAWL_DELAY, Robots, agent_of, parse_robots, robots_for_status
from crawler.tally import Tally
from records.crawl import Attempt
from records.verdicts import FetchError, LinkKind, LinkReason, Outcome, PageVerdict

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def chained(outer: BaseException, inner: BaseException) -> BaseException:
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), FetchError.DNS),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), FetchError.DNS_TEMPORARY),
        (chained(httpx.ConnectError("x"), socket.gaierror(socket.EAI_NONAME, "unknown")), FetchError.DNS),
        (ConnectionRefusedError(111, "refused"), FetchError.REFUSED),
        (chained(httpx.ConnectError("x"), ConnectionRefusedError(111, "refused")), FetchError.REFUSED),
        (ConnectionResetError(104, "reset"), FetchError.RESET),
        (aiohttp.ServerDisconnectedError(), FetchError.RESET),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), FetchError.RESET),
        (httpx.RemoteProtocolError("illegal status line"), FetchError.BAD_RESPONSE),
        (TimeoutError(), FetchError.TIMEOUT),
        (httpx.ReadTimeout("x"), FetchError.TIMEOUT),
        (OSError(113, "no route"), FetchError.TIMEOUT),
        (ssl.SSLCertVerificationError("expired"), FetchError.TLS),
        (chained(httpx.ConnectError("x"), ssl.SSLError("handshake")), FetchError.TLS),
        # The trap of aiohttp: a refused-looking connector error whose cause is the handshake.
        (chained(ConnectionRefusedError(111, "x"), ssl.SSLError("handshake")), FetchError.TLS),
        (aiohttp.InvalidURL("http://["), FetchError.BAD_URL),
        (aiohttp.ClientPayloadError("cut"), FetchError.BAD_RESPONSE),
        (chained(aiohttp.ClientPayloadError("cut"), ConnectionResetError(104, "reset")), FetchError.RESET),
    ],
)
def test_cause(error: BaseException, cause: FetchError) -> None:
    assert classify(error)[0] is cause


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("1m1s", 61.0),
        ("2h", 7200.0),
        ("Sat, 21 Nov 2026 08:01:00 GMT", 60.0),
        ("Sat, 21 Nov 2026 07:00:00 GMT", 0.0),
        ("-5", None),
        ("nan", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after(value, AT) == seconds


def tried(status: int | None = None, error: FetchError | None = None, verdict: PageVerdict | None = None) -> Attempt:
    return Attempt(AT, "GET", http_status=status, error=error, page_verdict=verdict, sign="x" if verdict else None)


@pytest.mark.parametrize(
    ("attempt", "times"),
    [
        (tried(error=FetchError.TIMEOUT), 2),
        (tried(error=FetchError.RESET), 2),
        (tried(error=FetchError.REFUSED), 1),
        (tried(error=FetchError.DNS), 0),
        (tried(error=FetchError.TLS), 0),
        (tried(error=FetchError.REDIRECT_LOOP), 0),
        (tried(error=FetchError.TOO_LARGE), 0),
        (tried(500), 2),
        (tried(501), 0),
        (tried(429), 2),
        (tried(521, verdict=PageVerdict.CHALLENGE), 0),
        (tried(500, verdict=PageVerdict.MAINTENANCE), 2),
        (tried(404), 0),
        (tried(200), 0),
    ],
)
def test_repetitions(attempt: Attempt, times: int) -> None:
    assert repetitions(attempt) == times


@pytest.mark.parametrize(
    ("attempt", "outcome", "wall"),
    [
        (tried(200), Outcome.FETCHED, None),
        (tried(200, verdict=PageVerdict.SOFT_404), Outcome.FETCHED, None),  # it answered; what it means is judged later
        (tried(200, verdict=PageVerdict.CHALLENGE), Outcome.BLOCKED, LinkReason.CHALLENGE),
        (tried(404, verdict=PageVerdict.WAF), Outcome.BLOCKED, LinkReason.WAF),
        (tried(404), Outcome.FAILED, None),
        (tried(403), Outcome.BLOCKED, LinkReason.HTTP_403),
        (tried(429), Outcome.BLOCKED, LinkReason.HTTP_429),
        (tried(412), Outcome.BLOCKED, LinkReason.CHALLENGE),  # we never send a precondition
        (tried(302), Outcome.FETCHED, None),
        (tried(200, FetchError.TOO_LARGE), Outcome.SKIPPED, None),
        (tried(403, FetchError.TIMEOUT), Outcome.FAILED, None),
    ],
)
def test_outcome(attempt: Attempt, outcome: Outcome, wall: LinkReason | None) -> None:
    assert outcome_of(attempt)[0] is outcome
    assert wall_of(attempt) is wall


def test_robots_names_us_and_limits_delays() -> None:
    assert agent_of("Chengjian/0.1 (+mailto:x@y)") == "Chengjian"
    text = b"User-agent: Chengjian\nDisallow: /private/\nCrawl-delay: 600\n\nUser-agent: *\nDisallow: /\n"
    robots = parse_robots(text, "Chengjian/0.1")
    assert robots.allows("http://a/open")
    assert not robots.allows("http://a/private/x")
    assert robots.gap == MAX_CRAWL_DELAY
    assert not parse_robots(text, "Other/1").allows("http://a/open")


@pytest.mark.parametrize(
    "body", [b"", b"<html>404</html>", b"\xff\xfe\x00garbage", b"Disallow /\n: :\n", b"\xef\xbb\xbf"]
)
def test_robots_that_is_none_allows(body: bytes) -> None:
    assert parse_robots(body, "Chengjian/0.1").allows("http://a/x")


@pytest.mark.parametrize(
    ("status", "internal", "allowed"),
    [
        (404, True, True),
        (403, True, True),
        (500, True, False),
        (429, True, False),
        (None, True, False),
        (500, False, True),
        (None, False, True),
        (302, True, True),
    ],
)
def test_robots_by_status(status: int | None, internal: bool, allowed: bool) -> None:
    assert robots_for_status(status, b"", "Chengjian/0.1", internal=internal).allows("http://a/x") is allowed


def test_decoder_stops_at_its_limit() -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)
    decoder = decoder_for("gzip")
    assert decoder is not None
    assert len(decoder.feed(bomb, 1000)) == 1001


def test_decoder_knows_deflate_in_both_forms() -> None:
    text = b"x" * 1000
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    for packed in (zlib.compress(text), raw.compress(text) + raw.flush()):
        decoder = decoder_for("deflate")
        assert decoder is not None
        assert decoder.feed(packed, 2000) == text


def test_decoder_refuses_what_was_not_declared() -> None:
    decoder = decoder_for("gzip")
    assert decoder is not None
    with pytest.raises(ValueError, match="header"):
        decoder.feed(b"plain text", 100)


def frontier(hosts: Hosts, refused: list[str] | None = None, *, allowed: bool = True) -> Frontier:
    return Frontier(
        hosts,
        pages_allowed=lambda: allowed,
        disallowed=lambda node, _: (refused if refused is not None else []).append(node.url),
    )


def page(url: str) -> Node:
    return Node(url, LinkKind.PAGE, True, 0, None)


def test_frontier_asks_robots_first_and_nothing_beside_it() -> None:
    hosts = Hosts(100_000, 4)
    refused: list[str] = []
    line = frontier(hosts, refused)
    for n in range(5):
        line.add(page(f"http://a/{n}"), 0.0)
    job = line.take(0.0)
    assert job is not None
    assert (job.purpose, job.url) == (Purpose.ROBOTS, "http://a/robots.txt")
    assert line.take(1.0) is None
    hosts.of("http://a/").robots = Robots(None, "x", default=False)
    line.release(job, 2.0)
    assert line.take(2.0) is None
    assert len(refused) == 5


def test_frontier_keeps_gap_and_concurrency() -> None:
    hosts = Hosts(10, 2)
    hosts.of("http://a/").robots = Robots(None, "x")
    line = frontier(hosts)
    for n in range(5):
        line.add(page(f"http://a/{n}"), 0.0)
    first = line.take(0.0)
    assert first is not None
    assert line.take(0.2) is None  # not yet on the wire: connecting may take longer than the gap
    line.sent(first, 0.3)
    assert line.take(0.35) is None
    assert line.wake_at() == pytest.approx(0.4)
    second = line.take(0.4)
    assert second is not None
    line.sent(second, 0.4)
    assert line.take(5.0) is None  # two at once
    line.release(first, 5.0)
    assert line.take(5.0) is not None


def test_frontier_gives_checks_their_share_and_keeps_order() -> None:
    hosts = Hosts(100_000, 100)
    hosts.of("http://a/").robots = Robots(None, "x")
    line = frontier(hosts)
    for n in range(6):
        line.add(page(f"http://a/{n}"), 0.0)
        line.add(Node(f"http://a/{n}.png", LinkKind.IMAGE, True, 1, None), 0.0)
    got = []
    while (job := line.take(1.0)) is not None:
        got.append(job.url.removeprefix("http://a/"))
    assert [url for url in got if "png" not in url] == [str(n) for n in range(6)]
    assert got.index("0.png") <= 2


def test_frontier_without_page_budget_still_checks() -> None:
    hosts = Hosts(100_000, 100)
    hosts.of("http://a/").robots = Robots(None, "x")
    line = frontier(hosts, allowed=False)
    line.add(page("http://a/1"), 0.0)
    line.add(Node("http://a/1.png", LinkKind.IMAGE, True, 1, None), 0.0)
    job = line.take(0.0)
    assert job is not None
    assert job.node.kind is LinkKind.IMAGE
    line.release(job, 0.0)
    assert line.stalled()
    assert [node.url for node, _ in line.drain_all()] == ["http://a/1"]


def test_books_that_do_not_balance_are_refused() -> None:
    tally = Tally()
    tally.close(Outcome.FETCHED, None)
    assert tally.counts(1).balanced
    with pytest.raises(AssertionError, match="balance"):
        tally.counts(2)


def test_now_has_an_offset() -> None:
    offset = now().utcoffset()
    assert offset is not None
    assert offset.total_seconds() == 8 * 3600
