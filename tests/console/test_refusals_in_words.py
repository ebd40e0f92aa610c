"""What a page can show when it refuses names no command and no option: who reads it has no terminal."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: The services behind the pages of the office.  ``round_text`` and ``review_rows`` are the command line's own.
FOLDERS = ("services/rounds", "services/complaints", "console")
FILES = ("services/decide_filings.py", "services/account_office.py", "services/registry/unit_search.py",
         "services/jobs.py", "services/operator.py", "services/run_shelf.py", "storage/runs.py",
         "storage/complaints.py", "storage/rounds.py", "storage/filing_decisions.py")  # fmt: skip
OF_THE_TERMINAL = ("round_text.py", "review_rows.py")
SHELL = re.compile(r"chengjian [a-z]|(?<![\w-])--[a-z]")


def raised(path: Path) -> list[tuple[int, str]]:
    """The words of everything that is raised in a file, with its line."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Raise) and node.exc is not None:
            words = "".join(
                part.value
                for part in ast.walk(node.exc)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
            found.append((node.lineno, words))
    return found


def sources() -> list[Path]:
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in (*paths, *(ROOT / one for one in FILES)) if path.name not in OF_THE_TERMINAL]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_refusal_names_a_command(path: Path) -> None:
    """A round runs from open to archive without a terminal: no sentence may send its reader to one."""
    assert [(line, words) for line, words in raised(path) if SHELL.search(words)] == []


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    """The guard of the guard: words in f-strings are read too."""
    source = tmp_path / "x.py"
    source.write_text('raise ValueError(f"没有 {x}，用 chengjian round list 查看")\nraise ValueError("须写明：--by")\n')
    assert [bool(SHELL.search(words)) for _line, words in raised(source)] == [True, True]
