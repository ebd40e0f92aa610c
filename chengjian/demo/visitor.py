"""Somebody at the console without a browser: opens pages, fills in their forms, follows where they lead."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Self
from urllib.parse import urlsplit

import httpx
from selectolax.lexbor import LexborHTMLParser, LexborNode

from chengjian.demo.people import Person

Fields = Mapping[str, str | Sequence[str]]

_TYPED: Final = ("", "text", "hidden", "date", "number", "search", "password")
_PATIENCE: Final = 60.0  # seconds: a machine that still closes the last night is slow
_AGAIN: Final = 0.5  # seconds after which a page that is being opened is asked for again


class ConsoleAnswerError(Exception):
    """The console did not answer as it should: who did what, and what came back.  Chinese."""


class Visitor:
    """Signed in as one person for as long as the block lasts.  Raises ``ConsoleAnswerError``."""

    def __init__(self, address: str, person: Person) -> None:
        self._client = httpx.Client(base_url=address, follow_redirects=True, timeout=_PATIENCE, trust_env=False)
        self._person = person
        self._page = LexborHTMLParser("")
        self.path = ""  # where the last answer came from

    def __enter__(self) -> Self:
        try:
            self.open("/login")
            self.fill("/login", {"login": self._person.login, "password": self._person.password})
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def heading(self) -> str:
        """What the page calls itself."""
        found = self._page.css_first("h1")
        return found.text(strip=True) if found is not None else ""

    def open(self, path: str) -> LexborHTMLParser:
        """A page, as it was answered."""
        return self._read("GET", path)

    def fill(
        self, action: str, fields: Fields, files: Sequence[tuple[str, tuple[str, bytes]]] = ()
    ) -> LexborHTMLParser:
        """Send the form of the open page that goes to ``action``, with what stands in it and ``fields`` over that."""
        form = self._page.css_first(f'form[action="{action}"]')
        if form is None:
            raise ConsoleAnswerError(f"{self._who}：{self.path} 上没有可以提交到 {action} 的表单")
        sent: dict[str, list[str]] = {}
        for name, value in _standing(form):
            sent.setdefault(name, []).append(value)
        return self._read("POST", action, {**sent, **fields}, files)

    def choices(self, name: str) -> tuple[str, ...]:
        """What can be ticked or chosen under a name on the open page."""
        ticks = self._page.css(f'input[name="{name}"]')
        options = self._page.css(f'select[name="{name}"] option')
        return tuple(node.attributes.get("value") or "" for node in (*ticks, *options))

    def links(self, beginning: str) -> tuple[str, ...]:
        """Where the open page leads, of what begins so."""
        found = (node.attributes.get("href") or "" for node in self._page.css("a[href]"))
        return tuple(dict.fromkeys(one for one in found if one.startswith(beginning)))

    @property
    def menu(self) -> tuple[str, ...]:
        """What the menu of the open page leads to."""
        found = (node.attributes.get("href") or "" for node in self._page.css("nav.side a[href]"))
        return tuple(dict.fromkeys(found))

    @property
    def _who(self) -> str:
        return f"{self._person.name}（{self._person.login}）"

    def _read(
        self,
        method: str,
        path: str,
        sent: Fields | None = None,
        files: Sequence[tuple[str, tuple[str, bytes]]] = (),
    ) -> LexborHTMLParser:
        try:
            answer = self._client.request(method, path, data=sent, files=list(files) or None)
            until = time.monotonic() + _PATIENCE
            while answer.status_code == httpx.codes.ACCEPTED and time.monotonic() < until:
                time.sleep(_AGAIN)  # a browser is told to come again
                answer = self._client.get(answer.url)
        except httpx.HTTPError as error:
            raise ConsoleAnswerError(f"{self._who}：{path} 没有应答（{type(error).__name__}）") from None
        self._page, self.path = LexborHTMLParser(answer.text), urlsplit(str(answer.url)).path
        refused = self._page.css_first('.told.bad[role="status"]') is not None  # what a form is answered with
        if answer.status_code != httpx.codes.OK or refused:
            told = "；".join(node.text(strip=True) for node in self._page.css(".told.bad"))
            raise ConsoleAnswerError(
                f"{self._who}：{method} {path} 的应答是 {answer.status_code}：{told or '没有说明'}"
            )
        return self._page


def _standing(form: LexborNode) -> Iterator[tuple[str, str]]:
    """What a browser would send of a form that nobody has touched; buttons and files apart."""
    for node in form.css("input[name], textarea[name], select[name]"):
        told = node.attributes
        name = told.get("name") or ""
        if node.tag == "textarea":
            yield name, node.text()
        elif node.tag == "select":
            options = node.css("option[selected]") or node.css("option")[:1]
            for option in options:
                given = option.attributes
                yield name, (given["value"] or "") if "value" in given else option.text(strip=True)
        elif (told.get("type") or "") in _TYPED or "checked" in told:
            yield name, told.get("value") or ""
