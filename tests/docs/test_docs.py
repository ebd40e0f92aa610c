"""What the documents say must be what the program does."""

import re
from pathlib import Path

import pytest

from chengjian.bootstrap import policy_names
from chengjian.cli import app

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh-CN.md")


def commands() -> list[str]:
    named = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
    return [*named, *(group.name for group in app.registered_groups if group.name)]


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_readme(command: str, readme: str) -> None:
    assert f"chengjian {command}" in (ROOT / readme).read_text("utf-8")


@pytest.mark.parametrize("readme", READMES)
def test_every_policy_is_in_the_readme(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    assert [name for name in policy_names() if f"`{name}`" not in text and name not in text] == []


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_of_the_environment_is_in_the_readme(readme: str) -> None:
    read = set(re.findall(r"CHENGJIAN_[A-Z]+", (ROOT / "chengjian" / "settings.py").read_text("utf-8")))
    assert sorted(read - set(re.findall(r"CHENGJIAN_[A-Z]+", (ROOT / readme).read_text("utf-8")))) == []


@pytest.mark.parametrize("document", [*READMES, "CONTRIBUTING.md", "docs/architecture.md", "docs/contracts.md"])
def test_every_file_that_a_document_names_is_there(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    named = re.findall(r"`((?:docs|checks|extract|crawler|spiders|storage|services|tools|tests|bench)/[\w./-]+)`", text)
    assert [name for name in (*linked, *named) if not (ROOT / name).exists()] == []


def test_no_command_line_in_the_contract_is_unknown() -> None:
    """Every option of the contract's usage is one of the program's, and the other way round."""
    usage = (ROOT / "docs" / "contracts.md").read_text("utf-8").split("```")[1]
    promised = set(re.findall(r"--[a-z-]+", usage))
    source = (ROOT / "chengjian" / "cli" / "audit.py").read_text("utf-8")
    parameters = re.search(r"\ndef audit\((.*?)\) -> int:", source, re.S)
    assert parameters is not None
    explicit = set(re.findall(r'"(--[a-z-]+)"', parameters[1]))
    implied = {
        "--" + name.replace("_", "-")
        for name, body in re.findall(r"\n    (\w+): Annotated\[(.*?)\] = ", parameters[1], re.S)
        if '"--' not in body
    }
    assert explicit | implied == promised
