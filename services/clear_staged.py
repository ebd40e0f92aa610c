"""What units uploaded or began to write for a round and never handed in: gone when the round is over."""

from collections.abc import Mapping
from typing import Final

from records.rounds import Stage
from services.staged_files import StagedFiles

#: Until then a step back can open the round again for filings, and a review may still be decided.
OVER: Final = (Stage.FINAL, Stage.ARCHIVED)


def clear_staged(staged: StagedFiles, stages: Mapping[str, Stage]) -> int:
    """Remove uploads and drafts of rounds that are over, and of rounds that are not there any more.

    ``stages``: every round of the city.  Returns how many places were cleared.  Raises ``StorageError``.
    """
    drafts = staged.drafts
    over = [
        (unit, place)
        for unit, place in drafts.places()
        if (stage := stages.get(place.split(":", 2)[1])) is None or stage in OVER
    ]
    for unit, place in over:
        staged.remove(unit, tuple(one for one in drafts.uploads(unit, place) if one.place == place))
        drafts.discard(unit, place)
    return len(over)
