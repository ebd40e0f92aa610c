"""Soft 404 told by comparison: a page is held against what its host says to addresses that cannot exist.

Similarity alone accuses nobody: on a portal whose pages are mostly navigation, two short pages of one template differ
by a few words.  So a page must look the same *and* have nothing of its own: no items, no body text, no shell that a
browser would fill.  Where the host answers nonsense with an ordinary list, an empty column looks much the same: then
it takes equal texts and a list without a name.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from checks.places import is_deep, is_root, place_of
from checks.repeated_lists import repeated_lists
from extract.addresses import family_of, host_of
from records.crawl import Attempt, PageFact, Probe
from records.page import Look, PageReading
from records.verdicts import PageKind, PageVerdict

_REFUSALS = (PageVerdict.CHALLENGE, PageVerdict.WAF, PageVerdict.MAINTENANCE)
_NEAR = 2  # bits of 64: an echoed address or time of day in an otherwise equal text
_NEAR_LENGTH = 0.02  # of the text
_NEAR_CHARACTERS = 12
_TELLING = 4  # visible characters under which a text says nothing (a shell, a frameset)
_PATTERN = 3  # so many addresses that look alike are how a program is, not how it fails
_HOME_TEXT = 100  # visible characters: a first page with less is a shell, the same at every address
_TOP = ("首页", "网站首页", "主页")
_NAMELESS_TEXT = 100  # characters of main content, footer included: more than the bare template of an article
_OWN_TEXT = 200  # characters of main content: a page that has them has something of its own


def look_alike(one: Look, other: Look) -> bool:
    """Whether two pages show the same: equal text, or the same title with a text that differs by a word or two."""
    if min(one.text_length, other.text_length) < _TELLING:
        return False
    if one.text_sha256 and one.text_sha256 == other.text_sha256:
        return True
    slack = max(_NEAR_CHARACTERS, _NEAR_LENGTH * max(one.text_length, other.text_length))
    return (
        one.title.strip() == other.title.strip()
        and abs(one.text_length - other.text_length) <= slack
        and (one.simhash ^ other.simhash).bit_count() <= _NEAR
    )


@dataclass(frozen=True, slots=True)
class NotFoundAnswers:
    """How hosts answer to what cannot exist."""

    by_family: dict[tuple[str, str], tuple[Attempt, ...]] = field(default_factory=dict)
    by_host: dict[str, tuple[Attempt, ...]] = field(default_factory=dict)
    # Programs that show much the same to any parameter, nonsense included: a calendar, a search.
    uniform: frozenset[tuple[str, str]] = frozenset()
    # Programs that show to some parameter what they do not show to nonsense: there the parameter chooses the page.
    choosing: frozenset[tuple[str, str]] = frozenset()
    repeats: frozenset[str] = frozenset()  # see ``repeated_lists``

    @classmethod
    def of(cls, probes: Iterable[Probe], pages: Iterable[PageFact] = ()) -> "NotFoundAnswers":
        families: dict[tuple[str, str], list[Attempt]] = {}
        hosts: dict[str, list[Attempt]] = {}
        for probe in probes:
            attempt = probe.attempt
            if attempt.http_status is None or attempt.page_verdict in _REFUSALS:
                continue
            if attempt.http_status in (401, 403, 429) or attempt.http_status >= 500:
                continue
            families.setdefault((probe.host, probe.family), []).append(attempt)
            hosts.setdefault(probe.host, []).append(attempt)
        answers = cls(
            {key: tuple(found) for key, found in families.items()}, {key: tuple(found) for key, found in hosts.items()}
        )
        pages = tuple(pages)
        uniform, choosing = answers._programs(pages)
        return replace(answers, uniform=uniform, choosing=choosing, repeats=repeated_lists(pages))

    def _programs(self, pages: Iterable[PageFact]) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
        """Which families are ``uniform``, and which ``choosing``."""
        alike: Counter[tuple[str, str]] = Counter()
        seen: Counter[tuple[str, str]] = Counter()
        for page in pages:
            if "?" not in page.url:
                continue
            key = host_of(page.url), family_of(page.url)
            answers = [answer.look for answer in self.by_family.get(key, ()) if answer.look is not None]
            if answers:
                seen[key] += 1
                alike[key] += any(look_alike(answer, page.reading.look) for answer in answers)
        uniform = frozenset(key for key, number in alike.items() if number >= _PATTERN and 2 * number > seen[key])
        return uniform, frozenset(key for key, number in seen.items() if number > alike[key])

    def for_address(self, url: str) -> tuple[Attempt, ...]:
        """The answers of the family of an address; where the family was not asked, those of its host."""
        host = host_of(url)
        return self.by_family.get((host, family_of(url))) or self.by_host.get(host, ())

    def lands_like_nonsense(self, url: str, landed: str) -> bool:
        """Whether an address was sent on to the very page to which nonsense is sent on, the home page aside."""
        place = place_of(landed)
        if is_root(landed) or ("?" in url and (host_of(url), family_of(url)) not in self.choosing):
            return False
        ends = (answer.final_url if answer.redirects else answer.onward for answer in self.for_address(url))
        return any(end is not None and place_of(end) == place for end in ends)

    def shows_home(self, url: str, look: Look, homes: Collection[str]) -> bool:
        """Whether a host shows its home page at an address of its own path, as it does at addresses that cannot exist.

        ``homes``: the texts (``Look.text_sha256``) of the home page.  A query alone chooses no page of a server that
        knows no queries.
        """
        if look.text_length < _HOME_TEXT or look.text_sha256 not in homes or not is_deep(url.partition("?")[0]):
            return False
        return any(
            answer.look is not None and answer.look.text_sha256 == look.text_sha256 for answer in self.for_address(url)
        )

    def looks_like_nonsense(self, url: str, look: Look, reading: PageReading | None) -> bool:
        """Whether a page shows what nonsense shows and nothing of its own."""
        answers = [answer.look for answer in self.for_address(url) if answer.look is not None]
        if not answers or look.text_length < _TELLING:
            return False
        same = any(answer.text_sha256 == look.text_sha256 for answer in answers)
        if "?" in url and not self._is_chosen(url, reading):
            return False
        if reading is None:  # nothing is known of its content: equal text only
            return same
        if (host_of(url), family_of(url)) in self.uniform:
            return False
        if can_be_filled(reading):
            return same and (url in self.repeats or (is_nameless_empty_list(reading) and "?" not in url))
        if has_own_text(reading):
            # Not even a long text is its own if nonsense shows the very same.  But a program may show its first tab to
            # a parameter that it does not know.
            return same and "?" not in url
        return same or any(look_alike(answer, look) for answer in answers)

    def _is_chosen(self, url: str, reading: PageReading | None) -> bool:
        """Whether the parameters of an address choose what is shown.

        A form (写信, 登录), a count of visitors, a map shows the same whatever its parameters say: that it shows the
        same to nonsense means nothing.  It has a name of its own, as an article that is gone has not.
        """
        if (host_of(url), family_of(url)) in self.choosing:
            return True
        if reading is None or reading.body_length >= _NAMELESS_TEXT:
            return False
        return reading.name is None or reading.name == reading.site_name


def can_be_filled(reading: PageReading) -> bool:
    """Whether a page is a list, full or empty, or is filled or left by script: then its bare look says nothing."""
    if reading.items or reading.says_empty or reading.needs_browser or reading.redirect:
        return True
    return reading.kind in (PageKind.LIST, PageKind.SHELL, PageKind.REDIRECT, PageKind.HOME)


def is_nameless_empty_list(reading: PageReading) -> bool:
    """Whether a page is an empty list whose position line (当前位置：首页 >) names no column: there is none."""
    if reading.items or reading.needs_browser or reading.redirect or reading.says_empty is None:
        return False
    if not reading.breadcrumb:
        return False
    said = "".join(reading.says_empty.split())
    names = {"".join(name.split()) for name in (reading.name, *reading.breadcrumb) if name}
    return all(name in said or name in _TOP or name == reading.site_name for name in names)


def has_own_text(reading: PageReading) -> bool:
    """Whether a page has more main text than an error page."""
    return reading.verdict is PageVerdict.OK and reading.body_length >= _OWN_TEXT


def tells_lies(answers: Iterable[Attempt]) -> bool:
    """Whether a host says "success" to an address that cannot exist, and not by a page that says so itself."""
    return any(
        answer.http_status is not None
        and 200 <= answer.http_status < 300
        and answer.page_verdict in (None, PageVerdict.OK, PageVerdict.SOFT_404)
        for answer in answers
    )
