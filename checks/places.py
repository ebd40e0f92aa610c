"""What an address says of itself: a home page, a deep page, a login, an error page."""

import re
from functools import lru_cache
from typing import Final

from extract.addresses import extension_of, split

_INDEX_FILE = re.compile(r"(?:index|default|main|home)(?:\.[a-z]{2,5})?", re.IGNORECASE)

# Names that mean an entrance and not a page inside: languages, devices, aids, portals of the same home.
_ENTRY_NAMES: Final = frozenset(
    (
        *("index", "default", "main", "home", "portal", "web", "www", "site", "gov", "old", "new"),
        *("cn", "zh", "zh-cn", "zh_cn", "zh-hans", "zh-hant", "zh-tw", "tw", "hk", "sc", "tc", "chs", "cht"),
        *("en", "eng", "english", "en-us", "jp", "ja", "japanese", "ko", "kr", "korean", "ru", "fr", "de", "es", "ar"),
        *("gb", "big5", "fanti", "jianti", "ft", "jt", "wap", "mobile", "m", "3g", "h5", "app", "wza", "wzagz"),
    )
)
# Parameters that choose a page of a program (/index.php?m=content&catid=5), unlike ?from=app or ?v=3.
_CHOOSES_PAGE = re.compile(r"(?:^|&)(?:\w*id|p|a|c|m|s|r|do|mod|act|action|page|url)=\w", re.IGNORECASE)
_LOGIN = re.compile(
    r"(?:^|[/._\-])(?:login|logon|signin|sso|cas|passport|denglu|oauth2?|uaa)(?:[/._\-]|$)", re.IGNORECASE
)
_NOT_FOUND = re.compile(
    r"/(?:error|err|errors|errorpage|page)?[/_\-]?(?:404|not[_\-]?found|page[_\-]?not[_\-]?found|nofound)"
    r"(?:\.[a-z]{2,5})?/?$",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"/(?:error|err|errors)?[/_\-]?(?:403|forbidden)(?:\.[a-z]{2,5})?/?$", re.IGNORECASE)


@lru_cache(maxsize=16_384)
def place_of(url: str) -> str:
    """Host and path without scheme, ``www.`` and the name of an index file: what two spellings of one page share.

    A query is kept where it chooses a page.
    """
    parts = split(url)
    head, _, name = parts.path.rpartition("/")
    if not _INDEX_FILE.fullmatch(name):
        head = f"{head}/{name}" if name else head
    query = f"?{parts.query}" if _CHOOSES_PAGE.search(parts.query) else ""
    return parts.netloc.lower().removeprefix("www.") + head.rstrip("/") + query


def is_root(url: str) -> bool:
    """Whether the address is the root of its host, or the index file there."""
    place = place_of(url)
    return "/" not in place and "?" not in place


def is_deep(url: str) -> bool:
    """Whether an address means one page inside a site, so that landing on the home page is no answer to it.

    ``/zwgk/t20260101_1.html`` and ``/show.asp?id=3`` are deep; ``/``, ``/index.html``, ``/en/``, ``/wap/index.jsp``
    are entrances, and links to them mean home.
    """
    parts = split(url)
    names = [name for name in parts.path.split("/") if name]
    if names and _INDEX_FILE.fullmatch(names[-1]):
        names.pop()
    last = names[-1].lower() if names else ""
    stem = last.rpartition(".")[0] if extension_of(f"/{last}") else last
    return bool(_CHOOSES_PAGE.search(parts.query)) if not stem or stem in _ENTRY_NAMES else True


def is_login(url: str) -> bool:
    """Whether an address is that of a login page."""
    parts = split(url)
    return bool(_LOGIN.search(parts.path)) or parts.netloc.lower().split(".")[0] in ("sso", "cas", "passport", "login")


def says_not_found(url: str) -> bool:
    """Whether an address is that of a "not found" page (``/404.html``)."""
    return bool(_NOT_FOUND.search(split(url).path))


def says_refused(url: str) -> bool:
    """Whether an address is that of a refusal (``/403/``)."""
    return bool(_REFUSED.search(split(url).path))
