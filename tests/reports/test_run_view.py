"""How a number looks on the overview: the three noughts never alike, and no nought where nothing was lost."""

from decimal import Decimal

import pytest

from scoring.model import Role
from scoring.result import IndicatorScore, Missing, State
from services.reports.run_view import Tone, tone_of


def score(
    points: str | None, full: str | None, state: State = State.SCORED, missing: Missing | None = None
) -> IndicatorScore:
    as_number = {text: Decimal(text) for text in (points, full) if text is not None}
    return IndicatorScore(
        "X-1", as_number.get(points or ""), as_number.get(full or ""), state, "因为", missing=missing
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "role", "tone"),
    [
        (score("2.00", "2.00"), Role.BASE, Tone.FULL),
        (score("0.01", "2.00"), Role.BASE, Tone.PART),
        (score("0.00", "2.00"), Role.BASE, Tone.ZERO),
        (score("-1.00", "2.00"), Role.BASE, Tone.ZERO),
        (score("0.00", "5.00"), Role.BONUS, Tone.PART),  # a bonus that was not earned is no fault
        (score(None, None), Role.BASE, Tone.FULL),  # a ledger has no points
        (score(None, "2.00", State.PENDING, Missing.NOT_SUPPLIED), Role.BASE, Tone.UNSUPPLIED),
        (score(None, "2.00", State.PENDING, Missing.NOT_MEASURED), Role.BASE, Tone.UNMEASURED),
        (score(None, "2.00", State.PENDING), Role.BASE, Tone.PENDING),
        (score(None, None, State.NOT_APPLICABLE), Role.BASE, Tone.ASIDE),
    ],
)
def test_a_number_looks_as_what_it_is(given: IndicatorScore, role: Role, tone: Tone) -> None:
    assert tone_of(given, role) is tone
