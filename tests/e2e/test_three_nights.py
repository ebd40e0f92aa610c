"""Three nights of the demo city, from the first request to the points: what ``make demo`` does, without a browser.

Everything runs by the program's own code: child processes, health checks, gate, filings, round, chain.
"""

import gzip
import hashlib
from pathlib import Path

import pytest

from chengjian.demo.kept import promises
from chengjian.demo.nights import ACTS
from chengjian.demo.stage import Days
from records.nights import NightState
from records.sightings import Band, LifeState, Sight
from services.reports.run_view import Tone
from storage.audits import site_key
from tests.demo_played import Played
from tests.program import called

pytestmark = pytest.mark.timeout(600)  # it shares two cores with the other tests


def test_every_promise_is_kept(played: Played) -> None:
    """The same list that the demo prints: exit status 0 means that each of them holds."""
    told = promises(played.outcome, played.served, browser=False)
    assert [(one.told, one.why) for one in told if not one.kept] == []
    assert len(told) >= 12


def test_the_nights_are_healthy_and_at_their_hours(played: Played) -> None:
    days: Days = played.outcome.days
    assert [one.state for one in played.outcome.nights] == [NightState.HEALTHY] * len(ACTS)
    for act, night in zip(ACTS, played.outcome.nights, strict=True):
        assert 0 <= (night.began - days.at(act.day, act.hour)).total_seconds() < 120
        assert all(check.passed for check in night.checks)
    everybody, *_, last = [len(one.visits) for one in played.outcome.nights]
    assert (everybody, last) == (7, 7)
    assert all(act.name in "".join(played.said) for act in ACTS)


def test_what_stays_dead_passes_the_whole_gate(played: Played) -> None:
    """No shorter gate for the demo: three tries, two days, two bands, one in office hours, all in healthy nights."""
    life = played.finding("broken_link", "qinghe", "P020210407733.xlsx").life
    faults = [one for one in life.sightings if one.sight is Sight.FAULT]
    assert life.state is LifeState.CONFIRMED
    assert {one.band for one in faults} >= {Band.EVENING, Band.OFFICE}
    assert {one.night for one in faults} <= {one.id for one in played.outcome.nights}
    assert len({one.at.date() for one in faults}) == 3
    assert life.confirmed_at is not None
    assert life.confirmed_at.date() > played.outcome.days.first


def test_what_was_down_for_a_night_is_history(played: Played) -> None:
    """A portal that comes back costs nothing; its other faults are judged as ever."""
    down = played.finding("site_unreachable", "liuwan").life
    assert (down.state, down.confirmed_at, down.healed_at is not None) == (LifeState.RECOVERED, None, True)
    assert played.finding("stale_column", "liuwan").life.state is LifeState.CONFIRMED


def test_behind_a_firewall_nobody_is_accused(played: Played) -> None:
    key = site_key(played.served.url("yantang"))
    states = {one.life.state for one in played.outcome.findings if one.site == key and one.life.tries}
    assert not any(state.may_count for state in states)
    assert LifeState.UNVERIFIABLE in states
    assert "雁塘县" in played.outcome.digest


def test_every_number_of_the_page_leads_to_its_reason(played: Played) -> None:
    """Each link stays on the page and has a target there; nothing is loaded from anywhere."""
    ids = {node.attributes.get("id") for node in played.page.css("[id]")}
    inner = [node.attributes["href"] or "" for node in played.page.css("a[href]")]
    targets = [href[1:] for href in inner if href.startswith("#")]
    cells = played.page.css("table.board td a.tone")
    units, rows = len(played.outcome.run.run.units), len(played.outcome.run.inputs.scheme.indicators)
    assert len(cells) == units * rows
    assert set(targets) <= ids
    assert played.page.css("script[src], link, iframe") == []
    assert {(node.attributes.get("src") or "")[:5] for node in played.page.css("img")} <= {"data:"}


def test_the_walk_ends_at_the_bytes_that_were_answered(played: Played) -> None:
    """From the nought of 青禾县 to the file, the offset and the hash on the page; and the file holds that answer."""
    row = played.row("qinghe", "NYC-05")
    text = row.text(separator=" ")
    finding = played.finding("broken_link", "qinghe", "P020210407733.xlsx").finding
    for words in ("不得分", "坏链", "历次所见", "访问记录", "HTTP 200", finding.id, "规则原文", "监测到无法访问的网页"):
        assert words in text
    evidence = finding.evidence
    assert evidence.warc is not None
    assert evidence.offset is not None
    (archive,) = (played.outcome.home / "evidence").rglob(evidence.warc)
    assert str(archive) in text
    assert hashlib.sha256(archive.read_bytes()).hexdigest() in text
    with archive.open("rb") as file:
        file.seek(evidence.offset)
        record = gzip.GzipFile(fileobj=file).read(1 << 20)
    head, _, rest = record.partition(b"\r\n\r\n")
    body = rest.partition(b"\r\n\r\n")[2]
    length = next(int(line.split(b":")[1]) for line in head.splitlines() if line.lower().startswith(b"content-length"))
    answered = rest[:length].partition(b"\r\n\r\n")[2]
    assert body.startswith(answered)
    assert evidence.sha256 == hashlib.sha256(answered).hexdigest()
    assert evidence.sha256 in text


def test_the_three_noughts_look_different(played: Played) -> None:
    def tone(unit: str, indicator: str) -> set[str]:
        cell = played.page.css_first(f'table.board a[href="#r-{unit}-{indicator}"]')
        assert cell is not None
        return set((cell.attributes.get("class") or "").split())

    assert tone("qinghe", "NYC-05") == {"tone", Tone.ZERO.value}
    assert tone("shayu", "NYC-10") == {"tone", Tone.UNSUPPLIED.value}
    assert tone("shilan", "NYC-01") == {"tone", Tone.UNMEASURED.value}
    style = played.page.css_first("style")
    assert style is not None
    assert all(f".tone.{one.value} " in style.text() for one in Tone)


def test_what_nobody_could_see_is_said(played: Played) -> None:
    table = played.page.css_first("table.cover")
    assert table is not None
    rows = {row.text(separator=" ").split()[0]: row for row in table.css("tbody tr")}
    told = {name: row.text(separator=" ") for name, row in rows.items()}
    assert list(told) == ["柳湾区", "青禾县", "雁塘县", "沙屿新区", "石澜县"]
    assert "拒绝自动访问" in told["石澜县"]
    assert "每次都没有看到网页" in told["石澜县"]
    assert "以此前最后一次看到的为准" in told["雁塘县"]
    assert "拒绝" not in told["青禾县"]


def test_five_papers_print_one_event(played: Played) -> None:
    text = played.row("qinghe", "NYC-20").text(separator=" ")
    for paper in ("云溪日报", "云溪在线", "云溪晚报", "云溪广播电视台", "虚构省新闻网"):
        assert paper in text


def test_the_page_is_made_again_from_what_was_kept(
    played: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``chengjian score --run --html`` on the folder that the demo left; its chain holds."""
    monkeypatch.setenv("CHENGJIAN_HOME", str(played.outcome.home))
    page = tmp_path / "again.html"
    run = played.outcome.run.head.id
    done = called("score", "--run", run, "--html", str(page))
    assert done.exit_code == 0, done.output
    assert page.read_text("utf-8") == played.outcome.overview.read_text("utf-8")
    refused = called("score", "--run", run, "--html", str(page), "--tasks")
    assert refused.exit_code == 2
    assert "--html" in refused.output
    assert called("verify").exit_code == 0
