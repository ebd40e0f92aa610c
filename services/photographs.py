"""Which pages are photographed for which finding: the page that shows the fault, with the place marked."""

from dataclasses import dataclass
from typing import Final

from records.crawl import Exchange
from records.judgement import SiteAudit
from services.findings import address_of, links_behind
from services.referring_pages import places_of, places_shown
from storage.audits import AuditRepository

MOST: Final = 16  # pictures of one audit: each costs a second, and the archive has the pages themselves

_SHOWN_ITSELF: Final = "hijacked_link"  # what has become of the address says more than where the link stands


@dataclass(frozen=True, slots=True)
class Photograph:
    """A picture to be taken.  ``archived`` is the page as it was answered in the crawl, where that was kept."""

    finding_id: str
    page: str
    mark: str | None  # the address whose link is framed on the page
    archived: Exchange | None


def photographs(audit: SiteAudit, audits: AuditRepository, audit_id: int) -> tuple[Photograph, ...]:
    """The pictures to be taken for the accusations of ``audit``, the gravest first.

    A dead link is shown on the page that is archived with it, a column as itself, a missing disclosure by the home
    page.  Raises ``StorageError``.
    """
    links = links_behind(audit)
    wanted = audit.accusations[:MOST]
    places = places_of(audit_id, audit, audits)
    shown = places_shown(audit_id, places, audits)
    found: list[Photograph] = []
    for finding in wanted:
        mark = links.get(finding.id) if finding.check != _SHOWN_ITSELF else None
        if mark is None:
            page = address_of(finding)
        elif mark in shown:
            page = shown[mark].place.page
        else:
            page = places[mark][0].page if places.get(mark) else audit.site_url
        found.append(Photograph(finding.id, page, mark, audits.exchange(audit_id, page)))
    return tuple(found)
