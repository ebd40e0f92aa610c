"""Beside the service: what the log of the console (操作日志) came to, written where the database does not reach."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from services.verification.log_witness import NAME, LogWitness
from storage.console_log import ConsoleLog
from storage.errors import StorageError
from storage.manifest_chain import ManifestChain

EVERY: Final = 15.0  # seconds: what was logged since then could be cut off unnoticed


async def watch_log(engine: Engine, home: Path, stop: asyncio.Event, log: Any, *, every: float = EVERY) -> None:
    """Until ``stop``, and once more then.  A log that lost something is told once."""
    witness, told = LogWitness(home / NAME), ""
    while True:
        stopping = stop.is_set()
        try:
            fault = await asyncio.to_thread(_note, witness, engine, home)
        except (StorageError, OSError) as error:
            log.error("log_witness", reason=str(error))
        else:
            line = fault.line if fault is not None else ""
            if line and line != told:
                log.error("console_log_cut", reason=line)
            told = line
        if stopping:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every)


def _note(witness: LogWitness, engine: Engine, home: Path) -> Any:
    return witness.note(ConsoleLog(engine), ManifestChain(home / "evidence", engine).database)
