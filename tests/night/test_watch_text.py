"""watch.yml: what it may say, and every fault at once with its line."""

from datetime import datetime, time

import pytest

from records.watch import WindowScope
from services.night.hours import SHANGHAI
from services.night.watch_files import default_plan, load_watch
from services.night.watch_text import parse_watch
from services.registry import load_city
from services.schemes import WrongCallError

HEAD = "format: chengjian.watch/1\n"


def test_the_defaults_are_those_of_the_anchors() -> None:
    """A changed default is a decision, not a slip: the numbers of ANCHORS §6 stand in the data."""
    plan = default_plan()
    assert (plan.windows[0].opens, plan.windows[0].closes) == (time(20), time(6))
    assert plan.health.pages_share == 0.85
    assert plan.health.findings_factor == 3
    assert plan.health.nights == 5
    assert plan.pace.concurrency == 1
    assert any(one.scope is WindowScope.SUSPECTS and 9 <= one.opens.hour < 18 for one in plan.windows)


def test_the_city_that_comes_with_the_program_is_watched_with_canaries() -> None:
    """Without a host known to be up, an outage of ours would look like an outage of the whole city."""
    assert len(load_watch("nanyang", load_city("nanyang")).canaries) >= 2


def test_everything_that_may_be_said_is_read() -> None:
    """A word that is accepted and not read would be a promise that nobody keeps."""
    text = (
        HEAD
        + """
windows: [{opens: "22:00", closes: "05:30", days: [周五, 周一]}]
pace: {rate: 0.5}
run: {parallel: 5, memory_mb: 700, restarts: 1, disk_mb: 10, policy: national-2019, check_minutes: 2.5}
news: {enabled: false}
canaries:
  - {url: "http://up.test/", contains: 首页}
  - {url: "http://up.test/none", gone: true}
resolver:
  known: [{name: localhost, addresses: ["127.0.0.1"]}]
own_page: "http://own.test/"
portals:
  - {unit: a, every_days: 7, why: 来函, windows: [{opens: "12:00", closes: "13:00"}], pace: {rate: 0.2}}
maintenance:
  - {unit: a, begins: "2026-11-25 22:00", ends: "2026-11-26 04:00", why: 割接}
report: {at: 结束即发, deadline: "09:15"}
"""
    )
    reading = parse_watch(text, "watch.yml", base=default_plan(), units={"a"}, policies=("national-2019",))
    plan = reading.plan
    assert plan is not None, reading.faults
    assert plan.windows[0].days == (0, 4)
    assert (plan.pace.rate, plan.pace.max_pages) == (0.5, default_plan().pace.max_pages)
    assert (plan.parallel, plan.memory_mb, plan.restarts, plan.disk_mb) == (5, 700, 1, 10)
    assert plan.check_minutes == 2.5
    assert not plan.news
    assert plan.canaries[1].gone
    assert plan.known_names[0].addresses == ("127.0.0.1",)
    assert plan.rhythms[0].pace is not None
    assert (plan.rhythms[0].every_days, plan.rhythms[0].pace.rate) == (7, 0.2)
    assert plan.maintenance[0].begins == datetime(2026, 11, 25, 22, tzinfo=SHANGHAI)
    assert (plan.report_at, plan.deadline) == (None, time(9, 15))


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('windows: [{opens: "25:00", closes: "06:00"}]', 2, "带引号的时刻"),
        ('windows: [{opens: 20:00, closes: "06:00"}]', 2, "请加引号"),
        ('windows: [{opens: "06:00", closes: "06:00"}]', 2, "相同"),
        ('windows: [{opens: "20:00", closes: "06:00", days: [礼拜一]}]', 2, "周一"),
        ('window: [{opens: "20:00", closes: "06:00"}]', 2, "是不是 windows"),
        ("portals: [{unit: nobody, every_days: 2}]", 2, "没有编号为 nobody"),
        ("portals: [{unit: a, every_days: 0}]", 2, "不小于 1"),
        ("portals: [{unit: a}, {unit: a}]", 2, "写了两次"),
        ('maintenance: [{begins: "2026-11-25", ends: "2026-11-26 04:00", why: x}]', 2, "2026-11-25 22:00"),
        ('maintenance: [{begins: "2026-11-26 05:00", ends: "2026-11-26 04:00", why: x}]', 2, "之后"),
        ('canaries: [{url: "ftp://a.test/"}]', 2, "http://"),
        ('canaries: [{url: "http://a.test/", gone: true}]', 2, "至少要有一个正常应答"),
        ('resolver: {impossible: ["no.such.name"]}', 2, "{token}"),
        ("run: {policy: strict}", 2, "没有名为 strict"),
        ("health: {pages_share: 1.5}", 2, "0 到 1"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(text: str, line: int, told: str) -> None:
    """An operator who cannot write YAML well must find the place."""
    reading = parse_watch(HEAD + text, "watch.yml", base=default_plan(), units={"a"}, policies=("nanyang-monthly",))
    assert reading.plan is None
    assert any(one.line == line and told in one.text for one in reading.faults), reading.faults


def test_all_faults_are_told_at_once() -> None:
    """One run, all faults: nobody mends a file line by line against a machine."""
    text = HEAD + 'windows: [{opens: "2", closes: "3"}]\nrun: {parallel: 0}\nnonsense: 1\n'
    reading = parse_watch(text, "watch.yml", base=default_plan())
    assert {one.line for one in reading.faults} == {2, 3, 4}


def test_a_broken_file_of_a_city_folder_is_refused(tmp_path: pytest.TempPathFactory) -> None:
    """A night must not run under half a plan."""
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "watch.yml").write_text("format: chengjian.watch/2\n", "utf-8")
    with pytest.raises(WrongCallError, match="format 应为"):
        load_watch(str(folder), load_city("nanyang"))
