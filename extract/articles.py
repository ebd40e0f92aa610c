"""Articles: whether a page is one, and the day it was published."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from extract.dates import address_day, chinese_day, first_day, full_days, loose_days, narrow
from extract.document import Document

_LABELLED = re.compile(
    r"(发布(?:时间|日期|于)|发稿(?:时间|日期)|发表(?:时间|日期|于)|公开(?:时间|日期)|发文(?:时间|日期)|上网(?:时间|日期)|"
    r"(?<![成印签生到截起开结更修])(?:时\s?间|日\s?期)|录入时间|添加时间|更新(?:时间|日期)|成文(?:时间|日期)|公示时间)\s*[：:]?\s*"
)
_RANKS: Final = (
    ("发布", 5),
    ("发稿", 5),
    ("发表", 5),
    ("上网", 5),
    ("公开", 4),
    ("发文", 3),
    ("录入", 3),
    ("添加", 3),
    ("更新", 2),
    ("成文", 1),
    ("公示", 0),
)
_INFO = re.compile(
    r"来\s?源\s*[：:]|字\s?[体号]\s*[：:]|作\s?者\s*[：:]|浏\s?览(?:次数|量)?|点击(?:数|量|率|次数)?\s*[：:]|阅读(?:次数|量|数)?\s*[：:\d]|访问(?:量|次数)|编辑\s*[：:]|【字体|\[字体|【打印|\[打印|信息来源|责任编辑|发布机构|发布单位|发文机关|发文字号|索引号|公开日期|打印本页|保护视力|视力保护"
)
_TOOLS = re.compile(
    r"上一[篇条]|下一[篇条]|打印本[页文]|【打印】|【关闭】|\[打印\]|\[关闭\]|关闭(?:窗口|本页)|分享到|字号|扫一扫在手机"
)
_META_DAYS: Final = (
    *("firstpublishedtime", "article:published_time", "publishdate", "pubdate", "publish_date", "publish-date"),
    *("contentpubdate", "og:release_date", "weibo:article:create_at", "dc.date", "date", "pubtime", "publishtime"),
)
_GENERATED = re.compile(r"生成时间|制作时间|make\s?time|generated", re.I)
_ARTICLE_METAS: Final = ("articletitle", "contentsource", "keywords_article", "author_article")
_SCRIPT_DAY = re.compile(
    r"(?:pubtime|pubdate|publish\w*|fbsj|docreltime|crtime|releasetime|createtime|docpubtime|time|date)\w*[\"']?\s*[=:(]\s*[\"']([^\"'\n]{8,32})[\"']",
    re.I,
)
_LONGEST_INFO = 200  # characters of a line that tells day, source and size of letters; a longer one is text
_DATED = re.compile(r"[\d０-９]|[时日]\s?[间期]|于").search
_BANNER = re.compile(r"今天是|今日|现在(?:时间|是)|当前时间|欢迎您|星期[一二三四五六日天]")
_FOOT = re.compile(r"版权|copyright|备案|ICP|主办|承办|技术支持|标识码|建议使用", re.I)


@dataclass(frozen=True, slots=True)
class Publication:
    """The day an article was published, and where that was read, in Chinese."""

    day: date
    source: str


@dataclass(frozen=True, slots=True)
class ArticleSigns:
    """What speaks for an article."""

    info_line: bool  # 发布时间 with 来源, 字体, 浏览 beside it
    tools: bool  # 上一篇, 打印, 关闭, 分享
    metas: bool
    address: bool
    published: Publication | None


NO_ARTICLE: Final = ArticleSigns(False, False, False, False, None)


def article_signs(
    document: Document, url: str | None, as_of: date, heading: str | None, *, listed: bool
) -> ArticleSigns:
    """``listed`` says that the page has a list: then only what looks like an article is asked for its day."""
    text = document.text
    info = _INFO.search(text) is not None
    tools = _TOOLS.search(text) is not None
    metas = any(name in document.metas for name in _ARTICLE_METAS) or document.metas.get("og:type") == "article"
    address = url is not None and (_ARTICLE_ADDRESS.search(url) is not None or address_day(url) is not None)
    asked = info or tools or metas or address or not listed
    published = find_published(document, url, as_of, heading) if asked else None
    return ArticleSigns(
        info_line=info,
        tools=tools,
        metas=metas,
        address=address,
        published=published,
    )


_ARTICLE_ADDRESS = re.compile(
    r"/t20\d{6}_\d+|/content/post_\d+|/art(?:icle)?_\d+|/art/20\d\d/|/info/\d+/\d+\.htm|/content_\d+|/c_?\d{6,}|/20\d\d-?\d\d/\d\d/|/\d{8,}\.s?html?$|articleinfo|[?&](?:article|news|info)?id=\d+|/20\d{6}/[0-9a-f\-]{20,}|/contents/\d+/\d+|/[0-9a-f]{32}\.s?html"
)


def find_published(document: Document, url: str | None, as_of: date, heading: str | None) -> Publication | None:
    """In this order: labelled, beside 来源 and 字体, in the address, in a meta element, a script, at the end."""
    limit = as_of + timedelta(days=2)
    shown = _shown_day(document.lines, heading, limit) or _time_element(document, limit)
    if shown is not None:
        return shown
    if url is not None:
        day = address_day(url)
        if day is not None and day <= limit:
            return Publication(day, "地址")
    for name in _META_DAYS:
        content = document.metas.get(name)
        if content and not _GENERATED.search(content):
            written = first_day(narrow(content), as_of)
            if written is not None and written.day is not None and written.day <= limit:
                return Publication(written.day, f"meta {name}")
    for code in document.scripts:
        if len(code) < 200_000:
            for match in _SCRIPT_DAY.finditer(code):
                days = full_days(narrow(match.group(1)))
                if days and days[0].day is not None and days[0].day <= limit:
                    return Publication(days[0].day, "脚本")
    return _signed_off(document.lines, limit)


def _time_element(document: Document, limit: date) -> Publication | None:
    """``<time datetime="2026-11-03T08:00">11月3日</time>``, where it is the only one."""
    if "<time" not in document.source:
        return None
    marked = {node.attributes.get("datetime") or "" for node in document.tree.css("time[datetime]")}
    days = full_days(narrow(marked.pop())) if len(marked) == 1 else []
    day = days[0].day if days else None
    return Publication(day, "time 元素") if day is not None and day <= limit else None


def _shown_day(lines: list[str], heading: str | None, limit: date) -> Publication | None:
    best: tuple[int, Publication] | None = None
    start = 0
    if heading:
        start = next((index for index, line in enumerate(lines) if line == heading), 0)
    if start:
        for raw in lines[start + 1 : start + 4]:  # right below the title: 2018年3月6日 10:22 民政局
            days = loose_days(narrow(raw), limit) if len(raw) <= 40 and not _LABELLED.search(raw) else []
            if days and days[0].day is not None and days[0].day <= limit and days[0].start <= 12:
                best = (3, Publication(days[0].day, "标题下方"))
                break
    window = lines[max(0, start - 30) : start + 80] if start else lines[:160]
    for index, raw in enumerate(window):
        if len(raw) > _LONGEST_INFO or _DATED(raw) is None or _BANNER.search(raw) or _FOOT.search(raw):
            continue
        line = narrow(raw)
        for label in _LABELLED.finditer(line):
            rank = next((value for word, value in _RANKS if word in label.group(1)), 4)
            tail = line[label.end() : label.end() + 24]
            days = loose_days(tail, limit)
            if not days and len(tail.strip()) <= 2 and index + 1 < len(window):
                days = full_days(narrow(window[index + 1])[:24])
            if days and days[0].start <= 4 and days[0].day is not None and days[0].day <= limit:
                found = Publication(days[0].day, "页面标注的" + re.sub(r"\s", "", label.group(1)))
                if best is None or rank > best[0]:
                    best = (rank, found)
        if best is None or best[0] < 3:
            days = full_days(line)
            near = " ".join(window[max(0, index - 2) : index + 4])
            alone = days and (
                len(line) - (days[0].end - days[0].start) <= 14 or (len(line) <= 90 and _INFO.search(line))
            )
            if days and days[0].day is not None and days[0].day <= limit and alone and _INFO.search(near):
                best = (3, Publication(days[0].day, "标题下方"))
    return best[1] if best is not None else None


def _signed_off(lines: list[str], limit: date) -> Publication | None:
    """The last day that stands alone at the end of the text, as officials sign."""
    for raw in reversed(lines[-120:]):
        line = narrow(raw).replace(" ", "")
        if len(line) > 24 or _FOOT.search(line) or _BANNER.search(line):
            continue
        days = full_days(line)
        day = days[-1].day if days and len(line) - (days[-1].end - days[-1].start) <= 6 else chinese_day(line)
        if day is not None and day <= limit:
            return Publication(day, "落款")
    return None
