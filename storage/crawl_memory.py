"""What an earlier audit knows of each address, for a crawl that comes back (``crawler.memory.Memory``)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson
from sqlalchemy import Engine, select

from records.crawl import Attempt, TargetFact
from records.verdicts import LinkKind, Outcome
from records.visits import Lead, PageRole, PageVisit
from storage.addresses import chunks
from storage.crawl_tables import address_visit, met_address
from storage.database import clear_errors
from storage.edges import unpack_edges
from storage.encoding import Packer, from_json
from storage.tables import address, page_fact, target_fact


class CrawlMemory:
    """The addresses of one audit.  What is small is held in memory, links and attempts are read when asked for."""

    def __init__(self, engine: Engine, audit_id: int, doubtful: frozenset[str]) -> None:
        self._engine = engine
        self._audit_id = audit_id
        self._packer = Packer()
        self._doubtful = doubtful
        with clear_errors(engine), engine.connect() as connection:
            numbered = select(address.c.id, address.c.url).where(address.c.audit_id == audit_id)
            urls = dict(connection.execute(numbered).tuples().all())
            failed = set(
                connection.scalars(
                    select(target_fact.c.address_id).where(
                        target_fact.c.audit_id == audit_id, target_fact.c.outcome == Outcome.FAILED.value
                    )
                )
            )
            kinds = {kind.value: kind for kind in LinkKind}
            self._leads = {
                number: Lead(urls[number], kinds[kind], number in failed)
                for number, kind in connection.execute(
                    select(met_address.c.address_id, met_address.c.kind).where(met_address.c.audit_id == audit_id)
                )
            }
            rows = connection.execute(select(address_visit).where(address_visit.c.audit_id == audit_id))
            self._visits = {
                urls[row.address_id]: PageVisit(
                    role=PageRole(row.role),
                    asked_at=datetime.fromisoformat(row.asked_at),
                    read_at=datetime.fromisoformat(row.read_at),
                    changed_at=datetime.fromisoformat(row.changed_at),
                    interval=row.interval,
                    essence=row.essence,
                    etag=row.etag,
                    last_modified=row.last_modified,
                    visits=row.visits,
                    changes=row.changes,
                    links=row.links,
                    found=tuple(orjson.loads(row.found)) if row.found is not None else (),
                    is_page=row.is_page,
                )
                for row in rows
            }
        self._numbers = {urls[number]: number for number in self._leads}
        self._handed: set[int] = set()

    def of(self, url: str) -> PageVisit | None:
        return self._visits.get(url)

    def is_doubtful(self, url: str) -> bool:
        return url in self._doubtful

    def leads(self, urls: Sequence[str]) -> Mapping[str, tuple[int, Sequence[Lead]]]:
        numbers = [self._numbers[url] for url in urls if url in self._numbers]
        blobs: dict[int, list[bytes]] = {}
        with clear_errors(self._engine), self._engine.connect() as connection:
            for chunk in chunks(sorted(numbers)):
                # Sorted here: told to sort by the place, SQLite walks through all pages of the audit for each chunk.
                rows = connection.execute(
                    select(page_fact.c.id, page_fact.c.address_id, page_fact.c.edges).where(
                        page_fact.c.audit_id == self._audit_id, page_fact.c.address_id.in_(chunk)
                    )
                ).all()
                for _, number, blob in sorted(rows, key=lambda row: row.id):
                    blobs.setdefault(number, []).append(blob)
        found: dict[str, tuple[int, Sequence[Lead]]] = {}
        handed, known = self._handed, self._leads
        for number in numbers:  # in the order in which they were asked for: the first page names an address
            fresh: list[Lead] = []
            for blob in blobs.get(number, ()):
                targets, _ = unpack_edges(blob, self._packer)
                new = [target for target in dict.fromkeys(targets) if target not in handed and target in known]
                handed.update(new)
                fresh += [known[target] for target in new]
            found[known[number].url] = (len(blobs.get(number, ())), fresh)
        return found

    def last_attempt(self, url: str) -> Attempt | None:
        with clear_errors(self._engine), self._engine.connect() as connection:
            blob = connection.scalar(
                select(target_fact.c.fact).where(
                    target_fact.c.audit_id == self._audit_id, target_fact.c.address_id == self._numbers.get(url)
                )
            )
        if blob is None:
            return None
        return from_json(TargetFact, self._packer.unpack(blob)).last
