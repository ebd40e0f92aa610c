"""A registry of another province: towns, notices of many cases, rules on credit, strangers.  All texts are ours."""

from datetime import date

import pytest

from nlp.attribution import Attributor
from nlp.events import group
from records.news import Article, NewsFact, NewsLabel, NewsVerdict, Sentiment
from records.registry import City, Unit, UnitKind
from tests.nlp.whose_cases import CAUGHT, GAZETTEER, SCRIPT, verdict


def _county(ident: str, name: str, code: str, short: str) -> Unit:
    return Unit(ident, name, UnitKind.COUNTY, f"{name}人民政府", code=code, short_names=(short,))


YICHANG = City(
    "yichang",
    "宜昌市",
    "宜昌",
    "湖北省",
    "420500",
    (
        _county("yidu", "宜都市", "420581", "宜都"),
        _county("dangyang", "当阳市", "420582", "当阳"),
        _county("zhijiang", "枝江市", "420583", "枝江"),
        _county("yuanan", "远安县", "420525", "远安"),
        _county("xingshan", "兴山县", "420526", "兴山"),
        _county("zigui", "秭归县", "420527", "秭归"),
        _county("changyang", "长阳土家族自治县", "420528", "长阳"),
        Unit("d-jiaoyu", "宜昌市教育局", UnitKind.DEPARTMENT, short_names=("市教育局",)),
    ),
)
HUBEI = Attributor((YICHANG,), GAZETTEER, SCRIPT)
ABUSE = verdict(NewsLabel.CREDIT_ABUSE, tone=Sentiment.NEGATIVE)
NEGATIVE = verdict(tone=Sentiment.NEGATIVE)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("兴山县古夫镇原党委书记谭某被查", ("兴山县", "古夫镇")),
        ("远安县城关镇干部张某被查", ("远安县", "城关镇")),
        ("远安县旧县镇镇长受贿", ("远安县", "旧县镇")),
        ("长阳县磨市镇副镇长覃某酒驾", ("长阳县", "磨市镇")),
        ("枝江市古镇旅游升温", ("枝江市",)),
        ("枝江市某镇干部被查", ("枝江市",)),
        ("秭归一乡镇干部饮酒被通报", ("秭归",)),
        ("枝江市董市镇通报：网传我镇政府打人不实", ("枝江市", "董市镇")),
        ("长阳县电力丨下乡供电所所长被查", ("长阳县",)),
    ],
)
def test_towns(text: str, places: tuple[str, ...]) -> None:
    """A town may begin with 古 or 城 and end with 市镇 or 县镇; 古镇, 我镇 and 一乡镇 name none."""
    assert HUBEI.attribute(Article("a", "", text), CAUGHT).places == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("北京律师李某表示，枝江市政府的做法于法无据", ("枝江市",)),
        ("武汉某律师事务所律师认为，秭归县的规定于法无据", ("秭归县",)),
        ("襄阳一男子在当阳市冒充民警行骗", ("当阳市",)),
        ("在湖北枝江，重庆某环保公司投资的污水厂被强行接管", ("枝江",)),
        ("襄阳一男子被打", ("襄阳",)),
        ("北京律师李某被打", ("北京",)),
        ("宜都市法院强制执行，枝江市政府欠付的工程款到账", ("枝江市",)),
    ],
)
def test_where_strangers_come_from(text: str, places: tuple[str, ...]) -> None:
    """Where an expert, a stranger or a firm comes from is the scene only where the text names no other."""
    assert HUBEI.attribute(Article("a", "", text), NEGATIVE).places == places


_LIST = (
    "宜昌通报三起典型问题：信用办会同有关部门公布。枝江市安福寺镇村支书廖某冒领低保金；"
    "当阳市教育局股长饶某优亲厚友；远安县村主任刘某截留补助。"
)


@pytest.mark.parametrize(
    ("text", "verdict_", "units"),
    [
        (_LIST, CAUGHT, ("zhijiang", "dangyang", "yuanan")),
        ("枝江市干部张某与当阳市商人王某在两地活动，当阳市民政局股长饶某参与", CAUGHT, ("dangyang",)),
        ("远安县拟将闯红灯列入失信记录", ABUSE, ("yuanan",)),
        ("宜昌市教育局：退费投诉三次以上的家长列入不诚信名单", ABUSE, ("d-jiaoyu",)),
        ("宜昌市教育局：已责令培训机构退费，投诉的家长收到退款", CAUGHT, ()),
        ("兴山县一城管队员被摊贩砍伤", NEGATIVE, ()),
        ("秭归县人民法院对该县交通运输局原局长宋立强作出一审判决", CAUGHT, ("zigui",)),
    ],
)
def test_units(text: str, verdict_: NewsVerdict, units: tuple[str, ...]) -> None:
    """Cases of a list answer by their own places; a rule on credit is its maker's; who was hurt is not charged."""
    assert HUBEI.attribute(Article("a", "", text), verdict_).units == units


@pytest.mark.parametrize(
    ("text", "organisations"),
    [
        ("经中共中央批准，枝江市教育局原局长被查", ("枝江市教育局",)),
        ("根据国务院令，枝江市教育局受罚", ("枝江市教育局",)),
        ("中共中央印发条例", ("中共中央",)),
        ("浙江一厅官被查", ()),
        ("宜昌市民举报教师", ()),
        ("枝江市信用办通报", ("枝江市信用办",)),
    ],
)
def test_bodies(text: str, organisations: tuple[str, ...]) -> None:
    """Approvals and names of rules name no body; nor do verbs between a place and a school."""
    assert HUBEI.attribute(Article("a", "", text), CAUGHT).organisations == organisations


def _fact(ident: str, title: str, text: str) -> NewsFact:
    article = Article(ident, title, text, date(2026, 11, 5))
    return NewsFact(article, CAUGHT, HUBEI.attribute(article, CAUGHT))


def test_two_drunk_drivers_in_neighbouring_counties_are_two_events() -> None:
    """Two cases told in nearly the same words stay two: 交警查获 is no person whom both reports share."""
    text = "{}干部{}酒后驾驶机动车，被交警查获，受到党内严重警告处分。"
    facts = (
        _fact("a", "秭归县一镇干部酒驾被处分", text.format("秭归县茅坪镇", "王某")),
        _fact("b", "兴山县一镇干部酒驾被处分", text.format("兴山县峡口镇", "李某")),
    )
    assert [fact.whose.persons for fact in facts] == [("王某",), ("李某",)]
    assert len(group(facts, script=SCRIPT).events) == 2


def test_the_judgment_joins_the_trial() -> None:
    """宋立强获刑 and 对原局长宋立强作出判决 name the man of the trial a month before."""
    facts = (
        _fact(
            "a",
            "秭归县交通运输局原局长宋立强受贿案开庭",
            "秭归县交通运输局原局长宋立强受贿一案开庭审理，宋立强认罪悔罪。",
        ),
        _fact(
            "b",
            "宋立强获刑十年",
            "秭归县人民法院日前对该县交通运输局原局长宋立强作出一审判决，以受贿罪判处有期徒刑十年。",
        ),
    )
    assert len(group(facts, script=SCRIPT).events) == 1
