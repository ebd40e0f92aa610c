"""``chengjian findings`` over nights, as a user calls it: states, suppressions, the notice, the review."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook

from checks.life import LOCAL
from records.evidence import FileKind
from records.judgement import Evidence
from records.verdicts import Severity
from storage.evidence_pieces import EvidencePiece, EvidencePieces
from tests.nights.watched_city import DEAD, KEY, URL, WatchedCity, at, finding, well
from tests.program import Called, called

Run = Callable[..., Called]
BROKEN = finding()
OTHER = finding("stale_column", URL + "zwgk/tz/")
NOTICE = finding("bogus_host", URL, Severity.NOTICE)


@pytest.fixture
def units(tmp_path: Path) -> str:
    county = {"kind": "county", "source": "S"}
    document = {
        "format": "chengjian.city/1", "id": "demo", "name": "示范市", "short_name": "示范", "province": "河南省",
        "code": "411300", "office": "示范市信用办", "sources": {"S": "测试"},
        "units": [
            {"id": "qinghe", "name": "青禾县", "portals": [{"url": URL, "source": "S"}], **county},
            {"id": "liuwan", "name": "柳湾区", **county},
        ],
    }  # fmt: skip
    path = tmp_path / "units.yml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return str(path)


@pytest.fixture
def run(city: WatchedCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path / "home"))
    for when in ("11-02 21:00", "11-03 10:00"):
        city.night(at(when), BROKEN, NOTICE)
    city.night(at("11-03 21:00"), BROKEN, OTHER, NOTICE)
    return lambda *words: called(*words, "--db", f"sqlite:///{city.path}")


def listed(run: Run, *words: str) -> list[tuple[str, str]]:
    """Ids and life states."""
    answered = run("findings", "list", *words, "--json")
    assert answered.exit_code == 0, answered.output
    read: dict[str, Any] = json.loads(answered.stdout)
    return [(one["finding"]["id"], one["life"]["state"]) for one in read["findings"]]


def test_the_list_says_where_each_stands_and_what_is_lacking(run: Run) -> None:
    text = run("findings", "list").stdout
    assert f"{BROKEN.id} [严重] 已确认" in text
    assert f"{OTHER.id} [严重] 疑似" in text
    assert "还差：再看到 2 次" in text
    assert listed(run, "--state", "confirmed") == [(BROKEN.id, "confirmed"), (NOTICE.id, "confirmed")]
    assert listed(run, "--state", "suspected", "--check", "stale_column") == [(OTHER.id, "suspected")]
    assert listed(run, "--state", "recovered") == []


def test_a_unit_is_asked_for_by_name(run: Run, units: str) -> None:
    assert len(listed(run, "--unit", "青禾县", "--city", units)) == 3
    assert listed(run, "--unit", "柳湾区", "--city", units) == []
    assert run("findings", "list", "--unit", "无此县", "--city", units).exit_code == 2


def test_show_tells_every_try(run: Run) -> None:
    text = run("findings", "show", BROKEN.id).stdout
    assert text.count("历次：") == 3
    assert "2026-11-03 10:01:00 上班时间 第 2 夜 看到问题" in text
    assert "达到确认门槛：2026-11-03 21:01:00" in text


def test_what_has_healed_leaves_the_list_and_is_found_again(run: Run, city: WatchedCity) -> None:
    when = at("11-04 21:00")
    city.night(when, OTHER, NOTICE, shown=well(when))
    assert BROKEN.id not in dict(listed(run))
    assert listed(run, "--state", "recovered") == [(BROKEN.id, "recovered")]
    assert "1 项已恢复" in run("findings", "list").stdout


def test_a_suppression_is_honoured_listed_and_lifted(run: Run) -> None:
    refused = run("findings", "suppress", BROKEN.id, "--by", "王")
    assert (refused.exit_code, "理由" in refused.output) == (2, True)
    made = run("findings", "suppress", DEAD, "--why", "机房搬迁，已报备", "--by", "王")
    assert made.exit_code == 0, made.output
    assert BROKEN.id not in dict(listed(run))
    assert listed(run, "--state", "suppressed") == [(BROKEN.id, "suppressed")]
    assert "机房搬迁" in run("findings", "suppressions").stdout
    assert "机房搬迁" in run("findings", "show", BROKEN.id).stdout
    assert run("findings", "suppressions", "--ends-within", "7").stdout.endswith("共 0 条\n")
    assert run("findings", "lift", "1", "--by", "李").exit_code == 2
    assert run("findings", "lift", "1", "--why", "搬迁已完成", "--by", "李").exit_code == 0
    assert dict(listed(run))[BROKEN.id] == "confirmed"
    assert "共 0 条" in run("findings", "suppressions").stdout
    assert "搬迁已完成" in run("findings", "suppressions", "--all").stdout
    again = run("findings", "lift", "1", "--why", "再解除", "--by", "李")
    assert (again.exit_code, "已由" in again.output) == (2, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("suppress", "none", "--why", "因"), "没有编号为"),
        (("suppress", DEAD, "--why", "因", "--until", "2020-01-01"), "已过"),
        (("suppress", DEAD, "--why", "因", "--until", "2999-01-01"), "最长一年"),
        (("suppress", DEAD, "--why", "因", "--until", "明天"), "应为日期"),
        (("suppress", DEAD, "--why", "因", "--check", "x"), "不认识的检查"),
        (("suppress", "http://else.test/a", "--why", "因"), "请写明门户"),
        (("lift", "9", "--why", "因"), "没有编号为 9"),
        (("review", BROKEN.id), "选一个"),
        (("review", BROKEN.id, "--ask", "--close", "--why", "因"), "选一个"),
        (("review", BROKEN.id, "--ask", "--why", "因"), "须先为“已告知单位”"),
        (("review", OTHER.id, "--close", "--why", "因"), "再看到 2 次"),
        (("notify", "--unit", "青禾县", "--out", "a.csv"), ".xlsx"),
        (("oddities", "--kind", "x"), "不认识的种类"),
        (("open", BROKEN.id), "没有存档的答复"),
        (("list", "--state", "x"), "不认识的状态"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(run: Run, words: tuple[str, ...], told: str) -> None:
    by = ("--by", "王") if words[0] in ("suppress", "lift", "review", "notify") else ()
    result = run("findings", *words, *by)
    assert result.exit_code == 2
    assert told in result.output
    assert "Traceback" not in result.output


def test_an_address_can_be_suppressed_before_anything_is_found_on_it(run: Run) -> None:
    made = run("findings", "suppress", URL + "new/", "--site", URL, "--why", "新栏目建设中", "--by", "王")
    assert made.exit_code == 0, made.output
    assert KEY in run("findings", "suppressions").stdout


def test_a_dismissal_until_a_day_is_a_suppression(run: Run) -> None:
    until = (datetime.now(LOCAL).date() + timedelta(days=30)).isoformat()
    done = run("findings", "dismiss", BROKEN.id, "--why", "外单位页面", "--by", "王", "--until", until)
    assert done.exit_code == 0, done.output
    assert listed(run, "--state", "suppressed") == [(BROKEN.id, "suppressed")]
    assert f"至 {until}" in run("findings", "suppressions").stdout
    assert listed(run, "--state", "dismissed") == []


def test_from_the_notice_to_the_end(run: Run, units: str, tmp_path: Path) -> None:
    out = tmp_path / "告知.xlsx"
    call = ("findings", "notify", "--unit", "青禾县", "--city", units, "--out", str(out), "--by", "王")
    assert run(*call, "--dry-run").exit_code == 0
    assert dict(listed(run))[BROKEN.id] == "confirmed"
    assert "已告知 1 项" in run(*call, "--why", "信用办函〔2026〕1号").stdout
    sheet = load_workbook(out).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == [BROKEN.id]
    assert "11-02 21:01；11-03 10:01；11-03 21:01" in rows[1]
    assert dict(listed(run))[BROKEN.id] == "notified"
    assert run(*call).exit_code == 1
    assert run("findings", "review", BROKEN.id, "--ask", "--why", "页面已迁移", "--by", "青禾县").exit_code == 0
    assert dict(listed(run))[BROKEN.id] == "under_review"
    assert run("findings", "review", BROKEN.id, "--withdraw", "--why", "确已迁移", "--by", "李").exit_code == 0
    assert listed(run, "--state", "suppressed") == [(BROKEN.id, "suppressed")]
    assert "信用办函" in run("findings", "show", BROKEN.id).stdout


def test_a_notice_is_no_accusation_and_is_not_sent(run: Run, units: str, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    run("findings", "notify", "--unit", "qinghe", "--city", units, "--out", str(out), "--by", "王")
    assert dict(listed(run))[NOTICE.id] == "confirmed"
    missing = run("findings", "notify", "--unit", "柳湾区", "--city", units, "--out", str(out), "--by", "王")
    assert missing.exit_code == 1


def file_picture(city: WatchedCity, audit: int, folder: Path) -> Path:
    """A picture as an audit files it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "abc.png").write_bytes(b"png")
    piece = EvidencePiece(audit, folder, "abc.png", FileKind.SCREENSHOT, "0" * 64, 3, at("11-04 21:00"))
    EvidencePieces(city.engine).add([piece])
    return folder / "abc.png"


@pytest.mark.parametrize("place", ["home/evidence/www.qinghe.test-1", "elsewhere"])
def test_a_picture_is_opened_where_the_audit_left_it(
    city: WatchedCity, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Below the data folder, or where ``--evidence`` said."""
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    shot = replace(BROKEN, evidence=Evidence(warc="audit-4.warc.gz", screenshot="abc.png"))
    _, audit = city.night(at("11-04 21:00"), shot)
    gone = run("findings", "open", BROKEN.id)
    assert (gone.exit_code, "找不到证据文件" in gone.output) == (2, True)
    path = file_picture(city, audit, tmp_path / place)
    assert run("findings", "open", BROKEN.id, "--path").stdout == f"{path}\n"
    assert opened == []
    run("findings", "open", BROKEN.id)
    assert opened == [path.as_uri()]


def test_evidence_that_was_moved_with_its_machine_is_opened(city: WatchedCity, run: Run, tmp_path: Path) -> None:
    _, audit = city.night(at("11-04 21:00"), replace(BROKEN, evidence=Evidence(screenshot="abc.png")))
    path = file_picture(city, audit, tmp_path / "old" / "www.qinghe.test-1")
    now = tmp_path / "home" / "evidence" / "www.qinghe.test-1"
    now.parent.mkdir(parents=True)
    path.parent.rename(now)
    assert run("findings", "open", BROKEN.id, "--path").stdout == f"{now / 'abc.png'}\n"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "*"])
def test_a_name_that_leads_elsewhere_is_not_followed(city: WatchedCity, run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "home" / "evidence").mkdir(parents=True)
    city.night(at("11-04 21:00"), replace(BROKEN, evidence=Evidence(screenshot=name)))
    assert "找不到证据文件" in run("findings", "open", BROKEN.id).output


def test_a_gate_of_the_office_stands_before_ours(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "gate.yml").write_text(
        'format: chengjian.gate/1\ntries: 4\ndays: 2\nbands: 2\noffice_hours: true\nsource: "信用办 2026 年 3 号文"\n',
        "utf-8",
    )
    assert dict(listed(run))[BROKEN.id] == "suspected"
    (home / "gate.yml").write_text("format: chengjian.gate/1\ntries: 0\nbands: 4\n", "utf-8")
    refused = run("findings", "list")
    assert refused.exit_code == 2
    assert re.search(r"缺少 source.*只有 3 个时段", refused.stderr)
