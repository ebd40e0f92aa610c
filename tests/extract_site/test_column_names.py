"""What a column is called in a finding must be what its readers call it."""

import pytest

from extract.column_names import anchor_name, clean_name, own_name
from records.crawl import Referrer
from tests.checks.site_builder import items, page


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("通知公告", "通知公告"),
        (" 通知 公告 ", "通知公告"),
        ("[通知公告]", "通知公告"),
        ("通知公告>>", "通知公告"),
        ("通知公告 第2页", "通知公告"),
        ("更多", None),
        ("更多>>", None),
        ("more", None),
        (">>", None),
        ("首页", None),
        ("列表", None),
        ("无标题文档", None),
        ("关于进一步做好全县安全生产大检查工作的紧急通知", "关于进一步做好全县安全生产大检查工作的紧急通知"),
        ("关于进一步做好全县安全生产大检查工作的紧急通知的补充通知", None),
        ("", None),
        (None, None),
    ],
)
def test_clean_names(text: str | None, name: str | None) -> None:
    assert clean_name(text) == name


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"name": "政策解读", "breadcrumb": ("首页", "政策")}, "政策解读"),
        ({"name": None, "breadcrumb": ("首页", "政务公开", "规划计划")}, "规划计划"),
        ({"name": None, "breadcrumb": ("首页", "人事", "列表")}, "人事"),
        ({"name": None, "title": "通知公告-方城县人民政府", "site_name": "方城县人民政府"}, "通知公告"),
        ({"name": None, "title": "方城县人民政府_通知公告", "site_name": "方城县人民政府"}, "通知公告"),
        ({"name": None, "title": "方城县人民政府", "site_name": "方城县人民政府"}, None),
        ({"name": None, "title": None}, None),
        ({"name": "某县政府 信息公开制度", "site_name": "某县政府"}, "信息公开制度"),
        ({"name": "某县政府", "site_name": "某县政府"}, "某县政府"),
        (
            {"name": "关于第0件事的通知", "title": "公告", "breadcrumb": ("公告",), "items": items("2026-01-01")},
            "公告",
        ),
        # A section that lists one text called like itself is still called so.
        (
            {"name": "关于第0件事的通知", "breadcrumb": ("首页", "科室"), "items": items("2026-01-01")},
            "关于第0件事的通知",
        ),
    ],
)
def test_a_page_names_itself_by_heading_then_breadcrumb_then_title(fields: dict[str, object], name: str | None) -> None:
    assert own_name(page("a/", **fields)) == name


def test_anchors_name_what_has_no_name_and_more_is_no_name() -> None:
    anchors = [Referrer("p", text) for text in ("更多", "更多>>", "更多", "通知公告", None, "公告", "通知公告")]
    assert anchor_name(anchors) == "通知公告"
    assert anchor_name(anchors[:3]) is None
