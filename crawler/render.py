"""The browser, for pages that show nothing without one.

Optional at run time: without Playwright or Chromium ``Renderer.available`` is false and nothing is rendered.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from crawler.addresses import is_private
from crawler.clock import now
from crawler.hosts import Hosts
from records.crawl import Attempt, CrawlPlan
from records.verdicts import FetchError

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Playwright, Route

MAX_TABS: Final = 2
MAX_HTML: Final = 5 * 1024 * 1024  # characters of a rendered page
SETTLE: Final = 5.0  # seconds that scripts may go on asking for data after the page has loaded
MAX_ASSETS: Final = 200  # scripts and styles kept for the pages to come
_PACED: Final = 10  # requests of one page that its time allows for besides
_SHARED: Final = frozenset({"script", "stylesheet"})
_NOT_NEEDED: Final = frozenset({"image", "media", "font", "manifest", "texttrack"})
# What a page may hold without any request leaving the machine.
_LOCAL_SCHEMES: Final = ("data:", "blob:", "about:")
_ARGUMENTS: Final = ["--disable-dev-shm-usage", "--disable-gpu"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as the browser built it.  ``html`` is empty where it failed: see ``attempt``."""

    html: str
    final_url: str
    status: int
    requests: int  # that the browser sent for it
    attempt: Attempt


class Renderer:
    """One browser for one audit, started with the first page that needs it.

    ``covers`` tells which addresses are the portal's own: only these may lie inside a private network.  The
    page and all that it asks for go out one by one, at the pace of ``hosts``.
    """

    def __init__(self, plan: CrawlPlan, *, covers: Callable[[str], bool], hosts: Hosts | None = None) -> None:
        self._plan = plan
        self._hosts = hosts or Hosts(plan.rate, plan.concurrency)
        self._assets: dict[str, _Asset] = {}  # scripts and styles, which all pages of a portal share
        self._covers = covers
        self._failed: str | None = None
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._tabs = asyncio.Semaphore(MAX_TABS)
        self._starting = asyncio.Lock()

    @property
    def available(self) -> bool:
        """Whether it is worth asking: a browser is there and has not failed to start."""
        return self._plan.chromium is not None and self._plan.render != "never" and self._failed is None

    @property
    def trouble(self) -> str | None:
        """Why there is no browser, in the words of the library."""
        return self._failed

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        with contextlib.suppress(Exception):  # a browser that died already needs no farewell
            if self._browser is not None:
                await self._browser.close()
            if self._playwright is not None:
                await self._playwright.stop()
        self._browser = self._playwright = self._context = None

    async def render(self, url: str) -> Rendered | None:
        """Open an address and return the document once its scripts have settled; ``None`` without a browser."""
        async with self._tabs:
            context = await self._ready()
            if context is None:
                return None
            began, clock = now(), time.perf_counter()
            page = await context.new_page()
            gate = _Gate(self, page)
            await page.route("**/*", gate.guard)
            status: int | None = None
            html, final_url, error, detail = "", url, None, None
            try:
                settle = SETTLE + _PACED * self._hosts.of(url).gap
                async with asyncio.timeout(self._plan.timeout + 2 * settle):
                    response = await page.goto(url, wait_until="load", timeout=(self._plan.timeout + settle) * 1000)
                    status = response.status if response is not None else None
                    html, final_url = await _settled(page, settle)
            except Exception as failure:  # Playwright's errors share no base that is there without Playwright
                error, detail = _cause_of(failure), f"{type(failure).__name__}: {failure}"[:300]
            finally:
                with contextlib.suppress(Exception):
                    await page.close()
            attempt = Attempt(
                at=began,
                method="GET",
                http_status=status,
                error=error,
                elapsed_ms=round((time.perf_counter() - clock) * 1000),
                via="chromium",
                detail=detail,
                final_url=final_url,
                content_type="text/html",
                size=len(html),
            )
            return Rendered(html, final_url, status or 0, gate.sent, attempt)

    async def _ready(self) -> "BrowserContext | None":
        async with self._starting:
            if not self.available:
                return None
            try:
                if self._browser is None:
                    from playwright.async_api import async_playwright

                    self._playwright = await async_playwright().start()
                    self._browser = await self._playwright.chromium.launch(
                        executable_path=self._plan.chromium, args=_ARGUMENTS
                    )
                if self._context is None:
                    self._context = await self._new_context(self._browser)
                return self._context
            except Exception as failure:  # no Playwright, no browser, or one that does not start: the audit goes on
                self._failed = f"{type(failure).__name__}: {failure}".splitlines()[0][:200]
                await self.close()
                return None

    async def _new_context(self, browser: "Browser") -> "BrowserContext":
        return await browser.new_context(
            user_agent=self._plan.user_agent,
            locale="zh-CN",
            viewport={"width": 1280, "height": 900},
            accept_downloads=False,
            service_workers="block",
        )

    def _may_ask(self, url: str) -> bool:
        """A page may not make our browser reach into the network that it stands in."""
        if url.startswith(_LOCAL_SCHEMES):
            return True
        if urlsplit(url).scheme not in ("http", "https"):
            return False
        return self._covers(url) or not is_private(url)


@dataclass(frozen=True, slots=True)
class _Asset:
    """A script or style as it was answered.  Playwright's interception switches the browser's own cache off."""

    status: int
    headers: dict[str, str]
    body: bytes


class _Gate:
    """What one tab may ask for, one after another: the tab holds one place among the requests to its host."""

    def __init__(self, renderer: Renderer, page: "Page") -> None:
        self._renderer = renderer
        self._page = page
        self._turn = asyncio.Lock()
        self.sent = 0

    async def guard(self, route: "Route") -> None:
        """Refuse, answer from what is known, or let out at the pace of the host."""
        with contextlib.suppress(Exception):  # the tab was closed meanwhile: nobody waits for the answer
            await self._decide(route)

    async def _decide(self, route: "Route") -> None:
        request, renderer = route.request, self._renderer
        if request.resource_type in _NOT_NEEDED or not renderer._may_ask(request.url):
            await route.abort()
            return
        if request.url.startswith(_LOCAL_SCHEMES):
            await route.continue_()
            return
        host = renderer._hosts.of(request.url)
        if host.resting is not None or (host.robots is not None and not host.robots.allows(request.url)):
            await route.abort()
            return
        async with self._turn:
            asset = renderer._assets.get(request.url)
            if asset is None:
                await renderer._hosts.pace(request.url)
                self.sent += 1
                if request.is_navigation_request():
                    await route.continue_()
                    return
                answer = await route.fetch(max_redirects=0, timeout=renderer._plan.timeout * 1000)
                if 300 <= answer.status < 400 and "location" in answer.headers:
                    await renderer._hosts.pace(request.url)
                    self.sent += 1
                    await route.continue_()
                    return
                asset = _Asset(answer.status, answer.headers, await answer.body())
                if request.resource_type in _SHARED and answer.ok and len(renderer._assets) < MAX_ASSETS:
                    renderer._assets[request.url] = asset
            await route.fulfill(status=asset.status, headers=asset.headers, body=asset.body)


async def _settled(page: "Page", seconds: float) -> tuple[str, str]:
    """The document after its scripts have gone quiet, or after so many seconds."""
    with contextlib.suppress(Exception):  # a page that never goes quiet is read as it is
        await page.wait_for_load_state("networkidle", timeout=seconds * 1000)
    return (await page.content())[:MAX_HTML], page.url


def _cause_of(failure: Exception) -> FetchError:
    """Chromium names its errors in the message: net::ERR_NAME_NOT_RESOLVED …"""
    words = str(failure)
    for sign, cause in _NET_ERRORS:
        if sign in words:
            return cause
    return FetchError.TIMEOUT if "imeout" in words or isinstance(failure, TimeoutError) else FetchError.BAD_RESPONSE


_NET_ERRORS: Final = (
    ("ERR_NAME_NOT_RESOLVED", FetchError.DNS),
    ("ERR_CONNECTION_REFUSED", FetchError.REFUSED),
    ("ERR_CONNECTION_RESET", FetchError.RESET),
    ("ERR_EMPTY_RESPONSE", FetchError.RESET),
    ("ERR_CERT", FetchError.TLS),
    ("ERR_SSL", FetchError.TLS),
    ("ERR_TOO_MANY_REDIRECTS", FetchError.REDIRECT_LOOP),
    ("ERR_TIMED_OUT", FetchError.TIMEOUT),
    ("ERR_CONNECTION_TIMED_OUT", FetchError.TIMEOUT),
)
