"""The ten required disclosures: published, empty, broken, blocked, missing or undetermined.

A requirement is met by what a page is and holds, never by a word in a menu.  What speaks for an office is looked for
first; "missing" is said last, and only after a search that can bear it.
"""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from checks.embedded import files_of_pages, frames_of_pages
from checks.links import Referrers
from checks.short_texts import short_text_lengths
from checks.wording import REQUIREMENT_NAMES
from extract.addresses import host_of, split
from extract.disclosures import NAMES_TRIED, DisclosureTrace, Entry
from extract.site_index import SiteIndex
from records.crawl import PageFact, SiteFacts
from records.judgement import DisclosureJudgement, LinkJudgement
from records.verdicts import (
    DisclosureVerdict,
    LinkKind,
    LinkVerdict,
    Outcome,
    PageKind,
    PageVerdict,
    Requirement,
    SiteVerdict,
    StopReason,
)

# What speaks for the office first; then what we could not see; what speaks against it last.
_ORDER: Final = (
    DisclosureVerdict.PUBLISHED,
    DisclosureVerdict.BLOCKED,
    DisclosureVerdict.UNDETERMINED,
    DisclosureVerdict.EMPTY,
    DisclosureVerdict.BROKEN,
    DisclosureVerdict.MISSING,
)
_READABLE: Final = 50  # characters of main content that are something to read
_COVERING: Final = 300  # characters under which a text is hardly more than the cover of its attachments
_NOTHING: Final = 20  # characters: a heading and a breadcrumb
_BEYOND_NAME: Final = 4  # characters beside the name in both (首页, 位置): 本单位无行政权力事项 is something to read
_ENOUGH_LISTS: Final = 3
_DAY_LENGTH: Final = 10  # 2026-11-21
_CATALOGUE: Final = 20  # visible characters of entries
_MENUS_TOLD: Final = 12
_MENU_DEPTH: Final = 1
_DEPTH_2_SHARE: Final = 0.5  # of the pages two clicks away must have been read before "missing" is said
_SERVICE_NETWORK = re.compile(r"(?:^|\.)(?:[a-z]*zwfw[a-z]*|zwfw\w*|[a-z]*zw\.gov)\.", re.IGNORECASE)
_DISCLOSURE_MENU = re.compile(
    r"(?:政府|政务)?信息公开(?:专栏|平台|目录|网|栏)?|政务公开(?:专栏|平台|网|栏)?|法定主动公开内容"
)
_SEARCH_ENTRY = re.compile(r"search|jsearch|/so/|/s\?|sousuo|jiansuo", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one page or entry says of a requirement."""

    verdict: DisclosureVerdict
    url: str | None
    title: str | None
    newest: date | None
    because: str


_MakesAnswer = Callable[[DisclosureVerdict, str], _Answer]


@dataclass(frozen=True, slots=True)
class DisclosureContext:
    """What is needed of the whole site to judge one requirement."""

    index: SiteIndex
    links: Mapping[str, LinkJudgement]
    attachments: Mapping[str, tuple[str, ...]]  # of a page, by its requested address
    frames: Mapping[str, tuple[str, ...]]  # likewise
    searched: tuple[str, ...]
    navigation: int  # visible characters that every page shows beside its content
    short_texts: Mapping[str, int]  # of a page, by the address that answered: see ``short_text_lengths``
    incomplete: str | None  # why "missing" cannot be said, None where it can


def judge_disclosures(
    traces: Iterable[DisclosureTrace],
    facts: SiteFacts,
    index: SiteIndex,
    links: Iterable[LinkJudgement],
    site_verdict: SiteVerdict,
    *,
    referrers: Referrers,
) -> tuple[DisclosureJudgement, ...]:
    """All ten requirements in their order.  A site that could not be audited has all ten undetermined."""
    if site_verdict is not SiteVerdict.REACHABLE:
        words = "网站拒绝访问" if site_verdict is SiteVerdict.BLOCKED else "网站无法打开"
        return tuple(
            DisclosureJudgement(requirement, DisclosureVerdict.UNDETERMINED, because=f"{words}，无法核查")
            for requirement in Requirement
        )
    traces = tuple(traces)
    judged = {one.fact.url: one for one in links}
    context = DisclosureContext(
        index=index,
        links=judged,
        attachments=files_of_pages(facts, referrers),
        frames=frames_of_pages(facts, referrers),
        searched=_searched(facts, index),
        navigation=_navigation_length(facts),
        short_texts=short_text_lengths(page for trace in traces for page in trace.pages),
        incomplete=why_incomplete(facts, index, _gone(judged.values())) or _kept_elsewhere(facts, index, referrers),
    )
    return tuple(_judge(trace, context) for trace in traces)


def _judge(trace: DisclosureTrace, context: DisclosureContext) -> DisclosureJudgement:
    own = {page.final_url for page in trace.pages}
    answers = [_answer_of_page(page, trace.requirement, context) for page in trace.pages]
    of_entries = [_answer_of_entry(entry, own, context) for entry in _telling(trace.entries)]
    answers += [answer for answer in of_entries if answer is not None]
    name = REQUIREMENT_NAMES[trace.requirement]
    searched = (*context.searched, "查找名称：" + "、".join(NAMES_TRIED[trace.requirement]))
    if not answers:
        if context.incomplete is not None:
            because = f"未见{name}，但{context.incomplete}，不作缺失认定"
            return DisclosureJudgement(
                trace.requirement, DisclosureVerdict.UNDETERMINED, searched=searched, because=because
            )
        because = f"在已读取的页面中未找到{name}"
        return DisclosureJudgement(trace.requirement, DisclosureVerdict.MISSING, searched=searched, because=because)
    best = min(answers, key=lambda answer: _ORDER.index(answer.verdict))
    return DisclosureJudgement(
        requirement=trace.requirement,
        verdict=best.verdict,
        url=best.url,
        title=best.title,
        path=context.index.path_to(best.url) if best.url is not None else (),
        newest=best.newest,
        searched=searched,
        because=best.because,
    )


def _telling(entries: Sequence[Entry]) -> list[Entry]:
    """The entries without those that have no address where another of the same name has one."""
    addressed = {entry.text for entry in entries if entry.url is not None}
    return [entry for entry in entries if entry.url is not None or entry.text not in addressed]


def _answer_of_page(page: PageFact, requirement: Requirement, context: DisclosureContext) -> _Answer:
    reading = page.reading
    title = _title_of(page, requirement)
    days = [day for day in (reading.newest, reading.published) if day is not None]
    newest = max(days, default=None)

    def answer(verdict: DisclosureVerdict, because: str) -> _Answer:
        return _Answer(verdict, page.final_url, title, newest, because)

    files = _verdicts_of(context.attachments.get(page.url, ()), context)
    entries = _verdicts_of([item.url for item in reading.items if item.url is not None], context)
    opens = [verdict for verdict in (*files, *entries) if verdict is LinkVerdict.OK]
    if reading.items:
        if opens or len(entries) < len(reading.items):
            return answer(DisclosureVerdict.PUBLISHED, f"栏目内有 {len(reading.items)} 条内容")
        return _answer_of_links(answer, entries, "栏目内的条目")
    if files and (reading.body_length < _COVERING or opens):
        if opens:
            return answer(DisclosureVerdict.PUBLISHED, f"页面附有 {len(opens)} 个可以打开的文件")
        return _answer_of_links(answer, files, "页面的附件")
    own = reading.body_length - (0 if reading.published is not None else context.index.template)
    short = context.short_texts.get(page.final_url, 0)
    own = max(own, 0) + short if short else own
    if own >= _READABLE:
        return answer(DisclosureVerdict.PUBLISHED, f"页面有正文约 {own} 字")
    framed = context.frames.get(page.url, ())
    if framed:
        return _answer_of_frames(answer, framed, context)
    if reading.needs_browser and not page.rendered:
        return answer(DisclosureVerdict.UNDETERMINED, "内容由脚本生成，本次未能读取")
    listed = reading.look.text_length - reading.body_length - context.navigation
    if requirement is Requirement.DISCLOSURE_CATALOGUE and reading.says_empty is None and listed >= _CATALOGUE:
        # The content of a catalogue is its links, which are no main text.
        return answer(DisclosureVerdict.PUBLISHED, "目录页列有公开内容的分类")
    onward = context.index.children.get(page.url, 0) + context.index.children.get(page.final_url, 0)
    if reading.says_empty is None and (short or own > min(_NOTHING, 2 * len(title or "") + _BEYOND_NAME) or onward):
        return answer(DisclosureVerdict.UNDETERMINED, "页面文字很少，需人工确认")
    return answer(DisclosureVerdict.EMPTY, "栏目已设，但没有内容")


def _answer_of_frames(answer: _MakesAnswer, framed: Sequence[str], context: DisclosureContext) -> _Answer:
    """What a page says that has nothing of its own but what it frames, of this portal or of a platform."""
    for url in framed:
        page = context.index.read_at(url)
        if page is None or page.reading.verdict is not PageVerdict.OK:
            continue
        reading = page.reading
        if reading.items or reading.body_length >= _READABLE:
            return answer(DisclosureVerdict.PUBLISHED, "内容在内嵌页面中，可以阅读")
        if LinkVerdict.OK in _verdicts_of(context.attachments.get(page.url, ()), context):
            return answer(DisclosureVerdict.PUBLISHED, "内容在内嵌页面中，附有可以打开的文件")
    outside = [url for url in framed if context.index.read_at(url) is None]
    verdicts = _verdicts_of(outside, context)
    if LinkVerdict.OK in verdicts:
        return answer(DisclosureVerdict.PUBLISHED, "内嵌了其他网站的页面，可以打开")
    if verdicts and len(outside) == len(framed) and all(verdict is LinkVerdict.BROKEN for verdict in verdicts):
        return answer(DisclosureVerdict.BROKEN, "内嵌的页面打不开")
    if LinkVerdict.BLOCKED in verdicts:
        return answer(DisclosureVerdict.BLOCKED, "内嵌的页面拒绝访问")
    return answer(DisclosureVerdict.UNDETERMINED, "内容在内嵌页面中，本次未能读取")


def _title_of(page: PageFact, requirement: Requirement) -> str | None:
    """What the page is called for the requirement: an article has a title beside the name of its column."""
    reading = page.reading
    titles = [sign.text for sign in reading.signs if sign.where == "self" and sign.requirement is requirement]
    own = [title for title in titles if title not in reading.breadcrumb]
    name = reading.name if reading.name in titles else None
    return name or next(iter([*own, *titles]), None) or reading.name or reading.title


def _answer_of_links(answer: _MakesAnswer, verdicts: Sequence[LinkVerdict], what: str) -> _Answer:
    if all(verdict is LinkVerdict.BROKEN for verdict in verdicts):
        return answer(DisclosureVerdict.BROKEN, f"{what}均打不开")
    if LinkVerdict.BLOCKED in verdicts:
        return answer(DisclosureVerdict.BLOCKED, f"{what}拒绝访问")
    if LinkVerdict.SKIPPED in verdicts:
        return answer(DisclosureVerdict.PUBLISHED, f"{what}已列出，本次未逐一打开")
    return answer(DisclosureVerdict.UNDETERMINED, f"{what}暂时无法打开")


def _verdicts_of(urls: Iterable[str], context: DisclosureContext) -> list[LinkVerdict]:
    """What is known of some addresses; a page that was read is ok without further question."""
    verdicts = []
    for url in urls:
        judged = context.links.get(url)
        if judged is not None:
            verdicts.append(judged.verdict)
        elif url in context.index.pages:
            verdicts.append(LinkVerdict.OK)
        else:
            verdicts.append(LinkVerdict.SKIPPED)
    return verdicts


def _answer_of_entry(entry: Entry, own: set[str], context: DisclosureContext) -> _Answer | None:
    """What an entry says beyond the pages that were judged already; ``None`` where it leads to one of those."""
    called = f"“{entry.text}”"
    if entry.url is None:
        return _Answer(
            DisclosureVerdict.UNDETERMINED, None, entry.text, None, f"菜单中有{called}，但没有可以打开的地址"
        )

    def answer(verdict: DisclosureVerdict, because: str) -> _Answer:
        return _Answer(verdict, entry.url, entry.text, None, because)

    page = context.index.read_at(entry.url)
    judged = context.links.get(entry.url)
    verdict = judged.verdict if judged is not None else LinkVerdict.OK if page is not None else LinkVerdict.SKIPPED
    if verdict is LinkVerdict.BROKEN:
        return answer(DisclosureVerdict.BROKEN, f"入口{called}指向的页面打不开")
    if verdict is LinkVerdict.BLOCKED:
        return answer(DisclosureVerdict.BLOCKED, f"入口{called}指向的页面拒绝访问")
    if page is not None:
        if page.final_url in own:
            return None
        return _answer_of_other_page(entry, page, answer, context)
    if verdict is not LinkVerdict.OK:
        return answer(DisclosureVerdict.UNDETERMINED, f"入口{called}本次未能打开")
    if _SERVICE_NETWORK.search(split(entry.url).netloc):
        return answer(DisclosureVerdict.PUBLISHED, f"以链接形式发布：{called}指向政务服务网")
    if judged is not None and judged.fact.target.kind is LinkKind.ATTACHMENT:
        return answer(DisclosureVerdict.PUBLISHED, f"以文件形式发布：{called}可以打开")
    return answer(DisclosureVerdict.PUBLISHED, f"{called}指向的页面可以打开")


def _answer_of_other_page(entry: Entry, page: PageFact, answer: _MakesAnswer, context: DisclosureContext) -> _Answer:
    """An entry that leads to a page which is called something else."""
    reading = page.reading
    if reading.verdict is not PageVerdict.OK:
        return answer(DisclosureVerdict.UNDETERMINED, f"入口“{entry.text}”指向的页面未能正常显示")
    if entry.where == "item" and reading.kind is not PageKind.LIST and reading.body_length >= _READABLE:
        # The list that holds the entry is what names it; the document itself often has a longer title.
        return _Answer(
            DisclosureVerdict.PUBLISHED,
            page.final_url,
            entry.text,
            reading.published,
            f"以文章形式发布：“{entry.text}”",
        )
    nameless = reading.name in (None, reading.site_name) and not context.index.is_home(page)
    if nameless and reading.body_length - context.index.template >= _READABLE:
        # A page without a name of its own, in a frame mostly, is what the menu calls it.
        return _Answer(
            DisclosureVerdict.PUBLISHED,
            page.final_url,
            entry.text,
            reading.published,
            f"入口“{entry.text}”打开后有正文",
        )
    title = reading.name or reading.title or "无标题页面"
    return answer(DisclosureVerdict.UNDETERMINED, f"入口“{entry.text}”指向“{title}”，是否即所要求的内容需人工确认")


def _navigation_length(facts: SiteFacts) -> int:
    """What every page of a site shows beside main text and items: menus, but not a breadcrumb or an info line."""
    lengths = [
        reading.look.text_length
        - reading.body_length
        - sum(len(item.title) + (_DAY_LENGTH if item.date is not None else 0) for item in reading.items)
        for reading in (page.reading for page in facts.pages)
        if reading.kind in (PageKind.LIST, PageKind.ARTICLE)
    ]
    return max(min(lengths), 0) if len(lengths) >= _ENOUGH_LISTS else 0


def _gone(links: Iterable[LinkJudgement]) -> frozenset[str]:
    """Addresses behind which there is nothing, for certain: no disclosure is overlooked there."""
    return frozenset(link.fact.url for link in links if link.verdict is LinkVerdict.BROKEN)


def why_incomplete(facts: SiteFacts, index: SiteIndex, gone: Container[str]) -> str | None:
    """Why a search over this crawl cannot say "missing"; ``None`` where it can.

    The menus of a portal stand on the home page and on the pages that it leads to: those must have been read, nearly
    all of them, and of the pages behind them at least half.
    """
    if facts.stopped_by is StopReason.INTERRUPTED:
        return "检查被中断"
    if index.home is None or index.home.reading.verdict is not PageVerdict.OK:
        return "首页未能读取"
    if index.home.reading.needs_browser and not index.home.rendered:
        return "首页内容由脚本生成，本次未用浏览器打开"
    if any(_is_unread(url, index, gone) for url in index.home.reading.written_by):
        return "首页的菜单可能由脚本写出，而脚本未能读取"
    near = _share_read(facts, index, gone, _MENU_DEPTH)
    if near < 0.9:
        return f"首页所链接的页面只读取了 {near:.0%}"
    far = _share_read(facts, index, gone, _MENU_DEPTH + 1)
    if far < _DEPTH_2_SHARE:
        return f"二级页面只读取了 {far:.0%}"
    return None


def _is_unread(url: str, index: SiteIndex, gone: Container[str]) -> bool:
    """Whether a script of the portal was not read; those of others hold no menus."""
    target = index.targets.get(url)
    return target is not None and target.target.internal and url not in index.pages and url not in gone


def _kept_elsewhere(facts: SiteFacts, index: SiteIndex, referrers: Referrers) -> str | None:
    """Why "missing" cannot be said of an office whose disclosure menu leads to another site, which was not crawled.

    Departments publish on the platform of the portal above them (《政府网站发展指引》 wants it so).
    """
    away = {
        fact.url: fact.url
        for fact in facts.targets
        if not fact.target.internal and fact.target.kind is LinkKind.PAGE and fact.target.depth == _MENU_DEPTH
    }
    for page in facts.pages:
        onward = page.reading.redirect
        if onward is not None and page.depth <= _MENU_DEPTH + 1 and _is_foreign(onward, index):
            away[page.url] = onward
    met = referrers(list(away)) if away else {}
    for url, onward in away.items():
        if any(_DISCLOSURE_MENU.fullmatch((one.anchor or "").strip()) for one in met.get(url, ())):
            return f"信息公开专栏设在其他网站（{onward}），未在本次检查范围内"
    return None


def _is_foreign(url: str, index: SiteIndex) -> bool:
    target = index.targets.get(url)
    if target is not None:
        return not target.target.internal
    return index.home is not None and host_of(url) != host_of(index.home.final_url)


def _share_read(facts: SiteFacts, index: SiteIndex, gone: Container[str], depth: int) -> float:
    """Of the portal's pages at a depth, the share that was seen: read, or gone for certain."""
    wanted = seen = 0
    for fact in facts.targets:
        target = fact.target
        if not target.internal or target.depth != depth or target.kind not in (LinkKind.PAGE, LinkKind.FRAME):
            continue
        wanted += 1
        page = index.pages.get(fact.url)
        if fact.url in gone:
            seen += 1
        elif page is not None:
            seen += not (page.reading.needs_browser and not page.rendered)
        elif fact.outcome is Outcome.FETCHED or (fact.last is not None and fact.last.http_status in (404, 410)):
            seen += 1
    return seen / wanted if wanted else 1.0


def _searched(facts: SiteFacts, index: SiteIndex) -> tuple[str, ...]:
    """Where was looked, for those who doubt a "missing"."""
    menus = dict.fromkeys(
        page.reading.name for page in facts.pages if page.depth == _MENU_DEPTH and page.reading.name is not None
    )
    told = "、".join(list(menus)[:_MENUS_TOLD]) + ("等" if len(menus) > _MENUS_TOLD else "")
    search = next((fact.url for fact in facts.targets if _SEARCH_ENTRY.search(split(fact.url).path)), None)
    return (
        f"已读取页面 {len(facts.pages)} 个，发现地址 {len(facts.targets)} 个",
        f"首页所链接的栏目 {len(menus)} 个：{told}" if menus else "首页没有链接到可以读取的栏目",
        f"站内检索入口：{search}（未代为检索）" if search is not None else "未见站内检索入口",
    )
