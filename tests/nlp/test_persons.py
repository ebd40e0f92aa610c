"""Persons whose conduct is reported."""

import pytest

from nlp.persons import find_persons, post_holders


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("方城县住建局原局长李明亮涉嫌严重违纪违法", ("李明亮",)),
        ("局长李明涉嫌违纪", ("李明",)),
        ("唐仁健受贿2.68亿余元", ("唐仁健",)),
        ("副县长王某因酒驾被查", ("王某",)),
        ("教育局局长江道平站在被告席上", ("江道平",)),
        ("公职人员肖某某生活作风问题", ("肖某某",)),
        ("党委书记欧阳修文被查", ("欧阳修文",)),
        ("县长张三和副县长李四同日被查", ("张三", "李四")),
        ("局长表示高度重视", ()),
        ("县长张志强表示，将严肃查处", ()),
        ("", ()),
    ],
)
def test_persons(text: str, persons: tuple[str, ...]) -> None:
    """Names beside a post, two letters or three as the words around say; who only speaks is nobody."""
    assert find_persons(text) == persons


def test_post_holders_include_those_who_speak() -> None:
    """A secretary on a visit is a post holder and no suspect."""
    assert post_holders("县委书记张志强到镇上调研") == {"张志强"}
