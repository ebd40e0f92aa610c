"""One cause, one group: which findings the same mistake explains, so that they are looked at together.

A dead host is one cause wherever it is linked from; dead pages of one folder, and columns of one branch of a portal,
have usually gone stale or been moved together.  What is not like this stands alone.  A group only says what is shown
together: each finding keeps its own evidence and its own decision.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from services.reports.titles import check_title

_OF_LINKS: Final = ("broken_link", "hijacked_link", "unreachable_link", "blocked_link")
_OF_COLUMNS: Final = ("stale_column", "empty_column", "undated_column")
_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Cause:
    key: str  # 32 hexadecimal digits
    title: str  # Chinese


def cause_of(check: str, site: str, site_name: str, subject: str, finding: str) -> Cause:
    """``site`` is the key of the portal, ``subject`` the address that the finding speaks of."""
    address, mark, _ = subject.partition("#")
    try:
        parts = urlsplit(address)
        host = (parts.netloc or "").lower().rpartition("@")[2]
    except ValueError:
        return _cause(check_title(check), "one", check, site, finding)
    if check in _OF_LINKS and not mark:
        if host and host.removeprefix("www.") != site.partition("/")[0].removeprefix("www."):
            return _cause(f"指向 {host} 的链接", "host", check, host)
        folder = _folder(parts.path)
        return _cause(f"{site_name} {folder} 下的链接", "folder", check, site, _NUMBER.sub("0", folder))
    if check in _OF_COLUMNS:
        branch = _folder(_folder(parts.path).rstrip("/"))
        return _cause(f"{site_name} {branch} 下的栏目", "branch", check, site, branch)
    return _cause(f"{site_name} {check_title(check)}", "one", check, site, finding)


def _folder(path: str) -> str:
    """The folder of a path, with a slash at its end."""
    return path.rpartition("/")[0] + "/"


def _cause(title: str, *key: str) -> Cause:
    return Cause(hashlib.sha256("\n".join(key).encode("utf-8", "surrogatepass")).hexdigest()[:32], title)
