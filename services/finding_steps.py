"""What is done with a confirmed finding on its way to the score: told to the unit, asked about, settled."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from records.sightings import FindingStep, LifeState, Step
from records.verdicts import Severity
from services.finding_list import LIFE_NAMES, ListedFinding, find_finding
from services.review_finding import one_line
from services.schemes import WrongCallError
from storage.sightings import SightingRepository

#: Where a finding must stand for a step: nobody is heard or judged who was not told.
NEEDED: Final = {
    Step.NOTIFIED: LifeState.CONFIRMED,
    Step.REVIEW_ASKED: LifeState.NOTIFIED,
    Step.UPHELD: LifeState.UNDER_REVIEW,
    Step.WITHDRAWN: LifeState.UNDER_REVIEW,
    Step.CLOSED: LifeState.NOTIFIED,
}


def take_step(
    listed: Iterable[ListedFinding],
    tries: SightingRepository,
    finding_id: str,
    step: Step,
    *,
    by: str,
    why: str,
    at: datetime,
) -> ListedFinding:
    """Add a step.  ``WrongCallError`` where the finding does not stand where the step needs it, or without a reason."""
    by, why = one_line(by), one_line(why)
    if not by:
        raise WrongCallError("须写明由谁办理")
    if step in (Step.REVIEW_ASKED, Step.UPHELD, Step.WITHDRAWN) and not why:
        raise WrongCallError("申诉和复核决定须写明理由")
    found = find_finding(listed, finding_id)
    if found.life.state is not NEEDED[step]:
        raise WrongCallError(
            f"{finding_id} 现在是“{LIFE_NAMES[found.life.state]}”，须先为“{LIFE_NAMES[NEEDED[step]]}”"
            + (f"：{found.life.lacking}" if found.life.lacking else "")
        )
    tries.add_steps([FindingStep(found.site, finding_id, step, by, at, why)])
    return found


def to_notify(listed: Iterable[ListedFinding]) -> tuple[ListedFinding, ...]:
    """The confirmed accusations that the unit was not yet told of."""
    return tuple(
        one for one in listed if one.life.state is LifeState.CONFIRMED and one.finding.severity is not Severity.NOTICE
    )


def notified(found: Sequence[ListedFinding], tries: SightingRepository, *, by: str, why: str, at: datetime) -> None:
    """Keep that the unit was told of these."""
    by = one_line(by)
    if not by:
        raise WrongCallError("须写明由谁告知")
    tries.add_steps(FindingStep(one.site, one.finding.id, Step.NOTIFIED, by, at, one_line(why)) for one in found)
