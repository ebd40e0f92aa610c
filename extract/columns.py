"""Pages → columns (栏目): which pages list items, what they are called, and the day of the newest item.

Facts only.  Whether a column is stale is for the checks to say, under a policy and a day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Final

from extract.column_kinds import is_historical, kind_of_column
from extract.column_lists import ListDraft, Referrers, drafts_of
from extract.column_names import anchor_name, clean_name, own_name
from extract.site_index import SiteIndex
from records.crawl import PageFact, Referrer, SiteFacts, TargetFact
from records.judgement import ColumnFact
from records.page import Item
from records.verdicts import ColumnKind, LinkKind, Outcome, PageVerdict

NO_NAME: Final = "（未命名栏目）"

_REFUSALS: Final = (PageVerdict.CHALLENGE, PageVerdict.WAF)
_LENIENT: Final = (ColumnKind.STATIC, ColumnKind.YEARLY)
_UNSORTED: Final = 0.3  # of the steps from row to row go upwards in time
_MENU_DEPTH: Final = 1
_MENU_NAME: Final = 8  # characters


def gather_columns(
    facts: SiteFacts, *, not_after: date | None = None, referrers: Referrers | None = None
) -> tuple[ColumnFact, ...]:
    """Find the columns of a site, in the order in which they were met.

    ``not_after``: items dated later than this day are not taken for the newest (a future date is an error or a
    deadline).  ``referrers`` is asked for the anchors that lead to pages without a name of their own, and to menu
    entries that could not be read.
    """
    index = SiteIndex.of(facts)
    drafts = drafts_of(facts, index, referrers)
    anchors = _anchors([draft for draft in drafts if own_name(draft.holder) is None], referrers)
    columns = [_column(draft, anchors, index, not_after) for draft in drafts]
    columns += _unread_menu_columns(facts, index, referrers)
    return _without_doubles(columns)


def _anchors(drafts: Sequence[ListDraft], referrers: Referrers | None) -> Mapping[str, tuple[Referrer, ...]]:
    if referrers is None or not drafts:
        return {}
    return referrers([draft.holder.url for draft in drafts])


def _column(
    draft: ListDraft, anchors: Mapping[str, tuple[Referrer, ...]], index: SiteIndex, not_after: date | None
) -> ColumnFact:
    holder, first = draft.holder, draft.first
    name = own_name(holder) or own_name(first) or anchor_name(anchors.get(holder.url, ())) or NO_NAME
    readable, note = True, ""
    reading = first.reading
    if not reading.items and reading.needs_browser and not first.rendered:
        readable, note = False, "内容由脚本生成，本次未用浏览器打开"
    elif not draft.first_read:
        readable, note = False, "列表的第一页未能读取"
    column = ColumnFact(
        url=holder.final_url,
        name=name,
        kind=ColumnKind.STATIC
        if _lists_only_itself(name, reading.items)
        else _kind_of(name, holder.reading.breadcrumb or first.reading.breadcrumb),
        items=len(reading.items),
        newest=None,
        readable=readable,
        rendered=holder.rendered or first.rendered,
        says_empty=reading.says_empty if not reading.items else None,
        paths=index.path_to(holder.url),
        newest_certain=draft.whole and not _newest_may_lie_elsewhere(draft, index),
        note=note,
    )
    return _with_newest(column, draft, index, not_after)


def _lists_only_itself(name: str, items: Sequence[Item]) -> bool:
    """Whether all that a column lists is the text about itself (科技信息科 with one item 科技信息科)."""
    return bool(items) and all(clean_name(item.title) == name for item in items)


def _kind_of(name: str, breadcrumb: Sequence[str]) -> ColumnKind:
    if is_historical((name, *breadcrumb)) and kind_of_column(name) is not ColumnKind.YEARLY:
        return ColumnKind.STATIC
    kind = kind_of_column(name)
    if kind is not ColumnKind.OTHER:
        return kind
    # A name that says nothing (a person, a 科室) is of the kind of what it stands under: 领导之窗 > 王某某.
    above = (kind_of_column(crumb) for crumb in reversed(breadcrumb) if crumb != name)
    return next((one for one in above if one in _LENIENT), kind)


def _with_newest(column: ColumnFact, draft: ListDraft, index: SiteIndex, not_after: date | None) -> ColumnFact:
    found: list[tuple[date, Item, str]] = []
    read, later = 0, False
    for page in draft.pages:
        page = _with_years_of_articles(page, index)
        dated, is_later = _newest_on(page, not_after)
        later = later or is_later
        if dated is not None:
            found.append(dated)
        for item in page.reading.items:
            article = index.read_at(item.url) if item.date is None and item.url is not None else None
            if article is None or article.reading.verdict is not PageVerdict.OK:
                continue
            read += 1
            published = article.reading.published
            if published is None:
                continue
            if not_after is not None and published > not_after:
                later = True
            else:
                found.append((published, item, "article"))
    column = replace(column, items_read=read, newest_certain=column.newest_certain and not _undated_first(draft, index))
    if not found:
        if not later:
            return column if column.newest_certain or column.note else replace(column, note="条目自身的页面未能读取")
        return replace(column, newest_certain=False, note="条目日期均晚于基准日，无法判断")
    day, item, dated_by = max(found, key=lambda entry: entry[0])
    return replace(column, newest=day, newest_title=item.title, newest_url=item.url, dated_by=dated_by)


def _with_years_of_articles(page: PageFact, index: SiteIndex) -> PageFact:
    """A list that shows month and day alone leaves the year open: the articles themselves tell it."""
    items = tuple(_with_own_year(item, index) for item in page.reading.items)
    if items == page.reading.items:
        return page
    return replace(page, reading=replace(page.reading, items=items, newest=None))


def _with_own_year(item: Item, index: SiteIndex) -> Item:
    article = index.read_at(item.url) if item.date is not None and item.url is not None else None
    published = article.reading.published if article is not None else None
    if item.date is None or published is None or published.year == item.date.year:
        return item
    same = (published.month, published.day) == (item.date.month, item.date.day)
    return replace(item, date=published) if same else item


def _undated_first(draft: ListDraft, index: SiteIndex) -> bool:
    """Whether the list begins with undated items whose own pages were not read: the newest may be among them.

    Of a list without any date the first item must be known, and at least half of all.
    """
    unknown = [item.date is None and not _is_known(item, index) for item in draft.first.reading.items]
    dated = [item.date is not None for item in draft.first.reading.items]
    if any(dated):
        return any(unknown[: dated.index(True)])
    known = len(unknown) - sum(unknown)
    if known == 0:
        # Days may stand on the items' own pages: without a look at one of them nothing is known.
        pages = [item.url for item in draft.first.reading.items if item.url is not None and _is_page(item.url, index)]
        return bool(pages) and not any(index.read_at(url) for url in pages)
    return unknown[0] or 2 * known < len(unknown)


def _is_page(url: str, index: SiteIndex) -> bool:
    """Whether an address may lead to a page with a day on it; a file bears none."""
    target = index.targets.get(url)
    return target is None or target.target.kind is LinkKind.PAGE


def _is_known(item: Item, index: SiteIndex) -> bool:
    page = index.read_at(item.url) if item.url is not None else None
    return page is not None and page.reading.published is not None


def _newest_on(page: PageFact, not_after: date | None) -> tuple[tuple[date, Item, str] | None, bool]:
    """The newest item of one page, and whether some were left aside for being later than the day."""
    reading = page.reading
    dated = [item for item in reading.items if item.date is not None]
    if not dated:
        if reading.newest is None or (not_after is not None and reading.newest > not_after):
            return None, reading.newest is not None
        return (reading.newest, Item("", None, reading.newest, None), "list"), False
    sound = [item for item in dated if item.date is not None and (not_after is None or item.date <= not_after)]
    later = len(sound) < len(dated)
    # The reader's newest stands unless it lies in the future: it knows about pinned rows and doubtful dates.
    day = reading.newest if reading.newest is not None and (not_after is None or reading.newest <= not_after) else None
    rows = [item for item in sound if not item.pinned] or sound
    if day is None:
        if not rows:
            return None, later
        day = max(item.date for item in rows if item.date is not None)
    item = next((item for item in [*rows, *sound] if item.date == day), None) or Item("", None, day, None)
    return (day, item, item.date_from.value if item.date_from is not None else "list"), later


def _newest_may_lie_elsewhere(draft: ListDraft, index: SiteIndex) -> bool:
    """Whether the list goes on on pages that were not read, and is not sorted newest first."""
    pager = draft.first.reading.pager
    if pager is None:
        return False
    unread = pager.pages is not None and pager.pages > len(draft.pages)
    unread = unread or any(url not in index.pages for url in pager.urls)
    if not unread:
        return False
    days = [item.date for item in draft.first.reading.items if item.date is not None and not item.pinned]
    steps = [later > earlier for earlier, later in pairwise(days)]
    return bool(steps) and sum(steps) >= max(1, _UNSORTED * len(steps))


def _unread_menu_columns(facts: SiteFacts, index: SiteIndex, referrers: Referrers | None) -> list[ColumnFact]:
    """Menu entries of the home page that name a column and could not be read: refused us, or gave no answer."""
    if referrers is None:
        return []
    unread = [
        fact
        for fact in facts.targets
        if fact.target.internal
        and fact.target.kind is LinkKind.PAGE
        and fact.target.depth == _MENU_DEPTH
        and fact.outcome in (Outcome.BLOCKED, Outcome.FAILED)
        and not _has_answered_with_error(fact)
    ]
    met = referrers([fact.url for fact in unread]) if unread else {}
    columns = []
    for fact in unread:
        name = anchor_name(met.get(fact.url, ()))
        if name is None or len(name) > _MENU_NAME or kind_of_column(name) is ColumnKind.OTHER:
            continue
        columns.append(
            ColumnFact(
                url=fact.url,
                name=name,
                kind=_kind_of(name, ()),
                items=0,
                newest=None,
                readable=False,
                paths=index.path_to(fact.url),
                note="拒绝访问" if fact.outcome is Outcome.BLOCKED else "无法打开",
            )
        )
    return columns


def _has_answered_with_error(fact: TargetFact) -> bool:
    """A page that is gone or a program that crashes is a matter of the link: nobody has seen a column there."""
    return any(
        attempt.page_verdict is PageVerdict.SOFT_404
        or (attempt.http_status is not None and (attempt.http_status in (404, 410) or attempt.http_status >= 500))
        for attempt in fact.attempts
        if attempt.page_verdict not in _REFUSALS
    )


def _without_doubles(columns: Iterable[ColumnFact]) -> tuple[ColumnFact, ...]:
    """One column for one list: where two addresses show the same, the shorter way from home stands for both.

    The editions of a portal (for telephones, for the blind, in other characters) link to articles of their own.
    """
    kept: dict[tuple[object, ...], ColumnFact] = {}
    for column in columns:
        key: tuple[object, ...] = (column.url,)
        if column.newest is not None and column.newest_title:
            key = (column.name, column.items, column.newest, column.newest_title)
        other = kept.get(key)
        if other is None or (len(column.paths), len(column.url)) < (len(other.paths), len(other.url)):
            kept[key] = column
    return tuple(kept.values())
