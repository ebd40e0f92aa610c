"""The look of a page in 64 bits, for telling whether two answers are the same page."""

from hashlib import blake2b, sha256
from typing import Final

from records.page import Look

_LINES: Final = 160  # text runs that are weighed, at most 255; a page of portals has about 150
_CACHE_LIMIT: Final = 50_000
# For each byte its eight bits as eight bytes of 0 or 1: adding such numbers counts all bits of many hashes at once.
_SPREAD: Final = tuple(bytes(value >> bit & 1 for bit in range(8)) for value in range(256))


class Looker:
    """Makes the ``Look`` of pages; remembers text runs, since pages of one site share most of them."""

    def __init__(self) -> None:
        self._known: dict[bytes, int] = {}

    def look(self, title: str, runs: list[str]) -> Look:
        """``runs`` are the visible runs of text in document order."""
        bare = "\n".join(runs).encode("utf-8", "replace").translate(None, b"0123456789")
        known = self._known
        counts = weighed = 0
        for run in dict.fromkeys(bare.split(b"\n")):
            held = known.get(run)
            counts += self._remember(run) if held is None else held
            weighed += 1
            if weighed == _LINES:
                break
        return Look(title, sum(map(len, runs)), _majority(counts, weighed), sha256(bare).hexdigest()[:16])

    def _remember(self, run: bytes) -> int:
        digest = blake2b(run, digest_size=8).digest()
        spread = int.from_bytes(b"".join([_SPREAD[byte] for byte in digest]), "little")
        if len(self._known) >= _CACHE_LIMIT:
            self._known.clear()
        self._known[run] = spread
        return spread


def _majority(counts: int, weighed: int) -> int:
    """The bits that more than half of the hashes have."""
    bits = 0
    for position, count in enumerate(counts.to_bytes(64, "little")):
        if 2 * count > weighed:
            bits |= 1 << position
    return bits


def distance(first: int, second: int) -> int:
    """Bits in which two similarity hashes differ, 0 … 64; up to 6 is the same page for practical purposes."""
    return (first ^ second).bit_count()
