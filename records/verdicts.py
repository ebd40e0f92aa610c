"""Closed sets of outcomes.

Their values are the words of the machine contracts (``docs/contracts.md``).  A ``match`` over one of them ends in
``assert_never``, so that a new member does not type-check until every reader has decided what it means.
"""

from enum import StrEnum


class LinkKind(StrEnum):
    """What a link points to, told by the tag that carries it and by the address."""

    PAGE = "page"
    IMAGE = "image"
    ATTACHMENT = "attachment"
    FRAME = "frame"
    STYLE = "style"
    SCRIPT = "script"


class LinkVerdict(StrEnum):
    """What is said of a link.  Only ``BROKEN`` is an accusation."""

    OK = "ok"
    BROKEN = "broken"
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    SKIPPED = "skipped"


class LinkReason(StrEnum):
    """Why a link is not ok.  Each reason belongs to one verdict: see ``VERDICT_OF_REASON``."""

    HTTP_404 = "http_404"
    HTTP_410 = "http_410"
    HTTP_4XX = "http_4xx"
    SOFT_404 = "soft_404"
    REDIRECTED_HOME = "redirected_home"
    DNS = "dns"
    REFUSED = "refused"
    EMPTY_BODY = "empty_body"
    WRONG_CONTENT = "wrong_content"
    REDIRECT_LOOP = "redirect_loop"
    BAD_URL = "bad_url"

    TIMEOUT = "timeout"
    HTTP_5XX = "http_5xx"
    RESET = "reset"
    TLS = "tls"

    CHALLENGE = "challenge"
    WAF = "waf"
    LOGIN = "login"
    HTTP_401 = "http_401"
    HTTP_403 = "http_403"
    HTTP_429 = "http_429"

    ROBOTS = "robots"
    SCHEME = "scheme"
    TRAP = "trap"
    TOO_LARGE = "too_large"
    BUDGET = "budget"


_R = LinkReason
VERDICT_OF_REASON: dict[LinkReason, LinkVerdict] = {
    **dict.fromkeys(
        (
            _R.HTTP_404,
            _R.HTTP_410,
            _R.HTTP_4XX,
            _R.SOFT_404,
            _R.REDIRECTED_HOME,
            _R.DNS,
            _R.REFUSED,
            _R.EMPTY_BODY,
            _R.WRONG_CONTENT,
            _R.REDIRECT_LOOP,
            _R.BAD_URL,
        ),
        LinkVerdict.BROKEN,
    ),
    **dict.fromkeys((_R.TIMEOUT, _R.HTTP_5XX, _R.RESET, _R.TLS), LinkVerdict.UNREACHABLE),
    **dict.fromkeys((_R.CHALLENGE, _R.WAF, _R.LOGIN, _R.HTTP_401, _R.HTTP_403, _R.HTTP_429), LinkVerdict.BLOCKED),
    **dict.fromkeys((_R.ROBOTS, _R.SCHEME, _R.TRAP, _R.TOO_LARGE, _R.BUDGET), LinkVerdict.SKIPPED),
}


class FetchError(StrEnum):
    """Why a request brought no usable response."""

    DNS = "dns"  # the name does not exist
    DNS_TEMPORARY = "dns_temporary"  # the resolver could not say
    REFUSED = "refused"
    TIMEOUT = "timeout"
    RESET = "reset"
    TLS = "tls"
    REDIRECT_LOOP = "redirect_loop"
    TOO_LARGE = "too_large"
    BAD_URL = "bad_url"
    BAD_RESPONSE = "bad_response"  # not HTTP, a body that cannot be decoded, a cut body


class Outcome(StrEnum):
    """Where an address ended: every address of an audit is in exactly one of these."""

    FETCHED = "fetched"
    BLOCKED = "blocked"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_REACHED = "not_reached"


class PageKind(StrEnum):
    """What a page is to its reader."""

    HOME = "home"
    LIST = "list"
    ARTICLE = "article"
    GUIDE = "guide"
    DISCLOSURE = "disclosure"
    ANNUAL_REPORT = "annual_report"
    POWER_LIST = "power_list"
    REDIRECT = "redirect"
    SHELL = "shell"
    ERROR = "error"
    OTHER = "other"


class PageVerdict(StrEnum):
    """Whether a response is what its address promises, judged on the response alone."""

    OK = "ok"
    SOFT_404 = "soft_404"
    CHALLENGE = "challenge"
    WAF = "waf"
    MAINTENANCE = "maintenance"
    DEFAULT_SERVER = "default_server"
    HIJACKED = "hijacked"
    EMPTY = "empty"


class DateFrom(StrEnum):
    """Where the date of a list item was read."""

    LIST = "list"
    ADDRESS = "address"
    TITLE_ATTRIBUTE = "title_attribute"
    SCRIPT = "script"
    DATA = "data"


class ColumnKind(StrEnum):
    """Class of a column (栏目), which decides how old its newest item may be."""

    NEWS = "news"
    NOTICE = "notice"
    POLICY = "policy"
    YEARLY = "yearly"
    STATIC = "static"
    OTHER = "other"


class ColumnVerdict(StrEnum):
    FRESH = "fresh"
    STALE = "stale"
    EMPTY = "empty"
    UNDATED = "undated"
    UNREADABLE = "unreadable"
    EXEMPT = "exempt"


class Requirement(StrEnum):
    """The ten things that an office has to publish."""

    POWER_LIST = "power_list"  # 权力清单
    RESPONSIBILITY_LIST = "responsibility_list"  # 责任清单
    DISCLOSURE_GUIDE = "disclosure_guide"  # 政府信息公开指南
    DISCLOSURE_SYSTEM = "disclosure_system"  # 政府信息公开制度
    DISCLOSURE_CATALOGUE = "disclosure_catalogue"  # 法定主动公开内容/目录
    DISCLOSURE_ANNUAL_REPORT = "disclosure_annual_report"  # 政府信息公开年度报告
    SERVICE_COMMITMENT = "service_commitment"  # 政务服务质量承诺
    INTEGRITY_COMMITMENT = "integrity_commitment"  # 政务诚信承诺
    CREDIT_COMMITMENT_LIST = "credit_commitment_list"  # 使用信用承诺的行政许可事项清单
    GRADED_SUPERVISION_RESULT = "graded_supervision_result"  # 分级分类监管结果公示


class DisclosureVerdict(StrEnum):
    PUBLISHED = "published"
    EMPTY = "empty"
    BROKEN = "broken"
    MISSING = "missing"
    BLOCKED = "blocked"
    UNDETERMINED = "undetermined"


class SiteVerdict(StrEnum):
    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"


class StopReason(StrEnum):
    MAX_PAGES = "max_pages"
    MAX_MINUTES = "max_minutes"
    INTERRUPTED = "interrupted"
    SITE_UNREACHABLE = "site_unreachable"
    SITE_BLOCKED = "site_blocked"


class Severity(StrEnum):
    MAJOR = "major"  # costs points in the schemes that we know
    MINOR = "minor"  # worth mending, costs no points by itself
    NOTICE = "notice"  # for the operator: something could not be judged
