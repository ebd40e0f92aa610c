"""Policies are data; a fault in one must be told with its line and never be guessed over."""

import pytest

from checks.policy import PolicyError, parse_policy
from records.verdicts import ColumnKind
from tests.checks.site_builder import POLICIES, policy

GOOD = (POLICIES / "nanyang-monthly.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("nanyang-monthly", {"news": 31, "notice": 31, "policy": 31, "other": 31, "yearly": 366, "static": None}),
        ("national-2019", {"news": 14, "notice": 184, "policy": 184, "other": 366, "yearly": 366, "static": None}),
    ],
)
def test_the_shipped_policies_hold_the_limits_of_their_documents(name: str, days: dict[str, int | None]) -> None:
    read = policy(name)
    assert read.name == name
    assert {kind.value: limit.days for kind, limit in read.limits.items()} == days
    assert all(limit.source for limit in read.limits.values())
    assert set(read.limits) == set(ColumnKind)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('days: "366"', 'days: "0"', "expected a whole number from 1 to 3660, got '0' or exempt"),
        ('days: "366"', 'days: "07"', "expected a whole number"),
        ('days: "366"', "days: [1]", "days: expected a single value"),
        ("days: exempt", "days: never", "or exempt"),
        ('undated_is_stale: "false"', "undated_is_stale: no", "expected true or false, got 'no'"),
        ('blocked_share_voids: "0.5"', "blocked_share_voids: 50%", "expected a share"),
        ("name: nanyang-monthly", "name: Nanyang", "expected lower-case words"),
        ("  yearly:", "  annual:", "unknown word 'annual'"),
        ("  yearly:", "  news:", "news stands there twice"),
        ("title: ", "titel: ", "unknown word 'titel'"),
    ],
)
def test_a_fault_is_refused_with_its_line(old: str, new: str, expected: str) -> None:
    assert old in GOOD
    with pytest.raises(PolicyError) as caught:
        parse_policy(GOOD.replace(old, new, 1))
    line = GOOD[: GOOD.index(old)].count("\n") + 1
    assert any(expected in error for error in caught.value.errors)
    assert any(error.startswith(f"line {line}:") for error in caught.value.errors)


def test_all_faults_are_told_at_once() -> None:
    text = GOOD.replace('blocked_share_voids: "0.5"', "blocked_share_voids: much").replace("title: ", "titel: ")
    with pytest.raises(PolicyError) as caught:
        parse_policy(text)
    assert len(caught.value.errors) == 3  # the share, the unknown word, the missing one


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "name: [\n", "just a word"])
def test_what_is_no_policy_is_refused_and_does_not_crash(text: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text)
    assert caught.value.errors[0].startswith("line ")
