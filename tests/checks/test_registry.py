"""No check is forgotten: each file that makes findings is registered, and each check has its page."""

from pathlib import Path

import pytest

from checks.registry import CHECKS, Check

ROOT = Path(__file__).parents[2]


def test_the_registry_is_sorted_and_without_doubles() -> None:
    ids = [check.id for check in CHECKS]
    assert ids == sorted(set(ids))


def test_every_file_with_a_check_is_registered() -> None:
    files = {path.stem for path in (ROOT / "checks").glob("*.py") if "\nID: Final = " in path.read_text("utf-8")}
    assert files == {check.id for check in CHECKS}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_has_its_page(check: Check) -> None:
    text = (ROOT / "docs" / "checks" / f"{check.id}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {check.id}")
    assert check.title in text
    for heading in ("## What it looks at", "## Why it matters", "## Example", "## How to put it right"):
        assert heading in text


def test_no_page_speaks_of_a_check_that_is_not_there() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "checks").glob("*.md")} - {"README"}
    assert pages == {check.id for check in CHECKS}
