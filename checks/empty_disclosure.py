"""Required disclosures that have a place and no content."""

from collections.abc import Iterator
from typing import Final

from checks.disclosure_findings import disclosure_findings
from checks.findings import JudgedSite
from records.judgement import Finding
from records.verdicts import DisclosureVerdict

ID: Final = "empty_disclosure"


def find(site: JudgedSite) -> Iterator[Finding]:
    return disclosure_findings(
        ID,
        site,
        DisclosureVerdict.EMPTY,
        "{name}栏目已设，但没有可以阅读的内容。",
        "在该栏目公布{name}的正文或附件。",
    )
