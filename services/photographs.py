"""Which pages are photographed for which finding: the page that shows the fault, with the place marked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from records.crawl import Exchange
from records.judgement import Finding, LinkJudgement, SiteAudit

MOST: Final = 16  # pictures of one audit: each costs a second, and the archive has the pages themselves


@dataclass(frozen=True, slots=True)
class Photograph:
    """A picture to be taken.  ``archived`` is the page as it was answered in the crawl, where that was kept."""

    finding_id: str
    page: str
    mark: str | None  # the address whose link is framed on the page
    archived: Exchange | None


def photographs(audit: SiteAudit, archived: Callable[[str], Exchange | None]) -> tuple[Photograph, ...]:
    """The pictures to be taken for the accusations of ``audit``, the gravest first.

    A dead link is shown on the first page that carries it, a column as itself, a missing disclosure by the home page.
    """
    links = {link.fact.url: link for link in audit.links}
    wanted: list[Photograph] = []
    for finding in audit.accusations[:MOST]:
        page, mark = _place(finding, links.get(finding.subject), audit.site_url)
        wanted.append(Photograph(finding.id, page, mark, archived(page)))
    return tuple(wanted)


def _place(finding: Finding, link: LinkJudgement | None, home: str) -> tuple[str, str | None]:
    if link is not None:
        return (link.referrers[0].page, finding.subject) if link.referrers else (home, finding.subject)
    return finding.subject.partition("#")[0], None
