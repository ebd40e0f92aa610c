"""What the console asks the worker for: it never crawls itself."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final


class JobKind(StrEnum):
    """Each kind says what its argument holds."""

    AUDIT_SITE = "audit_site"  # url, max_pages, max_minutes: one site now, kept as an audit by hand
    CRAWL_PORTAL = "crawl_portal"  # url: a portal of the registry, as a night would visit it
    RECHECK_FINDING = "recheck_finding"  # site (key), finding (id), url (where a unit says that it is; "" else)
    SCORE_ROUND = "score_round"  # round (id), flags (unit → flags): the run that the round needs next
    RUN_REPORT = "run_report"  # run (id), format (docx, xlsx), basis (day and stage that the document speaks of)


JOB_NAMES: Final = {
    JobKind.AUDIT_SITE: "巡查一个网站",
    JobKind.CRAWL_PORTAL: "巡查门户",
    JobKind.RECHECK_FINDING: "复查一项发现",
    JobKind.SCORE_ROUND: "计分",
    JobKind.RUN_REPORT: "生成评价报告",
}


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


JOB_STATE_NAMES: Final = {
    JobState.WAITING: "排队",
    JobState.RUNNING: "进行中",
    JobState.DONE: "完成",
    JobState.FAILED: "未成",
    JobState.CANCELLED: "已取消",
}


@dataclass(frozen=True, slots=True)
class Job:
    """One thing that was asked for, and what came of it."""

    id: int
    kind: JobKind
    argument: dict[str, Any]
    subject: str  # what it is about: "finding:<site>:<id>", "site:<key>", "round:<id>", "report:<run>:<format>"
    state: JobState
    by: str
    asked_at: datetime
    unit: str | None = None  # of the account that asked, where it was a unit's
    began: datetime | None = None
    ended: datetime | None = None
    told: str = ""  # one Chinese sentence: what came of it, or why it failed
    progress: str = ""  # Chinese, while it runs
    tries: int = 0  # how often it was begun
    result: dict[str, Any] | None = None  # for the pages: audit, run …
