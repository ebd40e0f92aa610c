"""Three years in the evaluation, five on the shelf, and nothing from before the first day."""

from datetime import date
from typing import Any

import pytest

from scoring.record_life import counts_on, kept_on


@pytest.mark.parametrize(
    ("produced", "as_of", "counts", "kept"),
    [
        ("2020-12-31", "2021-06-01", False, True),  # before the first day that the measure names
        ("2021-01-01", "2021-01-01", True, True),
        ("2022-05-10", "2022-05-09", False, False),  # not yet
        ("2022-05-10", "2025-05-09", True, True),
        ("2022-05-10", "2025-05-10", False, True),
        ("2022-05-10", "2027-05-09", False, True),
        ("2022-05-10", "2027-05-10", False, False),
        ("2024-02-29", "2027-02-28", True, True),
        ("2024-02-29", "2027-03-01", False, True),
    ],
)
def test_a_record_counts_and_is_kept(produced: str, as_of: str, counts: bool, kept: bool, scheme: Any) -> None:
    life = scheme("jiyuan").records
    days = date.fromisoformat(produced), date.fromisoformat(as_of)
    assert counts_on(life, *days) is counts
    assert kept_on(life, *days) is kept
