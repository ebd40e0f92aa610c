"""What the crawl puts its facts into: collected in memory, written in batches by one thread.

The thread is there so that a slow disk or a lock that another program holds does not stop the event loop: time-outs
would become lies.  The bound of its queue is the back pressure.
"""

import hashlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, Table, func, select

from records.crawl import Exchange, PageFact, Probe, TargetFact
from records.page import Link
from records.verdicts import PageKind
from storage.addresses import Numbers
from storage.database import clear_errors, dialect_of, transaction
from storage.edges import pack_edges
from storage.encoding import Packer, to_json
from storage.errors import PASSING, StorageError
from storage.exchanges import head_of
from storage.tables import address, anchor, body, exchange, page_fact, probe, target_fact

BATCH_ROWS = 2000
BATCH_BYTES = 8 * 1024 * 1024
BATCH_SECONDS = 0.5
PATIENCE_SECONDS = 20.0
_WAITING_BATCHES = 4
_PAUSE_SECONDS = 0.2


def is_evidence(fact: PageFact) -> bool:
    """Whether the body of a page is kept.

    Findings rest on what lists, disclosure pages and error pages show.  A plain article that was read without complaint
    is the bulk of a portal and proves nothing but its own existence; where a link on it turns out to be dead, it is
    asked once more (``services.referring_pages``).  What a browser built cannot be asked for again without one.
    """
    plain = fact.reading.is_ok and fact.reading.kind is PageKind.ARTICLE and fact.http_status == 200
    return fact.rendered or not plain


@dataclass(slots=True)
class _Batch:
    rows: list[tuple[Table, list[dict[str, Any]]]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    targets: list[dict[str, Any]] = field(default_factory=list)
    last: Callable[[Connection], None] | None = None  # what else belongs to the same transaction


class AuditRecorder:
    """Writes the facts of one audit.  Fills the ``crawler.sink.CrawlSink`` protocol.

    To be used from one thread.  Any call raises ``StorageError`` once writing has failed for good; what was committed
    before stays.
    """

    def __init__(self, engine: Engine, audit_id: int, *, patience: float = PATIENCE_SECONDS) -> None:
        """``patience``: seconds for which a locked database or a full disk is tried again."""
        self._engine = engine
        self._audit_id = audit_id
        self._patience = patience
        self._packer = Packer()
        self._seen_bodies: set[str] = set()
        with clear_errors(engine), engine.connect() as connection:
            self._numbers = Numbers.resume(connection, audit_id)
            last = connection.scalar(select(func.max(page_fact.c.id)).where(page_fact.c.audit_id == audit_id))
        self._last_page: int = last or 0
        self._pages: list[dict[str, Any]] = []
        self._targets: dict[int, dict[str, Any]] = {}
        self._probes: list[dict[str, Any]] = []
        self._bodies: list[dict[str, Any]] = []
        self._exchanges: list[dict[str, Any]] = []
        self._bytes = 0
        self._batch_began = time.monotonic()
        self._queue: queue.Queue[_Batch | None] = queue.Queue(_WAITING_BATCHES)
        self._failure: StorageError | None = None
        self._writer = threading.Thread(target=self._write_batches, name=f"audit-{audit_id}-writer", daemon=True)
        self._writer.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except StorageError:
            if error is None:  # else it has been said already, or something worse has
                raise

    def page(self, fact: PageFact, links: Sequence[Link], exchange: Exchange | None) -> None:
        """A page that was read, with the links on it and, where it is at hand, how it was answered."""
        numbers = self._numbers
        number = numbers.of_address(fact.url)
        known, anchors = numbers.addresses.get, numbers.anchors.get
        edges = [
            (known(url) or numbers.of_address(url), (anchors(text) or numbers.of_anchor(text)) if text else 0)
            for url, text in ((link[0] or link[3], link[1]) for link in links)
            if url
        ]
        reading = replace(fact.reading, links=()) if fact.reading.links else fact.reading
        blob = self._packer.pack(to_json(fact if reading is fact.reading else replace(fact, reading=reading)))
        packed = pack_edges(edges, self._packer)
        self._pages.append(
            {
                "audit_id": self._audit_id,
                "id": self._page_id(number),
                "address_id": number,
                "http_status": fact.http_status,
                "sha256": fact.sha256,
                "fact": blob,
                "edges": packed,
            }
        )
        self._bytes += len(blob) + len(packed)
        if exchange is not None and is_evidence(fact):
            self._keep_exchange({number, numbers.of_address(exchange.url)}, exchange)
        self._flush_when_due()

    def exchange(self, exchange: Exchange, *, asked: str | None = None) -> None:
        """How an address was answered after the crawl, where the answer may become evidence.

        ``asked``: the address that was asked, which redirected to the one that answered.
        """
        self._keep_exchange({self._numbers.of_address(url) for url in (exchange.url, asked) if url}, exchange)
        self._flush_when_due()

    def target(self, fact: TargetFact) -> None:
        """Where an address ended; said again, the later word counts."""
        number = self._numbers.of_address(fact.url)
        blob = self._packer.pack(to_json(fact))
        self._targets[number] = {
            "audit_id": self._audit_id,
            "address_id": number,
            "outcome": fact.outcome.value,
            "fact": blob,
        }
        self._bytes += len(blob)
        self._flush_when_due()

    def probe(self, fact: Probe) -> None:
        """What a host said to an address that cannot exist."""
        self._probes.append({"audit_id": self._audit_id, "fact": self._packer.pack(to_json(fact))})
        self._flush_when_due()

    def _page_id(self, _address: int) -> int:
        """The place of the next page in the order of reading."""
        self._last_page += 1
        return self._last_page

    @property
    def writing(self) -> bool:
        """Whether the writing thread is still there."""
        return self._writer.is_alive()

    def flush(self) -> None:
        """Return when everything is committed.  Raises ``StorageError``."""
        self._hand_over()
        self._queue.join()
        self._raise_failure()

    def close(self) -> None:
        """Flush and end.  May be called again.  Raises ``StorageError``."""
        try:
            if self._writer.is_alive():
                self.flush()
        finally:
            if self._writer.is_alive():
                self._queue.put(None)
                self._writer.join()
        self._raise_failure()

    def _keep_exchange(self, numbers: set[int], fact: Exchange) -> None:
        """Keep an answer so that it is found by each of the addresses with these numbers."""
        sha256 = hashlib.sha256(fact.body).hexdigest()
        if sha256 not in self._seen_bodies:
            self._seen_bodies.add(sha256)
            content = self._packer.pack(fact.body)
            self._bodies.append({"sha256": sha256, "size": len(fact.body), "content": content})
            self._bytes += len(content)
        head = self._packer.pack(to_json(head_of(fact)))
        self._exchanges += [
            {"audit_id": self._audit_id, "address_id": number, "sha256": sha256, "fact": head}
            for number in sorted(numbers)
        ]

    def _flush_when_due(self) -> None:
        self._raise_failure()
        waiting = len(self._pages) + len(self._targets) + len(self._numbers.new_addresses)
        if waiting >= BATCH_ROWS or self._bytes >= BATCH_BYTES or time.monotonic() - self._batch_began >= BATCH_SECONDS:
            self._hand_over()

    def _hand_over(self) -> None:
        self._raise_failure()
        numbers = self._numbers
        batch = _Batch(
            rows=[
                (address, numbers.new_addresses),
                (anchor, numbers.new_anchors),
                (page_fact, self._pages),
                (probe, self._probes),
                (exchange, self._exchanges),
            ],
            bodies=self._bodies,
            targets=list(self._targets.values()),
            last=self._last_step(),
        )
        numbers.new_addresses, numbers.new_anchors = [], []
        self._pages, self._probes, self._exchanges, self._bodies = [], [], [], []
        self._targets = {}
        self._bytes = 0
        self._batch_began = time.monotonic()
        self._queue.put(batch)

    def _last_step(self) -> Callable[[Connection], None] | None:
        """What a kind of recorder adds to the batch that is being handed over."""
        return None

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    # What follows runs in the writing thread.

    def _write_batches(self) -> None:
        while (batch := self._queue.get()) is not None:
            try:
                if self._failure is None:
                    self._write_patiently(batch)
            except StorageError as error:
                self._failure = error
            except Exception as error:  # a defect of ours: it must reach the caller, not die with the thread
                self._failure = StorageError(f"保存巡查事实时出错：{type(error).__name__}: {error}")
            finally:
                self._queue.task_done()
        self._queue.task_done()

    def _write_patiently(self, batch: _Batch) -> None:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                with transaction(self._engine) as connection:
                    _write(connection, batch)
            except PASSING:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(_PAUSE_SECONDS)
            else:
                return


def _write(connection: Connection, batch: _Batch) -> None:
    dialect = dialect_of(connection)
    address_rows, *other_rows = batch.rows
    _insert(connection, *address_rows)
    if batch.bodies:
        connection.execute(dialect.insert(body).on_conflict_do_nothing(), batch.bodies)
    for table, rows in other_rows:
        _insert(connection, table, rows)
    if batch.targets:
        statement = dialect.insert(target_fact)
        changed = {"outcome": statement.excluded.outcome, "fact": statement.excluded.fact}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["audit_id", "address_id"], set_=changed), batch.targets
        )
    if batch.last is not None:
        batch.last(connection)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)
