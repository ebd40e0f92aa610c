"""Pages that were asked once more for the links on them, and the pages whose answers were kept as they were read."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, select

from records.crawl import Referrer, ReferrerLook
from storage.addresses import chunks, find_addresses
from storage.encoding import Packer, from_json
from storage.tables import exchange, page_fact, referrer_look


def looks_of(connection: Connection, audit_id: int, packer: Packer) -> tuple[ReferrerLook, ...]:
    """The looks of an audit, in the order in which they were kept."""
    statement = select(referrer_look.c.fact).where(referrer_look.c.audit_id == audit_id).order_by(referrer_look.c.id)
    return tuple(from_json(ReferrerLook, packer.unpack(blob)) for blob in connection.scalars(statement))


def without_gone(
    referrers: Mapping[str, tuple[Referrer, ...]], looks: Iterable[ReferrerLook]
) -> dict[str, tuple[Referrer, ...]]:
    """The referrers without the pages on which a look found the link gone; what has none left has no entry."""
    gone = {(one.page, address) for one in looks for address in one.gone}
    if not gone:
        return dict(referrers)
    left = {url: tuple(one for one in met if (one.page, url) not in gone) for url, met in referrers.items()}
    return {url: met for url, met in left.items() if met}


def kept_pages(connection: Connection, audit_id: int, urls: Collection[str]) -> frozenset[str]:
    """Those of these pages whose last kept answer has the very body that was read."""
    wanted = {number: url for url, number in find_addresses(connection, audit_id, set(urls)).items()}
    found: set[str] = set()
    for some in chunks(sorted(wanted)):
        answers = select(exchange.c.address_id, exchange.c.sha256).where(
            exchange.c.audit_id == audit_id, exchange.c.address_id.in_(some)
        )
        last = {row.address_id: row.sha256 for row in connection.execute(answers.order_by(exchange.c.id))}
        read = select(page_fact.c.address_id, page_fact.c.sha256).where(
            page_fact.c.audit_id == audit_id, page_fact.c.address_id.in_(some)
        )
        found.update(wanted[number] for number, sha256 in connection.execute(read) if last.get(number) == sha256)
    return frozenset(found)
