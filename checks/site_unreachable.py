"""A site whose home page could not be opened: nothing else can be said of it."""

from collections.abc import Iterator
from typing import Final

from checks.findings import JudgedSite, make_finding
from checks.hosts import home_attempts
from checks.wording import tell_attempts, unreachable_words
from records.judgement import Finding
from records.verdicts import Severity, SiteVerdict

ID: Final = "site_unreachable"


def find(site: JudgedSite) -> Iterator[Finding]:
    if site.verdict is SiteVerdict.UNREACHABLE:
        yield make_finding(
            ID,
            Severity.NOTICE,
            site.facts.site_url,
            unreachable_words(site.facts),
            how_seen=tell_attempts(home_attempts(site)),
            remedy="请检查域名解析、服务器和网络；恢复后重新检查。",
        )
