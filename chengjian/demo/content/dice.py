"""Choices that look random and are the same on every run, machine and Python version."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dice:
    """A named source of choices; every choice is named too, so that a new one does not shift the others."""

    seed: str

    def number(self, key: object, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        digest = hashlib.blake2b(f"{self.seed}\x1f{key}".encode(), digest_size=8).digest()
        return low + int.from_bytes(digest, "big") % (high - low + 1)

    def pick(self, key: object, choices: Sequence[T]) -> T:
        return choices[self.number(key, 0, len(choices) - 1)]

    def deal(self, key: object, choices: Sequence[T], count: int) -> list[T]:
        """``count`` choices in mixed order; none comes twice before all have come once."""
        dealt: list[T] = []
        while len(dealt) < count:
            order = sorted(range(len(choices)), key=lambda i: self.number((key, len(dealt), i), 0, 2**62))
            dealt += [choices[i] for i in order]
        return dealt[:count]
