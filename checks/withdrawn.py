"""Links that were taken off their pages between the crawl and the look at those pages after it.

A dead address to which nothing leads is nobody's fault: it is not spoken of.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from checks.links import Referrers
from records.crawl import ReferrerLook
from records.judgement import LinkJudgement
from records.verdicts import LinkReason, LinkVerdict

LOOKS_EACH: Final = 3  # pages that are asked again for one link; where none of so many shows it any more, it is doubted


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """``vanished``: every page that had the link was asked again.  ``doubted``: as many of them as are asked."""

    vanished: frozenset[str] = frozenset()
    doubted: frozenset[str] = frozenset()

    def soften(self, link: LinkJudgement) -> LinkJudgement:
        """The link, unaccused where it was withdrawn."""
        if link.fact.url not in self.vanished | self.doubted:
            return link
        because = "再次访问有这个链接的页面，链接已撤下，不作坏链认定"
        return replace(link, verdict=LinkVerdict.SKIPPED, reason=LinkReason.BUDGET, because=because)


def withdrawn(looks: Iterable[ReferrerLook], referrers: Referrers) -> Withdrawn:
    """``referrers`` leaves out the pages on which a look found a link gone."""
    gone: Counter[str] = Counter()
    standing: set[str] = set()
    for look in looks:
        gone.update(look.gone)
        standing.update(look.standing)
    missed = gone.keys() - standing
    left = referrers(missed) if missed else {}
    vanished = frozenset(url for url in missed if not left.get(url))
    return Withdrawn(vanished, frozenset(url for url in missed - vanished if gone[url] >= LOOKS_EACH))
