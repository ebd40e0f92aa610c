"""Articles of the news: their versions, their pages, and the addresses that are known."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, func, insert, select, update

from records.crawl import Exchange
from records.news import Article
from records.news_gathering import (
    ArticleOrigin,
    GatheredArticle,
    ItemEnd,
    KnownAddress,
    address_key,
    article_id,
    content_hash,
)
from storage.addresses import chunks
from storage.database import clear_errors, dialect_of, transaction
from storage.encoding import Packer, from_json, to_json
from storage.exchanges import ExchangeHead, head_of
from storage.news_tables import news_address, news_article, news_page, news_version
from storage.tables import body


@dataclass(frozen=True, slots=True)
class VersionFact:
    """What is kept of one version of an article."""

    article: Article
    day_from: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageKept:
    """One page of an article as it was, without its body."""

    url: str
    sha256: str
    rendered: bool


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as it is kept: its newest version."""

    article: Article
    version: int
    outlet: str
    origin: ArticleOrigin
    first_seen: datetime
    seen_at: datetime  # of this version
    day_from: str = ""
    notes: tuple[str, ...] = ()


class ArticleRepository:
    """The articles of one database.  Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.packer = Packer()

    # ----- articles

    def save(self, articles: Sequence[GatheredArticle]) -> tuple[tuple[str, ItemEnd], ...]:
        """Keep articles: the id of each, and whether it is new, a new version, or the same as before.

        The address of each is remembered, so that gathering does not ask for what was imported.
        """
        with transaction(self.engine) as connection:
            return tuple(self._save(connection, one) for one in articles)

    def _save(self, connection: Connection, gathered: GatheredArticle) -> tuple[str, ItemEnd]:
        article = gathered.article
        key = article.id or article_id(article.url, article.title, article.text)
        article = replace(article, id=key)
        content = content_hash(article.title, article.text)
        row = connection.execute(
            select(news_article.c.version, news_version.c.content)
            .join(news_version, newest())
            .where(news_article.c.id == key)
        ).first()
        if row is not None and row.content == content:
            return key, ItemEnd.UNCHANGED
        version = 1 if row is None else row.version + 1
        values = {"version": version, "published": article.published}
        if row is None:
            first = {
                "id": key,
                "url": article.url,
                "outlet": gathered.outlet,
                "origin": gathered.origin.value,
                "first_seen": gathered.seen_at.isoformat(timespec="seconds"),
            }
            connection.execute(insert(news_article).values(first | values))
        else:
            connection.execute(update(news_article).where(news_article.c.id == key).values(values))
        fact = VersionFact(article, gathered.day_from, gathered.notes)
        connection.execute(
            insert(news_version).values(
                article_id=key,
                version=version,
                content=content,
                seen_at=gathered.seen_at.isoformat(timespec="seconds"),
                fact=self.packer.pack(to_json(fact)),
            )
        )
        for position, page in enumerate(gathered.pages):
            self._keep_page(connection, key, version, position, page.exchange, rendered=page.rendered)
        if article.url is not None and not gathered.pages:
            moment = gathered.seen_at.isoformat(timespec="seconds")
            known = KnownAddress(article.url, ItemEnd.NEW, moment, (article.title,), None, content)
            self._remember(connection, [(gathered.outlet, known)])
        return key, ItemEnd.NEW if row is None else ItemEnd.CHANGED

    def _keep_page(
        self, connection: Connection, key: str, version: int, position: int, exchange: Exchange, *, rendered: bool
    ) -> None:
        sha256 = hashlib.sha256(exchange.body).hexdigest()
        row = {"sha256": sha256, "size": len(exchange.body), "content": self.packer.pack(exchange.body)}
        connection.execute(dialect_of(connection).insert(body).values(row).on_conflict_do_nothing())
        connection.execute(
            insert(news_page).values(
                article_id=key,
                version=version,
                position=position,
                sha256=sha256,
                rendered=rendered,
                fact=self.packer.pack(to_json(head_of(exchange))),
            )
        )

    def remember(self, addresses: Iterable[tuple[str, KnownAddress]]) -> None:
        """What is to be known of addresses on the next night; each with the id of its outlet."""
        with transaction(self.engine) as connection:
            self._remember(connection, addresses)

    def _remember(self, connection: Connection, addresses: Iterable[tuple[str, KnownAddress]]) -> None:
        rows = {
            _digest(known.url): {
                "key": _digest(known.url),
                "outlet": outlet,
                "fact": self.packer.pack(to_json(known)),
            }
            for outlet, known in addresses
        }
        if rows:
            statement = dialect_of(connection).insert(news_address)
            changed = {"outlet": statement.excluded.outlet, "fact": statement.excluded.fact}
            connection.execute(
                statement.on_conflict_do_update(index_elements=["key"], set_=changed), list(rows.values())
            )

    def known_addresses(self) -> dict[str, KnownAddress]:
        """Everything that is remembered, by ``address_key``."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            blobs = connection.scalars(select(news_address.c.fact))
            known = (from_json(KnownAddress, self.packer.unpack(blob)) for blob in blobs)
            return {address_key(one.url): one for one in known}

    def articles(
        self, *, ids: Collection[str] | None = None, first: date | None = None, last: date | None = None
    ) -> tuple[StoredArticle, ...]:
        """Kept articles in their newest version, newest day first; all, some, or those of a period."""
        statement = (
            select(news_article, news_version.c.seen_at, news_version.c.fact)
            .join(news_version, newest())
            .order_by(news_article.c.published.desc().nulls_last(), news_article.c.id)
        )
        if first is not None:
            statement = statement.where(news_article.c.published >= first)
        if last is not None:
            statement = statement.where(news_article.c.published <= last)
        with clear_errors(self.engine), self.engine.connect() as connection:
            if ids is None:
                return tuple(self.stored(row) for row in connection.execute(statement))
            return tuple(self.stored(row) for row in self.in_chunks(connection, statement, news_article.c.id, ids))

    def versions(self, key: str) -> tuple[VersionFact, ...]:
        """Every version of an article, the oldest first."""
        statement = select(news_version.c.fact).where(news_version.c.article_id == key).order_by(news_version.c.version)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(from_json(VersionFact, self.packer.unpack(blob)) for blob in connection.scalars(statement))

    def pages(self, key: str) -> tuple[PageKept, ...]:
        """The pages of the newest version as they were answered; none of an imported article."""
        return self.pages_of([key]).get(key, ())

    def pages_of(self, ids: Collection[str]) -> dict[str, tuple[PageKept, ...]]:
        """The same of several articles; those without a page are left out."""
        statement = (
            select(news_page.c.article_id, news_page.c.sha256, news_page.c.rendered, news_page.c.fact)
            .join(
                news_article,
                and_(news_article.c.id == news_page.c.article_id, news_article.c.version == news_page.c.version),
            )
            .order_by(news_page.c.article_id, news_page.c.position)
        )
        found: dict[str, list[PageKept]] = {}
        with clear_errors(self.engine), self.engine.connect() as connection:
            for row in self.in_chunks(connection, statement, news_page.c.article_id, ids):
                url = from_json(ExchangeHead, self.packer.unpack(row.fact)).url
                found.setdefault(row.article_id, []).append(PageKept(url, row.sha256, row.rendered))
        return {article: tuple(pages) for article, pages in found.items()}

    def page_body(self, sha256: str) -> bytes | None:
        """The bytes of a kept page."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            content = connection.scalar(select(body.c.content).where(body.c.sha256 == sha256))
        return None if content is None else self.packer.unpack(content)

    def with_content(self, content: str) -> tuple[str, ...]:
        """Ids of the articles that say exactly this in their newest version (``content_hash``)."""
        statement = select(news_article.c.id).join(news_version, newest()).where(news_version.c.content == content)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(connection.scalars(statement))

    def count(self) -> int:
        """How many articles are kept."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return int(connection.scalar(select(func.count()).select_from(news_article)) or 0)

    # ----- for what is built on it

    def stored(self, row: Any) -> StoredArticle:
        """A row of ``news_article`` with ``seen_at`` and ``fact`` of its newest version."""
        fact = from_json(VersionFact, self.packer.unpack(row.fact))
        return StoredArticle(
            fact.article,
            row.version,
            row.outlet,
            ArticleOrigin(row.origin),
            datetime.fromisoformat(row.first_seen),
            datetime.fromisoformat(row.seen_at),
            fact.day_from,
            fact.notes,
        )

    @staticmethod
    def in_chunks(connection: Connection, statement: Select[Any], column: Any, ids: Collection[str]) -> Iterator[Any]:
        """The rows of a statement for these ids, in as many queries as the number of variables asks for."""
        for chunk in chunks(list(dict.fromkeys(ids))):
            yield from connection.execute(statement.where(column.in_(chunk)))


def newest() -> Any:
    """How an article is joined to its newest version."""
    return and_(news_version.c.article_id == news_article.c.id, news_version.c.version == news_article.c.version)


def _digest(url: str) -> str:
    return hashlib.sha256(address_key(url).encode("utf-8", "surrogatepass")).hexdigest()
