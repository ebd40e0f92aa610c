"""The worker's side: what the console asked for is done by child processes, and told in one sentence."""

import asyncio
import contextlib
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import structlog
from docx import Document
from openpyxl import load_workbook

from chengjian.job_runner import JobRunner
from chengjian.settings import Settings
from records.jobs import JobKind, JobState
from services.jobs import JobQueue
from services.registry import load_city
from services.schemes import WrongCallError
from storage.clock import now
from storage.database import open_database
from tests.runs.run_builder import Round

PAGE = (
    "<html><head><title>临水县人民政府</title></head><body><h1>临水县人民政府</h1><p>{}</p>"
    "<a href='/a.html'>政务公开</a></body></html>"
)


class Portal(BaseHTTPRequestHandler):
    def do_GET(self):
        body = PAGE.format("这里是县政府门户网站。" * 30).encode()
        self.send_response(200 if self.path in ("/", "/a.html") else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def portal():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def runner_of(tmp_path: Path, listed: str) -> JobRunner:
    folder = tmp_path / "linshui"
    folder.mkdir()
    (folder / "units.yml").write_text(
        "format: chengjian.city/1\nid: linshui\nname: 临水市\nshort_name: 临水\nprovince: 河南省\n"
        f"units:\n  - {{id: dongcheng, name: 东城县, kind: county, portals: [{{url: \"{listed}\"}}]}}\n",
        "utf-8",
    )  # fmt: skip
    settings = Settings(tmp_path / "home", f"sqlite:///{tmp_path / 'jobs.sqlite3'}", "a@b.example", None)
    queue = JobQueue(open_database(settings.database))
    return JobRunner(settings, load_city(str(folder)), str(folder), queue.jobs, "test", structlog.get_logger())


async def until_over(runner: JobRunner, number: int) -> None:
    """Run until the job is over: another process writes that into the database, so it is looked at again and again."""
    stop = asyncio.Event()
    task = asyncio.create_task(runner.run(stop))
    for _ in range(450):
        await asyncio.sleep(0.2)
        if runner.jobs.load(number).state.is_over:
            break
    stop.set()
    with contextlib.suppress(BaseExceptionGroup):
        await task


async def test_a_listed_portal_is_audited(tmp_path, portal):
    """The console only asks: a child process audits, and what it found is told with a report."""
    runner = runner_of(tmp_path, portal)
    job = JobQueue(runner.jobs.engine).ask(JobKind.AUDIT_SITE, {"url": portal, "max_pages": 5}, by="测试", at=now())
    await until_over(runner, job.id)
    done = runner.jobs.load(job.id)
    assert done.state is JobState.DONE, done.told
    assert done.told.startswith("看了 2 个网页")
    assert (runner.settings.home / "jobs" / str(job.id) / "audit.html").is_file()


async def test_an_inside_address_is_not_audited(tmp_path, portal):
    """An address of the inside that no operator listed is not reached, and nobody is told that it is broken."""
    runner = runner_of(tmp_path, "http://portal.example/")
    job = JobQueue(runner.jobs.engine).ask(JobKind.AUDIT_SITE, {"url": portal, "max_pages": 5}, by="测试", at=now())
    await until_over(runner, job.id)
    done = runner.jobs.load(job.id)
    assert done.state is JobState.FAILED
    assert "内网或本机地址，没有访问" in done.told
    assert not (runner.settings.home / "jobs" / str(job.id) / "audit.json").exists()


async def test_a_wrong_job_fails_in_words(tmp_path, portal):
    """What cannot be done is a sentence, and the next job is taken all the same."""
    runner = runner_of(tmp_path, portal)
    queue = JobQueue(runner.jobs.engine)
    wrong = queue.ask(JobKind.RECHECK_FINDING, {"site": "portal.example", "finding": "none"}, by="测试", at=now())
    await until_over(runner, wrong.id)
    job = runner.jobs.load(wrong.id)
    assert job.state is JobState.FAILED
    assert "没有编号为" in job.told


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
async def test_a_report_is_made_by_a_child(tmp_path, kind):
    """The document of a run is the one that the console would have made, in the folder of its job."""
    made = Round(tmp_path)
    run = made.score().head.id
    made.engine.dispose()
    runner = runner_of(tmp_path, "http://portal.example/")
    runner = replace(runner, settings=replace(runner.settings, database=str(made.engine.url)))
    runner = replace(runner, jobs=JobQueue(open_database(runner.settings.database)).jobs)
    argument = {"run": run, "format": kind, "basis": "今天"}
    job = JobQueue(runner.jobs.engine).ask(JobKind.RUN_REPORT, argument, by="测试", at=now())
    await until_over(runner, job.id)
    done = runner.jobs.load(job.id)
    assert (done.state, done.told) == (JobState.DONE, "报告已备好")
    path = runner.settings.home / "jobs" / str(job.id) / f"report.{kind}"
    told = Document(str(path)).paragraphs[0].text if kind == "docx" else " ".join(load_workbook(path).sheetnames)
    assert ("示范市" if kind == "docx" else "得分矩阵") in told


@pytest.mark.parametrize("argument", [{"run": "1; x"}, {"run": "../1"}, {"format": "exe"}])
def test_a_report_that_is_none_is_not_queued(tmp_path, argument):
    """What becomes words of a command is checked where it is asked for."""
    queue = JobQueue(runner_of(tmp_path, "http://portal.example/").jobs.engine)
    with pytest.raises(WrongCallError, match="报告须指明计分编号"):
        queue.ask(JobKind.RUN_REPORT, {"run": "1", "format": "docx", "basis": "", **argument}, by="测试", at=now())
    assert queue.newest() == ()
