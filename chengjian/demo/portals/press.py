"""The papers of the city: 云溪日报 with list pages in GB18030, 云溪在线 with a feed and a news sitemap, three more.

And a site of novels to which a list page links: it is on nobody's list of outlets, and must not be read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from email.utils import format_datetime
from typing import Final

from chengjian.demo.content.days import days_before
from chengjian.demo.content.press import BROADCAST, DAILY, EVENING, NOVEL, ONLINE, PROVINCE, Piece, Story
from chengjian.demo.promises import PortalPromise
from chengjian.demo.site import Setting, Site
from records.outlets import Entry, EntryKind, Outlet, OutletLevel

DAILY_KEY, ONLINE_KEY, NOVELS_KEY = "daily", "online", "novels"
EVENING_KEY, BROADCAST_KEY, PROVINCE_KEY = "evening", "broadcast", "province"
_PAGE: Final = 5  # pieces on one list page
_CHINA: Final = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Printed:
    """A piece with its address and its day."""

    href: str
    title: str
    day: date
    source: str
    story: Story
    paragraphs: tuple[str, ...]
    in_two_parts: bool

    @property
    def rfc822(self) -> str:
        return format_datetime(datetime.combine(self.day, time(8, 30), _CHINA))


class Newspaper(Site):
    """A paper with list pages, articles, a feed and a sitemap."""

    folder = "press"

    def __init__(self, key: str, name: str, pieces: Sequence[Piece], setting: Setting, *, encoding: str) -> None:
        super().__init__(PortalPromise(key=key, name=name, make="报社网站"), setting)
        self.encoding = encoding
        self._globals |= {"paper": name, "charset": encoding}
        printed = [self._printed(number, piece) for number, piece in enumerate(pieces, start=101)]
        self.printed = tuple(sorted(printed, key=lambda one: one.day, reverse=True))
        self._put_lists()
        for one in self.printed:
            self._put_piece(one)
        base = setting.base_urls[key]
        for target, template in (("/rss.xml", "feed.xml"), ("/sitemap-news.xml", "sitemap.xml")):
            text = self._render(template, pieces=self.printed, base=base)
            self._put_file(target, text.encode(), "application/xml")

    def _printed(self, number: int, piece: Piece) -> Printed:
        day = days_before(self.setting.as_of, piece.age)
        href = f"/{day:%Y}/{day:%m-%d}/{number}.html"
        source = piece.source or self.promise.name
        return Printed(href, piece.draft.title, day, source, piece.story, piece.draft.paragraphs, piece.in_two_parts)

    def _put_lists(self) -> None:
        chunks = [self.printed[start : start + _PAGE] for start in range(0, len(self.printed), _PAGE)]
        names = ["/list.html", *(f"/list_{number}.html" for number in range(2, len(chunks) + 1))]
        novel = f"{self.setting.base_urls[NOVELS_KEY]}book/37.html" if self.promise.key == DAILY_KEY else None
        for place, (name, chunk) in enumerate(zip(names, chunks, strict=True)):
            self._put_page(
                name,
                "list.html",
                column="要闻",
                pieces=chunk,
                pages=len(chunks),
                novel=novel if place == 0 else None,
                previous=names[place - 1] if place else None,
                next=names[place + 1] if place + 1 < len(names) else None,
            )
        self._put("/", self._routes["/list.html"])

    def _put_piece(self, one: Printed) -> None:
        if not one.in_two_parts:
            self._put_page(one.href, "article.html", one=one, paragraphs=one.paragraphs, next=None)
            return
        second = one.href.replace(".html", "_2.html")
        self._put_page(one.href, "article.html", one=one, paragraphs=one.paragraphs[:-1], next=second)
        self._put_page(second, "article.html", one=one, paragraphs=one.paragraphs[-1:], next=None)


class Novels(Site):
    """A site of novels about officials."""

    folder = "neighbour"

    def __init__(self, setting: Setting) -> None:
        super().__init__(PortalPromise(key=NOVELS_KEY, name="夜读小说", make="小说网站"), setting)
        self._put_file("/book/37.html", "".join((f"<h1>{NOVEL.title}</h1>", *NOVEL.paragraphs)).encode(), "text/html")


def build_press(setting: Setting) -> dict[str, Site]:
    """The servers of the press, by key."""
    return {
        DAILY_KEY: Newspaper(DAILY_KEY, "云溪日报", DAILY, setting, encoding="gb18030"),
        ONLINE_KEY: Newspaper(ONLINE_KEY, "云溪在线", ONLINE, setting, encoding="utf-8"),
        EVENING_KEY: Newspaper(EVENING_KEY, "云溪晚报", EVENING, setting, encoding="utf-8"),
        BROADCAST_KEY: Newspaper(BROADCAST_KEY, "云溪广播电视台", BROADCAST, setting, encoding="utf-8"),
        PROVINCE_KEY: Newspaper(PROVINCE_KEY, "虚构省新闻网", PROVINCE, setting, encoding="gb18030"),
        NOVELS_KEY: Novels(setting),
    }


def press_outlets(base_urls: Mapping[str, str]) -> tuple[Outlet, ...]:
    """The list of outlets of the demo city: the papers, and not the novels."""
    daily, online = base_urls[DAILY_KEY], base_urls[ONLINE_KEY]
    evening, broadcast, province = base_urls[EVENING_KEY], base_urls[BROADCAST_KEY], base_urls[PROVINCE_KEY]
    return (
        Outlet(
            "yunxi-ribao",
            "云溪日报",
            "云溪市",
            OutletLevel.CITY,
            (_host(daily),),
            (Entry(EntryKind.LIST, f"{daily}list.html", "要闻"),),
        ),
        Outlet(
            "yunxi-zaixian",
            "云溪在线",
            "云溪市",
            OutletLevel.CITY,
            (_host(online),),
            (
                Entry(EntryKind.FEED, f"{online}rss.xml", "订阅"),
                Entry(EntryKind.SITEMAP, f"{online}sitemap-news.xml", "新闻站点地图"),
            ),
        ),
        Outlet(
            "yunxi-wanbao",
            "云溪晚报",
            "云溪市",
            OutletLevel.CITY,
            (_host(evening),),
            (Entry(EntryKind.FEED, f"{evening}rss.xml", "订阅"),),
        ),
        Outlet(
            "yunxi-guangdian",
            "云溪广播电视台",
            "云溪市",
            OutletLevel.CITY,
            (_host(broadcast),),
            (Entry(EntryKind.LIST, f"{broadcast}list.html", "要闻"),),
        ),
        Outlet(
            "xugou-xinwen",
            "虚构省新闻网",
            "虚构省",
            OutletLevel.PROVINCE,
            (_host(province),),
            (Entry(EntryKind.LIST, f"{province}list.html", "要闻"),),
        ),
    )


def _host(base: str) -> str:
    return base.partition("://")[2].rstrip("/")
