"""Required disclosures that were not found, with the places where they were looked for."""

from collections.abc import Iterator
from typing import Final

from checks.disclosure_findings import disclosure_findings
from checks.findings import JudgedSite
from records.judgement import Finding
from records.verdicts import DisclosureVerdict

ID: Final = "missing_disclosure"


def find(site: JudgedSite) -> Iterator[Finding]:
    return disclosure_findings(
        ID,
        site,
        DisclosureVerdict.MISSING,
        "未找到{name}。",
        "在网站显著位置（政府信息公开专栏）公布{name}；如已公布，请告知地址，核实后撤销本条。",
    )
