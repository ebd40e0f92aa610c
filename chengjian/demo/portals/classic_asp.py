"""柳湾区: an old ASP portal.  gb2312, a frameset, tables, days without a year, targets in onclick and in menus."""

from dataclasses import replace
from datetime import date

from chengjian.demo.content import files, statutory, traps
from chengjian.demo.content.articles import Article, Column, Draft
from chengjian.demo.content.days import today_banner
from chengjian.demo.content.newsroom import Newsroom
from chengjian.demo.content.place import LIUWAN
from chengjian.demo.promises import PortalPromise
from chengjian.demo.site import Answer, Ask, Setting, Site, banner

_BARE = "text/html"  # the header says nothing of the charset; the page does
_WRONG = "text/html; charset=utf-8"  # and here the header is wrong
_MISLABELLED = "xzdt"
_SHORT_DATES = 300  # days: a younger item is shown as (MM-DD)


class ClassicAspPortal(Site):
    folder = "liuwan"
    encoding = "gb18030"

    def __init__(self, promise: PortalPromise, setting: Setting) -> None:
        super().__init__(promise, setting)
        newsroom = Newsroom(LIUWAN, setting.as_of, 9100)
        self._columns = {c.key: newsroom.column(c, *_EXTRA.get(c.key, ())) for c in promise.columns}
        self._globals |= {
            "banner": today_banner(setting.as_of),
            "day": self._day,
            "paths": {c.key: c.path for c in promise.columns},
            "columns": self._columns,
        }
        self._put_front()
        self._put_columns()
        self._put_standing_pages()
        self._fall_ill()

    def _asp(self, template: str, content_type: str = _BARE, **values: object) -> Answer:
        return self._encoded(self._render(template, **values), 200, content_type)

    def not_found(self, ask: Ask) -> Answer:
        return self._page("error.html", status=404, content_type=_BARE)

    def _day(self, day: date) -> str:
        """(11-03) for this year's items, [2023-8-5] for old ones."""
        if (self.setting.as_of - day).days < _SHORT_DATES:
            return f"({day:%m-%d})"
        return f"[{day.year}-{day.month}-{day.day}]"

    def _put_front(self) -> None:
        self._put("/", self._asp("frameset.html"))
        self._put("/blank.asp", self._asp("blank.html"))
        friends = {
            "云溪市人民政府": self.setting.base_urls["yunxi"],
            "云溪政务服务网": self.setting.base_urls["neighbour"],
            self.promise.link("friend").anchor: self._url("friend"),
        }
        self._put(
            "/index.asp",
            self._asp("index.html", friends=friends, popup=self.promise.link("popup"), picture=self._url("picture")),
        )
        self._put("/images/top.png", banner((168, 24, 24), (232, 120, 72)))
        self._put_file("/images/dot.gif", files.GIF_DOT, "image/gif")
        self._put_file("/css/style.css", self._render("style.css").encode(), "text/css")

    def _put_columns(self) -> None:
        dead = self.promise.link("article")
        for column in self._columns.values():
            dated = self.promise.column(column.key).newest(self.setting.as_of) is not None
            content_type = _WRONG if column.key == _MISLABELLED else _BARE
            tail = ((dead.anchor, dead.address),) if column.key == "zwdt" else ()
            self._put(
                self.promise.column(column.key).path,
                self._asp("class.html", content_type, column=column, dated=dated, tail=tail),
            )
            for article in column.articles:
                self._put_article(column, article, dated=dated)

    def _put_article(self, column: Column, article: Article, *, dated: bool) -> None:
        if article == column.articles[0] and column.key == "zcwj":
            form = self._attach(
                "/uploadfile/20260318.docx", "附件：申请表.docx", files.docx(article.paragraphs), files.DOCX
            )
            article = replace(article, attachments=(form,))
        target = f"/news_show.asp?id={article.number}"
        self._put(target, self._asp("show.html", column=column, article=article, dated=dated))

    def _put_standing_pages(self) -> None:
        pages = {1: ("区情概况", _OVERVIEW), 2: ("政府信息公开指南", statutory.guide(LIUWAN))}
        pages |= {5: ("政务服务质量承诺", statutory.service_commitment(LIUWAN))}
        for number, (name, draft) in pages.items():
            self._put(f"/about.asp?id={number}", self._asp("about.html", name=name, draft=draft))
        self._put("/gkml.asp", self._asp("catalogue.html"))


_OVERVIEW = Draft(
    "柳湾区概况",
    (
        "柳湾区位于云溪市北部，因柳湾河而得名，辖三个街道、两个镇，面积六百余平方公里。",
        "区内盛产竹编和莲藕，水陆交通便利，是云溪市重要的商贸和生态涵养区域。",
    ),
)
_EXTRA = {
    "zwdt": (traps.power_list_headline(LIUWAN), traps.plan_headline(LIUWAN)),
    "tzgg": (traps.recruitment_notice(LIUWAN), traps.maintenance_headline(LIUWAN)),
}
