"""The books of a crawl: every address is entered once and closed once."""

from collections import Counter

from records.crawl import Counts
from records.verdicts import LinkReason, Outcome


class Tally:
    """Running figures; ``counts`` closes the books."""

    def __init__(self) -> None:
        self.requests = 0
        self.pages = 0
        self.links = 0
        self.bytes = 0
        self.rendered = 0
        self.overflow = 0  # addresses beyond the memory bound: counted, not kept
        self._ends: Counter[Outcome] = Counter()
        self._why: Counter[tuple[Outcome, LinkReason | None]] = Counter()

    def close(self, outcome: Outcome, skipped: LinkReason | None) -> None:
        """One address has reached its end."""
        self._ends[outcome] += 1
        if skipped is not None:
            self._why[outcome, skipped] += 1

    @property
    def failed(self) -> int:
        return self._ends[Outcome.FAILED]

    def ended(self, outcome: Outcome) -> int:
        return self._ends[outcome]

    def skipped(self, reason: LinkReason) -> int:
        return self._why[Outcome.SKIPPED, reason]

    def counts(self, addresses: int) -> Counts:
        """The closed books; ``addresses`` is how many different ones were met.

        Raises ``AssertionError`` if they do not balance: then an address was lost, and no figure can be believed.
        """
        counts = Counts(
            requests=self.requests,
            pages=self.pages,
            links=self.links,
            bytes=self.bytes,
            rendered=self.rendered,
            robots_disallowed=self.skipped(LinkReason.ROBOTS),
            not_visited=self._why[Outcome.NOT_REACHED, LinkReason.BUDGET] + self.overflow,
            addresses=addresses + self.overflow,
            fetched=self._ends[Outcome.FETCHED],
            blocked=self._ends[Outcome.BLOCKED],
            failed=self._ends[Outcome.FAILED],
            skipped=self._ends[Outcome.SKIPPED],
            not_reached=self._ends[Outcome.NOT_REACHED] + self.overflow,
        )
        if not counts.balanced:
            raise AssertionError(f"the books do not balance: {counts}")
        return counts
