"""The console of the demo: opened on what the play left, with accounts and work for every role, proved to answer."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import orjson

from chengjian.console_room import open_console
from chengjian.demo.city import City as Served
from chengjian.demo.city import serve as serve_city
from chengjian.demo.errands import furnish, prove
from chengjian.demo.people import Person, sign_up
from chengjian.demo.play import stage_settings
from chengjian.job_runner import JobRunner
from chengjian.logs import open_log
from chengjian.night_app import listen, serve_app
from chengjian.settings import Settings
from console.app import console_app
from console.tools import ConsoleTools
from records.accounts import ROLE_NAMES
from services.work_calendar import library_calendar
from storage.clock import now
from storage.jobs import JobRepository

LOOPBACK: Final = "127.0.0.1"
USUAL_PORT: Final = 8600
_STAGE: Final = "demo.json"  # below the home: where the city was served, so that it can be served there again


Say = Callable[[str], None]


def remember(home: Path, served: Served) -> None:
    """Keep where the city was served.  Raises ``OSError``."""
    ports = {key: int(url.rstrip("/").rpartition(":")[2]) for key, url in served.base_urls.items()}
    (home / _STAGE).write_bytes(orjson.dumps({"first": served.as_of, "ports": ports}))


@contextmanager
def city_again(home: Path) -> Iterator[Served]:
    """Serve the city of an earlier demo where it was served.  Raises ``OSError`` and ``ValueError``."""
    kept = orjson.loads((home / _STAGE).read_bytes())
    with serve_city(date.fromisoformat(kept["first"]), ports=kept["ports"]) as served:
        yield served


@dataclass(frozen=True, slots=True)
class DemoConsole:
    """The console of a played home.  Everything raises ``UserError``, ``WrongCallError`` and ``StorageError``."""

    settings: Settings
    tools: ConsoleTools
    people: tuple[Person, ...]
    is_new: bool  # nobody has worked at it yet

    def run(self, say: Say, *, stay: bool, port: int | None = None) -> None:
        """Serve it; leave work where it is new; prove that everybody gets in; stay until Ctrl-C where that is asked.

        ``port``: None for the usual one, or another where that is taken.  Raises ``OSError`` where it cannot be had,
        and ``ConsoleAnswerError`` where the console does not answer.
        """
        asyncio.run(self._run(say, stay, port))

    async def _run(self, say: Say, stay: bool, port: int | None) -> None:
        async with self._served(port) as (address, stop):
            if self.is_new:
                await asyncio.to_thread(furnish, address, self.people, self.tools.today)
            proved = await asyncio.to_thread(prove, address, self.people)
            say("\n".join(("", "【工作台】", *(f"  ✓ {line}" for line in proved))))
            if stay:
                say(self.welcome(address))
                for number in (signal.SIGINT, signal.SIGTERM):
                    asyncio.get_running_loop().add_signal_handler(number, stop.set)
                await stop.wait()

    @asynccontextmanager
    async def _served(self, port: int | None) -> AsyncIterator[tuple[str, asyncio.Event]]:
        """Address, and the event that ends it.  What the console asks for runs beside it; no night begins by itself."""
        stop = asyncio.Event()
        log = open_log(self.settings.home / "logs")
        jobs = JobRunner(
            self.settings, self.tools.city, self.tools.city_name, JobRepository(self.tools.engine), "demo", log
        )
        listener = _listen(port)
        address = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        tasks = (serve_app(console_app(self.tools), listener, stop), jobs.run(stop))
        running = asyncio.gather(*tasks)
        try:
            yield address, stop
        finally:
            stop.set()
            await running

    def welcome(self, address: str) -> str:
        """Where it is and who may enter, in Chinese lines."""
        units = {unit.id: unit.name for unit in self.tools.city.units}
        lines = [f"  打开 {address}/ ，用下面任一账户登录（密码只在这里显示，重开时另换）：", ""]
        for one in self.people:
            role = ROLE_NAMES[one.role] + (f"（{units[one.unit]}）" if one.unit else "")
            lines.append(f"    {one.login:<10} {one.password}   {role} {one.name}")
        return "\n".join((*lines, "", "  示范门户和工作台都开着，按 Ctrl-C 结束。"))


def _listen(port: int | None) -> socket.socket:
    if port is not None:
        return listen(LOOPBACK, port)
    try:
        return listen(LOOPBACK, USUAL_PORT)
    except OSError:
        return listen(LOOPBACK, 0)


def open_demo_console(home: Path, settings: Settings) -> DemoConsole:
    """The console of a home that was played into.

    Raises ``UserError``, ``WrongCallError``, ``StorageError`` and ``OSError``.
    """
    settings = stage_settings(settings, home)
    _know_the_year(home, now().date())
    tools = open_console(settings, str(home / "yunxi"))
    return DemoConsole(settings, tools, sign_up(tools), is_new=bool(tools.first_token))


def _know_the_year(home: Path, today: date) -> None:
    """The terms of a round reach into years whose notice is not out: here these have no holiday but the first day."""
    unknown = {today.year, today.year + 1} - set(library_calendar().years)
    if not unknown:
        return
    entries = "".join(
        f'  - {{year: "{year}", source: 示范用，不是国务院的通知, holidays: ["{year}-01-01"]}}\n'
        for year in sorted(unknown)
    )
    (home / "calendar.yml").write_text(f"format: chengjian.calendar/1\nyears:\n{entries}", "utf-8")
