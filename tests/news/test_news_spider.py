"""Gathering over real HTTP: what is read, what is left alone, and that every item is accounted for."""

from __future__ import annotations

import shutil
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from records.news_gathering import ArticleOrigin, ItemEnd
from records.outlets import Entry, EntryKind, ListedItem
from tests.news.conftest import FILLER, MemoryNews, list_page, outlet, piece

if TYPE_CHECKING:
    from tests.news.conftest import Gather, Press

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def two_articles() -> dict[str, str]:
    return {
        "/list.html": list_page(
            ("新桥镇的村道全线通车了", "/a1.html", "2026-11-10"), ("石桥镇核桃喜获丰收引客来", "/a2.html", "2026-11-09")
        ),
        "/a1.html": piece("新桥镇的村道全线通车了"),
        "/a2.html": piece("石桥镇核桃喜获丰收引客来", day="2026-11-09"),
    }


async def test_articles_of_a_list_are_read_with_title_day_text_and_page(press: Press, gather: Gather) -> None:
    """What every later judgement rests on: the words, the day, where it stood and the bytes as they were."""
    host = press.host(pages=two_articles())
    night = await gather(outlet(host))
    assert night.counts() == {"new": 2}
    first = min((one for one, _ in night.sink.articles), key=lambda one: one.article.url or "")
    assert first.article.title == "新桥镇的村道全线通车了"
    assert first.article.text == FILLER
    assert str(first.article.published) == "2026-11-10"
    assert first.day_from == "页面标注的发布时间"
    assert (first.article.source, first.article.outlet_place) == ("测试日报", "测试县")
    assert first.origin is ArticleOrigin.CRAWLED
    (page,) = first.pages
    assert page.exchange.body.decode() == two_articles()["/a1.html"]


async def test_a_known_article_is_not_asked_again(press: Press, gather: Gather) -> None:
    """A nightly gathering must not fetch a newspaper's archive every night."""
    host = press.host(pages=two_articles())
    night = await gather(outlet(host))
    again = await gather(outlet(host), sink=night.sink)
    assert again.counts() == {"known": 2}
    assert press.asked(host) == ["/list.html", "/a1.html", "/a2.html", "/list.html"]


async def test_an_article_that_is_listed_by_another_title_is_read_again(press: Press, gather: Gather) -> None:
    """A corrected article must reach us; the same text under another headline in the list is no new version."""
    host = press.host(pages=two_articles())
    night = await gather(outlet(host))
    changed = two_articles()
    changed["/list.html"] = list_page(
        ("更正：新桥镇村道尚未通车", "/a1.html", "2026-11-10"), ("石桥镇核桃喜获丰收……", "/a2.html", "2026-11-09")
    )
    changed["/a1.html"] = piece(
        "更正：新桥镇村道尚未通车", "本报此前的报道有误，村道尚在施工，预计下月才能通车，特此更正并向读者致歉。" * 2
    )
    press.put(host, changed)
    again = await gather(outlet(host), sink=night.sink)
    assert again.counts() == {"changed": 1, "known": 1}
    third = await gather(outlet(host), sink=night.sink)
    assert third.counts() == {"known": 2}


async def test_an_unchanged_article_under_another_headline_makes_no_version(press: Press, gather: Gather) -> None:
    """Lists shorten and decorate headlines: that is not a change of the article."""
    host = press.host(pages=two_articles())
    night = await gather(outlet(host))
    press.put(
        host,
        {"/list.html": list_page(("村道通车|图集", "/a1.html", "2026-11-10")), "/a1.html": two_articles()["/a1.html"]},
    )
    again = await gather(outlet(host), sink=night.sink)
    assert again.counts() == {"unchanged": 1}
    third = await gather(outlet(host), sink=night.sink)
    assert third.counts() == {"known": 1}


async def test_what_is_older_than_since_is_left_and_the_list_is_not_read_on(press: Press, gather: Gather) -> None:
    """Nothing is asked for that the day rules out, and the pager is not followed into the past."""
    pages = {
        "/list.html": list_page(
            ("很久以前的一则旧闻标题", "/old1.html", "2026-08-01"),
            ("更久以前的一则旧闻标题", "/old2.html", "2026-07-01"),
            pager='<div>共9页 <a href="/list_2.html">下一页</a></div>',
        )
    }
    night = await gather(outlet(press.host(pages=pages)))
    assert night.counts() == {"too_old": 2}
    assert night.only.entries[0].read == 1


async def test_an_undated_item_is_dated_by_its_own_page(press: Press, gather: Gather) -> None:
    """A list without days: the article's own day decides, and a too old one is not asked again."""
    pages = {
        "/list.html": list_page(("没有日期的一则旧闻标题", "/x1.html", ""), ("没有日期的一则新闻标题", "/x2.html", "")),
        "/x1.html": piece("没有日期的一则旧闻标题", day="2025-01-02"),
        "/x2.html": piece("没有日期的一则新闻标题", day="2026-11-20"),
    }
    host = press.host(pages=pages)
    night = await gather(outlet(host))
    assert night.counts() == {"new": 1, "too_old": 1}
    again = await gather(outlet(host), sink=night.sink)
    assert again.counts() == {"known": 2}


async def test_what_was_too_old_is_read_when_an_earlier_day_is_asked_for(press: Press, gather: Gather) -> None:
    """An operator who goes back a year gets the year."""
    pages = {
        "/list.html": list_page(("没有日期的一则旧闻标题", "/x1.html", "")),
        "/x1.html": piece("没有日期的一则旧闻标题", day="2026-03-02"),
    }
    host = press.host(pages=pages)
    night = await gather(outlet(host))
    assert night.counts() == {"too_old": 1}
    again = await gather(outlet(host), sink=night.sink, since=date(2026, 1, 1))
    assert again.counts() == {"new": 1}


async def test_a_front_page_gives_its_headlines_and_not_its_columns(press: Press, gather: Gather) -> None:
    """Where only the home page of a paper is known, a column page behind a long link is no article."""
    column = list_page(*((f"栏目里的第{n}条新闻标题", f"/c{n}.html", f"2026-11-{n:02}") for n in range(1, 9)))
    links = "".join(
        f'<p><a href="{href}">{title}</a></p>'
        for title, href in (
            ("新桥镇的村道全线通车了今日剪彩", "/a1.html"),
            ("乡村振兴专题报道栏目一百期", "/column1.html"),
        )
    )
    pages = {
        "/": f"<html><head><meta charset='utf-8'><title>测试日报</title></head><body>{links}</body></html>",
        "/a1.html": piece("新桥镇的村道全线通车了今日剪彩"),
        "/column1.html": column,
    }
    night = await gather(outlet(press.host(pages=pages), "/"))
    assert night.sink.titles == ["新桥镇的村道全线通车了今日剪彩"]
    assert night.counts() == {"new": 1, "no_article": 1}


async def test_half_an_article_is_not_kept_when_the_night_ends(press: Press, gather: Gather) -> None:
    """A text cut by the clock would be taken for the whole one for ever after."""
    foot = '<div><a href="/long_2.html">2</a> <a href="/long_2.html">下一页</a></div>'
    pages = {
        "/list.html": list_page(("一篇分成两页的长文章", "/long.html", "2026-11-10")),
        "/long.html": piece("一篇分成两页的长文章", "第一页。" + FILLER, foot=foot),
        "/long_2.html": piece("一篇分成两页的长文章", "第二页。" + FILLER),
    }
    night = await gather(outlet(press.host(pages=pages)), rate=1.0, stop_after=2.6)
    assert night.counts() == {"not_reached": 1}
    assert night.sink.articles == []
    assert night.sink.addresses == {}


async def test_only_the_outlets_own_hosts_are_read(press: Press, gather: Gather) -> None:
    """The open web is full of novels about officials: neither a link nor a redirect leads there."""
    novels = press.host(pages={"/novel.html": piece("官场风云第三十七章县长落马")})
    host = press.host(
        pages={
            "/list.html": list_page(
                ("官场风云第三十七章县长落马", f"{novels}/novel.html", "2026-11-10"),
                ("看似本报的一篇转载文章", f"/sick/redirect?to={novels}/novel.html", "2026-11-10"),
            )
        }
    )
    night = await gather(outlet(host))
    assert night.counts() == {"off_list": 1, "no_article": 1}
    assert press.log(novels) == []


async def test_robots_txt_is_obeyed(press: Press, gather: Gather) -> None:
    pages = two_articles()
    host = press.host(pages=pages, robots="User-agent: *\nDisallow: /a1.html\n")
    night = await gather(outlet(host))
    assert night.counts() == {"new": 1, "skipped": 1}
    assert "/a1.html" not in press.asked(host)


async def test_an_outlet_that_closes_itself_by_robots_txt_is_said_to(press: Press, gather: Gather) -> None:
    night = await gather(outlet(press.host(pages=two_articles(), robots="User-agent: *\nDisallow: /\n")))
    assert night.only.blocked
    assert night.only.entries[0].trouble == "robots.txt 不允许读取"


@pytest.mark.parametrize("status", [500, 503])
async def test_without_robots_txt_nothing_is_asked(press: Press, gather: Gather, status: int) -> None:
    """RFC 9309: a robots.txt that cannot be had disallows for now.  No page of it is knocked at."""
    host = press.host(pages=two_articles(), robots="", robots_status=status)
    night = await gather(outlet(host))
    assert "无法取得" in night.only.entries[0].trouble
    assert "不允许" not in night.only.entries[0].trouble, "it said nothing of the kind"
    assert not night.only.blocked
    assert press.asked(host) == []
    assert any("robots.txt" in note for note in night.end.notes)


@pytest.mark.parametrize("path", ["/sick/status/403", "/sick/wall/521/list", "/sick/wall/200/list"])
async def test_a_blocked_outlet_is_said_and_not_disguised(press: Press, gather: Gather, path: str) -> None:
    """A refusal is no absence of news: it is said by name, with the reason, and nothing is concluded from it."""
    night = await gather(outlet(press.host(), path))
    assert night.only.blocked
    assert night.only.entries[0].trouble
    assert night.sink.articles == []


async def test_a_blocked_outlet_does_not_spoil_the_others(press: Press, gather: Gather) -> None:
    healthy = outlet(press.host(pages=two_articles()))
    closed = outlet(press.host(), "/sick/status/403", id="closed", name="闭门报")
    night = await gather(closed, healthy)
    assert [one.blocked for one in night.end.outlets] == [True, False]
    assert night.end.outlets[1].count(ItemEnd.NEW) == 2


@pytest.mark.parametrize(
    ("target", "end"),
    [
        ("/sick/status/404", "failed"),
        ("/sick/status/403", "blocked"),
        ("/sick/fail/9/500/x", "failed"),
        ("/sick/reset", "failed"),
        ("/sick/hang", "failed"),
        ("/sick/loop", "failed"),
        ("/sick/empty", "failed"),
        ("/sick/file/good.pdf", "no_article"),
        ("/sick/bomb", "skipped"),
        ("/sick/huge/file.zip", "no_article"),
        ("javascript:open()", None),
        ("mailto:a@b.cn", None),
    ],
)
async def test_an_article_that_cannot_be_read_costs_only_itself(
    press: Press, gather: Gather, target: str, end: str | None
) -> None:
    """Whatever a server does, the rest goes on and the item stands in exactly one column of the account."""
    pages = two_articles()
    pages["/list.html"] = list_page(
        ("这一条新闻无论如何打不开", target, "2026-11-11"),
        ("新桥镇的村道全线通车了", "/a1.html", "2026-11-10"),
        ("石桥镇核桃喜获丰收引客来", "/a2.html", "2026-11-09"),
    )
    night = await gather(outlet(press.host(pages=pages)), max_body=200_000)
    counts = night.counts()
    assert counts.pop("new") == 2
    if end is None:
        assert counts in ({}, {"skipped": 1})
    else:
        assert counts == {end: 1}


async def test_what_failed_is_asked_again_another_night(press: Press, gather: Gather) -> None:
    """A server that was down for one night must not cost the article for ever."""
    pages = {"/list.html": list_page(("昨夜没有读成的一篇文章", "/late.html", "2026-11-10"))}
    host = press.host(pages=pages)
    night = await gather(outlet(host))
    assert night.counts() == {"failed": 1}
    press.put(host, {"/late.html": piece("昨夜没有读成的一篇文章")})
    again = await gather(outlet(host), sink=night.sink)
    assert again.counts() == {"new": 1}


async def test_the_pager_is_followed_while_it_brings_news(press: Press, gather: Gather) -> None:
    """A busy day fills more than one page of a list; the bound on pages holds."""
    pages = {}
    for number in range(1, 6):
        name = "/list.html" if number == 1 else f"/list_{number}.html"
        rows = [(f"第{number}页第{n}条新闻的标题", f"/p{number}_{n}x.html", "2026-11-10") for n in (1, 2)]
        pages[name] = list_page(*rows, pager=f'<div>共5页 <a href="/list_{number + 1}.html">下一页</a></div>')
        pages |= {href: piece(title) for title, href, _ in rows}
    host = press.host(pages=pages)
    entry = Entry(EntryKind.LIST, f"{host}/list.html", pages=3)
    night = await gather(outlet(host, entries=(entry,)))
    assert night.counts() == {"new": 6}
    assert "/list_4.html" not in press.asked(host)


async def test_an_article_over_several_pages_is_one(press: Press, gather: Gather) -> None:
    """The sentence that matters may stand on the second page; a page that is missing is said."""
    foot = '<div><a href="/long_2.html">2</a> <a href="/long_3.html">3</a> <a href="/long_2.html">下一页</a></div>'
    pages = {
        "/list.html": list_page(("一篇分成三页的长文章", "/long.html", "2026-11-10")),
        "/long.html": piece("一篇分成三页的长文章", "第一页。" + FILLER, foot=foot),
        "/long_2.html": piece("一篇分成三页的长文章", "第二页。" + FILLER),
    }
    night = await gather(outlet(press.host(pages=pages)))
    ((article, _),) = night.sink.articles
    assert article.article.text == f"第一页。{FILLER}\n第二页。{FILLER}"
    assert len(article.pages) == 2
    assert article.notes == ("有一页续文未能读取",)
    assert night.counts() == {"new": 1}


async def test_feeds_and_sitemaps_name_each_article_once(press: Press, gather: Gather) -> None:
    """The same article in a feed, a sitemap and a list is one item of the account."""
    pages = two_articles()
    host = press.host(pages=pages)
    press.put(
        host,
        {
            "/rss": f"<?xml version='1.0'?><rss><channel><item><title>新桥镇的村道全线通车了</title>"
            f"<link>{host}/a1.html</link><pubDate>Tue, 10 Nov 2026 09:00:00 +0800</pubDate></item></channel></rss>",
            "/index.xml": f"<sitemapindex><sitemap><loc>{host}/new.xml</loc><lastmod>2026-11-20</lastmod></sitemap>"
            f"<sitemap><loc>{host}/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap></sitemapindex>",
            "/new.xml": f"<urlset><url><loc>{host}/a2.html</loc><lastmod>2026-11-09</lastmod></url>"
            f"<url><loc>{host}/about.html</loc></url></urlset>",
        },
    )
    entries = (
        Entry(EntryKind.FEED, f"{host}/rss"),
        Entry(EntryKind.SITEMAP, f"{host}/index.xml"),
        Entry(EntryKind.LIST, f"{host}/list.html"),
    )
    night = await gather(outlet(host, entries=entries))
    assert night.counts() == {"new": 2, "skipped": 1}
    assert press.asked(host).count("/a1.html") == press.asked(host).count("/a2.html") == 1
    assert "/old.xml" not in press.asked(host)


async def test_a_search_is_asked_for_each_keyword(press: Press, gather: Gather) -> None:
    host = press.host()
    entry = Entry(EntryKind.SEARCH, f"{host}/s?q={{keyword}}")
    await gather(outlet(host, entries=(entry,), keywords=("拖欠", "违纪 违法")))
    assert press.asked(host) == ["/s?q=%E6%8B%96%E6%AC%A0", "/s?q=%E8%BF%9D%E7%BA%AA%20%E8%BF%9D%E6%B3%95"]


async def test_the_pace_and_the_name(press: Press, gather: Gather) -> None:
    """Never faster than the rate, and every request says who asks."""
    host = press.host(pages=two_articles())
    await gather(outlet(host), rate=5.0)
    log = press.log(host)
    gaps = [later[0] - earlier[0] for earlier, later in pairwise(log)]
    assert min(gaps) > 0.15
    assert {headers["user-agent"] for _, _, headers in log} == {"Chengjian/0.1 (tests; +mailto:tests@example.invalid)"}


async def test_retry_after_is_waited_for(press: Press, gather: Gather) -> None:
    """A host that asks for a pause gets it."""
    host = press.host(
        pages={"/list.html": list_page(("请稍后再来读的一篇文章", "/sick/fail/1/503/x?after=1", "2026-11-10"))}
    )
    await gather(outlet(host))
    moments = [when for when, target, _ in press.log(host) if target.startswith("/sick/fail")]
    assert len(moments) == 2
    assert moments[1] - moments[0] >= 0.95


async def test_an_interrupted_gathering_keeps_what_it_has(press: Press, gather: Gather) -> None:
    """What was read is given away, what was not is said to be open, and it ends soon."""
    rows = [(f"第{number}条排队等着读的新闻", f"/n{number}x.html", "2026-11-10") for number in range(40)]
    pages = {"/list.html": list_page(*rows)} | {href: piece(title) for title, href, _ in rows}
    night = await gather(outlet(press.host(pages=pages)), rate=10.0, stop_after=1.0)
    counts = night.counts()
    assert night.end.stopped_by == "被中断"
    assert counts["new"] == len(night.sink.articles) >= 3
    assert counts["new"] + counts["not_reached"] == 40


async def test_a_gathering_that_runs_out_of_time_says_so(press: Press, gather: Gather) -> None:
    """A blocked outlet beside it must not hide that the clock ended the night."""
    rows = [(f"第{number}条排队等着读的新闻", f"/n{number}x.html", "2026-11-10") for number in range(40)]
    pages = {"/list.html": list_page(*rows)} | {href: piece(title) for title, href, _ in rows}
    closed = outlet(press.host(), "/sick/wall/521/list", id="closed")
    night = await gather(closed, outlet(press.host(pages=pages)), rate=5.0, max_minutes=1.5 / 60)
    assert night.end.stopped_by == "时间用尽"
    account = night.end.outlets[1]
    assert account.count(ItemEnd.NEW) + account.count(ItemEnd.NOT_REACHED) == 40


async def test_items_of_a_stored_audit_are_read_as_a_portals_own(press: Press, gather: Gather) -> None:
    """A portal's news columns come in from its audit, without its lists being read again."""
    host = press.host(pages=two_articles())
    items = (ListedItem(f"{host}/a1.html", "新桥镇的村道全线通车了", None),)
    night = await gather(outlet(host, entries=(), items=items, portal=True))
    ((article, _),) = night.sink.articles
    assert article.origin is ArticleOrigin.PORTAL
    assert press.asked(host) == ["/a1.html"]


async def test_a_wrong_charset_of_an_outlet_is_corrected(press: Press, gather: Gather) -> None:
    """Encoding oddities are data of the outlet."""
    host = press.host(pages={"/list.html": list_page(("声明为别的编码的一篇文章", "/sick/mislabelled", "2026-11-10"))})
    night = await gather(outlet(host))
    assert night.counts() in ({"new": 1}, {"no_article": 1})
    assert all("�" not in article.article.text for article, _ in night.sink.articles)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
async def test_a_list_that_needs_a_browser_is_read_with_one(press: Press, gather: Gather) -> None:
    """Single-page newspapers show nothing without scripts."""
    host = press.host()
    night = await gather(outlet(host, "/sick/shell"), render="auto", chromium=CHROMIUM, timeout=10.0)
    assert night.only.entries[0].items > 0


async def test_nothing_to_read_is_no_error(gather: Gather) -> None:
    night = await gather(outlet("http://127.0.0.1:9", entries=()))
    assert night.counts() == {}
    assert night.end.requests == 0


async def test_the_same_address_with_and_without_tls_is_one(press: Press, gather: Gather) -> None:
    """Outlets move to https without a new article being printed."""
    host = press.host(pages=two_articles())
    night = await gather(outlet(host))
    sink = MemoryNews(addresses=night.sink.addresses)
    press.put(
        host,
        {
            "/list.html": list_page(
                ("新桥镇的村道全线通车了", host.replace("http:", "https:") + "/a1.html", "2026-11-10")
            )
        },
    )
    again = await gather(outlet(host), sink=sink)
    assert again.counts() == {"known": 1}
