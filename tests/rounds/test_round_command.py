"""`chengjian round` as an office uses it, over a real database: every step, every refusal in one line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from chengjian.cli import main

Call = Callable[..., int]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run `chengjian round …` on a database of its own."""
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CHENGJIAN_DB", f"sqlite:///{tmp_path / 'rounds.sqlite3'}")
    return lambda *words: main(["round", *words])


def opened(call: Call) -> None:
    assert call("open", "nanyang-county", "2026Q4", "--by", "甲", "--unit", "fangcheng", "--unit", "邓州市") == 0


def test_a_whole_round(call: Call, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """From the opening to the archive with one accepted and one refused row; the log names everybody."""
    material = tmp_path / "说明.pdf"
    material.write_bytes(b"%PDF-1.4 x")
    opened(call)
    for words in (
        ("advance", "2026Q4", "--by", "核实人"),
        ("score", "2026Q4"),
        ("advance", "2026Q4", "--by", "核实人", "--run", "1"),
        ("advance", "2026Q4", "--by", "核实人"),
        ("confirm", "2026Q4", "方城县", "--by", "登记人"),
        ("review", "2026Q4", "邓州市", "--by", "登记人", "--row", "NYC-01=已公示", "--row", "NYC-09=已建成",
         "--attach", f"NYC-01={material}"),
        ("advance", "2026Q4", "--by", "核实人"),
        ("decide", "2026Q4", "邓州市", "NYC-01", "--by", "复核人", "--reason", "查实", "--accept", "true"),
        ("decide", "2026Q4", "邓州市", "NYC-09", "--by", "复核人", "--reason", "无材料", "--refuse"),
        ("score", "2026Q4"),
        ("advance", "2026Q4", "--by", "复核人", "--run", "2"),
        ("back", "2026Q4", "--by", "信用办", "--reason", "补一份材料"),
        ("advance", "2026Q4", "--by", "复核人", "--run", "2"),
        ("advance", "2026Q4", "--by", "信用办"),
        ("advance", "2026Q4", "--by", "信用办"),
    ):  # fmt: skip
        assert call(*words) == 0, (words, capsys.readouterr().err)
    capsys.readouterr()
    assert call("show", "2026Q4", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["stage"], shown["preliminary_run"], shown["final_run"]) == ("archived", "1", "2")
    assert [one["outcome"] for one in shown["reviews"]] == ["accepted", "refused"]
    assert call("log", "2026Q4") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == shown["entries"] == 14
    assert "说明.pdf" in lines[5]
    assert "退回到“复评”：补一份材料" in lines[10]
    assert call("list") == 0
    assert "已归档" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("advance", "2026Q4", "--by", " "), "由谁办理"),
        (("advance", "2026Q4"), "--by"),
        (("advance", "2026Q3", "--by", "乙"), "没有评价轮次"),
        (("advance", "", "--by", "乙"), "没有评价轮次"),
        (("advance", "2026Q4", "--by", "乙", "--run", "1"), "没有编号"),
        (("advance", "2026Q4", "--by", "乙", "--delivered", "2026-11-21"), "才写送达日期"),
        (("advance", "2026Q4", "--by", "乙", "--delivered", "昨天"), "2026-11-21 这样的日期"),
        (("advance", "2026Q4", "--by", "乙", "--calendar", "missing.yml"), "读不了日历文件"),
        (("back", "2026Q4", "--by", "乙", "--reason", "x"), "第一步"),
        (("confirm", "2026Q4", "fangcheng", "--by", "乙"), "期间才能确认"),
        (("confirm", "2026Q4", "南召县", "--by", "乙"), "本轮没有单位"),
        (("review", "2026Q4", "fangcheng", "--by", "乙", "--row", "NYC-01"), "指标=理由"),
        (("review", "2026Q4", "fangcheng", "--by", "乙", "--row", "NYC-01=x", "--attach", "NYC-02=f"), "没有用 --row"),
        (
            ("review", "2026Q4", "fangcheng", "--by", "乙", "--row", "NYC-01=x", "--attach", "NYC-01=f"),
            "读不了申诉材料",
        ),
        (("decide", "2026Q4", "fangcheng", "NYC-01", "--by", "乙", "--reason", "x"), "写且只写一个"),
        (("decide", "2026Q4", "fangcheng", "NYC-01", "--by", "乙", "--reason", "x", "--refuse"), "阶段才作决定"),
        (("decide", "2026Q4", "fangcheng", "NYC-99", "--by", "乙", "--reason", "x", "--accept", "1"), "没有指标"),
        (("score", "2026Q4", "--flag", "fangcheng"), "单位编号=标记"),
        (("score", "2026Q4", "--city", "beijing"), "不认识的城市"),
        (("open", "nanyang-county", "2026Q4", "--by", "甲"), "再建一轮的理由"),
        (("open", "no-such", "2026Q4", "--by", "甲"), "不认识的方案"),
        (("open", "jiaxian", "2026-11", "--by", "甲"), "不能按"),
        (("show", "2026Q4", "--json", "--records"), "不能同时用"),
    ],
)
def test_a_wrong_call_is_one_line_and_changes_nothing(
    call: Call, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    """What is wrong and what to do; the round stays where it was."""
    opened(call)
    capsys.readouterr()
    assert call(*words) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert call("show", "2026Q4", "--json") == 0
    assert json.loads(capsys.readouterr().out)["entries"] == 1


def test_a_changed_material_is_fatal(call: Call, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A decision must not rest on a file that is no longer what the unit handed in."""
    material = tmp_path / "说明.pdf"
    material.write_bytes(b"%PDF-1.4 x")
    opened(call)
    call("advance", "2026Q4", "--by", "核实人")
    call("score", "2026Q4")
    call("advance", "2026Q4", "--by", "核实人", "--run", "1")
    call("advance", "2026Q4", "--by", "核实人")
    call("confirm", "2026Q4", "方城县", "--by", "登记人")
    row = ("--row", "NYC-01=已公示", "--attach", f"NYC-01={material}")
    call("review", "2026Q4", "邓州市", "--by", "登记人", *row)
    call("advance", "2026Q4", "--by", "核实人")
    (kept,) = [path for path in (tmp_path / "home" / "evidence" / "rounds").rglob("*") if path.is_file()]
    kept.chmod(0o644)
    kept.write_bytes(b"%PDF-1.4 y")
    decision = ("decide", "2026Q4", "邓州市", "NYC-01", "--by", "复核人", "--reason", "查实", "--refuse")
    capsys.readouterr()
    assert call(*decision) == 2
    assert "改动" in capsys.readouterr().err
    kept.write_bytes(b"%PDF-1.4 x")
    assert call(*decision) == 0


def test_a_year_that_is_not_known_can_be_added(
    call: Call, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """calendar.yml in the data folder is used without being named; a faulty one is not passed over."""
    from services import work_calendar

    opened(call)
    call("advance", "2026Q4", "--by", "乙")
    call("score", "2026Q4")
    call("advance", "2026Q4", "--by", "乙", "--run", "1")
    nothing = work_calendar.WorkCalendar({})
    monkeypatch.setattr(work_calendar, "library_calendar", lambda: nothing)
    capsys.readouterr()
    assert call("advance", "2026Q4", "--by", "乙") == 2
    assert "节假日和调休安排尚未录入" in capsys.readouterr().err
    from datetime import datetime
    from zoneinfo import ZoneInfo

    year = datetime.now(ZoneInfo("Asia/Shanghai")).year
    text = "format: chengjian.calendar/1\nyears:\n"
    for one in (year, year + 1):
        text += f'  - {{year: "{one}", source: 通知, holidays: ["{one}-01-01"]}}\n'
    own = tmp_path / "home" / "calendar.yml"
    own.parent.mkdir(exist_ok=True)
    own.write_text(text.replace("source", "sauce"), "utf-8")
    assert call("advance", "2026Q4", "--by", "乙") == 2
    own.write_text(text, "utf-8")
    assert call("advance", "2026Q4", "--by", "乙") == 0
