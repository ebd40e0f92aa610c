"""A unit answers: it sees its own points and nobody's draft, confirms or asks for review once, mends and asks again."""

import re
from datetime import date, datetime, timedelta

import pytest

from checks.findings import finding_id
from records.accounts import Role
from records.crawl import Attempt, Counts, CrawlEnd, CrawlPlan, Target, TargetFact
from records.jobs import JobKind, JobState
from records.judgement import DisclosureJudgement, Finding, SiteAudit
from records.review import FindingReview, ReviewState
from records.rounds import ReviewOutcome, Stage
from records.verdicts import DisclosureVerdict, LinkKind, Outcome, Requirement, Severity, SiteVerdict
from services.jobs import JobQueue
from services.rounds.life import BEIJING
from storage.audits import AuditRepository
from storage.finding_reviews import FindingReviews
from storage.jobs import JobRepository
from storage.recorder import AuditRecorder
from tests.console.rounds_at_desk import OFFICE, advanced, opened
from tests.console.test_mine_filings import PDF, number_of, upload

EAST, WEST = "http://dongcheng.example/", "http://xicheng.example/"
AT = datetime(2026, 11, 19, 2, 0, tzinfo=BEIJING)


@pytest.fixture
def round_id(desk):
    return opened(desk).plan.id


@pytest.fixture
def east(desk):
    return desk.as_role(Role.UNIT, "dongcheng")


def audited(desk, url=EAST, *findings, links=()):
    """A judged audit of a portal."""
    audits = AuditRepository(desk.tools.engine)
    plan = CrawlPlan(url, "Chengjian/1 (+mailto:a@b.example)", rate=0.5, concurrency=1)
    number = audits.begin(plan, policy="nanyang-monthly", as_of=AT.date(), program="1")
    with AuditRecorder(desk.tools.engine, number) as recorder:
        for one in {url, *links, *(f.subject for f in findings if "#" not in f.subject)}:
            failed = one in [f.subject for f in findings]
            attempt = Attempt(AT + timedelta(minutes=1), "GET", 404 if failed else 200, elapsed_ms=31)
            outcome = Outcome.FAILED if failed else Outcome.FETCHED
            recorder.target(TargetFact(Target(one, LinkKind.PAGE, one.startswith(url), 1), outcome, (attempt,)))
    end = AT + timedelta(minutes=10)
    counts = Counts(requests=30, pages=3, addresses=1, fetched=1, robots_disallowed=4)
    audits.finish_crawl(number, CrawlEnd(AT, end, None, counts))
    missing = tuple(
        DisclosureJudgement(Requirement.POWER_LIST, DisclosureVerdict.MISSING, searched=("栏目“政务公开”",))
        for f in findings if "#" in f.subject
    )  # fmt: skip
    result = SiteAudit(
        url, "某县人民政府", SiteVerdict.REACHABLE, AT.date(), "nanyang-monthly", AT.isoformat(), end.isoformat(), True,
        None, counts, (), (), missing, findings,
    )  # fmt: skip
    audits.save_judgement(number, result)
    return number


def dead(url, path="zwgk/a.html"):
    subject = url + path
    return Finding(
        finding_id("broken_link", subject), "broken_link", Severity.MAJOR, subject, f"{subject} 打不开。",
        remedy="恢复页面，或改正链接",
    )  # fmt: skip


def missing_list(url):
    subject = f"{url}#power_list"
    return Finding(
        finding_id("missing_disclosure", subject), "missing_disclosure", Severity.MAJOR, subject, "没有找到权力清单。"
    )


def confirm(desk, one, site="dongcheng.example"):
    FindingReviews(desk.tools.engine).add(
        FindingReview(site, one.id, ReviewState.CONFIRMED, "属实", "分析员", desk.clock())
    )


# -- points ----------------------------------------------------------------------------------------------


def test_no_draft_score_before_feedback(desk, round_id, east):
    """Until the result is handed over nobody's points are shown to a unit, its own neither."""
    advanced(desk, round_id, Stage.PRELIMINARY)
    text = east.get("/mine")
    assert "任何单位都看不到分数" in text
    assert "逐项得分" not in text
    assert "没有反馈" in east.get(f"/mine/reviews/{round_id}", status=404)


def test_own_points_after_feedback_and_what_would_gain_most(desk, round_id, east):
    """Its rows with the words of the rule, what is open, and what it may still gain."""
    advanced(desk, round_id, Stage.FEEDBACK, date(2026, 11, 20))
    text = east.get("/mine")
    assert "初评结果" in text
    assert "做什么得分最多" in text
    assert "规则原文" in text
    assert "西城县" not in text
    assert "北城县" not in text
    assert "确认初评结果，或提出申诉" in text


def test_stepping_back_hides_the_points_again(desk, round_id, east):
    """A result that was taken back is a draft once more."""
    advanced(desk, round_id, Stage.FEEDBACK, date(2026, 11, 20))
    desk.tools.rounds.back(round_id, by=OFFICE, reason="数据有误")
    assert "逐项得分" not in east.get("/mine")


# -- confirm, ask for review -----------------------------------------------------------------------------


def test_confirm_once(desk, round_id, east):
    """Confirmed is confirmed: a second click is told so, and asking for review is over."""
    advanced(desk, round_id, Stage.FEEDBACK, date(2026, 11, 20))
    assert "已确认初评结果" in east.post(f"/mine/reviews/{round_id}/confirm")
    assert "确认初评结果" in east.post(f"/mine/reviews/{round_id}/confirm", status=422)
    form = {"row": "NYC-10", "reason-NYC-10": "有文件"}
    assert "已于" in east.post(f"/mine/reviews/{round_id}/ask", status=422, **form)
    assert desk.tools.log.newest(action="confirm_result")[0].subject == f"{round_id}:dongcheng"


def test_ask_for_review_row_by_row_with_files_once_at_no_cost(desk, round_id, east):
    """Each row has its reason and its files; the words are 申诉 and never 异议; what it costs is said: nothing."""
    advanced(desk, round_id, Stage.FEEDBACK, date(2026, 11, 20))
    path = f"/mine/reviews/{round_id}"
    number_of(upload(east, f"{path}/NYC-10/files", "证明.pdf", PDF))
    page = east.get(path)
    assert "证明.pdf" in page
    assert "不需要任何费用" in page
    assert "异议" not in re.sub("NYC-25 信息异议情况|NYC-26 [^<：]*", "", page)  # names of rows
    assert "没有写申诉理由" in east.post(f"{path}/ask", status=422, row=["NYC-10"], **{"reason-NYC-10": ""})
    text = east.post(
        f"{path}/ask", **{"row": ["NYC-10", "NYC-13"], "reason-NYC-10": "已有文件", "reason-NYC-13": "少计"}
    )
    assert "申诉已收到，共 2 项" in text
    assert "证明.pdf" in text
    assert text.count("等待复核") == 2
    asked = desk.tools.rounds.load(round_id).state.answers.asked["dongcheng"]
    assert [(row.indicator, row.reason, len(row.attachments)) for row in asked.rows] == [
        ("NYC-10", "已有文件", 1), ("NYC-13", "少计", 0)
    ]  # fmt: skip
    assert "申诉仅可提出一次" in east.post(f"{path}/ask", status=422, row="NYC-10", **{"reason-NYC-10": "再来"})
    assert east.client.get(f"{path}/files/NYC-10/0").content == PDF


def test_what_was_written_survives_a_refused_application(desk, round_id, east):
    """A forgotten reason does not cost the others."""
    advanced(desk, round_id, Stage.FEEDBACK, date(2026, 11, 20))
    path = f"/mine/reviews/{round_id}"
    form = {"row": ["NYC-10", "NYC-13"], "reason-NYC-10": "写了很久的理由", "reason-NYC-13": " "}
    assert "写了很久的理由" in east.post(f"{path}/ask", status=422, **form)
    assert "写了很久的理由" in east.get(path)


def test_the_term_ends(desk, round_id, east):
    """Five working days after the result was handed over the page offers no answer, and the office takes none."""
    advanced(desk, round_id, Stage.FEEDBACK, date(2026, 11, 20))
    desk.clock.pass_by(timedelta(days=8))
    again = desk.signed_in("unit-dongcheng")
    assert "期限内没有答复" in again.get("/mine/reviews")
    assert "提交申诉" not in again.get(f"/mine/reviews/{round_id}")
    assert "已过申诉期限" in again.post(f"/mine/reviews/{round_id}/confirm", status=422)


def test_decisions_are_shown_with_before_and_after(desk, round_id, east):
    """Accepted and refused, each with the reason; a refused one moves nothing."""
    advanced(desk, round_id, Stage.FEEDBACK, date(2026, 11, 20))
    form = {"row": ["NYC-10", "NYC-13"], "reason-NYC-10": "已有文件", "reason-NYC-13": "少计"}
    east.post(f"/mine/reviews/{round_id}/ask", **form)
    for unit in ("xicheng", "beicheng"):
        desk.tools.rounds.confirm(round_id, unit, by="登记人")
    advanced(desk, round_id, Stage.REEVALUATING)
    decide = desk.tools.rounds.decide
    decide(round_id, "dongcheng", "NYC-10", ReviewOutcome.ACCEPTED, by="复评人", reason="文件属实", value="true")
    decide(round_id, "dongcheng", "NYC-13", ReviewOutcome.REFUSED, by="复评人", reason="证据不足")
    text = east.get("/mine/reviews")
    assert "文件属实" in text
    assert "待补 → 2.00" in text
    assert "证据不足" in text
    assert "待补 → 待补" in text
    assert "以最终结果为准" in text
    advanced(desk, round_id, Stage.FINAL)
    assert "以最终结果为准" not in east.get("/mine/reviews")
    assert "最终结果" in east.get("/mine")


def test_a_neighbours_application_is_not_there(desk, round_id, east):
    """Reasons, files and decisions of another unit are on none of its pages."""
    advanced(desk, round_id, Stage.FEEDBACK, date(2026, 11, 20))
    west = desk.as_role(Role.UNIT, "xicheng")
    path = f"/mine/reviews/{round_id}"
    upload(west, f"{path}/NYC-10/files", "西城材料.pdf", PDF)
    west.post(f"{path}/ask", row="NYC-10", **{"reason-NYC-10": "西城的理由"})
    for page in ("/mine", "/mine/reviews", path, "/mine/filings"):
        assert "西城" not in east.get(page)
    east.get(f"{path}/files/NYC-10/0", status=404)


# -- findings --------------------------------------------------------------------------------------------


def test_own_findings_say_what_counts(desk, east):
    """Confirmed ones count, unreviewed ones do not, and each says so; how to mend it stands beside."""
    one, two = dead(EAST), dead(EAST, "b.html")
    audited(desk, EAST, one, two)
    confirm(desk, one)
    audited(desk, WEST, dead(WEST))
    text = east.get("/mine/findings")
    assert one.subject in text
    assert two.subject not in text
    assert "xicheng" not in text
    text = east.get("/mine/findings?pile=open")
    assert two.subject in text
    assert "未复核" in text
    text = east.get(f"/mine/findings/one?site=dongcheng.example&finding={one.id}")
    assert "恢复页面，或改正链接" in text
    assert "404" in text
    assert "31 毫秒" in text


def test_a_neighbours_finding_is_not_there(desk, east):
    """Neither by its portal nor by its number."""
    other = dead(WEST)
    audited(desk, WEST, other)
    audited(desk, EAST)
    east.get(f"/mine/findings/one?site=xicheng.example&finding={other.id}", status=404)
    east.get(f"/mine/findings/one?site=dongcheng.example&finding={other.id}", status=404)
    east.post("/mine/findings/recheck", status=404, site="xicheng.example", finding=other.id)


def ask(east, one, status=200, **more):
    return east.post("/mine/findings/recheck", status=status, site="dongcheng.example", finding=one.id, **more)


def test_mended_please_look_again(desk, east):
    """A job is queued, once for two clicks, and its result shows on the page."""
    one = dead(EAST)
    audited(desk, EAST, one)
    assert "排队" in ask(east, one)
    ask(east, one)
    (job,) = JobQueue(desk.tools.engine).newest()
    assert (job.kind, job.unit, job.argument["finding"]) == (JobKind.RECHECK_FINDING, "dongcheng", one.id)
    part = east.get(f"/mine/findings/jobs/{job.id}")
    assert "hx-get" in part
    jobs = JobRepository(desk.tools.engine)
    jobs.claim("w", desk.clock(), tuple(JobKind))
    jobs.end(job.id, "w", JobState.DONE, at=desk.clock(), told="复查正常：GET 200，正常")
    part = east.get(f"/mine/findings/jobs/{job.id}")
    assert "复查正常" in part
    assert "hx-get" not in part
    desk.as_role(Role.UNIT, "xicheng").get(f"/mine/findings/jobs/{job.id}", status=404)


def test_three_looks_a_day_at_one_finding(desk, east):
    """A click is no way to make us hammer a host."""
    one = dead(EAST)
    audited(desk, EAST, one)
    jobs = JobRepository(desk.tools.engine)
    for number in range(1, 4):
        ask(east, one)
        jobs.claim("w", desk.clock(), tuple(JobKind))
        jobs.end(number, "w", JobState.DONE, at=desk.clock(), told="仍在")
    assert "一天最多复查 3 次" in ask(east, one, 422)
    desk.clock.pass_by(timedelta(days=1))
    ask(desk.signed_in("unit-dongcheng"), one)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://127.0.0.1/list", "内网"),
        ("http://[::1]/", "内网"),
        ("http://10.1.2.3/", "内网"),
        ("http://2130706433/", "内网"),
        ("http://0x7f.1/", "内网"),
        ("http://localhost/", "内网"),
        ("http://oa.local/", "内网"),
        ("http://169.254.169.254/latest/meta-data/", "内网"),
        ("file:///etc/passwd", "不是网址"),
        ("javascript:alert(1)", "不是网址"),
        ("ftp://dongcheng.example/a", "不是网址"),
        ("http://a:b@dongcheng.example/", "不是网址"),
        ("http://evil.com/", "不是本单位的网站"),
        ("http://xicheng.example/qzqd", "不是本单位的网站"),
        ("http://dongcheng.example.evil.com/", "不是本单位的网站"),
    ],
)
def test_it_is_here_takes_no_strange_address(desk, east, address, told):
    """Only its own hosts and those that its pages name; the inside of a network never."""
    one = missing_list(EAST)
    audited(desk, EAST, one, links=("http://127.0.0.1/x", "http://2130706433/"))
    text = ask(east, one, 422, address=address)
    assert told in text
    assert JobQueue(desk.tools.engine).newest() == ()


@pytest.mark.parametrize(
    "address", ["http://dongcheng.example/qzqd/", "dongcheng.example/a", "https://fw.example.com/q?x=1"]
)
def test_it_is_here_on_own_hosts_and_those_that_the_pages_name(desk, east, address):
    """The list may lie on a platform that the pages lead to."""
    one = missing_list(EAST)
    audited(desk, EAST, one, links=("https://fw.example.com/other",))
    ask(east, one, address=address)
    (job,) = JobQueue(desk.tools.engine).newest()
    assert job.argument["url"].endswith(address.partition("://")[2] or address)
    (entry,) = desk.tools.log.newest(action="ask_recheck")
    assert address in entry.told


def test_only_what_is_missing_can_be_pointed_at(desk, east):
    """A dead link is mended, not pointed at."""
    one = dead(EAST)
    audited(desk, EAST, one)
    assert "指明地址" in ask(east, one, 422, address="http://dongcheng.example/")


# -- the log of our requests -----------------------------------------------------------------------------


def test_log_of_our_requests(desk, east):
    """When, how many, at what pace, who we are, and what robots.txt kept us from; each request of its own hosts."""
    number = audited(desk, EAST, dead(EAST), links=("https://fw.example.com/other",))
    other = audited(desk, WEST)
    text = east.get("/mine/requests")
    assert "Chengjian/1 (+mailto:a@b.example)" in text
    assert "2026-11-19" in text
    assert "平均 0.05" in text
    assert "上限 0.5" in text
    assert f"/mine/requests/{other}" not in text
    text = east.get(f"/mine/requests/{number}")
    assert "zwgk/a.html" in text
    assert "fw.example.com" not in text
    assert "另有 1 个外部链接" in text
    east.get(f"/mine/requests/{other}", status=404)
