"""Exact points: decimals (or fractions, where thirds occur), rounded half up once to two places."""

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from math import floor
from typing import Final

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal("0.00")
EXACT: Final = Context(prec=80)  # wide enough that a product of any two admitted numbers is exact


def cents(points: Decimal) -> Decimal:
    """Round half up (四舍五入, away from zero on a tie) to two places."""
    rounded = points.quantize(CENT, ROUND_HALF_UP, EXACT)
    return rounded if rounded else ZERO  # never "-0.00"


def cents_of_fraction(points: Fraction) -> Decimal:
    """The same for a fraction, which equal weights among three indicators make necessary."""
    sign = -1 if points < 0 else 1
    return Decimal(sign * floor(abs(points) * 100 + Fraction(1, 2))) * CENT + ZERO


def plain(number: Decimal) -> str:
    """A number as people write it: no exponent, no trailing noughts."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
