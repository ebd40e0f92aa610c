"""What an office writes as the new value of a reviewed row."""

import pytest

from services.rounds.review_values import read_value
from services.schemes import WrongCallError, load_scheme


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("是", True), (" 有 ", True), ("否", False), ("无", False)]
)
def test_what_is_there_or_not_is_written_in_words(text, value):
    """An office writes 是 and 否, a program writes JSON: both are the same value."""
    assert read_value(load_scheme("nanyang-county"), "NYC-01", text) is value


def test_words_are_no_counts():
    """A row that counts does not take a yes for a number."""
    with pytest.raises(WrongCallError):
        read_value(load_scheme("nanyang-county"), "NYC-13", "是")
