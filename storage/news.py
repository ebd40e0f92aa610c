"""The news: articles, what was said of them, and the events that they form."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, and_, delete, insert, select

from records.news import EventState, NewsEvent, NewsFact, NewsVerdict, Whose
from records.news_reviews import EventReview, Undone
from storage.addresses import chunks
from storage.database import clear_errors, dialect_of, transaction
from storage.encoding import from_json, to_json
from storage.errors import StorageError
from storage.event_reviews import regrouped, reviewed
from storage.news_articles import ArticleRepository, PageKept, StoredArticle, VersionFact, newest
from storage.news_tables import (
    news_article,
    news_attribution,
    news_change,
    news_event,
    news_membership,
    news_review,
    news_undo,
    news_verdict,
    news_version,
)

__all__ = ["Judged", "NewsRepository", "NewsSnapshot", "OutdatedError", "PageKept", "StoredArticle"]

Within = Callable[[Connection], object]
"""What is to be kept in the same unit of work, or not at all."""


class OutdatedError(StorageError):
    """The events have changed since they were read: they must be read anew before anything is decided."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one model and one city's registry say of the newest version of an article."""

    fact: NewsFact
    version: int


@dataclass(frozen=True, slots=True)
class NewsSnapshot:
    """The events and decisions of a city at one instant."""

    change: int
    judged: int  # the change of events and verdicts alone
    suggested: tuple[NewsEvent, ...]
    reviews: tuple[EventReview, ...]


class NewsRepository(ArticleRepository):
    """The news of one database.  Every method is one unit of work; each raises ``StorageError``."""

    # ----- what was said of them

    def unjudged(self, city_id: str, *, model: str | None = None, limit: int) -> tuple[StoredArticle, ...]:
        """Articles on whose newest version no model, or not this model, has spoken for this city, the oldest first."""
        spoken = and_(
            news_attribution.c.city_id == city_id,
            news_attribution.c.article_id == news_article.c.id,
            news_attribution.c.version == news_article.c.version,
        )
        if model is not None:
            spoken = and_(spoken, news_attribution.c.model == model)
        statement = (
            select(news_article, news_version.c.seen_at, news_version.c.fact)
            .join(news_version, newest())
            .where(~select(news_attribution.c.article_id).where(spoken).exists())
            .order_by(news_article.c.published.asc().nulls_first(), news_article.c.id)
            .limit(limit)
        )
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(self.stored(row) for row in connection.execute(statement))

    def save_judged(self, city_id: str, model: str, judged: Sequence[Judged], *, at: datetime) -> None:
        """Keep what a model says of articles and whom they concern in a city, in the place of what it said before."""
        verdicts = [
            {
                "article_id": one.fact.article.id,
                "version": one.version,
                "model": model,
                "judged_at": at.isoformat(timespec="microseconds"),
                "fact": self.packer.pack(to_json(one.fact.verdict)),
            }
            for one in judged
        ]
        whose = [
            {
                "city_id": city_id,
                "article_id": one.fact.article.id,
                "version": one.version,
                "model": model,
                "fact": self.packer.pack(to_json(one.fact.whose)),
            }
            for one in judged
        ]
        if not judged:
            return
        with transaction(self.engine) as connection:
            dialect = dialect_of(connection)
            statement = dialect.insert(news_verdict)
            changed = {"fact": statement.excluded.fact, "judged_at": statement.excluded.judged_at}
            keys = ["article_id", "version", "model"]
            connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), verdicts)
            statement = dialect.insert(news_attribution)
            changed = {"fact": statement.excluded.fact}
            connection.execute(statement.on_conflict_do_update(index_elements=["city_id", *keys], set_=changed), whose)
            _changed(connection, city_id)

    def forget_judged(self, city_id: str, model: str) -> None:
        """Let every article be judged anew by a model for a city.  Other models' verdicts and all events stay."""
        with transaction(self.engine) as connection:
            connection.execute(
                delete(news_attribution).where(news_attribution.c.city_id == city_id, news_attribution.c.model == model)
            )
            _changed(connection, city_id)

    def facts(self, city_id: str, ids: Collection[str]) -> dict[str, NewsFact]:
        """What was said last of the newest version of each of these articles, with the event that each belongs to."""
        statement = (
            select(
                news_article.c.id,
                news_version.c.fact,
                news_verdict.c.fact.label("verdict"),
                news_attribution.c.fact.label("whose"),
                news_membership.c.event_id,
            )
            .join(news_version, newest())
            .join(
                news_attribution,
                and_(
                    news_attribution.c.city_id == city_id,
                    news_attribution.c.article_id == news_article.c.id,
                    news_attribution.c.version == news_article.c.version,
                ),
            )
            .join(
                news_verdict,
                and_(
                    news_verdict.c.article_id == news_attribution.c.article_id,
                    news_verdict.c.version == news_attribution.c.version,
                    news_verdict.c.model == news_attribution.c.model,
                ),
            )
            .outerjoin(
                news_membership,
                and_(
                    news_membership.c.city_id == city_id,
                    news_membership.c.article_id == news_article.c.id,
                ),
            )
            .order_by(news_verdict.c.judged_at)
        )
        with clear_errors(self.engine), self.engine.connect() as connection:
            return {
                row.id: NewsFact(
                    from_json(VersionFact, self.packer.unpack(row.fact)).article,
                    from_json(NewsVerdict, self.packer.unpack(row.verdict)),
                    from_json(Whose, self.packer.unpack(row.whose)),
                    row.event_id,
                )
                for row in self.in_chunks(connection, statement, news_article.c.id, ids)
            }

    # ----- events

    def suggested(self, city_id: str) -> tuple[NewsEvent, ...]:
        """All events of a city as the program suggests them, without reviews."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return self._suggested(connection, city_id)

    def regrouped(self, city_id: str) -> tuple[NewsEvent, ...]:
        """The same after merging and splitting: what new articles are grouped with."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return regrouped(self._suggested(connection, city_id), self._reviews(connection, city_id))

    def save_events(self, city_id: str, model: str, events: Sequence[NewsEvent], *, gone: Collection[str] = ()) -> None:
        """Keep events as the program suggests them.  ``gone`` are those that went into others by merging."""
        with transaction(self.engine) as connection:
            for chunk in chunks([*gone, *(event.id for event in events)]):
                mine = news_event.c.city_id == city_id
                connection.execute(delete(news_event).where(mine, news_event.c.id.in_(chunk)))
            rows = [
                {
                    "city_id": city_id,
                    "id": event.id,
                    "model": model,
                    "first_day": event.first_day,
                    "fact": self.packer.pack(to_json(event)),
                }
                for event in events
            ]
            members = [
                {"city_id": city_id, "event_id": event.id, "article_id": article, "position": position}
                for event in events
                for position, article in enumerate(dict.fromkeys(event.articles))
            ]
            if rows:
                connection.execute(insert(news_event), rows)
            if members:
                connection.execute(insert(news_membership), members)
            _changed(connection, city_id)

    def events(
        self,
        city_id: str,
        period_first_day: date | None = None,
        period_last_day: date | None = None,
        *,
        plain: bool = False,
    ) -> tuple[NewsEvent, ...]:
        """The events of a city whose first day lies in the period, reviews applied, in the order of their days.

        Without a period all of them, those without a day at the end; with one, an event without a day is left out.
        ``plain``: also what has no label, is not negative and was not reviewed: news of which nothing follows.
        """
        with clear_errors(self.engine), self.engine.connect() as connection:
            standing = reviewed(self._suggested(connection, city_id), self._reviews(connection, city_id))
        if not plain:
            standing = tuple(
                event for event in standing if event.labels or event.negative or event.state is not EventState.SUGGESTED
            )
        if period_first_day is not None or period_last_day is not None:
            first, last = period_first_day or date.min, period_last_day or date.max
            standing = tuple(
                event for event in standing if event.first_day is not None and first <= event.first_day <= last
            )
        return tuple(sorted(standing, key=lambda event: (event.first_day or date.max, event.id)))

    def add_review(
        self, city_id: str, review: EventReview, *, after: int | None = None, within: Within | None = None
    ) -> None:
        """Add a decision.  None is ever changed or taken away.

        ``after``: the change that the decision was made on (``change``); ``OutdatedError`` where there is a newer one.
        """
        row = {
            "city_id": city_id,
            "event_id": review.event,
            "action": review.action.value,
            "by": review.by,
            "why": review.why,
            "at": review.at.isoformat(timespec="seconds"),
            "fact": self.packer.pack(to_json(review)),
        }
        with transaction(self.engine) as connection:
            _changed(connection, city_id, judged=0, after=after)
            connection.execute(insert(news_review).values(row))
            if within is not None:
                within(connection)

    def undo_review(
        self,
        city_id: str,
        number: int,
        undone: Undone,
        *,
        after: int | None = None,
        within: Within | None = None,
    ) -> None:
        """Take a decision back.  It stays, and holds no longer.  ``OutdatedError`` as in ``add_review``."""
        row = {"review_id": number, "by": undone.by, "at": undone.at.isoformat(timespec="seconds")}
        with transaction(self.engine) as connection:
            _changed(connection, city_id, judged=0, after=after)
            connection.execute(insert(news_undo).values(row))
            if within is not None:
                within(connection)

    def change(self, city_id: str) -> int:
        """A number that goes up with every change of a city's events, verdicts and decisions."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return _change(connection, city_id)[0]

    def snapshot(self, city_id: str, known: NewsSnapshot | None = None) -> NewsSnapshot:
        """The events as the program suggests them and every decision, of one and the same instant.

        ``known``: an earlier one of the same city; what has not changed since is taken from it and not read again.
        """
        with clear_errors(self.engine), self.engine.connect() as connection:
            change, judged = _change(connection, city_id)
            same = known is not None and known.judged == judged
            suggested = known.suggested if known is not None and same else self._suggested(connection, city_id)
            reviews = self._reviews(connection, city_id, known.reviews if known is not None else ())
            return NewsSnapshot(change, judged, suggested, reviews)

    def unsure(self, city_id: str) -> frozenset[str]:
        """The articles on which the last judge of their newest version abstained: they are a person's to decide."""
        statement = (
            select(news_article.c.id, news_verdict.c.fact)
            .join(
                news_attribution,
                and_(
                    news_attribution.c.city_id == city_id,
                    news_attribution.c.article_id == news_article.c.id,
                    news_attribution.c.version == news_article.c.version,
                ),
            )
            .join(
                news_verdict,
                and_(
                    news_verdict.c.article_id == news_attribution.c.article_id,
                    news_verdict.c.version == news_attribution.c.version,
                    news_verdict.c.model == news_attribution.c.model,
                ),
            )
            .order_by(news_verdict.c.judged_at)
        )
        found: dict[str, bool] = {}
        with clear_errors(self.engine), self.engine.connect() as connection:
            for row in connection.execute(statement):
                verdict = from_json(NewsVerdict, self.packer.unpack(row.fact))
                found[row.id] = verdict.unsure or any(label.unsure for label in verdict.labels)
        return frozenset(article for article, unsure in found.items() if unsure)

    def reviews(self, city_id: str) -> tuple[EventReview, ...]:
        """All decisions on the events of a city, in the order in which they were made."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return self._reviews(connection, city_id)

    # ----- inside

    def _suggested(self, connection: Connection, city_id: str) -> tuple[NewsEvent, ...]:
        blobs = connection.scalars(
            select(news_event.c.fact).where(news_event.c.city_id == city_id).order_by(news_event.c.id)
        )
        return tuple(from_json(NewsEvent, self.packer.unpack(blob)) for blob in blobs)

    def _reviews(
        self, connection: Connection, city_id: str, known: Sequence[EventReview] = ()
    ) -> tuple[EventReview, ...]:
        """All decisions on a city's events; those that are ``known`` are not unpacked again."""
        mine = news_review.c.city_id == city_id
        last = known[-1].number if known else 0
        new = connection.execute(
            select(news_review.c.id, news_review.c.fact).where(mine, news_review.c.id > last).order_by(news_review.c.id)
        )
        reviews = [
            *known,
            *(replace(from_json(EventReview, self.packer.unpack(row.fact)), number=row.id) for row in new),
        ]
        undone = {
            row.review_id: Undone(row.by, datetime.fromisoformat(row.at))
            for row in connection.execute(select(news_undo).join(news_review).where(mine))
        }
        return tuple(replace(one, undone=undone[one.number]) if one.number in undone else one for one in reviews)


def _change(connection: Connection, city_id: str) -> tuple[int, int]:
    columns = select(news_change.c.number, news_change.c.judged).where(news_change.c.city_id == city_id)
    row = connection.execute(columns).first()
    return (0, 0) if row is None else (row.number, row.judged)


def _changed(connection: Connection, city_id: str, *, judged: int = 1, after: int | None = None) -> None:
    """Count one more change of a city; other writers of the city wait from here on."""
    statement = dialect_of(connection).insert(news_change).values(city_id=city_id, number=1, judged=judged)
    counted = {"number": news_change.c.number + 1, "judged": news_change.c.judged + judged}
    connection.execute(statement.on_conflict_do_update(index_elements=["city_id"], set_=counted))
    if after is not None and _change(connection, city_id)[0] != after + 1:
        raise OutdatedError("事件刚刚有了变化，请重新打开再决定")
