"""Links: what every attempt together says of each, under the contract's words.

Broken is said only of what failed on every try, the last of them later than the crawl.  One success anywhere makes a
link ok; where tries failed in different manners the softest word is said.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import tldextract

from checks.attempts import LinkContext, fault_of, is_reserved, shows_home
from checks.places import is_root, place_of
from checks.repeated_lists import promises_a_page
from checks.soft_404 import NotFoundAnswers
from checks.wording import REASON_WORDS
from extract.addresses import host_of, split
from records.crawl import Attempt, Referrer, SiteFacts, TargetFact
from records.judgement import LinkJudgement
from records.verdicts import (
    VERDICT_OF_REASON,
    FetchError,
    LinkKind,
    LinkReason,
    LinkVerdict,
    Outcome,
    PageVerdict,
)

Referrers = Callable[[Collection[str]], Mapping[str, tuple[Referrer, ...]]]

_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # offline: the snapshot in the package

# The softest first: what may be our own doing before what may pass, before the accusation.
_SOFTNESS: Final = (LinkVerdict.SKIPPED, LinkVerdict.BLOCKED, LinkVerdict.UNREACHABLE, LinkVerdict.BROKEN)
_NO_ANSWER: Final = (LinkReason.DNS, LinkReason.REFUSED, LinkReason.BAD_URL)
_FIRST_PAGE = re.compile(r"(?:index|default|list)\.[a-z]{2,5}", re.IGNORECASE)
_RECKONED: Final = "地址由翻页脚本推算，不作坏链认定"

_WALLED_ADDRESSES: Final = 4  # so many different addresses asked for, and none let through
_WALLED_SHARE: Final = 0.75  # of them refused in plain words
_OWN_QUERIES: Final = 3  # of its own program: more than 上一篇 and 下一篇
_SUSPECT_DOMAINS: Final = 3  # so many domains unknown to our resolver, and none known

_HOME_ANCHOR = re.compile(
    r"(?:网站|返回.{0,4})?首\s*页|主\s*页|home|进入.{0,6}网站|.*(?:门户网站|官网|官方网站)", re.IGNORECASE
)


def no_referrers(urls: Collection[str]) -> Mapping[str, tuple[Referrer, ...]]:
    """For facts whose edges are not at hand."""
    return {}


def context_of(facts: SiteFacts) -> LinkContext:
    """Gather what must be known of the whole crawl to judge one link."""
    pages = {page.url: page for page in facts.pages}
    return LinkContext(
        finished_at=facts.finished_at,
        homes=_homes(facts),
        home_texts=frozenset(
            page.reading.look.text_sha256
            for page in facts.pages
            if (page.depth == 0 or page.url == facts.site_url) and not (page.reading.needs_browser or page.rendered)
        ),
        answers=NotFoundAnswers.of(facts.probes, facts.pages),
        pages=pages,
        leading_deeper=_leading_deeper(facts.targets),
        walled_hosts=_walled_hosts(facts.targets),
        resolver_suspect=_resolver_is_suspect(facts.targets),
        viewers=frozenset(
            fact.target.parent
            for fact in facts.targets
            if fact.target.parent is not None and fact.target.kind in (LinkKind.ATTACHMENT, LinkKind.FRAME)
        ),
    )


def judge_links(facts: SiteFacts, context: LinkContext, *, referrers: Referrers) -> tuple[LinkJudgement, ...]:
    """Judge every target once, in the order of the facts, the ok ones included.

    Referrers are carried by those that are not ok, and by those that lead to something else (``checks.hijacked_link``).
    """
    unwritten = _unwritten(facts)
    judged = [
        one
        if one.verdict is not LinkVerdict.BROKEN or one.fact.url not in unwritten or one.fact.referrer_count
        else LinkJudgement(one.fact, LinkVerdict.OK, None, unwritten[one.fact.url])
        for one in (judge_link(fact, context) for fact in facts.targets)
    ]
    judged = _without_landings(judged, facts)
    wanted = [one.fact.url for one in judged if one.verdict is not LinkVerdict.OK or _is_hijacked(one.fact)]
    met = referrers(wanted) if wanted else {}
    return tuple(
        _with_referrers(one, met.get(one.fact.url, ()), context)
        if one.verdict is not LinkVerdict.OK
        else (replace(one, referrers=met[one.fact.url]) if one.fact.url in met else one)
        for one in judged
    )


def _without_landings(judged: Sequence[LinkJudgement], facts: SiteFacts) -> list[LinkJudgement]:
    """The judgements without error pages on which dead links land by script: the fault is that of the links."""
    dead = {one.fact.url for one in judged if one.verdict is LinkVerdict.BROKEN}
    landings = {page.reading.redirect for page in facts.pages if page.reading.redirect is not None and page.url in dead}
    return [
        LinkJudgement(one.fact, LinkVerdict.OK, None, "失效的地址转到此处，问题记在原地址")
        if one.verdict is LinkVerdict.BROKEN and one.fact.url in landings and not one.fact.referrer_count
        else one
        for one in judged
    ]


def _is_hijacked(fact: TargetFact) -> bool:
    return fact.last is not None and fact.last.page_verdict is PageVerdict.HIJACKED


def _unwritten(facts: SiteFacts) -> dict[str, str]:
    """Addresses that stand on no page as a link, and why a failure there is no broken link.

    What scripts fetch is asked by them in their own manner; where a pager leads is worked out from its script, and
    believed only if some page of that pager was there.
    """
    found: dict[str, str] = {}
    for page in facts.pages:
        found.update(dict.fromkeys(page.reading.data_urls, "地址仅由脚本调用，不作坏链认定"))
    read = {page.url for page in facts.pages if page.reading.verdict is PageVerdict.OK}
    for page in facts.pages:
        pager = page.reading.pager
        if pager is not None and not read & (set(pager.urls) - {page.url}):
            found.update(dict.fromkeys(pager.urls, _RECKONED))
        # The first page by its file name: a list is there, under the name of its directory.
        found.update(
            (url, _RECKONED) for url in (pager.urls if pager is not None else ()) if _directory_of(url) in read
        )
    return found


def _directory_of(url: str) -> str | None:
    """``/tzgg/`` of ``/tzgg/index.shtml``; ``None`` of any other address."""
    head, _, name = url.rpartition("/")
    return f"{head}/" if _FIRST_PAGE.fullmatch(name) else None


def _with_referrers(one: LinkJudgement, met: tuple[Referrer, ...], context: LinkContext) -> LinkJudgement:
    last = one.fact.last
    at_home = one.reason is LinkReason.REDIRECTED_HOME or (
        one.reason is LinkReason.SOFT_404 and last is not None and shows_home(last, one.fact.target, context)
    )
    if at_home and met and all(_means_home(referrer.anchor) for referrer in met):
        return LinkJudgement(one.fact, LinkVerdict.OK, None, "链接文字即指首页", met)
    if one.reason is LinkReason.SOFT_404 and one.fact.url in context.answers.repeats:
        page = context.pages[one.fact.url]
        if not met or not all(promises_a_page(referrer.anchor or "", page) for referrer in met):
            return LinkJudgement(one.fact, LinkVerdict.OK, None, "该地址显示栏目列表", met)
    return replace(one, referrers=met)


def _means_home(anchor: str | None) -> bool:
    return anchor is not None and _HOME_ANCHOR.fullmatch(anchor.strip()) is not None


def judge_link(fact: TargetFact, context: LinkContext) -> LinkJudgement:
    """What is said of one link, its referrers aside."""
    attempts = counted_attempts(fact)
    if not attempts:
        return _unasked(fact)
    faults = [fault_of(attempt, fact.target, context) for attempt in attempts]
    if None in faults:
        if _is_dead_route(attempts):
            return LinkJudgement(
                fact, LinkVerdict.SKIPPED, LinkReason.BUDGET, "浏览器中显示页面不存在，未及复核，不作坏链认定"
            )
        return LinkJudgement(fact, LinkVerdict.OK, None)
    reasons = [fault for fault in faults if fault is not None]
    verdict = min((VERDICT_OF_REASON[reason] for reason in reasons), key=_SOFTNESS.index)
    reason = [reason for reason in reasons if VERDICT_OF_REASON[reason] is verdict][-1]
    if verdict is not LinkVerdict.BROKEN:
        return LinkJudgement(fact, verdict, reason, _because(attempts, reasons))
    if len({reason in _NO_ANSWER for reason in reasons}) > 1 or len(set(reasons) & set(_NO_ANSWER)) > 1:
        # It answered once and could not be found another time: that tells of the way there and not of the page.
        return LinkJudgement(fact, LinkVerdict.UNREACHABLE, LinkReason.TIMEOUT, "各次访问的结果互相矛盾，不作坏链认定")
    if not is_confirmed(attempts, context):
        return LinkJudgement(fact, LinkVerdict.SKIPPED, LinkReason.BUDGET, "首次访问失败，未及复核，不作坏链认定")
    return LinkJudgement(fact, verdict, reason, _because(attempts, reasons))


def _is_dead_route(attempts: Sequence[Attempt]) -> bool:
    """Whether a browser showed "not found" where the bare shell, the same at every address, was a success."""
    shown = [attempt.page_verdict for attempt in attempts if attempt.via == "chromium" and attempt.error is None]
    return bool(shown) and set(shown) == {PageVerdict.SOFT_404}


def counted_attempts(fact: TargetFact) -> Sequence[Attempt]:
    """The attempts that count: servers that do not know HEAD are asked by GET, and then only the GETs speak."""
    full = [attempt for attempt in fact.attempts if attempt.method != "HEAD"]
    return full or fact.attempts


def is_confirmed(attempts: Sequence[Attempt], context: LinkContext) -> bool:
    """Whether the last try was a whole request, made later than the crawl."""
    last = attempts[-1]
    return len(attempts) > 1 and last.method != "HEAD" and last.at > context.finished_at


def _unasked(fact: TargetFact) -> LinkJudgement:
    if fact.outcome is Outcome.FETCHED:  # read under another address, or without an attempt of its own
        return LinkJudgement(fact, LinkVerdict.OK, None)
    reason = fact.skipped if fact.skipped is not None else LinkReason.BUDGET
    if VERDICT_OF_REASON[reason] is not LinkVerdict.SKIPPED:
        # Never asked, so never an accusation: an address that is none cannot be asked again.
        reason = LinkReason.SCHEME if reason is LinkReason.BAD_URL else LinkReason.BUDGET
    return LinkJudgement(fact, LinkVerdict.SKIPPED, reason, "未访问")


def _because(attempts: Sequence[Attempt], reasons: Sequence[LinkReason]) -> str:
    seen = Counter(reasons)
    told = "、".join(f"{REASON_WORDS[reason]} {count} 次" for reason, count in seen.items())
    return f"共访问 {len(attempts)} 次：{told}"


def _homes(facts: SiteFacts) -> frozenset[str]:
    homes = {place_of(facts.site_url)}
    for page in facts.pages:
        if page.depth == 0 or page.url == facts.site_url:
            homes.add(place_of(page.url))
            homes.add(place_of(page.final_url))
            if page.reading.redirect is not None:
                homes.add(place_of(page.reading.redirect))
    root = split(facts.site_url)
    if is_root(facts.site_url):
        homes.add(place_of(f"{root.scheme}://{root.netloc}/"))
    return frozenset(homes)


def _leading_deeper(targets: Iterable[TargetFact]) -> frozenset[str]:
    """Pages that lead on into the address that was asked: a page that says "not found" leads up or away.

    Into a directory below their own, or to several other queries of their own program.
    """
    found = set()
    queries: Counter[str] = Counter()
    for fact in targets:
        parent = fact.target.parent
        if parent is None or fact.target.kind is not LinkKind.PAGE:
            continue
        directory = parent.partition("?")[0].rpartition("/")[0] + "/"
        below = fact.url.removeprefix(directory)
        if below != fact.url and "/" in below.partition("?")[0] and split(directory).path != "/":
            found.add(parent)
        if "?" in parent and fact.url.partition("?")[0] == parent.partition("?")[0] and fact.url != parent:
            queries[parent] += 1
    return frozenset(found | {parent for parent, count in queries.items() if count >= _OWN_QUERIES})


def _walled_hosts(targets: Iterable[TargetFact]) -> frozenset[str]:
    """Hosts that refused us everything: their 404s are then no better than their 403s.

    It takes several addresses, no success among them, and more than a refusal here and there: the root itself
    refused, or most of the addresses refused in plain words.
    """
    seen: dict[str, list[TargetFact]] = defaultdict(list)
    for fact in targets:
        if fact.attempts:
            seen[host_of(fact.url)].append(fact)
    return frozenset(host for host, facts in seen.items() if _is_walled(facts))


def _is_walled(facts: Sequence[TargetFact]) -> bool:
    refused, root_refused = 0, False
    for fact in facts:
        walls = [_is_refusal(attempt) for attempt in fact.attempts]
        answers = [attempt.http_status for attempt, wall in zip(fact.attempts, walls, strict=True) if not wall]
        if any(status is not None and status not in (404, 410) for status in answers):
            return False
        refused += any(walls)
        root_refused = root_refused or (any(walls) and is_root(fact.url))
    return len(facts) >= _WALLED_ADDRESSES and refused > 0 and (root_refused or refused >= _WALLED_SHARE * len(facts))


def _is_refusal(attempt: Attempt) -> bool:
    if attempt.page_verdict in (PageVerdict.CHALLENGE, PageVerdict.WAF):
        return True
    return attempt.http_status in (401, 403, 412, 429)


def _resolver_is_suspect(targets: Iterable[TargetFact]) -> bool:
    """Several domains unknown and not one known: then it is our resolver that does not answer."""
    unknown: set[str] = set()
    for fact in targets:
        host = split(fact.url).hostname or "" if not fact.target.internal else ""
        if not host or "." not in host or host.replace(".", "").isdigit() or is_reserved(fact.url):
            continue
        for attempt in fact.attempts:
            if attempt.error is FetchError.DNS:
                unknown.add(_SUFFIXES(host).top_domain_under_public_suffix or host)
            elif attempt.http_status is not None or attempt.error in (
                FetchError.REFUSED,
                FetchError.RESET,
                FetchError.TLS,
            ):
                return False
    return len(unknown) >= _SUSPECT_DOMAINS
