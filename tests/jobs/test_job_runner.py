"""The worker's side: what the console asked for is done by child processes, and told in one sentence."""

import asyncio
import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import structlog

from chengjian.job_runner import JobRunner
from chengjian.settings import Settings
from records.jobs import JobKind, JobState
from services.jobs import JobQueue
from services.registry import load_city
from storage.clock import now
from storage.database import open_database

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
