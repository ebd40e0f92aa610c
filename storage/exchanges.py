"""Requests and responses that may become evidence: headers by audit, bodies by their SHA-256."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from records.crawl import Exchange
from storage.addresses import find_addresses
from storage.encoding import Packer, from_json
from storage.tables import body, exchange


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


def find_exchange(connection: Connection, audit_id: int, url: str) -> Exchange | None:
    """How ``url`` was answered last, in the end where it redirects; None where the answer was not kept."""
    number = find_addresses(connection, audit_id, {url}).get(url)
    if number is None:
        return None
    row = connection.execute(
        select(exchange.c.fact, body.c.content)
        .join(body, body.c.sha256 == exchange.c.sha256)
        .where(exchange.c.audit_id == audit_id, exchange.c.address_id == number)
        .order_by(exchange.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    packer = Packer()
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
