"""What every rule kind (计分规则) offers: the shape of its value, its bounds, and points with one Chinese sentence."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar

from scoring.shapes import Shape

V_contra = TypeVar("V_contra", contravariant=True)


class Better(StrEnum):
    LOWER = "lower"
    HIGHER = "higher"


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's place among its peers that have a value: rank 1 is best, ties share the better rank."""

    rank: int
    of: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Points of one row, rounded; None where the scheme gives no points (a ledger)."""

    points: Decimal | None
    because: str


class Rule(Protocol[V_contra]):
    """A pure function with its parameters.  `score` takes what `shape.read` returned."""

    kind: ClassVar[str]

    @property
    def shape(self) -> Shape[Any]: ...

    @property
    def bounds(self) -> tuple[Decimal, Decimal] | None:
        """The fewest and the most points that the rule can give; None where it gives none."""
        ...

    @property
    def ranked(self) -> Better | None:
        """Which way is better, where the points depend on peers; None where they do not."""
        ...

    @property
    def summary(self) -> str:
        """The rule and its parameters in one Chinese sentence."""
        ...

    def score(self, value: V_contra, standing: Standing | None = None) -> Outcome: ...
