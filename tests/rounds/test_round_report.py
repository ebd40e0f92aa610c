"""`chengjian round report` and `chengjian score --docx`: the documents as the command line writes them."""

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from chengjian.cli import main


@pytest.fixture
def delivered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder, and a round whose preliminary result is with its two units."""
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CHENGJIAN_DB", f"sqlite:///{tmp_path / 'rounds.sqlite3'}")
    units = ("--unit", "fangcheng", "--unit", "邓州市")
    assert main(["round", "open", "nanyang-county", "2026Q4", "--by", "甲", *units]) == 0
    assert main(["round", "report", "2026Q4", "--docx", str(tmp_path / "a.docx")]) == 2
    assert "还没有初评的计分" in capsys.readouterr().err
    for words in (
        ("advance", "--by", "甲"),
        ("score",),
        ("advance", "--by", "甲", "--run", "1"),
        ("advance", "--by", "甲"),
    ):
        assert main(["round", words[0], "2026Q4", *words[1:]]) == 0
    return tmp_path


def test_reports_of_a_round(delivered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The overall report says that it is preliminary; a unit's begins with the notice and its term."""
    whole, own, book = (delivered / name for name in ("总.docx", "方城.docx", "总.xlsx"))
    assert main(["round", "report", "2026Q4", "--docx", str(whole), "--xlsx", str(book)]) == 0
    assert "已写出" in capsys.readouterr().out
    assert "初步结果，尚未审定" in "\n".join(one.text for one in Document(str(whole)).paragraphs)
    assert load_workbook(BytesIO(book.read_bytes()))["排名"].max_row == 3
    assert main(["round", "report", "2026Q4", "--unit", "方城县", "--docx", str(own)]) == 0
    letter = "\n".join(one.text for one in Document(str(own)).paragraphs)
    assert "现将初步评价结果送达你单位" in letter
    assert "邓州市" not in letter


def test_reports_of_a_run(delivered: Path) -> None:
    """A run by its number gives the same documents."""
    path = delivered / "run.docx"
    assert main(["score", "--run", "1", "--docx", str(path)]) == 0
    assert "现处于“初评结果反馈”" in "\n".join(one.text for one in Document(str(path)).paragraphs)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["round", "report", "2026Q4"], "--docx 或 --xlsx"),
        (["round", "report", "2026Q4", "--unit", "南召县", "--docx", "x.docx"], "没有单位"),
        (["round", "report", "2026Q4", "--unit", "方城县", "--xlsx", "x.xlsx"], "单位报告只有 Word"),
        (["round", "report", "2026Q4", "--docx", "/nowhere/x.docx"], "写不了"),
        (["round", "report", "2026Q4", "--run", "9", "--docx", "x.docx"], "没有编号"),
        (["score", "--runs", "--docx", "x.docx"], "用于一次评分存档"),
    ],
)
def test_wrong_calls(delivered: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str) -> None:
    """One line, exit status 2, and no file."""
    capsys.readouterr()
    assert main(words) == 2
    assert told in capsys.readouterr().err
    assert not list(delivered.glob("x.*"))
