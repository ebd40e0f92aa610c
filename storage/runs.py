"""Score runs: stored once, read for ever, never changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert, select

from storage.canonical import digest
from storage.database import clear_errors, transaction
from storage.encoding import Packer
from storage.errors import NotThereError, StorageError
from storage.run_tables import score_run


@dataclass(frozen=True, slots=True)
class RunHead:
    """What is known of a run without opening it.  ``id`` is a text, as rounds and other programs name it."""

    id: str
    city: str
    scheme: str
    scheme_version: str
    scheme_sha256: str
    period: str
    program: str
    made_at: datetime
    inputs_sha256: str
    result_sha256: str


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run with its documents, as the bytes that were hashed."""

    head: RunHead
    inputs: bytes
    result: bytes


class DamagedRunError(StorageError):
    """评分存档已损坏。"""


class RunRepository:
    """The runs of one database.  There is no way to change or remove one.  Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(
        self,
        *,
        city: str,
        scheme: str,
        scheme_version: str,
        scheme_sha256: str,
        period: str,
        program: str,
        made_at: datetime,
        inputs: bytes,
        result: bytes,
    ) -> RunHead:
        """Keep a run and give it its number."""
        packer = Packer()
        row = {
            "city": city,
            "scheme": scheme,
            "scheme_version": scheme_version,
            "scheme_sha256": scheme_sha256,
            "period": period,
            "program": program,
            "made_at": made_at.isoformat(timespec="seconds"),
            "inputs_sha256": digest(inputs),
            "result_sha256": digest(result),
        }
        with transaction(self.engine) as connection:
            made = connection.execute(
                insert(score_run)
                .values(**row, inputs=packer.pack(inputs), result=packer.pack(result))
                .returning(score_run.c.id)
            )
            number = made.scalar_one()
        return RunHead(str(number), **{**row, "made_at": made_at})  # type: ignore[arg-type]  # the row's own texts

    def load(self, run_id: str) -> KeptRun:
        """A run by its number.  ``DamagedRunError`` where it no longer has the hash that it was stored with."""
        number = int(run_id) if run_id.isascii() and run_id.isdigit() and len(run_id) < 10 else -1
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = connection.execute(select(score_run).where(score_run.c.id == number)).first()
        if row is None:
            raise NotThereError(f"没有编号为 {run_id!r} 的评分存档，请在计分清单中核对编号")
        packer = Packer()
        head = _head(row)
        try:
            kept = KeptRun(head, packer.unpack(row.inputs), packer.unpack(row.result))
        except Exception as error:  # whatever the decompressor says of damaged bytes
            raise DamagedRunError(f"评分存档 {head.id} 已损坏，无法读出：请从备份恢复数据库") from error
        if (digest(kept.inputs), digest(kept.result)) != (head.inputs_sha256, head.result_sha256):
            raise DamagedRunError(f"评分存档 {head.id} 与存入时的哈希不符，可能被改动过：请从备份恢复数据库")
        return kept

    def result(self, run_id: str) -> bytes:
        """The result of a run alone, checked against its hash.  The inputs of a large run take seconds to read."""
        number = int(run_id) if run_id.isascii() and run_id.isdigit() and len(run_id) < 10 else -1
        wanted = select(score_run.c.result, score_run.c.result_sha256).where(score_run.c.id == number)
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            raise NotThereError(f"没有编号为 {run_id!r} 的评分存档，请在计分清单中核对编号")
        try:
            body = Packer().unpack(row.result)
        except Exception as error:  # whatever the decompressor says of damaged bytes
            raise DamagedRunError(f"评分存档 {run_id} 已损坏，无法读出：请从备份恢复数据库") from error
        if digest(body) != row.result_sha256:
            raise DamagedRunError(f"评分存档 {run_id} 与存入时的哈希不符，可能被改动过：请从备份恢复数据库")
        return body

    def heads(self, city: str | None = None) -> tuple[RunHead, ...]:
        """All runs, oldest first."""
        statement = select(*(column for column in score_run.c if column.name not in ("inputs", "result")))
        if city is not None:
            statement = statement.where(score_run.c.city == city)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(_head(row) for row in connection.execute(statement.order_by(score_run.c.id)))


def _head(row: Any) -> RunHead:
    return RunHead(
        str(row.id), row.city, row.scheme, row.scheme_version, row.scheme_sha256, row.period, row.program,
        datetime.fromisoformat(row.made_at), row.inputs_sha256, row.result_sha256,
    )  # fmt: skip
