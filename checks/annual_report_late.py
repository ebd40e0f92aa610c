"""The annual report on open government of last year, after the day by which the law wants it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from checks.findings import JudgedSite, make_finding
from checks.wording import tell_path
from extract.disclosures import newest_report_year
from records.judgement import Finding
from records.verdicts import DisclosureVerdict, Requirement, Severity

ID: Final = "annual_report_late"

# 《政府信息公开条例》第四十九条: departments by 31 January, county governments by 31 March.  The later day for all,
# since a portal does not say which it is, and a margin for a report that was published in time and filed later.
_DUE_MONTH, _DUE_DAY = 3, 31
_MARGIN: Final = timedelta(days=15)


def year_due(as_of: date) -> int:
    """The year of the newest report that must be there."""
    due = date(as_of.year, _DUE_MONTH, _DUE_DAY) + _MARGIN
    return as_of.year - 1 if as_of > due else as_of.year - 2


def find(site: JudgedSite) -> Iterator[Finding]:
    wanted = Requirement.DISCLOSURE_ANNUAL_REPORT
    row = next((row for row in site.disclosures if row.requirement is wanted), None)
    if row is None or row.verdict is not DisclosureVerdict.PUBLISHED or row.url is None:
        return
    year = next((newest_report_year(trace) for trace in site.traces if trace.requirement is wanted), None)
    due = year_due(site.as_of)
    if year is None or year >= due:
        return
    yield make_finding(
        ID,
        Severity.MINOR,
        row.url,
        f"政府信息公开年度报告最新为 {year} 年度，未见 {due} 年度报告。",
        where=tell_path(row.path),
        how_seen=f"{row.because}；基准日 {site.as_of}",
        remedy="补发上一年度政府信息公开工作年度报告（《政府信息公开条例》第四十九条）。",
        evidence=site.evidence_of(row.url),
    )
