"""When each item of a column was first seen, and what was odd about its day."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Engine, delete, insert, select

from records.crawl import PageFact
from records.nights import NightState
from records.oddities import ColumnItem, KeptOddity, Oddity
from storage.addresses import chunks, find_addresses
from storage.database import clear_errors, dialect_of, transaction
from storage.encoding import Packer, from_json, to_json
from storage.night_tables import column_item, column_look, night, oddity
from storage.tables import page_fact

_TOP_BIT = 1 << 63


class ColumnItemRepository:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._packer = Packer()

    def pages(self, audit_id: int, urls: Collection[str]) -> Mapping[str, PageFact]:
        """The pages of an audit that were asked for at those addresses, or reached from them."""
        found: dict[str, PageFact] = {}
        with clear_errors(self.engine), self.engine.connect() as connection:
            numbers = {number: url for url, number in find_addresses(connection, audit_id, set(urls)).items()}
            for some in chunks(list(numbers)):
                rows = connection.execute(
                    select(page_fact.c.address_id, page_fact.c.fact).where(
                        page_fact.c.audit_id == audit_id, page_fact.c.address_id.in_(some)
                    )
                )
                for row in rows:
                    found[numbers[row.address_id]] = from_json(PageFact, self._packer.unpack(row.fact))
        return found

    def known(self, site: str, column_url: str, *, besides: int) -> dict[str, ColumnItem]:
        """Items of a column that audits other than ``besides`` saw, by address."""
        statement = select(column_item).where(
            column_item.c.site == site,
            column_item.c.column_url == column_url,
            column_item.c.audit_id.is_distinct_from(besides),
        )
        with clear_errors(self.engine), self.engine.connect() as connection:
            return {
                row.url: ColumnItem(
                    row.url,
                    row.title,
                    row.claimed,
                    datetime.fromisoformat(row.first_at),
                    row.audit_id,
                    None if row.simhash is None else row.simhash % (1 << 64),
                    row.text_sha256,
                )
                for row in connection.execute(statement)
            }

    def looked_before(self, site: str, page_url: str, *, besides: int) -> datetime | None:
        """When a page of a column's list was last looked at before the audit ``besides``."""
        statement = select(column_look.c.at).where(
            column_look.c.site == site, column_look.c.key == _key(page_url), column_look.c.audit_id < besides
        )
        with clear_errors(self.engine), self.engine.connect() as connection:
            return max((datetime.fromisoformat(at) for at in connection.scalars(statement)), default=None)

    def record(
        self,
        site: str,
        column_url: str,
        items: Iterable[ColumnItem],
        oddities: Iterable[Oddity],
        *,
        at: datetime,
        night_id: int | None,
        audit_id: int,
        looked: Collection[str],
    ) -> None:
        """Keep what was new in a column and what was odd; what is known stays as it was.

        ``looked``: the pages of its list that were looked at, the column's own address for the first.
        """
        with transaction(self.engine) as connection:
            kind = dialect_of(connection)
            looks = [
                {"site": site, "key": _key(one), "audit_id": audit_id, "at": at.isoformat()}
                for one in dict.fromkeys(looked)
            ]
            same = (column_look.c.site == site) & column_look.c.key.in_([one["key"] for one in looks])
            connection.execute(delete(column_look).where(same, column_look.c.audit_id == audit_id))
            if looks:
                connection.execute(insert(column_look), looks)
            rows = [
                {
                    "site": site,
                    "key": _key(column_url, one.url),
                    "column_url": column_url,
                    "url": one.url,
                    "title": one.title,
                    "claimed": one.claimed,
                    "first_at": one.first_at.isoformat(),
                    "night_id": night_id,
                    "audit_id": audit_id,
                    "simhash": None if one.simhash is None else _signed(one.simhash),
                    "text_sha256": one.text_sha256,
                }
                for one in items
            ]
            if rows:
                connection.execute(kind.insert(column_item).on_conflict_do_nothing(), rows)
            told = [
                {
                    "site": site,
                    "key": _key(one.kind.value, one.column_url, one.url, str(one.claimed), one.other_url),
                    "kind": one.kind.value,
                    "night_id": night_id,
                    "audit_id": audit_id,
                    "at": at.isoformat(),
                    "fact": self._packer.pack(to_json(one)),
                }
                for one in oddities
            ]
            if told:
                connection.execute(kind.insert(oddity).on_conflict_do_nothing(), told)

    def oddities(self, sites: Collection[str] | None = None) -> tuple[KeptOddity, ...]:
        """Everything odd that was ever seen, oldest first."""
        statement = select(oddity, night.c.state.label("night_state")).join(
            night, night.c.id == oddity.c.night_id, isouter=True
        )
        if sites is not None:
            statement = statement.where(oddity.c.site.in_(list(sites)))
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(
                KeptOddity(
                    row.id,
                    row.site,
                    from_json(Oddity, self._packer.unpack(row.fact)),
                    row.night_id,
                    row.audit_id,
                    row.night_state == NightState.VOIDED.value,
                )
                for row in connection.execute(statement.order_by(oddity.c.id))
            )


def _key(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _signed(simhash: int) -> int:
    """A 64-bit number as the database can hold it."""
    return simhash - (1 << 64) if simhash & _TOP_BIT else simhash
