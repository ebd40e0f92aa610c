"""Columns that show no dates, so that nobody can tell whether they are kept up."""

from collections.abc import Iterator
from typing import Final

from checks.findings import JudgedSite, make_finding
from checks.wording import tell_column
from records.judgement import Finding
from records.verdicts import ColumnKind, ColumnVerdict, Severity

ID: Final = "undated_column"


def find(site: JudgedSite) -> Iterator[Finding]:
    for column in site.columns:
        fact = column.fact
        # Of a column whose name says nothing of its kind nobody can tell whether it lists news or standing things.
        if column.verdict is not ColumnVerdict.UNDATED or fact.kind is ColumnKind.OTHER:
            continue
        looked = f"，另读取条目自身页面 {fact.items_read} 个" if fact.items_read else ""
        yield make_finding(
            ID,
            Severity.MINOR,
            fact.url,
            f"栏目“{fact.name}”的条目未注明发布时间，无法判断是否更新。",
            where=tell_column(fact),
            how_seen=f"读取栏目页 {fact.items} 条内容{looked}，均未见日期",
            remedy="在列表和正文页注明每条内容的发布日期。",
            evidence=site.evidence_of(fact.url),
        )
