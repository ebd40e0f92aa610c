"""`chengjian registry` as an office uses it: exit statuses, and that nothing is lost."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from chengjian.cli import main


def test_export_edit_import_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole way of a clerk who adds a portal."""
    sheet, out = tmp_path / "units.xlsx", tmp_path / "units.yml"
    assert main(["registry", "export", str(sheet)]) == 0
    book = load_workbook(sheet)
    book["网站"].append(["gaoxin", "高新区", "https://gaoxin.example.test/", "", "是", "电话询问"])
    book.save(sheet)
    assert main(["registry", "import", str(sheet), "--out", str(out)]) == 0
    assert main(["registry", "check", "--city", str(out)]) == 0
    capsys.readouterr()
    assert main(["registry", "show", "高新区", "--city", str(out), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["portals"] == [{"url": "https://gaoxin.example.test/", "verified": True, "source": "电话询问"}]


def test_a_refused_workbook_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One wrong row, and the registry in use stays as it was."""
    sheet, out = tmp_path / "units.xlsx", tmp_path / "units.yml"
    main(["registry", "export", str(sheet)])
    book = load_workbook(sheet)
    book["单位"]["C5"] = "县"
    book.save(sheet)
    out.write_text("precious", "utf-8")
    assert main(["registry", "import", str(sheet), "--out", str(out), "--force"]) == 2
    assert "第 5 行" in capsys.readouterr().err
    assert out.read_text("utf-8") == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["units.xlsx", "units.yml"]


def test_a_file_is_not_overwritten_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody's edits are in it."""
    sheet = tmp_path / "units.xlsx"
    sheet.write_bytes(b"edits")
    assert main(["registry", "export", str(sheet)]) == 2
    assert "--force" in capsys.readouterr().err
    assert sheet.read_bytes() == b"edits"
    assert main(["registry", "export", str(sheet), "--force"]) == 0


@pytest.mark.parametrize("wanted", ["zhujian", "南阳市住房和城乡建设局", "市住建局", "南阳市住建委"])
def test_a_unit_is_found_by_any_of_its_names(wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["registry", "show", wanted]) == 0
    assert capsys.readouterr().out.startswith("zhujian\n")


@pytest.mark.parametrize(
    "call",
    [
        ["show", "没有这个局"],
        ["show", "--city", "beijing"],
        ["check", "--city", "missing.yml"],
        ["import", "missing.xlsx", "--out", "x.yml"],
        ["export", "no/such/folder/x.xlsx"],
        ["import"],
        [],
    ],
)
def test_a_wrong_call_is_one_line_and_status_two(call: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["registry", *call]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.startswith("chengjian: ")


def test_a_path_through_a_file_is_explained_in_chinese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the operating system says in English is told in Chinese."""
    (tmp_path / "file").write_text("x")
    assert main(["registry", "check", "--city", str(tmp_path / "file" / "units.yml")]) == 2
    assert "路径中有一段不是目录" in capsys.readouterr().err


def test_check_says_every_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.yml"
    path.write_text("format: chengjian.city/1\nid: X\nname: no\nunits: []\n", "utf-8")
    assert main(["registry", "check", "--city", str(path)]) == 2
    assert capsys.readouterr().err.count("错误 x.yml 第") >= 4
