"""Columns that are there and hold nothing."""

from collections.abc import Iterator
from typing import Final

from checks.findings import JudgedSite, make_finding
from checks.wording import tell_column
from records.judgement import Finding
from records.verdicts import ColumnVerdict, Severity

ID: Final = "empty_column"


def find(site: JudgedSite) -> Iterator[Finding]:
    if not site.policy.empty_is_finding:
        return
    for column in site.columns:
        if column.verdict is not ColumnVerdict.EMPTY:
            continue
        fact = column.fact
        says = f"页面显示“{fact.says_empty}”" if fact.says_empty else "列表中没有条目，同类栏目均有内容"
        yield make_finding(
            ID,
            Severity.MAJOR,
            fact.url,
            f"栏目“{fact.name}”为空白栏目，没有任何内容。",
            where=tell_column(fact),
            how_seen=f"页面可以打开，{says}",
            remedy="补充内容；没有内容可发的栏目应当撤下。",
            evidence=site.evidence_of(fact.url),
        )
