"""Blind samples: what is drawn, what people answered.  Only ever added to (triggers of migration 0010)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, select

from records.desk import BlindSample, GivenAnswer, Pile, SampleAnswer, SampleKind
from records.judgement import ColumnJudgement, DisclosureJudgement
from records.verdicts import ColumnVerdict, DisclosureVerdict, Outcome, Severity
from storage.database import clear_errors, dialect_of, transaction
from storage.desk_tables import blind_sample, finding_card, sample_answer
from storage.encoding import Packer, from_json
from storage.tables import address, audit, column_judgement, disclosure_judgement, finding, site, target_fact


class SampleRepository:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._packer = Packer()

    def of_day(self, city: str, day: date) -> tuple[BlindSample, ...]:
        """The sample of a day in its order, empty where none was drawn."""
        mine = (blind_sample.c.city == city, blind_sample.c.day == day)
        statement = select(blind_sample).where(*mine).order_by(blind_sample.c.position)
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(_sample(row) for row in connection.execute(statement))

    def keep(self, samples: Sequence[BlindSample]) -> None:
        """Keep a day's sample; what another process kept of the same day meanwhile stands."""
        rows = [
            {
                "city": one.city,
                "day": one.day,
                "position": one.position,
                "kind": one.kind.value,
                "failed": one.failed,
                "said": one.said,
                "site": one.site,
                "site_name": one.site_name,
                "audit": one.audit,
                "subject": one.subject,
                "asked": one.asked,
                "finding": one.finding,
            }
            for one in samples
        ]
        if not rows:
            return
        with transaction(self.engine) as connection:
            mine = (blind_sample.c.city == samples[0].city, blind_sample.c.day == samples[0].day)
            if connection.scalar(select(func.count()).select_from(blind_sample).where(*mine)):
                return
            connection.execute(dialect_of(connection).insert(blind_sample).on_conflict_do_nothing(), rows)

    def load(self, number: int) -> BlindSample | None:
        with clear_errors(self.engine), self.engine.connect() as connection:
            row = connection.execute(select(blind_sample).where(blind_sample.c.id == number)).first()
        return None if row is None else _sample(row)

    def answer(self, answer: GivenAnswer) -> bool:
        """Keep an answer; False where this person answered before: the first word stands."""
        row = {
            "sample_id": answer.sample,
            "answer": answer.answer.value,
            "by": answer.by,
            "at": answer.at.isoformat(),
            "note": answer.note,
        }
        with transaction(self.engine) as connection:
            statement = dialect_of(connection).insert(sample_answer).on_conflict_do_nothing()
            return bool(connection.execute(statement, row).rowcount)

    def answers(self, samples: Collection[int]) -> tuple[GivenAnswer, ...]:
        """Oldest first."""
        statement = select(sample_answer).where(sample_answer.c.sample_id.in_(list(samples)))
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(_answer(row) for row in connection.execute(statement.order_by(sample_answer.c.id)))

    def answered(self, city: str, since: date) -> tuple[tuple[BlindSample, GivenAnswer], ...]:
        """Every sample from ``since`` on with its first answer."""
        first = select(func.min(sample_answer.c.id)).group_by(sample_answer.c.sample_id)
        statement = (
            select(blind_sample, sample_answer.c.answer, sample_answer.c.by, sample_answer.c.at, sample_answer.c.note)
            .join(sample_answer, sample_answer.c.sample_id == blind_sample.c.id)
            .where(blind_sample.c.city == city, blind_sample.c.day >= since, sample_answer.c.id.in_(first))
            .order_by(blind_sample.c.day, blind_sample.c.position)
        )
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(
                (
                    _sample(row),
                    GivenAnswer(row.id, SampleAnswer(row.answer), row.by, datetime.fromisoformat(row.at), row.note),
                )
                for row in connection.execute(statement)
            )

    # -- what is drawn from -----------------------------------------------------------------------------------------

    def accusing(self, checks: Collection[str]) -> frozenset[int]:
        """Of the newest audits of all portals those that accuse somebody of something by these checks."""
        statement = select(finding.c.audit_id).where(finding.c.audit_id.in_(_newest()), *_accusation(checks)).distinct()
        with clear_errors(self.engine), self.engine.connect() as connection:
            return frozenset(connection.scalars(statement))

    def accusations(self, audit_id: int, site_key: str, checks: Collection[str]) -> tuple[tuple[str, str, str], ...]:
        """What an audit accuses of, save what a person silenced since: (check, subject, id), in its order."""
        statement = select(finding.c.check, finding.c.subject, finding.c.id).where(
            finding.c.audit_id == audit_id, *_accusation(checks)
        )
        card = finding_card.c
        silent = select(card.finding).where(card.site == site_key, card.pile == Pile.SUPPRESSED.value)
        with clear_errors(self.engine), self.engine.connect() as connection:
            held = frozenset(connection.scalars(silent))
            rows = connection.execute(statement.order_by(finding.c.position))
            return tuple((row.check, row.subject, row.id) for row in rows if row.id not in held)

    def newest_audits(self) -> tuple[tuple[int, str, str], ...]:
        """The newest judged audit of each portal that answered: (audit, site, name)."""
        statement = (
            select(audit.c.id, site.c.key, site.c.name)
            .join(site, site.c.id == audit.c.site_id)
            .where(audit.c.id.in_(_newest()), audit.c.site_verdict == "reachable")
            .order_by(site.c.key)
        )
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple((row.id, row.key, row.name or row.key) for row in connection.execute(statement))

    def fetched(self, audit_id: int, from_number: int) -> str | None:
        """The first address of an audit, from this number on, that was answered."""
        statement = (
            select(address.c.url)
            .join(
                target_fact,
                (target_fact.c.audit_id == address.c.audit_id) & (target_fact.c.address_id == address.c.id),
            )
            .where(
                address.c.audit_id == audit_id,
                address.c.id >= from_number,
                target_fact.c.outcome == Outcome.FETCHED.value,
            )
            .order_by(address.c.id)
            .limit(1)
        )
        with clear_errors(self.engine), self.engine.connect() as connection:
            return connection.scalar(statement)

    def addresses(self, audit_id: int) -> int:
        """The last number of an address of an audit."""
        with clear_errors(self.engine), self.engine.connect() as connection:
            return connection.scalar(select(func.max(address.c.id)).where(address.c.audit_id == audit_id)) or 0

    def fresh_columns(self, audit_id: int) -> tuple[ColumnJudgement, ...]:
        statement = select(column_judgement.c.fact).where(
            column_judgement.c.audit_id == audit_id, column_judgement.c.verdict == ColumnVerdict.FRESH.value
        )
        return self._facts(statement.order_by(column_judgement.c.position), ColumnJudgement)

    def published(self, audit_id: int) -> tuple[DisclosureJudgement, ...]:
        statement = select(disclosure_judgement.c.fact).where(
            disclosure_judgement.c.audit_id == audit_id,
            disclosure_judgement.c.verdict == DisclosureVerdict.PUBLISHED.value,
        )
        return self._facts(statement.order_by(disclosure_judgement.c.requirement), DisclosureJudgement)

    def _facts(self, statement: Any, kind: type) -> tuple[Any, ...]:
        with clear_errors(self.engine), self.engine.connect() as connection:
            return tuple(from_json(kind, self._packer.unpack(blob)) for blob in connection.scalars(statement))


def _newest() -> Select[tuple[int]]:
    """The newest judged audit of each portal."""
    return select(func.max(audit.c.id)).where(audit.c.judged_at.is_not(None)).group_by(audit.c.site_id)


def _accusation(checks: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return finding.c.state == "found", finding.c.check.in_(list(checks)), finding.c.severity != Severity.NOTICE.value


def _sample(row: Any) -> BlindSample:
    return BlindSample(
        id=row.id,
        city=row.city,
        day=row.day,
        position=row.position,
        kind=SampleKind(row.kind),
        failed=row.failed,
        said=row.said,
        site=row.site,
        site_name=row.site_name,
        audit=row.audit,
        subject=row.subject,
        asked=row.asked,
        finding=row.finding,
    )


def _answer(row: Any) -> GivenAnswer:
    return GivenAnswer(row.sample_id, SampleAnswer(row.answer), row.by, datetime.fromisoformat(row.at), row.note)
