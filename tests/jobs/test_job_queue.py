"""The queue of jobs, on both databases."""

from datetime import datetime, timedelta

import pytest

from records.jobs import JobKind, JobState
from services.jobs import JobQueue, web_address
from services.rounds.life import BEIJING
from services.schemes import WrongCallError
from storage.jobs import UnknownJobError

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=BEIJING)
AUDIT = (JobKind.AUDIT_SITE,)


def ask(queue, url="http://a.example/", **more):
    return queue.ask(JobKind.AUDIT_SITE, {"url": url}, by="测试", at=NOW, **more)


def test_one_word_is_one_job(engine):
    """A form that is sent twice asks for one thing."""
    queue = JobQueue(engine)
    assert ask(queue, once="form-1").id == ask(queue, once="form-1").id
    assert ask(queue).id != ask(queue).id


def test_a_job_is_claimed_once(engine):
    """Two services never do the same job, and each takes only what is its own to do."""
    queue = JobQueue(engine)
    first, second = ask(queue), ask(queue)
    assert queue.jobs.claim("x", NOW, (JobKind.RECHECK_FINDING,)) is None
    assert queue.jobs.claim("x", NOW, AUDIT).id == first.id
    assert queue.jobs.claim("y", NOW, AUDIT).id == second.id
    assert queue.jobs.claim("z", NOW, AUDIT) is None


def test_a_lost_job_waits_again_and_in_the_end_fails(engine):
    """A process that is killed loses no job; one that kills its process each time is given up with a sentence."""
    queue = JobQueue(engine)
    number = ask(queue).id
    for turn in range(3):
        at = NOW + timedelta(hours=turn)
        assert queue.jobs.claim("x", at, AUDIT).tries == turn + 1
        later = at + timedelta(minutes=2)
        assert queue.jobs.put_back(older_than=later, at=later, most_tries=3) == (number,)
    job = queue.load(number)
    assert job.state is JobState.FAILED
    assert "3 次" in job.told


def test_who_lost_a_job_cannot_end_it(engine):
    """What a process says of a job that another one has taken over is not believed."""
    queue = JobQueue(engine)
    number = ask(queue).id
    queue.jobs.claim("x", NOW, AUDIT)
    queue.jobs.put_back(older_than=NOW + timedelta(minutes=2), at=NOW, most_tries=3)
    queue.jobs.claim("y", NOW, AUDIT)
    assert not queue.jobs.beat(number, "x", NOW)
    assert not queue.jobs.end(number, "x", JobState.DONE, at=NOW, told="旧的")
    assert queue.jobs.end(number, "y", JobState.DONE, at=NOW, told="新的", result={"pages": 3})
    assert queue.load(number).told == "新的"
    assert queue.load(number).result == {"pages": 3}


def test_a_cancelled_job_is_not_begun(engine):
    """What was cancelled stays so, and a job that is over cannot be cancelled any more."""
    queue = JobQueue(engine)
    number = ask(queue).id
    assert queue.jobs.cancel(number, at=NOW, told="不需要了").state is JobState.CANCELLED
    assert queue.jobs.claim("x", NOW, AUDIT) is None
    with pytest.raises(UnknownJobError):
        queue.load(number + 1000)


@pytest.mark.parametrize(
    "text",
    ["", "ftp://a.example/", "file:///etc/passwd", "http://", "http://user:pass@a.example/", "http://a b/", "http://[::1",
     "http://a.example/\x00", "javascript:alert(1)", "http://" + "a" * 3000],
)  # fmt: skip
def test_what_is_no_address_is_refused(text):
    """Only addresses of the web are asked, and no password of anybody is sent along."""
    with pytest.raises(WrongCallError):
        web_address(text)
