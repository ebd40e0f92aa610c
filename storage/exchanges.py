"""Requests and responses that may become evidence: headers by audit, bodies by their SHA-256."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from records.crawl import Exchange
from storage.addresses import digest
from storage.encoding import Packer, from_json
from storage.tables import address, body, exchange

# Asked once for each finding and its pages: built once, since building it costs more than the answer.
_ANSWERS = (
    select(address.c.url, exchange.c.sha256, exchange.c.fact, body.c.content)
    .join(exchange, (exchange.c.audit_id == address.c.audit_id) & (exchange.c.address_id == address.c.id))
    .join(body, body.c.sha256 == exchange.c.sha256)
    .where(address.c.audit_id == bindparam("audit"), address.c.digest == bindparam("digest"))
    .order_by(exchange.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class ExchangeHead:
    """An ``Exchange`` without its body, which is stored in a table of its own."""

    url: str  # that answered, which after a redirect is not the one that was asked
    at: datetime
    method: str
    request_headers: tuple[tuple[str, str], ...]
    status: int
    response_headers: tuple[tuple[str, str], ...]
    ip: str | None


def head_of(fact: Exchange) -> ExchangeHead:
    return ExchangeHead(
        fact.url, fact.at, fact.method, fact.request_headers, fact.status, fact.response_headers, fact.ip
    )


def find_exchange(
    connection: Connection, audit_id: int, url: str, packer: Packer, sha256: str | None = None
) -> Exchange | None:
    """How ``url`` was answered last, in the end where it redirects; None where the answer was not kept.

    ``sha256``: of the body that is wanted before any other.
    """
    last = None
    rows = connection.execute(_ANSWERS, {"audit": audit_id, "digest": digest(url)})
    for row in rows:
        if row.url != url:
            continue
        last = last or row
        if sha256 is None or row.sha256 == sha256:
            last = row
            break
    rows.close()
    if last is None:
        return None
    row = last
    head = from_json(ExchangeHead, packer.unpack(row.fact))
    return Exchange(
        url=head.url,
        at=head.at,
        method=head.method,
        request_headers=head.request_headers,
        status=head.status,
        response_headers=head.response_headers,
        body=packer.unpack(row.content),
        ip=head.ip,
    )
