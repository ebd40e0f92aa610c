"""What of a run a unit may see: nothing of a draft; after 反馈 its own; after the final result what is made public."""

from collections.abc import Iterable, Mapping
from enum import IntEnum

from services.rounds.book import RoundBrief


class Sight(IntEnum):
    """How much of a run is shown, least first."""

    OWN = 1  # its own rows, reasons and rank
    PUBLIC = 2  # and of the others name, total, rank and grade
    ALL = 3  # everything: those who evaluate


def visible_runs(rounds: Iterable[RoundBrief]) -> Mapping[str, Sight]:
    """By run, what units may see of it.  A run of no round, or of one that was taken back, is not in it."""
    found: dict[str, Sight] = {}
    for one in rounds:
        if one.is_delivered and one.preliminary_run is not None:
            found[one.preliminary_run] = max(Sight.OWN, found.get(one.preliminary_run, Sight.OWN))
        if one.is_public and one.final_run is not None:
            found[one.final_run] = Sight.PUBLIC
    return found
