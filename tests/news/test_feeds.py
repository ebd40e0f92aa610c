"""Feeds and sitemaps of all makes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.feeds import SyndicationKind, kind_of_syndication, read_syndication

AS_OF = date(2026, 11, 21)
HERE = "http://www.ribao.test/rss.xml"


def rss(item: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    return f"{head}<rss version='2.0'><channel><title>日报</title><item>{item}</item></channel></rss>"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Tue, 10 Nov 2026 09:00:00 +0800", date(2026, 11, 10)),
        ("Tue, 10 Nov 2026 17:30:00 GMT", date(2026, 11, 11)),  # half past one in the night, here
        ("2026-11-10 23:30:00", date(2026, 11, 10)),  # no zone: local time
        ("2026年11月10日 23:30", date(2026, 11, 10)),
        ("2026-11-10T23:30:00+08:00", date(2026, 11, 10)),
        ("", None),
        ("上周", None),
    ],
)
def test_the_day_of_a_feed_item_is_that_of_china(written: str, day: date | None) -> None:
    """A piece of half past eleven at night must not fall into the next period."""
    body = rss(f"<title>村道通车</title><link>/a.html</link><pubDate>{written}</pubDate>").encode()
    found = read_syndication(body, url=HERE, as_of=AS_OF)
    assert found is not None
    assert [(item.url, item.title, item.day) for item in found.items] == [
        ("http://www.ribao.test/a.html", "村道通车", day)
    ]


def test_atom_rdf_and_old_encodings_are_read() -> None:
    """Local papers run software of twenty years ago."""
    atom = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title type='html'>村道&lt;b&gt;通车&lt;/b&gt;</title>"
        "<link href='a.html'/><updated>2026-11-10T01:00:00Z</updated></entry></feed>"
    ).encode()
    gbk = rss("<title>村道通车</title><link>http://x.test/a</link>", '<?xml version="1.0" encoding="gb2312"?>').encode(
        "gb18030"
    )
    found = [read_syndication(body, url=HERE, as_of=AS_OF) for body in (atom, gbk)]
    assert [one.items[0].title for one in found if one is not None] == ["村道通车", "村道通车"]
    assert found[0] is not None
    assert found[0].items[0].changed == "2026-11-10T09:00:00+08:00"


def test_news_sitemaps_carry_title_and_day() -> None:
    body = (
        "<urlset xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc> /a.html </loc><news:news>"
        "<news:publication_date>2026-11-10T20:00:00Z</news:publication_date><news:title>村道通车</news:title>"
        "</news:news></url><url><loc>mailto:x</loc></url></urlset>"
    ).encode()
    found = read_syndication(body, url=HERE, as_of=AS_OF)
    assert found is not None
    assert found.kind is SyndicationKind.SITEMAP
    assert [(item.url, item.title, item.day) for item in found.items] == [
        ("http://www.ribao.test/a.html", "村道通车", date(2026, 11, 11))
    ]


def test_entities_from_outside_are_not_fetched() -> None:
    """A sitemap may not make us read files of our own machine."""
    body = (
        b'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        b"<urlset><url><loc>http://a.test/&x;</loc><lastmod>2026-11-10</lastmod></url></urlset>"
    )
    found = read_syndication(body, url=HERE, as_of=AS_OF)
    assert found is not None
    assert [item.url for item in found.items] in ([], ["http://a.test/"])


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- c --><rss>", SyndicationKind.FEED),
        (b"<feed xmlns='x'>", SyndicationKind.FEED),
        (b"<rdf:RDF xmlns:rdf='y'>", SyndicationKind.FEED),
        (b"<sitemapindex>", SyndicationKind.SITEMAP_INDEX),
        (b"<urlset xmlns='x'>", SyndicationKind.SITEMAP),
        (b"<!DOCTYPE html><html>", None),
        (b"<html><body>&lt;rss&gt;", None),
        (b'{"rss": 1}', None),
        (b"", None),
    ],
)
def test_what_is_a_feed_is_told_by_its_root(body: bytes, kind: SyndicationKind | None) -> None:
    """Servers send feeds as text/html; a page that speaks of a feed is none."""
    assert kind_of_syndication(body) is kind


def test_a_broken_feed_gives_what_can_be_read_or_says_so() -> None:
    cut = rss("<title>村道通车</title><link>http://x.test/a</link>")[:-15].encode()
    found = read_syndication(cut, url=HERE, as_of=AS_OF)
    assert found is not None
    assert len(found.items) == 1
    broken = read_syndication(b"<urlset><<<", url=HERE, as_of=AS_OF)
    assert broken is not None
    assert broken.items == ()


@given(st.binary(max_size=300), st.sampled_from([b"", b"<rss><channel><item>", b"<urlset><url><loc>", b"<feed>"]))
def test_no_bytes_make_it_raise(body: bytes, head: bytes) -> None:
    """One sick feed must not end a night."""
    found = read_syndication(head + body, url=HERE, as_of=AS_OF)
    assert found is None or all(item.url.startswith("http") for item in found.items)
