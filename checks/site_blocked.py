"""A site that refused us: nothing can be said of it, and it is accused of nothing."""

from collections.abc import Iterator
from typing import Final

from checks.findings import JudgedSite, make_finding
from checks.hosts import home_attempts
from checks.wording import tell_attempts
from records.judgement import Finding
from records.verdicts import Severity, SiteVerdict

ID: Final = "site_blocked"


def find(site: JudgedSite) -> Iterator[Finding]:
    if site.verdict is SiteVerdict.BLOCKED:
        yield make_finding(
            ID,
            Severity.NOTICE,
            site.facts.site_url,
            "网站拒绝自动访问，本次未能检查，不作任何问题认定。",
            how_seen=tell_attempts(home_attempts(site)),
            remedy="请网站管理单位将检查程序列入允许名单后重新检查；未放行前由人工用浏览器核实。",
        )
