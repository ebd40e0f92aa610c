"""The links of one page as one blob: the numbers of the addresses, then the numbers of the anchors.

Little-endian unsigned 32-bit integers, so many of the one as of the other, each pair once, compressed as a whole.
"""

import sys
from array import array
from collections.abc import Iterable, Sequence

from storage.encoding import Packer

Edge = tuple[int, int]  # number of the address, number of the anchor


def pack_edges(edges: Iterable[Edge], packer: Packer) -> bytes:
    """``edges`` without repetition, in order; nothing for a page without links."""
    unique = dict.fromkeys(edges)
    if not unique:
        return b""
    targets, anchors = zip(*unique, strict=True)
    return packer.pack(_little_endian(array("I", targets + anchors)).tobytes())


def unpack_edges(blob: bytes, packer: Packer) -> tuple[Sequence[int], Sequence[int]]:
    """Addresses and anchors, of the same length."""
    numbers = array("I")
    if blob:
        numbers.frombytes(packer.unpack(blob))
        numbers = _little_endian(numbers)
    half = len(numbers) // 2
    return numbers[:half], numbers[half:]


def _little_endian(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
