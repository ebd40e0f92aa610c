"""After an audit: which items of its columns are new, and what is odd about the days that they give themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from checks.life import LOCAL
from checks.oddities import ListedItem, oddities_of
from records.crawl import PageFact
from records.judgement import ColumnJudgement
from records.oddities import ColumnItem
from records.page import Item
from records.verdicts import ColumnVerdict
from storage.audit_results import AuditResults, JudgedAudit
from storage.column_items import ColumnItemRepository

_READABLE: Final = (ColumnVerdict.FRESH, ColumnVerdict.STALE, ColumnVerdict.UNDATED, ColumnVerdict.EXEMPT)
#: Pages of one list that are gone through: a list sorted by the day of its items hides a back-dated one far behind.
_MOST_PAGES: Final = 40


@dataclass(frozen=True, slots=True)
class _ListPage:
    """A page of a column's list that was asked in this very audit."""

    url: str  # the column's own for the first
    items: tuple[Item, ...]
    looked_before: datetime | None


@dataclass(frozen=True, slots=True)
class OddityKeeper:
    """Reads the pages of each column's list: what appears among what was known there is new."""

    items: ColumnItemRepository
    results: AuditResults

    def read(self, kept: JudgedAudit, night: int | None) -> None:
        """What one judged audit shows.  Reading it again changes nothing."""
        columns = {one.fact.url: one for one in kept.audit.columns if one.verdict in _READABLE}
        asked = self.results.targets(kept.audit_id, columns)
        firsts = self.items.pages(kept.audit_id, {asked[url].url for url in columns if url in asked})
        for url, column in columns.items():
            target = asked.get(url)
            page = firsts.get(target.url) if target is not None else None
            if page is not None:
                self._read_column(kept, night, column, self._list_pages(kept, url, page))

    def _list_pages(self, kept: JudgedAudit, column_url: str, first: PageFact) -> Sequence[_ListPage]:
        """The pages of one list in their order, along its pager, without those taken over from an earlier night."""
        found: dict[str, PageFact] = {first.url: first}
        more = [first]
        while more and len(found) < _MOST_PAGES:
            nearest = [url for page in more if page.reading.pager is not None for url in page.reading.pager.urls]
            wanted = list(dict.fromkeys(url for url in nearest if url not in found))[: _MOST_PAGES - len(found)]
            met = self.items.pages(kept.audit_id, wanted)
            more = [met[url] for url in wanted if url in met]
            found |= {url: met[url] for url in wanted if url in met}
        names = {url: column_url if page is first else url for url, page in found.items()}
        began = datetime.fromisoformat(kept.audit.started_at)
        targets = self.results.targets(kept.audit_id, names)
        # What was taken over shows nothing that was not seen in its own night.
        asked = [url for url in found if url in targets and any(one.at >= began for one in targets[url].attempts)]
        return [
            _ListPage(
                names[url],
                found[url].reading.items,
                self.items.looked_before(kept.site, names[url], besides=kept.audit_id),
            )
            for url in asked
        ]

    def _read_column(
        self, kept: JudgedAudit, night: int | None, column: ColumnJudgement, pages: Sequence[_ListPage]
    ) -> None:
        if not pages:
            return
        url, at = column.fact.url, datetime.fromisoformat(kept.audit.finished_at)
        known = self.items.known(kept.site, url, besides=kept.audit_id)
        # A page that was never looked at before has nothing to be compared with.
        seen = [page for page in pages if page.looked_before is not None]
        shown = _by_address(pages)
        compared = _by_address(seen)
        new = [address for address in shown if address not in known]
        texts = self.items.pages(kept.audit_id, new)
        listed = {
            address: ListedItem(
                address,
                one.title,
                one.date,
                texts[address].reading.look.simhash if address in texts else None,
                texts[address].reading.look.text_sha256 or None if address in texts else None,
            )
            for address, one in shown.items()
        }
        before = min((page.looked_before for page in seen if page.looked_before is not None), default=None)
        found = oddities_of(
            column.fact.name,
            url,
            [listed[address] for address in compared],
            known,
            seen=at.astimezone(LOCAL).date(),
            looked_before=before.astimezone(LOCAL).date() if before is not None else None,
        )
        fresh = [
            ColumnItem(one.url, one.title, one.claimed, at, kept.audit_id, one.simhash, one.text_sha256)
            for one in listed.values()
            if one.url not in known
        ]
        looked = [page.url for page in pages]
        self.items.record(kept.site, url, fresh, found, at=at, night_id=night, audit_id=kept.audit_id, looked=looked)


def _by_address(pages: Sequence[_ListPage]) -> dict[str, Item]:
    """The items of the pages in the list's order, pinned ones left out."""
    found: dict[str, Item] = {}
    for page in pages:
        for item in page.items:
            if item.url is not None and not item.pinned:
                found.setdefault(item.url, item)
    return found
