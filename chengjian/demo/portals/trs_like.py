"""青禾县: a county portal as the TRS family makes them.

Directories with ``./202611/t20261103_123.html``, ``createPageHTML`` pagers, a tree of disclosures with ``onclick``
nodes, pinned items, ``PubDate`` as the time of generation, and redirects written by script at the roots of columns.
"""

from chengjian.demo.content import files, statutory, traps
from chengjian.demo.content.articles import Article, Attachment, Column
from chengjian.demo.content.newsroom import Newsroom
from chengjian.demo.content.place import QINGHE
from chengjian.demo.promises import PortalPromise
from chengjian.demo.site import Answer, Setting, Site, banner

_PER_PAGE = 10
_TEXTS = (
    ("/zwgk/fwcn/", "政务服务质量承诺", statutory.service_commitment(QINGHE)),
    ("/zwgk/zwcx/", "政务诚信承诺", statutory.integrity_commitment(QINGHE)),
)


class TrsLikePortal(Site):
    folder = "qinghe"

    def __init__(self, promise: PortalPromise, setting: Setting) -> None:
        super().__init__(promise, setting)
        newsroom = Newsroom(QINGHE, setting.as_of, 20310)
        self._columns = {c.key: newsroom.column(c, *_EXTRA.get(c.key, ())) for c in promise.columns}
        self._columns["qhyw"] = newsroom.pin(self._columns["qhyw"], traps.plan_headline(QINGHE), 412)
        self._paths = {c.key: c.path for c in promise.columns}
        self._globals |= {"columns": self._columns, "paths": self._paths, "address": self._address}
        self._put_front()
        for column in self._columns.values():
            self._put_list(column)
        self._put_disclosures()
        self._fall_ill()

    def _address(self, key: str, article: Article) -> str:
        return f"{self._paths[key]}{article.day:%Y%m}/t{article.day:%Y%m%d}_{article.number}.html"

    def _directory(self, path: str, answer: Answer) -> None:
        """The directory and its ``index.html`` are the same page."""
        self._put(path, answer)
        self._put(f"{path}index.html", answer)

    def _put_front(self) -> None:
        self._directory("/", self._page("index.html"))
        self._directory("/xwzx/", self._page("refresh.html", to="./qhyw/"))
        self._directory("/zwgk/", self._page("written_refresh.html", to="./zfxxgk/"))
        self._put_page("/wzjc/", "correction.html")
        self._put("/images/banner.png", banner((22, 92, 160), (96, 170, 220)))
        self._put_file("/css/common.css", self._render("common.css").encode(), "text/css")
        self._put_file("/js/page.js", self._render("page.js").encode(), "application/javascript")

    def _put_list(self, column: Column) -> None:
        path = self._paths[column.key]
        pages = [column.articles[i : i + _PER_PAGE] for i in range(0, len(column.articles), _PER_PAGE)] or [()]
        for index, articles in enumerate(pages):
            name = "index" if index == 0 else f"index_{index}"
            answer = self._page("list.html", column=column, articles=articles, pages=len(pages), index=index)
            if index == 0:
                self._directory(path, answer)
            else:
                self._put(f"{path}{name}.html", answer)
        for place, article in enumerate(column.articles):
            whole = self._with_extras(column, article, place)
            self._put_page(self._address(column.key, article), "article.html", column=column, article=whole)

    def _with_extras(self, column: Column, article: Article, place: int) -> Article:
        """The pictures, attachments and related links of some articles, sound ones and declared faults."""
        lines = (article.title, *article.paragraphs)
        match column.key, place:
            case "qhyw", 1:
                self._put(
                    "/xwzx/qhyw/W020260901551.png",
                    Answer(files.png(480, 270, (90, 160, 90), (220, 210, 120)), content_type=files.PNG),
                )
                return article.having(images=("/xwzx/qhyw/W020260901551.png",))
            case "qhyw", 3:
                return article.having(images=(self._url("picture"),))
            case "qhyw", 5:
                return article.having(related=((self.promise.link("article").anchor, self._url("article")),))
            case "tzgg", 1:
                return article.having(attachments=(Attachment("附件1：项目名单.pdf", self._url("attachment")),))
            case "tzgg", 2:
                sound = self._attach("/xwzx/tzgg/P020260908117.pdf", "附件：公示名单.pdf", files.pdf(lines), files.PDF)
                return article.having(attachments=(sound,))
            case "zfwj", 0:
                # An innocent one: a true Word file that the server sends as a stream of bytes.
                sound = self._attach(
                    "/zwgk/zfwj/P020260702331.docx",
                    "附件：实施方案.docx",
                    files.docx(lines),
                    "application/octet-stream",
                )
                return article.having(attachments=(sound,))
            case "zfwj", 2:
                return article.having(attachments=(Attachment("附件：任务分解表.xlsx", self._url("error_as_file")),))
        return article

    def _put_disclosures(self) -> None:
        self._directory("/zwgk/zfxxgk/", self._page("platform.html"))
        self._directory("/zwgk/fdzdgknr/", self._page("catalogue.html"))
        self._directory("/zwgk/zfxxgkzn/", self._page("text.html", name="政府信息公开指南", draft=None))
        for path, name, draft in _TEXTS:
            self._directory(path, self._page("text.html", name=name, draft=draft))
        powers = statutory.power_table(QINGHE)
        workbook = self._attach("/zwgk/qzqd/P020260415602.xlsx", "权责清单.xlsx", files.xlsx(powers.lines), files.XLSX)
        self._directory(
            "/zwgk/qzqd/",
            self._page(
                "text.html", name="权责清单", draft=statutory.power_list(QINGHE), table=powers, attachment=workbook
            ),
        )
        draft, table = statutory.credit_commitments(QINGHE)
        self._directory("/zwgk/xycn/", self._page("text.html", name="信用承诺事项清单", draft=draft, table=table))


_EXTRA = {
    "qhyw": (traps.power_list_headline(QINGHE),),
    "tzgg": (traps.recruitment_notice(QINGHE), traps.maintenance_headline(QINGHE)),
}
