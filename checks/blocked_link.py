"""Addresses that refused us: no accusation, but a thing that a person has to look at, once for a host."""

from collections.abc import Iterator
from typing import Final

from checks.findings import JudgedSite
from checks.hosts import notices_by_host
from records.judgement import Finding
from records.verdicts import LinkVerdict

ID: Final = "blocked_link"


def find(site: JudgedSite) -> Iterator[Finding]:
    return notices_by_host(
        ID,
        site,
        LinkVerdict.BLOCKED,
        "拒绝自动访问，未能核实",
        "请网站管理单位放行检查程序，或由人工用浏览器打开核实；被拒绝不等于坏链。",
    )
