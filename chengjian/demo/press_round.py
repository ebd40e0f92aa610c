"""One night of the demo city's newspapers: gathered, judged, grouped into events."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from pathlib import Path

from chengjian.demo.city import City as Served
from chengjian.demo.portals.press import press_outlets
from chengjian.news_judges import news_judges
from chengjian.news_store import open_news
from chengjian.newsroom import NetworkNewsWalker
from chengjian.settings import Settings
from crawler.clock import now
from records.crawl import CrawlPlan
from records.news import NewsEvent
from records.news_gathering import GatherEnd, ItemEnd
from records.registry import City
from services.news.gathering import gather_news
from services.news.judging import judge_news
from services.news.reviewing import LABEL_WORDS
from services.registry.city_text import parse_city

DAYS = 31
RATE = 60.0  # the papers are ours and on this machine


@dataclass(frozen=True, slots=True)
class PressRound:
    """What the night brought."""

    city: City
    end: GatherEnd
    events: tuple[NewsEvent, ...]

    @property
    def articles(self) -> int:
        """How many articles were read."""
        return sum(outlet.count(ItemEnd.NEW) for outlet in self.end.outlets)

    @property
    def line(self) -> str:
        """What the night brought, in one Chinese line."""
        kinds = Counter(LABEL_WORDS[label] for event in self.events for label in event.labels)
        told = "，".join(f"{word} {count}" for word, count in kinds.items())
        papers, found = len(self.end.outlets), len(self.events)
        return f"新闻：{papers} 家媒体，文章 {self.articles} 篇，归为事件 {found} 件（{told}），待复核"


def demo_city() -> City:
    """The registry of the demo city."""
    text = (resources.files("chengjian.demo") / "yunxi" / "units.yml").read_text("utf-8")
    reading = parse_city(text, "units.yml")
    if reading.city is None:
        raise ValueError("; ".join(map(str, reading.faults)))
    return reading.city


def read_the_papers(served: Served, settings: Settings, database: Path) -> PressRound:
    """Gather and judge what the demo city's papers printed in the last month, into a SQLite file."""
    city = demo_city()
    news = open_news(settings, str(database))
    plan = CrawlPlan(url="", user_agent=settings.user_agent, rate=RATE, concurrency=4, render="never")
    walker = NetworkNewsWalker(plan, as_of=served.as_of, on_progress=lambda _: None, stop=asyncio.Event())
    since = served.as_of - timedelta(days=DAYS)
    end = asyncio.run(gather_news(press_outlets(served.base_urls), walker=walker, news=news, since=since))
    judge_news(news, city.id, news_judges(city), at=now())
    return PressRound(city, end, news.events(city.id, since, served.as_of))
