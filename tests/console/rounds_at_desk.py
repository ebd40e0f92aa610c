"""A round of evaluation at the desk of a test: opened, filed for, scored, handed over."""

from datetime import date

from records.rounds import Stage
from services.rounds.standing import Round
from storage.runs import RunHead

SCHEME = "nanyang-county"
OFFICE, BOSS = "局办甲", "局办乙"


def opened(desk, period="2026"):
    """A round of the counties, that gathers information."""
    return desk.tools.rounds.open(SCHEME, period, desk.tools.city, by=OFFICE)


def scored(desk, round_id) -> RunHead:
    found = desk.tools.evaluation.load(round_id)
    made = desk.tools.evaluation.score(found, by=OFFICE, now=desk.clock(), flags={})
    assert isinstance(made, RunHead)
    return made


def advanced(desk, round_id, to: Stage, delivered: date | None = None) -> Round:
    """On to a stage, with the runs that it needs."""
    found = desk.tools.rounds.load(round_id)
    while found.state.stage is not to:
        following = {
            Stage.COLLECTING: Stage.VERIFYING,
            Stage.VERIFYING: Stage.PRELIMINARY,
            Stage.PRELIMINARY: Stage.FEEDBACK,
            Stage.FEEDBACK: Stage.REEVALUATING,
            Stage.REEVALUATING: Stage.AUDITING,
            Stage.AUDITING: Stage.FINAL,
        }[found.state.stage]
        run = scored(desk, round_id).id if following in (Stage.PRELIMINARY, Stage.AUDITING) else None
        day = delivered if following is Stage.FEEDBACK else None
        by = BOSS if following is Stage.FINAL else OFFICE
        found = desk.tools.rounds.advance(round_id, by=by, run=run, delivered=day)
    return found
