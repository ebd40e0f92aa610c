"""Which registered units an item is charged to."""

import pytest

from records.news import NewsVerdict
from tests.nlp.whose_cases import BLAMED, CAUGHT, DEBTOR, LESSON, NOTHING, whose

CASES: tuple[tuple[str, str, NewsVerdict, tuple[str, ...]], ...] = (
    (
        "county office",
        "方城县住建局原局长李明亮涉嫌严重违纪违法，目前正接受方城县纪委监委纪律审查和监察调查。",
        CAUGHT,
        ("fangcheng",),
    ),
    ("city office", "南阳市住建局副局长王建军涉嫌严重违纪违法，目前正接受南阳市纪委监委审查调查。", CAUGHT, ("zjj",)),
    (
        "city office in full",
        "南阳市住房和城乡建设局党组成员、副局长王建军严重违纪违法被开除党籍和公职。",
        CAUGHT,
        ("zjj",),
    ),
    (
        "former name of an office",
        "南阳市国土资源局原副局长赵国强受贿一案一审宣判，其被判处有期徒刑六年。",
        CAUGHT,
        ("zrzy",),
    ),
    ("city name, county office", "南阳市方城县教育局一名股长收受礼金被处分。", CAUGHT, ("fangcheng",)),
    ("county-level city", "邓州市财政局原局长孙某因违规发放津贴被免职。", CAUGHT, ("dengzhou",)),
    (
        "office of a county-level city by level",
        "邓州市通报一起典型案例：市财政局干部孙某酒驾被开除公职。",
        CAUGHT,
        ("dengzhou",),
    ),
    ("county office by level", "记者从方城县获悉，县水利局副局长周某因醉驾被立案审查。", CAUGHT, ("fangcheng",)),
    ("branch of the city's police", "南阳市公安局卧龙分局民警钱某粗暴执法被停职。", CAUGHT, ("gaj",)),
    ("town of a county", "方城县赵河镇党委书记郑某违规收受礼品礼金，受到党内严重警告处分。", CAUGHT, ("fangcheng",)),
    ("village cadre", "方城县独树镇某村党支部书记冯某套取惠农资金，被开除党籍。", CAUGHT, ("fangcheng",)),
    ("registered town", "淮安区车桥镇副镇长许某违规操办婚宴被通报。", CAUGHT, ("cq",)),
    ("department of a district", "淮安区住建局工作人员何某索要好处费被查。", CAUGHT, ("ha-zj",)),
    ("implied by a post", "方城县副县长杨某涉嫌严重违纪违法被查。", CAUGHT, ("fangcheng",)),
    ("short name in a headline", "河南方城住建局局长酒后辱骂群众被停职", CAUGHT, ("fangcheng",)),
    ("zone beside its city", "南阳高新区管委会原副主任韩某受贿被公诉。", CAUGHT, ("gaoxin",)),
    ("another city's zone", "郑州高新区管委会原副主任韩某受贿被公诉。", CAUGHT, ()),
    ("a zone of nobody knows where", "高新区管委会原副主任韩某受贿被公诉。", CAUGHT, ()),
    ("another city's office", "郑州市住建局副局长王建军严重违纪违法被开除党籍。", CAUGHT, ()),
    ("namesake county office elsewhere", "湖北省枣阳市教育局局长涉嫌违纪被查。", CAUGHT, ()),
    ("street named after a county", "郑州市桐柏路派出所民警石某收受好处费被查处。", CAUGHT, ()),
    ("province", "河南省交通运输厅原副厅长董某受贿案一审开庭。", CAUGHT, ()),
    ("centre", "国家税务总局原副局长任某被查。", CAUGHT, ()),
    ("the city itself is no unit", "南阳市委原副书记吕某严重违纪违法被开除党籍。", CAUGHT, ()),
    ("led from above", "方城县气象局局长熊某违规公款吃喝被处分。", CAUGHT, ()),
    ("birthplace", "罗某，男，1968年3月出生，河南方城人。信阳市平桥区副区长罗某涉嫌受贿被查。", CAUGHT, ()),
    (
        "résumé",
        "周口市副市长秦某涉嫌严重违纪违法被查。公开简历显示，秦某曾任方城县县长、南阳市住建局局长。",
        CAUGHT,
        (),
    ),
    (
        "moved official, conduct told",
        "信阳市浉河区副区长秦某被开除党籍。经查，秦某时任方城县住建局局长期间，违规收受工程承包商礼金。",
        CAUGHT,
        ("fangcheng",),
    ),
    (
        "moved official, conduct elsewhere",
        "方城县副县长秦某被开除党籍。经查，秦某利用担任信阳市浉河区住建局局长的职务便利，收受财物。",
        CAUGHT,
        (),
    ),
    (
        "designated jurisdiction",
        "经指定管辖，方城县人民检察院对信阳市罗山县教育局原局长彭某涉嫌受贿案提起公诉。",
        CAUGHT,
        (),
    ),
    (
        "court of another county",
        "社旗县人民法院一审公开开庭审理内乡县水利局原局长邱某受贿一案。",
        CAUGHT,
        ("neixiang",),
    ),
    (
        "announcer of the city",
        "据南阳市纪委监委消息：唐河县卫健委主任孔某涉嫌严重违纪违法，目前正接受审查调查。",
        CAUGHT,
        ("tanghe",),
    ),
    ("the finder's own man", "方城县纪委监委第三纪检监察室副主任江某违规接受宴请，被免职。", CAUGHT, ("fangcheng",)),
    ("impostor", "男子冒充方城县住建局工作人员行骗，骗取商户两万元，网友质疑监管缺位。", BLAMED, ()),
    ("victim", "方城县城管队员执法时遭商贩殴打，网民对此议论纷纷。", BLAMED, ()),
    ("debtor", "因拒不支付工程款，方城县人民政府被法院列入失信被执行人名单。", DEBTOR, ("fangcheng",)),
    (
        "debtor and helper",
        "内乡县某镇政府拖欠工程款八年，包工头向南阳市信访局反映，至今未果。内乡县赤眉镇政府拖欠款项达三百万元。",
        DEBTOR,
        ("neixiang",),
    ),
    (
        "court that listed it",
        "社旗县法院将唐河县水利局列入失信被执行人名单，因其拖欠货款拒不履行判决。",
        DEBTOR,
        ("tanghe",),
    ),
    ("scene with officials", "方城县一村干部酒后辱骂群众，视频引发热议。", CAUGHT, ("fangcheng",)),
    ("scene without government", "方城县一家化肥厂昨晚起火，两人受伤。", NOTHING, ()),
    (
        "traditional script",
        "河南省方城縣住建局原局長李明亮涉嫌嚴重違紀違法，目前正接受組織調查。",
        CAUGHT,
        ("fangcheng",),
    ),
    (
        "city department against namesake",
        "南阳市方城县住建局与南阳市住建局联合召开会议后，方城县住建局局长李某因失职被问责。",
        CAUGHT,
        ("fangcheng",),
    ),
    (
        "digest",
        "近日，南阳市纪委监委通报三起典型案例。\n1.方城县住建局原局长李明亮违规收受礼金问题。李明亮受到撤职处分。\n"
        "2.西峡县教体局副局长高大伟公款吃喝问题。高大伟受到党内警告处分。\n3.南阳市教育局科长韩小刚违规操办喜庆事宜问题。韩小刚被诫勉。",
        CAUGHT,
        ("fangcheng", "xixia", "jyj"),
    ),
    (
        "education",
        "方城县纪委监委组织全县新任职干部开展廉政警示教育，观看了外省某县原县长忏悔录。",
        LESSON,
        ("fangcheng",),
    ),
    ("education by a city office", "市住建局开展诚信教育活动。南阳市住建局全体干部签署诚信承诺书。", LESSON, ("zjj",)),
    ("firm with a place in its name", "南阳师范学院学生社团举办诚信辩论赛，北京现代汽车公司赞助。", LESSON, ()),
    ("outlet is no place", "方城县融媒体中心记者报道：信阳市罗山县民政局局长柳某贪污救灾款被查。", CAUGHT, ()),
)


@pytest.mark.parametrize(("text", "said", "units"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_units(text: str, said: NewsVerdict, units: tuple[str, ...]) -> None:
    """Each trap of attribution, as a text of its own: nobody is charged with what another did."""
    assert whose(text, said).units == units


@pytest.mark.parametrize(
    ("text", "place", "source", "units"),
    [
        ("我县住建局原局长李明亮因受贿被查。", "方城县", "", ("fangcheng",)),
        ("我县一名乡镇干部酒驾被处理。", "", "方城县人民政府门户网站", ("fangcheng",)),
        ("我市住建局副局长王建军因受贿被查。", "南阳市", "", ("zjj",)),
        ("我市财政局干部孙某酒驾被开除公职。", "", "邓州网", ("dengzhou",)),
        ("我县住建局原局长李明亮因受贿被查。", "", "南阳日报", ()),
        ("我县住建局原局长李明亮因受贿被查。", "", "", ()),
        ("信阳市罗山县住建局原局长李明亮因受贿被查。", "方城县", "", ()),
        ("高新区管委会一名干部酒驾被处分。", "南阳市", "", ("gaoxin",)),
        ("西安高新区管委会一名干部酒驾被处分。", "南阳市", "", ()),
    ],
)
def test_home_of_the_outlet(text: str, place: str, source: str, units: tuple[str, ...]) -> None:
    """我县 is the outlet's county, and only where the text names no other."""
    assert whose(text, CAUGHT, place=place, source=source).units == units


def test_reasons_name_the_words() -> None:
    """Every charge says because of which words."""
    told = whose("方城县住建局原局长李明亮涉嫌受贿被查。")
    assert told.because == ("方城县：“方城县住建局”，涉事人员任职单位",)
    assert told.persons == ("李明亮",)
    assert told.organisations == ("方城县住建局",)
    assert told.places == ("方城县",)
