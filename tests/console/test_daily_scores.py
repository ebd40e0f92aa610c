"""What changed since yesterday: a round that is being gathered is scored after each night that counts, once."""

from datetime import timedelta

import pytest

from records.jobs import JobKind, JobState
from records.nights import NightState
from records.rounds import Stage
from records.watch import WindowScope
from services.jobs import JobQueue
from services.rounds.book import RoundBook
from services.rounds.daily import ask_scores, newest_that_counts
from storage.nights import NightRepository
from storage.rounds import RoundRepository
from tests.console.rounds_at_desk import advanced, opened

URL = "http://dongcheng.example/"


def night(desk, state=NightState.HEALTHY, scope=WindowScope.ALL):
    """A night that has just ended."""
    nights, at = NightRepository(desk.tools.engine), desk.clock()
    begun = nights.begin("linshui", at.date(), by="scheduler", now=at, portals=[("dongcheng", URL)], scope=scope)
    nights.set_state(begun.id, state, by="程序", why="", now=at)
    return nights.load(begun.id)


def asked(desk, of):
    queue = JobQueue(desk.tools.engine)
    ask_scores(RoundBook(RoundRepository(desk.tools.engine)), queue, of, desk.clock())
    return [job for job in queue.newest() if job.kind is JobKind.SCORE_ROUND]


def test_a_round_that_is_gathered_is_scored_once_a_night(desk):
    """Asked again in the next turn, or by a worker that was started anew, the same night is the same job."""
    round_ = opened(desk)
    first = night(desk)
    (job,) = asked(desk, first)
    assert (job.argument["round"], job.by, job.state) == (round_.plan.id, "程序", JobState.WAITING)
    assert len(asked(desk, first)) == 1
    desk.clock.pass_by(timedelta(days=1))
    assert len(asked(desk, night(desk))) == 2


@pytest.mark.parametrize("stage", [Stage.PRELIMINARY, Stage.FEEDBACK])
def test_a_round_with_a_result_is_left_alone(desk, stage):
    """From the preliminary result on, only reviews move a number."""
    advanced(desk, opened(desk).plan.id, stage)
    assert asked(desk, night(desk)) == []


def test_a_round_of_another_period_is_left_alone(desk):
    opened(desk, str(desk.clock().year + 1))
    assert asked(desk, night(desk)) == []


def test_the_flags_of_the_office_stay(desk):
    """A mark that the office set does not vanish overnight: the change would be told as one of the unit."""
    round_ = opened(desk)
    queue = JobQueue(desk.tools.engine)
    given = {"round": round_.plan.id, "flags": {"dongcheng": ["x"]}}
    queue.ask(JobKind.SCORE_ROUND, given, by="局办甲", at=desk.clock())
    assert asked(desk, night(desk))[0].argument == given


@pytest.mark.parametrize(
    ("state", "scope", "hours", "counts"),
    [
        (NightState.HEALTHY, WindowScope.ALL, 1, True),
        (NightState.HEALTHY, WindowScope.ALL, 25, False),
        (NightState.HELD, WindowScope.ALL, 1, False),
        (NightState.VOIDED, WindowScope.ALL, 1, False),
        (NightState.HEALTHY, WindowScope.SUSPECTS, 1, False),
    ],
)
def test_only_a_whole_night_that_counts_is_followed(desk, state, scope, hours, counts):
    """A held night accuses nobody, a look at suspects is no night, and what is a day old is yesterday's."""
    made = night(desk, state, scope)
    later = desk.clock() + timedelta(hours=hours)
    assert newest_that_counts([made], later) == (made if counts else None)
