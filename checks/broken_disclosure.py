"""Required disclosures whose entry leads to nothing."""

from collections.abc import Iterator
from typing import Final

from checks.disclosure_findings import disclosure_findings
from checks.findings import JudgedSite
from records.judgement import Finding
from records.verdicts import DisclosureVerdict

ID: Final = "broken_disclosure"


def find(site: JudgedSite) -> Iterator[Finding]:
    return disclosure_findings(
        ID,
        site,
        DisclosureVerdict.BROKEN,
        "{name}的入口或附件打不开。",
        "恢复页面或附件，或更正入口的地址。",
    )
