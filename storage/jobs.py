"""The queue of jobs, in the one database that there is."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from records.jobs import Job, JobKind, JobState
from storage.canonical import canonical_json, read_canonical
from storage.database import clear_errors, transaction
from storage.errors import NotThereError
from storage.job_tables import job


class UnknownJobError(NotThereError):
    """没有这项任务。"""


class JobRepository:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(
        self,
        kind: JobKind,
        argument: Mapping[str, Any],
        *,
        subject: str,
        by: str,
        unit: str | None,
        at: datetime,
        once: str | None = None,
    ) -> Job:
        """A new job; with ``once``, the one that was added under the same word."""
        with transaction(self.engine) as connection:
            if once is not None:
                known = connection.execute(select(job).where(job.c.once == once)).first()
                if known is not None:
                    return _job(known)
            row = {
                "kind": kind.value,
                "argument": canonical_json(dict(argument)),
                "subject": subject,
                "once": once,
                "state": JobState.WAITING.value,
                "by": by,
                "unit": unit,
                "asked_at": at.isoformat(),
                "told": "",
                "progress": "",
                "tries": 0,
            }
            number = connection.execute(insert(job).values(row).returning(job.c.id)).scalar_one()
            return _load(connection, number)

    def load(self, number: int) -> Job:
        """Raises ``UnknownJobError``."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return _load(connection, number)

    def newest(
        self,
        *,
        subject: str | None = None,
        unit: str | None = None,
        kind: JobKind | None = None,
        state: JobState | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> tuple[Job, ...]:
        """Jobs, newest first."""
        statement = select(job).order_by(job.c.id.desc()).limit(limit)
        for column, value in ((job.c.subject, subject), (job.c.unit, unit), (job.c.kind, kind), (job.c.state, state)):
            if value is not None:
                statement = statement.where(column == str(value))
        if before is not None:
            statement = statement.where(job.c.id < before)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(_job(row) for row in connection.execute(statement))

    def claim(self, holder: str, at: datetime, kinds: Collection[JobKind]) -> Job | None:
        """Take the oldest job of these kinds that waits; no other process takes the same."""
        with transaction(self.engine) as connection:
            waits = (job.c.state == JobState.WAITING.value) & job.c.kind.in_([one.value for one in kinds])
            statement = select(job.c.id).where(waits).order_by(job.c.id).limit(1)
            number = connection.scalar(statement.with_for_update(skip_locked=True))
            if number is None:
                return None
            values = {
                "state": JobState.RUNNING.value,
                "began": at.isoformat(),
                "beat": at.isoformat(),
                "holder": holder,
                "tries": job.c.tries + 1,
                "progress": "",
            }
            connection.execute(update(job).where(job.c.id == number).values(values))
            return _load(connection, number)

    def beat(self, number: int, holder: str, at: datetime, progress: str | None = None) -> bool:
        """A sign of life; False where the job is no longer this process's, or was cancelled."""
        values: dict[str, Any] = {"beat": at.isoformat()}
        if progress is not None:
            values["progress"] = progress
        mine = (job.c.id == number) & (job.c.holder == holder) & (job.c.state == JobState.RUNNING.value)
        with transaction(self.engine) as connection:
            return connection.execute(update(job).where(mine).values(values)).rowcount == 1

    def end(
        self,
        number: int,
        holder: str,
        state: JobState,
        *,
        at: datetime,
        told: str,
        result: Mapping[str, Any] | None = None,
    ) -> bool:
        """Close a job that this process runs; False where it is no longer this process's."""
        mine = (job.c.id == number) & (job.c.holder == holder) & (job.c.state == JobState.RUNNING.value)
        values = {
            "state": state.value,
            "ended": at.isoformat(),
            "told": told,
            "progress": "",
            "result": canonical_json(dict(result)) if result is not None else None,
        }
        with transaction(self.engine) as connection:
            return connection.execute(update(job).where(mine).values(values)).rowcount == 1

    def cancel(self, number: int, *, at: datetime, told: str) -> Job:
        """Cancel what waits or runs; what is over stays as it is."""
        with transaction(self.engine) as connection:
            before = _load(connection, number)
            if not before.state.is_over:
                values = {"state": JobState.CANCELLED.value, "ended": at.isoformat(), "told": told, "progress": ""}
                connection.execute(update(job).where(job.c.id == number).values(values))
            return _load(connection, number)

    def put_back(self, *, older_than: datetime, at: datetime, most_tries: int) -> tuple[int, ...]:
        """Jobs whose process gave no sign of life: they wait again, or failed where that happened too often."""
        lost = (job.c.state == JobState.RUNNING.value) & (job.c.beat < older_than.isoformat())
        with transaction(self.engine) as connection:
            rows = connection.execute(select(job.c.id, job.c.tries).where(lost)).all()
            for row in rows:
                values: dict[str, Any] = {"state": JobState.WAITING.value, "holder": None}
                if row.tries >= most_tries:
                    told = f"执行的进程 {row.tries} 次中途停止，不再重试；请告知运维查看日志"
                    values = {"state": JobState.FAILED.value, "ended": at.isoformat(), "told": told, "progress": ""}
                connection.execute(update(job).where(job.c.id == row.id).values(values))
            return tuple(row.id for row in rows)


def _load(connection: Connection, number: int) -> Job:
    row = connection.execute(select(job).where(job.c.id == number)).first()
    if row is None:
        raise UnknownJobError
    return _job(row)


def _job(row: Any) -> Job:
    return Job(
        id=row.id,
        kind=JobKind(row.kind),
        argument=read_canonical(row.argument),
        subject=row.subject,
        state=JobState(row.state),
        by=row.by,
        asked_at=datetime.fromisoformat(row.asked_at),
        unit=row.unit,
        began=datetime.fromisoformat(row.began) if row.began else None,
        ended=datetime.fromisoformat(row.ended) if row.ended else None,
        told=row.told,
        progress=row.progress,
        tries=row.tries,
        result=read_canonical(row.result) if row.result is not None else None,
    )
