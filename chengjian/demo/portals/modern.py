"""云溪市: a modern portal.

Clean HTML5 with ``<time datetime>``, a site map, ETags, relative days, moved archives (301), robots.txt with a
``Crawl-delay``; whatever it does not have it answers with 200 in its own template (a soft 404), and it refuses HEAD on
files.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from chengjian.demo.content import files, statutory, traps
from chengjian.demo.content.articles import Article, Attachment, Column, Draft
from chengjian.demo.content.days import relative
from chengjian.demo.content.newsroom import Newsroom
from chengjian.demo.content.place import YUNXI
from chengjian.demo.promises import PortalPromise
from chengjian.demo.site import Answer, Ask, Setting, Site, redirect

_UNDATED = "organs"
_ARCHIVED = 5  # articles that are also linked by the address that they had in the old system
_PAGES = (
    ("/guide/", "政府信息公开指南", statutory.guide(YUNXI)),
    ("/commitment/service.html", "政务服务质量承诺", statutory.service_commitment(YUNXI)),
    ("/commitment/integrity.html", "政务诚信承诺", statutory.integrity_commitment(YUNXI)),
)


class ModernPortal(Site):
    folder = "yunxi"

    def __init__(self, promise: PortalPromise, setting: Setting) -> None:
        super().__init__(promise, setting)
        newsroom = Newsroom(YUNXI, setting.as_of, 5200)
        self._columns = {c.key: newsroom.column(c, *_EXTRA.get(c.key, ())) for c in promise.columns}
        self._paths = {c.key: c.path for c in promise.columns}
        self._asked_service = False
        self._globals |= {
            "columns": self._columns,
            "paths": self._paths,
            "address": self._address,
            "ago": self._ago,
        }
        for column in self._columns.values():
            self._put_column(column)
        self._put_front()
        self._put_archives()
        self._put_standing_pages()
        self._fall_ill()

    # ---- its manners

    def not_found(self, ask: Ask) -> Answer:
        """200 in the portal's own template, whatever was asked for."""
        return self._page("error.html")

    def answer(self, ask: Ask) -> Answer:
        if ask.method == "HEAD" and ask.path.startswith("/files/"):
            return Answer(status=405, headers=(("Allow", "GET"),))
        answer = super().answer(ask)
        if answer.status != 200:
            return answer
        etag = f'"{hashlib.blake2b(answer.body, digest_size=8).hexdigest()}"'
        if ask.headers.get("if-none-match") == etag:
            return Answer(status=304, content_type=None, headers=(("ETag", etag),))
        return replace(answer, headers=(*answer.headers, ("ETag", etag)))

    def _address(self, key: str, article: Article) -> str:
        return f"{self._paths[key]}{article.day.year}/yx-{article.number}.html"

    def _ago(self, day: date) -> str:
        return relative(day, self.setting.as_of)

    # ---- its pages

    def _put_front(self) -> None:
        self._put_page("/", "index.html")
        self._put("/index.html", redirect("/", 301))
        self._put_file("/assets/site.css", self._render("site.css").encode(), "text/css")
        self._put_file("/assets/site.js", self._render("site.js").encode(), "text/javascript")
        self._put_file("/robots.txt", self._render("robots.txt").encode(), "text/plain")
        self._prefixes["/calendar"] = self._calendar
        self._prefixes["/login"] = lambda ask: self._page("login.html")
        self._put("/service/", self._weak_at_first(self._page("text.html", name="便民服务", draft=_SERVICE)))
        addresses = [self._address(c.key, a) for c in self._columns.values() for a in c.articles]
        sitemap = self._render("sitemap.xml", addresses=[*self._paths.values(), *addresses])
        self._put_file("/sitemap.xml", sitemap.encode(), "application/xml")

    def _weak_at_first(self, page: Answer) -> Callable[[Ask], Answer]:
        """Fails once with 503 and works from then on."""

        def answer(ask: Ask) -> Answer:
            if self._asked_service:
                return page
            self._asked_service = True
            return replace(self._page("busy.html"), status=503)

        return answer

    def _calendar(self, ask: Ask) -> Answer:
        """A month with links to the month before and after: there is no end to them."""
        fields = dict(pair.partition("=")[::2] for pair in ask.target.partition("?")[2].split("&"))
        try:
            month = date(int(fields["year"]), int(fields["month"]), 1)
        except (KeyError, ValueError, OverflowError):
            month = self.setting.as_of.replace(day=1)
        before, after = ((month.year * 12 + month.month - 1 + step) for step in (-1, 1))
        return self._page("calendar.html", month=month, steps=[(n // 12, n % 12 + 1) for n in (before, after)])

    def _put_column(self, column: Column) -> None:
        dated = column.key != _UNDATED
        self._put_page(self._paths[column.key], "list.html", column=column, dated=dated)
        for place, article in enumerate(column.articles):
            whole = self._with_extras(column, article, place)
            self._put_page(
                self._address(column.key, article), "article.html", column=column, article=whole, dated=dated
            )

    def _with_extras(self, column: Column, article: Article, place: int) -> Article:
        match column.key, place:
            case "policies", 0:
                sound = self._attach("/files/2026/fa.pdf", "实施方案.pdf", files.pdf(article.paragraphs), files.PDF)
                dead = Attachment(self.promise.link("error_as_file").anchor, self._url("error_as_file"))
                return article.having(attachments=(sound, dead))
            case "policies", 2:
                return article.having(related=((self.promise.link("vanished").anchor, self._url("vanished")),))
            case "notices", 1:
                return article.having(related=((self.promise.link("withdrawn").anchor, self._url("withdrawn")),))
            case "news", 0:
                self._put_file("/files/2026/photo.png", files.png(640, 360, (40, 80, 140), (240, 190, 120)), files.PNG)
                return article.having(images=("/files/2026/photo.png",))
        return article

    def _put_archives(self) -> None:
        moved = [(f"/archives/{a.number}.html", a) for a in self._columns["news"].articles[-_ARCHIVED:]]
        for target, article in moved:
            self._put(target, redirect(self._address("news", article), 301))
        self._put_page("/topics/", "topics.html", moved=moved)

    def _put_standing_pages(self) -> None:
        for path, name, draft in _PAGES:
            self._put_page(path, "text.html", name=name, draft=draft)
        self._put_page("/catalogue/", "catalogue.html")
        draft, table = statutory.credit_commitments(YUNXI)
        name = "使用信用承诺的行政许可事项清单"
        self._put_page("/commitment/credit-list.html", "text.html", name=name, draft=draft, table=table)
        powers = statutory.power_table(YUNXI)
        workbook = self._attach("/files/2026/qzqd.xlsx", "权责清单.xlsx", files.xlsx(powers.lines), files.XLSX)
        self._put_page(
            "/power-list/",
            "text.html",
            name="权责清单",
            draft=statutory.power_list(YUNXI),
            table=powers,
            attachment=workbook,
        )


_SERVICE = Draft(
    "便民服务",
    (
        "本栏目提供公交、供水、供电、社保等常用服务的办理地点和电话。",
        "服务时间为工作日上午8:30至下午5:30，节假日安排另行公布。",
    ),
)
_EXTRA = {
    "news": (traps.power_list_headline(YUNXI), traps.plan_headline(YUNXI)),
    "notices": (traps.recruitment_notice(YUNXI), traps.maintenance_headline(YUNXI)),
}
