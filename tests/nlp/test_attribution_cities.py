"""Registries of other shapes: a county-level city with towns, a city whose districts have namesakes elsewhere."""

import pytest

from nlp.attribution import Attributor
from nlp.offices import read_office, same_business
from records.news import Article
from records.registry import City, Unit, UnitKind
from tests.nlp.whose_cases import CAUGHT, GAZETTEER, SCRIPT

JIYUAN = City(
    "jiyuan",
    "济源示范区",
    "济源",
    "河南省",
    "419001",
    (
        Unit("czj", "济源示范区财政金融局", UnitKind.DEPARTMENT, short_names=("市财政局",)),
        Unit("jyj", "济源市教育体育局", UnitKind.DEPARTMENT),
        Unit("wlk", "五龙口镇", UnitKind.TOWN),
        Unit("qy", "沁园街道", UnitKind.TOWN),
    ),
)
PINGDINGSHAN = City(
    "pds",
    "平顶山市",
    "平顶山",
    "河南省",
    "410400",
    (
        Unit("jx", "郏县", UnitKind.COUNTY, code="410425"),
        Unit("xh", "新华区", UnitKind.COUNTY, code="410402"),
        Unit("xc", "新城区", UnitKind.COUNTY),
        Unit("gx", "高新技术产业开发区", UnitKind.COUNTY, short_names=("高新区", "平顶山高新区")),
    ),
)
OTHERS = Attributor((JIYUAN, PINGDINGSHAN), GAZETTEER, SCRIPT)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("济源市财政局副局长张某被查", ("czj",)),
        ("济源示范区教体局科长李某受贿被查", ("jyj",)),
        ("济源市教育局局长王某被免职", ("jyj",)),
        ("济源市五龙口镇镇长被查", ("wlk",)),
        ("沁园街道办事处主任李某被处分。济源示范区纪工委通报。", ("qy",)),
        ("郏县住建局局长张某被查", ("jx",)),
        ("陕西佳县县长被查", ()),
        ("平顶山市新华区城管局副局长李某被查", ("xh",)),
        ("石家庄市新华区城管局副局长李某被查", ()),
        ("新华区城管局副局长李某被查", ()),
        ("平顶山市通报：新华区一名干部酒驾", ("xh",)),
        ("平顶山高新区管委会主任被查", ("gx",)),
        ("平顶山市新城区管委会主任张某被查", ("xc",)),
        ("太原市新城区管委会主任张某被查", ()),
        ("新城区管委会主任张某被查", ()),
    ],
)
def test_units_of_other_cities(text: str, units: tuple[str, ...]) -> None:
    """What holds for one registry holds for another; a name that several cities have needs its city."""
    assert OTHERS.attribute(Article("a", "", text), CAUGHT).units == units


def test_without_a_registry() -> None:
    """Places and bodies are still told; nobody is charged."""
    told = Attributor((), GAZETTEER).attribute(Article("a", "", "方城县住建局局长李明被查"), CAUGHT)
    assert (told.places, told.organisations, told.units) == (("方城县",), ("方城县住建局",), ())


@pytest.mark.parametrize(
    ("named", "registered", "same"),
    [
        ("住建局", "住房和城乡建设局", True),
        ("教育局", "教育体育局", True),
        ("教育体育局", "教育局", False),
        ("国土资源局", "自然资源和规划局", True),
        ("工商行政管理局", "市场监督管理局", True),
        ("市监局", "市场监督管理局", True),
        ("城管局", "城市管理局", True),
        ("发改委", "发展和改革委员会", True),
        ("文广旅局", "文化广电和旅游局", True),
        ("水利局", "农业农村局", False),
        ("委办公室", "政府办公室", False),
        ("某某局", "某某局", True),
        ("中心医院", "第一医院", False),
    ],
)
def test_offices_by_their_business(named: str, registered: str, same: bool) -> None:
    """Short, full and former names of an office meet; half a name does not take the whole."""
    assert same_business(named, registered) is same


def test_an_office_is_read() -> None:
    """Functions in any order, endings aside."""
    assert read_office("文化广电和旅游局").functions == {"文化", "广电", "旅游"}
    assert read_office("住房和城乡建设局").rest == ""
