"""A portal that refuses us costs nothing and asks something of people: a letter, a look, a line."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from records.duties import DutyAction
from records.nights import PortalVisit
from records.verdicts import Severity, SiteVerdict
from services.duties import coverage_line, due_day
from storage.evidence_store import EvidenceStore
from tests.nights.watched_city import URL, Shown, WatchedCity, at, finding
from tests.program import Called, called

Run = Callable[..., Called]
BLOCKED = finding("site_blocked", URL, Severity.NOTICE)
REFUSING = Shown(verdict=SiteVerdict.BLOCKED)
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


@pytest.fixture
def run(city: WatchedCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path / "home"))
    return lambda *words: called("duties", *words, "--db", f"sqlite:///{city.path}")


def refuse(city: WatchedCity, when: str = "11-02 21:00") -> None:
    city.night(at(when), BLOCKED, shown=REFUSING)


def test_a_refusal_opens_one_duty_until_the_portal_answers(city: WatchedCity) -> None:
    refuse(city)
    refuse(city, "11-03 21:00")
    (duty,) = city.duties.all()
    assert (duty.url, duty.audit, duty.night, duty.looked) == (URL, 1, 1, False)
    assert "GET 404" in duty.told
    city.night(at("11-04 21:00"))
    assert city.duties.all() == ()
    (closed,) = city.duties.all(closed=True)
    assert [one.action for one in closed.entries] == [DutyAction.OPENED, DutyAction.CLOSED]
    refuse(city, "11-05 21:00")
    assert [one.id for one in city.duties.all()] == [2]


def test_the_unit_is_known_from_the_nights(city: WatchedCity) -> None:
    refuse(city)
    refuse(city, "11-03 21:00")
    assert city.duties.all()[0].unit in ("", "qinghe")
    begun = city.nights.begin("qinghe", date(2026, 11, 6), by="scheduler", now=at("11-06 20:00"))
    city.nights.visit(begun.id, PortalVisit("qinghe", URL, None, "running"))
    assert city.tries.unit_of(URL) == "qinghe"


def test_a_page_of_another_host_is_no_duty_of_this_portal(city: WatchedCity) -> None:
    city.night(at("11-02 21:00"), finding("blocked_link", "http://elsewhere.test/", Severity.NOTICE))
    assert city.duties.all() == ()
    city.night(at("11-03 21:00"), finding("blocked_link", URL + "a", Severity.NOTICE))
    assert len(city.duties.all()) == 1


def test_a_portal_that_was_away_closes_nothing(city: WatchedCity) -> None:
    refuse(city)
    city.night(at("11-03 21:00"), shown=Shown(verdict=SiteVerdict.UNREACHABLE))
    assert len(city.duties.all()) == 1


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        (date(2026, 11, 2), date(2026, 11, 9)),  # Monday: five working days on
        (date(2026, 9, 30), date(2026, 10, 13)),  # the National Day week and its make-up Saturday
        (date(2099, 11, 2), date(2099, 11, 9)),  # a year that nobody announced: a plain week
    ],
)
def test_working_days_in_which_to_look(city: WatchedCity, opened: date, due: date) -> None:
    assert due_day(opened, city.view().calendar) == due


def test_the_letter_says_who_we_are_and_what_happened(city: WatchedCity, run: Run, tmp_path: Path) -> None:
    refuse(city)
    home = tmp_path / "home"
    home.mkdir()
    (home / "operator.yml").write_text(
        "format: chengjian.operator/1\nname: 示范市信用办\n"
        'contact: "0377-1234"\naddresses: ["192.0.2.7", "192.0.2.8"]\n',
        "utf-8",
    )
    text = run("letter", "1", "--date", "2026-11-05").stdout
    for word in ("192.0.2.7、192.0.2.8", "0377-1234", "Chengjian/1 (+mailto:a@b.test)", URL, "GET 404", "白名单",
                 "2026 年 11 月 5 日", "不超过 5 次", "不绕过验证"):  # fmt: skip
        assert word in text
    out = tmp_path / "函.docx"
    assert run("letter", "1", "--out", str(out), "--by", "王", "--to", "青禾县政府办").exit_code == 0
    written = "\n".join(one.text for one in Document(str(out)).paragraphs)
    assert "青禾县政府办：" in written
    assert "192.0.2.7" in written
    assert [one.action for one in city.duties.load(1).entries] == [DutyAction.OPENED, DutyAction.LETTER]


def test_what_is_not_known_is_a_blank_that_can_be_seen(city: WatchedCity, run: Run) -> None:
    refuse(city)
    assert "请填写" in run("letter", "1").stdout
    assert "请填写" not in run("letter", "1", "--address", "192.0.2.7", "--name", "信用办").stdout


def test_a_look_is_kept_with_its_picture(city: WatchedCity, run: Run, tmp_path: Path) -> None:
    refuse(city)
    picture = tmp_path / "截图.png"
    picture.write_bytes(PNG)
    assert "逾期未查看" in run("list").stdout
    done = run("look", "1", "--picture", str(picture), "--saw", "works", "--note", "首页正常", "--by", "王")
    assert done.exit_code == 0, done.output
    duty = city.duties.load(1)
    assert duty.entries[-1].sha256 is not None
    assert EvidenceStore(tmp_path / "home" / "evidence" / "looks").read(duty.entries[-1].sha256) == PNG
    assert "已查看，仍拒绝访问" in run("list").stdout
    assert "首页正常" in coverage_line(duty)
    told = json.loads(run("list", "--json").stdout)
    assert (told["schema"], told["duties"][0]["overdue"]) == ("chengjian.duties/1", False)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("look", "9", "--picture", "p.png", "--saw", "works"), "没有编号为 9"),
        (("look", "1", "--picture", "p.png", "--saw", "maybe"), "看到了什么"),
        (("look", "1", "--picture", "missing.png", "--saw", "works"), "读不了图片"),
        (("look", "1", "--picture", "p.txt", "--saw", "works"), "不是图片"),
        (("letter", "9"), "没有编号为 9"),
        (("letter", "1", "--out", "a.pdf"), ".docx"),
        (("letter", "1", "--out", "nowhere/a.docx"), "写不了"),
        (("letter", "1", "--date", "x"), "应为日期"),
        (("close", "1"), "理由"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(
    city: WatchedCity, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.png").write_bytes(PNG)
    Path("p.txt").write_bytes(b"text")
    refuse(city)
    result = run(*words, "--by", "王")
    assert result.exit_code == 2
    assert told in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert [one.action for one in city.duties.load(1).entries] == [DutyAction.OPENED]


def test_a_duty_that_is_closed_is_closed(city: WatchedCity, run: Run) -> None:
    refuse(city)
    assert run("close", "1", "--why", "单位不同意巡查，改由人工", "--by", "王").exit_code == 0
    again = run("close", "1", "--why", "再", "--by", "王")
    assert (again.exit_code, "已于" in again.output) == (2, True)
    assert "改由人工" in run("list", "--all").stdout


def test_a_picture_for_a_closed_duty_is_not_kept(city: WatchedCity, run: Run, tmp_path: Path) -> None:
    """Nothing would speak of it, and no retention would ever let it go."""
    refuse(city)
    picture = tmp_path / "a.png"
    picture.write_bytes(PNG)
    run("close", "1", "--why", "单位不同意巡查，改由人工", "--by", "王")
    late = run("look", "1", "--picture", str(picture), "--saw", "works", "--by", "王")
    assert (late.exit_code, "已于" in late.output) == (2, True)
    assert [one for one in (tmp_path / "home").rglob("looks/**/*") if one.is_file()] == []
