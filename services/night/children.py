"""What a night asks of the processes that visit portals."""

from dataclasses import dataclass
from typing import Protocol

from records.visits import VisitEnd


@dataclass(frozen=True, slots=True)
class ChildEnd:
    """How a child process ended."""

    end: VisitEnd | None  # None: it died, or could not begin
    told: str = ""  # Chinese: why there is no end
    lasting: bool = False  # True: asking again will not help (a wrong address, a wrong configuration)


class Child(Protocol):
    """A process that visits one portal."""

    @property
    def pid(self) -> int: ...

    async def wait(self) -> ChildEnd:
        """Until it has ended.  May be called once."""
        ...

    def stop(self) -> None:
        """Ask it to pause: it keeps what it has and ends within seconds."""
        ...

    def kill(self) -> None: ...

    def memory_mb(self) -> float:
        """Resident memory of it and what it started; 0 where that cannot be told."""
        ...
