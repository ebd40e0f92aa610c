"""The lives of the findings, gathered from what is stored."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from checks.life import life_of
from records.judgement import Finding
from records.review import FindingReview
from records.sightings import FindingLife, FindingStep, Gate, Sighting, Suppression, WatchedFinding

Key = tuple[str, str]  # key of the portal, id of the finding


class Tries(Protocol):
    """``storage.sightings.SightingRepository``."""

    def watched(
        self, sites: Collection[str] | None = None, finding: str | None = None
    ) -> tuple[WatchedFinding, ...]: ...

    def sightings(self, sites: Collection[str] | None = None, finding: str | None = None) -> tuple[Sighting, ...]: ...

    def steps(self, sites: Collection[str] | None = None, finding: str | None = None) -> tuple[FindingStep, ...]: ...


class Suppressed(Protocol):
    """``storage.suppressions.SuppressionRepository``."""

    def all(self, sites: Collection[str] | None = None) -> tuple[Suppression, ...]: ...


class Reviewed(Protocol):
    """``storage.finding_reviews.FindingReviews``."""

    def history(
        self, site: str | None = None, finding: str | None = None, *, sites: Collection[str] | None = None
    ) -> tuple[FindingReview, ...]: ...

    def standing(
        self, sites: Collection[str] | None = None, finding: str | None = None
    ) -> Mapping[tuple[str, str], FindingReview]: ...


@dataclass(frozen=True, slots=True)
class LifeSources:
    """Where lives are read from, and the gate that stands before points."""

    tries: Tries
    suppressed: Suppressed
    reviewed: Reviewed
    gate: Gate


@dataclass(frozen=True, slots=True)
class Lived:
    """A finding as it was seen last, with its life."""

    watched: WatchedFinding
    life: FindingLife


def lives(
    sources: LifeSources,
    *,
    as_of: date,
    sites: Collection[str] | None = None,
    also: Iterable[tuple[str, Finding]] = (),
    finding: str | None = None,
) -> Mapping[Key, Lived]:
    """The life of every finding that was ever seen on ``sites`` (None: on any), and of ``also`` that nobody saw yet.

    ``finding``: of the findings of this id alone.  Raises ``StorageError``.
    """
    watched = {(one.site, one.finding.id): one for one in sources.tries.watched(sites, finding)}
    for site, found in also:
        watched.setdefault((site, found.id), WatchedFinding(site, found))
    seen: dict[Key, list[Sighting]] = defaultdict(list)
    for one in sources.tries.sightings(sites, finding):
        seen[one.site, one.finding].append(one)
    reviews: dict[Key, list[FindingReview]] = defaultdict(list)
    for review in sources.reviewed.history(finding=finding, sites=sites):
        reviews[review.site, review.finding].append(review)
    steps: dict[Key, list[FindingStep]] = defaultdict(list)
    for step in sources.tries.steps(sites, finding):
        steps[step.site, step.finding].append(step)
    suppressions: dict[str, list[Suppression]] = defaultdict(list)
    for suppression in sources.suppressed.all(sites):
        suppressions[suppression.site].append(suppression)
    return {
        key: Lived(
            one,
            life_of(
                one,
                seen[key],
                suppressions=suppressions[one.site],
                reviews=reviews[key],
                steps=steps[key],
                gate=sources.gate,
                as_of=as_of,
            ),
        )
        for key, one in watched.items()
    }
