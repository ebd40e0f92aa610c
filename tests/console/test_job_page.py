"""The page of a job shows every kind of job, in every state, with whatever came of it."""

import pytest

from records.accounts import Role
from records.jobs import JobKind, JobState
from services.jobs import JobQueue
from storage.jobs import JobRepository

ASKED = {
    JobKind.AUDIT_SITE: ({"url": "http://dongcheng.example/"}, {"pages": 3, "findings": 1, "report": "audit.html"}),
    JobKind.CRAWL_PORTAL: ({"url": "http://dongcheng.example/"}, {"audit": 1, "findings": 8, "paused": False}),
    JobKind.RECHECK_FINDING: ({"site": "dongcheng.example", "finding": "x"}, None),
    JobKind.SCORE_ROUND: ({"round": "2026"}, {"run": "1"}),
}


@pytest.mark.parametrize("kind", ASKED)
def test_a_job_that_is_over_is_shown(desk, kind: JobKind) -> None:
    """With its result; only an audit leads to a report."""
    jobs, (argument, result) = JobRepository(desk.tools.engine), ASKED[kind]
    job = JobQueue(desk.tools.engine).ask(kind, argument, by="冯", at=desk.clock())
    browser = desk.as_role(Role.OPERATOR)
    assert "排队" in browser.get(f"/jobs/{job.id}")
    assert jobs.claim("here", desk.clock(), tuple(JobKind)) is not None
    browser.get(f"/jobs/{job.id}")
    jobs.end(job.id, "here", JobState.DONE, at=desk.clock(), told="看了 97 个网页", result=result)
    text = browser.get(f"/jobs/{job.id}")
    assert "看了 97 个网页" in text
    assert ("打开巡查报告" in text) is (kind is JobKind.AUDIT_SITE)
