"""Cities, verdicts and articles that the tests of places and units are made of.  All texts are ours."""

import warnings
from datetime import date
from importlib.resources import files

import zhconv

from nlp.attribution import Attributor
from nlp.reading import script_table
from records.news import Article, LabelVerdict, NewsLabel, NewsVerdict, Sentiment, Whose
from records.registry import City, FormerName, Unit, UnitKind

GAZETTEER = (files("nlp.gazetteer") / "divisions.txt").read_text(encoding="utf-8")
with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)  # zhconv leaves its table file to the garbage collector
    SCRIPT = script_table(lambda character: str(zhconv.convert(character, "zh-hans")))


def _county(ident: str, name: str, code: str, *towns: str) -> Unit:
    return Unit(ident, name, UnitKind.COUNTY, f"{name}人民政府", code=code, short_names=(name[:-1],))


def _office(ident: str, name: str, *short: str, former: tuple[str, ...] = ()) -> Unit:
    return Unit(ident, name, UnitKind.DEPARTMENT, short_names=short, former_names=tuple(FormerName(n) for n in former))


NANYANG = City(
    "nanyang",
    "南阳市",
    "南阳",
    "河南省",
    "411300",
    (
        _county("wancheng", "宛城区", "411302"),
        _county("wolong", "卧龙区", "411303"),
        _county("nanzhao", "南召县", "411321"),
        _county("fangcheng", "方城县", "411322"),
        _county("xixia", "西峡县", "411323"),
        _county("zhenping", "镇平县", "411324"),
        _county("neixiang", "内乡县", "411325"),
        _county("sheqi", "社旗县", "411327"),
        _county("tanghe", "唐河县", "411328"),
        _county("tongbai", "桐柏县", "411330"),
        Unit("dengzhou", "邓州市", UnitKind.COUNTY, "邓州市人民政府", code="411381", short_names=("邓州",)),
        Unit("gaoxin", "高新区", UnitKind.COUNTY, "南阳高新技术产业开发区管理委员会", short_names=("南阳高新区",)),
        Unit("shifan", "城乡一体化示范区", UnitKind.COUNTY, short_names=("示范区", "南阳示范区")),
        _office("zjj", "南阳市住房和城乡建设局", "市住建局", "南阳住建局", former=("南阳市住房和城乡建设委员会",)),
        _office("jyj", "南阳市教育局", "市教育局"),
        _office("zrzy", "南阳市自然资源和规划局", "市自然资源局", former=("南阳市国土资源局", "南阳市城乡规划局")),
        _office("sthj", "南阳市生态环境局", "市生态环境局", former=("南阳市环境保护局",)),
        _office("gaj", "南阳市公安局", "市公安局"),
        _office("fgw", "南阳市发展和改革委员会", "市发改委"),
        _office("scjg", "南阳市市场监督管理局", "市市场监管局", former=("南阳市工商行政管理局",)),
    ),
    office="南阳市信用办",
    towns={"fangcheng": ("赵河镇", "独树镇"), "tanghe": ("源潭镇",), "zhenping": ("石佛寺镇",)},
)

HUAIAN = City(
    "huaianqu",
    "淮安区",
    "淮安区",
    "江苏省",
    "320803",
    (
        Unit("hx", "河下街道", UnitKind.TOWN),
        Unit("cq", "车桥镇", UnitKind.TOWN),
        Unit("ha-zj", "淮安区住房和城乡建设局", UnitKind.DEPARTMENT_A, short_names=("区住建局",)),
        Unit("ha-mz", "淮安区民政局", UnitKind.DEPARTMENT_B, short_names=("区民政局",)),
    ),
)

ATTRIBUTOR = Attributor((NANYANG, HUAIAN), GAZETTEER, SCRIPT)


def verdict(
    *flags: NewsLabel, tone: Sentiment = Sentiment.NEUTRAL, government: bool = True, refutes: bool = False
) -> NewsVerdict:
    labels = tuple(LabelVerdict(label, label in flags, 0.97 if label in flags else 0.02) for label in NewsLabel)
    return NewsVerdict(tone, -0.9 if tone is Sentiment.NEGATIVE else 0.0, (), labels, government, refutes)


CAUGHT = verdict(NewsLabel.MISCONDUCT, tone=Sentiment.NEGATIVE)
DEBTOR = verdict(NewsLabel.MAJOR_DISHONESTY, tone=Sentiment.NEGATIVE)
BLAMED = verdict(tone=Sentiment.NEGATIVE)
LESSON = verdict(NewsLabel.INTEGRITY_EDUCATION)
NOTHING = verdict(government=False)


def whose(
    text: str,
    said: NewsVerdict = CAUGHT,
    *,
    title: str = "",
    place: str = "",
    source: str = "",
    day: date | None = None,
) -> Whose:
    return ATTRIBUTOR.attribute(Article("a", title, text, day, source, outlet_place=place), said)
