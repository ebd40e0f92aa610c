"""After an audit: which items of its columns are new, and what is odd about the days that they give themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from checks.life import LOCAL
from checks.oddities import ListedItem, oddities_of
from records.crawl import PageFact
from records.judgement import ColumnJudgement
from records.oddities import ColumnItem
from records.verdicts import ColumnVerdict
from storage.audit_results import AuditResults, JudgedAudit
from storage.column_items import ColumnItemRepository

_READABLE: Final = (ColumnVerdict.FRESH, ColumnVerdict.STALE, ColumnVerdict.UNDATED, ColumnVerdict.EXEMPT)


@dataclass(frozen=True, slots=True)
class OddityKeeper:
    """Reads the first page of each column's list: what appears above what was known there is new."""

    items: ColumnItemRepository
    results: AuditResults

    def read(self, kept: JudgedAudit, night: int | None) -> None:
        """What one judged audit shows.  Reading it again changes nothing."""
        columns = {one.fact.url: one for one in kept.audit.columns if one.verdict in _READABLE}
        asked = self.results.targets(kept.audit_id, columns)
        began = datetime.fromisoformat(kept.audit.started_at)
        pages = self.items.pages(kept.audit_id, {asked[url].url for url in columns if url in asked})
        for url, column in columns.items():
            target = asked.get(url)
            page = pages.get(target.url) if target is not None else None
            if target is None or page is None or not any(one.at >= began for one in target.attempts):
                continue  # taken over from an earlier night: it shows nothing that was not seen then
            self._read_column(kept, night, column, page, datetime.fromisoformat(kept.audit.finished_at))

    def _read_column(
        self, kept: JudgedAudit, night: int | None, column: ColumnJudgement, page: PageFact, at: datetime
    ) -> None:
        url = column.fact.url
        known = self.items.known(kept.site, url, besides=kept.audit_id)
        before = self.items.looked_before(kept.site, url, besides=kept.audit_id)
        shown = {one.url: one for one in page.reading.items if one.url is not None and not one.pinned}
        new = [address for address in shown if address not in known]
        texts = self.items.pages(kept.audit_id, new)
        listed = [
            ListedItem(
                address,
                one.title,
                one.date,
                texts[address].reading.look.simhash if address in texts else None,
                texts[address].reading.look.text_sha256 or None if address in texts else None,
            )
            for address, one in shown.items()
        ]
        found = oddities_of(
            column.fact.name,
            url,
            listed,
            known,
            seen=at.astimezone(LOCAL).date(),
            looked_before=before.astimezone(LOCAL).date() if before is not None else None,
        )
        fresh = [
            ColumnItem(one.url, one.title, one.claimed, at, kept.audit_id, one.simhash, one.text_sha256)
            for one in listed
            if one.url not in known
        ]
        self.items.record(kept.site, url, fresh, found, at=at, night_id=night, audit_id=kept.audit_id)
