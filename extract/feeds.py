"""Feeds and sitemaps: RSS, Atom, sitemaps of the sitemaps protocol 0.9 with the news extension, and their indexes."""

import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Final

import feedparser  # type: ignore[import-untyped]  # it comes without types
from lxml import etree

from extract.addresses import absolute
from extract.charset import decode
from extract.dates import first_day, full_days, narrow
from extract.document import fold
from records.outlets import ListedItem

CHINA: Final = timezone(timedelta(hours=8))
_HEAD: Final = 4096  # bytes in which the root element stands
_MOST: Final = 50_000  # addresses of one sitemap, as the protocol allows
_ROOT = re.compile(
    r"^\s*(?:<\?[^>]{0,500}\?>\s*|<!--.{0,2000}?-->\s*|<!DOCTYPE[^>\[]{0,300}(?:\[[^\]]{0,2000}\]\s*)?>\s*)*<(?:\w+:)?(\w+)[\s>/]",
    re.S,
)
_ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d|\b(?:GMT|UTC?|CST|BJT|[ECMP][SD]T))\s*$")
_TAG = re.compile(r"<[^<>]{1,200}>")


class SyndicationKind(StrEnum):
    FEED = "feed"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap_index"


_KINDS: Final = {
    "rss": SyndicationKind.FEED,
    "feed": SyndicationKind.FEED,
    "RDF": SyndicationKind.FEED,
    "rdf": SyndicationKind.FEED,
    "urlset": SyndicationKind.SITEMAP,
    "sitemapindex": SyndicationKind.SITEMAP_INDEX,
}


@dataclass(frozen=True, slots=True)
class Syndication:
    """What a feed or sitemap names.  Of an index the items are further sitemaps."""

    kind: SyndicationKind
    items: tuple[ListedItem, ...]
    title: str = ""
    trouble: str = ""  # Chinese: what of it could not be read


def kind_of_syndication(body: bytes) -> SyndicationKind | None:
    """What the root element says; ``None`` for pages and everything else."""
    head, _ = decode(body[:_HEAD])
    found = _ROOT.match(head.lstrip("\ufeff"))
    return None if found is None else _KINDS.get(found.group(1))


def read_syndication(body: bytes, *, url: str, as_of: date) -> Syndication | None:
    """Read a feed or a sitemap; ``None`` where the body is neither.  Never raises on any bytes.

    Days are those of China.  An instant without a zone is taken as it is written: feeds of ours mean local time.
    """
    kind = kind_of_syndication(body)
    if kind is None:
        return None
    if kind is SyndicationKind.FEED:
        return _feed(body, url, as_of)
    return _sitemap(body, url, as_of, kind)


def _feed(body: bytes, url: str, as_of: date) -> Syndication:
    parsed: Any = feedparser.parse(io.BytesIO(body), response_headers={"content-location": url}, sanitize_html=False)
    items = []
    for entry in parsed.entries[:_MOST]:
        link = absolute(url, str(entry.get("link") or entry.get("id") or ""))
        if link is None:
            continue
        title = fold(_TAG.sub("", str(entry.get("title") or "")))
        day = _day_of(entry, "published", as_of) or _day_of(entry, "updated", as_of)
        changed = _instant_of(entry, "updated") or _instant_of(entry, "published")
        items.append(ListedItem(link, title, day, changed))
    trouble = ""
    if parsed.bozo and not items:
        trouble = "订阅源不是合格的 XML，未能读出条目"
    return Syndication(SyndicationKind.FEED, tuple(items), fold(str(parsed.feed.get("title") or "")), trouble)


def _day_of(entry: Any, word: str, as_of: date) -> date | None:
    # ``entry.get`` gives ``published`` where there is no ``updated``, and warns of it.
    raw = narrow(str(dict.get(entry, word) or ""))
    if raw and _ZONE.search(raw.strip()) is None:
        days = full_days(raw)
        if days:
            return days[0].day
    parsed = dict.get(entry, f"{word}_parsed")
    if parsed is not None:
        moment = _moment(parsed)
        if moment is not None:
            return moment.date()
    written = first_day(raw, as_of) if raw and len(raw) < 80 else None
    return written.day if written is not None else None


def _instant_of(entry: Any, word: str) -> str | None:
    parsed = dict.get(entry, f"{word}_parsed")
    moment = _moment(parsed) if parsed is not None else None
    return moment.isoformat() if moment is not None else None


def _moment(parsed: Any) -> datetime | None:
    try:
        year, month, day, hour, minute, second = parsed[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).astimezone(CHINA)
    except (ValueError, TypeError, OverflowError):
        return None


def _sitemap(body: bytes, url: str, as_of: date, kind: SyndicationKind) -> Syndication:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return Syndication(kind, (), trouble="站点地图不是合格的 XML，未能读出地址")
    items = []
    for node in root.iterchildren():
        if not isinstance(node.tag, str):
            continue
        words = {
            etree.QName(child).localname: fold(child.text or "")
            for child in node.iter()
            if isinstance(child.tag, str) and child is not node
        }
        link = absolute(url, words.get("loc", ""))
        if link is None:
            continue
        published, changed = words.get("publication_date", ""), words.get("lastmod", "")
        items.append(
            ListedItem(
                link,
                words.get("title", ""),
                _written_day(published, as_of) or _written_day(changed, as_of),
                changed or published or None,
            )
        )
        if len(items) >= _MOST:
            break
    return Syndication(kind, tuple(items))


def _written_day(text: str, as_of: date) -> date | None:
    """The day of a W3C date or instant, in China."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        written = first_day(narrow(text), as_of) if len(text) < 80 else None
        return written.day if written is not None else None
    return moment.astimezone(CHINA).date() if moment.tzinfo is not None else moment.date()
