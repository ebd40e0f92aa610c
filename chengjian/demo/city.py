"""Serves the demo city on loopback: ``with serve(as_of) as city: …``."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date
from email.utils import format_datetime
from typing import Final

from aiohttp import web

from chengjian.demo import faults
from chengjian.demo.portals.challenge import ChallengePortal
from chengjian.demo.portals.classic_asp import ClassicAspPortal
from chengjian.demo.portals.data_islands import DataIslandPortal
from chengjian.demo.portals.department import DepartmentSite
from chengjian.demo.portals.modern import ModernPortal
from chengjian.demo.portals.neighbour import Neighbour
from chengjian.demo.portals.press import (
    BROADCAST_KEY,
    DAILY_KEY,
    EVENING_KEY,
    NOVELS_KEY,
    ONLINE_KEY,
    PROVINCE_KEY,
    build_press,
)
from chengjian.demo.portals.single_page import SinglePagePortal
from chengjian.demo.portals.trs_like import TrsLikePortal
from chengjian.demo.promises import PortalPromise
from chengjian.demo.site import Answer, Ask, Mood, Setting, Site, firewall
from storage.clock import now

HOST: Final = "127.0.0.1"
NEIGHBOUR: Final = "neighbour"  # a healthy server outside every portal, to which they link
REFUSED: Final = "refused"  # a port that is held and never listens
#: Two newspapers, a site of novels that is on no list, and three papers more.
PRESS: Final = (DAILY_KEY, ONLINE_KEY, NOVELS_KEY, EVENING_KEY, BROADCAST_KEY, PROVINCE_KEY)

_MAKERS: Final[tuple[tuple[PortalPromise, type[Site]], ...]] = (
    (faults.LIUWAN, ClassicAspPortal),
    (faults.QINGHE, TrsLikePortal),
    (faults.YANTANG, DataIslandPortal),
    (faults.SHAYU, SinglePagePortal),
    (faults.YUNXI, ModernPortal),
    (faults.SHILAN, ChallengePortal),
    (faults.JIAOTONG, DepartmentSite),
)


@dataclass(frozen=True, slots=True)
class Served:
    """One request that a server of the city answered."""

    portal: str
    method: str
    target: str  # path and query
    status: int
    user_agent: str
    at: float  # seconds on the clock of the event loop


@dataclass(frozen=True, slots=True)
class City:
    """The city while it is served."""

    as_of: date
    base_urls: Mapping[str, str]  # portals, NEIGHBOUR, REFUSED and PRESS
    sites: Mapping[str, Site]
    log: list[Served] = field(default_factory=list)
    moods: dict[str, Mood] = field(default_factory=dict)  # key of a server that is not well: may change while it serves

    @property
    def portals(self) -> tuple[PortalPromise, ...]:
        return faults.CITY

    def url(self, portal: str) -> str:
        return self.base_urls[portal]

    def served(self, portal: str) -> tuple[Served, ...]:
        """What one portal was asked for, in order."""
        return tuple(entry for entry in self.log if entry.portal == portal)


def build_sites(setting: Setting) -> dict[str, Site]:
    """All servers of the city but the press, by key.  Nothing is opened: a test may ask them directly."""
    sites: dict[str, Site] = {promise.key: maker(promise, setting) for promise, maker in _MAKERS}
    sites[NEIGHBOUR] = Neighbour(setting)
    return sites


@contextmanager
def serve(as_of: date, *, host: str = HOST, ports: Mapping[str, int] | None = None) -> Iterator[City]:
    """Serve the city from a thread of its own until the block ends.

    ``ports`` may name the port of a portal by its key; the others take a free one.  Raises ``OSError`` where a port
    is taken.  Nothing is printed.
    """
    wanted = ports or {}
    keys = (*(promise.key for promise, _ in _MAKERS), NEIGHBOUR, REFUSED, *PRESS)
    sockets: dict[str, socket.socket] = {}
    try:
        for key in keys:
            sockets[key] = _bound(host, wanted.get(key, 0))
        base_urls = {key: f"http://{host}:{bound.getsockname()[1]}/" for key, bound in sockets.items()}
        setting = Setting(as_of, base_urls)
        city = City(as_of, base_urls, {**build_sites(setting), **build_press(setting)})
        listening = {key: bound for key, bound in sockets.items() if key != REFUSED}
        with _running(city, listening):
            yield city
    finally:
        for bound in sockets.values():
            bound.close()


def _bound(host: str, port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


@contextmanager
def _running(city: City, sockets: Mapping[str, socket.socket]) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    runners = loop.run_until_complete(_start(city, sockets))
    thread = threading.Thread(target=loop.run_forever, name="demo-city", daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for runner in runners:
            loop.run_until_complete(runner.cleanup())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _start(city: City, sockets: Mapping[str, socket.socket]) -> list[web.ServerRunner]:
    runners = []
    for key, bound in sockets.items():
        runner = web.ServerRunner(web.Server(_Door(city, key).answer), shutdown_timeout=0.2)
        await runner.setup()
        await web.SockSite(runner, bound).start()
        runners.append(runner)
    return runners


class _Door:
    """Turns requests of one port into questions to its site."""

    def __init__(self, city: City, key: str) -> None:
        self._city = city
        self._key = key
        self._site = city.sites[key]

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        ask = Ask(request.method, request.raw_path, headers, request.cookies)
        mood = self._city.moods.get(self._key, Mood.WELL)
        if mood is Mood.DOWN and request.transport is not None:
            request.transport.abort()
            return web.Response()  # to nobody
        answer = firewall() if mood is Mood.GUARDED else self._site.answer(ask)
        self._city.log.append(
            Served(
                self._key,
                ask.method,
                ask.target,
                answer.status,
                headers.get("user-agent", ""),
                asyncio.get_running_loop().time(),
            )
        )
        if answer.delay:
            await asyncio.sleep(answer.delay)
        return _response(answer)


def _response(answer: Answer) -> web.Response:
    named = {} if answer.content_type is None else {"Content-Type": answer.content_type}
    # A canary's Date header is what the nights hold their clock against, and the demo plays its nights.
    named["Date"] = format_datetime(now().astimezone(UTC), usegmt=True)
    response = web.Response(body=answer.body, status=answer.status, headers=named)
    for name, value in answer.headers:
        response.headers.add(name, value)
    return response
