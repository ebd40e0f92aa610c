"""Which of the blocks of a page is its list, and which show something else."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from selectolax.lexbor import LexborNode

from extract.dates import Written, full_days, make_day, narrow
from extract.document import Document, fold, read_runs
from extract.islands import MARK
from extract.items import DatedRow, complete, read_rows
from extract.rows import Block, shape_of
from records.page import Item
from records.verdicts import DateFrom

_MORE = re.compile(r"更\s?多|\bmore\b|查看全部|全部>>|>>\s*$|\+\s*$", re.I)
_SIDE_HEADING = re.compile(
    r"热门|热点(?:信息|文章|推荐|排行|关注|新闻)?$|推荐|排行|点击排名|相关(?:信息|新闻|文章|阅读|链接|稿件|内容|文件|解读|报道)|最新(?:信息|发布|更新|文章|公开|动态|文件)|"
    r"最近更新|猜你|图片新闻|友情链接|您可能|延伸阅读|随机|浏览最多|点击最多|本周|阅读排行"
)
_SIDE_CLASS = re.compile(
    r"(?:^|[\s_\-])(?:side\w*|aside|hot\w*|rank\w*|recommend\w*|relat\w*|xgxx|friend\w*|foot\w*|bottom\w*|nav\w*|menu\w*|link[s]?|"
    r"banner|slide\w*|swiper\w*|focus|header|breadcrumb\w*|crumb\w*|location|position|share\w*|page[rs]?|pagination\w*|paging|fenye)(?:$|[\s_\-\d])",
    re.I,
)
_HEAVY: Final = frozenset(("footer", "aside"))
_OPEN: Final = frozenset(("header", "nav"))  # elements that templates forget to close, or take for any box
_LEVELS: Final = 5


@dataclass(slots=True, eq=False)
class Listing:
    """One block that was read: its rows, its heading, what speaks against it being the list of the page."""

    block: Block
    rows: list[DatedRow]
    heading: str = ""
    preview: bool = False  # 更多 in its heading: it shows the beginning of another column
    aside: bool = False  # in a sidebar, a menu, a footer
    boxed: bool = False  # … as far as names of boxes tell, which are often wrong: headers that are never closed
    island: bool = False
    pictured: bool = False  # pictures with names under them

    @property
    def dated(self) -> int:
        return sum(1 for row in self.rows if row.written is not None)

    @property
    def written(self) -> int:
        """Rows whose day is written beside them and not only in their address."""
        return sum(1 for row in self.rows if row.written is not None and row.origin is not DateFrom.ADDRESS)

    @property
    def mean_title(self) -> float:
        return sum(len(row.title) for row in self.rows) / max(1, len(self.rows))

    @property
    def is_titled(self) -> bool:
        """Titles, not menu entries: by length, or because days stand beside them."""
        return self.pictured or self.mean_title >= 9 or (self.dated * 2 >= len(self.rows) and self.mean_title >= 3)


@dataclass(frozen=True, slots=True)
class Choice:
    """The list of a page."""

    items: tuple[Item, ...] = ()
    listing: Listing | None = None
    texts: frozenset[str] = frozenset()  # the visible runs of the anchors of its rows
    left_out: tuple[str, ...] = ()  # Chinese: blocks that were not taken, and why


def read_blocks(blocks: list[Block], as_of: date, *, paged: bool) -> list[Listing]:
    """Read every block that may be a list; menus are passed over before anything dear is done.

    ``paged`` says that the page has a pager: then a block of pictures with short names may be a list too.
    """
    found: list[Listing] = []
    for block in blocks:
        lengths = [len(row.anchor.label) for row in block.rows]
        mean = sum(lengths) / len(lengths)
        if mean < 4 and len(lengths) > 3 and not paged:
            continue
        pictured = False
        days = _has_digits(block)
        if mean < 9 and not days:
            pictured = paged and len(lengths) >= 3 and mean >= 3 and _is_pictured(block)
            if not pictured:
                continue
        _drop_boxes(block)
        rows = read_rows(block, as_of, days=days)
        if rows and not (len(rows) == 1 and _leads_home(rows[0])):
            found.append(Listing(block, rows, pictured=pictured))
    return found


def _drop_boxes(block: Block) -> None:
    """Leave out of a block what is a box of its own beside the rows: 点击排行 with one entry in it."""
    if len(block.rows) < 2 or block.rows[0].node.tag not in _BOXES:
        return
    shapes = Counter(shape_of(row.node) for row in block.rows)
    if len(shapes) == 1:
        return
    usual = shapes.most_common(1)[0][0]
    block.rows = [row for row in block.rows if shape_of(row.node) == usual or not _is_side_box(row.node)]


_BOXES: Final = frozenset(("div", "section", "ul", "ol", "dl", "table"))


def _is_side_box(node: LexborNode) -> bool:
    heading = next(iter(read_runs(node)), "")
    return len(heading) <= 12 and _SIDE_HEADING.search(heading) is not None


def _leads_home(entry: DatedRow) -> bool:
    """Whether a row that stands alone is the name of the site in a header."""
    target = (entry.url or entry.row.anchor.href or "").strip()
    return target != "" and _HOME_ADDRESS(target) is not None


_HOME_ADDRESS = re.compile(r"(?:(?:https?:)?//[^/?#]+)?(?:\.{0,2}/)*(?:(?:index|default)\.\w{2,5})?\Z", re.I).match


def _is_pictured(block: Block) -> bool:
    if block.container.css_first("img") is None:
        return False
    return sum(1 for row in block.rows if row.node.css_first("img") is not None) * 2 >= len(block.rows)


_TITLE_YEAR = re.compile(r"(?<!\d)(20[012]\d)(?=年)")
_DATE_LIKE = re.compile(r"\d[-/.年月]\s?\d|\d[月日]|天前|小时前|今天|昨天")


def _has_digits(block: Block) -> bool:
    if any(row.anchor.title and _DATE_LIKE.search(row.anchor.title) for row in block.rows[:3]):
        return True
    return _DATE_LIKE.search(block.container.text(separator=" ")[:20_000]) is not None


def survey(listings: list[Listing], name: str | None) -> None:
    """Find the heading of each block, and whether it is a preview or stands aside."""
    for listing in listings:
        container = listing.block.container
        node: LexborNode | None = container
        for level in range(_LEVELS):
            if node is None or node.tag in ("body", "html"):
                break
            attributes = node.attributes
            if MARK in attributes:
                listing.island = True
            mark = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
            if node.tag in _HEAVY:
                listing.aside = True
            elif node.tag in _OPEN or (level < 4 and _SIDE_CLASS.search(mark)):
                listing.boxed = True
            if not listing.heading:
                listing.heading, more = _heading_before(node)
                listing.preview = listing.preview or more
            node = node.parent
        month = _MONTH_HEADING.match(listing.heading)
        if month is not None:
            listing.heading = ""
            listing.rows = [_under_month(row, int(month.group(1)), int(month.group(2))) for row in listing.rows]
        for row in listing.block.rows[-1:]:
            if _MORE.search(row.anchor.label) and len(row.anchor.label) <= 8:
                listing.preview = True
        if _SIDE_HEADING.search(listing.heading) and not (name and _alike(listing.heading, name)):
            listing.aside = True


_MONTH_HEADING = re.compile(r"((?:19|20)\d\d)\s?[年\-.]\s?(\d{1,2})\s?月?$")
_DAY_ALONE = re.compile(r"(?:^|\s)(\d{1,2})\s?日(?:\s|$)")


def _under_month(row: DatedRow, year: int, month: int) -> DatedRow:
    """A row of a chronicle: its day stands beside it, year and month in the heading above."""
    found = _DAY_ALONE.search(row.row.node.text(separator=" ")) if row.written is None else None
    day = make_day(year, month, int(found.group(1))) if found is not None else None
    return row if day is None else replace(row, written=Written(day, None, 0, 0), origin=DateFrom.LIST)


def _heading_before(node: LexborNode) -> tuple[str, bool]:
    """The short text right before an element, and whether it leads to more."""
    more = False
    sibling = node.prev
    for _ in range(6):
        if sibling is None:
            break
        text = sibling.text(separator=" ") if sibling.tag != "-comment" else ""
        if text and not text.isspace():
            text = fold(text)
            if len(text) > 60 or full_days(text):
                break  # a text, or an entry of another list
            if _MORE.search(text):
                more = True
                text = _MORE.sub("", text).strip(" >»[]")
            if len(text) >= 2:
                return text, more
        sibling = sibling.prev
    return "", more


def limit_for(listings: list[Listing], as_of: date) -> date:
    """The day not later than which days without a year lie.

    That is ``as_of``, unless everything else on the page says that the page is older (a saved page): five or more whole
    days or years in titles, none of them of this year or the last.
    """
    if all(row.written is None or row.written.day is not None for listing in listings for row in listing.rows):
        return as_of  # no day lacks its year
    years: list[int] = []
    named: list[int] = []
    for listing in listings:
        for row in listing.rows:
            if row.written is not None and row.written.day is not None:
                years.append(row.written.day.year)
            in_title = full_days(row.title) if "年" in row.title else []
            years.extend(written.day.year for written in in_title if written.day is not None)
            named.extend(int(year) for year in _TITLE_YEAR.findall(row.title))
    for seen, least in ((years, 3), (named, 5)):
        seen = [year for year in seen if year <= as_of.year]
        if len(seen) >= least:
            return as_of if max(seen) >= as_of.year - 1 else date(max(seen), 12, 31)
    return as_of


def choose(
    listings: list[Listing], *, name: str | None, limit: date, as_of: date, says_empty: bool, has_pager: bool
) -> Choice:
    """The list of a column page.  Where no block may be it, none is chosen: no list is better than a wrong one."""
    left_out: list[str] = []
    candidates: list[tuple[float, Listing]] = []
    boxed: list[Listing] = []
    for listing in listings:
        if listing.aside or listing.boxed:
            own = not listing.heading or (name is not None and _alike(listing.heading, name))
            if not listing.aside and own and listing.dated >= 2 and not listing.preview and not says_empty:
                boxed.append(listing)
            if listing.dated >= 2:
                left_out.append(
                    f"“{listing.heading or '侧栏'}”一组 {len(listing.rows)} 条未计入：它在侧栏、菜单或页脚中"
                )
            continue
        if not listing.is_titled:
            continue
        other = bool(listing.heading and name and not _alike(listing.heading, name))
        if listing.preview and other and (says_empty or has_pager):
            left_out.append(f"“{listing.heading}”一组 {len(listing.rows)} 条未计入：它是别的栏目的摘要")
            continue
        candidates.append((_score(listing, name), listing))
    weight = max((_evidence(listing) for _, listing in candidates), default=0)
    # A few stray entries do not make a list of what stands beside a much larger dated one.
    boxed = [listing for listing in boxed if not weight or (weight <= 2 and _evidence(listing) >= 4 * weight)]
    if boxed:
        # Nothing else is dated, and nothing says that this is another column: then the box only has a wrong name.
        candidates = [(_score(listing, name), listing) for listing in boxed]
        left_out = []
    if not candidates:
        return Choice(left_out=tuple(left_out))
    candidates.sort(key=lambda pair: -pair[0])
    best = candidates[0][1]
    if best.dated and not best.written:
        better = _written_and_newer(best, [listing for _, listing in candidates[1:]], limit)
        if better is not None:
            best = better
            candidates.sort(key=lambda pair: pair[1] is not better)
    if best.dated == 0 and (len(best.rows) < 3 or says_empty):
        return Choice(left_out=tuple(left_out))
    previews = [listing for _, listing in candidates if listing.preview and listing.dated]
    if best.preview and len(previews) >= 2 and not says_empty:
        items = [item for listing in previews for item in complete(listing.rows, limit)]
        return Choice(tuple(items), best, _texts(previews), tuple(left_out))
    shape = _address_shape(best) if len(candidates) > 1 else None
    parts = [best]
    for _, listing in candidates[1:]:
        if (
            listing.dated
            and shape is not None
            and not listing.preview
            and _address_shape(listing) == shape
            and (not listing.heading or name is None or _alike(listing.heading, name))
        ):
            parts.append(listing)  # one list in two pieces of markup: the pinned rows in a table of their own
        elif listing.dated >= 2:
            left_out.append(f"“{listing.heading or '另一组'}”一组 {len(listing.rows)} 条未计入：不是本页的主列表")
    parts.sort(key=lambda part: part.block.order)
    rows = [row for part in parts for row in part.rows]
    return Choice(tuple(complete(rows, limit)), best, _texts(parts), tuple(left_out))


def _written_and_newer(best: Listing, others: list[Listing], limit: date) -> Listing | None:
    """A list with written days that is newer than one whose days stand in its addresses only (offices, menus)."""

    def newest(listing: Listing) -> date:
        return max((item.date for item in complete(listing.rows, limit) if item.date is not None), default=date.min)

    for listing in others:
        if listing.written >= 3 and not listing.preview and newest(listing) > newest(best):
            return listing
    return None


def _texts(listings: list[Listing]) -> frozenset[str]:
    found: set[str] = set()
    for listing in listings:
        for entry in listing.rows:
            text = entry.row.anchor.text
            found.add(text)
            if " " in text or len(text) > 40:
                found.update(run for run in read_runs(entry.row.anchor.node) if len(run) >= 6)
    return frozenset(found)


def _evidence(listing: Listing) -> int:
    """How many days speak for a list: those in addresses count little where no title stands before them."""
    return listing.dated if listing.mean_title >= 9 else listing.written


def _score(listing: Listing, name: str | None) -> float:
    score = float(len(listing.rows)) + 2.0 * listing.written + 0.5 * (listing.dated - listing.written)
    score += 6 if listing.heading and name and _alike(listing.heading, name) else 0
    score -= 0.7 * score if listing.preview else 0
    score += 30 if listing.island else 0
    return score if listing.dated else score * min(1.0, listing.mean_title / 12)


def _address_shape(listing: Listing) -> str | None:
    """The form that most addresses of a block have, numbers aside; ``None`` where there is none."""
    shapes = Counter(re.sub(r"\d+", "0", row.url) for row in listing.rows if row.url)
    addressed = sum(shapes.values())
    if not shapes:
        return None
    shape, count = shapes.most_common(1)[0]
    return shape if count * 2 >= addressed else None


def _alike(heading: str, name: str) -> bool:
    return heading == name or heading in name or name in heading


def all_days(listings: list[Listing], limit: date) -> list[Item]:
    """Items of all blocks with a day: of a home page, whose freshness is that of anything on it."""
    return [item for listing in listings for item in complete(listing.rows, limit) if item.date is not None]


def newest_of(items: tuple[Item, ...] | list[Item], as_of: date) -> tuple[Item | None, list[Item]]:
    """The newest item and those that were passed over because their day has not come.

    Where every day lies after ``as_of`` the page is simply younger than that day, and the newest counts.  A pinned item
    counts by its day like any other, but not alone: where all that is dated is pinned, nothing is known.
    """
    dated = [item for item in items if item.date is not None]
    if not dated:
        return None, []
    until = as_of + timedelta(days=1)
    past = [item for item in dated if item.date is not None and item.date <= until]
    future = [item for item in dated if item.date is not None and item.date > until]
    pool = past or dated
    free = [item for item in pool if not item.pinned]
    if not free and len(items) > len(dated):
        return None, []
    best = max(pool, key=lambda item: item.date or date.min)
    return best, future if past else []


def option_items(document: Document) -> list[Item]:
    """A list that is a ``<select>``: options that name issues or years of one thing (``2018年第5期``)."""
    for node in document.tree.css("select"):
        texts = [fold(option.text()) for option in node.css("option")]
        numbered = [
            text for text in texts if re.search(r"(?:19|20)\d\d\s*年|第\s*\d+\s*期|\d+号", text) and len(text) >= 6
        ]
        if len(numbered) >= 5 and len(numbered) * 10 >= len(texts) * 8:
            return [Item(text, None, None, None) for text in numbered]
    return []


def plain_rows(document: Document, as_of: date) -> list[Item]:
    """A table or list without anchors: rows that have a title and a day, as texts only."""
    for container in document.tree.css("table,ul,ol,tbody"):
        rows = [child for child in container.iter(include_text=False) if child.tag in ("tr", "li")]
        if not 3 <= len(rows) <= 300 or container.css_first("a[href]") is not None:
            continue
        items: list[Item] = []
        for row in rows:
            pieces = [piece for raw in row.text(separator="\n").split("\n") if (piece := raw.strip())]
            if not 2 <= len(pieces) <= 12:
                continue
            found = _plain_item(pieces, as_of)
            if found is not None:
                items.append(found)
        if len(items) >= 3 and len(items) * 10 >= len(rows) * 6:
            return items
    return []


_WHOLE_DAY = re.compile(r"\(?((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?\)?(?:\s+\d\d:\d\d(?::\d\d)?)?")


def _plain_item(pieces: list[str], as_of: date) -> Item | None:
    day: date | None = None
    titles: list[str] = []
    for piece in pieces:
        match = _WHOLE_DAY.fullmatch(narrow(piece))
        if match is not None:
            day = make_day(int(match.group(1)), int(match.group(2)), int(match.group(3)))
        elif len(piece) >= 4 and re.search(r"[\u4e00-\u9fff]", piece):
            titles.append(piece)
    if day is None or not titles or day > as_of + timedelta(days=366):
        return None
    return Item(max(titles, key=len)[:400], None, day, DateFrom.LIST)


__all__ = [
    "Choice",
    "Listing",
    "all_days",
    "choose",
    "limit_for",
    "newest_of",
    "option_items",
    "plain_rows",
    "read_blocks",
    "survey",
]
