"""A round from storage to points: golden totals, the same bytes twice, and the walk back to the evidence."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from records.judgement import Finding
from records.review import FindingReview, ReviewState
from records.sightings import FindingLife, LifeState
from records.verdicts import SiteVerdict
from scoring_bridge.watch import News
from services.finding_gate import gate_clauses, load_gate
from services.reports.run_text import run_explanation, run_overview, tasks_text
from services.run_document import values_document
from services.run_questions import TaskKind, tasks, trust, unit_gains
from services.schemes import WrongCallError
from services.score_round import open_run, result_of
from services.score_values import score_values
from tests.bridge.watch_builder import event, finding
from tests.runs.run_builder import IDS, NOW, Round, refs, site, totals

STALE = finding("stale_column", site("liuwan") + "zwgk/tzgg/")


@pytest.fixture
def ready(round_: Round) -> Round:
    """Three counties: one clean, one with a stale column, one whose portal refused us."""
    round_.audit("qinghe")
    round_.audit("liuwan", STALE)
    round_.audit("yantang", verdict=SiteVerdict.BLOCKED)
    return round_


def test_totals_worked_by_hand(ready: Round) -> None:
    """NYC-01 2 + NYC-04 2 + NYC-05 2 (0 with the stale column); the refused portal has nothing and loses nothing.

    With news (nothing negative of anybody): 02 3, 03 3, 18 6, and 19, 20 (6 each): all three tie at rank 1, q = 0 →
    full; 24 counts nought → 0; 22 waits for the county.  Filed: NYC-13 of 青禾 12 fields × 0.1 = 1.2.
    青禾 6 + 24 + 1.2 = 31.20; 柳湾 4 + 24 = 28.00; 雁塘 24.00.
    """
    ready.news = News((), 100)
    ready.file("qinghe", {"NYC-13": 12})
    assert totals(ready.score()) == {"qinghe": "31.20", "liuwan": "28.00", "yantang": "24.00"}


def test_without_news_its_rows_are_open_and_not_full(ready: Round) -> None:
    run = ready.score()
    assert totals(run) == {"qinghe": "6.00", "liuwan": "4.00", "yantang": "0.00"}
    blocked = next(unit for unit in run.run.units if unit.id == "yantang")
    told = {score.id: score for score in blocked.indicators}
    assert told["NYC-05"].missing is not None
    assert told["NYC-05"].missing.value == "not_measured"
    assert "拒绝了自动巡查" in told["NYC-05"].because
    assert told["NYC-06"].missing is not None
    assert told["NYC-06"].missing.value == "not_supplied"


def test_the_same_inputs_give_the_same_bytes(ready: Round) -> None:
    """Only the number and the instant differ, and they stand outside the documents."""
    ready.news = News((event(1, negative=True),), 100)
    first, second = ready.score(), ready.score(now=NOW + timedelta(days=1))
    one, other = ready.runs.load(first.head.id), ready.runs.load(second.head.id)
    assert (one.inputs, one.result) == (other.inputs, other.result)
    assert (one.head.inputs_sha256, one.head.result_sha256) == (other.head.inputs_sha256, other.head.result_sha256)
    assert one.head.id != other.head.id


def test_a_run_is_worked_out_again_to_the_same_result_and_opens_as_it_was(ready: Round) -> None:
    made = ready.score()
    opened = open_run(ready.runs.load(made.head.id))
    assert opened.run.units == made.run.units
    assert result_of(opened.inputs) == ready.runs.load(made.head.id).result


def test_a_later_audit_does_not_touch_a_stored_run(ready: Round) -> None:
    made = ready.score()
    ready.audit("qinghe", finding("stale_column", site("qinghe") + "zwgk/x/"))
    assert totals(open_run(ready.runs.load(made.head.id))) == totals(made)
    assert totals(ready.score())["qinghe"] == "4.00"


def test_anybody_can_score_the_values_of_a_run(ready: Round) -> None:
    """The values document is the contract's: the model alone gives the same points from it."""
    ready.file("qinghe", {"NYC-06": Decimal("0.004"), "NYC-13": 12})
    made = ready.score()
    again = score_values("nanyang-county", values_document(made.inputs).decode())
    assert [(unit.id, unit.total, unit.low, unit.high) for unit in again.units] == [
        (unit.id, unit.total, unit.low, unit.high) for unit in made.run.units
    ]
    assert [[row.because for row in unit.indicators] for unit in again.units] == [
        [row.because for row in unit.indicators] for unit in made.run.units
    ]


def test_a_point_walks_to_its_evidence_and_to_the_words_of_the_rule(ready: Round) -> None:
    made = ready.score()
    assert refs(made.inputs.values, "liuwan", "NYC-05") == [STALE.id]
    unit = next(one for one in made.run.units if one.id == "liuwan")
    text = run_explanation(made, unit, unit_gains(made, unit), trust(made))
    for wanted in (
        STALE.id,
        STALE.subject,
        "月度没有更新的栏目，不得分",
        "NYC-05 政府网站建设：0.00 / 2.00",
        made.head.inputs_sha256,
    ):
        assert wanted in text


def test_a_dismissed_finding_gives_its_points_back_and_only_to_its_unit(ready: Round) -> None:
    before = totals(ready.score())
    review = FindingReview("www.liuwan.test", STALE.id, ReviewState.DISMISSED, "栏目已停用", "张三", NOW)
    ready.reviews.add(review)
    after = totals(ready.score())
    assert after == {**before, "liuwan": "6.00"}


def test_a_dismissal_at_another_portal_moves_nothing(ready: Round) -> None:
    before = totals(ready.score())
    ready.reviews.add(FindingReview("www.qinghe.test", STALE.id, ReviewState.DISMISSED, "不是", "张三", NOW))
    assert totals(ready.score()) == before


def test_order_of_units_is_irrelevant(ready: Round) -> None:
    before = totals(ready.score())
    ready.city = replace(ready.city, units=tuple(reversed(ready.city.units)))
    assert totals(ready.score()) == before


def test_what_a_department_below_did_is_charged_once(ready: Round) -> None:
    child = replace(ready.city.units[0], id="qinghe-fgw", name="青禾县发改委", parent="qinghe", evaluated=False)
    ready.city = replace(ready.city, units=(*ready.city.units, child))
    ready.news = News((event(1, negative=True, units=("qinghe-fgw", "qinghe")),), 100)
    made = ready.score()
    values = {value.unit: value.value for value in made.inputs.values if value.indicator == "NYC-19"}
    assert values == {"qinghe": 1, "liuwan": 0, "yantang": 0}


def test_tasks_are_what_people_have_to_do(ready: Round) -> None:
    ready.file("qinghe", {"NYC-22": 4})
    ready.news = News((), 100)
    found = tasks(ready.score())
    assert [(one.unit, one.indicator) for one in found if one.kind is TaskKind.DISCREPANCY] == [("qinghe", "NYC-22")]
    suspicions = [(one.unit, one.indicator, one.points) for one in found if one.kind is TaskKind.SUSPICION]
    assert suspicions == [("liuwan", "NYC-05", Decimal("2.00"))]
    assert {one.indicator for one in found if one.kind is TaskKind.NOT_MEASURED} == {"NYC-01", "NYC-04", "NYC-05"}


def test_a_suspicion_that_moves_nothing_is_no_task(ready: Round) -> None:
    """Three stale columns, none reviewed: to dismiss one alone leaves the row at nought."""
    more = [finding("stale_column", f"{site('qinghe')}zwgk/{n}/") for n in range(3)]
    ready.audit("qinghe", *more)
    found = [one for one in tasks(ready.score()) if one.kind is TaskKind.SUSPICION and one.unit == "qinghe"]
    assert found == []


def test_ranks_that_hang_on_a_suspicion_are_said(ready: Round) -> None:
    """柳湾 is behind 青禾 by the stale column alone: dismissed, they tie."""
    made = ready.score()
    found = trust(made)
    assert found.sensitivity.groups == (("qinghe", "liuwan"),)
    text = run_overview(made, found, tasks(made))
    assert "第 1–2 名不可区分：青禾县、柳湾区" in text
    assert "三种零" in text


def test_without_doubt_every_rank_is_certain(round_: Round) -> None:
    for unit in IDS:
        round_.audit(unit)
    made = round_.score()
    found = trust(made)
    assert found.sensitivity.groups == ()
    assert all(one.low == one.high == one.rank for one in found.sensitivity.ranges)


def test_gains_name_the_greatest_first(ready: Round) -> None:
    """柳湾: NYC-05 2.00 by mending; the next band of NYC-06 stands 0.1 away, worth 5 × (100 % − 20 %) = 4.00."""
    ready.file("qinghe", {"NYC-06": Decimal("0.1")})
    ready.file("liuwan", {"NYC-06": Decimal("0.2")})
    made = ready.score()
    unit = next(one for one in made.run.units if one.id == "liuwan")
    known = [gain for gain in unit_gains(made, unit) if not gain.open]
    assert [(gain.indicator, gain.points, gain.certain) for gain in known] == [
        ("NYC-06", Decimal("4.00"), False),
        ("NYC-05", Decimal("2.00"), True),
    ]
    assert "由 0.2 到 0.1" in known[0].how


@pytest.mark.parametrize(
    ("scheme", "flags", "message"),
    [
        ("nanyang-county", {"nobody": ("x",)}, "不是本次评价的单位编号"),
        ("jiyuan", {"qinghe": ("serious",)}, "没有规定标记"),
        ("nanyang-department", None, "没有方案 nanyang-department 的评价对象"),
    ],
)
def test_a_wrong_call_keeps_nothing(ready: Round, scheme: str, flags: dict[str, tuple[str, ...]], message: str) -> None:
    with pytest.raises(WrongCallError, match=message):
        ready.score(scheme, flags)
    assert ready.runs.heads() == ()


def test_a_filed_value_of_the_wrong_shape_is_told_and_keeps_nothing(ready: Round) -> None:
    ready.file("qinghe", {"NYC-13": "十二", "NYC-06": 7})
    with pytest.raises(WrongCallError) as caught:
        ready.score()
    assert len(caught.value.lines) == 2
    assert ready.runs.heads() == ()


def test_a_flag_caps_the_total_and_is_part_of_the_inputs(round_: Round) -> None:
    run = round_.score("jiyuan", {"qinghe": ("enforcement_listed",)})
    assert json.loads(round_.runs.load(run.head.id).inputs)["units"][0]["flags"] == ["enforcement_listed"]
    assert run.run.units[0].adjustments[0].rule == "enforcement_listed"


def test_the_tasks_text_names_each(ready: Round) -> None:
    made = ready.score()
    text = tasks_text(made, tasks(made))
    assert STALE.id in text
    assert "雁塘县：NYC-01、NYC-04、NYC-05" in text


@dataclass(frozen=True)
class WatchedByNight:
    """What nights say where one portal is watched: its stale column has a life."""

    watched: bool

    def unproven(self) -> frozenset[int]:
        return frozenset()

    def lives(
        self, days: tuple[date, date], found: Mapping[str, Collection[Finding]]
    ) -> Mapping[tuple[str, str], FindingLife]:
        lives = (
            FindingLife(one.id, key, one.check, one.subject, LifeState.SUSPECTED, None, None, None)
            for key, findings in found.items()
            for one in findings
        )
        return {(one.site, one.finding): one for one in lives} if self.watched else {}

    def gate(self) -> tuple[str, ...]:
        return gate_clauses(load_gate())


@pytest.mark.parametrize("watched", [True, False])
def test_the_gate_of_the_nights_is_printed_where_it_decided(ready: Round, watched: bool) -> None:
    """Who reads a score sees how often a fault had to be seen; the stored run says it for ever."""
    ready.nights = WatchedByNight(watched)
    run = ready.score()
    told = "同一问题须看到不少于 3 次，分布在不少于 2 天、2 个时段，其中至少一次在上班时间"
    assert (told in run_overview(run, trust(run), tasks(run))) is watched
    again = open_run(ready.runs.load(run.head.id))
    assert (told in run_overview(again, trust(again), tasks(again))) is watched
    assumptions = [one["text"] for one in json.loads(result_of(again.inputs))["assumptions"]]
    assert any(told in text for text in assumptions) is watched
    assert result_of(again.inputs) == ready.runs.load(run.head.id).result
