"""A portal of which far fewer pages were read than usual: redesigned, handed to others, or not read through.

What was not read cannot be missing, and what no longer leads anywhere is not mended: such a look says nothing, and a
person is told (ANCHORS §2a F2, §6).  It holds back no other portal.  Three healthy nights of the new kind are usual.
"""

from collections.abc import Sequence
from statistics import median

from records.sightings import Gate


def braked(pages: int, usual: Sequence[int], gate: Gate) -> str:
    """Why a look that read so many pages says nothing, in Chinese; empty where it may speak.

    ``usual``: pages of the portal in healthy nights before it, the newest first.
    """
    history = list(usual)[: gate.pages_nights]
    if len(history) < gate.pages_nights_least:
        return ""
    before = median(history)
    if pages >= gate.pages_share * before:
        return ""
    return f"读到网页 {pages} 个，平常 {before:.0f} 个，不足 {gate.pages_share:.0%}，可能已改版或换了主人，须由人看过"
