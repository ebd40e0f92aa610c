"""Where the log of the console (操作日志) stood last, written beside the database every few seconds.

A chain shows what was changed in it, and not what was cut off at its end.  A manifest seals the head each night; this
file says it for the hours between: whoever has the database alone cannot take back what was done today.
"""

import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from services.verification.faults import ChainFault
from storage.console_log import ConsoleLog

NAME: Final = "console-log.heads"  # in the home


@dataclass(frozen=True, slots=True)
class Head:
    """An entry of the log, and its hash."""

    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LogWitness:
    """One file of a home; a head for each database that was served from it."""

    path: Path

    def note(self, log: ConsoleLog, database: str) -> ChainFault | None:
        """Write down the newest entry.  A log that no longer holds what was written down is told and left so.

        Raises ``StorageError`` and ``OSError``.
        """
        fault = next(self.faults(log, database), None)
        if fault is not None:
            return fault
        newest = log.head()
        if newest is not None and self._read().get(database) != Head(*newest):
            self._write({**self._read(), database: Head(*newest)})
        return None

    def faults(self, log: ConsoleLog, database: str) -> Iterator[ChainFault]:
        """What the log of that database lacks, or has otherwise.  Raises ``StorageError``."""
        head = self._read().get(database)
        if head is None:
            return
        found = log.sha256_of(head.number)
        place = f"数据库：操作日志第 {head.number} 条"
        if found is None:
            yield ChainFault(place, f"缺失：{self.path.name} 记有这一条，日志的末尾被截去", expected=head.sha256)
        elif found != head.sha256:
            yield ChainFault(place, f"与 {self.path.name} 所记不同", head.sha256, found)

    def _read(self) -> dict[str, Head]:
        """What was written; nothing where the file is not there, or is none."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            kept = orjson.loads(self.path.read_bytes())
            return {str(name): Head(int(one["number"]), str(one["sha256"])) for name, one in kept.items()}
        return {}

    def _write(self, heads: dict[str, Head]) -> None:
        half = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(orjson.dumps(heads, option=orjson.OPT_INDENT_2))
            os.replace(half, self.path)
        finally:
            half.unlink(missing_ok=True)
