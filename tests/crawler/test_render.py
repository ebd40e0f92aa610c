"""The browser: pages that show nothing without it, and what it may not reach."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from crawler.render import Renderer
from records.crawl import CrawlPlan
from records.verdicts import FetchError, Outcome

if TYPE_CHECKING:
    from tests.crawler.conftest import Crawl, Desk

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


def plan(url: str = "http://127.0.0.1:9/", *, chromium: str | None = CHROMIUM) -> CrawlPlan:
    return CrawlPlan(url, "Chengjian/0.1 (tests)", chromium=chromium, timeout=5.0)


@needs_chromium
async def test_shell_is_shown_by_the_browser(crawl: Crawl, desk: Desk) -> None:
    """What the script brings is read like any page, and its links are walked."""
    host = desk.host("/sick/shell", "/sick/ok/plain")
    done = await crawl(host, render="auto", chromium=CHROMIUM, timeout=10.0)
    shown = [page for page in done.sink.pages if page.rendered]
    assert [page.url for page in shown] == [f"{host}/sick/shell"]
    assert done["/sick/ok/8"].outcome is Outcome.FETCHED
    assert [attempt.via for attempt in done["/sick/shell"].attempts] == ["scrapy", "chromium"]
    assert done.end.counts.rendered == 1


async def test_without_a_browser_it_is_said(crawl: Crawl, desk: Desk) -> None:
    done = await crawl(desk.host("/sick/shell"), render="auto", chromium=None)
    assert done["/sick/shell"].outcome is Outcome.FETCHED
    assert any(page.reading.needs_browser for page in done.sink.pages)
    assert any("浏览器" in note for note in done.end.notes)


async def test_browser_that_does_not_start_is_said_and_costs_nothing_else(crawl: Crawl, desk: Desk) -> None:
    done = await crawl(desk.host("/sick/shell", "/sick/ok/1"), render="auto", chromium="/nonexistent/chromium")
    assert done["/sick/shell"].outcome is Outcome.FETCHED
    assert done["/sick/ok/1"].outcome is Outcome.FETCHED
    assert any("浏览器" in note for note in done.end.notes)


@needs_chromium
async def test_always_renders_every_page(crawl: Crawl, desk: Desk) -> None:
    done = await crawl(desk.host("/sick/ok/1"), render="always", chromium=CHROMIUM, timeout=10.0)
    assert done.end.counts.rendered == done.end.counts.pages == 2


@needs_chromium
async def test_browser_may_not_reach_into_our_network(desk: Desk) -> None:
    """A page of the portal that asks for an address inside some network gets nothing; its own host it may ask."""
    inner = desk.host(pages={"/secret": "inside"})
    fetches = f"fetch('{inner}/secret').catch(() => 0); fetch('/sick/ok/own')"
    host = desk.host(pages={"/": f"<html><body><p>x</p><script>{fetches}</script></body></html>"})
    async with Renderer(plan(host + "/"), covers=lambda url: url.startswith(host)) as renderer:
        shown = await renderer.render(host + "/")
    assert shown is not None
    assert "<p>x</p>" in shown.html
    assert desk.log(inner) == []
    assert desk.asked(host, "/sick/ok/own") == ["GET"]


@needs_chromium
async def test_failure_of_the_browser_has_a_cause() -> None:
    async with Renderer(plan(), covers=lambda _: True) as renderer:
        shown = await renderer.render("http://127.0.0.1:9/")
    assert shown is not None
    assert shown.html == ""
    assert shown.attempt.error in (FetchError.REFUSED, FetchError.BAD_RESPONSE)
    assert shown.attempt.via == "chromium"


@needs_chromium
async def test_what_a_page_asks_for_keeps_the_pace(crawl: Crawl, desk: Desk) -> None:
    """Scripts and data of a rendered page are requests to the portal too: one at a time, never faster than ``rate``.

    A script that several pages share is asked for once.
    """
    shell = (
        "<html><body><div id=app></div><script src='/sick/file/app.js'></script>"
        "<script>for (let n = 0; n < 5; n++) fetch('/sick/ok/' + n)</script></body></html>"
    )
    host = desk.host(pages={"/": shell + "<a href='/two'>二</a>", "/two": shell})
    gap = 0.1
    done = await crawl(host, render="always", chromium=CHROMIUM, timeout=10.0, rate=1 / gap, concurrency=1)
    log = desk.log(host)
    moments = [when for when, *_ in log]
    # Between our leave and the wire lies a browser with a queue of its own: the pace is told by the whole, not by gaps.
    assert moments[-1] - moments[0] > 0.9 * gap * (len(moments) - 1)
    assert [target for _, _, target, _ in log].count("/sick/ok/3") >= 2  # data is asked for by every page
    assert done.end.counts.rendered == done.end.counts.pages
