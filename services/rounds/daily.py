"""Rounds that are being gathered are scored anew after each night that counts: what changed since yesterday, and why.

Such a run belongs to nobody's decision: it is kept like every other, units do not see it, and the round moves on only
by a run that somebody names.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from records.jobs import Job, JobKind
from records.nights import Night, NightState
from records.rounds import Stage
from records.watch import WindowScope
from services.jobs import JobQueue
from services.rounds.book import RoundBook

BY: Final = "程序"
#: Units × rows: a run of 20,000 is some 4 MB, every day.  A larger round is scored when somebody asks.
MOST_CELLS: Final = 20_000
_FRESH: Final = timedelta(hours=24)
_GATHERING: Final = (Stage.COLLECTING, Stage.VERIFYING)


def newest_that_counts(nights: Iterable[Night], now: datetime) -> Night | None:
    """The newest night of all portals that counts, where it ended within a day; ``nights`` newest first."""
    for night in nights:
        if night.state is NightState.HEALTHY and night.scope is WindowScope.ALL and night.ended is not None:
            return night if now - night.ended < _FRESH else None
    return None


def ask_scores(book: RoundBook, queue: JobQueue, night: Night, now: datetime) -> tuple[Job, ...]:
    """Queue one scoring of each round of the city that is being gathered; the same night asks once.

    Flags (标记) are those of the newest scoring that was asked for, so that only what was seen can move a total.
    """
    asked = []
    for brief in book.briefs(night.city):
        if brief.stage not in _GATHERING or not brief.period.first_day <= night.day <= brief.period.last_day:
            continue
        if brief.units * len(book.load(night.city, brief.id).plan.rows) > MOST_CELLS:
            continue
        before = queue.of_subject(f"round:{brief.id}", limit=1)
        flags = before[0].argument["flags"] if before else {}
        once = f"night:{night.id}:{brief.id}"
        asked.append(queue.ask(JobKind.SCORE_ROUND, {"round": brief.id, "flags": flags}, by=BY, at=now, once=once))
    return tuple(asked)
