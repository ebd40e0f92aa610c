"""What the console works with: built by the composition root, handed to every route."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from records.registry import City
from services.accounts import AccountDesk
from services.complaints.desk import ComplaintDesk
from services.complaints.office import open_complaints
from services.desk.room import DeskRoom
from services.model_card import ModelFile
from services.news.reviewing import EventDesk
from services.night_view import NightView
from services.rounds.evaluation import Evaluation
from services.rounds.office import RoundOffice
from storage.console_log import ConsoleLog
from storage.news import NewsRepository


@dataclass(frozen=True)
class ConsoleTools:
    """One city in one database.  Repositories are made from ``engine`` where they are needed: they hold no state."""

    engine: Engine
    city: City
    city_name: str  # as it was given: an id, a folder or a file
    home: Path  # data folder: evidence below home/evidence
    now: Callable[[], datetime]  # Asia/Shanghai
    accounts: AccountDesk
    log: ConsoleLog
    view: Callable[[], NightView]  # made anew for each request: it knows the day
    rounds: RoundOffice
    program: str  # version
    evaluation: Evaluation  # rounds, runs and what they are made from
    secure: bool = False  # whether cookies go over HTTPS only: a browser would drop them on plain HTTP
    first_token: str = ""  # what the first-run administrator has to know: printed where the service was started
    evidence_origin: str = ""  # https://… of the other origin that archived pages are shown from; empty: this one
    hosts: tuple[str, ...] = ()  # names that this service is called by, beside addresses and localhost
    factor_needed: bool = False  # whether a second factor is demanded of who decides or manages
    model: Callable[[], ModelFile | None] = lambda: None  # the news classifier's model; None: there is none to show
    wants: str = ""  # what the operator has to mend, told where the service was started (Chinese)
    contact: str = ""  # how an office reaches who runs the crawler; stands in what we send to it
    patience: float = 2.0  # seconds that a page waits for a large run to be opened, before it says that it will come

    @property
    def today(self) -> date:
        return self.now().date()

    @cached_property
    def events(self) -> EventDesk:
        """The news events of the city: one for the life of the console, it keeps what it has read."""
        return EventDesk(NewsRepository(self.engine), self.city, log=self.log)

    @cached_property
    def desk(self) -> DeskRoom:
        """The analyst's desk for findings."""
        return DeskRoom(self.engine, self.city, self.home / "evidence", self.log)

    @cached_property
    def complaints(self) -> ComplaintDesk:
        """The complaints of the city."""
        return open_complaints(self.engine, self.city, self.home, self.now, self.log)
