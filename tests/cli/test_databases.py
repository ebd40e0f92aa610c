"""`--db` of the commands that only ask: a file that is not there is told, and never made by looking for it."""

from pathlib import Path

import pytest

from chengjian.cli import main

ASKING = (
    ("status",),
    ("night", "list"),
    ("night", "show", "1"),
    ("findings", "list"),
    ("findings", "suppressions"),
    ("findings", "oddities"),
    ("duties", "list"),
    ("evidence", "show"),
    ("evidence", "seal"),
    ("verify",),
    ("rejudge", "http://127.0.0.1:9/"),
    ("score", "--runs"),
    ("score", "--scheme", "nanyang-county", "--city", "nanyang", "--period", "2026"),
    ("round", "list"),
    ("filing", "list"),
    ("news", "events"),
    ("news", "judge"),
)


@pytest.mark.parametrize("words", ASKING, ids=" ".join)
@pytest.mark.parametrize("form", ["{path}", "sqlite:///{path}"])
def test_a_database_that_is_not_there_is_told_and_not_made(
    words: tuple[str, ...],
    form: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A slip of the pen is one line and status 2, not an answer from a new, empty database."""
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path / "home"))
    path = tmp_path / "chengijan.sqlite3"
    status = main([*words, "--db", form.format(path=path)])
    captured = capsys.readouterr()
    assert status == 2
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert str(path) in captured.err
    assert "--db" in captured.err
    assert not path.exists()


def test_without_an_address_the_usual_database_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A first look on a new machine is answered: nothing is there yet."""
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path))
    assert main(["night", "list"]) == 0
    assert "还没有" in capsys.readouterr().out
