"""Headings for the checks, in the order in which a report shows them."""

from checks.registry import CHECKS

#: What costs an office most comes first.
ORDER = (
    "site_unreachable",
    "site_blocked",
    "broken_link",
    "hijacked_link",
    "stale_column",
    "empty_column",
    "undated_column",
    "missing_disclosure",
    "empty_disclosure",
    "broken_disclosure",
    "annual_report_late",
    "bogus_host",
    "blocked_link",
    "unreachable_link",
)

_TITLES = {check.id: check.title for check in CHECKS}


def check_title(check: str) -> str:
    """The heading of a check; a finding that an older program kept may have one that is gone: then its id."""
    return _TITLES.get(check, check)


def check_order(check: str) -> int:
    """Where a check stands in a report: unknown ones last."""
    return ORDER.index(check) if check in ORDER else len(ORDER)
