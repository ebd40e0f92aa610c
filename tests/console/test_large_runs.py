"""Large runs: a page never waits for one to be opened, and a document of one is made by the worker, once."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from console.app import console_app
from records.accounts import Role
from records.jobs import JobKind, JobState
from services.jobs import JobQueue
from services.reports import whole_report
from services.run_shelf import RunShelf
from storage.runs import KeptRun, RunRepository
from tests.console.conftest import Browser, Desk
from tests.console.evaluation_world import World

WORKER = "test"


@pytest.fixture
def world(desk: Desk) -> World:
    return World(desk)


class SlowRuns(RunRepository):
    """Runs that take long to read, as those of thousands of units do."""

    def __init__(self, runs: RunRepository) -> None:
        super().__init__(runs.engine)
        self.go_on = threading.Event()

    def load(self, run_id: str) -> KeptRun:
        assert self.go_on.wait(30)
        return super().load(run_id)


def slowed(world: World) -> tuple[SlowRuns, Browser]:
    """The console begun anew on such runs, and the office in it."""
    tools = world.desk.tools
    runs = SlowRuns(tools.evaluation.shelf.runs)
    world.desk.tools = replace(tools, patience=0.01, evaluation=replace(tools.evaluation, shelf=RunShelf(runs)))
    world.desk.app = console_app(world.desk.tools)
    return runs, world.desk.signed_in("office")


def test_a_page_does_not_wait_for_a_large_run(world: World) -> None:
    """Whoever comes first is told that the run is being opened and the page comes again by itself; then it is shown."""
    run = world.to_preliminary()
    runs, office = slowed(world)
    first = office.client.get(f"/overview/{run}")
    assert (first.status_code, first.headers["Refresh"]) == (202, "2")
    assert "正在打开" in first.text
    part = office.client.get(f"/overview/{run}?page=1", headers={"HX-Request": "true"})
    assert part.status_code == 202
    assert f'hx-get="/overview/{run}?page=1"' in part.text
    assert "<html" not in part.text
    itself = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/overview/{run}"}
    assert office.client.get(f"/overview/{run}", headers=itself).headers["HX-Refresh"] == "true"
    runs.go_on.set()
    assert world.desk.tools.evaluation.shelf.open(run).head.id == run  # who has no page to come again waits
    assert "覆盖说明" in office.get(f"/overview/{run}")


def test_a_program_waits_for_a_large_run(world: World) -> None:
    """The API answers with what was asked for, not with a page that comes again."""
    run = world.to_preliminary()
    runs, office = slowed(world)
    threading.Timer(0.3, runs.go_on.set).start()
    answer = office.client.get(f"/api/v1/runs/{run}/units")
    assert (answer.status_code, answer.json()["total"]) == (200, 3)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_document_of_a_large_run_is_made_once_by_the_worker(
    world: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who ask have one job between them and both get its file; another day it is made anew."""
    run = world.to_preliminary()
    monkeypatch.setattr(whole_report, "MOST_CELLS_AT_ONCE", 10)
    address = f"/overview/{run}/report.{kind}"
    for reader in (world.office, world.person("auditor", Role.AUDITOR)):
        waits = reader.client.get(address)
        assert (waits.status_code, waits.headers["Refresh"]) == (202, "3")
        assert "正在生成报告" in waits.text
    queue = JobQueue(world.desk.tools.engine)
    (job,) = queue.newest(kind=JobKind.RUN_REPORT)
    assert world.unit("xicheng").client.get(address).status_code == 404
    claimed = queue.jobs.claim(WORKER, world.desk.clock(), (JobKind.RUN_REPORT,))
    assert claimed is not None
    folder = world.desk.tools.home / "jobs" / str(job.id)
    folder.mkdir(parents=True)
    (folder / f"report.{kind}").write_bytes(b"made by the worker")
    assert world.office.client.get(address).status_code == 202  # not before the worker says that it is whole
    queue.jobs.end(job.id, WORKER, JobState.DONE, at=world.desk.clock(), told="报告已备好")
    for reader in (world.office, world.person("auditor", Role.AUDITOR)):
        assert reader.client.get(address).content == b"made by the worker"
    world.desk.clock.pass_by(timedelta(days=1))
    assert world.desk.signed_in("office").client.get(address).status_code == 202
    assert len(queue.newest(kind=JobKind.RUN_REPORT)) == 2


def test_a_document_that_cannot_be_made_is_not_asked_for_without_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that comes again by itself does not queue a failing job every three seconds; later it is tried again."""
    run = world.to_preliminary()
    monkeypatch.setattr(whole_report, "MOST_CELLS_AT_ONCE", 10)
    address = f"/overview/{run}/report.xlsx"
    assert world.office.client.get(address).status_code == 202
    queue = JobQueue(world.desk.tools.engine)
    (job,) = queue.newest(kind=JobKind.RUN_REPORT)
    queue.jobs.claim(WORKER, world.desk.clock(), (JobKind.RUN_REPORT,))
    queue.jobs.end(job.id, WORKER, JobState.FAILED, at=world.desk.clock(), told="未成：磁盘已满")
    refused = world.office.client.get(address)
    assert refused.status_code == 422
    assert "磁盘已满" in refused.text
    assert len(queue.newest(kind=JobKind.RUN_REPORT)) == 1
    world.desk.clock.pass_by(timedelta(minutes=11))
    assert world.office.client.get(address).status_code == 202
    assert len(queue.newest(kind=JobKind.RUN_REPORT)) == 2
