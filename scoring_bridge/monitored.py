"""What our own monitoring saw in a period → the values of the rows that it sees (docs/bridge.md)."""

from collections.abc import Iterable
from typing import assert_never

from scoring.model import Indicator, Scheme
from scoring.observation import DisclosuresSeen, EventsSeen, PublicitySeen, UpkeepSeen
from scoring_bridge import disclosures, events, publicity, upkeep
from scoring_bridge.watch import Observed, Watch


def observe_units(scheme: Scheme, watches: Iterable[Watch]) -> tuple[Observed, ...]:
    """One entry for each unit and each row with an ``observe:`` that applies to its kind, in the order given."""
    rows = [row for row in scheme.indicators if row.observation is not None]
    return tuple(
        observe_row(scheme, row, watch) for watch in watches for row in rows if row.applies_to(watch.unit.kind)
    )


def observe_row(scheme: Scheme, row: Indicator, watch: Watch) -> Observed:
    """What was seen of one row.  ValueError for a row that is not observed."""
    if row.observation is None:
        raise ValueError(f"{row.id} is not observed")
    gate = scheme.gate_of(row)
    match row.observation.seen:
        case DisclosuresSeen() as seen:
            return disclosures.observe(row, seen, gate, watch)
        case UpkeepSeen() as seen:
            return upkeep.observe(row, seen, gate, watch)
        case EventsSeen() as seen:
            return events.observe(row, seen, gate, watch)
        case PublicitySeen() as seen:
            return publicity.observe(row, seen, gate, watch)
        case _:
            assert_never(row.observation.seen)
