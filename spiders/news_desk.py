"""The books of a gathering: what each address is read for, what is followed, and where each ended."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final, Protocol
from urllib.parse import quote

from extract.addresses import absolute, canonical, host_of
from extract.article_text import read_article
from extract.feeds import Syndication, SyndicationKind, read_syndication
from records.crawl import Exchange, PageFact, TargetFact
from records.news import Article
from records.news_gathering import (
    ArticleOrigin,
    ArticlePage,
    GatheredArticle,
    ItemEnd,
    KnownAddress,
    OutletEnd,
    address_key,
    content_hash,
)
from records.outlets import Entry, EntryKind, ListedItem, Outlet
from records.page import Link, PageReading
from records.verdicts import LinkKind, Outcome, PageVerdict
from spiders.news_draft import Draft, Lead, Role, Source, headlines, is_article, says_changed
from spiders.news_ends import end_of, trouble_of

MAX_ITEMS: Final = 5_000  # articles of one outlet in one night; what is beyond waits for the next
MAX_SITEMAPS: Final = 30  # of one index, newest first
MAX_DAYS: Final = 62  # of an address with {yyyy}{mm}{dd}


class NewsSink(Protocol):
    """Where a gathering puts what it finds.  Called from the event loop, so it must not block for long."""

    def article(self, article: GatheredArticle, end: ItemEnd) -> None:
        """An article that is new, changed, or the same as before."""
        ...

    def address(self, outlet: str, known: KnownAddress) -> None:
        """What is to be remembered of an address for the next night."""
        ...


class NewsDesk:
    """Decides what is followed and keeps the account.  Fills ``crawler.sink.CrawlSink``.

    ``known`` gives what earlier nights remember of an address, by its ``address_key``.
    """

    def __init__(
        self,
        outlets: Sequence[Outlet],
        sink: NewsSink,
        *,
        known: Callable[[str], KnownAddress | None],
        since: date,
        as_of: date,
        clock: Callable[[], datetime],
    ) -> None:
        self._outlets = outlets
        self._sink = sink
        self._known = known
        self._since = since
        self._as_of = as_of
        self._clock = clock
        self._places = {outlet.name: outlet.place for outlet in outlets if outlet.place}
        self._sources: list[Source] = []
        self._lists: dict[str, Source] = {}
        self._found: dict[str, Syndication] = {}  # of list pages that are feeds or sitemaps
        self._drafts: dict[str, Draft] = {}
        self._part_of: dict[str, Draft] = {}
        self._met: dict[str, set[str]] = {outlet.id: set() for outlet in outlets}
        self._ends: dict[str, Counter[ItemEnd]] = {outlet.id: Counter() for outlet in outlets}
        self._taken: set[str] = set()  # keys of all addresses that are walked to
        self.lacks_robots: Callable[[str], bool] = lambda _: False  # whoever walks knows which robots.txt he never got

    # ----- what is walked to

    def covers(self, url: str) -> bool:
        """Whether an address lies on the hosts of an outlet."""
        host = host_of(url)
        return any(outlet.covers(host) for outlet in self._outlets)

    def outlet_of(self, url: str) -> Outlet | None:
        """The outlet for which an address is read."""
        if url in self._lists:
            return self._lists[url].outlet
        draft = self._drafts.get(url) or self._part_of.get(url)
        return draft.outlet if draft is not None else None

    def first_leads(self) -> list[Lead]:
        """The entry points of all outlets, and the items that are known beforehand."""
        leads = []
        for outlet in self._outlets:
            for entry in outlet.entries:
                source = Source(outlet, entry)
                self._sources.append(source)
                for url in self._addresses(outlet, entry):
                    if url not in self._lists:
                        self._lists[url] = source
                        leads.append(Lead(url, Role.LIST))
            if outlet.items:
                leads += self._items(outlet, outlet.items)
        return leads

    def _addresses(self, outlet: Outlet, entry: Entry) -> list[str]:
        """The addresses that an entry stands for: one, one for each keyword, or one for each day."""
        if entry.kind is EntryKind.SEARCH:
            words = [quote(word, encoding=outlet.charset or "utf-8", errors="replace") for word in outlet.keywords]
            return [canonical(entry.url.replace("{keyword}", word)) for word in words]
        if "{dd}" in entry.url:
            days = [
                date.fromordinal(number) for number in range(self._as_of.toordinal(), self._since.toordinal() - 1, -1)
            ]
            return [
                canonical(
                    entry.url.replace("{yyyy}", f"{day:%Y}").replace("{mm}", f"{day:%m}").replace("{dd}", f"{day:%d}")
                )
                for day in days[:MAX_DAYS]
            ]
        return [canonical(entry.url)]

    def leads(self, url: str, reading: PageReading, links: Sequence[Link]) -> list[Lead]:
        """What a page that was just given to ``page`` leads to."""
        source = self._lists.get(url)
        if source is not None:
            return self._leads_of_list(source, url, reading, links)
        draft = self._drafts.get(url)
        if draft is not None and draft.text is not None:
            return self._leads_of_article(draft, url, reading)
        return []

    def _leads_of_list(self, source: Source, url: str, reading: PageReading, links: Sequence[Link]) -> list[Lead]:
        outlet = source.outlet
        guessed = False
        found = self._found.pop(url, None)
        if found is not None and found.kind is SyndicationKind.SITEMAP_INDEX:
            return self._sitemaps(source, found)
        if found is not None:
            items = [item for item in found.items if item.day is not None or found.kind is SyndicationKind.FEED]
            self._ends[outlet.id][ItemEnd.SKIPPED] += len(found.items) - len(items)  # no telling when: not asked
        else:
            items = [ListedItem(item.url, item.title, item.date) for item in reading.items if item.url]
            if guessed := not items:
                items = headlines(links, reading.kind)
        source.items += len(items)
        leads = self._items(outlet, items, guessed=guessed)
        if found is not None:
            return leads
        if not items:
            inner = [link.url for link in links if link.kind is LinkKind.FRAME] + list(reading.data_urls)
            return leads + self._more_lists(source, inner, limit=3)
        fresh = any(item.day is None or item.day >= self._since for item in items)
        if leads and fresh and source.pages < source.entry.pages and reading.pager is not None:
            leads += self._more_lists(source, reading.pager.urls, limit=1)
        return leads

    def _more_lists(self, source: Source, urls: Sequence[str], limit: int) -> list[Lead]:
        """Further pages of a list, those that are not read yet."""
        leads: list[Lead] = []
        for raw in urls:
            url = canonical(raw)
            if len(leads) < limit and url not in self._lists and source.outlet.covers(host_of(url)):
                self._lists[url] = source
                leads.append(Lead(url, Role.LIST))
        return leads

    def _sitemaps(self, source: Source, found: Syndication) -> list[Lead]:
        recent = [item for item in found.items if item.day is None or item.day >= self._since]
        recent.sort(key=lambda item: item.day or date.min, reverse=True)
        return self._more_lists(source, [item.url for item in recent], limit=MAX_SITEMAPS)

    def _items(self, outlet: Outlet, items: Sequence[ListedItem], *, guessed: bool = False) -> list[Lead]:
        """Those of the items that are to be read; the others are accounted for here."""
        leads = []
        ends, met = self._ends[outlet.id], self._met[outlet.id]
        for item in items:
            url = absolute(None, canonical(item.url))
            key = address_key(url or item.url)
            if key in met:
                continue
            met.add(key)
            known = self._known(key)
            if url is None:
                ends[ItemEnd.SKIPPED] += 1
            elif not outlet.covers(host_of(url)):
                ends[ItemEnd.OFF_LIST] += 1
            elif item.day is not None and item.day < self._since:
                ends[ItemEnd.TOO_OLD] += 1
            elif key in self._taken or url in self._lists or (known is not None and not self._again(item, known)):
                ends[ItemEnd.KNOWN] += 1
            elif len(met) > MAX_ITEMS:
                ends[ItemEnd.NOT_REACHED] += 1
            else:
                self._taken.add(key)
                self._drafts[url] = Draft(outlet, replace(item, url=url), known, open={url}, guessed=guessed)
                leads.append(Lead(url, Role.ARTICLE))
        return leads

    def _again(self, item: ListedItem, known: KnownAddress) -> bool:
        """Whether a known address is asked again: it was too old and is no longer, or its list tells of a change."""
        if known.end is ItemEnd.TOO_OLD:
            return known.day is not None and known.day >= self._since
        return says_changed(item, known)

    def _leads_of_article(self, draft: Draft, url: str, reading: PageReading) -> list[Lead]:
        if reading.redirect:
            return self._items(draft.outlet, [replace(draft.item, url=reading.redirect)])
        leads = []
        for raw in draft.text.parts if draft.text is not None else ():
            part = canonical(raw)
            key = address_key(part)
            if key in self._taken or part in self._lists or not draft.outlet.covers(host_of(part)):
                continue
            self._taken.add(key)
            self._part_of[part] = draft
            draft.parts[part] = None
            draft.open.add(part)
            leads.append(Lead(part, Role.PART))
        return leads

    # ----- what was read (crawler.sink.CrawlSink)

    def page(self, fact: PageFact, links: Sequence[Link], exchange: Exchange | None) -> None:
        """A page was read: keep what it says until its address has ended."""
        source = self._lists.get(fact.url)
        reading = fact.reading
        if source is not None:
            source.pages += not fact.rendered
            if exchange is not None and fact.http_status < 400 and not fact.rendered:
                found = read_syndication(exchange.body, url=fact.final_url, as_of=self._as_of)
                if found is not None:
                    self._found[fact.url] = found
                    source.trouble = source.trouble or found.trouble
            return
        draft = self._drafts.get(fact.url) or self._part_of.get(fact.url)
        if draft is None or exchange is None or fact.http_status >= 400 or reading.verdict is not PageVerdict.OK:
            return
        item = draft.item
        first = fact.url in self._drafts
        text = read_article(
            exchange.body,
            url=fact.final_url,
            as_of=self._as_of,
            headers={name.lower(): value for name, value in exchange.response_headers},
            listed=item.title if first else "",
            listed_day=item.day,
        )
        seen = ArticlePage(exchange, fact.rendered)
        if first:
            draft.text, draft.page, draft.kind = text, seen, reading.kind
        else:
            draft.parts[fact.url] = (text, seen)

    def target(self, fact: TargetFact) -> None:
        """An address has ended."""
        source = self._lists.get(fact.url)
        if source is not None:
            self._end_list(source, fact)
            return
        draft = self._drafts.get(fact.url)
        if draft is not None and draft.text is None:
            draft.end = end_of(fact)
        if draft is None and (draft := self._part_of.get(fact.url)) is not None:
            if fact.outcome is Outcome.NOT_REACHED:
                draft.end = ItemEnd.NOT_REACHED  # half an article is not kept: the whole is read another night
            elif draft.parts.get(fact.url) is None:
                draft.cut_short |= (fact.last.http_status if fact.last is not None else None) not in (404, 410)
        if draft is None:
            return
        draft.open.discard(fact.url)
        if not draft.open:
            self._finish(draft)

    def _end_list(self, source: Source, fact: TargetFact) -> None:
        trouble, blocked = trouble_of(fact, lacks_robots=self.lacks_robots)
        if trouble and not source.pages:
            source.trouble, source.blocked = trouble, blocked
        elif trouble and not source.trouble:
            source.trouble, source.blocked = trouble, blocked and not source.items

    def _finish(self, draft: Draft) -> None:
        """All pages of an article have ended: give it away, or say why there is none."""
        article = self._assemble(draft) if draft.end is None else None
        end = draft.end
        if article is not None:
            content = content_hash(article.article.title, article.article.text)
            if article.article.published is not None and article.article.published < self._since:
                end = ItemEnd.TOO_OLD
            elif draft.known is None or not draft.known.content:
                end = ItemEnd.NEW
            else:
                end = ItemEnd.UNCHANGED if draft.known.content == content else ItemEnd.CHANGED
        end = end or ItemEnd.NO_ARTICLE
        self._ends[draft.outlet.id][end] += 1
        kept = article if end in (ItemEnd.NEW, ItemEnd.CHANGED, ItemEnd.UNCHANGED) else None
        if kept is not None:
            self._sink.article(kept, end)
        if not draft.cut_short:
            self._remember(draft, end, kept, article)
        draft.text = draft.page = None  # a night's pages would not fit into memory
        draft.parts.clear()

    def _remember(self, draft: Draft, end: ItemEnd, kept: GatheredArticle | None, read: GatheredArticle | None) -> None:
        if end in (ItemEnd.BLOCKED, ItemEnd.FAILED, ItemEnd.SKIPPED, ItemEnd.NOT_REACHED):
            return  # asked again another night
        before = draft.known
        titles = (*(before.titles if before is not None else ()), draft.item.title)
        content = content_hash(kept.article.title, kept.article.text) if kept is not None else ""
        self._sink.address(
            draft.outlet.id,
            KnownAddress(
                draft.item.url,
                end,
                self._clock().isoformat(timespec="seconds"),
                tuple(dict.fromkeys(title for title in titles if title)),
                draft.item.changed or (before.changed if before is not None else None),
                content or (before.content if before is not None else ""),
                read.article.published if read is not None else None,
            ),
        )

    def _assemble(self, draft: Draft) -> GatheredArticle | None:
        """The article of a draft; ``None`` where the page holds none."""
        text, page = draft.text, draft.page
        if text is None or page is None or not is_article(draft, text):
            return None
        notes = []
        texts, pages = [text.text], [page]
        for part in draft.parts.values():
            if part is None:
                notes.append("有一页续文未能读取")
                continue
            if part[0].text and part[0].text not in texts:
                texts.append(part[0].text)
            pages.append(part[1])
        if not text.text:
            notes.append("页面上未找到正文，只有标题")
        outlet = draft.outlet
        article = Article(
            id="",
            title=text.title,
            text="\n".join(part for part in texts if part),
            published=text.published,
            source=outlet.name,
            url=draft.item.url,
            author=text.author,
            outlet_place=self._places.get(text.source, outlet.place),
        )
        origin = ArticleOrigin.PORTAL if outlet.portal else ArticleOrigin.CRAWLED
        return GatheredArticle(
            article, outlet.id, origin, page.exchange.at, text.day_from, tuple(pages), tuple(dict.fromkeys(notes))
        )

    # ----- the account

    def close(self) -> tuple[OutletEnd, ...]:
        """The account of every outlet; articles that were not read to their end are accounted for as not reached."""
        for draft in self._drafts.values():
            if draft.open:
                draft.end = draft.end or ItemEnd.NOT_REACHED
                draft.open.clear()
                self._finish(draft)
        return tuple(
            OutletEnd(
                outlet.id,
                outlet.name,
                dict(self._ends[outlet.id]),
                tuple(source.end() for source in self._sources if source.outlet is outlet),
            )
            for outlet in self._outlets
        )
