"""The misbehaving server, a sink that remembers, and one night's gathering in one call."""

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pytest

from crawler.retrying import Manners
from records.crawl import CrawlPlan
from records.news_gathering import GatheredArticle, GatherEnd, ItemEnd, KnownAddress, OutletEnd, address_key
from records.outlets import Entry, EntryKind, Outlet
from spiders.news import gather_news
from storage.database import open_database
from storage.news import NewsRepository

AS_OF = date(2026, 11, 21)
SINCE = date(2026, 10, 21)
QUICK = Manners(retry_delay=0.05, connect_timeout=2.0, settle=0.3)


@dataclass
class Press:
    """Opens hosts of the misbehaving server that print news."""

    desk: str

    def host(self, **config: Any) -> str:
        """A fresh host; its address without the last slash."""
        request = urllib.request.Request(f"{self.desk}/new", json.dumps(config).encode())  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return str(json.load(answer)["url"])

    @staticmethod
    def put(host: str, pages: Mapping[str, str]) -> None:
        """Let a host print other pages from now on."""
        request = urllib.request.Request(f"{host}/_pages", json.dumps(pages).encode())  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            answer.read()

    @staticmethod
    def log(host: str) -> list[tuple[float, str, dict[str, str]]]:
        """What a host was asked for: moment, target, headers."""
        with urllib.request.urlopen(f"{host}/_log") as answer:  # noqa: S310
            return [(when, target, headers) for when, _, target, headers in json.load(answer)]

    def asked(self, host: str) -> list[str]:
        return [target for _, target, _ in self.log(host) if target != "/robots.txt"]


def piece(title: str, *paragraphs: str, day: str | None = "2026-11-10", foot: str = "") -> str:
    """The page of an article."""
    shown = f"<div>发布时间：{day} 09:00　来源：测试日报</div>" if day is not None else ""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or (FILLER,))
    return (
        f'<html><head><meta charset="utf-8"><title>{title}_测试日报</title></head><body>'
        f"<div>今天是2026年11月21日</div><h1>{title}</h1>{shown}<div class='content'>{body}</div>{foot}</body></html>"
    )


FILLER = (
    "记者近日在当地走访时看到，新修的村道已经通车，沿线的农户把晒干的花生装上货车，准备运往邻县的集市出售，"
    "村里的合作社还计划明年再添一条烘干线。"
)


def list_page(*rows: tuple[str, str, str], pager: str = "") -> str:
    """A list page: title, address, day."""
    items = "".join(f'<li><a href="{href}">{title}</a><span>{day}</span></li>' for title, href, day in rows)
    return (
        '<html><head><meta charset="utf-8"><title>要闻 - 测试日报</title></head><body>'
        f"<div>当前位置：<a href='/'>首页</a> &gt; 要闻</div><ul>{items}</ul>{pager}</body></html>"
    )


@dataclass
class MemoryNews:
    """Remembers what a gathering says, as the database would."""

    articles: list[tuple[GatheredArticle, ItemEnd]] = field(default_factory=list)
    addresses: dict[str, KnownAddress] = field(default_factory=dict)

    def article(self, article: GatheredArticle, end: ItemEnd) -> None:
        self.articles.append((article, end))

    def address(self, outlet: str, known: KnownAddress) -> None:
        self.addresses[address_key(known.url)] = known

    @property
    def titles(self) -> list[str]:
        return sorted(article.article.title for article, _ in self.articles)


@dataclass
class Night:
    """One night's gathering that has ended."""

    end: GatherEnd
    sink: MemoryNews

    @property
    def only(self) -> OutletEnd:
        (outlet,) = self.end.outlets
        return outlet

    def counts(self) -> dict[str, int]:
        return {end.value: count for end, count in self.only.ends.items() if count}


class Gather(Protocol):
    async def __call__(self, *outlets: Outlet, **options: Any) -> Night: ...


def outlet(host: str, *urls: str, kind: EntryKind = EntryKind.LIST, **of: Any) -> Outlet:
    """An outlet on one host of the server."""
    entries = tuple(Entry(kind, host + url) for url in urls or ("/list.html",))
    return replace(Outlet("test", "测试日报", "测试县", hosts=(host.partition("://")[2],), entries=entries), **of)


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    program = Path(__file__).parents[1] / "sickserver"
    process = subprocess.Popen([sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield Press(process.stdout.readline().strip())
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(timeout=5)


@pytest.fixture
def gather() -> Gather:
    """Gather outlets to the end.  Options: of ``CrawlPlan``, and ``sink``, ``since``, ``manners``, ``stop_after``."""

    async def run(*outlets: Outlet, **options: Any) -> Night:
        sink = options.pop("sink", None) or MemoryNews()
        since: date = options.pop("since", SINCE)
        manners: Manners = options.pop("manners", QUICK)
        stop_after: float | None = options.pop("stop_after", None)
        plan = CrawlPlan(
            **{
                "url": "",
                "user_agent": "Chengjian/0.1 (tests; +mailto:tests@example.invalid)",
                "rate": 1000.0,
                "concurrency": 8,
                "timeout": 1.0,
                "render": "never",
                **options,
            }
        )
        stop = asyncio.Event()
        if stop_after is not None:
            asyncio.get_running_loop().call_later(stop_after, stop.set)
        known = dict(sink.addresses)
        end = await gather_news(
            plan,
            outlets,
            sink,
            known=known.get,
            since=since,
            as_of=AS_OF,
            on_progress=lambda _: None,
            stop=stop,
            manners=manners,
        )
        return Night(end, sink)

    return run


@pytest.fixture
def news(tmp_path: Path) -> Iterator[NewsRepository]:
    engine = open_database(f"sqlite:///{tmp_path / 'news.sqlite3'}")
    yield NewsRepository(engine)
    engine.dispose()
