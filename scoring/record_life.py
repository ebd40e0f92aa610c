"""How long a record (信用信息) counts and is kept: three and five years in Jiyuan's articles 8 and 15."""

from datetime import date

from scoring.model import RecordLife


def counts_on(life: RecordLife, produced: date, as_of: date) -> bool:
    """Whether a record takes part in an evaluation on a day: from its own day to the day before the anniversary."""
    if life.since and produced < date.fromisoformat(life.since):
        return False
    return produced <= as_of < _years_later(produced, life.valid_years)


def kept_on(life: RecordLife, produced: date, as_of: date) -> bool:
    """Whether a record must still be kept; it may be kept longer than it counts."""
    return produced <= as_of < _years_later(produced, life.kept_years)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February has no anniversary in most years: the day after the 28th
        return date(day.year + years, 3, 1)
