"""`chengjian complaints` does on a terminal what the console does."""

import json
from pathlib import Path

import pytest
from docx import Document

from chengjian.cli import main

NAME = "钱多多"
ADD = (
    *("add", "--title", f"{NAME}的补贴", "--about", "方城县", "--kind", "promise", "--by", "王"),
    *("--text", f"{NAME}没有收到", "--name", NAME, "--contact", "13812345678"),
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    capsys.readouterr()
    assert main(["complaints", *arguments]) == status
    told = capsys.readouterr()
    return told.err if status == 2 else told.out


def test_a_complaint_from_a_terminal(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """Registered, accepted, handed on; the complainant is shown only where it is asked for."""
    run(capsys, *ADD)
    identity = json.loads(run(capsys, "list", "--json"))["complaints"][0]["id"]
    run(capsys, "accept", identity, "--by", "王")
    run(capsys, "hand-on", identity, "--by", "王", "--to", "方城县")
    for words in (("show", identity), ("list",), ("list", "--json"), ("show", identity, "--json"), ("due",)):
        assert NAME not in run(capsys, *words)
    assert NAME in run(capsys, "show", identity, "--who")
    out = home / "letter.docx"
    run(capsys, "letter", identity, "handing", "--out", str(out))
    assert NAME not in "".join(paragraph.text for paragraph in Document(str(out)).paragraphs)
    assert "第十五条" in run(capsys, "letter", identity, "handing", "--out", str(out), "--contact", status=2)
    assert "方城县：承办 1" in run(capsys, "circular")
    assert "第八条第（四）项" in run(capsys, "rules")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("show", "ts2026-0001"), "没有投诉举报"),
        (("show", "../x"), "没有投诉举报"),
        (("list", "--standing", "lost"), "可选"),
        (("accept", "x", "--by", "王", "--on", "昨天"), "日期"),
        ((*ADD[:-2], "--received", "昨天"), "日期"),
        ((*ADD[:6], "nothing", *ADD[7:]), "promise"),
        ((*ADD[:-2], "--channel", "fax"), "可选"),
        (("add",), "缺少"),
    ],
)
def test_a_wrong_call_gets_one_line(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str) -> None:
    assert told in run(capsys, *arguments, status=2)


def test_rules_of_another_city_are_read_with_every_fault(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """An office's own measures replace those of 2020; a slip in them is told with its line."""
    from importlib.resources import files

    text = files("services.complaints").joinpath("nanyang-2020.yml").read_text("utf-8")
    path = home / "complaint-rules.yml"
    path.write_text(text.replace('decide: {days: "5"', 'decide: {days: "7"'), "utf-8")
    assert "  7  决定是否受理" in run(capsys, "rules")
    path.write_text(text.replace('decide: {days: "5"', 'decide: {days: "many"').replace("kinds:", "kind:"), "utf-8")
    told = run(capsys, "rules", status=2)
    assert "days" in told
    assert "kinds" in told
