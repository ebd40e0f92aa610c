"""Numbers for the addresses and anchor texts of one audit."""

from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select

from storage.tables import address, anchor

T = TypeVar("T")

#: An anchor longer than this is cut: it is kept to show where a link stands, and one can be a whole article.
MAX_ANCHOR = 200

#: Anchor texts remembered, about 30 MB at worst; a text that was forgotten gets a second number.
MAX_REMEMBERED_ANCHORS = 200_000

_CHUNK = 500  # variables in one IN list: SQLite before 3.32 allows 999


def digest(url: str) -> int:
    """64 bits, signed, by which an address is looked up."""
    return int.from_bytes(blake2b(url.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


class Numbers:
    """Hands out numbers and keeps the rows that are still to be written."""

    def __init__(self, audit_id: int, known: Mapping[str, int] | None = None, last_anchor: int = 0) -> None:
        self._audit_id = audit_id
        self.addresses: dict[str, int] = dict(known or {})
        self._last_address = max(self.addresses.values(), default=0)
        self.anchors: dict[str, int] = {"": 0}
        self._last_anchor = last_anchor
        self.new_addresses: list[dict[str, Any]] = []
        self.new_anchors: list[dict[str, Any]] = []

    @classmethod
    def resume(cls, connection: Connection, audit_id: int) -> "Numbers":
        """The numbers of an audit that has been written to before."""
        rows = connection.execute(select(address.c.url, address.c.id).where(address.c.audit_id == audit_id))
        last = connection.scalar(select(func.max(anchor.c.id)).where(anchor.c.audit_id == audit_id))
        return cls(audit_id, {row.url: row.id for row in rows}, last or 0)

    def of_address(self, url: str) -> int:
        number = self.addresses.get(url)
        return self._add_address(url) if number is None else number

    def _add_address(self, url: str) -> int:
        self._last_address += 1
        self.addresses[url] = self._last_address
        self.new_addresses.append(
            {"audit_id": self._audit_id, "id": self._last_address, "digest": digest(url), "url": url}
        )
        return self._last_address

    def of_anchor(self, text: str) -> int:
        number = self.anchors.get(text)
        return self._add_anchor(text) if number is None else number

    def _add_anchor(self, text: str) -> int:
        if len(text) > MAX_ANCHOR:
            return self.of_anchor(text[: MAX_ANCHOR - 1] + "…")
        if len(self.anchors) >= MAX_REMEMBERED_ANCHORS:
            self.anchors = {"": 0}
        self._last_anchor += 1
        self.anchors[text] = self._last_anchor
        self.new_anchors.append({"audit_id": self._audit_id, "id": self._last_anchor, "text": text})
        return self._last_anchor


def find_addresses(connection: Connection, audit_id: int, urls: Collection[str]) -> dict[str, int]:
    """The numbers of those of ``urls`` that the audit met."""
    if len(urls) == 1:  # an IN list is compiled anew for each call
        (url,) = urls
        one = select(address.c.url, address.c.id).where(address.c.audit_id == audit_id, address.c.digest == digest(url))
        return {met: number for met, number in connection.execute(one) if met == url}
    found: dict[str, int] = {}
    for chunk in chunks(sorted({digest(url) for url in urls})):
        rows = connection.execute(
            select(address.c.url, address.c.id).where(address.c.audit_id == audit_id, address.c.digest.in_(chunk))
        )
        found.update((url, number) for url, number in rows if url in urls)
    return found


def texts_of(connection: Connection, audit_id: int, table: Any, numbers: Iterable[int]) -> dict[int, str]:
    """The texts behind the numbers: ``table`` is ``address`` or ``anchor``."""
    text = table.c.url if table is address else table.c.text
    found: dict[int, str] = {}
    for chunk in chunks(sorted(set(numbers))):
        rows = connection.execute(select(table.c.id, text).where(table.c.audit_id == audit_id, table.c.id.in_(chunk)))
        found.update((number, value) for number, value in rows)
    return found


def chunks(values: list[T]) -> Iterable[list[T]]:
    """``values`` in pieces that fit into one IN list."""
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
