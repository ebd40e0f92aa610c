"""The class of a column decides which limit it is held to: a wrong class is a wrong accusation."""

import pytest

from extract.column_kinds import is_historical, kind_of_column
from records.verdicts import ColumnKind

K = ColumnKind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("要闻", K.NEWS),
        ("工作动态", K.NEWS),
        ("时政新闻", K.NEWS),
        ("部门动态", K.NEWS),
        ("乡镇信息", K.NEWS),
        ("财政动态", K.NEWS),
        ("领导活动", K.NEWS),
        ("通知公告", K.NOTICE),
        ("公示公告", K.NOTICE),
        ("招标采购", K.NOTICE),
        ("政策文件", K.POLICY),
        ("政策解读", K.POLICY),
        ("规范性文件", K.POLICY),
        ("法律法规", K.POLICY),
        ("财政预决算", K.YEARLY),
        ("部门预算", K.YEARLY),
        ("政府信息公开年报", K.YEARLY),
        ("规划计划", K.YEARLY),
        ("统计公报", K.YEARLY),
        ("人事考录", K.YEARLY),
        ("招考录用", K.YEARLY),
        ("干部任免", K.YEARLY),
        ("招聘公告", K.YEARLY),
        ("政府信息公开指南", K.STATIC),
        ("信息公开制度", K.STATIC),
        ("机构职能", K.STATIC),
        ("领导信息", K.STATIC),
        ("领导之窗", K.STATIC),
        ("权责清单", K.STATIC),
        ("办事指南", K.STATIC),
        ("部门概况", K.STATIC),
        ("联系我们", K.STATIC),
        ("局长信箱", K.STATIC),
        # What stands as long as nothing changes: lists of bodies and fees, plans, services, knowledge, accounts.
        ("行政执法主体", K.STATIC),
        ("行政事业性收费目录", K.STATIC),
        ("应急预案", K.STATIC),
        ("地方志", K.STATIC),
        ("法人办事", K.STATIC),
        ("部门服务", K.STATIC),
        ("部门链接", K.STATIC),
        ("副县长 王某某", K.STATIC),
        ("健康知识", K.STATIC),
        ("政务新媒体", K.STATIC),
        ("县长活动", K.NEWS),
        ("微信公众号动态", K.NEWS),
        ("知识产权", K.OTHER),
        ("人大建议办理", K.YEARLY),
        ("地方政府债务", K.YEARLY),
        ("重大建设项目", K.YEARLY),
        ("分级分类监管结果公示", K.YEARLY),
        ("义务教育", K.OTHER),
        ("党建之窗", K.OTHER),
        ("", K.OTHER),
    ],
)
def test_names_have_their_class(name: str, kind: ColumnKind) -> None:
    assert kind_of_column(name) is kind


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("2020年抗疫专题",), True),
        (("工作动态", "首页", "专题专栏"), True),
        (("主题教育",), True),
        (("第十届运动会",), True),
        (("历史归档",), True),
        (("通知公告", "首页", "政务公开"), False),
        (("政务公开专栏",), False),
        (("2019年年报",), True),
        (("政府信息公开年度报告",), False),
    ],
)
def test_records_of_past_work_are_told_apart(names: tuple[str, ...], expected: bool) -> None:
    assert is_historical(names) is expected
