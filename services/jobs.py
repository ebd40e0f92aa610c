"""Asking the worker for something that takes long or goes out to the network."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import Engine

from records.jobs import Job, JobKind
from services.schemes import WrongCallError
from storage.audits import site_key
from storage.jobs import JobRepository

MOST_PAGES: Final = 20_000
MOST_MINUTES: Final = 12 * 60.0


def finding_subject(site: str, finding: str) -> str:
    """How jobs about a finding are found again."""
    return f"finding:{site}:{finding}"


def report_subject(run: str, kind: str) -> str:
    """How jobs that make a document of a run are found again."""
    return f"report:{run}:{kind}"


class JobQueue:
    """Every method raises ``StorageError``; ``ask`` also ``WrongCallError``."""

    def __init__(self, engine: Engine) -> None:
        self.jobs = JobRepository(engine)

    def ask(
        self,
        kind: JobKind,
        argument: Mapping[str, Any],
        *,
        by: str,
        at: datetime,
        unit: str | None = None,
        once: str | None = None,
    ) -> Job:
        """Queue a job.  ``once``: two requests with the same word are one job; ``unit`` of the account that asks."""
        checked = _check(kind, dict(argument))
        return self.jobs.add(kind, checked, subject=_subject(kind, checked), by=by, unit=unit, at=at, once=once)

    def load(self, number: int) -> Job:
        return self.jobs.load(number)

    def newest(self, **filters: Any) -> tuple[Job, ...]:
        """See ``JobRepository.newest``."""
        return self.jobs.newest(**filters)

    def of_subject(self, subject: str, limit: int = 20) -> tuple[Job, ...]:
        """Jobs about one thing, newest first."""
        return self.jobs.newest(subject=subject, limit=limit)


def _subject(kind: JobKind, argument: Mapping[str, Any]) -> str:
    match kind:
        case JobKind.RECHECK_FINDING:
            return finding_subject(argument["site"], argument["finding"])
        case JobKind.AUDIT_SITE | JobKind.CRAWL_PORTAL:
            return f"site:{site_key(argument['url'])}"
        case JobKind.SCORE_ROUND:
            return f"round:{argument['round']}"
        case JobKind.RUN_REPORT:
            return report_subject(argument["run"], argument["format"])


def _check(kind: JobKind, argument: dict[str, Any]) -> dict[str, Any]:
    """The argument as the worker will take it."""
    match kind:
        case JobKind.RECHECK_FINDING:
            site, finding = str(argument["site"]), str(argument["finding"])
            url = str(argument.get("url") or "")
            return {"site": site, "finding": finding, "url": web_address(url) if url else ""}
        case JobKind.AUDIT_SITE:
            pages, minutes = int(argument.get("max_pages") or 500), float(argument.get("max_minutes") or 20)
            if not 1 <= pages <= MOST_PAGES or not 0.1 <= minutes <= MOST_MINUTES:
                raise WrongCallError(f"最多网页数须为 1—{MOST_PAGES}，最多分钟数须为 0.1—{MOST_MINUTES:g}")
            return {"url": web_address(str(argument["url"])), "max_pages": pages, "max_minutes": minutes}
        case JobKind.CRAWL_PORTAL:
            return {"url": web_address(str(argument["url"]))}
        case JobKind.SCORE_ROUND:
            given = dict(argument.get("flags") or {})
            flags = {str(unit): [str(one) for one in flags] for unit, flags in given.items()}
            return {"round": str(argument["round"]), "flags": flags}
        case JobKind.RUN_REPORT:
            run, format_ = str(argument["run"]), str(argument["format"])
            if not run.isascii() or not run.isdigit() or format_ not in ("docx", "xlsx"):
                raise WrongCallError("报告须指明计分编号，格式为 docx 或 xlsx")
            return {"run": run, "format": format_, "basis": str(argument["basis"])}


def web_address(text: str) -> str:
    """An address of the web as it was written, ``http://`` added where nothing stands before it.

    ``WrongCallError`` for everything else: other schemes, no host, a name and password in it.
    """
    given = text.strip()
    if "://" not in given:
        given = f"http://{given}"
    try:
        parts = urlsplit(given)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    bad = not host or parts.scheme not in ("http", "https") or "@" in parts.netloc
    if bad or len(given) > 2000 or any(c.isspace() or not c.isprintable() for c in given):
        raise WrongCallError(f"“{text.strip()[:80]}”不是网址，应写作 http://www.example.gov.cn/…")
    return given
