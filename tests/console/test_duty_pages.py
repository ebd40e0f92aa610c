"""Portals that refuse us: the letter, the look with a picture told by its content, closing."""

from io import BytesIO

import pytest
from docx import Document

from records.accounts import Role
from records.duties import Duty, DutyAction
from storage.duties import DutyRepository
from tests.console.flag_city import PNG, FlagCity, at, portal


@pytest.fixture
def duty(desk) -> Duty:
    number = FlagCity(desk.tools).audit("dongcheng", at("11-16 21:00"))
    return DutyRepository(desk.tools.engine).open(
        site="dongcheng.example", unit="dongcheng", url=portal("dongcheng"), at=at("11-16 21:10"),
        due=at("11-19 00:00").date(), told="返回 403（拒绝访问）", night=None, audit=number,
    )  # fmt: skip


def test_what_is_late_is_told(desk, duty) -> None:
    text = desk.as_role(Role.ANALYST).get("/duties")
    assert "东城县" in text
    assert "已逾期" in text


def test_the_letter_says_who_we_are_and_is_a_word_document(desk, duty) -> None:
    browser = desk.as_role(Role.ANALYST)
    assert "Chengjian/1 (+mailto:a@b.test)" in browser.get(f"/duties/{duty.id}")
    answer = browser.client.get(f"/duties/{duty.id}/letter.docx")
    assert "attachment" in answer.headers["content-disposition"]
    assert any("东城县" in one.text for one in Document(BytesIO(answer.content)).paragraphs)
    browser.post(f"/duties/{duty.id}/letter")
    kept = DutyRepository(desk.tools.engine).load(duty.id)
    assert [one.action for one in kept.entries] == [DutyAction.OPENED, DutyAction.LETTER]


@pytest.mark.parametrize(
    ("body", "name", "saw", "told"),
    [
        (b"<script>", "a.png", "works", "不是图片"),
        (PNG, "a.png", "nonsense", "看到了什么"),
        (b"", "a.png", "works", "不是图片"),
        (PNG + b"\0" * (20 * 1024 * 1024), "a.png", "works", "过大"),
    ],
)
def test_a_picture_that_is_none_is_refused(desk, duty, body: bytes, name: str, saw: str, told: str) -> None:
    """By its content, whatever it is called, and not more than the limit."""
    browser = desk.as_role(Role.ANALYST)
    answer = browser.client.post(
        f"/duties/{duty.id}/look", data={"csrf": browser.csrf, "saw": saw}, files={"picture": (name, body)}
    )
    assert answer.status_code == 422
    assert told in answer.text
    assert not DutyRepository(desk.tools.engine).load(duty.id).looked


def test_a_look_is_kept_with_its_picture_whatever_the_file_is_called(desk, duty) -> None:
    browser = desk.as_role(Role.ANALYST)
    answer = browser.client.post(
        f"/duties/{duty.id}/look", data={"csrf": browser.csrf, "saw": "works", "note": "正常"},
        files={"picture": ("../../" + "长" * 300 + ".png", PNG)}, follow_redirects=True,
    )  # fmt: skip
    assert answer.status_code == 200
    entry = DutyRepository(desk.tools.engine).load(duty.id).entries[-1]
    assert (entry.action, entry.note) == (DutyAction.LOOKED, "可以正常打开：正常")
    picture = browser.client.get(f"/duties/{duty.id}/pictures/{entry.sha256}")
    assert (picture.headers["content-type"], picture.content) == ("image/png", PNG)
    assert browser.client.get(f"/duties/{duty.id}/pictures/{'0' * 64}").status_code == 404
    assert browser.client.get(f"/duties/{duty.id}/pictures/..%2f..%2fetc").status_code == 404


def test_it_is_closed_with_a_reason_and_once(desk, duty) -> None:
    browser = desk.as_role(Role.ANALYST)
    assert "须写明" in browser.post(f"/duties/{duty.id}/close", status=422, why=" ")
    assert "已办结任务" in browser.post(f"/duties/{duty.id}/close", why="已放行")
    assert "没有这样的任务" in browser.get("/duties")
    assert "已放行" in browser.get(f"/duties/{duty.id}")
    assert "已于" in browser.post(f"/duties/{duty.id}/close", status=422, why="又一次")
    browser.get("/duties/77", status=404)
    desk.as_role(Role.UNIT, "dongcheng").get("/duties", status=403)
    desk.as_role(Role.AUDITOR).post(f"/duties/{duty.id}/close", status=403, why="x")


@pytest.mark.parametrize("what", ["letter", "close"])
def test_what_cannot_be_logged_is_not_done(desk, duty, what: str) -> None:
    """One unit of work: the log refuses its line, and the duty stands as it stood."""
    browser = desk.as_role(Role.ANALYST)
    with desk.tools.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full_disk BEFORE INSERT ON console_log WHEN NEW.action LIKE 'duty_%' "
            "BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    browser.post(f"/duties/{duty.id}/{what}", 503, why="已联系")
    kept = DutyRepository(desk.tools.engine).load(duty.id)
    assert [one.action for one in kept.entries] == [DutyAction.OPENED]
    assert kept.closed is None
