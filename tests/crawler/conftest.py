"""The misbehaving server, a sink that remembers, and a crawl in one call."""

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pytest

from crawler.hosts import Hosts
from crawler.retrying import Manners
from records.crawl import CrawlEnd, CrawlPlan, Exchange, PageFact, Progress, TargetFact
from records.page import Link
from spiders.portal import crawl_portal

AS_OF = date(2026, 11, 21)
AGENT = "Chengjian/0.1 (tests; +mailto:tests@example.invalid)"
QUICK = Manners(retry_delay=0.05, connect_timeout=2.0, settle=0.3)


@dataclass
class MemorySink:
    """Keeps all that a crawl says."""

    pages: list[PageFact] = field(default_factory=list)
    targets: dict[str, TargetFact] = field(default_factory=dict)
    links: dict[str, list[Link]] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    told_twice: list[str] = field(default_factory=list)

    def page(self, fact: PageFact, links: Sequence[Link], exchange: Exchange | None) -> None:
        assert fact.reading.links == ()
        self.pages.append(fact)
        self.links[fact.url] = list(links)
        if exchange is not None:
            self.exchanges.append(exchange)

    def target(self, fact: TargetFact) -> None:
        if fact.url in self.targets:
            self.told_twice.append(fact.url)
        self.targets[fact.url] = fact


@dataclass
class Crawled:
    """A crawl that has ended; addresses are given by their path."""

    root: str
    sink: MemorySink
    end: CrawlEnd
    progress: list[Progress]
    seconds: float

    def __getitem__(self, path: str) -> TargetFact:
        return self.sink.targets[path if path.startswith("http") else self.root + path]

    def statuses(self, path: str) -> list[tuple[str, int | None]]:
        return [(attempt.method, attempt.http_status) for attempt in self[path].attempts]

    @property
    def paths(self) -> set[str]:
        return {page.url.removeprefix(self.root) for page in self.sink.pages}


class Desk:
    """Opens hosts of the misbehaving server."""

    def __init__(self, url: str) -> None:
        self._url = url

    def host(self, *targets: str, **config: Any) -> str:
        """A fresh host whose home page links to ``targets``; its address without the last slash."""
        if targets:
            anchors = "".join(f'<li><a href="{target}">第{n}个链接</a></li>' for n, target in enumerate(targets))
            config.setdefault("pages", {})["/"] = (
                f'<html><head><meta charset="utf-8"><title>测试县人民政府</title></head><body><h1>测试县人民政府</h1>'
                f"<ul>{anchors}</ul><p>本站由测试县人民政府办公室主办，内容用于检验巡查程序是否守规矩。</p></body></html>"
            )
        request = urllib.request.Request(f"{self._url}/new", json.dumps(config).encode())  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return str(json.load(answer)["url"])

    @staticmethod
    def log(host: str) -> list[tuple[float, str, str, dict[str, str]]]:
        """All requests that a host has seen: moment, method, target, headers."""
        with urllib.request.urlopen(f"{host}/_log") as answer:  # noqa: S310
            return [(when, method, target, headers) for when, method, target, headers in json.load(answer)]

    def asked(self, host: str, path: str) -> list[str]:
        """The methods by which a path was asked, in order."""
        return [method for _, method, target, _ in self.log(host) if target == path]


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    program = Path(__file__).parents[1] / "sickserver"
    process = subprocess.Popen([sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield Desk(process.stdout.readline().strip())
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(timeout=5)


class Crawl(Protocol):
    async def __call__(self, root: str, **options: Any) -> Crawled: ...


@pytest.fixture
def crawl() -> Crawl:
    """Crawl a host to its end.  Options: of ``CrawlPlan``, and ``manners``, ``hosts``, ``sink``, ``stop_after``."""

    async def run(root: str, **options: Any) -> Crawled:
        loop = asyncio.get_running_loop()
        sink = options.pop("sink", None) or MemorySink()
        manners: Manners = options.pop("manners", QUICK)
        hosts: Hosts | None = options.pop("hosts", None)
        stop_after: float | None = options.pop("stop_after", None)
        start: str = options.pop("start", "/")
        plan = CrawlPlan(
            **{
                "url": root + start,
                "user_agent": AGENT,
                "rate": 1000.0,
                "concurrency": 8,
                "timeout": 2.0,
                "max_pages": 200,
                "render": "never",
                **options,
            }
        )
        stop = asyncio.Event()
        if stop_after is not None:
            loop.call_later(stop_after, stop.set)
        progress: list[Progress] = []
        began = loop.time()
        report: Callable[[Progress], None] = progress.append
        end = await crawl_portal(plan, sink, as_of=AS_OF, on_progress=report, stop=stop, manners=manners, hosts=hosts)
        crawled = Crawled(root, sink, end, progress, loop.time() - began)
        # The identity of the books is part of every test.
        assert end.counts.balanced
        assert not sink.told_twice
        assert end.counts.addresses == len(sink.targets)
        assert end.counts.pages + end.counts.rendered == len(sink.pages)
        return crawled

    return run
