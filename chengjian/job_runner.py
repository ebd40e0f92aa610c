"""Runs the jobs that the console asked for, one after another, each in a child process; beside the nights.

Any number of services may run on one database: a job is claimed by one of them, and waits again where that one died.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from chengjian.children import last_line
from chengjian.settings import Settings, child_environment
from records.jobs import Job, JobKind, JobState
from records.registry import City
from records.visits import VisitEnd
from storage.clock import now
from storage.encoding import from_json
from storage.errors import StorageError
from storage.jobs import JobRepository

LOOK_EVERY: Final = 1.0  # seconds
BEAT_EVERY: Final = 2.0  # seconds
LOST_AFTER: Final = timedelta(seconds=60)
MOST_TRIES: Final = 3
_LONGEST: Final = {  # seconds; an audit ends by its own limit before
    JobKind.AUDIT_SITE: 13 * 3600.0,
    JobKind.CRAWL_PORTAL: 13 * 3600.0,
    JobKind.RECHECK_FINDING: 300.0,
    JobKind.SCORE_ROUND: 900.0,
    JobKind.RUN_REPORT: 900.0,
}
_WELL: Final = {  # exit statuses that are an answer (CONTRACTS §1)
    JobKind.AUDIT_SITE: (0, 1, 3),
    JobKind.CRAWL_PORTAL: (0, 1, 3, 130),
    JobKind.RECHECK_FINDING: (0,),
    JobKind.SCORE_ROUND: (0,),
    JobKind.RUN_REPORT: (0,),
}


#: What runs beside each other: who asks for one page again does not wait for somebody's whole site.
LANES: Final[tuple[tuple[JobKind, ...], ...]] = (
    (JobKind.RECHECK_FINDING, JobKind.SCORE_ROUND, JobKind.RUN_REPORT),
    (JobKind.RECHECK_FINDING, JobKind.SCORE_ROUND),
    (JobKind.AUDIT_SITE, JobKind.CRAWL_PORTAL),
    (JobKind.AUDIT_SITE, JobKind.CRAWL_PORTAL),
)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended."""

    status: int
    said: bytes
    complaint: str


@dataclass(slots=True)
class JobRunner:
    """Takes jobs until it is stopped."""

    settings: Settings
    city: City
    city_name: str  # as it was given
    jobs: JobRepository
    holder: str
    log: Any

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop``; a job that runs is then put back and begun again by the next service."""
        async with asyncio.TaskGroup() as group:
            for number, kinds in enumerate(LANES):
                lane = replace(self, holder=f"{self.holder}:{number}")
                group.create_task(lane.take(kinds, stop))

    async def take(self, kinds: tuple[JobKind, ...], stop: asyncio.Event) -> None:
        """Jobs of these kinds, one after another."""
        put_back_at = 0.0
        while not stop.is_set():
            try:
                if time.monotonic() > put_back_at:
                    put_back_at = time.monotonic() + LOST_AFTER.total_seconds() / 2
                    await asyncio.to_thread(self._put_back)
                job = await asyncio.to_thread(self.jobs.claim, self.holder, now(), kinds)
                if job is not None:
                    await self._do(job, stop)
                    continue
            except (StorageError, OSError) as error:
                self.log.error("jobs", reason=str(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_EVERY)

    def _put_back(self) -> None:
        for number in self.jobs.put_back(older_than=now() - LOST_AFTER, at=now(), most_tries=MOST_TRIES):
            self.log.error("job_lost", job=number)

    async def _do(self, job: Job, stop: asyncio.Event) -> None:
        self.log.info("job_began", job=job.id, kind=job.kind.value, subject=job.subject)
        folder = self.settings.home / "jobs" / str(job.id)
        folder.mkdir(parents=True, exist_ok=True)
        child = await self._start(self.words(job, folder), folder / "complaints.log")
        outcome = asyncio.create_task(_outcome(child, folder / "complaints.log"))
        began, ours = time.monotonic(), True
        while not outcome.done():
            await asyncio.wait([outcome], timeout=BEAT_EVERY)
            late = time.monotonic() - began > _LONGEST[job.kind]
            if outcome.done():
                break
            ours = await asyncio.to_thread(
                self.jobs.beat, job.id, self.holder, now(), last_line(folder / "complaints.log")
            )
            if stop.is_set() or late or not ours:
                with contextlib.suppress(ProcessLookupError):
                    child.terminate()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(asyncio.shield(outcome), 20)
                if not outcome.done():
                    with contextlib.suppress(ProcessLookupError):
                        child.kill()
        ended = await outcome
        if stop.is_set() and ended.status not in _WELL[job.kind]:
            return  # no sign of life any more: it waits again
        if ours:
            await asyncio.to_thread(self._end, job, ended, folder)

    def _end(self, job: Job, ended: Ended, folder: Path) -> None:
        if ended.status not in _WELL[job.kind]:
            how = "时间到，已停止" if ended.status < 0 else ended.complaint or f"子进程以状态 {ended.status} 结束"
            self.jobs.end(job.id, self.holder, JobState.FAILED, at=now(), told=f"未成：{how}"[:500])
            self.log.error("job_failed", job=job.id, reason=how)
            return
        told, result = self._told(job, ended, folder)
        self.jobs.end(job.id, self.holder, JobState.DONE, at=now(), told=told, result=result)
        self.log.info("job_done", job=job.id, told=told)

    # -- what a job is ----------------------------------------------------------------------------------------------

    def words(self, job: Job, folder: Path) -> list[str]:
        """The command of the program that does the job."""
        argument = job.argument
        match job.kind:
            case JobKind.AUDIT_SITE:
                words = ["audit", argument["url"], "--json", str(folder / "audit.json")]
                words += ["--html", str(folder / "audit.html"), "--max-pages", str(argument["max_pages"])]
                return [*words, "--max-minutes", f"{float(argument['max_minutes']):g}", *self._fenced()]
            case JobKind.CRAWL_PORTAL:
                return ["crawl", "--city", self.city_name, "--portal", argument["url"], "--child"]
            case JobKind.RECHECK_FINDING:
                words = ["findings", "recheck", argument["finding"], "--site", argument["site"]]
                return [*words, *(["--url", argument["url"]] if argument["url"] else []), *self._fenced()]
            case JobKind.SCORE_ROUND:
                flags = [f"{unit}={flag}" for unit, given in argument["flags"].items() for flag in given]
                words = ["round", "score", argument["round"], "--city", self.city_name]
                return [*words, *(word for flag in flags for word in ("--flag", flag))]

            case JobKind.RUN_REPORT:
                kind = argument["format"]
                return ["score", "--run", argument["run"], f"--{kind}", str(folder / f"report.{kind}")]

    def _fenced(self) -> list[str]:
        """What was typed into the console stays on the open network, and on the portals that the operator listed."""
        hosts = {urlsplit(portal.url).netloc for unit in self.city.units for portal in unit.portals}
        return ["--public-only", *(word for host in sorted(hosts) for word in ("--allow", host))]

    def _told(self, job: Job, ended: Ended, folder: Path) -> tuple[str, Mapping[str, Any] | None]:
        """What came of it: one Chinese sentence, and what pages need."""
        said = ended.said.decode("utf-8", "replace").strip()
        match job.kind:
            case JobKind.AUDIT_SITE:
                document = orjson.loads((folder / "audit.json").read_bytes())
                found = [one for one in document["findings"] if one["severity"] != "notice"]
                verdict = {"reachable": "", "unreachable": "网站无法访问；", "blocked": "网站拒绝巡查，不作结论；"}
                pages = document["counts"]["pages"]
                told = f"{verdict[document['site']['verdict']]}看了 {pages} 个网页，发现 {len(found)} 个问题"
                if document["stopped_by"]:
                    told += "（到达上限，没有看完）"
                return told, {"pages": pages, "findings": len(found), "report": "audit.html"}
            case JobKind.CRAWL_PORTAL:
                end = from_json(VisitEnd, said.rpartition("\n")[2].encode())
                return end.told, {"audit": end.audit_id, "findings": end.findings, "paused": end.paused}
            case JobKind.RECHECK_FINDING:
                return said.rpartition("\n")[2] or "复查完成", None
            case JobKind.SCORE_ROUND:
                told = said.partition("\n")[0][:500] or "计分完成"
                return told, {"run": told.removeprefix("计分编号").strip().partition("（")[0]}
            case JobKind.RUN_REPORT:
                return "报告已备好", {"run": job.argument["run"], "report": f"report.{job.argument['format']}"}

    async def _start(self, words: list[str], complaints: Path) -> asyncio.subprocess.Process:
        with complaints.open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "chengjian.night_child",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=file,
                env=child_environment(self.settings), start_new_session=True,
            )  # fmt: skip
        assert process.stdin is not None  # noqa: S101  started with a pipe
        process.stdin.write(orjson.dumps({"run": words}) + b"\n")
        with contextlib.suppress(ConnectionError):  # it died at once: its end says so
            await process.stdin.drain()
        return process


async def _outcome(process: asyncio.subprocess.Process, complaints: Path) -> Ended:
    assert process.stdout is not None  # noqa: S101  started with a pipe
    said = await process.stdout.read()
    status = await process.wait()
    if process.stdin is not None:
        process.stdin.close()
    return Ended(status, said, last_line(complaints))
