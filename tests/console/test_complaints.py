"""Complaints at the desk: registered, decided, handed on, answered; and who may know who complains."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document

from chengjian.demo.content.files import pdf
from records.accounts import Role
from storage.errors import StorageError

NAME, CONTACT = "钱多多", "13812345678"
PDF = pdf(["来信"])
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
FORM = {
    "received": "2026-11-20",
    "channel": "letter",
    "kind": "promise",
    "accused": "东城县",
    "title": f"{NAME}的补贴没有发",
    "text": f"我是{NAME}，说好的补贴没有发，电话{CONTACT}。",
    "name": NAME,
    "contact": CONTACT,
}
ONE = "/complaints/ts2026-0001"


@pytest.fixture
def office(desk):
    return desk.as_role(Role.OFFICE)


def seen(browser) -> str:
    found = re.search(r'name="seen" value="(\d+)"', browser.get(ONE))
    assert found is not None
    return found[1]


def do(browser, word: str, status: int = 200, **values: str) -> str:
    return browser.post(f"{ONE}/steps/{word}", status, seen=seen(browser), **values)


def handed_on(browser, body: str) -> None:
    browser.post("/complaints/new", **FORM)
    do(browser, "accept")
    do(browser, "hand_on", body=body)


def letter(browser, word: str, query: str = "", status: int = 200) -> str:
    answer = browser.client.get(f"{ONE}/letters/{word}{query}")
    assert answer.status_code == status, answer.text[:300]
    if status != 200:
        return answer.text
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(answer.content)).paragraphs)


def test_from_receipt_to_the_file(desk, office):
    """The whole way of a complaint without a terminal; what is due is seen on the first page."""
    assert "ts2026-0001" in office.post("/complaints/new", **FORM)
    assert "决定是否受理" in office.get("/complaints")
    assert "已受理，待转办" in do(office, "accept")
    do(office, "notify", how="phone")
    assert "办理中" in do(office, "hand_on", body="西城县")
    do(office, "report", outcome="true", result="补贴已补发")
    do(office, "answer", how="phone", opinion="content")
    page = do(office, "archive")
    assert "已归档" in page
    assert "没有未结的期限" in office.get("/complaints")
    assert "按期 1" not in office.get("/complaints/report?period=2026Q4")
    assert "西城县" in office.get("/complaints/report?period=2026Q4")
    actions = [entry.action for entry in desk.tools.log.newest() if entry.action.startswith("complaint_")]
    assert actions == [
        f"complaint_{word}"
        for word in ("archived", "answered", "reported", "handed_on", "notified", "accepted", "registered")
    ]


def test_what_is_due_today_stands_out(desk, office):
    """Five working days after Friday 20 November is Friday 27 November."""
    office.post("/complaints/new", **FORM)
    desk.clock.pass_by(timedelta(days=7))
    page = desk.as_role(Role.OFFICE).get("/complaints")
    assert "今日到期</span> 决定是否受理" in page
    desk.clock.pass_by(timedelta(days=1))
    assert "逾期不足 1" in desk.as_role(Role.OFFICE).get("/complaints")  # a Saturday: past, by no working day yet
    desk.clock.pass_by(timedelta(days=2))
    assert "逾期 1" in desk.as_role(Role.OFFICE).get("/complaints")


def test_who_complains_is_seen_by_those_who_handle_alone(desk, office):
    """An auditor reads everything and never who complained, not in the title or the text either."""
    handed_on(office, "西城县")
    do(office, "report", outcome="true", result=f"已联系{NAME}（{CONTACT}）")
    assert NAME in office.get(ONE)
    auditor = desk.as_role(Role.AUDITOR)
    for path in (ONE, "/complaints", "/complaints/report"):
        page = auditor.get(path)
        assert NAME not in page
        assert CONTACT not in page
    auditor.get(f"{ONE}/letters/handing", 403)
    for role, unit in ((Role.UNIT, "dongcheng"), (Role.ANALYST, None), (Role.VERIFIER, None), (Role.OPERATOR, None)):
        desk.as_role(role, unit).get(ONE, 403)
    assert not any(NAME in str(entry) or CONTACT in str(entry) for entry in desk.tools.log.newest(limit=100))


def test_the_accused_never_learns_who_complains(office):
    """Article 15: a letter to the body that is complained of hides name and contact, whatever is asked for."""
    handed_on(office, "东城县")
    text = letter(office, "handing")
    assert "东城县" in text
    assert NAME not in text
    assert CONTACT not in text
    assert "第十五条" in letter(office, "handing", "?contact=1", 422)


def test_another_body_gets_the_contact_only_when_it_is_asked_for(office):
    """The body that handles has to answer the complainant itself (article 14)."""
    handed_on(office, "西城县")
    assert NAME not in letter(office, "handing")
    assert CONTACT in letter(office, "handing", "?contact=1")


def test_refusal_needs_a_ground_of_the_measures_and_makes_a_notice(office):
    """A refusal says by which article, and why."""
    office.post("/complaints/new", **FORM)
    assert "可用" in do(office, "refuse", 422, ground="not_my_job", why="不归我管")
    assert "请填写" in do(office, "refuse", 422, ground="pending_suit", why=" ")
    do(office, "refuse", ground="pending_suit", why="法院正在审理")
    text = letter(office, "refusal")
    assert "第八条第（一）项" in text
    assert "法院正在审理" in text
    assert "第十一条" in office.get(ONE)
    letter(office, "acceptance", status=422)


def test_two_people_at_one_complaint(desk, office):
    """The second gets a sentence; a double click takes no step twice."""
    office.post("/complaints/new", **FORM)
    desk.account("second", Role.OFFICE)
    second = desk.signed_in("second")
    old = seen(second)
    do(office, "accept")
    page = second.post(f"{ONE}/steps/refuse", seen=old, ground="military", why="部队")
    assert "没有执行" in page
    assert "测office（office）" in page
    assert len(desk.tools.complaints.load("ts2026-0001").entries) == 1


def test_a_form_that_is_wrong_keeps_what_was_typed(office):
    """A mistake costs no typing."""
    page = office.post("/complaints/new", 422, **{**FORM, "received": "2026-12-24"})
    assert "还没有到" in page
    assert FORM["text"] in page
    office.post("/complaints/new", **FORM)
    page = do(office, "refuse", 422, ground="", why="写了很多理由")
    assert "写了很多理由" in page


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"received": "昨天"}, "日期"),
        ({"kind": "nothing"}, "种类"),
        ({"channel": "fax"}, "来源"),
        ({"title": ""}, "标题"),
        ({"text": " "}, "内容"),
        ({"accused": "字" * 301}, "过长"),
        ({"earlier": "ts1999-0001"}, "没有投诉举报"),
    ],
)
def test_bad_registrations_are_told(office, change, told):
    assert told in office.post("/complaints/new", 422, **{**FORM, **change})


def test_an_anonymous_complaint_can_be_registered_and_refused(office):
    """Article 8 (4): without a name it need not be accepted, and nobody has to be told."""
    office.post("/complaints/new", **{**FORM, "name": "", "contact": "", "title": "补贴", "text": "没有发"})
    do(office, "refuse", ground="unnamed_or_vague", why="匿名，无从答复")
    assert "匿名" in office.get(ONE)
    assert "无须告知" in office.get(ONE)
    assert "已归档" in do(office, "archive")


def test_pages_of_the_measures_and_faults(desk, office):
    assert "不予受理的情形" in office.get("/complaints/rules")
    office.get("/complaints/ts2026-9999", 404)
    office.get("/complaints?standing=nothing", 422)
    desk.as_role(Role.AUDITOR).get("/complaints/new", 403)
    desk.as_role(Role.AUDITOR).post("/complaints/new", 403, **FORM)


def test_a_complaint_that_was_changed_behind_the_back_is_refused(desk, office):
    """The database refuses to change a step; one that was changed all the same is found."""
    handed_on(office, "西城县")
    with desk.tools.engine.begin() as connection, pytest.raises(Exception, match="never changed"):
        connection.exec_driver_sql("UPDATE complaint_step SET by = 'x'")
    with desk.tools.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER complaint_step_no_update")
        connection.exec_driver_sql("UPDATE complaint_step SET sha256 = 'x' WHERE number = 1")
    with pytest.raises(StorageError, match="改动过"):
        desk.tools.complaints.load("ts2026-0001")


def papers(browser, *files: tuple[str, bytes], status: int = 200, note: str = ""):
    """Send the form with files, as a browser does."""
    token = re.search(r'name="csrf" value="([^"]+)"', browser.get(ONE))
    assert token is not None
    answer = browser.client.post(
        f"{ONE}/papers", data={"csrf": token[1], "note": note},
        files=[("files", (name, body, "application/octet-stream")) for name, body in files],
        follow_redirects=True,
    )  # fmt: skip
    assert answer.status_code == status, answer.text[:400]
    return answer


def test_scans_are_kept_with_the_file_and_given_to_those_who_handle_it(desk, office):
    """Article 20: the letter itself is in the file; a paper may name the complainant, so nobody else opens it."""
    office.post("/complaints/new", **FORM)
    page = papers(office, (f"../../{NAME}来信.pdf", PDF), ("照片.png", PNG), note="原件存档案室").text
    assert "已存入 2 份材料" in page
    assert "原件存档案室" in page
    (letter_, photo) = desk.tools.complaints.load("ts2026-0001").papers
    assert (letter_.name, photo.name) == (f"{NAME}来信.pdf", "照片.png")
    got = office.client.get(f"{ONE}/papers/{letter_.sha256}")
    assert got.content == PDF
    assert got.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in got.headers["content-security-policy"]
    auditor = desk.as_role(Role.AUDITOR)
    page = auditor.get(ONE)
    assert NAME not in page
    assert "〔投诉举报人〕来信.pdf" in page
    for path in (f"{ONE}/papers/{letter_.sha256}", f"/api/v1{ONE}/papers/{letter_.sha256}"):
        assert auditor.client.get(path).status_code == 403
    office.get(f"{ONE}/papers/{'0' * 64}", 404)


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("脚本.pdf", b"<html><script>alert(1)</script></html>", "脚本.pdf"),
        ("空.pdf", b"", "0 字节"),
        ("大.pdf", b"%PDF-1.4" + bytes(50 * 1024 * 1024), "50 MB"),
    ],
)
def test_a_paper_that_cannot_be_taken_takes_none_with_it(desk, office, name, body, told):
    """Told by content and not by name; of several all are kept or none, and the note stays on the page."""
    office.post("/complaints/new", **FORM)
    page = papers(office, ("来信.pdf", PDF), (name, body), status=422, note="写了很多").text
    assert told in page
    assert "写了很多" in page
    assert desk.tools.complaints.load("ts2026-0001").papers == ()


def test_the_same_paper_is_not_kept_twice(desk, office):
    """The button was pressed again, or the browser went back."""
    office.post("/complaints/new", **FORM)
    papers(office, ("来信.pdf", PDF))
    assert "已经在本件的材料中" in papers(office, ("来信 (1).pdf", PDF), status=422).text
    assert len(desk.tools.complaints.load("ts2026-0001").entries) == 1


def test_a_complaint_is_withdrawn_and_filed(desk, office):
    """What the measures leave out happens: it is entered, every term ends, the file is closed and still counted."""
    handed_on(office, "西城县")
    assert "已撤回" in do(office, "withdraw", why="来电撤回")
    assert "因撤回终止" in office.get(ONE)
    assert "ts2026-0001" not in office.get("/complaints").partition("<h2>全部</h2>")[0]
    page = office.get("/complaints/report")
    assert re.search(r'data-label="在办" class="number">0</td><td data-label="撤回" class="number">1<', page)
    assert "已归档" in do(office, "archive")
