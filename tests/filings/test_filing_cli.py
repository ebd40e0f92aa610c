"""`chengjian filing` as a person uses it: forms out, workbooks in, one line for each thing that is wrong."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chengjian.cli import main

Run = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_database: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "chengjian.sqlite3").write_bytes(empty_database.read_bytes())
    monkeypatch.setenv("CHENGJIAN_HOME", str(folder))
    return folder


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    def called(*arguments: object) -> tuple[int, str, list[str]]:
        status = main([str(argument) for argument in arguments])
        out = capfdbinary.readouterr()
        return status, out.out.decode(), out.err.decode().splitlines()

    return called


@pytest.fixture
def form(run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "form.xlsx"
    status, out, err = run(
        "filing", "template", "--scheme", "nanyang-county", "--period", "2026", "--provider", "市工信局", "--out", path
    )
    assert (status, err) == (0, [])
    assert "市工信局：17 个单位 × 1 项" in out
    return path


def fill(path: Path, target: Path, **values: Any) -> Path:
    book = openpyxl.load_workbook(path)
    sheet = book["填报"]
    for row in range(5, sheet.max_row + 1):
        if sheet.cell(row, 1).value in values:
            sheet.cell(row, 4).value = values[str(sheet.cell(row, 1).value)]
    book.save(target)
    return target


def test_from_form_to_debts(run: Run, form: Path, tmp_path: Path) -> None:
    filled = fill(form, tmp_path / "in.xlsx", fangcheng=0.985, sheqi=1)
    status, out, err = run("filing", "import", filled, "--by", "张三")
    assert (status, err) == (0, [])
    assert "in.xlsx：已接收（nanyang-county，2026，市工信局）" in out
    assert "新收 2 项" in out
    status, out, err = run("filing", "import", filled)
    assert (status, err) == (0, [])
    assert "以前已接收过同一文件" in out
    status, out, _ = run("filing", "import", fill(form, tmp_path / "later.xlsx", fangcheng=0.9))
    assert status == 0
    assert "方城县 NYC-23 原为 0.985" in out
    assert run("filing", "list")[1].count("\n") == 2
    shown = run("filing", "show", "--unit", "方城", "--period", "2026")[1]
    assert shown.startswith("nanyang-county 2026\t方城县 NYC-23：0.9\t市工信局")
    assert "later.xlsx 填报!D" in shown
    assert run("filing", "show", "--unit", "方城县", "--history")[1].count("（已被替代）") == 1
    status, out, _ = run("filing", "due", "--scheme", "nanyang-county", "--period", "2026", "--provider", "市工信局")
    assert status == 0
    assert "应报 17 项，已报 2 项，欠 15 项" in out
    assert "社旗县" not in out
    assert run("filing", "verify")[:2] == (0, "核验 2 个文件，0 个有问题\n")


def test_damaged_evidence_stops_every_use(run: Run, form: Path, tmp_path: Path, home: Path) -> None:
    run("filing", "import", fill(form, tmp_path / "in.xlsx", fangcheng=0.985))
    (kept,) = [path for path in (home / "evidence" / "filings").rglob("*") if path.is_file()]
    kept.unlink()
    status, out, err = run("filing", "verify")
    assert (status, out) == (1, "核验 1 个文件，1 个有问题\n")
    assert len(err) == 1
    status, out, err = run("filing", "show")
    assert (status, out, len(err)) == (2, "", 1)
    assert f"佐证文件 {kept.name} 缺失" in err[0]


def test_what_is_refused_is_one_line_each_and_the_report_says_all(run: Run, form: Path, tmp_path: Path) -> None:
    bad = fill(form, tmp_path / "bad.xlsx", fangcheng=0.9, sheqi="九成", neixiang=1.01)
    report = tmp_path / "report.json"
    status, out, err = run("filing", "import", bad, "--json", report)
    assert status == 2
    assert "拒收" in out
    assert len(err) == 2
    assert all(line.startswith("chengjian: bad.xlsx：填报!D") for line in err)
    document = json.loads(report.read_text("utf-8"))
    assert document["schema"] == "chengjian.filing-report/1"
    (file,) = document["files"]
    assert (file["outcome"], file["filing"]) == ("refused", None)
    assert sorted(row["outcome"] for row in file["rows"]) == ["not_taken", "refused", "refused"]
    assert run("filing", "list")[1] == "还没有接收过填报。\n"
    status, out, err = run("filing", "import", bad, "--accept-good-rows", "--json", "-")
    assert (status, len(err)) == (1, 2)
    (file,) = json.loads(out)["files"]
    assert [(row["unit"], row["value"]) for row in file["rows"] if row["outcome"] == "accepted"] == [("fangcheng", 0.9)]


def test_one_refused_file_does_not_keep_the_others_out(run: Run, form: Path, tmp_path: Path) -> None:
    good = fill(form, tmp_path / "good.xlsx", fangcheng=0.9)
    (tmp_path / "bad.xlsx").write_bytes(b"nothing")
    status, out, err = run("filing", "import", tmp_path / "bad.xlsx", good)
    assert (status, len(err)) == (2, 1)
    assert "good.xlsx：已接收" in out


def test_units_that_file_for_themselves_get_a_form_each(run: Run, tmp_path: Path) -> None:
    arguments = ("filing", "template", "--scheme", "nanyang-county", "--period", "2026", "--until", "2026-12-31")
    status, _, _ = run(*arguments, "--provider", "all", "--out", tmp_path / "forms")
    assert status == 0
    names = {path.name for path in (tmp_path / "forms").iterdir()}
    assert len(names) == 21  # 17 counties, and four offices
    assert "nanyang-county-2026-县市区-方城县.xlsx" in names
    book = openpyxl.load_workbook(tmp_path / "forms" / "nanyang-county-2026-县市区-方城县.xlsx")
    assert [cell.value for cell in book["填报"]["B"]][4:] == ["方城县"]
    assert "2026-12-31" in [cell.value for cell in book["封面"]["B"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["template", "--scheme", "x", "--period", "2026", "--out", "OUT"], "不认识的方案"),
        (["template", "--scheme", "nanyang-county", "--period", "", "--out", "OUT"], "期间"),
        (["template", "--scheme", "nanyang-county", "--period", "=1+1", "--out", "OUT"], "期间"),
        (["template", "--scheme", "nanyang-county", "--period", "2" * 41, "--out", "OUT"], "期间"),
        (
            ["template", "--scheme", "nanyang-county", "--period", "2026", "--provider", "某局", "--out", "OUT"],
            "没有提供单位“某局”",
        ),
        (["template", "--scheme", "nanyang-county", "--period", "2026", "--out", "OUT/a.xlsx"], "个工作簿"),
        (["template", "--scheme", "huaian", "--period", "2026", "--out", "OUT"], "没有方案 huaian 的评价对象"),
        (["template", "--scheme", "nanyang-county", "--period", "2026", "--out", "OUT", "--city", "x"], "不认识的城市"),
        (["template", "--scheme", "nanyang-county", "--period", "2026", "--out", "OUT", "--until", "x"], "--until"),
        (["import", "OUT/none.xlsx"], "文件或目录不存在"),
        (["import", "OUT"], "它是一个目录"),
        (["import", "OUT/none.xlsx", "--attachments", "OUT/none"], "附件目录"),
        (["import"], "缺少参数"),
        (["list", "--period", "去年"], "看不懂期间"),
        (["show", "--period", "2026Q5"], "看不懂期间"),
        (["show", "--unit", "火星"], "没有单位“火星”"),
        (["due", "--scheme", "nanyang-county"], "缺少选项"),
        (["nothing"], "没有命令"),
    ],
)
def test_a_wrong_call_is_one_line_and_status_2(run: Run, tmp_path: Path, arguments: list[str], said: str) -> None:
    status, _, err = run("filing", *(argument.replace("OUT", str(tmp_path)) for argument in arguments))
    assert status == 2
    assert len(err) == 1, err
    assert said in err[0]
    assert list(tmp_path.glob("*.xlsx")) == []


def test_the_command_itself_and_its_help() -> None:
    command = [sys.executable, "-c", "import sys; from chengjian.cli import main; sys.exit(main())", "filing"]
    for word in ("", "template", "import", "list", "show", "due", "verify"):
        result = subprocess.run([*command, *word.split(), "--help"], capture_output=True, check=False, timeout=60)
        assert result.returncode == 0
        assert b"Usage" in result.stdout
