"""The books of a crawl: every address is entered once and closed once."""

from collections import Counter
from collections.abc import Iterable

from records.crawl import Counts
from records.verdicts import LinkReason, Outcome
from records.visits import EndCount


class Tally:
    """Running figures; ``counts`` closes the books."""

    def __init__(self) -> None:
        self.requests = 0
        self.pages = 0
        self.links = 0
        self.bytes = 0
        self.rendered = 0
        self.carried = 0  # of the pages: taken over from the audit before without being asked
        self.confirmed = 0  # of the pages: asked, and the same as the time before
        self.overflow = 0  # addresses beyond the memory bound: counted, not kept
        self._ends: Counter[Outcome] = Counter()
        self._by_reason: Counter[tuple[Outcome, LinkReason | None]] = Counter()

    def close(self, outcome: Outcome, skipped: LinkReason | None) -> None:
        """One address has reached its end."""
        self._ends[outcome] += 1
        self._by_reason[outcome, skipped] += 1

    @property
    def asked(self) -> int:
        """Pages that were asked for: those count against the budget."""
        return self.pages - self.carried

    def ends(self) -> tuple[EndCount, ...]:
        """How many addresses came to each end, for a crawl that is gone on with later."""
        return tuple(EndCount(outcome, reason, count) for (outcome, reason), count in self._by_reason.items())

    def go_on(self, ends: Iterable[EndCount]) -> None:
        for end in ends:
            self._ends[end.outcome] += end.count
            self._by_reason[end.outcome, end.reason] += end.count

    @property
    def failed(self) -> int:
        return self._ends[Outcome.FAILED]

    def ended(self, outcome: Outcome) -> int:
        return self._ends[outcome]

    def skipped(self, reason: LinkReason) -> int:
        return self._by_reason[Outcome.SKIPPED, reason]

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
            not_visited=self._by_reason[Outcome.NOT_REACHED, LinkReason.BUDGET] + self.overflow,
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
