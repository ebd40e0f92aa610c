"""Which requirement an entry names, and which only sounds like it."""

import pytest

from extract.signs import requirements_of
from records.verdicts import Requirement
from tests.extract.reading import column, listed, read

R = Requirement
BOTH = (R.POWER_LIST, R.RESPONSIBILITY_LIST)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("权责清单", BOTH),
        ("责权清单", BOTH),
        ("权力清单和责任清单", BOTH),
        ("权力和责任清单", BOTH),
        ("权责事项清单", BOTH),
        ("方城县教育体育局权力清单和责任清单事项", BOTH),
        ("权责清单拟调整情况.docx", BOTH),
        ("权力清单", (R.POWER_LIST,)),
        ("行政权力清单", (R.POWER_LIST,)),
        ("行政权力", (R.POWER_LIST,)),
        ("责任清单", (R.RESPONSIBILITY_LIST,)),
        ("政府信息公开指南", (R.DISCLOSURE_GUIDE,)),
        ("信息公开指南（2026年修订）", (R.DISCLOSURE_GUIDE,)),
        ("政府信息公开指南(2025年修订版)", (R.DISCLOSURE_GUIDE,)),
        ("权力运行清单", (R.POWER_LIST,)),
        ("法定主动公开", (R.DISCLOSURE_CATALOGUE,)),
        ("主动公开", (R.DISCLOSURE_CATALOGUE,)),
        ("信息公开事项目录", (R.DISCLOSURE_CATALOGUE,)),
        ("适用信用承诺的行政许可事项", (R.CREDIT_COMMITMENT_LIST,)),
        ("信用等级评价结果公示", (R.GRADED_SUPERVISION_RESULT,)),
        ("企业信用风险分类结果", (R.GRADED_SUPERVISION_RESULT,)),
        ("分类监管结果公示", (R.GRADED_SUPERVISION_RESULT,)),
        ("关于修订政府信息公开指南的通知", ()),
        ("不予主动公开的情形有哪些", ()),
        ("公开指南", (R.DISCLOSURE_GUIDE,)),
        ("信 息 公 开 指 南", (R.DISCLOSURE_GUIDE,)),
        ("广东省国家保密局政府信息公开指南", (R.DISCLOSURE_GUIDE,)),
        ("政府信息公开制度", (R.DISCLOSURE_SYSTEM,)),
        ("法定主动公开内容", (R.DISCLOSURE_CATALOGUE,)),
        ("政府信息公开目录", (R.DISCLOSURE_CATALOGUE,)),
        ("政府信息公开年报", (R.DISCLOSURE_ANNUAL_REPORT,)),
        ("县教育局2025年政府信息公开工作年度报告", (R.DISCLOSURE_ANNUAL_REPORT,)),
        ("政务服务质量承诺", (R.SERVICE_COMMITMENT,)),
        ("服务承诺", (R.SERVICE_COMMITMENT,)),
        ("政务诚信承诺", (R.INTEGRITY_COMMITMENT,)),
        ("政务诚信承诺书", (R.INTEGRITY_COMMITMENT,)),
        ("使用信用承诺的行政许可事项清单", (R.CREDIT_COMMITMENT_LIST,)),
        ("信用承诺事项清单", (R.CREDIT_COMMITMENT_LIST,)),
        ("分级分类监管结果公示", (R.GRADED_SUPERVISION_RESULT,)),
        ("信用分级分类监管结果", (R.GRADED_SUPERVISION_RESULT,)),
        # not these:
        ("我县召开权责清单动态调整工作推进会", ()),
        ("县政府办关于印发权力清单管理办法的通知", ()),
        ("市场主体责任清单培训会议", ()),
        ("健康承诺书", ()),
        ("诚信承诺书模板", ()),
        ("考生诚信承诺书", ()),
        ("准予许可信用承诺书", ()),
        ("投标人诚信承诺书", ()),
        ("疫情防控个人健康信息承诺书", ()),
        ("诚信分会", ()),
        ("全县政务诚信承诺签订仪式隆重举行", ()),
        ("全县签订政务诚信承诺书", ()),
        ("我局干部职工集中签署政务诚信承诺书", ()),
        ("政务诚信承诺宣誓活动现场", ()),
        ("诚信红黑榜", ()),
        ("政务公开", ()),
        ("信息公开", ()),
        ("办事指南", ()),
        ("", ()),
    ],
)
def test_names_and_headlines(text: str, expected: tuple[Requirement, ...]) -> None:
    assert requirements_of(text) == expected


def test_folders_of_a_tree_count_as_entries_although_they_have_no_address() -> None:
    tree = "<div class='tree'><a href='javascript:;' onclick='stltree_open(this)'>权责清单</a><a>公开指南</a></div>"
    reading = read(column(tree, name="政策解读"))
    assert reading.power_list_link
    assert reading.disclosure_guide_link
    assert {sign.where for sign in reading.signs} == {"link"}
    assert {sign.url for sign in reading.signs} == {None}


def test_a_picture_counts_by_its_alt() -> None:
    assert read(column("<a href='/q/'><img src='q.png' alt='权责清单'></a>")).power_list_link


def test_items_and_the_page_itself_are_told_apart_from_menus() -> None:
    rows = listed(("方城县教育局权责清单", "a.html", "2026-01-02"), ("关于开展安全检查的通知", "b.html", "2026-01-01"))
    signs = read(column(rows, name="政府信息公开指南")).signs
    assert {(s.requirement, s.where) for s in signs} >= {
        (R.DISCLOSURE_GUIDE, "self"),
        (R.POWER_LIST, "item"),
        (R.RESPONSIBILITY_LIST, "item"),
    }
    item = next(s for s in signs if s.where == "item")
    assert item.url == "http://www.fangcheng.gov.cn/zwgk/tzgg/a.html"


def test_words_in_the_text_of_a_notice_are_no_commitment() -> None:
    text = "<p>申报人须签署《个人申报诚信承诺书》和健康承诺书，并在报名时提交。政务诚信承诺制度另行通知。</p>" * 3
    reading = read(column(f"<h1>关于职称申报评审工作的通知</h1><div>发布时间：2026-11-03 来源：人社局</div>{text}"))
    assert not reading.integrity_commitment
