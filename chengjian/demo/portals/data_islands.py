"""雁塘县: a portal of the jcms kind.

Lists lie in the page as data (``<record><![CDATA[…]]></record>``) and are drawn by script; one comes from a JSON
interface; links carry session ids; articles carry share buttons; one page sets a cookie before it shows itself.
"""

import hashlib
import itertools
import json
from dataclasses import replace

from chengjian.demo.content import files, statutory, traps
from chengjian.demo.content.articles import Article, Column, Draft
from chengjian.demo.content.newsroom import Newsroom
from chengjian.demo.content.place import YANTANG
from chengjian.demo.promises import PortalPromise
from chengjian.demo.site import Answer, Ask, Setting, Site, banner, redirect

_BY_INTERFACE = "xzxk"  # the column whose list comes as JSON
_INTERFACE = "/module/api/list.do?columnid=105&page=1"
_SLOW = 2.0  # seconds
_VISIT = "yt_visit=1"
_TEXTS = (
    (110, "政府信息公开指南", statutory.guide(YANTANG)),
    (112, "政务服务质量承诺", statutory.service_commitment(YANTANG)),
    (113, "政务诚信承诺", statutory.integrity_commitment(YANTANG)),
)


class DataIslandPortal(Site):
    folder = "yantang"

    def __init__(self, promise: PortalPromise, setting: Setting) -> None:
        super().__init__(promise, setting)
        newsroom = Newsroom(YANTANG, setting.as_of, 2010)
        self._columns = {c.key: newsroom.column(c, *_EXTRA.get(c.key, ())) for c in promise.columns}
        self._paths = {c.key: c.path for c in promise.columns}
        self._visits = itertools.count()
        self._globals |= {"columns": self._columns, "paths": self._paths, "address": self._address}
        self._put_front()
        for column in self._columns.values():
            self._put_column(column)
        self._put_disclosures()
        self._fall_ill()

    def answer(self, ask: Ask) -> Answer:
        """A session id in an address names no other page; a new one is given to every visitor without a cookie."""
        path, mark, tail = ask.target.partition(";jsessionid=")
        if mark:
            _, question, query = tail.partition("?")
            ask = replace(ask, target=path + question + query)
        answer = super().answer(ask)
        return replace(answer, body=answer.body.replace(b"@SESSION@", self._session())) if answer.body else answer

    def _session(self) -> bytes:
        return hashlib.blake2b(str(next(self._visits)).encode(), digest_size=16).hexdigest().upper().encode()

    def _address(self, key: str, article: Article) -> str:
        number = self._paths[key].removeprefix("/col/col").partition("/")[0]
        return f"/art/{article.day.year}/{article.day.month}/{article.day.day}/art_{number}_{article.number}.html"

    def _put_front(self) -> None:
        self._put_page("/", "index.html")
        self._put("/index.html", redirect("/", 301))
        self._put("/module/visit/guestbook.do", self._visitors_only)
        self._put(
            "/col/col140/index.html", replace(self._page("text.html", name="县情概况", draft=_OVERVIEW), delay=_SLOW)
        )
        self._put("/images/head.png", banner((10, 110, 110), (120, 200, 180)))
        self._put_file("/css/yt.css", self._render("yt.css").encode(), "text/css")
        self._put_file("/script/jpage.js", self._render("jpage.js").encode(), "application/javascript")

    def _visitors_only(self, ask: Ask) -> Answer:
        """Sends whoever comes without its cookie back to the same address with the cookie: no redirect loop."""
        if _VISIT.partition("=")[0] in ask.cookies:
            return self._page("text.html", name="建言献策", draft=_SUGGESTIONS)
        return redirect(ask.target, 302, ("Set-Cookie", f"{_VISIT}; Path=/"))

    def _put_column(self, column: Column) -> None:
        template = "interface_list.html" if column.key == _BY_INTERFACE else "list.html"
        self._put_page(self._paths[column.key], template, column=column, interface=_INTERFACE)
        if column.key == _BY_INTERFACE:
            self._put_file(_INTERFACE, self._listing(column), "application/json;charset=UTF-8")
        for place, article in enumerate(column.articles):
            whole = self._with_extras(column, article, place)
            self._put_page(self._address(column.key, article), "article.html", column=column, article=whole)

    def _listing(self, column: Column) -> bytes:
        rows = [
            {
                "id": article.number,
                "title": article.title,
                "url": self._address(column.key, article),
                "publishDate": f"{article.day} 09:00:00",
            }
            for article in column.articles
        ]
        listing = {"code": 200, "message": "success", "data": {"total": len(rows), "pageSize": 20, "rows": rows}}
        return json.dumps(listing, ensure_ascii=False).encode()

    def _with_extras(self, column: Column, article: Article, place: int) -> Article:
        match column.key, place:
            case "ytyw", 4:
                hollow = self.promise.link("hollow")
                return article.having(related=((hollow.anchor, hollow.address),))
            case "gsgg", 0:
                sound = self._attach(
                    "/attach/0/202609281030.pdf", "公示名单.pdf", files.pdf(article.paragraphs), files.PDF
                )
                return article.having(attachments=(sound,))
        return article

    def _put_disclosures(self) -> None:
        self._put_page("/col/col111/index.html", "catalogue.html")
        for number, name, draft in _TEXTS:
            self._put_page(f"/col/col{number}/index.html", "text.html", name=name, draft=draft)
        draft, table = statutory.credit_commitments(YANTANG)
        self._put_page("/col/col114/index.html", "text.html", name="信用承诺事项清单", draft=draft, table=table)


_OVERVIEW = Draft(
    "雁塘县概况",
    ("雁塘县地处云溪市东部，湖塘密布，水产养殖历史悠久。", "全县辖五个乡镇，常住人口二十余万，城镇化率逐年提高。"),
)
_SUGGESTIONS = Draft(
    "建言献策",
    ("欢迎就政府工作提出意见和建议，来信将在5个工作日内回复。", "请填写真实姓名和联系方式，我们会为您保密。"),
)
_EXTRA = {
    "gsgg": (traps.recruitment_notice(YANTANG),),
    "bmdt": (traps.maintenance_headline(YANTANG),),
    "ytyw": (traps.power_list_headline(YANTANG),),
}
