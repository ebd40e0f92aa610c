"""The operator's pages: portals, nights, jobs, schedule, storage."""

import re

import pytest

from records.accounts import Role
from records.crawl import Counts, CrawlEnd, CrawlPlan
from records.jobs import JobState
from records.judgement import SiteAudit
from records.nights import NightState, PortalVisit
from records.verdicts import SiteVerdict
from records.watch import WindowScope
from services.jobs import JobQueue
from storage.audits import AuditRepository
from storage.nights import NightRepository

PAGES = ["/portals", "/portals/dongcheng/1", "/crawls", "/jobs", "/schedule", "/storage"]


@pytest.mark.parametrize("path", PAGES)
def test_operator_and_auditor_see_the_watch(desk, path):
    """The operator runs it, the auditor reads it, and a unit does not see it at all."""
    assert "<h1>" in desk.as_role(Role.OPERATOR).get(path)
    assert "<h1>" in desk.as_role(Role.AUDITOR).get(path)
    desk.as_role(Role.UNIT, "dongcheng").get(path, status=403)


def test_an_audit_is_asked_for_and_not_made_here(desk):
    """The web process queues; the address and who asked are in the job and in the log."""
    operator = desk.as_role(Role.OPERATOR)
    shown = operator.post("/jobs/audit", url="www.example.gov.cn", max_pages="20", max_minutes="5")
    assert "已排队" in shown
    (job,) = JobQueue(desk.tools.engine).newest()
    assert job.state is JobState.WAITING
    assert job.argument["url"] == "http://www.example.gov.cn"
    assert desk.tools.log.newest(action="ask_audit")[0].subject == "www.example.gov.cn"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a.example/", "http://u:p@a.example/", "", "http://a b/"])
def test_what_is_no_web_address_is_refused_in_words(desk, url):
    """One sentence, nothing queued."""
    shown = desk.as_role(Role.OPERATOR).post("/jobs/audit", status=422, url=url)
    assert "不是网址" in shown
    assert JobQueue(desk.tools.engine).newest() == ()


def test_the_auditor_changes_nothing(desk):
    """Reading all gives no button that does something, and the form is refused when it is sent all the same."""
    auditor = desk.as_role(Role.AUDITOR)
    assert "/jobs/audit" not in auditor.get("/jobs")
    auditor.post("/jobs/audit", status=403, url="http://a.example/")
    auditor.post("/jobs/crawl", status=403, url="http://dongcheng.example/")
    auditor.post("/schedule", status=403, text="x")


def test_only_portals_of_the_registry_are_crawled_as_such(desk):
    """A visit that feeds findings is of a listed portal."""
    operator = desk.as_role(Role.OPERATOR)
    operator.post("/jobs/crawl", url="http://dongcheng.example/")
    operator.post("/jobs/crawl", status=422, url="http://other.example/")
    assert [one.argument["url"] for one in JobQueue(desk.tools.engine).newest()] == ["http://dongcheng.example/"]


def test_a_job_is_cancelled_once(desk):
    """What is over stays as it was."""
    operator = desk.as_role(Role.OPERATOR)
    operator.post("/jobs/crawl", url="http://dongcheng.example/")
    (job,) = JobQueue(desk.tools.engine).newest()
    assert "已取消" in operator.post(f"/jobs/{job.id}/cancel")
    assert "没有取消" in operator.post(f"/jobs/{job.id}/cancel")
    assert len(desk.tools.log.newest(action="cancel_job")) == 1


def test_a_look_at_suspects_is_told_from_a_night_of_all_portals(desk):
    """Of two that are open at once, who runs the watch sees which is which; a look alone proves nothing of the rest."""
    nights, day, now = NightRepository(desk.tools.engine), desk.clock().date(), desk.clock()
    whole = nights.begin("linshui", day, by="scheduler", now=now)
    look = nights.begin("linshui", day, by="scheduler", now=now, scope=WindowScope.SUSPECTS)
    operator = desk.as_role(Role.OPERATOR)
    assert "复看疑点" in operator.get(f"/crawls/{look.id}")
    assert "复看疑点" not in operator.get(f"/crawls/{whole.id}")
    assert operator.get("/crawls").count("复看疑点</span>") == 2  # among what runs, and among all nights


def test_a_held_night_is_released_with_a_reason(desk):
    """Whether a night counts is a person's word, with the reason, in the night's history and in the log."""
    nights = NightRepository(desk.tools.engine)
    night = nights.begin(
        "linshui",
        desk.clock().date(),
        by="scheduler",
        now=desk.clock(),
        portals=[("dongcheng", "http://dongcheng.example/")],
    )
    nights.set_state(night.id, NightState.HELD, by="程序", why="新发现太多", now=desk.clock())
    operator = desk.as_role(Role.OPERATOR)
    assert "新发现太多" in operator.get(f"/crawls/{night.id}")
    operator.post(f"/crawls/{night.id}/judge", status=422, verdict="release", why="")
    assert "有效" in operator.post(f"/crawls/{night.id}/judge", verdict="release", why="改版所致，已核对")
    assert nights.load(night.id).state is NightState.HEALTHY
    assert "已核对" in desk.tools.log.newest(action="release_night")[0].told


def test_the_schedule_is_changed_whole_or_not_at_all(desk, city_folder):
    """A file with a fault is refused with its line, what was there stays, and editors do not overwrite each other."""
    operator = desk.as_role(Role.OPERATOR)
    page = operator.get("/schedule")
    sha256 = re.search(r'name="sha256" value="([0-9a-f]+)"', page)[1]
    wrong = "format: chengjian.watch/1\nwindows:\n  - {opens: '25:00', closes: '06:00'}\n"
    assert "第 3 行" in operator.post("/schedule", status=422, text=wrong, sha256=sha256, why="改窗口")
    assert not (city_folder / "watch.yml").exists()
    right = "format: chengjian.watch/1\nwindows:\n  - {opens: '21:00', closes: '05:00'}\n"
    assert "21:00" in operator.post("/schedule", text=right, sha256=sha256, why="改窗口")
    again = operator.post("/schedule", status=422, text=right.replace("21", "22"), sha256=sha256, why="又改")
    assert "别人改过" in again
    assert (city_folder / "watch.yml").read_text("utf-8") == right


def visited(desk, verdict: SiteVerdict) -> None:
    """A night in which the portal of 东城县 was visited to the end, with that result."""
    url, at = "http://dongcheng.example/", desk.clock()
    nights, audits = NightRepository(desk.tools.engine), AuditRepository(desk.tools.engine)
    night = nights.begin("linshui", at.date(), by="scheduler", now=at, portals=[("dongcheng", url)])
    audit = audits.begin(CrawlPlan(url, "t"), policy="nanyang-monthly", as_of=at.date(), program="0")
    audits.finish_crawl(audit, CrawlEnd(at, at, None, Counts()))
    audits.save_judgement(
        audit,
        SiteAudit(
            url, "东城县", verdict, at.date(), "nanyang-monthly", at.isoformat(), at.isoformat(), True, None, Counts(),
            (), (), (), (),
        ),
    )  # fmt: skip
    nights.visit(night.id, PortalVisit("dongcheng", url, audit, "done", at, at, "走完"))
    nights.set_state(night.id, NightState.HEALTHY, by="程序", why="", now=at)


@pytest.mark.parametrize(
    ("verdict", "words", "kind"),
    [
        (SiteVerdict.REACHABLE, "正常", "good"),
        (SiteVerdict.BLOCKED, "拒绝访问", "warn"),
        (SiteVerdict.UNREACHABLE, "打不开", "bad"),
    ],
)
def test_the_last_nights_of_a_portal_tell_its_health(desk, verdict, words, kind):
    """A visit that met a firewall or a dead host was walked to its end, too: it is not shown as a good night."""
    visited(desk, verdict)
    page = desk.as_role(Role.OPERATOR).get("/portals")
    assert re.search(rf'<a href="/crawls/1" class="badge {kind}">.*?</span>{words}</a>', page)
    one = desk.as_role(Role.OPERATOR).get("/portals/dongcheng/1")
    assert words in one.partition("最近各夜")[2]
