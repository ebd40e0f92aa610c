"""The page reader: one response in, everything that can be said of it out."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from extract import emptiness, islands, kinds, lists, script_pages
from extract.addresses import canonical, kind_of
from extract.articles import NO_ARTICLE, ArticleSigns, article_signs
from extract.charset import decode
from extract.conditions import has_days, judge_content
from extract.document import Addresses, Document, gather_anchors, parse, read_text
from extract.file_type import sniff
from extract.fingerprints import recognise
from extract.items import keep_written_days
from extract.links import gather_links, with_items
from extract.look import Looker
from extract.names import Names, find_names
from extract.narration import tell
from extract.pager import find_pager
from extract.prose import NO_PROSE, Prose, find_prose
from extract.redirects import find_redirect, moves
from extract.rows import clicked_rows, find_blocks
from extract.signs import SignReader
from extract.trees import nodes
from extract.writers import may_write
from records.page import Headers, Item, Link, Pager, PageReading, Sign
from records.verdicts import DateFrom, LinkKind, PageKind, PageVerdict, Requirement

_LONGEST: Final = 6_000_000  # characters of markup that are read; a longer page is cut there
_LISTS: Final = frozenset(
    (PageKind.LIST, PageKind.DISCLOSURE, PageKind.ANNUAL_REPORT, PageKind.GUIDE, PageKind.POWER_LIST)
)
_DISCLOSURE: Final = frozenset(
    (
        Requirement.DISCLOSURE_GUIDE,
        Requirement.DISCLOSURE_SYSTEM,
        Requirement.DISCLOSURE_CATALOGUE,
        Requirement.DISCLOSURE_ANNUAL_REPORT,
    )
)
_MOST_WRITERS: Final = 12  # scripts of one page that are remembered as its writers
_NO_HEADERS: Final[Headers] = {}


@dataclass(slots=True)
class _Draft:
    """What is known so far of a page that is being read."""

    kind: PageKind = PageKind.OTHER
    verdict: PageVerdict = PageVerdict.OK
    sign: str | None = None
    redirect: str | None = None
    items: tuple[Item, ...] = ()
    newest: Item | None = None
    future: int = 0
    left_out: tuple[str, ...] = ()
    pager: Pager | None = None
    needs_browser: bool = False


class Reader:
    """Reads pages.  Pure: the same bytes and the same day give the same reading.

    One reader is meant to read all pages of an audit: it remembers resolved addresses and menu texts.  Not for use by
    several threads at once.
    """

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of
        self._addresses = Addresses()
        self._looker = Looker()
        self._signs = SignReader()

    def read(self, body: bytes, *, url: str | None, status: int = 200, headers: Headers = _NO_HEADERS) -> PageReading:
        """Read one response body.  Never raises on any bytes.

        ``url`` is where the page was found, ``None`` where that is not known: then addresses stay as they are written.
        ``headers`` have names in lower case.
        """
        source, charset = decode(body, headers.get("content-type", ""))
        if len(source) > _LONGEST:
            source = source[:_LONGEST]
        refused = recognise(status, headers, source)
        kind_of_file = sniff(body[:2048])
        if refused is None and kind_of_file not in ("html", "xml", "json", "text", None):
            return self._file(url, charset, kind_of_file or "")
        if refused is None and kind_of_file != "html" and islands.may_be_json(source):
            data = islands.json_items(source)
            if data is not None:
                return self._data(url, charset, source, *data)
        if refused is None and kind_of_file not in ("html", "xml") and script_pages.is_script(url, headers):
            return self._script(source, charset, url)
        if "refresh" in headers:  # the header says what a meta element would
            source = f'<meta http-equiv="refresh" content="{headers["refresh"].replace(chr(34), "")}">{source}'
        return self._markup(source, charset, url, refused)

    # --- answers that are no markup ------------------------------------------------------------------------------

    def _file(self, url: str | None, charset: str | None, name: str) -> PageReading:
        return PageReading(url, None, None, PageKind.OTHER, PageVerdict.OK, because=(f"这不是网页，而是 {name} 文件",))

    def _data(
        self, url: str | None, charset: str | None, source: str, items: list[Item], pages: int | None, total: int | None
    ) -> PageReading:
        resolved = [self._resolved(item, url, charset or "utf-8") for item in items]
        newest, future = lists.newest_of(resolved, self._as_of)
        links = tuple(Link(item.url, item.title, kind_of(item.url, "a")) for item in resolved if item.url)
        draft = _Draft(
            kind=PageKind.LIST if items or total == 0 else PageKind.OTHER,
            items=tuple(resolved),
            newest=newest,
            future=len(future),
        )
        because = tell(
            draft_kind=draft.kind,
            verdict=draft.verdict,
            sign=None,
            redirect=None,
            items=draft.items,
            newest=newest,
            future=future,
            left_out=(),
            published=None,
            names=None,
            source="正文是 JSON 数据",
            says_empty=None,
            needs_browser=False,
        )
        if pages is None and total is not None and items:
            pages = -(-total // len(items))
        return PageReading(
            url,
            charset,
            None,
            draft.kind,
            PageVerdict.OK,
            items=draft.items,
            newest=newest.date if newest else None,
            pager=Pager(pages) if pages is not None else None,
            links=links,
            look=self._looker.look("", [source[:20_000]]),
            body_length=len(source),
            says_empty="total: 0" if total == 0 else None,
            because=because,
        )

    def _script(self, source: str, charset: str | None, url: str | None) -> PageReading:
        """A script that writes a part of pages: its links and items are those of what it writes."""
        reading = self._markup(script_pages.as_page(source), charset, script_pages.base_of(url), None)
        return script_pages.of_script(reading, url)

    # --- markup --------------------------------------------------------------------------------------------------

    def _markup(
        self,
        source: str,
        charset: str | None,
        url: str | None,
        refused: tuple[PageVerdict, str] | None,
    ) -> PageReading:
        document = parse(source, url=url, charset=charset or "utf-8")
        if "<record" in source or any("<record>" in code for code in document.scripts):
            document = parse(islands.with_records(source), url=url, charset=charset or "utf-8")
        gather_anchors(document, self._addresses)
        links = gather_links(document, self._addresses)
        frames = sum(1 for link in links if link.kind is LinkKind.FRAME)
        keep_written_days(document)
        read_text(document)
        names = find_names(document)
        look = self._looker.look(document.title, document.lines)
        draft = _Draft()
        signs = self._entries(document)
        published = None
        notice = emptiness.find_notice(document)
        has_empty = notice.words if notice is not None else None
        urls = self._data_urls(document)
        draft.redirect = self._redirect(document, url)
        if refused is not None:
            draft.verdict, draft.sign, draft.kind = refused[0], refused[1], PageKind.ERROR
        else:
            self._judge(document, draft, frames)
            if draft.verdict is PageVerdict.OK and draft.kind not in (PageKind.REDIRECT, PageKind.SHELL):
                published = self._content(document, draft, names, url, links, signs, has_empty, urls)
                if notice is not None and not draft.items and published.published is None:
                    draft.needs_browser = draft.needs_browser or notice.may_go or self._is_filled(document)
        if draft.kind in (PageKind.REDIRECT, PageKind.SHELL, PageKind.ERROR):
            draft.items, draft.newest = (), None
        links = with_items(links, draft.items)
        own = self._self_signs(names, draft.kind)
        item_signs = tuple(
            Sign(requirement, "item", item.title, item.url)
            for item in draft.items
            for requirement in self._signs.named(item.title)
        )
        item_titles = {sign.text for sign in item_signs}
        all_signs = (*own, *(sign for sign in signs if sign.text not in item_titles), *item_signs)
        because = tell(
            draft_kind=draft.kind,
            verdict=draft.verdict,
            sign=draft.sign,
            redirect=draft.redirect,
            items=draft.items,
            newest=draft.newest,
            future=(),
            left_out=draft.left_out,
            published=published,
            names=names,
            source=None,
            says_empty=has_empty,
            needs_browser=draft.needs_browser,
            future_count=draft.future,
        )
        named = {sign.requirement for sign in all_signs}
        return PageReading(
            url=url,
            charset=charset,
            title=document.title or None,
            kind=draft.kind,
            verdict=draft.verdict,
            sign=draft.sign,
            redirect=draft.redirect,
            needs_browser=draft.needs_browser,
            items=draft.items,
            newest=draft.newest.date if draft.newest else None,
            published=published.published.day if published and published.published else None,
            pager=draft.pager,
            links=links,
            power_list_link=not named.isdisjoint((Requirement.POWER_LIST, Requirement.RESPONSIBILITY_LIST)),
            disclosure_guide_link=Requirement.DISCLOSURE_GUIDE in named,
            integrity_commitment=Requirement.INTEGRITY_COMMITMENT in named,
            signs=all_signs,
            name=names.name,
            site_name=names.site,
            breadcrumb=names.breadcrumb,
            says_empty=has_empty,
            look=look,
            body_length=document.body_length(),
            data_urls=urls,
            because=because,
            short_runs=document.short_runs({sign.text for sign in own}) if own else (),
            written_by=self._writers(document) if document.script_sources else (),
        )

    def _redirect(self, document: Document, url: str | None) -> str | None:
        target = find_redirect(document)
        if target is None or target[0] == "#":
            return None
        resolved = self._addresses.resolve(document.base, target, document.charset)
        if resolved is not None and url is not None and canonical(resolved) == canonical(url):
            return None  # it refreshes itself
        return resolved if resolved is not None else target

    def _judge(self, document: Document, draft: _Draft, frames: int) -> None:
        """Errors, redirects and shells: what is no page to be read for its content."""
        found = judge_content(document)
        if found is not None:
            draft.verdict, draft.sign = found
            draft.kind = PageKind.OTHER if found[0] is PageVerdict.HIJACKED else PageKind.ERROR
            return
        if draft.redirect is not None and len(document.text) <= 200 and not has_days(document):
            draft.kind = PageKind.REDIRECT
            return
        if emptiness.is_shell(document):
            draft.kind, draft.needs_browser = PageKind.SHELL, True
            return
        if frames or len(document.text) > 40 or len(document.anchors) > 2:
            return
        if not has_days(document) and moves(document):
            draft.kind, draft.needs_browser = PageKind.SHELL, True
            return
        if document.text or document.anchors:
            return
        if document.tree.css_first("img,object,embed,video,input,canvas,svg") is None:
            if emptiness.may_be_filled(document):
                draft.kind, draft.needs_browser = PageKind.SHELL, True
            else:
                draft.verdict, draft.kind = PageVerdict.EMPTY, PageKind.ERROR

    def _content(
        self,
        document: Document,
        draft: _Draft,
        names: Names,
        url: str | None,
        links: tuple[Link, ...],
        signs: tuple[Sign, ...],
        has_empty: str | None,
        urls: tuple[str, ...],
    ) -> ArticleSigns:
        blocks = find_blocks(document, clicked_rows(document, self._addresses))
        draft.pager = find_pager(document, self._addresses)
        listings = lists.read_blocks(blocks, self._as_of, paged=draft.pager is not None)
        lists.survey(listings, names.name)
        limit = lists.limit_for(listings, self._as_of)
        choice = lists.choose(
            listings,
            name=names.name,
            limit=limit,
            as_of=self._as_of,
            says_empty=has_empty is not None,
            has_pager=draft.pager is not None,
        )
        items = choice.items
        written = sum(1 for item in items if item.date is not None and item.date_from is not DateFrom.ADDRESS)
        beside = NO_PROSE
        if written >= 5 and draft.pager is not None and not kinds.has_own_title(names) and not names.is_body:
            article = NO_ARTICLE  # plainly a list: the dear questions need not be asked
        else:
            beside = find_prose(document, names.heading, names.titles, choice.texts)
            listed = bool(items) and not beside.headed
            heading = names.heading or next((title for title in names.titles if title in document.lines), None)
            article = article_signs(document, url, self._as_of, heading, listed=listed)
        evidence = self._evidence(
            document, names, url, items, listings, article, beside, draft, links, signs, has_empty
        )
        draft.kind = kinds.kind_of_page(document, evidence)
        wanted = not items and has_empty is None and draft.kind in (PageKind.OTHER, *_LISTS)
        if wanted and not kinds.is_article(evidence):
            items = self._hidden_items(document, draft)
            if items and draft.kind is PageKind.OTHER:
                draft.kind = PageKind.LIST
        empty = not items and draft.kind is PageKind.OTHER and len(names.breadcrumb) > 1 and evidence.longest < 60
        place = kinds.empty_list(document) if empty else None
        if place is not None:
            draft.kind = PageKind.LIST
            draft.needs_browser = emptiness.may_be_filled_in(document, place)
        if draft.kind is PageKind.HOME:
            days = lists.all_days(listings, limit)
            draft.newest, future = lists.newest_of(days, self._as_of)
            draft.future = len(future)
            return replace(article, published=None)
        is_text = kinds.is_article(evidence)
        if draft.kind in _LISTS and not is_text:
            draft.items = tuple(items)
            draft.left_out = choice.left_out
            draft.newest, future = lists.newest_of(items, self._as_of)
            draft.future = len(future)
            if not items and has_empty is None:
                draft.needs_browser = draft.needs_browser or self._is_filled(document)
            draft.needs_browser = draft.needs_browser or emptiness.awaits_tree(document)
            return replace(article, published=None)
        if draft.kind in (PageKind.ARTICLE, *_LISTS):
            return article
        if not items and len(document.text) < 600:
            draft.needs_browser = self._is_filled(document)
        draft.needs_browser = draft.needs_browser or emptiness.awaits_tree(document)
        return replace(article, published=None)

    @staticmethod
    def _is_filled(document: Document) -> bool:
        return bool(document.fillers) or emptiness.is_filled_by_script(document)

    def _hidden_items(self, document: Document, draft: _Draft) -> tuple[Item, ...]:
        """Items that are no rows of anchors: data in scripts, tables of texts, a ``<select>``."""
        found = islands.script_items(document.scripts) if document.scripts else []
        if found:
            return tuple(self._resolved(item, document.base, document.charset) for item in found)
        return tuple(lists.plain_rows(document, self._as_of) or lists.option_items(document))

    def _evidence(
        self,
        document: Document,
        names: Names,
        url: str | None,
        items: tuple[Item, ...],
        listings: list[lists.Listing],
        article: ArticleSigns,
        beside: Prose,
        draft: _Draft,
        links: tuple[Link, ...],
        signs: tuple[Sign, ...],
        has_empty: str | None,
    ) -> kinds.Evidence:
        anchored = sum([len(anchor.text) for anchor in document.anchors])
        on_request = "依申请公开" in document.text
        return kinds.Evidence(
            names=names,
            url=url,
            items=len(items),
            dated=sum(1 for item in items if item.date is not None),
            written=sum(1 for item in items if item.date is not None and item.date_from is not DateFrom.ADDRESS),
            prose_beside=beside,
            blocks=sum(1 for listing in listings if listing.dated >= 2),
            previews=sum(1 for listing in listings if listing.preview),
            has_pager=draft.pager is not None,
            says_empty=has_empty is not None,
            article_info=article.info_line,
            article_tools=article.tools,
            article_metas=article.metas,
            article_address=article.address,
            published=article.published is not None,
            labelled=article.published is not None and article.published.source.startswith("页面标注"),
            by_meta=article.published is not None and article.published.source.startswith("meta"),
            prose=max(0, len(document.text) - anchored),
            longest=document.longest_prose(),
            anchors=len(document.anchors),
            disclosure_entries=len({sign.requirement for sign in signs} & _DISCLOSURE)
            + (sum(1 for anchor in document.anchors if "依申请公开" in anchor.text) if on_request else 0),
            attachments=sum(1 for link in links if link.kind is LinkKind.ATTACHMENT),
        )

    def _resolved(self, item: Item, base: str | None, charset: str) -> Item:
        if item.url is None:
            return item
        url = self._addresses.resolve(base, item.url, charset)
        return replace(item, url=url if url is not None else item.url)

    def _data_urls(self, document: Document) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for target in emptiness.data_urls(document):
            url = self._addresses.resolve(document.base, target, document.charset)
            found[url if url is not None else target] = None
        return tuple(found)

    def _writers(self, document: Document) -> tuple[str, ...]:
        found = dict.fromkeys(document.script_sources)
        urls = [self._addresses.resolve(document.base, src, document.charset) for src in found]
        return tuple([url for url in urls if url is not None and may_write(url)])[:_MOST_WRITERS]

    def _entries(self, document: Document) -> tuple[Sign, ...]:
        """Links and menu entries that lead to a required disclosure; folders of trees have no address."""
        found: dict[Sign, None] = {}
        for anchor in document.anchors:
            label = anchor.label
            for requirement in self._signs.named(label):
                found[Sign(requirement, "link", label, anchor.url)] = None
        for code in document.scripts:
            for name, target in nodes(code):
                for requirement in self._signs.named(name):
                    url = self._addresses.resolve(document.base, target, document.charset)
                    found[Sign(requirement, "link", name, url or target)] = None
        return tuple(found)

    def _self_signs(self, names: Names, kind: PageKind) -> tuple[Sign, ...]:
        """What the page itself is, by its name and heading; not what its menu names."""
        if kind in (PageKind.HOME, PageKind.REDIRECT, PageKind.ERROR, PageKind.SHELL):
            return ()
        found: dict[Sign, None] = {}
        for text in (names.heading, names.name, names.breadcrumb[-1] if names.breadcrumb else None):
            if text:
                for requirement in self._signs.named(text):
                    found.setdefault(Sign(requirement, "self", text))
        return tuple(found)


__all__ = ["Reader"]
