"""The demo city itself: it is as it declares, and nothing else is wrong with it."""

import re
from collections import deque
from datetime import date
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from chengjian.demo.city import NEIGHBOUR, REFUSED, build_sites
from chengjian.demo.faults import CITY, JIAOTONG, LIUWAN, QINGHE, SHAYU, YANTANG, YUNXI
from chengjian.demo.promises import LinkFault, PortalPromise
from chengjian.demo.site import Ask, Setting, Site
from records.verdicts import ColumnVerdict, LinkReason, Requirement

AS_OF: Final = date(2026, 11, 21)
STALE_AFTER: Final = 31  # days, of the policy nanyang-monthly
YEARLY_AFTER: Final = 366
WITHOUT_BROWSER: Final = (LIUWAN, QINGHE, YANTANG, YUNXI, JIAOTONG)
ENOUGH: Final = 400  # addresses of one portal
BASE_URLS: Final = {
    key: f"http://127.0.0.1:{8000 + place}/"
    for place, key in enumerate((*(portal.key for portal in CITY), NEIGHBOUR, REFUSED))
}

_QUOTED = re.compile(r"""['"]([^'"<>\s]+\.(?:asp|html)[^'"<>\s]*|/[a-z][^'"<>\s]*/)['"]""")


def ask(target: str, method: str = "GET", **cookies: str) -> Ask:
    return Ask(method, target, {}, cookies)


def built(as_of: date = AS_OF) -> dict[str, Site]:
    return build_sites(Setting(as_of, BASE_URLS))


def written_targets(base: str, html: str) -> set[str]:
    """Every address that a page writes down, in whatever manner of the city's portals."""
    document = LexborHTMLParser(html)
    raw = {
        value
        for name in ("href", "src", "value", "background")
        for node in document.css(f"[{name}]")
        if (value := node.attributes.get(name))
    }
    raw |= set(re.findall(r'href="([^"]+)"', html))  # inside data islands, which are text to a parser
    for node in document.css("[onclick]"):
        raw |= set(_QUOTED.findall(node.attributes.get("onclick") or ""))
    raw |= set(_QUOTED.findall(" ".join(re.findall(r'"javascript:[^"]*"', html))))
    raw |= set(re.findall(r'(?:URL=|var to = "| url: ")([^"]+)"', html))
    for count, name, extension in re.findall(r'createPageHTML\((\d+), \d+, "(\w+)", "(\w+)"\)', html):
        raw |= {f"{name}_{page}.{extension}" for page in range(1, int(count))}
    raw = {one.replace("&amp;", "&") for one in raw if not one.startswith(("javascript:", "mailto:", "tel:", "#"))}
    raw = {re.sub(r";jsessionid=\w+", "", one) for one in raw}
    return {urldefrag(urljoin(base, one)).url for one in raw if one.startswith(("http", "/", ".")) or "." in one}


def target_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def walk(portal: PortalPromise, site: Site) -> tuple[dict[str, tuple[int, bytes]], set[str]]:
    """Every address of a portal that links lead to, with what it answers; and the addresses outside."""
    home = BASE_URLS[portal.key]
    found: dict[str, tuple[int, bytes]] = {}
    outside: set[str] = set()
    queue = deque([home])
    while queue:
        url = queue.popleft()
        if url in found or "/calendar?" in url:  # to the calendar there is no end
            continue
        assert len(found) < ENOUGH, f"{portal.key} does not end: {url}"
        answer = site.answer(ask(target_of(url), yt_visit="1"))
        found[url] = (answer.status, answer.body)
        if answer.status == 503:  # whoever comes again finds it well
            answer = site.answer(ask(target_of(url)))
            found[url] = (answer.status, answer.body)
        links = {urljoin(url, value) for name, value in answer.headers if name == "Location"}
        if (answer.content_type or "").startswith("text/html"):
            links |= written_targets(url, answer.body.decode(site.encoding, "replace"))
        if (answer.content_type or "").startswith("application/json"):
            links |= {urljoin(url, path) for path in re.findall(r'"url": "([^"]+)"', answer.body.decode())}
        outside |= {link for link in links if not link.startswith(home)}
        queue.extend(sorted(link for link in links if link.startswith(home)))
    return found, outside


@pytest.mark.parametrize("portal", WITHOUT_BROWSER, ids=lambda portal: portal.key)
def test_only_the_declared_links_are_sick(portal: PortalPromise) -> None:
    """A portal with an undeclared fault would teach the audit's tests a false accusation."""
    site = built()[portal.key]
    found, outside = walk(portal, site)
    nothing_here = site.not_found(ask("/no-such-address")).body
    skipped = {urljoin(BASE_URLS[portal.key], "/admin/")}  # robots.txt forbids it
    sick = {
        url
        for url, (status, body) in found.items()
        if status >= 400 or (status == 200 and not body.strip()) or body == nothing_here
    } - skipped
    refused = {url for url in sick for refusal in portal.refusals if target_of(url).startswith(refusal.prefix)}
    redirecting = (LinkReason.REDIRECTED_HOME, LinkReason.REDIRECT_LOOP, LinkReason.LOGIN)
    declared = {fault.url(BASE_URLS, portal.key): fault for fault in portal.links}
    assert sick - refused == {
        url for url, fault in declared.items() if fault.internal and fault.reason not in redirecting
    }
    assert {url for url, fault in declared.items() if fault.internal} <= found.keys()
    assert all(len(refused) >= refusal.at_least for refusal in portal.refusals)
    neighbours = tuple(url for key, url in BASE_URLS.items() if key != REFUSED)
    assert {url for url in outside if not url.startswith(neighbours)} == {
        url for url, fault in declared.items() if not fault.internal
    }


@pytest.mark.parametrize("portal", WITHOUT_BROWSER, ids=lambda portal: portal.key)
def test_every_page_is_reached_and_a_portal_has_a_fair_size(portal: PortalPromise) -> None:
    """A page without a link to it would never be audited; a portal of thousands would not end in time."""
    site = built()[portal.key]
    found, _ = walk(portal, site)
    reached = {target_of(url) for url in found}
    unreached = {target for target in site.targets if target not in reached and not target.endswith("/index.html")}
    allowed = {"/robots.txt", "/sitemap.xml"}
    assert unreached - allowed == set()
    assert 40 <= len(found) <= 150


def test_the_single_page_portal_serves_what_its_links_name() -> None:
    """Its pages come from JSON: each path in a document must have a document, or be a declared fault."""
    site = built()[SHAYU.key]
    documents = [site.answer(ask(target)).body.decode() for target in site.targets if target.startswith("/api/")]
    paths = {path for text in documents for path in re.findall(r'"(?:path|columnPath)": "(/[^"]+)"', text)}
    dead = {fault.address for fault in SHAYU.links}
    assert dead <= paths
    for path in paths - dead:
        inner = path if path.startswith("/upload/") else f"/api{path}"
        assert site.answer(ask(inner)).status == 200, path
    shell = site.answer(ask("/")).body
    assert "云溪" not in shell.decode()
    assert all(site.answer(ask(path)).body == shell for path in paths if not path.startswith("/upload/"))
    assert {site.answer(ask(path)).status for path in dead} == {404}


REASON_STATUS: Final = {
    LinkReason.HTTP_404: 404,
    LinkReason.HTTP_410: 410,
    LinkReason.HTTP_5XX: 500,
    LinkReason.WAF: 403,
    LinkReason.SOFT_404: 200,
    LinkReason.WRONG_CONTENT: 200,
    LinkReason.EMPTY_BODY: 200,
    LinkReason.REDIRECTED_HOME: 302,
    LinkReason.REDIRECT_LOOP: 302,
    LinkReason.LOGIN: 302,
}


@pytest.mark.parametrize(
    ("portal", "fault"),
    [(portal, fault) for portal in CITY for fault in portal.links if fault.internal],
    ids=lambda one: one.key,
)
def test_a_declared_fault_answers_as_its_reason_says(portal: PortalPromise, fault: LinkFault) -> None:
    site = built()[portal.key]
    for _ in range(3):  # it stays sick
        answer = site.answer(ask(fault.address))
        assert answer.status == REASON_STATUS[fault.reason]
        if fault.reason is LinkReason.EMPTY_BODY:
            assert answer.body == b""
        if fault.reason is LinkReason.WRONG_CONTENT:
            assert (answer.content_type or "").startswith("text/html")


def test_the_city_has_every_sickness_that_it_promises() -> None:
    """The kinds of faults that the demo is to show, and one portal that is refused to us altogether."""
    reasons = {fault.reason for portal in CITY for fault in portal.links}
    assert reasons >= {*REASON_STATUS, LinkReason.DNS, LinkReason.REFUSED}
    assert {column.verdict for portal in CITY for column in portal.columns} >= {
        ColumnVerdict.FRESH,
        ColumnVerdict.STALE,
        ColumnVerdict.EMPTY,
        ColumnVerdict.EXEMPT,
    }


@pytest.mark.parametrize("portal", CITY, ids=lambda portal: portal.key)
def test_every_portal_declares_each_requirement_once(portal: PortalPromise) -> None:
    assert sorted(row.requirement for row in portal.disclosures) == sorted(Requirement)


@pytest.mark.parametrize(
    "as_of", [date(2026, 11, 21), date(2027, 1, 1), date(2028, 2, 29), date(2028, 3, 1), date(2029, 12, 31)], ids=str
)
def test_columns_are_as_old_as_declared_on_any_day(as_of: date) -> None:
    """The city must not go stale by itself, nor its stale columns recover."""
    for portal in CITY:
        for column in portal.columns:
            newest = column.newest(as_of)
            age = None if newest is None else (as_of - newest).days
            match column.verdict:
                case ColumnVerdict.FRESH:
                    assert age is not None
                    assert 0 <= age <= (YEARLY_AFTER if column.anniversary else STALE_AFTER)
                case ColumnVerdict.STALE:
                    assert age is not None
                    assert age > STALE_AFTER
                case ColumnVerdict.EMPTY:
                    assert column.items == 0


@pytest.mark.parametrize("portal", WITHOUT_BROWSER, ids=lambda portal: portal.key)
def test_the_pages_of_a_column_carry_the_declared_newest_day(portal: PortalPromise) -> None:
    """The declaration and the pages come from one source, and no article is younger than the declaration says."""
    site = built()[portal.key]
    found, _ = walk(portal, site)
    text = {target_of(url): body.decode(site.encoding, "replace") for url, (_, body) in found.items()}
    for column in portal.columns:
        newest = column.newest(AS_OF)
        if newest is None or column.key == "dynamics":  # which says "昨天"
            continue
        forms = (f"{newest:%Y-%m-%d}", f"{newest:%Y/%m/%d}", f"({newest:%m-%d})", f"[{newest.year}-{newest.month}-")
        pages = [text[path] for path in (column.path, *column.also)]
        if column.key == "xzxk":  # whose list comes as JSON
            pages.append(text["/module/api/list.do?columnid=105&page=1"])
        assert any(form in page for form in forms for page in pages), column.name


def test_the_same_day_builds_the_same_city() -> None:
    """Findings of two runs can be compared only when the pages did not change by themselves."""
    first, second = built(), built()
    for key, site in first.items():
        for target in site.targets:
            assert site.answer(ask(target)).body == second[key].answer(ask(target)).body, (key, target)


def test_pages_of_the_old_portal_are_gb2312_and_one_header_lies() -> None:
    site = built()[LIUWAN.key]
    listing = site.answer(ask("/class.asp?id=1"))
    assert listing.content_type == "text/html"
    assert "政务动态" in listing.body.decode("gb2312", "strict")
    mislabelled = site.answer(ask("/class.asp?id=4"))
    assert mislabelled.content_type == "text/html; charset=utf-8"
    assert "乡镇动态" in mislabelled.body.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        mislabelled.body.decode("utf-8")


@pytest.mark.parametrize("query", ["?year=99999999999999&month=1", "?year=a&month=13", "?year=0&month=1", "", "?x"])
def test_the_calendar_survives_what_a_probe_may_ask(query: str) -> None:
    """An audit asks for addresses that cannot exist; the city must answer and not fall over."""
    assert built()[YUNXI.key].answer(ask(f"/calendar{query}")).status == 200
