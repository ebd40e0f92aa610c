"""The ten required disclosures: which pages are one, and which entries lead to one.  Seen, not judged."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from extract.column_kinds import is_news_column
from extract.column_names import own_name
from extract.signs import requirements_of
from extract.site_index import SiteIndex
from records.crawl import PageFact, SiteFacts
from records.verdicts import PageKind, PageVerdict, Requirement

# The names under which each requirement is looked for, as they are shown to those who doubt a "missing".
NAMES_TRIED: Final[Mapping[Requirement, tuple[str, ...]]] = {
    Requirement.POWER_LIST: (
        "权力清单",
        "权责清单",
        "责权清单",
        "行政权力清单",
        "权力和责任清单",
        "政务服务网权责清单",
    ),
    Requirement.RESPONSIBILITY_LIST: ("责任清单", "权责清单", "责权清单", "权力和责任清单"),
    Requirement.DISCLOSURE_GUIDE: ("政府信息公开指南", "信息公开指南", "公开指南"),
    Requirement.DISCLOSURE_SYSTEM: ("政府信息公开制度", "信息公开制度", "公开制度", "公开规定"),
    Requirement.DISCLOSURE_CATALOGUE: ("法定主动公开内容", "主动公开目录", "信息公开目录", "公开目录"),
    Requirement.DISCLOSURE_ANNUAL_REPORT: ("政府信息公开年度报告", "信息公开年报", "公开年报", "信息公开工作年度报告"),
    Requirement.SERVICE_COMMITMENT: ("政务服务质量承诺", "政务服务承诺", "服务质量承诺", "服务承诺"),
    Requirement.INTEGRITY_COMMITMENT: ("政务诚信承诺", "政务诚信承诺书", "政府诚信承诺"),
    Requirement.CREDIT_COMMITMENT_LIST: ("使用信用承诺的行政许可事项清单", "信用承诺事项清单", "告知承诺制事项清单"),
    Requirement.GRADED_SUPERVISION_RESULT: ("分级分类监管结果", "信用分级分类监管", "分级分类监管结果公示"),
}
# How the title of a document ends, unlike that of a report about one (政务诚信承诺签订仪式隆重举行).
_DOCUMENT = re.compile(
    r"(?:承诺书?|清单|目录|指南|制度|规定|办法|年报|报告|公示|公告|结果|名单|事项|表)\W*(?:[（(][^）)]*[）)])?\W*$"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A link, menu entry or list item that promises a disclosure."""

    where: str  # "link" | "item"
    text: str
    url: str | None  # None: a menu entry without an address
    page: PageFact  # on which it stands


@dataclass(frozen=True, slots=True)
class DisclosureTrace:
    """All that was seen of one requirement."""

    requirement: Requirement
    pages: tuple[PageFact, ...]  # that are it, columns first, then nearest to the home page
    entries: tuple[Entry, ...]  # that lead to it, one for each address and text


def search_disclosures(facts: SiteFacts, index: SiteIndex | None = None) -> tuple[DisclosureTrace, ...]:
    """Gather the traces of each of the ten requirements, always all ten, in their order."""
    index = index if index is not None else SiteIndex.of(facts)
    pages: dict[Requirement, dict[str, PageFact]] = defaultdict(dict)
    entries: dict[Requirement, dict[tuple[str | None, str], Entry]] = defaultdict(dict)
    for page in facts.pages:
        if page.reading.verdict is not PageVerdict.OK:
            continue
        for requirement in _own_requirements(page):
            pages[requirement].setdefault(page.final_url, page)
        for sign in page.reading.signs:
            if sign.where != "self":
                if _is_news_of_it(index.read_at(sign.url) if sign.url is not None else None, sign.text):
                    continue
                key = (sign.url, sign.text if sign.url is None else "")
                entries[sign.requirement].setdefault(key, Entry(sign.where, sign.text, sign.url, page))
    return tuple(
        DisclosureTrace(
            requirement,
            tuple(sorted(pages[requirement].values(), key=_nearness)),
            tuple(entries[requirement].values()),
        )
        for requirement in Requirement
    )


def _nearness(page: PageFact) -> tuple[bool, int, int, str]:
    """The column before its articles, then what is nearest to the home page."""
    return (page.reading.published is not None, page.depth, len(page.url), page.url)


def _own_requirements(page: PageFact) -> Iterable[Requirement]:
    """The requirements that a page itself answers.

    A column is what it is called, though it lists things that are called otherwise.  An article filed under
    信息公开指南 whose own title says 权力清单 is the list and not the guide: where title and column speak of different
    things, the title is believed.
    """
    reading = page.reading
    own = [sign for sign in reading.signs if sign.where == "self" and not _is_news_of_it(page, sign.text)]
    if reading.published is not None or reading.kind is PageKind.ARTICLE:
        column = {reading.name, *reading.breadcrumb}
        titled = [sign for sign in own if sign.text not in column]
        own = titled or own
    requirements = [sign.requirement for sign in own]
    if reading.items and reading.published is None:
        requirements += requirements_of(own_name(page) or "")
    return dict.fromkeys(requirements)


def _is_news_of_it(page: PageFact | None, title: str) -> bool:
    """Whether a title tells of something that happened to a disclosure: an article filed under a news column.

    A document that was filed there for want of a better place (某局政务诚信承诺书) is still the document.
    """
    if page is None or page.reading.items:
        return False
    columns = [crumb for crumb in page.reading.breadcrumb if crumb != title]
    return any(is_news_column(crumb) for crumb in columns) and _DOCUMENT.search(title) is None


def newest_report_year(trace: DisclosureTrace) -> int | None:
    """The year that the newest annual report speaks of: by its title, else the year before it was published."""
    titled: list[int] = []
    dated: list[int] = []
    for page in trace.pages:
        reading = page.reading
        titles = [item.title for item in reading.items] or [reading.name or "", reading.title or ""]
        titled += [int(year) for title in titles for year in _YEAR.findall(title)]
        days = [item.date for item in reading.items] or [reading.published]
        dated += [day.year - 1 for day in days if day is not None]
    titled += [int(year) for entry in trace.entries for year in _YEAR.findall(entry.text)]
    return max(titled or dated, default=None)
