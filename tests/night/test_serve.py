"""`chengjian serve`, `night` and `status` as a user calls them, and the worker's own judgement of what was missed."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

import pytest

from chengjian.night_room import NightRoom, open_night_room
from chengjian.settings import read_settings
from chengjian.worker import Worker
from records.nights import NightState
from records.watch import Window, WindowScope
from services.night.hours import SHANGHAI
from services.night.run import LOOKS_OVER, WINDOW_CLOSED
from services.night.standing import MISSED, last_report, watching_since
from storage.database import open_database
from storage.nights import NightRepository

UNITS = """format: chengjian.city/1
id: testcity
name: 试验市
short_name: 试验
province: 试验省
units:
  - {id: one, name: 甲县, kind: county, portals: [{url: "http://127.0.0.1:9/"}]}
"""
# A window that is closed now, whatever the hour: nothing is visited in these tests.
WATCH = """format: chengjian.watch/1
windows: [{opens: "%s", closes: "%s"}]
resolver: {impossible: ["{token}.invalid"]}
run: {disk_mb: 0}
news: {enabled: false}
"""


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "units.yml").write_text(UNITS, "utf-8")
    hour = (datetime.now(SHANGHAI).hour + 3) % 24
    (folder / "watch.yml").write_text(WATCH % (f"{hour:02d}:00", f"{hour:02d}:30"), "utf-8")
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return os.environ | {"CHENGJIAN_HOME": str(tmp_path / "home")}


def call(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    program = [sys.executable, "-c", "import sys; from chengjian.cli import main; sys.exit(main())", *words]
    return subprocess.run(program, env=environment, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture
def served(city: Path, environment: dict[str, str]) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A running `chengjian serve` and its address."""
    program = [sys.executable, "-c", "import sys; from chengjian.cli import main; sys.exit(main())"]
    process = subprocess.Popen(
        [*program, "serve", "--city", str(city), "--bind", "127.0.0.1:0"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    first = process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", first)
    assert found is not None, first
    yield found[0], process
    if process.poll() is None:
        process.kill()
    process.communicate()


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  our own server
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def healthz(address: str, wanted: int) -> dict[str, Any]:
    """What /healthz says once it says that."""
    give_up = time.monotonic() + 30
    while True:
        status, body = get(f"{address}/healthz")
        if status == wanted:
            return dict(json.loads(body))
        assert time.monotonic() < give_up, (status, body)
        time.sleep(0.2)


@pytest.mark.timeout(120)
def test_serve_answers_and_ends_in_good_order(
    served: tuple[str, "subprocess.Popen[str]"], environment: dict[str, str], city: Path
) -> None:
    """A monitor sees it live, a person reads how it stands, a second start waits, SIGTERM ends it with 0."""
    address, process = served
    told = healthz(address, 200)
    assert (told["ok"], told["leading"], told["night"]) == (True, True, None)
    status, page = get(f"{address}/")
    assert status == 200
    assert "试验市" in page
    assert "建立第一个管理员" in page  # the console: nobody has an account yet
    status, metrics = get(f"{address}/metrics")
    assert 'chengjian_scheduler_alive{city="testcity"} 1.0' in metrics
    assert 'chengjian_database_up{city="testcity"} 1.0' in metrics
    said = call(environment, "status", "--city", str(city), "--json")
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["scheduler"]["alive"] is True
    taken = call(environment, "serve", "--city", str(city), "--bind", address.removeprefix("http://"))
    assert taken.returncode == 2
    assert "--bind" in taken.stderr
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    said = call(environment, "status", "--city", str(city))
    assert said.returncode == 1  # it was served, and nobody serves it now
    assert "没有调度进程" in said.stdout


@pytest.mark.timeout(120)
def test_healthz_tells_of_a_night_that_did_not_report(
    served: tuple[str, "subprocess.Popen[str]"], environment: dict[str, str], city: Path, tmp_path: Path
) -> None:
    """503 where the last night is silent: the watch was begun days ago and no night is there."""
    address, _ = served
    healthz(address, 200)
    engine = open_database(f"sqlite:///{tmp_path / 'home' / 'chengjian.sqlite3'}")
    nights = NightRepository(engine)
    nights.mark(watching_since("testcity"), now=datetime.now(SHANGHAI) - timedelta(days=9))
    told = healthz(address, 503)
    assert any("没有进行" in fault for fault in told["faults"])
    said = call(environment, "status", "--deadline", "--city", str(city))
    assert said.returncode == 1
    assert "没有进行" in said.stdout
    engine.dispose()


@pytest.mark.timeout(120)
def test_nights_by_hand(environment: dict[str, str], city: Path, tmp_path: Path) -> None:
    """Outside the window nothing is run; a night is listed, shown, held, released and voided with name and reason."""
    place = ("--city", str(city))
    said = call(environment, "night", "run", *place)
    assert said.returncode == 3
    assert "--now" in said.stderr
    assert "还没有" in call(environment, "night", "list", *place).stdout
    engine = open_database(f"sqlite:///{tmp_path / 'home' / 'chengjian.sqlite3'}")
    nights = NightRepository(engine)
    now = datetime.now(SHANGHAI)
    night = nights.begin(
        "testcity", date(2026, 11, 23), by="scheduler", now=now, portals=[("one", "http://127.0.0.1:9/")]
    )
    nights.set_state(night.id, NightState.HEALTHY, by="scheduler", why="自检合格", now=now)
    engine.dispose()
    number = str(night.id)
    assert "缺少选项 --why" in call(environment, "night", "hold", number, *place).stderr
    for word, shown in (("hold", "待人工决定"), ("release", "有效"), ("void", "作废")):
        said = call(environment, "night", word, number, "--why", f"因为{word}", "--by", "张三", *place)
        assert (said.returncode, shown in said.stdout) == (0, True), said.stderr
    said = call(environment, "night", "show", number, *place)
    for part in ("张三：因为hold", "张三：因为release", "张三：因为void", "甲县"):
        assert part in said.stdout
    assert json.loads(call(environment, "night", "show", number, "--json", *place).stdout)["state"] == "voided"
    listed = json.loads(call(environment, "night", "list", "--json", *place).stdout)
    assert [one["id"] for one in listed["nights"]] == [night.id]
    unknown = call(environment, "night", "show", "99", *place)
    assert (unknown.returncode, "没有第 99 夜" in unknown.stderr) == (2, True)
    assert call(environment, "status", *place).returncode == 1  # voided: somebody should look


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("serve", "--bind", "nowhere"), "--bind"),
        (("serve", "--bind", "127.0.0.1:99999"), "--bind"),
        (("serve", "--city", "atlantis"), "不认识的城市"),
        (("status", "--city", "atlantis"), "不认识的城市"),
        (("status", "--db", "mysql://x/y"), "数据库"),
        (("night", "show", "x"), "不是数字"),
    ],
)
def test_a_wrong_call_is_one_line(environment: dict[str, str], words: tuple[str, ...], told: str) -> None:
    """No traceback, status 2, and what to do."""
    said = call(environment, *words)
    assert said.returncode == 2
    assert told in said.stderr
    assert "Traceback" not in said.stderr


def test_wrong_settings_and_files_are_told_with_their_lines(environment: dict[str, str], city: Path) -> None:
    """A wrong watch.yml or a wrong notification address stops the start, not the morning."""
    (city / "watch.yml").write_text("format: chengjian.watch/1\nparallel: 3\nrun: {parallel: x}\n", "utf-8")
    said = call(environment, "status", "--city", str(city))
    assert said.returncode == 2
    assert "第 2 行" in said.stderr
    assert "第 3 行" in said.stderr
    (city / "watch.yml").unlink()
    said = call(environment | {"CHENGJIAN_NOTIFY": "nonsense://topsecret"}, "status", "--city", str(city))
    assert said.returncode == 2
    assert "CHENGJIAN_NOTIFY" in said.stderr
    assert "topsecret" not in said.stderr


@pytest.fixture
def room(city: Path, clock: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> NightRoom:
    """A room on a clock that the test turns: nightly from 20:00 to 06:00."""
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path / "home"))
    (city / "watch.yml").write_text(WATCH % ("20:00", "06:00"), "utf-8")
    room = open_night_room(read_settings(), str(city))
    return replace(room, clock=clock.as_clock(tick=1.0))


async def test_a_missed_window_is_told_and_kept(room: NightRoom, clock: Any) -> None:
    """The machine was off at night: in the morning it is told, and the night stands there as void, once."""
    room.nights.mark(watching_since("testcity"), now=clock.now() - timedelta(days=3))
    clock.turn(12.5 * 3600)  # 08:30
    for _ in range(2):
        worker = Worker(room)
        await worker.turn()
        await asyncio.to_thread(worker._schedule.drop)
    (night,) = room.nights.nights("testcity")
    assert (night.state, night.told, night.day) == (NightState.VOIDED, MISSED, date(2026, 11, 23))
    alarm = room.nights.marked("alarm:testcity")
    assert alarm is not None
    assert "没有进行" in alarm.told


async def test_a_first_start_misses_nothing(room: NightRoom, clock: Any) -> None:
    """Who installs in the morning is not accused of the night before."""
    clock.turn(12.5 * 3600)
    await Worker(room).turn()
    assert room.nights.nights("testcity") == ()
    assert room.nights.marked("alarm:testcity") is None


async def test_a_look_at_suspects_does_not_wait_for_a_night_that_is_paused(room: NightRoom, clock: Any) -> None:
    """What was not through by six in the morning waits for the evening; suspects are looked at, visited or not."""
    office = Window(clock_time(10), clock_time(11), scope=WindowScope.SUSPECTS)
    room = replace(room, plan=replace(room.plan, windows=(*room.plan.windows, office)))
    (unit,) = room.city.units
    done, left = "http://127.0.0.1:9/", "http://127.0.0.2:9/"
    portals_of = tuple(replace(unit.portals[0], url=url) for url in (done, left))
    room = replace(room, city=replace(room.city, units=(replace(unit, portals=portals_of),)))
    portals = [(unit.id, portal.url) for unit in room.city.units for portal in unit.portals]
    night = room.nights.begin("testcity", date(2026, 11, 23), by="s", now=clock.now(), portals=portals)
    first = replace(night.visits[0], state="done", began=clock.now(), ended=clock.now())
    room.nights.visit(night.id, first)
    room.nights.set_state(night.id, NightState.PAUSED, by="s", why=WINDOW_CLOSED, now=clock.now())
    clock.turn(14.5 * 3600)  # 10:30
    suspects: set[str] = set()
    object.__setattr__(room, "suspects", lambda: frozenset(suspects))
    worker = Worker(room)
    assert worker._choice(clock.now()) is None
    suspects.update((done, left))
    choice = worker._choice(clock.now())
    assert choice is not None
    assert (choice.scope, choice.night) == (WindowScope.SUSPECTS, None)
    assert [one.url for one in choice.stops] == [done, left]
    look = room.nights.begin(
        "testcity", date(2026, 11, 24), by="s", now=clock.now(), portals=portals, scope=WindowScope.SUSPECTS
    )
    room.nights.set_state(look.id, NightState.PAUSED, by="s", why=LOOKS_OVER, now=clock.now())
    suspects.clear()  # healed meanwhile: what was begun is gone on with, or it would stay open for ever
    choice = worker._choice(clock.now())
    assert choice is not None
    assert choice.night is not None
    assert (choice.night.id, len(choice.stops)) == (look.id, 2)
    clock.turn(10 * 3600)  # 20:30
    choice = worker._choice(clock.now())
    assert choice is not None
    assert choice.night is not None
    assert (choice.night.id, [one.url for one in choice.stops]) == (night.id, [left])


async def test_the_deadline_is_told_once(room: NightRoom, clock: Any) -> None:
    """The dead man's switch from within: one alarm for one silent night, also over many turns."""
    room.nights.mark(watching_since("testcity"), now=clock.now() - timedelta(hours=1))
    night = room.nights.begin("testcity", date(2026, 11, 23), by="scheduler", now=clock.now())
    room.nights.set_state(night.id, NightState.HEALTHY, by="scheduler", why="自检合格", now=clock.now())
    silent = replace(room, settings=replace(room.settings, notify=("json://127.0.0.1:9/",)))
    told: list[str] = []

    async def tell(title: str, text: str) -> None:
        told.append(text)

    object.__setattr__(silent, "tell", tell)
    worker = Worker(silent)
    clock.turn(11.9 * 3600)  # 07:54: the digest went out at 07:30 and nobody took it
    await worker.turn()
    assert told == []
    clock.turn(0.2 * 3600)  # 08:06
    await worker.turn()
    await worker.turn()
    assert len(told) == 1
    assert "还没有发出早报" in told[0]
    assert room.nights.marked(last_report("testcity")) is None


@pytest.mark.parametrize("jump", [-18_000, 18_000])
async def test_a_clock_that_jumps_is_told_and_the_signs_of_life_go_on(room: NightRoom, clock: Any, jump: int) -> None:
    """Set back by five hours, the scheduler would wait for five hours: it must go on giving signs of life."""
    clock.at = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)  # no window is open, before or after
    stop, turns = asyncio.Event(), []

    def act() -> None:
        turns.append(clock.now())
        if len(turns) == 3:
            clock.at += timedelta(seconds=jump)
        if len(turns) == 8:
            stop.set()

    clock.at_tick.append(act)
    worker = Worker(room)
    await worker.run(stop)
    alarm = room.nights.marked("alarm:testcity:本机时钟跳变")
    assert alarm is not None
    assert len(turns) == 8
    assert worker.alive


async def test_a_fault_of_ours_does_not_end_the_watch(
    room: NightRoom, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A programming error in one turn is told, and the next turn comes."""
    stop, turns = asyncio.Event(), []

    def act() -> None:
        turns.append(1)
        if len(turns) == 3:
            stop.set()

    def fault(*_: Any, **__: Any) -> None:
        raise KeyError("oops")

    clock.at_tick.append(act)
    monkeypatch.setattr("chengjian.worker.choices", fault)
    await Worker(room, beat_seconds=40).run(stop)
    assert len(turns) == 3
    assert room.nights.marked("alarm:testcity:调度程序出错") is not None
