"""A period as a user writes it."""

from records.period import Period
from services.schemes import WrongCallError


def read_period(text: str) -> Period:
    """``WrongCallError`` with the forms in which a period is written."""
    try:
        return Period.parse(text)
    except ValueError as error:
        raise WrongCallError(str(error)) from None
