"""`chengjian filing queue | accept | return`: the verifier at a terminal, and what it does to what is owed."""

import json
from collections.abc import Callable
from pathlib import Path

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
def filed(run: Run, tmp_path: Path) -> Path:
    """Two values of one office, by 张三."""
    values = {"方城县": 2, "社旗县": 1}
    document = {
        "schema": "chengjian.filing/1",
        "scheme": "nanyang-county",
        "period": "2026",
        "provider": "市信用办",
        "rows": [{"unit": unit, "indicator": "NYC-14", "value": value} for unit, value in values.items()],
    }
    path = tmp_path / "in.json"
    path.write_text(json.dumps(document), "utf-8")
    assert run("filing", "import", path, "--by", "张三")[0] == 0
    return path


def test_the_queue_shows_numbers_and_what_was_decided_leaves_it(run: Run, filed: Path) -> None:
    """Accepted and returned go into their own lists, with who, when and why."""
    status, out, err = run("filing", "queue")
    assert (status, err) == (0, [])
    assert "编号 1" in out
    assert "共 2 项" in out
    assert run("filing", "accept", 1, "--by", "李四")[:2] == (0, "审核通过 1 项\n")
    assert run("filing", "return", 2, "--by", "李四", "--why", "缺盖章")[:2] == (0, "退回 1 项\n")
    assert "共 0 项" in run("filing", "queue")[1]
    assert "由 李四 退回：缺盖章" in run("filing", "queue", "--state", "returned")[1]
    assert "由 李四 审核通过" in run("filing", "show", "--unit", "方城县")[1]


def test_what_was_returned_is_owed_again(run: Run, filed: Path) -> None:
    """It answers nothing until it is filed anew."""
    before = run("filing", "due", "--scheme", "nanyang-county", "--period", "2026", "--provider", "市信用办")[1]
    run("filing", "return", 1, "--by", "李四", "--why", "缺盖章")
    after = run("filing", "due", "--scheme", "nanyang-county", "--period", "2026", "--provider", "市信用办")[1]
    assert ("已报 2 项" in before, "已报 1 项" in after) == (True, True)
    assert "新收 1 项，此前已收 1 项" in run("filing", "import", filed, "--by", "张三")[1]
    again = run("filing", "due", "--scheme", "nanyang-county", "--period", "2026", "--provider", "市信用办")[1]
    assert again == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("return", "1", "--by", "李四"), "退回须写明理由"),
        (("accept", "1"), "须写明由谁审核"),
        (("accept", "1", "--by", " 张 三"), "应由另一人审核"),
        (("accept", "9", "--by", "李四"), "没有这项填报"),
        (("accept", "九", "--by", "李四"), "应为数字"),
        (("accept", "1", "--by", "李四", "--city", "atlantis"), "atlantis"),
        (("queue", "--state", "lost"), "不认识的状态"),
    ],
)
def test_a_wrong_call_is_one_line(run: Run, filed: Path, arguments: tuple[str, ...], told: str) -> None:
    """Exit status 2, what is wrong and what to do; nothing decided."""
    status, out, err = run("filing", *arguments)
    assert (status, out) == (2, "")
    assert told in "".join(err)
    assert "共 2 项" in run("filing", "queue")[1]


def test_a_decision_is_changed_only_when_that_is_said(run: Run, filed: Path) -> None:
    """The second person is told of the first; `--change` overrides and both stay in the history."""
    run("filing", "accept", 1, "--by", "李四")
    status, _out, err = run("filing", "return", 1, "--by", "王五", "--why", "再看")
    assert status == 2
    assert "李四" in err[0]
    assert "没有改动" in err[0]
    assert run("filing", "return", 1, "--by", "王五", "--why", "再看", "--change")[0] == 0
    status, out, err = run("filing", "accept", 1, 2, "--by", "李四")
    assert (status, out) == (1, "审核通过 1 项\n")
    assert "王五" in err[0]
