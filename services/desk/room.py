"""The desk of one city in one database, put together."""

import secrets
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from records.registry import City
from services.desk.archive import Archive
from services.desk.cards import CardKeeper, SiteUnits, units_of
from services.desk.decide import FlagDesk
from services.desk.exhibit import Exhibitor
from services.night_view import NightView
from storage.audit_results import AuditResults
from storage.audits import AuditRepository
from storage.console_log import ConsoleLog
from storage.tried import TriedRepository


class DeskRoom:
    """Holds what outlives a request; what talks to the database is made anew for each."""

    def __init__(self, engine: Engine, city: City, evidence: Path, log: ConsoleLog) -> None:
        """``evidence``: the folder below which audits file their evidence."""
        self.engine = engine
        self.city = city
        self.evidence = evidence
        self.log = log
        self.secret = secrets.token_bytes(32)  # signs the addresses of archived pages; a restart ends them all

    @cached_property
    def units(self) -> SiteUnits:
        return units_of(self.city)

    def keeper(self, view: NightView) -> CardKeeper:
        return CardKeeper(view, self.units)

    def flags(self, view: NightView) -> FlagDesk:
        return FlagDesk(self.keeper(view), self.log, self.exhibitor().damage)

    def exhibitor(self) -> Exhibitor:
        engine = self.engine
        return Exhibitor(AuditResults(engine), AuditRepository(engine), TriedRepository(engine), self.evidence)

    def archive(self) -> Archive:
        return Archive(AuditRepository(self.engine), TriedRepository(self.engine), self.evidence)
