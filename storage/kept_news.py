"""The pages of the news that the database keeps, the events that need them, and their removal."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, delete, select

from records.news import EventState
from storage.database import clear_errors, transaction
from storage.kept_answers import drop_unused
from storage.news import NewsRepository
from storage.news_tables import news_event, news_page


@dataclass(frozen=True, slots=True)
class EventUse:
    """An event that an article belongs to, as it stands after the reviews."""

    city: str
    event: str
    state: EventState
    counts: bool  # it has a label or is negative: something may follow of it
    first_day: date | None


class KeptNews:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def uses(self) -> dict[str, tuple[EventUse, ...]]:
        """By article: the events that it belongs to, in any city."""
        with clear_errors(self._engine), self._engine.connect() as connection:
            cities = connection.scalars(select(news_event.c.city_id).distinct()).all()
        news = NewsRepository(self._engine)
        found: dict[str, list[EventUse]] = defaultdict(list)
        for city in cities:
            for event in news.events(city, plain=True):
                use = EventUse(city, event.id, event.state, bool(event.labels or event.negative), event.first_day)
                for article in event.articles:
                    found[article].append(use)
        return {article: tuple(uses) for article, uses in found.items()}

    def pages(self) -> frozenset[str]:
        """The pages that are kept: ARTICLE/VERSION/POSITION."""
        columns = select(news_page.c.article_id, news_page.c.version, news_page.c.position)
        with clear_errors(self._engine), self._engine.connect() as connection:
            return frozenset(f"{one}/{version}/{position}" for one, version, position in connection.execute(columns))

    def drop(self, pages: Collection[str]) -> None:
        """Remove these pages, and the bodies that nothing else needs.  Articles, verdicts and events stay."""
        with transaction(self._engine) as connection:
            for identity in pages:
                article, version, position = identity.split("/")
                connection.execute(
                    delete(news_page).where(
                        news_page.c.article_id == article,
                        news_page.c.version == int(version),
                        news_page.c.position == int(position),
                    )
                )
            drop_unused(connection)
