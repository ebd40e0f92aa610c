"""Whether the log of the console (操作日志) is what it was: each entry against its own hash and the entry before."""

from collections.abc import Iterable, Iterator
from typing import Any

from records.evidence import NO_PREVIOUS
from services.verification.faults import ChainFault
from storage.canonical import digest, read_canonical

_COLUMNS = ("at", "by", "action", "subject")


def check_console_log(rows: Iterable[Any]) -> Iterator[ChainFault]:
    """Every entry that does not fit, the first one first.  ``rows`` are those of the database, by number.

    Entries that were cut off at the end leave no gap here: a manifest that sealed the log has its last hash.
    """
    expected, previous = 1, NO_PREVIOUS
    for row in rows:
        place = f"数据库：操作日志第 {row.number} 条"
        if row.number != expected:
            missing = f"第 {expected} 条" if row.number == expected + 1 else f"第 {expected}—{row.number - 1} 条"
            yield ChainFault(f"数据库：操作日志{missing}", "缺失")
            previous = ""  # what it named is gone with it
        yield from _check_entry(place, row, previous)
        expected, previous = row.number + 1, row.sha256


def _check_entry(place: str, row: Any, previous: str) -> Iterator[ChainFault]:
    body = bytes(row.body)
    found = digest(body)
    if found != row.sha256:
        yield ChainFault(place, "已被改动", expected=row.sha256, found=found)
        return
    try:
        told = read_canonical(body)
        named, number = str(told["previous"]), told["number"]
    except (ValueError, KeyError, TypeError):
        yield ChainFault(place, "不是日志的条目", found=found)
        return
    if number != row.number:
        yield ChainFault(place, "序号与内容不符", expected=str(row.number), found=str(number))
    if previous and named != previous:
        yield ChainFault(place, "接不上前一条", expected=previous, found=named)
    for column in _COLUMNS:
        if told.get(column) != getattr(row, column):
            yield ChainFault(
                place, f"{column} 一栏已被改动", expected=str(told.get(column)), found=str(getattr(row, column))
            )  # fmt: skip
