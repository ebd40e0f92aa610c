"""A round as it stands: what it fixed, its whole log, and what the log comes to."""

from dataclasses import dataclass

from records.rounds import RoundPlan
from scoring.model import Scheme
from scoring.scheme_text import parse_scheme
from services.rounds.life import RoundState, replay
from services.schemes import WrongCallError
from storage.rounds import StoredRound


@dataclass(frozen=True, slots=True)
class Round:
    stored: StoredRound
    state: RoundState

    @property
    def plan(self) -> RoundPlan:
        return self.stored.plan


def as_round(stored: StoredRound) -> Round:
    return Round(stored, replay(stored.plan, stored.entries))


def scheme_of(found: Round) -> Scheme:
    """The scheme that the round was opened with.  WrongCallError where this program can no longer read it."""
    reading = parse_scheme(found.stored.scheme_text, f"{found.plan.id} 的方案")
    if reading.scheme is None:
        raise WrongCallError(*(str(fault) for fault in reading.faults))
    return reading.scheme
