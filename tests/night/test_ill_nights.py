"""Ill nights with the real crawler in real child processes: the network cut, the resolver poisoned, a proxy with 503.

Each ends with nobody accused: no sighting counts, the night is shown as void, and somebody is told.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chengjian.children import Nursery
from chengjian.night_by_hand import run_by_hand
from chengjian.night_room import NightRoom, open_night_room
from chengjian.settings import child_environment, read_settings
from records.nights import Night, NightState
from storage.sightings import SightingRepository

PAGE = "<html><head><title>{name}</title></head><body><h1>{name}</h1>{links}</body></html>"
HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3")

UNITS = """format: chengjian.city/1
id: testcity
name: 试验市
short_name: 试验
province: 试验省
units:
"""


def pages(*, broken: bool = False) -> dict[str, tuple[int, bytes]]:
    """A small portal; with a link that leads nowhere where it is broken."""
    links = "".join(f'<p><a href="/{n}.html">2026年政务公开第{n}号通知</a></p>' for n in range(6 if broken else 5))
    site = {"/": (200, PAGE.format(name="某县人民政府", links=links).encode())}
    for n in range(5):
        text = f"<p>第{n}号通知的正文，各单位遵照执行。</p>" * 5
        site[f"/{n}.html"] = (200, PAGE.format(name=f"第{n}号通知", links=text).encode())
    return {**site, "*": (404, b"<html><title>404</title>not found</html>")}


class Town:
    """Three portals on three addresses of one server, a canary beside it, and the room that watches them."""

    def __init__(self, folder: Path, portals: Any, canary: Any) -> None:
        self.portals, self.canary = portals, canary
        port = portals.server.server_address[1]
        self.urls = [f"http://{host}:{port}/" for host in HOSTS]
        rows = [
            f'  - {{id: u{n}, name: 第{n}县, kind: county, portals: [{{url: "{url}"}}]}}'
            for n, url in enumerate(self.urls)
        ]
        city = folder / "city"
        city.mkdir()
        (city / "units.yml").write_text(UNITS + "\n".join(rows) + "\n", "utf-8")
        (city / "watch.yml").write_text(
            f'format: chengjian.watch/1\ncanaries: [{{url: "{canary.url}/"}}]\n'
            'resolver: {impossible: ["{token}.invalid"]}\nnews: {enabled: false}\n'
            "run: {parallel: 3, disk_mb: 0, check_minutes: 0.01, recheck_after: 0.1}\n"
            "pace: {rate: 200, concurrency: 4, max_pages: 100, max_minutes: 1}\n"
            "health: {canary_tries: 1, canary_seconds: 2}\nreport: {at: 结束即发}\n",
            "utf-8",
        )
        room = open_night_room(read_settings(), str(city), f"sqlite:///{folder / 'town.sqlite3'}")
        nursery = Nursery(
            folder / "children", "nanyang-monthly", child_environment(room.settings), 0.1, render="never"
        )  # fmt: skip
        self.told: list[str] = []
        self.room: NightRoom = replace(room, nursery=nursery, clock=replace(room.clock, tick=0.2, grace=10.0))

    async def night(self, hours: float = 1.0, stop: asyncio.Event | None = None) -> Night:
        night = await run_by_hand(self.room, stop or asyncio.Event(), by="测试", by_hand=timedelta(hours=hours))
        assert night is not None
        return night

    async def alarmed(self, night: "asyncio.Task[Night]", stop: asyncio.Event) -> Night:
        """The night, ended when it has told that it is ill: nothing is gained by waiting for its window to close."""
        give_up = time.monotonic() + 60
        while self.room.nights.marked("alarm:testcity") is None:
            assert time.monotonic() < give_up
            await asyncio.sleep(0.05)
        stop.set()
        return await night

    def counted(self) -> list[str]:
        """Faults that would count."""
        seen = SightingRepository(self.room.nights.engine).sightings()
        return [one.finding for one in seen if one.counts and one.sight.value == "fault"]

    def digest(self) -> str:
        folder = self.room.settings.home / "digests" / "testcity"
        return max(folder.glob("*.txt"), key=lambda path: path.stat().st_mtime).read_text("utf-8")


@pytest.fixture
def town(tmp_path: Path, web: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Town:
    import socketserver

    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(socketserver.TCPServer, "request_queue_size", 64)
    return Town(tmp_path, web(pages(broken=True), host="0.0.0.0"), web())


@pytest.mark.timeout(180)
async def test_a_healthy_night_counts_and_says_what_it_saw(town: Town) -> None:
    """The control of the tests below: the same town, nothing ill, and the dead link is a suspicion that counts."""
    night = await town.night()
    assert night.state is NightState.HEALTHY, night.told
    assert {one.state for one in night.visits} == {"done"}
    assert town.counted()
    assert "证据清单 SHA-256" in town.digest()


@pytest.mark.timeout(180)
async def test_a_proxy_that_answers_503_for_all_accuses_nobody(town: Town) -> None:
    """Everything answers 503, canaries too: nothing is begun, and when it ends the night does not count."""
    for server in (town.portals, town.canary):
        server.answers.clear()
        server.answers["*"] = (503, b"<html>Service Unavailable</html>")
    night = await town.night(hours=4 / 3600)
    assert night.state is NightState.PAUSED
    assert not any(one.passed for one in night.checks if one.name == "canary_up")
    assert not [row for row in town.portals.asked if row[1] != "/"]
    town.canary.answers["*"] = (200, b"<html>up</html>")
    town.portals.answers.clear()
    town.portals.answers.update(pages(broken=True))
    night = await town.night()
    assert night.state is NightState.VOIDED
    assert town.counted() == []
    assert "作废" in town.digest()
    assert "断链" not in town.digest()


@pytest.mark.timeout(180)
async def test_portals_that_all_answer_503_accuse_nobody(town: Town) -> None:
    """A proxy before the portals alone: canaries are up, but everybody refusing at once is about us."""
    town.portals.answers.clear()
    town.portals.answers["*"] = (503, b"<html>Service Unavailable</html>")
    night = await town.night()
    assert night.state is NightState.VOIDED, night.told
    assert "大半门户" in night.told
    assert town.counted() == []


@pytest.mark.timeout(180)
async def test_the_network_cut_in_the_middle_accuses_nobody(town: Town) -> None:
    """Portals and canaries are gone while children visit: they rest, the night is void, and nobody is accused."""
    town.room = replace(town.room, plan=replace(town.room.plan, pace=replace(town.room.plan.pace, rate=2.0)))
    stop = asyncio.Event()
    task = asyncio.create_task(town.night(stop=stop))
    give_up = time.monotonic() + 60
    while len(town.portals.asked) < 6:
        assert time.monotonic() < give_up
        await asyncio.sleep(0.05)
    await asyncio.to_thread(town.portals.close)
    await asyncio.to_thread(town.canary.close)
    night = await town.alarmed(task, stop)
    assert any(one.name == "canary_up" and not one.passed for one in night.checks)
    assert night.state is NightState.PAUSED
    assert town.counted() == []


@pytest.mark.timeout(180)
async def test_a_poisoned_resolver_accuses_nobody(town: Town) -> None:
    """A resolver that knows every name: a name that cannot exist betrays it."""

    async def poisoned(name: str) -> tuple[str, ...]:
        return ("198.51.100.7",)

    town.room = replace(town.room, resolve=poisoned)
    stop = asyncio.Event()
    night = await town.alarmed(asyncio.create_task(town.night(stop=stop)), stop)
    assert night.state is NightState.PAUSED
    assert town.portals.asked == []
    assert any("被劫持" in one.told for one in night.checks)

    async def well(name: str) -> tuple[str, ...]:
        raise OSError("no such name")

    town.room = replace(town.room, resolve=well)
    night = await town.night()
    assert night.state is NightState.VOIDED
    assert town.counted() == []


@pytest.mark.timeout(180)
async def test_a_flood_of_new_findings_is_held_for_a_person(town: Town) -> None:
    """Far more than usual is new: a person decides, and only a release lets it count."""
    nothing_usual = replace(town.room.plan.health, findings_least=0, nights_least=1)
    town.room = replace(town.room, plan=replace(town.room.plan, health=nothing_usual))
    town.portals.answers.clear()
    town.portals.answers.update(pages())
    first = await town.night()
    assert first.state is NightState.HEALTHY, first.told
    town.portals.answers.clear()
    town.portals.answers.update(pages(broken=True))
    second = await town.night()
    assert second.state is NightState.HELD, second.told
    before = len(town.counted())
    town.room.nights.judge(second.id, NightState.HEALTHY, by="李四", why="已核对", now=town.room.clock.now())
    assert len(town.counted()) > before
