"""``chengjian crawl --all --workers N``: every portal of a city, several at once, and what a kill costs."""

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

Make = Callable[[str], Any]
CALL = ("--rate", "60", "--concurrency", "4", "--render", "never", "--recheck-after", "0", "--as-of", "2026-11-21")
TWICE = {"/robots.txt", "/gone/0.html", "/gone/1.html", "/gone/2.html"}  # by each process; by the second look

UNITS = """format: chengjian.city/1
id: lushan
name: 试验市
short_name: 试验
province: 试验省
units:
  - {{id: jia, name: 甲县, kind: county, portals: [{{url: "{0}"}}]}}
  - {{id: yi, name: 乙县, kind: county, portals: [{{url: "{1}"}}, {{url: "{2}"}}]}}
  - {{id: bing, name: 丙县, kind: county}}
"""


@pytest.fixture
def city(three_portals: list[Any], tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "units.yml").write_text(UNITS.format(*(one.url for one in three_portals)), "utf-8")
    return folder


def audits(own: Any) -> list[tuple[int, str]]:
    """Unfinished as well as judged audits: how many for each portal, and of which verdict."""
    connection = sqlite3.connect(own.home / "chengjian.sqlite3")
    rows = connection.execute("SELECT count(*), max(site_verdict) FROM audit GROUP BY site_id").fetchall()
    connection.close()
    return rows


def finish(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=90)
    return process.returncode, out, err


def wait_until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def children_of(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    return [child for mother in psutil.Process(process.pid).children() for child in mother.children()]


def test_all_portals_of_a_city_are_visited_once(city: Path, three_portals: list[Any], program: Make) -> None:
    """Both portals of one unit too; a unit without a portal is no fault."""
    own = program("own")
    status, out, err = finish(own.start("crawl", "--all", "--city", str(city), "--workers", "2", *CALL))
    assert (status, err) == (1, "")
    assert sorted(line.split()[0] for line in out.splitlines()) == ["乙县", "乙县", "甲县"]
    assert audits(own) == [(1, "reachable")] * 3
    for one in three_portals:
        again = {path for path, times in one.asked().items() if times > 1 and path in one.pages}
        assert all("/gone/" in one.pages[path] for path in again), "once more to archive what a dead link stands on"
        assert max(one.asked()[path] for path in one.pages) <= 2
        assert one.asked().keys() >= one.pages.keys()


def test_a_portal_is_named_by_id_name_or_address_and_visited_once(
    city: Path, three_portals: list[Any], program: Make
) -> None:
    """Three ways to say one portal; the address without its slash too."""
    own = program("own")
    url = three_portals[0].url
    words = [word for name in ("jia", "甲县", url.rstrip("/"), f"{url}index.html") for word in ("--portal", name)]
    status, out, _ = finish(own.start("crawl", "--city", str(city), *words, "--quiet", *CALL))
    assert status == 1
    assert [line.split()[:2] for line in out.splitlines()] == [["甲县", url]]


def test_the_parent_killed_in_the_middle_costs_nothing(city: Path, three_portals: list[Any], program: Make) -> None:
    """Its children end by themselves, and the same call goes on with what they had begun: no page is asked twice but
    what was under way, and nothing is judged twice."""
    own = program("own")
    words = ("crawl", "--all", "--city", str(city), "--workers", "2", *CALL)
    first = own.start(*words)
    wait_until(lambda: len(three_portals[0].log) > 25 and len(three_portals[1].log) > 25)
    children = children_of(first)
    assert len(children) == 2
    first.kill()
    first.communicate()
    status, out, err = finish(own.start(*words))
    assert (status, err) == (1, "")
    assert len(out.splitlines()) == 3
    assert not any(one.is_running() for one in children)
    assert audits(own) == [(1, "reachable")] * 3
    for one in three_portals:
        again = {path: times for path, times in one.asked().items() if times > 1 and path not in TWICE}
        assert sum(times - 1 for times in again.values()) <= 4  # what was under way
        assert one.asked().keys() >= one.pages.keys()


def test_a_killed_child_takes_no_other_with_it(city: Path, three_portals: list[Any], program: Make) -> None:
    """The others are visited to their end, the call says which was not, and the next one goes on with it."""
    own = program("own")
    words = ("crawl", "--all", "--city", str(city), "--workers", "2", *CALL)
    first = own.start(*words)
    wait_until(lambda: len(three_portals[0].log) > 25 and len(three_portals[1].log) > 25)
    os.kill(min(child.pid for child in children_of(first)), signal.SIGKILL)
    status, out, err = finish(first)
    assert status == 2
    assert len(out.splitlines()) == 2
    assert err.startswith("chengjian: 甲县 ")
    assert "SIGKILL" in err
    assert "再次运行即接着做" in err
    status, out, err = finish(own.start("crawl", "--portal", "jia", "--city", str(city), "--quiet", *CALL))
    assert (status, err) == (1, "")
    assert audits(own) == [(1, "reachable")] * 3
    assert max(three_portals[0].asked()[path] for path in three_portals[0].pages) <= 2
