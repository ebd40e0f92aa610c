"""Records survive storage exactly, whatever stood on the page."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.crawl import (
    Attempt,
    Counts,
    CrawlPlan,
    PageFact,
    Probe,
    TargetFact,
)
from records.judgement import ColumnJudgement, DisclosureJudgement, Finding
from records.page import Link, PageReading
from records.verdicts import Outcome
from storage.encoding import Packer, from_json, loads, to_json
from storage.text import escape, unescape

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)

Arbitrary = Callable[[Any], st.SearchStrategy[Any]]

RECORDS = (
    Attempt, Counts, CrawlPlan, PageFact, Probe, TargetFact, PageReading, ColumnJudgement, DisclosureJudgement, Finding,
)  # fmt: skip


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_a_record_comes_back_as_it_was(kind: type[Any], arbitrary: Arbitrary) -> None:
    """Lone surrogates, NUL, offsets of odd minutes and 64-bit hashes included."""

    @settings(max_examples=60, deadline=None)
    @given(record=arbitrary(kind))
    def round_trip(record: Any) -> None:
        assert from_json(kind, Packer().unpack(Packer().pack(to_json(record)))) == record

    round_trip()


def test_every_field_is_written() -> None:
    """A field that is not written would come back as its default without a word."""
    reading = PageReading(None, None, None, None, None)  # type: ignore[arg-type]
    assert set(loads(to_json(reading))) == {field.name for field in dataclasses.fields(PageReading)}


def test_a_field_that_is_absent_takes_its_default() -> None:
    """What an older program wrote is still read."""
    assert from_json(Counts, b'{"pages": 3}') == Counts(pages=3)


def test_a_field_that_is_no_longer_known_is_passed_over() -> None:
    assert from_json(Counts, b'{"pages": 3, "of_old": 1}') == Counts(pages=3)


def test_an_unknown_outcome_is_refused() -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        from_json(Outcome, b'"elsewhere"')


def test_a_link_is_written_as_a_short_list() -> None:
    assert loads(to_json(Link("http://a.test/", "甲", "page"))) == ["http://a.test/", "甲", "page", ""]  # type: ignore[arg-type]


@given(ANY_TEXT | st.text("\\u0\x00\ud800ab"))
def test_text_columns_take_any_text(text: str) -> None:
    """No NUL (PostgreSQL refuses it), no lone surrogate (UTF-8 cannot say it), and nothing is lost."""
    stored = escape(text)
    assert "\x00" not in stored
    stored.encode("utf-8")
    assert unescape(stored) == text
