"""A recorder that also keeps what a crawl needs to go on after a break, and takes pages over from the audit before."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, insert, literal, select, update

from records.crawl import Target
from records.visits import CrawlState, PageVisit
from storage.addresses import chunks
from storage.crawl_tables import address_visit, crawl, met_address
from storage.database import clear_errors
from storage.encoding import Packer, to_json
from storage.recorder import PATIENCE_SECONDS, AuditRecorder
from storage.tables import exchange, page_fact, target_fact

ANSWERS_AT_STAKE = 8  # taken in and not yet committed: what a kill costs at most, beside what is under way


class CrawlRecorder(AuditRecorder):
    """Fills the ``crawler.sink.CrawlBook`` protocol.

    Whatever is said between two calls of ``settled`` is committed in one transaction, or not at all: a process that is
    killed leaves the crawl as it stood at one moment.
    """

    def __init__(
        self, engine: Engine, audit_id: int, *, earlier: int | None, patience: float = PATIENCE_SECONDS
    ) -> None:
        super().__init__(engine, audit_id, patience=patience)
        self._earlier = earlier
        self._state: Callable[[], CrawlState] | None = None
        self._state_packer = Packer()
        self._answers = 0  # since the last batch
        self._met: list[dict[str, Any]] = []
        self._visits: list[dict[str, Any]] = []
        self._carried: list[int] = []  # addresses that were not asked
        self._confirmed: list[int] = []  # addresses that were asked and are unchanged
        self._page_ids: dict[int, list[int]] = defaultdict(list)
        with clear_errors(engine), engine.connect() as connection:
            if earlier is not None:
                rows = connection.execute(
                    select(page_fact.c.address_id, page_fact.c.id)
                    .where(page_fact.c.audit_id == earlier)
                    .order_by(page_fact.c.id.desc())
                )
                for address, number in rows:
                    self._page_ids[address].append(number)
                    self._last_page = max(self._last_page, number)
            last = select(met_address.c.position).where(met_address.c.audit_id == audit_id)
            self._position: int = connection.scalar(last.order_by(met_address.c.position.desc()).limit(1)) or 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._forget_unsettled()
        super().__exit__(kind, error, trace)

    def met(self, target: Target) -> None:
        self._position += 1
        self._met.append(
            {
                "audit_id": self._audit_id,
                "position": self._position,
                "address_id": self._numbers.of_address(target.url),
                "kind": target.kind.value,
                "internal": target.internal,
                "depth": target.depth,
                "parent_id": self._numbers.of_address(target.parent) if target.parent is not None else 0,
            }
        )

    def remember(self, url: str, visit: PageVisit) -> None:
        self._visits.append(
            {
                "audit_id": self._audit_id,
                "address_id": self._numbers.of_address(url),
                "role": visit.role.value,
                "is_page": visit.is_page,
                "asked_at": visit.asked_at.isoformat(),
                "read_at": visit.read_at.isoformat(),
                "changed_at": visit.changed_at.isoformat(),
                "interval": visit.interval,
                "essence": visit.essence,
                "etag": visit.etag,
                "last_modified": visit.last_modified,
                "visits": visit.visits,
                "changes": visit.changes,
                "links": visit.links,
                "found": orjson.dumps(visit.found) if visit.found else None,
            }
        )

    def carry(self, url: str, *, asked: bool) -> None:
        (self._confirmed if asked else self._carried).append(self._numbers.of_address(url))

    def settled(self, state: Callable[[], CrawlState]) -> None:
        self._state = state
        self._answers += 1
        if self._answers >= ANSWERS_AT_STAKE and self._queue.empty():  # a writer that is behind is not pressed
            self._hand_over()
        else:
            super()._flush_when_due()

    def _flush_when_due(self) -> None:
        """Between two moments at which the crawl is at rest nothing may be committed."""
        self._raise_failure()

    def _page_id(self, address: int) -> int:
        """A page keeps its place in the order of reading from one audit to the next."""
        kept = self._page_ids.get(address)
        return kept.pop() if kept else super()._page_id(address)

    def _forget_unsettled(self) -> None:
        """The crawl broke off in the middle of a step: what is not handed over is asked again."""
        self._numbers.new_addresses, self._numbers.new_anchors = [], []
        self._pages, self._probes, self._exchanges, self._bodies = [], [], [], []
        self._targets = {}
        self._met, self._visits, self._carried, self._confirmed = [], [], [], []
        self._state = None

    def _last_step(self) -> Callable[[Connection], None]:
        met, visits, carried, confirmed = self._met, self._visits, self._carried, self._confirmed
        self._met, self._visits, self._carried, self._confirmed = [], [], [], []
        self._answers = 0
        state = self._state_packer.pack(to_json(self._state())) if self._state is not None else None
        audit_id, earlier = self._audit_id, self._earlier

        def write(connection: Connection) -> None:
            if earlier is not None:
                _take_over(connection, earlier, audit_id, [*carried, *confirmed], (page_fact, exchange))
                _take_over(connection, earlier, audit_id, carried, (target_fact, address_visit))
            for table, rows in ((met_address, met), (address_visit, visits)):
                if rows:
                    connection.execute(insert(table), rows)
            if state is not None:
                connection.execute(update(crawl).where(crawl.c.audit_id == audit_id).values(state=state))

        return write


def copy_rows(table: Table, earlier: int, audit_id: int) -> tuple[list[str], Select[Any]]:
    """Names of the columns and a query that gives the rows of one audit as those of another."""
    columns = [column for column in table.c if column.name != "id" or "audit_id" in table.primary_key.columns]
    values: list[ColumnElement[Any]] = [
        literal(audit_id) if column.name == "audit_id" else column for column in columns
    ]
    return [column.name for column in columns], select(*values).where(table.c.audit_id == earlier)


def _take_over(
    connection: Connection, earlier: int, audit_id: int, addresses: list[int], tables: Iterable[Table]
) -> None:
    """Rows of an earlier audit about these addresses, copied as they are, without being read."""
    for table in tables:
        names, rows = copy_rows(table, earlier, audit_id)
        for chunk in chunks(addresses):
            wanted = rows.where(table.c.address_id.in_(chunk))
            if table is exchange:
                wanted = wanted.order_by(table.c.id)
            connection.execute(insert(table).from_select(names, wanted))
