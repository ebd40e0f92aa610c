"""What earlier rounds leave to a new one: records that still count, and those that are only kept (record_life)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from records.indicators import IndicatorValue, ValueState
from records.period import Period
from scoring.model import RecordLife
from scoring.record_life import counts_on, kept_on


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A value of an earlier round; `counts`: it takes part in the evaluation, else it is only to be kept."""

    round_id: str
    value: IndicatorValue
    produced: date
    counts: bool


def held_records(
    life: RecordLife | None, earlier: Iterable[tuple[str, Period, Iterable[IndicatorValue]]], as_of: date
) -> tuple[HeldRecord, ...]:
    """The records of earlier rounds (id, period, values of the final run) that are still to be kept on a day.

    A record is produced on the day that its value holds for, else at the end of the round's period.  A value that was
    not supplied is no record.  Without a rule on their life nothing is carried over.
    """
    if life is None:
        return ()
    held: list[HeldRecord] = []
    for round_id, period, values in earlier:
        for value in values:
            produced = value.effective or period.last_day
            if value.state is ValueState.SUPPLIED and kept_on(life, produced, as_of):
                held.append(HeldRecord(round_id, value, produced, counts_on(life, produced, as_of)))
    return tuple(held)
