"""Builds the analyst's desk for the command line and the worker."""

from dataclasses import dataclass
from functools import cached_property

from chengjian.cli.manners import UserError
from chengjian.score_room import night_view
from chengjian.settings import Settings
from records.registry import City
from services.desk.cards import CardKeeper
from services.desk.decide import FlagDesk
from services.desk.room import DeskRoom
from services.night_view import NightView
from services.registry.city_files import load_city
from storage.console_log import ConsoleLog
from storage.database import StorageError, open_database
from storage.samples import SampleRepository


@dataclass(frozen=True)
class Desk:
    """The desk of one city, today."""

    room: DeskRoom
    view: NightView

    @property
    def city(self) -> City:
        return self.room.city

    @cached_property
    def keeper(self) -> CardKeeper:
        return self.room.keeper(self.view)

    @cached_property
    def flags(self) -> FlagDesk:
        return self.room.flags(self.view)

    @cached_property
    def samples(self) -> SampleRepository:
        return SampleRepository(self.room.engine)


def open_desk(settings: Settings, city_name: str, database: str | None = None) -> Desk:
    """Raises ``UserError`` and ``WrongCallError``."""
    url = database or settings.database
    city = load_city(city_name)
    try:
        engine = open_database(url if "://" in url else f"sqlite:///{url}")
    except StorageError as error:
        raise UserError(str(error)) from error
    room = DeskRoom(engine, city, settings.home / "evidence", ConsoleLog(engine))
    return Desk(room, night_view(engine, settings))
