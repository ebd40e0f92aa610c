"""市交通运输局: a department's site.

Its entry redirects to a folder, a list lies in an iframe, the footer of every page has the same dead link, and one
directory stands behind a firewall that wakes up after some requests.
"""

from chengjian.demo.content import files, statutory, traps
from chengjian.demo.content.articles import Attachment, Column, Draft
from chengjian.demo.content.newsroom import Newsroom
from chengjian.demo.content.place import TRAFFIC
from chengjian.demo.promises import PortalPromise
from chengjian.demo.site import Answer, Ask, Setting, Site, redirect

_GUARDED = "/jtj/bszn/"
_PATIENCE = 5  # requests that the firewall lets into the guarded directory
_FRAMED = "gzdt"
_TEXTS = (
    ("/jtj/xxgkzn/", "政府信息公开指南", statutory.guide(TRAFFIC)),
    ("/jtj/fwcn/", "政务服务质量承诺", statutory.service_commitment(TRAFFIC)),
)


class DepartmentSite(Site):
    folder = "jiaotong"

    def __init__(self, promise: PortalPromise, setting: Setting) -> None:
        super().__init__(promise, setting)
        newsroom = Newsroom(TRAFFIC, setting.as_of, 700)
        self._columns = {c.key: newsroom.column(c, *_EXTRA.get(c.key, ())) for c in promise.columns}
        self._paths = {c.key: c.path for c in promise.columns}
        self._guarded_requests = 0
        self._globals |= {
            "columns": self._columns,
            "paths": self._paths,
            "fault": {link.key: (link.anchor, self._url(link.key)) for link in promise.links},
        }
        self._put("/", redirect("/jtj/"))
        self._put_page("/jtj/", "index.html")
        self._put_file("/jtj/style.css", self._render("style.css").encode(), "text/css")
        for column in self._columns.values():
            self._put_column(column)
        self._put_guarded()
        self._put_disclosures()
        self._fall_ill()

    def answer(self, ask: Ask) -> Answer:
        if ask.path.startswith(_GUARDED):
            self._guarded_requests += 1
            if self._guarded_requests > _PATIENCE:
                return self._page("firewall.html", status=403)
        return super().answer(ask)

    def _put_column(self, column: Column) -> None:
        path = self._paths[column.key]
        if column.key == _FRAMED:
            self._put_page(path, "framed.html", column=column)
            self._put_page(f"{path}list.html", "inner_list.html", column=column)
        else:
            self._put_page(path, "list.html", column=column)
        for article in column.articles:
            self._put_page(f"{path}{article.number}.html", "article.html", column=column, article=article)

    def _put_guarded(self) -> None:
        guides = [(f"{_GUARDED}{number}.html", draft) for number, draft in enumerate(statutory.service_items(), 1)]
        self._put_page(_GUARDED, "guides.html", guides=guides)
        for target, draft in guides:
            self._put_page(target, "text.html", name="办事指南", draft=draft)

    def _put_disclosures(self) -> None:
        for path, name, draft in _TEXTS:
            self._put_page(path, "text.html", name=name, draft=draft)
        self._put_page("/jtj/fdgk/", "catalogue.html")
        powers = statutory.power_table(TRAFFIC)
        lists: tuple[Attachment, ...] = (
            self._attach("/jtj/qzqd/qzqd.xlsx", "云溪市交通运输局权责清单.xlsx", files.xlsx(powers.lines), files.XLSX),
            self._attach("/jtj/qzqd/lct.pdf", "行政职权运行流程图.pdf", files.pdf(("行政职权运行流程图",)), files.PDF),
        )
        draft = Draft("云溪市交通运输局权责清单", ("现将我局权力清单和责任清单予以公布，详见附件。",))
        self._put_page("/jtj/qzqd/", "text.html", name="权责清单", draft=draft, attachments=lists)


_EXTRA = {"tzgg": (traps.recruitment_notice(TRAFFIC), traps.maintenance_headline(TRAFFIC))}
