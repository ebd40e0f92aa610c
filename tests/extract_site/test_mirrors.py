"""The two real sites of the shared folder: what was read on them by eye must be found again."""

import os
from datetime import date
from pathlib import Path

import pytest

from checks.judge import judge_site
from records.judgement import SiteAudit
from records.verdicts import ColumnVerdict, DisclosureVerdict, Requirement
from tests.checks.site_builder import absolute, policy
from tests.extract_site.read_site import ReadSite

SHARED = Path(os.environ.get("CHENGJIAN_SHARED", Path(__file__).parents[3] / "shared"))
CAPTURED = date(2020, 12, 31)
V, D, R = ColumnVerdict, DisclosureVerdict, Requirement


def audit(name: str) -> SiteAudit:
    root = SHARED / "mirrors" / name
    if not root.is_dir():
        pytest.skip(f"the mirror {name} is not there: {root}")

    def fetch(path: str) -> bytes | None:
        file = root / path.partition("?")[0].lstrip("/")
        file = file / "index.html" if file.is_dir() else file
        return file.read_bytes() if file.is_file() else None

    read = ReadSite(fetch, CAPTURED)
    return judge_site(read.facts, referrers=read.referrers, policy=policy(), as_of=CAPTURED)


@pytest.fixture(scope="module")
def daozhen() -> SiteAudit:
    return audit("daozhen-rsj")


@pytest.fixture(scope="module")
def pingdingshan() -> SiteAudit:
    return audit("pingdingshan-jtj")


DAOZHEN = {
    "gzdt/tzgg/index.html": ("通知公告", V.STALE, "2020-11-27", 20),
    "zwgk/gsgg/index.html": ("公示公告", V.FRESH, "2020-12-30", 20),
    "zwgk/rsxx/index.html": ("人事信息", V.STALE, "2019-07-10", 1),
    "gzdt/ywyw/index.html": ("业务要闻", V.STALE, "2020-06-23", 20),
    "bmgk/jycy/bszn/index.html": ("办事指南", V.EXEMPT, "2017-08-11", 3),
    "zwgk/ghjh/index.html": ("规划计划", V.EMPTY, "None", 0),
    "zwgk/zcjd/index.html": ("政策解读", V.EMPTY, "None", 0),
}
PINGDINGSHAN = {
    "channels/18291.html": ("通知公告", V.FRESH, "2020-12-28", 10),
    "channels/18107.html": ("公文通知", V.STALE, "2020-09-30", 10),
    "channels/18235.html": ("体育村", V.EMPTY, "None", 0),
    "channels/19172.html": ("举报指南", V.EXEMPT, "2020-12-21", 1),
    "channels/2146.html": ("政府信息公开年度报告", V.FRESH, "2020-01-29", 7),
    "channels/10320.html": ("政策解读", V.FRESH, "2020-12-02", 10),
    "channels/18287.html": ("新闻动态", V.FRESH, "2020-12-29", 10),
}


@pytest.mark.parametrize(
    ("site", "url", "expected"),
    [("daozhen", *row) for row in DAOZHEN.items()] + [("pingdingshan", *row) for row in PINGDINGSHAN.items()],
)
def test_columns_of_real_sites(
    site: str, url: str, expected: tuple[object, ...], request: pytest.FixtureRequest
) -> None:
    result: SiteAudit = request.getfixturevalue(site)
    column = next(one for one in result.columns if one.fact.url == absolute(url))
    fact = column.fact
    assert (fact.name, column.verdict, str(fact.newest), fact.items) == expected


def test_each_column_of_a_real_site_stands_there_once(daozhen: SiteAudit, pingdingshan: SiteAudit) -> None:
    assert 25 <= len(daozhen.columns) <= 32
    for result in (daozhen, pingdingshan):
        urls = [column.fact.url for column in result.columns]
        assert len(urls) == len(set(urls))
        assert not [url for url in urls if url.endswith(("index_1.html", "_2.html"))]


def test_disclosures_of_a_real_site(pingdingshan: SiteAudit) -> None:
    told = {row.requirement: row.verdict for row in pingdingshan.disclosures}
    assert told[R.POWER_LIST] is D.PUBLISHED
    assert told[R.RESPONSIBILITY_LIST] is D.PUBLISHED
    assert told[R.DISCLOSURE_ANNUAL_REPORT] is D.PUBLISHED
    assert told[R.DISCLOSURE_GUIDE] is not D.PUBLISHED  # the entry leads nowhere in the mirror
    assert told[R.INTEGRITY_COMMITMENT] is D.MISSING  # 健康承诺书 in a notice is none


def test_disclosures_kept_on_another_host_are_not_called_missing(daozhen: SiteAudit) -> None:
    assert {row.verdict for row in daozhen.disclosures} == {D.UNDETERMINED}
