"""Columns whose newest item is older than the policy allows."""

from collections.abc import Iterator
from typing import Final

from checks.findings import JudgedSite, make_finding
from checks.wording import COLUMN_KIND_WORDS, tell_column
from records.judgement import Finding
from records.verdicts import ColumnVerdict, Severity

ID: Final = "stale_column"


def find(site: JudgedSite) -> Iterator[Finding]:
    for column in site.columns:
        if column.verdict is not ColumnVerdict.STALE:
            continue
        fact = column.fact
        limit = site.policy.limits[fact.kind]
        if fact.newest is None:
            said = f"栏目“{fact.name}”的条目均未注明发布时间，按规定视为不更新。"
        else:
            age = f"已 {column.age_days} 天未更新，超过 {limit.days} 天的期限"
            said = f"栏目“{fact.name}”最新内容为 {fact.newest}，{age}。"
        title = f"《{fact.newest_title}》" if fact.newest_title else ""
        yield make_finding(
            ID,
            Severity.MAJOR,
            fact.url,
            said,
            where=tell_column(fact),
            how_seen=f"读取栏目页 {fact.items} 条内容，最新一条{title}；基准日 {site.as_of}；依据：{limit.source}"
            f"（{COLUMN_KIND_WORDS[fact.kind]}类）",
            remedy="及时更新栏目；确已停用的栏目应归档或撤下，并说明去向。",
            evidence=site.evidence_of(fact.url),
        )
