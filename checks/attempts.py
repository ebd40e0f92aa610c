"""What one attempt says of a link: the reason why it is not ok, or nothing."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, assert_never
from urllib.parse import unquote

from checks.places import is_deep, is_login, is_root, place_of, says_not_found, says_refused
from checks.soft_404 import NotFoundAnswers
from extract.addresses import ATTACHMENT_EXTENSIONS, extension_of, host_of, split
from extract.fingerprints import FAILING
from records.crawl import Attempt, PageFact, Target
from records.verdicts import FetchError, LinkKind, LinkReason, PageVerdict

_EMPTY_SHA256: Final = hashlib.sha256(b"").hexdigest()

# Statuses that are not what RFC 9110 makes of their class.
_STATUS_REASONS: Final[Mapping[int, LinkReason]] = {
    401: LinkReason.HTTP_401,
    403: LinkReason.HTTP_403,
    404: LinkReason.HTTP_404,
    407: LinkReason.WAF,  # a gateway on the way wants a password: not the portal's answer
    408: LinkReason.TIMEOUT,
    410: LinkReason.HTTP_410,
    412: LinkReason.CHALLENGE,  # 瑞数: a plain GET carries no precondition that could fail
    418: LinkReason.WAF,  # seen from firewalls only
    425: LinkReason.TIMEOUT,
    429: LinkReason.HTTP_429,
    444: LinkReason.RESET,  # nginx closes without an answer
    493: LinkReason.WAF,  # 安全狗
    499: LinkReason.RESET,
    999: LinkReason.WAF,  # LinkedIn and those who copied it
}

# What a browser shows by itself although its bytes begin like HTML: Word and Excel files saved as web pages.
_OFFICE_TYPES: Final = ("msword", "ms-word", "ms-excel", "officedocument", "octet-stream", "download")
_OFFICE_EXTENSIONS: Final = ("doc", "docx", "xls", "xlsx", "et", "wps")
_LOGIN_TITLE = re.compile(
    r"(?:.{1,20}[-_|—\s])?(?:请|用户|会员|系统|管理员?|统一|后台|平台)*(?:身份认证|登[录陆])(?:页面?|平台|系统|入口)?(?:[-_|—\s].{1,20})?"
)
_LONGEST_LOGIN: Final = 600  # visible characters
_SHORT_PAGE: Final = 200  # visible characters: an error page is short, a saved document mostly not


@dataclass(frozen=True, slots=True)
class LinkContext:
    """What must be known of the whole crawl to judge one link."""

    finished_at: datetime  # the crawl's end
    homes: frozenset[str] = frozenset()  # places (``place_of``) of the portal's home page
    home_texts: frozenset[str] = frozenset()  # what it shows (``Look.text_sha256``), save where a browser must fill it
    answers: NotFoundAnswers = field(default_factory=NotFoundAnswers)
    pages: Mapping[str, PageFact] = field(default_factory=dict)  # pages that were read, by requested address
    leading_deeper: frozenset[str] = frozenset()  # pages on which an address below their own directory was met first
    walled_hosts: frozenset[str] = frozenset()  # hosts that let us see nothing at all
    resolver_suspect: bool = False
    viewers: frozenset[str] = frozenset()  # pages that embed a file


def fault_of(attempt: Attempt, target: Target, context: LinkContext) -> LinkReason | None:
    """The reason why an attempt did not bring what the link promises; ``None`` for a success."""
    verdict = attempt.page_verdict
    if verdict is PageVerdict.CHALLENGE:
        return LinkReason.CHALLENGE
    if verdict is PageVerdict.WAF:
        return LinkReason.WAF
    if attempt.error is not None:
        return _fault_of_error(attempt.error, target, context)
    status = attempt.http_status
    if status is None:
        return LinkReason.RESET
    if verdict is PageVerdict.MAINTENANCE:
        return LinkReason.HTTP_5XX
    reason = _fault_of_status(status)
    if reason in (LinkReason.HTTP_404, LinkReason.HTTP_410) and host_of(target.url) in context.walled_hosts:
        return LinkReason.WAF
    if reason is not None:
        return reason
    return _fault_of_content(attempt, target, context)


def _fault_of_error(error: FetchError, target: Target, context: LinkContext) -> LinkReason:
    match error:
        case FetchError.DNS:
            if context.resolver_suspect and not is_reserved(target.url):
                return LinkReason.TIMEOUT
            return LinkReason.DNS
        case FetchError.REFUSED:
            return LinkReason.REFUSED
        case FetchError.DNS_TEMPORARY | FetchError.TIMEOUT:
            return LinkReason.TIMEOUT
        case FetchError.RESET | FetchError.BAD_RESPONSE:
            return LinkReason.RESET
        case FetchError.TLS:
            return LinkReason.TLS
        case FetchError.REDIRECT_LOOP:
            return LinkReason.REDIRECT_LOOP
        case FetchError.TOO_LARGE:
            return LinkReason.TOO_LARGE
        case FetchError.BAD_URL:
            return LinkReason.BAD_URL
        case _:
            assert_never(error)


def _fault_of_status(status: int) -> LinkReason | None:
    if status in _STATUS_REASONS:
        return _STATUS_REASONS[status]
    if 400 <= status < 500:
        return LinkReason.HTTP_4XX
    if 500 <= status < 600:
        return LinkReason.HTTP_5XX
    if status < 200 or status >= 600:
        return LinkReason.RESET
    return None


def _fault_of_content(attempt: Attempt, target: Target, context: LinkContext) -> LinkReason | None:
    """A success status: does the answer hold what the address promises?"""
    if place_of(target.url) in context.homes:
        return LinkReason.EMPTY_BODY if _is_empty(attempt) else None
    fault = _fault_of_landing(attempt, target, context)
    if fault is not None:
        return fault
    if _is_empty(attempt) and attempt.onward is None:
        if attempt.http_status == 202:
            return LinkReason.CHALLENGE  # "accepted" and nothing more: how 瑞数 answers before its script has run
        if target.kind in (LinkKind.STYLE, LinkKind.SCRIPT, LinkKind.FRAME):
            return None  # an empty style sheet is a style sheet, a blank frame holds a place
        return LinkReason.EMPTY_BODY
    if target.kind not in (LinkKind.PAGE, LinkKind.FRAME) and _is_wrong_content(attempt, target, context):
        return LinkReason.LOGIN if _asks_to_log_in(attempt) else LinkReason.WRONG_CONTENT
    if attempt.page_verdict is PageVerdict.SOFT_404:
        return LinkReason.SOFT_404
    if attempt.page_verdict is PageVerdict.DEFAULT_SERVER and target.internal and is_deep(target.url):
        # a program that failed may work again: it says nothing about whether the page exists
        return LinkReason.HTTP_5XX if (attempt.sign or "").endswith(FAILING) else LinkReason.SOFT_404
    if target.url in context.leading_deeper:
        return None
    if target.kind in (LinkKind.PAGE, LinkKind.FRAME) and attempt.look is not None and target.internal:
        page = context.pages.get(target.url)
        reading = page.reading if page is not None else None
        if context.answers.looks_like_nonsense(target.url, attempt.look, reading):
            return LinkReason.SOFT_404
        if shows_home(attempt, target, context):
            return LinkReason.SOFT_404
    return None


def shows_home(attempt: Attempt, target: Target, context: LinkContext) -> bool:
    """Whether the home page itself was shown, without being sent there, as it is shown to nonsense."""
    return attempt.look is not None and context.answers.shows_home(target.url, attempt.look, context.home_texts)


def _fault_of_landing(attempt: Attempt, target: Target, context: LinkContext) -> LinkReason | None:
    landed = _landed_elsewhere(attempt, target, context)
    if landed is None:
        return None
    if is_login(landed) and not is_login(target.url):
        return LinkReason.LOGIN
    if says_refused(landed) and not says_refused(target.url):
        return LinkReason.HTTP_403
    if is_deep(target.url) and _is_home_for(landed, target, context):
        return LinkReason.REDIRECTED_HOME
    if says_not_found(landed) and not says_not_found(target.url):
        return LinkReason.SOFT_404
    if target.internal and context.answers.lands_like_nonsense(target.url, landed):
        return LinkReason.SOFT_404
    return None


def _landed_elsewhere(attempt: Attempt, target: Target, context: LinkContext) -> str | None:
    """Where redirects ended, those by meta refresh and script included; ``None`` where the page itself answered."""
    landed = attempt.final_url
    if landed is not None and place_of(landed) != place_of(target.url):
        return landed
    page = context.pages.get(target.url)
    if page is None:
        return attempt.onward
    if page.reading.redirect is None:
        return None
    same = attempt.sha256 is None or attempt.sha256 == page.sha256
    return page.reading.redirect if same else None


def _is_home_for(landed: str, target: Target, context: LinkContext) -> bool:
    """The portal's home page; for a foreign link the root of the host that was linked to."""
    if target.internal:
        return place_of(landed) in context.homes
    return is_root(landed) and _bare(host_of(landed)) == _bare(host_of(target.url))


def _is_empty(attempt: Attempt) -> bool:
    if attempt.method == "HEAD":
        return False
    if attempt.http_status in (204, 205):
        return True
    # A size of nought alone may mean that the body was not asked for.
    return attempt.page_verdict is PageVerdict.EMPTY or (attempt.size == 0 and attempt.sha256 == _EMPTY_SHA256)


def _is_wrong_content(attempt: Attempt, target: Target, context: LinkContext) -> bool:
    """A file, picture, style or script that is answered with a web page."""
    stated = (attempt.content_type or "").lower()
    says_html = "html" in stated
    is_html = attempt.file_type == "html"
    if attempt.file_type is not None and not is_html:
        return False
    if target.kind is LinkKind.ATTACHMENT:
        if not (is_html or says_html) or _is_viewer(attempt, target, context) or _sends_to_file(attempt):
            return False
        if _is_saved_table(attempt, target, stated):
            return False
        if is_html and any(word in stated for word in _OFFICE_TYPES) and not _path(target.url).endswith(".pdf"):
            return attempt.look is not None and attempt.look.text_length < _SHORT_PAGE
        return True
    # Pictures and scripts of others may be kept from foreign pages on purpose; ours are judged by bytes and type.
    return target.internal and is_html and (says_html or target.kind is LinkKind.IMAGE)


def _is_saved_table(attempt: Attempt, target: Target, stated: str) -> bool:
    """A small sheet saved as a web page: the server takes it for the file that it is called, and it has no title."""
    if attempt.page_verdict is PageVerdict.SOFT_404 or extension_of(target.url) not in _OFFICE_EXTENSIONS:
        return False
    untitled = attempt.look is None or not attempt.look.title.strip()
    return untitled and any(word in stated for word in _OFFICE_TYPES[:4])


def _sends_to_file(attempt: Attempt) -> bool:
    """A page that leads on to the file (``location.href='/up/real.pdf'``), as counters of downloads do."""
    return attempt.onward is not None and extension_of(attempt.onward) in ATTACHMENT_EXTENSIONS


def _asks_to_log_in(attempt: Attempt) -> bool:
    look = attempt.look
    return look is not None and look.text_length < _LONGEST_LOGIN and bool(_LOGIN_TITLE.fullmatch(look.title.strip()))


def _is_viewer(attempt: Attempt, target: Target, context: LinkContext) -> bool:
    """A page that shows the file: it embeds one, or was called with the name of the file."""
    if target.url in context.viewers:
        return True
    extension = extension_of(target.url)
    if attempt.look is not None and extension and attempt.look.title.strip().lower().endswith(f".{extension}"):
        return True  # a page called like a file shows that file
    landed = attempt.final_url
    name = _path(target.url).rpartition("/")[2]
    return landed is not None and bool(name) and name in unquote(split(landed).query).lower()


def _path(url: str) -> str:
    return unquote(split(url).path).lower()


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def is_reserved(url: str) -> bool:
    """Names that never exist (RFC 2606): no resolver is to blame for them."""
    host = (split(url).hostname or "").rstrip(".")
    return host.endswith((".invalid", ".test", ".example")) or host in ("invalid", "test", "example")
