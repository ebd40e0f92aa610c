"""Addresses that failed in a manner that may pass: no accusation, once for a host."""

from collections.abc import Iterator
from typing import Final

from checks.findings import JudgedSite
from checks.hosts import notices_by_host
from records.judgement import Finding
from records.verdicts import LinkVerdict

ID: Final = "unreachable_link"


def find(site: JudgedSite) -> Iterator[Finding]:
    return notices_by_host(
        ID,
        site,
        LinkVerdict.UNREACHABLE,
        "暂时打不开，未作坏链认定",
        "请检查服务器、网络和证书；下次检查将再次访问。",
    )
