"""Same words, other units; negated, quoted, conditional, past, refuted.  All sentences are ours."""

import pytest

from nlp.classifier import Classifier
from records.news import Article, NewsLabel, NewsVerdict, Sentiment

UNITS = ("方城县", "唐河县", "西峡县", "大方县", "威信县", "新县", "海淀区", "拉萨市城关区", "济源示范区", "双牌县")
GUILTY = (
    "{}住建局原局长张某涉嫌严重违纪违法接受审查调查",
    "{}一副镇长醉驾被免职",
    "{}教育局副局长受贿62万元获刑五年",
    "{}纪委监委通报三起违反中央八项规定精神典型问题",
    "{}城管队员殴打瓜农被停职",
)
OTHER = (
    ("{}人民政府拖欠工程款被列入失信被执行人名单", NewsLabel.MAJOR_DISHONESTY),
    ("{}组织新提拔干部参观警示教育基地", NewsLabel.INTEGRITY_EDUCATION),
    ("{}开展政府机构失信问题专项治理", NewsLabel.SPECIAL_GOVERNANCE),
    ("{}出台办法：闯红灯三次纳入个人征信", NewsLabel.CREDIT_ABUSE),
)


def judge(classifier: Classifier, title: str, text: str = "") -> NewsVerdict:
    return classifier.judge(Article("1", title, text))


def misconduct(classifier: Classifier, title: str, text: str = "") -> bool:
    return judge(classifier, title, text).label(NewsLabel.MISCONDUCT).flag


@pytest.mark.parametrize("sentence", GUILTY)
def test_the_unit_does_not_matter(classifier: Classifier, sentence: str) -> None:
    """The class is about what was done, not about who did it: an unfair model costs one county and spares another."""
    for unit in UNITS:
        verdict = judge(classifier, sentence.format(unit))
        assert verdict.label(NewsLabel.MISCONDUCT).flag, unit
        assert verdict.sentiment is Sentiment.NEGATIVE, unit


@pytest.mark.parametrize(("sentence", "label"), OTHER)
def test_the_unit_does_not_matter_elsewhere(classifier: Classifier, sentence: str, label: NewsLabel) -> None:
    """The same for the other four labels."""
    assert [unit for unit in UNITS if not judge(classifier, sentence.format(unit)).label(label).flag] == []


INNOCENT = (
    ("经查，该县住建局局长未收受任何财物，举报不实", "negated"),
    ("网传“副县长打人”系谣言 警方已拘留造谣者", "refuted"),
    ("纪委为被诬告的镇长澄清正名", "cleared"),
    ("如发现干部公款吃喝，将严肃查处绝不姑息", "conditional"),
    ("县纪委要求严禁公款吃喝、严禁收受礼金", "exhortation"),
    ("男子冒充民警诈骗被抓", "impostor"),
    ("城管队员执法时被打伤", "victim"),
    ("歹徒持刀刺伤民警被判刑", "victim"),
    ("电视剧中副市长落马 饰演者回应", "fiction"),
    ("韩国前总统受贿案开庭", "abroad"),
    ("清朝贪官和珅受贿知多少", "history"),
    ("民营企业高管受贿被公司开除", "private firm"),
    ("培训机构老师体罚学生被辞退", "ordinary teacher"),
    ("交警查获一起醉驾 男子被刑拘", "enforcers at work"),
    ("法院公开审理一起诈骗案 被告人获刑", "court at work"),
    ("市委印发领导干部违纪违法处分办法", "rule"),
    ("好事成双开启新篇 双开门冰箱促销", "substring"),
    ("民警跳河救人受到群众点赞", "praise"),
    ("副县长走访慰问困难群众", "routine"),
)


@pytest.mark.parametrize(("sentence", "why"), INNOCENT, ids=[f"{why}{n}" for n, (_, why) in enumerate(INNOCENT)])
def test_what_turns_a_sentence(classifier: Classifier, sentence: str, why: str) -> None:
    """A finding is an accusation: each of these holds the words of one and is none."""
    assert not misconduct(classifier, sentence)


PAIRS = (
    ("副县长殴打群众被停职", "副县长遭殴打 嫌疑人被拘留"),
    ("民警刑讯逼供被判刑", "警方：民警未实施刑讯逼供"),
    ("镇长收受红包被免职", "镇长拒收红包获表扬"),
    ("县委原书记受贿案一审宣判", "组织干部旁听受贿案一审宣判"),
)


@pytest.mark.parametrize(("guilty", "innocent"), PAIRS)
def test_minimal_pairs(classifier: Classifier, guilty: str, innocent: str) -> None:
    """The same person and nearly the same words: the verdict follows the meaning."""
    assert misconduct(classifier, guilty)
    assert not misconduct(classifier, innocent)


def test_a_refutation_says_so(classifier: Classifier) -> None:
    """An event that is later refuted must be found by the item that refutes it."""
    assert judge(classifier, "网传副县长打人系谣言").refutes
    assert not judge(classifier, "副县长打人被停职").refutes


def test_the_past_still_counts(classifier: Classifier) -> None:
    """A former official stays one: the matter is what he did in office."""
    assert misconduct(classifier, "退休八年的原粮食局局长受贿案宣判 获刑六年")


def test_tone_about_whom_and_kind_are_apart(classifier: Classifier) -> None:
    """A murder is neutral here; an official caught is negative even where his catchers are praised."""
    murder = judge(classifier, "男子杀害妻子潜逃二十年落网")
    assert murder.sentiment is not Sentiment.NEGATIVE
    caught = judge(classifier, "大快人心！鱼肉乡里的村支书获刑十年，群众送锦旗感谢纪委")
    assert caught.sentiment is Sentiment.NEGATIVE
    assert caught.about_government


def test_private_debts_are_no_dishonesty_of_a_government(classifier: Classifier) -> None:
    """失信 and 拖欠 are hardly ever said of a government."""
    for sentence in ("法院曝光老赖名单 欠钱不还上黑榜", "开发商拖欠装修工资", "租客拖欠房租被起诉"):
        assert not judge(classifier, sentence).label(NewsLabel.MAJOR_DISHONESTY).flag, sentence


def test_credit_abuse_needs_more_than_a_report(classifier: Classifier) -> None:
    """Opposed, drafted, repealed or denied is not done (DOMAIN §5)."""
    for sentence in (
        "专家：闯红灯不应纳入个人征信",
        "国家发改委：防止信用惩戒泛化滥用",
        "垃圾分类不会纳入征信 官方辟谣",
        "某市叫停将上访纳入失信名单的做法",
    ):
        assert not judge(classifier, sentence).label(NewsLabel.CREDIT_ABUSE).flag, sentence
