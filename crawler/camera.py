"""Pictures of the pages that findings rest on, with the place marked.

The page is shown as it was archived where its body was kept: without scripts and pictures, so that the camera asks the
portal for little more than its style sheets, once, and at the pace of the audit.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from crawler.addresses import is_private
from crawler.hosts import Hosts
from records.crawl import CrawlPlan

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, FloatRect, Page, Playwright, Route

log = logging.getLogger(__name__)

MAX_HEIGHT: Final = 1600  # pixels; of a longer page the part around the mark is taken
_WANTED: Final = frozenset({"document", "stylesheet"})

# Draws a frame around the first element that leads to ``needle``, hidden menus included, and says how far down it is.
_MARK: Final = """
(needle) => {
  const all = [...document.querySelectorAll('a, img, iframe, frame, area, script, link')];
  const leads = n => [n.href, n.src, n.getAttribute('href'), n.getAttribute('src')].includes(needle);
  const found = all.find(n => leads(n) && n.getClientRects().length) || all.find(leads);
  if (!found) return 0;
  found.style.outline = '4px solid #d4380d';
  found.style.outlineOffset = '3px';
  return found.getBoundingClientRect().top + window.scrollY;
}
"""


@dataclass(frozen=True, slots=True)
class Shot:
    """What is to be photographed: a page, its archived body if there is one, and the address that is marked on it."""

    page: str
    body: bytes | None = None
    content_type: str = "text/html"
    mark: str | None = None


class Camera:
    """A browser for pictures, as a context manager; without a browser every picture is ``None``."""

    def __init__(self, plan: CrawlPlan, hosts: Hosts) -> None:
        self._plan = plan
        self._hosts = hosts
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._shot = Shot("about:blank")

    async def __aenter__(self) -> Self:
        if self._plan.chromium is None:
            return self
        try:
            from playwright.async_api import async_playwright

            self._playwright = await async_playwright().start()
            self._browser = await self._playwright.chromium.launch(
                executable_path=self._plan.chromium, args=["--disable-dev-shm-usage", "--disable-gpu"]
            )
            self._context = await self._browser.new_context(
                user_agent=self._plan.user_agent,
                locale="zh-CN",
                viewport={"width": 1280, "height": 900},
                accept_downloads=False,
                service_workers="block",
                java_script_enabled=False,
            )
            await self._context.route("**/*", self._guard)
        except Exception as failure:  # Playwright's errors share no base that is there without Playwright
            log.info("no pictures: %s", failure)
            await self._close()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def _close(self) -> None:
        with contextlib.suppress(Exception):  # a browser that died already needs no farewell
            if self._browser is not None:
                await self._browser.close()
            if self._playwright is not None:
                await self._playwright.stop()
        self._browser = self._playwright = self._context = None

    async def take(self, shot: Shot) -> bytes | None:
        """A PNG, or ``None`` without a browser or where the page does not open within the plan's time-out."""
        if self._context is None:
            return None
        self._shot = shot
        page = await self._context.new_page()
        try:
            async with asyncio.timeout(self._plan.timeout):
                return await self._expose(page, shot)
        except Exception as failure:  # as above; a missing picture is no reason to lose a finding
            log.info("no picture of %.100s: %s", shot.page, failure)
            return None
        finally:
            with contextlib.suppress(Exception):
                await page.close()

    async def _guard(self, route: "Route") -> None:
        """What the page may load: itself as it was archived, and style sheets in their turn."""
        request = route.request
        archived = self._shot.body
        if archived is not None and request.is_navigation_request() and request.frame.parent_frame is None:
            await route.fulfill(body=archived, content_type=self._shot.content_type)
        elif request.resource_type not in _WANTED or not self._may_ask(request.url):
            await route.abort()
        else:
            async with self._hosts.turn(request.url):
                await route.continue_()

    async def _expose(self, page: "Page", shot: Shot) -> bytes:
        await page.goto(shot.page, wait_until="load")
        top = 0.0
        if shot.mark is not None:
            top = float(await page.evaluate(_MARK, shot.mark))
        height = float(await page.evaluate("document.documentElement.scrollHeight"))
        start = max(0.0, min(top - MAX_HEIGHT / 2, height - MAX_HEIGHT))
        clip: FloatRect = {"x": 0.0, "y": start, "width": 1280.0, "height": min(height, MAX_HEIGHT)}
        return await page.screenshot(full_page=True, clip=clip)

    def _may_ask(self, url: str) -> bool:
        """A page may not make our browser reach into the network that it stands in, its own host excepted."""
        own = self._hosts.of(self._plan.url) is self._hosts.of(url)
        return url.startswith(("http://", "https://")) and (own or not is_private(url))
