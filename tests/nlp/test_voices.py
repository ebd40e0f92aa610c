"""Whose voice it is, and what is told without an accusing word (`nlp/cues/voices.py`).  All sentences are ours."""

import pytest

from nlp.classifier import Classifier
from records.news import Article, NewsLabel, NewsVerdict, Sentiment


def judge(classifier: Classifier, title: str, text: str = "") -> NewsVerdict:
    return classifier.judge(Article("1", title, text))


def flagged(classifier: Classifier, title: str, label: NewsLabel) -> bool:
    return judge(classifier, title).label(label).flag


MISCONDUCT = (
    ("官员被查", "巡视组离开两周后水务局两名副局长相继落马", "督导组进驻两周 水务局全面排查管网"),
    ("没有标点", "离任四年未能安稳原粮食局局长被带走调查", "离任四年的粮食局局长义务护林"),
    ("作风通报", "县作风办通报三起干部作风问题典型案例", "我市十个营商环境典型案例获全省推广"),
    ("纵容", "派出所副所长默许赌场营业七年被逮捕", "派出所捣毁一个营业七年的地下赌场"),
    ("请愿", "副镇长强占耕地被免职", "副镇长强占耕地，请县委给个说法"),
    ("反问", "村支书殴打村民被停职", "村支书殴打村民，还有王法吗"),
    ("举报", "副区长受贿被双开", "网友实名举报副区长受贿 纪委介入核实"),
    ("法律咨询", "村干部打人被行政拘留", "村干部打人怎么判 律师解答"),
    ("帮助", "驻村干部截留水管款被处分", "自来水发黄多年 驻村干部协调换上新水管"),
    ("被动", "女子遭派出所副所长殴打 当事人被免职", "派出所副所长遭女子殴打"),
    ("消分", "交警替货车司机消分获利被刑拘", "交警教货车司机查询扣分"),
)


@pytest.mark.parametrize(("kind", "guilty", "innocent"), MISCONDUCT, ids=[kind for kind, _, _ in MISCONDUCT])
def test_the_same_words_in_another_voice(classifier: Classifier, kind: str, guilty: str, innocent: str) -> None:
    """A plea, a question, help or good practice holds the words of a case and is none; the case itself is found."""
    assert flagged(classifier, guilty, NewsLabel.MISCONDUCT)
    assert not flagged(classifier, innocent, NewsLabel.MISCONDUCT)


NEGATIVE = (
    "男子被传唤途中身亡 家属质疑警方说法",
    "看守所内死亡的货车司机",
    "镇党委书记一手遮天 谁来为我们做主",
    "请市政府给拆迁户一个说法",
    "公办学校强制收费 教育局称符合规定",
)


@pytest.mark.parametrize("title", NEGATIVE)
def test_a_complaint_is_negative_and_no_finding(classifier: Classifier, title: str) -> None:
    """Deaths in custody, doubts and pleas speak against the conduct told of, but nobody has been found guilty."""
    verdict = judge(classifier, title)
    assert verdict.sentiment is Sentiment.NEGATIVE
    assert not verdict.label(NewsLabel.MISCONDUCT).flag


NOT_NEGATIVE = (
    "男子持刀拒捕坠楼身亡 民警多次喊话劝降",
    "尊敬的纳税人：汇算清缴今日开始",
    "交警曝光八起酒驾违法典型案例",
    "法院公布一批老赖名单",
)


@pytest.mark.parametrize("title", NOT_NEGATIVE)
def test_what_only_looks_like_a_complaint(classifier: Classifier, title: str) -> None:
    """Letters to taxpayers, a fall of an armed man and the debtors of a court say nothing against anybody in office."""
    assert judge(classifier, title).sentiment is not Sentiment.NEGATIVE


def test_the_official_version_does_not_cancel_the_headline(classifier: Classifier) -> None:
    """A long text gives the law's words (依法, 抗拒执法) all the room: the questions of the headline still stand."""
    version = "警方通报称，民警依法开展检查，当事人抗拒执法，民警依法采取强制约束措施。检察机关依法介入。"
    verdict = judge(classifier, "研究生被抓途中死亡 家属质疑警方说法", version * 25)
    assert verdict.sentiment is Sentiment.NEGATIVE


LABELS = (
    (NewsLabel.INTEGRITY_EDUCATION, "县纪委组织新任干部到监狱听服刑人员现身说法", "监狱为服刑人员举办职业技能培训"),
    (NewsLabel.INTEGRITY_EDUCATION, "青年干部走进法庭 旁听职务犯罪庭审", "百名经销商举行诚信宣誓"),
    (NewsLabel.INTEGRITY_EDUCATION, "县直机关举办公务员诚信教育讲座", "县直机关召开党风廉政建设工作会议"),
    (NewsLabel.MAJOR_DISHONESTY, "镇政府打了十年白条 饭店老板讨债无门", "公司打了十年白条 饭店老板讨债无门"),
    (NewsLabel.MAJOR_DISHONESTY, "征地约定补偿九万 县征迁办只付三万", "网店约定赔偿九百 只付三百"),
    (NewsLabel.MAJOR_DISHONESTY, "县政府被列入失信被执行人名单", "县法院公布失信被执行人名单"),
)


@pytest.mark.parametrize(("label", "there", "absent"), LABELS)
def test_who_swears_and_who_owes(classifier: Classifier, label: NewsLabel, there: str, absent: str) -> None:
    """The label belongs to public servants and public bodies, not to dealers, firms, meetings or a court's list."""
    assert flagged(classifier, there, label)
    assert not flagged(classifier, absent, label)


CALM = (
    ("县政府拖欠工程款被列入失信被执行人名单", Sentiment.NEGATIVE),
    ("镇政府通知：逾期不缴医保的列入失信名单", Sentiment.NEGATIVE),
    ("县财政局组织党员干部到警示教育基地参观学习", Sentiment.POSITIVE),
)


@pytest.mark.parametrize(("title", "tone"), CALM)
def test_a_flagged_fact_has_its_tone_however_calmly_it_is_told(
    classifier: Classifier, title: str, tone: Sentiment
) -> None:
    """A fact that counts against a body was called neutral where no word of the item was bitter."""
    assert judge(classifier, title).sentiment is tone
