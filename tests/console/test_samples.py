"""The daily blind sample: the same for everybody, blind, and an honest figure of our own error."""

from datetime import timedelta

import pytest

from records.accounts import Role
from records.desk import BlindSample, GivenAnswer, SampleAnswer, SampleKind
from services.desk.samples import error_rates, sample_of
from storage.samples import SampleRepository
from tests.console.flag_city import FlagCity, at, dead, stale


@pytest.fixture
def drawn(desk) -> tuple[BlindSample, ...]:
    """Fourteen fails on two portals; the pages that answered are passes."""
    made = FlagCity(desk.tools)
    found = {unit: [dead(unit, f"p/{n}.html") for n in range(6)] + [stale(unit)] for unit in ("dongcheng", "xicheng")}
    made.night(at("11-19 21:00"), found)
    desk.as_role(Role.ANALYST).get("/samples")
    return SampleRepository(desk.tools.engine).of_day("linshui", desk.tools.today)


def test_as_many_fails_as_there_should_be_from_as_many_portals_as_possible(drawn) -> None:
    fails = [one for one in drawn if one.failed]
    assert len(fails) == 10
    assert {one.site: sum(o.site == one.site for o in fails) for one in fails} == {
        "dongcheng.example": 5, "xicheng.example": 5,
    }  # fmt: skip
    assert [one.position for one in drawn] == list(range(1, len(drawn) + 1))
    assert len({one.subject for one in drawn}) == len(drawn)
    assert any(not one.failed for one in drawn)


def test_the_sample_of_a_day_is_one_sample(desk, drawn) -> None:
    """Drawn again it is the same, and another day's is another."""
    kept = SampleRepository(desk.tools.engine)
    assert sample_of(kept, "linshui", desk.tools.today) == drawn
    tomorrow = sample_of(kept, "linshui", desk.tools.today + timedelta(days=1))
    assert [one.subject for one in tomorrow] != [one.subject for one in drawn]


def test_our_verdict_is_not_shown_before_the_answer(desk, drawn) -> None:
    """Who sees the verdict judges the verdict."""
    browser = desk.as_role(Role.ANALYST)
    text = browser.get("/samples")
    assert "我们的判断：" not in text
    for word in ("失效", "打不开的链接", "可以打开", "按期更新", "超期"):
        assert word not in text
    one = next(one for one in drawn if one.failed)
    answered = browser.post(f"/samples/{one.id}", given="good")
    assert answered.count("我们的判断：") == 1
    assert "<strong>不一致</strong>" in answered


def test_the_first_answer_counts_and_there_is_no_second(desk, drawn) -> None:
    browser = desk.as_role(Role.ANALYST)
    browser.post(f"/samples/{drawn[0].id}", given="bad")
    assert "第一次的判断有效" in browser.post(f"/samples/{drawn[0].id}", status=422, given="good")
    assert "请选择" in browser.post(f"/samples/{drawn[1].id}", status=422, given="perhaps")
    assert "没有这一条" in browser.post("/samples/99999", status=422, given="good")
    desk.as_role(Role.AUDITOR).post(f"/samples/{drawn[1].id}", status=403, given="good")
    assert len(SampleRepository(desk.tools.engine).answers([one.id for one in drawn])) == 1


def test_error_rates_are_told_with_their_interval(desk, drawn) -> None:
    """Ten fails of which two were well: 20 %, and the interval says how little ten are."""
    kept = SampleRepository(desk.tools.engine)
    fails = [one for one in drawn if one.failed]
    passes = [one for one in drawn if not one.failed]
    for number, one in enumerate(fails):
        kept.answer(GivenAnswer(one.id, SampleAnswer.GOOD if number < 2 else SampleAnswer.BAD, "a", desk.clock()))
        kept.answer(GivenAnswer(one.id, SampleAnswer.GOOD, "b", desk.clock()))
    kept.answer(GivenAnswer(passes[0].id, SampleAnswer.UNCLEAR, "a", desk.clock()))
    every, misses, *_ = error_rates(kept, "linshui", desk.tools.today)
    assert (every.wrong, every.judged, misses.judged, misses.unclear) == (2, 10, 0, 1)
    assert [round(one, 3) for one in every.bounds] == [0.057, 0.51]
    assert "2 / 10 = 20.0%（5.7%–51.0%）" in desk.as_role(Role.AUDITOR).get("/samples")
    assert error_rates(kept, "linshui", desk.tools.today + timedelta(days=91))[0].judged == 0
    links = next(
        one for one in error_rates(kept, "linshui", desk.tools.today) if one.kind is SampleKind.LINK and one.failed
    )
    assert links.judged == sum(one.kind is SampleKind.LINK for one in fails)
