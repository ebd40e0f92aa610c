"""Suppressions as a list that is filtered and paged by the database."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Engine, and_, case, func, or_, select

from records.sightings import Suppression
from storage.database import clear_errors
from storage.desk_tables import finding_card
from storage.night_tables import suppression

_S = suppression.c


@dataclass(frozen=True, slots=True)
class Silences:
    """Which suppressions are asked for."""

    which: str  # holding | ending | over | all
    today: date
    soon: date  # what ends until then is ending
    sites: tuple[str, ...] | None = None  # None: of every portal
    text: str = ""


class SilenceList:
    """Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, wanted: Silences, *, limit: int, offset: int) -> tuple[tuple[Suppression, str, int | None], ...]:
        """Each with what it is about and the number of its card, where there is one; what ends soonest first."""
        card = finding_card.c
        about = and_(card.site == _S.site, card.finding == _S.subject)
        statement = (
            select(suppression, card.message, card.id.label("card"))
            .join(finding_card, about, isouter=True)
            .where(_wanted(wanted))
            .order_by(case((_S.lifted.is_not(None), 1), else_=0), _S.ends, _S.id)
            .limit(limit)
            .offset(offset)
        )
        with clear_errors(self._engine), self._engine.connect() as connection:
            return tuple(
                (
                    Suppression(
                        row.id, row.site, row.check, row.subject, row.reason, row.owner, row.begins, row.ends,
                        row.lifted, row.lifted_by or "", row.lifted_why or "",
                    ),
                    row.message or row.subject,
                    row.card,
                )
                for row in connection.execute(statement)
            )  # fmt: skip

    def count(self, wanted: Silences) -> int:
        statement = select(func.count()).select_from(suppression).where(_wanted(wanted))
        with clear_errors(self._engine), self._engine.connect() as connection:
            return connection.scalar(statement) or 0


def _wanted(wanted: Silences) -> ColumnElement[bool]:
    which, today = wanted.which, wanted.today
    holding = and_(_S.begins <= today, _S.ends >= today, or_(_S.lifted.is_(None), _S.lifted > today))
    parts: list[ColumnElement[bool]] = []
    if which in ("holding", "ending"):
        parts.append(holding)
    if which == "ending":
        parts.append(_S.ends <= wanted.soon)
    if which == "over":
        parts.append(or_(_S.ends < today, _S.lifted <= today))
    if wanted.sites is not None:
        parts.append(_S.site.in_(wanted.sites))
    for word in wanted.text.split():
        like = "%" + "".join(f"!{c}" if c in "!%_" else c for c in word) + "%"
        parts.append(or_(*(column.like(like, escape="!") for column in (_S.subject, _S.reason, _S.owner, _S.site))))
    return and_(True, *parts)
