"""Who acts and who is acted upon: what was taken for an accusation, or missed, in the news.  The sentences are ours."""

import pytest

from chengjian.bootstrap_news import lexicon_texts
from nlp.classifier import Classifier
from nlp.features import build_lexicon
from nlp.marks import GAP, HEAD, Lexicon
from records.news import Article, NewsLabel, NewsVerdict, Sentiment

D, M, E, G = (
    NewsLabel.MAJOR_DISHONESTY,
    NewsLabel.MISCONDUCT,
    NewsLabel.INTEGRITY_EDUCATION,
    NewsLabel.SPECIAL_GOVERNANCE,
)


def judge(classifier: Classifier, said: str) -> NewsVerdict:
    title, _, text = said.partition("|")
    return classifier.judge(Article("1", title, text))


PAIRS = (
    ("body acts upon debtors", D, "区住建局被法院采取限制消费措施", "政府部门联合惩戒失信被执行人"),
    ("body publishes debtors", D, "某县人民政府被列入失信被执行人名单", "县政府曝光拖欠工资企业黑名单"),
    ("court publishes debtors", D, "区政府被法院列为被执行人 涉案420万元", "县法院发布限制消费令，36名老赖被曝光"),
    ("body lists firms", D, "云河镇政府成老赖，镇长被限制高消费", "市场监管局将12家企业列入严重违法失信名单"),
    ("body helps with wages", D, "乡政府欠饭店餐费11万元，换了三任乡长还没还", "县人社局帮助农民工讨回欠薪120万元"),
    ("not settled is no clean-up", D, "县政府拖欠工程款五年未清偿", "全市清理拖欠企业账款工作推进会召开"),
    ("concession", D, "县政府单方解除供热特许经营协议 撕毁合同拒不兑现", "县政府与企业签订供热特许经营协议"),
    ("headline that is denied", D, "交通局拖欠工程款被列入失信名单", "交通局拖欠工程款被列入失信名单？假的"),
    ("clean-up meeting", G, "防范和化解拖欠中小企业账款专题会议召开", "县政府拖欠数百万元工程款十年未清偿"),
    ("shouted by those who resist", M, "城管打人被停职", "交警拦下醉驾司机，亲属高喊“警察打人”，均被刑拘"),
    ("villager and cadre", M, "村干部打伤村民被刑拘", "村民打伤村干部被刑拘"),
    ("enforcers handle others", M, "城管违规收费被查处", "城管查处违规占道经营"),
    ("police and drivers", M, "一名交警替违章司机“销分”敛财百万被公诉", "交警查处违章司机"),
    ("a body is suspected", M, "县公安局原局长涉嫌受贿被逮捕", "某消防大队涉嫌腐败"),
    ("a question", M, "镇党委书记一手遮天被免职", "镇党委书记真能一手遮天吗"),
    (
        "a village called like fiction",
        M,
        "柳集乡原乡长被查|柳集乡原乡长因更新改造工程收受财物被立案审查。",
        "电视剧第3集中乡长被查",
    ),
    (
        "a telephone in the street",
        M,
        "城管打落路人手机被停职|视频里城管队员踢翻摊位、打落手机，已被停职。",
        "城管队员送还路人手机",
    ),
    (
        "rules that a decision rests on",
        M,
        "原理事长被开除|依据《中国共产党纪律处分条例》和《监察法》有关规定，决定给予原理事长鲁某开除党籍、开除公职处分。",
        "《中国共产党纪律处分条例》有关规定解读",
    ),
    (
        "a novel",
        M,
        "城建局局长被双规",
        "第八章 落马|孟海川皱起眉头，冷哼一声。刘局长脸色煞白。第二天，城建局局长被双规的消息就传遍了全城。",
    ),
    (
        "a meeting behind the case",
        E,
        "县住建局召开全体人员警示教育会议",
        "殴打摊主 两名城管队员停职|两名城管队员已停职检查，城管局召开工作人员警示教育会议。",
    ),
    ("merchants", E, "区直机关开展政务诚信教育活动", "区里开展诚信典型选树活动 30家店铺获评诚信经营示范店"),
)


@pytest.mark.parametrize(("kind", "label", "is_one", "is_none"), PAIRS, ids=[pair[0] for pair in PAIRS])
def test_roles(classifier: Classifier, kind: str, label: NewsLabel, is_one: str, is_none: str) -> None:
    """The same words with the parts changed: the one is flagged, the other is not, whatever words they share."""
    assert judge(classifier, is_one).label(label).flag
    assert not judge(classifier, is_none).label(label).flag


TONE = (
    ("网友吐槽政务大厅中午锁门", Sentiment.NEGATIVE),
    ("省督察组：三处污水口直排 整改流于表面", Sentiment.NEGATIVE),
    ("镇政府强拆厂房 法院确认违法", Sentiment.NEGATIVE),
    ("路面坑洼半年没人修 多次反映街道推来推去", Sentiment.NEGATIVE),
    ("路灯坏了 居民打热线当晚就修好", None),
    ("社区接到居民投诉后当天清走垃圾", None),
    ("小区物业不作为 业主投诉 街道上门调解", None),
    ("县人社局曝光3家拖欠农民工工资企业", None),
    ("市领导约谈欠薪企业负责人", None),
)


@pytest.mark.parametrize(("said", "tone"), TONE)
def test_tone_of_complaints(classifier: Classifier, said: str, tone: Sentiment | None) -> None:
    """A complaint of a body is negative; one that a body takes up, or that is of a firm, is not."""
    found = judge(classifier, said).sentiment
    assert found is tone if tone else found is not Sentiment.NEGATIVE


def test_marks_of_a_text() -> None:
    """Gaps stand where more than five words in a row say nothing, and a post that was cut in two is one word."""
    lexicon = Lexicon({"a.yml": "post: 局长\norgan: 反贪局\nsanction: 被查"})
    marked = lexicon.mark(["某"] * 6 + ["反贪局", HEAD, "某", HEAD, "被查", *["某"] * 7, "反贪局", "。"])
    assert marked.words == ("", "反贪局长", "被查", "", "反贪局", "")
    assert [sign == GAP for sign in marked.signs] == [True, False, False, True, False, False]


def test_a_class_is_never_a_longer_word_alone(lexicon_of_news: Lexicon) -> None:
    """被列为 must be known wherever 列为 is: the tokenizer prefers the longer word, and the shorter class loses it."""
    marks = {word: lexicon_of_news.mark([word]).signs for word in ("列为", "被列为", "被纳入", "纳入")}
    verbs = lexicon_of_news.letters("creditverb")
    assert all(sign in verbs for sign in marks.values())


@pytest.fixture(scope="module")
def lexicon_of_news() -> Lexicon:
    return build_lexicon(lexicon_texts())
