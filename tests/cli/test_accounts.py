"""``chengjian accounts``: what the operator does on the machine, also before there is anybody."""

import json
import re
from pathlib import Path

import pytest

from chengjian.cli import main


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """A command; its exit status, what it says, what it complains of."""
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path))

    def ask(*words: str) -> tuple[int, str, str]:
        status = main(["accounts", *words])
        told = capsys.readouterr()
        return status, told.out, told.err

    return ask


def test_an_account_is_made_helped_and_put_away(run) -> None:
    """From nobody to a unit's account that was disabled: each step is told, and the password only where one is made."""
    assert run("list") == (0, "还没有账户\n", "")
    status, told, _ = run("add", "op", "--role", "operator", "--name", "王")
    first = re.search(r"一次性密码：(\S+)", told)
    assert status == 0
    assert first is not None
    assert run("add", "fc", "--role", "unit", "--name", "张", "--unit", "fangcheng")[0] == 0
    again = re.search(r"一次性密码：(\S+)", run("reset", "op")[1])
    assert again is not None
    assert again[1] != first[1]
    assert run("disable", "fc") == (0, "账户 fc 已停用\n", "")
    listed = json.loads(run("list", "--json")[1])
    assert listed["schema"] == "chengjian.accounts/1"
    assert [(one["login"], one["unit"], one["disabled"]) for one in listed["accounts"]] == [
        ("fc", "fangcheng", True),
        ("op", None, False),
    ]
    assert run("enable", "fc")[0] == 0
    assert "方城县" in run("list")[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "li", "--role", "boss", "--name", "李"), "--role 的取值“boss”应为"),
        (("add", "li", "--role", "unit", "--name", "李"), "须指明单位"),
        (("add", "li", "--role", "unit", "--name", "李", "--unit", "nowhere"), "登记表中没有单位 nowhere"),
        (("add", "l i", "--role", "analyst", "--name", "李"), "登录名须由字母"),
        (("reset", "nobody"), "没有登录名为 nobody 的账户"),
        (("reset", "op", "--second-factor"), "没有设动态验证码"),
        (("unlock", "op"), "没有锁定"),
        (("enable", "op"), "没有停用"),
        (("disable", "op"), "至少要有一个可用的运维账户"),
    ],
)
def test_what_cannot_be_is_one_line(run, words: tuple[str, ...], told: str) -> None:
    """Status 2, one Chinese line, nothing changed."""
    run("add", "op", "--role", "operator", "--name", "王")
    before = run("list", "--json")[1]
    status, _, complaint = run(*words)
    assert status == 2
    assert told in complaint
    assert complaint.count("\n") == 1
    assert run("list", "--json")[1] == before


def test_another_key_for_the_second_factor(run, tmp_path: Path) -> None:
    """Made where there is none, changed where there is one; nobody but its owner reads it, and the log tells of it."""
    key = tmp_path / "second-factor.key"
    status, told, _ = run("rekey", "--by", "王")
    assert (status, key.stat().st_mode & 0o777) == (0, 0o600)
    assert "请备份新的密钥文件" in told
    first = key.read_text("ascii").split()
    assert run("rekey")[0] == 0
    assert key.read_text("ascii").split()[1:] == first
    key.chmod(0o644)
    status, _, complaint = run("rekey")
    assert (status, complaint.count("\n")) == (2, 1)
    assert "chmod 600" in complaint
