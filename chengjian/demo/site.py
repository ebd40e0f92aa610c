"""A portal of the demo city: addresses and what is answered to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import jinja2

from chengjian.demo.content import files
from chengjian.demo.content.articles import Attachment
from chengjian.demo.promises import LinkFault, PortalPromise
from records.verdicts import LinkReason

HTML: Final = "text/html; charset=utf-8"

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, as far as a portal looks at it."""

    method: str
    target: str  # path and query as they came
    headers: Mapping[str, str]  # names in lower case
    cookies: Mapping[str, str]

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response.  ``delay`` is in seconds."""

    body: bytes = b""
    status: int = 200
    content_type: str | None = HTML
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0


def firewall() -> Answer:
    """What a firewall says in the place of any page."""
    return Answer(_TEMPLATES.get_template("firewall.html").render().encode(), status=403)


def redirect(location: str, status: int = 302, *headers: tuple[str, str]) -> Answer:
    return Answer(status=status, content_type=None, headers=(("Location", location), *headers))


class Mood(StrEnum):
    """How a server is on a night, whatever its pages are."""

    WELL = "well"
    DOWN = "down"  # every connection is cut off
    GUARDED = "guarded"  # a firewall stands before every page


@dataclass(frozen=True, slots=True)
class Setting:
    """What a portal knows of the world around it."""

    as_of: date
    base_urls: Mapping[str, str]  # key of each server of the city → its address, with a slash at the end


Handler = Callable[[Ask], Answer]


class Site:
    """A portal: its own pages, the faults that were declared for it, and its manner of saying "not found".

    A subclass fills ``_routes`` in its constructor and ends it with ``_fall_ill``.
    """

    folder: str  # of its templates
    encoding: str = "utf-8"

    def __init__(self, promise: PortalPromise, setting: Setting) -> None:
        self.promise = promise
        self.setting = setting
        self._routes: dict[str, Answer | Handler] = {}
        self._prefixes: dict[str, Handler] = {}
        self._globals: dict[str, object] = {"site": promise, "as_of": setting.as_of, "city": setting.base_urls}

    # ---- what it answers

    def answer(self, ask: Ask) -> Answer:
        found = self._routes.get(ask.target)
        if found is None:
            found = next((h for prefix, h in self._prefixes.items() if ask.target.startswith(prefix)), self.not_found)
        return found if isinstance(found, Answer) else found(ask)

    def not_found(self, ask: Ask) -> Answer:
        """What the portal says to an address that does not exist."""
        return self._page("error.html", status=404, target=ask.target)

    @property
    def targets(self) -> tuple[str, ...]:
        """Path and query of every address with an answer of its own."""
        return tuple(self._routes)

    # ---- how it is built

    def _render(self, template: str, **values: object) -> str:
        return _TEMPLATES.get_template(f"{self.folder}/{template}").render(self._globals, **values)

    def _page(self, template: str, *, status: int = 200, content_type: str = HTML, **values: object) -> Answer:
        return self._encoded(self._render(template, **values), status, content_type)

    def _encoded(self, text: str, status: int, content_type: str) -> Answer:
        return Answer(text.encode(self.encoding, "xmlcharrefreplace"), status, content_type)

    def _put(self, target: str, answer: Answer | Handler) -> None:
        if target in self._routes:
            raise ValueError(f"{self.promise.key}: {target} is answered twice")
        self._routes[target] = answer

    def _put_page(self, target: str, template: str, **values: object) -> None:
        self._put(target, self._encoded(self._render(template, **values), 200, HTML))

    def _put_file(self, target: str, body: bytes, content_type: str, **headers: str) -> None:
        named = tuple((name.replace("_", "-").title(), value) for name, value in headers.items())
        self._put(target, Answer(body, content_type=content_type, headers=named))

    def _attach(self, target: str, name: str, body: bytes, content_type: str, **headers: str) -> Attachment:
        """Store a file and give the attachment that an article shows."""
        self._put_file(target, body, content_type, **headers)
        return Attachment(name, target)

    def _url(self, fault: str) -> str:
        """The address of a declared fault, as this portal writes it: its own without the host."""
        link = self.promise.link(fault)
        return link.address if link.internal else link.url(self.setting.base_urls, self.promise.key)

    # ---- what is wrong with it

    def _fall_ill(self) -> None:
        for fault in self.promise.links:
            if fault.internal:
                self._put(fault.address, self._sickness(fault))

    def _sickness(self, fault: LinkFault) -> Answer | Handler:
        match fault.reason:
            case LinkReason.HTTP_404:
                return lambda ask: replace(self.not_found(ask), status=404)
            case LinkReason.HTTP_410:
                return self._page("gone.html", status=410)
            case LinkReason.HTTP_5XX:
                return self._page("failure.html", status=500)
            case LinkReason.EMPTY_BODY:
                return Answer()
            case LinkReason.SOFT_404:
                return self.not_found
            case LinkReason.WRONG_CONTENT:
                return lambda ask: replace(self.not_found(ask), status=200)
            case LinkReason.REDIRECTED_HOME:
                return redirect("/")
            case LinkReason.REDIRECT_LOOP:
                there = urlsplit(fault.address).path + "index.html"
                self._put(there, redirect(fault.address))
                return redirect(there)
            case LinkReason.LOGIN:
                return redirect(f"/login?next={fault.address}")
            case LinkReason.WAF:
                return self._page("firewall.html", status=403)
            case reason:
                raise ValueError(f"{self.promise.key}: no portal can answer with {reason}")


def banner(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Answer:
    """The picture at the head of a portal."""
    return Answer(files.png(960, 96, top, bottom), content_type=files.PNG)
