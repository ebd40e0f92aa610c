"""沙屿新区: a single-page application.

Every address answers with the same empty shell; a script of our own fetches JSON and draws the page.  Without a
browser there is nothing to see.
"""

import json
from collections.abc import Mapping

from chengjian.demo.content import files, statutory, traps
from chengjian.demo.content.articles import Article
from chengjian.demo.content.newsroom import Newsroom
from chengjian.demo.content.place import SHAYU
from chengjian.demo.promises import PortalPromise
from chengjian.demo.site import Answer, Ask, Setting, Site

_TEXTS = {
    "xxgkzn": ("政府信息公开指南", statutory.guide(SHAYU)),
    "fwcn": ("政务服务质量承诺", statutory.service_commitment(SHAYU)),
    "zwcx": ("政务诚信承诺", statutory.integrity_commitment(SHAYU)),
    "qzqd": ("权责清单", statutory.power_list(SHAYU)),
}
_SERVED = ("/api/", "/upload/", "/static/")  # the rest is the shell's


class SinglePagePortal(Site):
    folder = "shayu"

    def __init__(self, promise: PortalPromise, setting: Setting) -> None:
        super().__init__(promise, setting)
        newsroom = Newsroom(SHAYU, setting.as_of, 1001)
        self._columns = {c.key: newsroom.column(c, *_EXTRA.get(c.key, ())) for c in promise.columns}
        self._shell = self._page("shell.html")
        self._put_file("/static/app.4b1f.js", self._render("app.js").encode(), "text/javascript")
        self._put_file("/static/app.css", self._render("app.css").encode(), "text/css")
        self._put_interface()
        self._fall_ill()

    def answer(self, ask: Ask) -> Answer:
        return super().answer(ask) if ask.path.startswith(_SERVED) else self._shell

    def _put_json(self, target: str, document: Mapping[str, object]) -> None:
        body = json.dumps({"code": 0, "data": document}, ensure_ascii=False).encode()
        self._put_file(target, body, "application/json")

    def _put_interface(self) -> None:
        paths = {c.key: c.path for c in self.promise.columns}
        blocks = [
            {"name": c.name, "path": paths[c.key], "items": [self._item(a) for a in c.articles[:5]]}
            for c in self._columns.values()
        ]
        pages = [{"name": name, "path": f"/page/{key}"} for key, (name, _) in _TEXTS.items()]
        pages.append({"name": "法定主动公开内容", "path": "/page/fdzdgk"})
        outside = [
            {"name": "云溪市人民政府", "path": self.setting.base_urls["yunxi"]},
            {"name": "云溪政务服务网", "path": self.setting.base_urls["neighbour"]},
        ]
        self._put_json("/api/site", {"name": self.promise.name, "menu": blocks, "pages": pages, "outside": outside})
        self._put_json("/api/home", {"blocks": blocks[:4]})
        for column in self._columns.values():
            items = [self._item(article) for article in column.articles]
            self._put_json(f"/api/channel/{column.key}", {"name": column.name, "total": len(items), "items": items})
            for place, article in enumerate(column.articles):
                self._put_json(f"/api/detail/{article.number}", self._detail(column.key, article, place))
        for key, (name, draft) in _TEXTS.items():
            powers = statutory.power_table(SHAYU)
            table = {"head": powers.head, "rows": powers.rows} if key == "qzqd" else None
            self._put_json(
                f"/api/page/{key}",
                {"name": name, "title": draft.title, "paragraphs": draft.paragraphs, "table": table},
            )
        links = [{"name": column.name, "path": paths[key]} for key, column in self._columns.items()]
        self._put_json("/api/page/fdzdgk", {"name": "法定主动公开内容", "title": "法定主动公开内容", "links": links})

    def _item(self, article: Article) -> dict[str, str]:
        return {"title": article.title, "path": f"/detail/{article.number}", "day": article.day.isoformat()}

    def _detail(self, key: str, article: Article, place: int) -> dict[str, object]:
        attachments: list[dict[str, str]] = []
        picture = None
        if key == "tzgg" and place == 0:
            sound = self._attach("/upload/2026/gsmd.docx", "公示名单.docx", files.docx(article.paragraphs), files.DOCX)
            attachments.append({"name": sound.name, "path": sound.href})
        if key == "qydt" and place == 1:
            attachments.append({"name": self.promise.link("attachment").anchor, "path": self._url("attachment")})
        if key == "xqdt" and place == 2:
            picture = {"name": self.promise.link("picture").anchor, "path": self._url("picture")}
        return {
            "column": self._columns[key].name,
            "columnPath": self.promise.column(key).path,
            "title": article.title,
            "day": article.day.isoformat(),
            "source": article.source,
            "paragraphs": article.paragraphs,
            "attachments": attachments,
            "picture": picture,
        }


_EXTRA = {"xqdt": (traps.power_list_headline(SHAYU),), "tzgg": (traps.maintenance_headline(SHAYU),)}
