# ruff: noqa: E501 - markup is easier to judge on one line, as portals write it
"""Shared by the reader's tests: read a piece of markup as if it had come from a portal."""

from datetime import date

from extract.reader import Reader
from records.page import PageReading

AS_OF = date(2026, 11, 21)
URL = "http://www.fangcheng.gov.cn/zwgk/tzgg/index.html"


def read(
    markup: str | bytes, *, url: str | None = URL, status: int = 200, as_of: date = AS_OF, **headers: str
) -> PageReading:
    body = markup.encode() if isinstance(markup, str) else markup
    named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    return Reader(as_of).read(body, url=url, status=status, headers=named)


def column(rows: str, *, name: str = "通知公告", before: str = "", after: str = "") -> str:
    """A column page with menu, breadcrumb and footer, as portals have them."""
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{name}-方城县人民政府</title></head><body>
<div class="top">今天是：2026年11月21日 星期六</div>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li><li><a href="/hdjl/">互动交流</a></li></ul></div>
<div class="pos">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a href="/zwgk/tzgg/">{name}</a></div>
{before}<div class="main">{rows}</div>{after}
<div class="footer"><p>版权所有：方城县人民政府 页面更新：2026-11-20</p><p><a href="http://beian.miit.gov.cn/">豫ICP备05000000号</a></p></div>
</body></html>"""


def listed(*entries: tuple[str, str, str]) -> str:
    """A plain list: (title, address, date)."""
    rows = "".join(f'<li><a href="{href}">{title}</a><span>{day}</span></li>' for title, href, day in entries)
    return f'<ul class="list">{rows}</ul>'
