"""Places: what is one, what only looks like one, and which of them are the scene."""

import pytest

from nlp.divisions import Gazetteer, Level, parse_divisions, short_form
from tests.nlp.whose_cases import CAUGHT, GAZETTEER, NOTHING, whose

TRAPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("ordinary words", "这位干部为人大方，很有威信，一生热爱和平，家住东方小区。", ()),
    ("a county that is a word, beside its province", "云南威信发改局副局长滥用职权。", ("威信",)),
    ("a county that is a word, in full", "贵州省大方县一名镇长被查。", ("大方县",)),
    ("run together with a title", "教育局长春市某区长被查。", ("长春市",)),
    ("not run together", "教育局长春节期间坚守岗位。", ()),
    ("street of another city", "台北街道位于武汉，街道办主任被查。", ("武汉",)),
    ("road", "郑州市桐柏路与南阳路交叉口施工。", ("郑州市",)),
    ("outlet", "南方日报、大河网、重庆晚报均有报道。", ()),
    ("firm and university", "北京现代与南京大学、青岛啤酒签约。", ()),
    ("dateline", "本报郑州8月18日电 信阳市罗山县一名局长被查。", ("信阳市", "罗山县")),
    ("birthplace", "张某，河南方城人，现任信阳市平桥区副区长，涉嫌受贿被查。", ("信阳市", "平桥区")),
    ("résumé", "广州市政府副秘书长被查。简历显示，其历任佛山市南海区区长等职。", ("广州市",)),
    ("province before its county", "河南省方城县一名局长被查。", ("方城县",)),
    ("province by itself", "河南省开展清欠行动。", ("河南省",)),
    ("announcer", "据福建省纪委监委消息：厦门市副市长李某被查。", ("厦门市",)),
    ("designated jurisdiction", "经指定管辖，罗山县人民检察院对方城县教育局原局长提起公诉。", ("方城县",)),
    ("court of another county", "被告人系唐河县水利局原局长，社旗县人民法院一审判处其有期徒刑五年。", ("唐河县",)),
    ("court above", "奉新县政府被宜春中院纳入失信被执行人名单。", ("奉新县", "宜春")),
    ("town and village", "太和县洪山镇毛集村村干部被拘留。", ("太和县", "洪山镇", "毛集村")),
    ("ethnic county by its common name", "玉溪市新平县人民法院超标准接待。", ("玉溪市", "新平县")),
    ("former name", "重庆梁平县明达镇政府回应。", ("梁平县", "明达镇")),
    ("traditional script", "福建省閩侯縣教育局原局長受賄。", ("閩侯縣",)),
    ("bracketed pinyin", "遼寧省鐵(tiě)嶺(lǐng)市(shì)委書記被查。", ("鐵嶺市",)),
    ("and", "省、市和县三级联动，各县区同步推进。", ()),
    ("person's name", "和平是大家的愿望，孙中山先生如是说。", ()),
)


@pytest.mark.parametrize(("text", "places"), [case[1:] for case in TRAPS], ids=[case[0] for case in TRAPS])
def test_scene(text: str, places: tuple[str, ...]) -> None:
    """Each trap as a text of its own; places are spelled as in the text."""
    assert whose(text, CAUGHT).places == places


def test_title_and_body_are_read_together() -> None:
    """A short form in the headline is trusted where the body has the full name."""
    assert whose("大方县住建局局长被查。", CAUGHT, title="大方这名局长被查").places == ("大方",)


@pytest.mark.parametrize(
    "text",
    ["", " \n\u3000", "🙂" * 3000, "<p></p>", "\x00\ufffd", "县" * 5000, "局长" * 4000, "方城县" * 4000],
    ids=["empty", "blank", "emoji", "tags", "mojibake", "one letter", "posts", "one county"],
)
def test_anything_is_read(text: str) -> None:
    """No text makes the reader fail."""
    assert isinstance(whose(text, NOTHING).places, tuple)


def test_names_and_short_forms() -> None:
    """Short forms are made by rule, and a name of one letter has none."""
    names = ("方城县", "新平彝族傣族自治县", "延边朝鲜族自治州", "广西壮族自治区", "浦东新区", "赣县", "东乡族自治县")
    assert [short_form(name) for name in names] == ["方城", "新平", "延边", "广西", "浦东", "", ""]


def test_the_packaged_list() -> None:
    """It covers the country, and every county lies in a prefecture or province of the list."""
    divisions = parse_divisions(GAZETTEER)
    gazetteer = Gazetteer(divisions)
    current = [d for d in divisions if not d.former]
    counts = {level: sum(d.level is level for d in current) for level in Level}
    assert counts[Level.PROVINCE] == 34
    assert 330 <= counts[Level.PREFECTURE] <= 345
    assert 2830 <= counts[Level.COUNTY] <= 2900
    assert all(gazetteer.ancestors(d) for d in current if d.level is not Level.PROVINCE)
    assert len({d.code for d in current}) == len(current)
    assert [d.name for d in gazetteer.named("龙海市") if d.former] == ["龙海市"]


def test_a_broken_line_of_the_list_is_named() -> None:
    """The number of the line is told, nothing is guessed."""
    with pytest.raises(ValueError, match="第 2 行"):
        parse_divisions("41 河南省\nxx 南阳市 02宛城区\n")
