"""Somebody at the console in a real browser: whatever page is opened is looked at, too."""

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Response, expect

SCREEN = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
#: WCAG 2.2 AA.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
_NUMBERS = re.compile(r"(?<=[/=])[0-9a-f-]*\d[0-9a-f-]*(?=[/&]|$)")  # of a row, an event, a run
#: What makes a page wider than the window.
_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) { return []; }
    const out = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > width + 1);
    return out.slice(-3).map(e => `${e.tagName} ${e.className} ${(e.textContent || "").trim().slice(0, 40)}`);
}"""
_AXE = Axe()


@dataclass
class AtDesk:
    """One browser context of one role.  ``seen`` holds the kinds of pages that were looked at already."""

    context: BrowserContext
    address: str
    seen: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page: Page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        """Scripts that fail and what our own policy stops are faults; what an archived page may not do is not."""
        of_an_answer = message.text.startswith(("Failed to load resource", "Response Status Error Code 4"))
        archived = "/archived/" in str(message.location.get("url", "")) or "/archived/" in message.text
        if message.type == "error" and not of_an_answer and not archived and "sandboxed" not in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def sign_in(self, login: str, password: str) -> None:
        self.go("/login")
        self.fill(登录名=login, 密码=password)
        self.press("登录")

    def go(self, path: str, status: int = 200) -> Page:
        """Open a page and look at it."""
        answer = self.page.goto(f"{self.address}{path}")
        return self._arrived(answer, status)

    def follow(self, link: Locator, status: int = 200) -> Page:
        """Click what leads to another page."""
        with self.page.expect_navigation() as answer:
            link.click()
        return self._arrived(answer.value, status)

    def press(self, name: str, within: Locator | None = None, status: int = 200) -> Page:
        """Click the button of that name, which answers with a page."""
        return self.follow((within or self.main).get_by_role("button", name=name).first, status)

    def fill(self, within: Locator | None = None, /, **fields: str) -> None:
        """Fill in fields by their labels."""
        for label, text in fields.items():
            (within or self.main).get_by_label(label).first.fill(text)

    def form(self, action: str) -> Locator:
        """The form that goes to an address which ends so."""
        return self.page.locator(f'form[method=post][action$="{action}"]').first

    @property
    def main(self) -> Locator:
        return self.page.locator("#main")

    def says(self, *texts: str) -> None:
        """The page tells it, now or when what it waits for has come."""
        for text in texts:
            expect(self.main).to_contain_text(text)

    def says_not(self, *texts: str) -> None:
        for text in texts:
            expect(self.main).not_to_contain_text(text)

    @property
    def told(self) -> str:
        """What a form was answered with."""
        return " ".join(self.page.locator(".told[role=status], .told[role=alert]").all_inner_texts())

    def buttons(self) -> list[str]:
        """What on this page would change something."""
        forms = self.main.locator("form[method=post]")
        return [text for one in forms.all() for text in one.locator("button").all_inner_texts()]

    def _arrived(self, answer: Response | None, status: int) -> Page:
        assert answer is not None
        for _ in range(20):  # a page that says it is still being opened comes again by itself: so do we
            if answer is None or answer.status != HTTPStatus.ACCEPTED:
                break
            answer = self.page.reload()
        assert answer is not None
        assert answer.status == status, f"{self.page.url}: {answer.status} {self.main.inner_text()[:400]}"
        self.page.wait_for_load_state("load")
        self.look()
        return self.page

    def look(self) -> None:
        """At both sizes: a heading, nothing that sticks out, and nothing that axe objects to.  Once for each kind."""
        parts = urlsplit(self.page.url)
        kind = _NUMBERS.sub("#", f"{parts.path}?{parts.query}") + str(self.page.locator("form[method=post]").count())
        if kind in self.seen:
            return
        self.seen.add(kind)
        assert self.page.locator("h1").count() == 1, f"{self.page.url}: no heading, or several"
        wrong: list[str] = []
        for size in (PHONE, SCREEN):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]  # a ViewportSize is such a dictionary
            wrong += [f"{size['width']} px, sticks out: {one}" for one in self.page.evaluate(_WIDE)]
            wrong += [f"{size['width']}: {line}" for line in _violations(self.page)]
        assert not wrong, "\n".join((self.page.url, *wrong))


def _violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = _AXE.run(page, options=RULES).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:200]} {node.get('failureSummary', '')}"
        for one in found
        for node in one["nodes"][:5]
    ]
