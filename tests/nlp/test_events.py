"""Events: what is one, what is not, and that ids last from night to night."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from nlp.events import Grouping, KnownEvent, group
from records.news import Article, EventState, NewsEvent, NewsFact, NewsLabel, NewsVerdict
from tests.nlp.whose_cases import ATTRIBUTOR, BLAMED, CAUGHT, NOTHING, SCRIPT, verdict

D = date(2026, 3, 2)
CLEARED = verdict(refutes=True)


def fact(ident: str, title: str, text: str = "", day: date | None = D, said: NewsVerdict = CAUGHT) -> NewsFact:
    article = Article(ident, title, text, day, "某报")
    return NewsFact(article, said, ATTRIBUTOR.attribute(article, said))


def sets(grouping: Grouping) -> set[frozenset[str]]:
    return {frozenset(event.articles) for event in grouping.events}


def regroup(known: Grouping, facts: Sequence[NewsFact], fresh: Sequence[NewsFact]) -> Grouping:
    by_id = {f.article.id: f for f in facts}
    standing = [KnownEvent(e, by_id[e.articles[0]], [by_id[a] for a in e.articles]) for e in known.events]
    return group(fresh, standing, script=SCRIPT)


NOTICE = (
    "据南阳市纪委监委消息：方城县住建局原局长李明亮涉嫌严重违纪违法，目前正接受方城县纪委监委纪律审查和监察调查。"
    "李明亮1968年出生，大学学历，长期在城建系统工作，去年十月退休。"
)
REPRINT = "【转载】" + NOTICE.replace("据南阳市纪委监委消息：", "") + "（责任编辑：小王）"
REWRITE = "退休不到半年，执掌城建多年的李明亮被带走了。知情人说，此事与方城县老城改造的几份合同有关。"
OTHER = NOTICE.replace("方城县", "西峡县").replace("李明亮", "高大伟").replace("住建局", "水利局")


def test_reprint_rewrite_and_follow_up_are_one() -> None:
    """The same text, the same matter in other words, and the judgment a year later."""
    facts = [
        fact("a", "方城县住建局原局长李明亮接受审查调查", NOTICE),
        fact("b", "方城县住建局原局长李明亮被查", REPRINT, D + timedelta(days=1)),
        fact("c", "方城县住建局老局长李明亮落马", REWRITE, D + timedelta(days=2)),
        fact("d", "方城县住建局原局长李明亮受贿案一审宣判", "法院判处李明亮有期徒刑八年。", D + timedelta(days=400)),
    ]
    assert sets(group(facts, script=SCRIPT)) == {frozenset("abcd")}


def test_same_formula_other_official_stays_apart() -> None:
    """Two officials of two counties, caught on one day and announced with one formula."""
    facts = [fact("a", "方城县住建局原局长李明亮被查", NOTICE), fact("b", "西峡县水利局原局长高大伟被查", OTHER)]
    assert sets(group(facts, script=SCRIPT)) == {frozenset("a"), frozenset("b")}


def test_same_formula_without_names_stays_apart() -> None:
    """The same sentence about two counties is two events."""
    facts = [
        fact("a", "方城县一村干部酒驾被拘留", "方城县一名村干部酒后驾车，被公安机关依法拘留，当地纪委已介入。"),
        fact("b", "内乡县一村干部酒驾被拘留", "内乡县一名村干部酒后驾车，被公安机关依法拘留，当地纪委已介入。"),
    ]
    assert len(group(facts, script=SCRIPT).events) == 2


def test_two_somebodies_stay_apart() -> None:
    """张某 and 李某 of one town on one day are two."""
    facts = [
        fact("a", "方城县赵河镇干部张某酒驾被处理", "方城县赵河镇干部张某酒驾，被开除公职。"),
        fact("b", "方城县赵河镇干部李某酒驾被处理", "方城县赵河镇干部李某酒驾，被开除公职。"),
    ]
    assert len(group(facts, script=SCRIPT).events) == 2


def test_somebody_of_one_place_in_near_days_is_one() -> None:
    """张某 of the same town two days later is the same, a year later he is not."""
    first = fact("a", "方城县赵河镇干部张某殴打群众", "方城县赵河镇干部张某与人争执，将其打伤。")
    near = fact("b", "赵河镇打人干部停职", "方城县赵河镇通报：涉事干部张某已停职检查。", D + timedelta(days=2))
    far = fact("c", "赵河镇干部被处分", "方城县赵河镇干部张某因迟到早退被批评。", D + timedelta(days=300))
    assert sets(group([first, near, far], script=SCRIPT)) == {frozenset("ab"), frozenset("c")}


DIGEST = (
    "南阳市纪委监委通报四起典型案例。1.方城县住建局原局长李明亮违规收受礼金问题。2.西峡县水利局局长高大伟公款吃喝问题。"
    "3.内乡县教育局局长韩小刚违规操办喜事问题。4.社旗县财政局局长周文斌公车私用问题。四人均受到处分。"
)


def test_a_digest_merges_nobody() -> None:
    """A notice about four officials is an event of its own and no bridge between theirs."""
    facts = [
        fact("a", "方城县住建局原局长李明亮被查", NOTICE),
        fact("b", "西峡县水利局原局长高大伟被查", OTHER),
        fact("c", "南阳市纪委监委通报四起典型案例", DIGEST, D + timedelta(days=1)),
    ]
    assert len(group(facts, script=SCRIPT).events) == 3


def test_a_digest_and_its_reprint_are_one() -> None:
    """The notice itself is reprinted like any other."""
    title = "南阳市纪委监委通报四起典型案例"
    facts = [fact("a", title, DIGEST), fact("b", title, DIGEST + "（南阳日报）", D + timedelta(days=1))]
    assert len(group(facts, script=SCRIPT).events) == 1


def test_yearly_notices_with_one_title_are_several() -> None:
    """七起 is not 十起, and the same title half a year later is another notice."""
    text = "日前，{}对{}起违反中央八项规定精神典型问题进行公开通报，要求各级以案为鉴。"
    facts = [
        fact("a", "纪委公开通报七起典型问题", text.format("纪委", "七")),
        fact("b", "纪委公开通报十起典型问题", text.format("纪委", "十")),
        fact("c", "纪委公开通报七起典型问题", text.format("纪委", "七"), D + timedelta(days=200)),
    ]
    assert len(group(facts, script=SCRIPT).events) == 3


def test_no_chain() -> None:
    """B is like A and like C, A and C share nothing: C does not come to A by way of B."""
    a = fact("a", "方城县住建局李明亮被查", "方城县住建局原局长李明亮被查。", D)
    b = fact(
        "b", "方城县住建局李明亮、唐河县交通局赵国强被查", "李明亮、唐河县交通局局长赵国强被查。", D + timedelta(days=1)
    )
    c = fact("c", "唐河县交通局赵国强被查", "唐河县交通局局长赵国强被查。", D + timedelta(days=2))
    assert not any({"a", "c"} <= members for members in sets(group([a, b, c], script=SCRIPT)))


def test_generic_words_join_nothing() -> None:
    """投诉, 事故 and 维权 are in hundreds of unrelated reports."""
    facts = [
        fact("a", "居民投诉小区停水事件", "居民投诉停水，维权无果，有关部门回应正在处理。", D, BLAMED),
        fact("b", "业主投诉工地噪声事件", "业主投诉噪声，维权无果，有关部门回应正在处理。", D, BLAMED),
    ]
    assert len(group(facts, script=SCRIPT).events) == 2


def test_namesakes_in_other_counties_stay_apart() -> None:
    """The same name in two counties is two people."""
    facts = [
        fact("a", "方城县水利局局长王伟被查", "方城县水利局局长王伟收受礼金。"),
        fact("b", "唐河县卫健委主任王伟被查", "唐河县卫健委主任王伟挪用公款。", D + timedelta(days=3)),
    ]
    assert len(group(facts, script=SCRIPT).events) == 2


def test_undated_items() -> None:
    """Without a day the text decides: copies meet, other matters do not, and nothing fails."""
    facts = [
        fact("a", "方城县住建局原局长李明亮被查", NOTICE, None),
        fact("b", "方城县住建局原局长李明亮被查", REPRINT, None),
        fact("c", "西峡县水利局原局长高大伟被查", OTHER, None),
    ]
    assert sets(group(facts, script=SCRIPT)) == {frozenset("ab"), frozenset("c")}


def test_scripts_meet() -> None:
    """A copy in Traditional script is a copy."""
    facts = [
        fact("a", "方城县住建局原局长李明亮被查", NOTICE),
        fact("b", "方城縣住建局原局長李明亮被查", "方城縣住建局原局長李明亮涉嫌嚴重違紀違法，目前正接受紀律審查。"),
    ]
    assert len(group(facts, script=SCRIPT).events) == 1


def _many() -> list[NewsFact]:
    counties, names = (
        ["方城县", "西峡县", "内乡县", "社旗县", "唐河县"],
        ["李明亮", "高大伟", "韩小刚", "周文斌", "赵国强"],
    )
    facts = []
    for n, (county, name) in enumerate(zip(counties, names, strict=True)):
        text = NOTICE.replace("方城县", county).replace("李明亮", name)
        facts.append(fact(f"{n}a", f"{county}住建局原局长{name}被查", text, D + timedelta(days=n)))
        facts.append(fact(f"{n}b", f"{county}{name}落马", "【转载】" + text, D + timedelta(days=n + 1)))
    return facts


def test_order_does_not_matter() -> None:
    """The same articles in any order give the same events with the same ids."""
    facts = _many()
    expected = group(facts, script=SCRIPT)
    assert len(expected.events) == 5
    for seed in range(5):
        shuffled = random.Random(seed).sample(facts, len(facts))
        assert group(shuffled, script=SCRIPT) == expected


def test_known_events_keep_their_ids_and_articles() -> None:
    """A second night adds to events; a fuller or earlier text does not take an event over."""
    facts = _many()
    first = group(facts[::2], script=SCRIPT)
    early = fact("0c", "方城县住建局原局长李明亮被查", NOTICE + "详情如下。" * 20, D - timedelta(days=5))
    second = regroup(first, facts, [*facts[1::2], early])
    assert {e.id for e in second.events} == {e.id for e in first.events}
    assert {e.id: e.articles[0] for e in second.events} == {e.id: e.articles[0] for e in first.events}
    assert second.event_of["0c"] == first.event_of["0a"]
    assert regroup(second, [*facts, early], []).events == second.events


def test_handing_in_known_articles_again_changes_nothing() -> None:
    """What belongs to an event stays there."""
    facts = _many()
    first = group(facts, script=SCRIPT)
    assert regroup(first, facts, facts) == first


def test_event_without_its_representative_keeps_its_id() -> None:
    """The article may be gone; the event is not."""
    event = NewsEvent("e1", "旧事", D, ("gone",), ("fangcheng",), (NewsLabel.MISCONDUCT,), True, 0.9)
    after = group([fact("n", "西峡县水利局原局长高大伟被查", OTHER)], [KnownEvent(event, None)], script=SCRIPT)
    assert event in after.events
    assert len(after.events) == 2


def test_refuted_event_is_scored_again_with_a_trace() -> None:
    """What is later cleared counts for nobody, and says by which article."""
    first = [fact("a", "网传方城县住建局局长李明亮收受礼金", "方城县住建局局长李明亮被指收受礼金。")]
    night = group(first, script=SCRIPT)
    assert night.events[0].state is EventState.SUGGESTED
    denial = fact(
        "b",
        "方城县：住建局局长李明亮收受礼金不实",
        "经查，方城县住建局局长李明亮收受礼金一事不实。",
        D + timedelta(days=2),
        CLEARED,
    )
    after = regroup(night, first, [denial])
    (event,) = after.events
    assert event.id == night.events[0].id
    assert event.state is EventState.REFUTED
    assert "《方城县：住建局局长李明亮收受礼金不实》（2026-03-04）澄清或撤销了此事，不再计入" in event.because
    assert after.refuted == {event.id: "b"}


def test_a_denial_that_is_overtaken_does_not_stand() -> None:
    """First denied, then admitted: the last word counts."""
    facts = [
        fact("a", "网传方城县住建局局长李明亮收受礼金", "方城县住建局局长李明亮被指收受礼金。"),
        fact(
            "b",
            "方城县辟谣：李明亮收受礼金不实",
            "方城县住建局局长李明亮收受礼金一事不实。",
            D + timedelta(days=1),
            CLEARED,
        ),
        fact("c", "方城县住建局局长李明亮被免职", REWRITE, D + timedelta(days=9)),
    ]
    (event,) = group(facts, script=SCRIPT).events
    assert event.state is EventState.SUGGESTED


def test_an_analysts_dismissal_stands() -> None:
    """What a person dismissed stays dismissed."""
    first = [fact("a", "方城县住建局局长李明亮被查", NOTICE)]
    (event,) = group(first, script=SCRIPT).events
    dismissed = NewsEvent(event.id, event.title, D, ("a",), event.units, event.labels, True, 0.9, EventState.DISMISSED)
    denial = fact("b", "方城县住建局局长李明亮被查系谣言", "方城县住建局局长李明亮被查系谣言。", D, CLEARED)
    (after,) = group([denial], [KnownEvent(dismissed, first[0], first)], script=SCRIPT).events
    assert after.state is EventState.DISMISSED


def test_what_an_event_is_counted_for() -> None:
    """Units of the representative, labels that it or half of its articles bear, and the least certain score."""
    facts = [
        fact("a", "方城县住建局原局长李明亮接受审查调查", NOTICE),
        fact("b", "方城县住建局原局长李明亮被查", REPRINT, D, NOTHING),
    ]
    (event,) = group(facts, script=SCRIPT).events
    assert event.units == ("fangcheng",)
    assert event.labels == (NewsLabel.MISCONDUCT,)
    assert event.negative
    assert event.confidence == pytest.approx(0.9)
    assert event.persons == ("李明亮",)
    assert event.articles == ("a", "b")


def test_items_without_text_belong_to_no_event() -> None:
    """Nothing to compare, nothing to count."""
    facts = [fact("a", "", ""), fact("b", "！！！", "123"), fact("c", "", "🙂" * 50)]
    grouping = group(facts, script=SCRIPT)
    assert grouping.events == ()
    assert grouping.event_of == {}
