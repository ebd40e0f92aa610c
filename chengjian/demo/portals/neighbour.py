"""云溪政务服务网: a healthy server that belongs to no portal of the city and to which they link."""

from chengjian.demo.promises import PortalPromise
from chengjian.demo.site import Answer, Ask, Setting, Site

PROMISE = PortalPromise(key="neighbour", name="云溪政务服务网", make="站外网站")


class Neighbour(Site):
    """Answers GET and refuses HEAD (405), as many service networks do."""

    folder = "neighbour"

    def __init__(self, setting: Setting) -> None:
        super().__init__(PROMISE, setting)
        self._put_page("/", "page.html", title="首页")
        self._put_page("/item/list", "page.html", title="事项目录")
        self._prefixes["/share/"] = lambda ask: self._page("page.html", title="分享到")

    def answer(self, ask: Ask) -> Answer:
        if ask.method == "HEAD":
            return Answer(status=405, headers=(("Allow", "GET"),))
        return super().answer(ask)
