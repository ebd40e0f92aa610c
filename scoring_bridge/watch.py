"""What the bridge is given: the looks at a unit's portals, the news of the period, the reviews."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from records.indicators import IndicatorValue, Trace
from records.judgement import SiteAudit
from records.news import NewsEvent
from records.registry import Unit
from records.review import FindingReview
from records.sightings import FindingLife


@dataclass(frozen=True, slots=True)
class Look:
    """One judged audit of a portal.

    ``audit.links`` hold, for every finding about a link, its target with the attempts and the pages that lead to it.
    """

    audit_id: int
    portal: str  # address as it is registered
    site: str  # key of the portal, as reviews name it
    day: date  # on which it began, Beijing time
    audit: SiteAudit


@dataclass(frozen=True, slots=True)
class News:
    """The events of a period, and how much was read to find them.  Nothing read is not the same as nothing found."""

    events: tuple[NewsEvent, ...]
    articles_read: int
    articles: Mapping[str, Trace] = field(default_factory=dict)  # by article id


@dataclass(frozen=True, slots=True)
class Watch:
    """Everything that was seen of one unit in the period."""

    unit: Unit
    looks: tuple[Look, ...] = ()
    reviews: Mapping[tuple[str, str], FindingReview] = field(default_factory=dict)  # last one by site and finding id
    below: frozenset[str] = frozenset()  # ids of the unit itself and of all units below it
    news: News | None = None  # None: no news was gathered
    # Lives by site and finding id: of every finding on a portal that nights watch, elsewhere of the suppressed ones.
    lives: Mapping[tuple[str, str], FindingLife] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suspect:
    """Something seen that nobody has reviewed: counted beyond the gate, or left out before it."""

    trace: Trace
    counted: bool
    value_if: object  # the row's value if it alone went the other way


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the unreviewed things of one row can do to its value.  None for a value: the row would be open."""

    unit: str
    indicator: str
    suspects: tuple[Suspect, ...]
    value_if_all: object  # all of them are so
    value_if_none: object  # none of them is


@dataclass(frozen=True, slots=True)
class Observed:
    """A row's value as we saw it, and the doubt that it carries, if any."""

    value: IndicatorValue
    doubt: Doubt | None = None
    known: tuple[tuple[str, bool], ...] = ()  # elements of a checklist that the portal answers
