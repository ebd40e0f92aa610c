"""``chengjian demo`` before it plays: which folder it takes.  What it plays: tests/e2e/test_three_nights.py."""

from pathlib import Path

import pytest

from chengjian.cli import main
from chengjian.cli.demo import _empty


def test_a_folder_with_something_else_in_it_is_not_touched(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Somebody's home folder must survive a slip of the pen."""
    (tmp_path / "kept.txt").write_text("x")
    assert main(["demo", "--out", str(tmp_path)]) == 2
    assert "空目录" in capfd.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["kept.txt"]


def test_a_folder_of_an_earlier_demo_is_emptied(tmp_path: Path) -> None:
    home = _empty(tmp_path / "demo")
    (home / "chengjian.sqlite3").write_text("old")
    assert [one.name for one in _empty(home).iterdir()] == [".chengjian-demo"]


def test_a_path_that_is_a_file_is_said_in_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x")
    assert main(["demo", "--out", str(tmp_path / "file")]) == 2
    told = capfd.readouterr().err
    assert told.count("\n") == 1
    assert str(tmp_path / "file") in told


def test_a_console_is_opened_where_a_demo_was_played(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """``--console`` on another folder makes nothing there, and says how to get one."""
    home = tmp_path / "other"
    assert main(["demo", "--console", "--out", str(home)]) == 2
    assert f"chengjian demo --out {home}" in capfd.readouterr().err
    assert not home.exists()
