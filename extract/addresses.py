"""Addresses as portals write them: made absolute, brought into one form, classed by kind, host and family.

``absolute`` follows what browsers do (the WHATWG URL standard) where portals differ from RFC 3986: back-slashes, line
ends inside attributes, Chinese in paths and queries, too many ``..``.
"""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, quote_from_bytes, urljoin, urlsplit, urlunsplit

import tldextract

from records.verdicts import LinkKind

_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # offline: the snapshot in the package

# Characters that stay as they are.  "%" stays, because what is encoded already must not be encoded twice.
_PATH_SAFE: Final = "%/:@!$&'()*+,;=~-._[]|"
_QUERY_SAFE: Final = "%/:@!$&()*+,;=~-._?[]|{}^`\\"
_CLEAN = re.compile(r"[A-Za-z0-9%/:@!$&()*+,;=~\-._?]*\Z").match
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):").match
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_\-.]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])\Z").match
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}\Z").match
_SESSION_PARAMETER = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_NO_ADDRESS: Final = SplitResult("", "", "", "", "")
_DEFAULT_PORT: Final = {"http": 80, "https": 443}
# What people type in place of "http://"; a browser takes them for other schemes, so they are no addresses at all.
_NOT_FOLLOWED: Final = ("javascript", "mailto", "tel", "sms", "data", "about", "vbscript", "blob", "weixin", "mqqwpa")

ATTACHMENT_EXTENSIONS: Final = frozenset(
    [
        "pdf",
        "doc",
        "docx",
        "wps",
        "wpt",
        "xls",
        "xlsx",
        "et",
        "csv",
        "ppt",
        "pptx",
        "dps",
        "ofd",
        "ceb",
        "cebx",
        "rtf",
        "txt",
        "odt",
        "ods",
        "odp",
        "zip",
        "rar",
        "7z",
        "gz",
        "tar",
        "tgz",
        "exe",
        "apk",
        "mp3",
        "mp4",
        "avi",
        "wmv",
        "flv",
        "mov",
        "mkv",
        "wma",
        "wav",
        "swf",
        "rm",
        "rmvb",
        "m4a",
        "m4v",
        "dwg",
        "shp",
        "gd",
        "sep",
    ]
)
IMAGE_EXTENSIONS: Final = frozenset(["jpg", "jpeg", "png", "gif", "bmp", "webp", "svg", "ico", "tif", "tiff", "jfif"])

# First labels of hosts that carry a part of the same portal.  Service networks (zwfw) and mail are systems of others.
PLATFORM_LABELS: Final = frozenset(
    [
        "xxgk",
        "zwgk",
        "zfxxgk",
        "zfxxgkml",
        "xxgkml",
        "gkml",
        "xxgkpt",
        "zwxxgk",
        "zfgk",
        "zwgkpt",
        "gov",
        "wap",
        "mobile",
        "web",
    ]
)

_NETWORK_TAGS: Final = {
    "img": LinkKind.IMAGE,
    "image": LinkKind.IMAGE,
    "input": LinkKind.IMAGE,
    "background": LinkKind.IMAGE,
    "icon": LinkKind.IMAGE,
    "iframe": LinkKind.FRAME,
    "frame": LinkKind.FRAME,
    "script": LinkKind.SCRIPT,
    "link": LinkKind.STYLE,
    "video": LinkKind.ATTACHMENT,
    "audio": LinkKind.ATTACHMENT,
    "source": LinkKind.ATTACHMENT,
}


# What a script or a server was to fill in: {{url}}, ${item.url}, <%=url%>.  A template leads nowhere yet.
_PLACEHOLDER = re.compile(r"\{\{|\$\{|<%|\{\$").search


def is_address(raw: str) -> bool:
    """Whether a written target means an address on the web, good or bad: not ``#``, ``javascript:``, ``mailto:`` …"""
    raw = raw.strip()
    if not raw or raw[0] == "#" or _PLACEHOLDER(raw) is not None:
        return False
    scheme = _SCHEME(raw)
    if scheme is None:
        return True
    name = scheme.group(1).lower()
    if name in ("http", "https"):
        return True
    # "www.x.gov.cn:8080/a" looks like a scheme and is a path with a port; a true foreign scheme has no dot.
    return "." in name and name not in _NOT_FOLLOWED


def absolute(base: str | None, raw: str, charset: str = "utf-8") -> str | None:
    """The address that a browser would request for ``raw`` on a page at ``base``, without fragment.

    ``charset`` is that of the page: it encodes the query (never the path).  ``None`` where there is no address
    (``javascript:``, ``#`` …), where it cannot be one (no host, bad port), or where ``raw`` is relative and ``base``
    is ``None``.
    """
    if not is_address(raw):
        return None
    raw = raw.strip().replace("\t", "").replace("\n", "").replace("\r", "")
    clean = _CLEAN(raw) is not None
    if not clean:
        raw = _encode(raw, charset)
    lowered = raw[:8].lower()
    if lowered.startswith(("http:", "https:")):
        scheme, rest = raw.split(":", 1)
        if base is not None and not rest.startswith("//") and base.lower().startswith(scheme.lower() + "://"):
            return absolute(base, rest, charset)  # with the scheme of the page, browsers take this for relative
        joined = f"{scheme.lower()}://{rest.lstrip('/')}"
    elif base is None:
        return None
    else:
        try:
            joined = urljoin(base, raw)
        except ValueError:
            return None
    return _normal(joined)


def canonical(url: str) -> str:
    """One form for one resource: lower-case host, no default port, no ``/../``, no fragment, no session parameter.

    Returns the address unchanged where it cannot be read as one.
    """
    normal = _normal(_encode(url.strip(), "utf-8"))
    if normal is None:
        return url
    if ";" in normal:
        normal = _SESSION_PARAMETER.sub("", normal)
    return normal


def _encode(raw: str, charset: str) -> str:
    raw, _, _ = raw.partition("#")
    path, mark, query = raw.partition("?")
    path = path.replace("\\", "/")
    scheme, slashes, rest = path.partition("://")
    if slashes and "/" not in scheme:
        host, slash, tail = rest.partition("/")
        path = f"{scheme}://{host.strip()}{slash}{_quote(tail, _PATH_SAFE, 'utf-8')}"
    elif path.startswith("//"):
        host, slash, tail = path[2:].partition("/")
        path = f"//{host.strip()}{slash}{_quote(tail, _PATH_SAFE, 'utf-8')}"
    else:
        path = _quote(path, _PATH_SAFE, "utf-8")
    return path + mark + _quote(query, _QUERY_SAFE, charset)


def _quote(text: str, safe: str, charset: str) -> str:
    if not text:
        return text
    try:
        data = text.encode(charset, "xmlcharrefreplace")
    except LookupError:
        data = text.encode("utf-8", "replace")
    except UnicodeEncodeError:  # lone surrogates
        data = text.encode("utf-8", "replace")
    return quote_from_bytes(data, safe)


def _normal(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = parts.scheme
    if scheme not in _DEFAULT_PORT or not host:
        return None
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    if _HOST(host) is None:
        if ":" not in host:
            return None
        host = f"[{host}]"
    netloc = host if port is None or port == _DEFAULT_PORT[scheme] else f"{host}:{port}"
    path = parts.path or "/"
    if "/." in path:
        path = _without_dots(path)
    return urlunsplit((scheme, netloc, path, parts.query, ""))


def _without_dots(path: str) -> str:
    """``/a/../../b`` is ``/b``: what leads above the root stays at the root, as in browsers."""
    out: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            if out:
                out.pop()
        elif segment != ".":
            out.append(segment)
    if segments[-1] in (".", ".."):
        out.append("")
    return "/" + "/".join(out)


def extension_of(url: str) -> str:
    """The extension of the path in lower case, ``""`` where there is none that looks like one."""
    path = url.partition("?")[0].partition("#")[0]
    name = path.rpartition("/")[2]
    if "://" in path and path.count("/") == 2:
        return ""  # a bare host
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or not 1 <= len(extension) <= 5 or not extension.isalnum():
        return ""
    return extension.lower()


def kind_of(url: str, tag: str) -> LinkKind:
    """What an address points to, told by the tag that carries it (``a``, ``img`` …) and by its extension."""
    kind = _NETWORK_TAGS.get(tag)
    if kind is not None:
        return kind
    extension = extension_of(url)
    if extension in ATTACHMENT_EXTENSIONS:
        return LinkKind.ATTACHMENT
    if extension in IMAGE_EXTENSIONS:
        return LinkKind.IMAGE
    if "?" in url and extension not in ("html", "htm", "shtml"):
        # Download programs name the file in a parameter: /downfile.jsp?filename=a.doc
        named = extension_of("/" + url.rpartition("=")[2].rpartition("/")[2])
        if named in ATTACHMENT_EXTENSIONS:
            return LinkKind.ATTACHMENT
    if tag in ("object", "embed"):
        return LinkKind.FRAME
    return LinkKind.PAGE


_DIGITS = re.compile(r"\d+").sub


@lru_cache(maxsize=16_384)
def family_of(url: str) -> str:
    """The family of an address on its host, for asking how the host answers to what cannot exist.

    First directory with numbers as ``*``, then ``*`` and the extension: ``/zwgk/*.html``, ``/*.jsp``, ``/art/*/`` for
    directories; of programs called with parameters the path and the names of the parameters: ``/view.asp?id=*``.
    An address of the family is made by writing something in the place of each ``*``.  A site has few families on
    purpose, since each costs a request.
    """
    parts = urlsplit(url)
    path = parts.path or "/"
    segments = path.split("/")[1:]
    extension = extension_of(path)
    top = _DIGITS("*", segments[0]) if len(segments) > 1 else ""
    if parts.query and extension not in ("html", "htm", "shtml"):
        names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})[:4]
        return _DIGITS("*", path) + "?" + "&".join(f"{name}=*" for name in names)
    prefix = f"/{top}/" if top else "/"
    if path.endswith("/"):
        return prefix + "*/"
    return f"{prefix}*.{extension}" if extension else f"{prefix}*"


@lru_cache(maxsize=16_384)
def split(url: str) -> SplitResult:
    """The parts of an address; all empty for what is no address (pages link to ``http://[``, and facts keep that)."""
    try:
        return urlsplit(url)
    except ValueError:
        return _NO_ADDRESS


@lru_cache(maxsize=16_384)
def host_of(url: str) -> str:
    """Host with its port where that is not the default one, lower case; ``""`` where there is none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    return host if port is None or port == _DEFAULT_PORT.get(parts.scheme) else f"{host}:{port}"


class PortalHosts:
    """The hosts of one portal, told by the address that an audit starts from.

    The host itself with or without a leading ``www.`` or ``m.``, and its platform hosts (``xxgk.x.gov.cn`` of
    ``www.x.gov.cn``, see ``PLATFORM_LABELS``), always with the same port.  A department (``rsj.x.gov.cn``) does not
    cover the portal above it, and the other way round.
    """

    def __init__(self, start_url: str) -> None:
        host, _, port = host_of(start_url).partition(":") if "[" not in start_url else (host_of(start_url), "", "")
        self._port = port
        self._host = host
        self._bare = _bare(host)
        self._named = "." in host and "[" not in host and ":" not in host and _IPV4(host) is None
        found = _SUFFIXES(self._bare) if self._named else None
        self._siblings = found is not None and bool(found.domain and found.suffix)
        self._answers: dict[str, bool] = {}

    def covers(self, url: str) -> bool:
        """Whether an address belongs to the portal."""
        start = url.find("://")
        if start < 0:
            return False
        end = url.find("/", start + 3)
        origin = url[:end] if end > 0 else url
        answer = self._answers.get(origin)
        if answer is None:
            answer = self._covers(host_of(origin))
            if len(self._answers) < 10_000:
                self._answers[origin] = answer
        return answer

    def _covers(self, netloc: str) -> bool:
        if not self._named:
            return netloc == (f"{self._host}:{self._port}" if self._port else self._host)
        host, _, port = netloc.partition(":")
        if port != self._port:
            return False
        if _bare(host) == self._bare:
            return True
        if not self._siblings:
            return False
        label, _, rest = _bare(host).partition(".")
        return rest == self._bare and label in PLATFORM_LABELS


def _bare(host: str) -> str:
    host = host.rstrip(".")
    for prefix in ("www.", "m."):
        if host.startswith(prefix) and host.count(".") > 1:
            return host.removeprefix(prefix)
    return host
