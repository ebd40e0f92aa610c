"""The morning digest: what it says, to whom, once, and again until it is taken; the dead man's switch."""

import contextlib
import email
import json
import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from email import policy
from pathlib import Path
from typing import Any

import orjson
import pytest

from chengjian.logs import close_log, open_log
from records.crawl import Counts
from records.judgement import Finding
from records.nights import HealthCheck, Night, NightState, PortalVisit
from records.verdicts import Severity, SiteVerdict
from records.watch import WindowScope
from services.night.changes import Changes
from services.night.digest import Digest, compose, digest_html, digest_text
from services.night.messages import Channel, fault_of, ping, send
from services.night.reporting import Reporter
from services.night.run import WINDOW_CLOSED
from services.night.status import digest_document
from storage.nights import NightRepository
from storage.visit_results import VisitResult

DAY = date(2026, 11, 23)


def finding(name: str, change: str | None, severity: Severity = Severity.MAJOR) -> Finding:
    return Finding(name, "broken_link", severity, f"http://a.test/{name}", f"链接 {name} 打不开", change=change)


def result(
    number: int, verdict: SiteVerdict, found: tuple[Finding, ...], gone: tuple[Finding, ...] = ()
) -> VisitResult:
    return VisitResult(number, f"http://{number}.test/", "", verdict, Counts(pages=7), True, found, gone)


RESULTS = {
    1: result(1, SiteVerdict.REACHABLE, (finding("new-1", "new"), finding("old", "known")), (finding("gone-1", None),)),
    2: result(2, SiteVerdict.BLOCKED, (finding("notice", "new", Severity.NOTICE),)),
    3: result(3, SiteVerdict.UNREACHABLE, (finding("down", "new"),)),
}


def a_night(nights: NightRepository, clock: Any, state: NightState = NightState.HEALTHY) -> Night:
    urls = [f"http://{number}.test/" for number in (1, 2, 3, 4)]
    night = nights.begin("c", DAY, by="scheduler", now=clock.now(), portals=[(f"u{url[7]}", url) for url in urls])
    for visit in night.visits[:3]:
        nights.visit(night.id, replace(visit, state="done", ended=clock.now(), told="问题 9 项"))
    nights.visit(
        night.id, replace(night.visits[3], state="failed", ended=clock.now(), told="子进程被信号 SIGKILL 终止")
    )
    clock.turn(3600)
    return nights.set_state(night.id, state, by="scheduler", why="自检合格", now=clock.now())


GONE = finding("gone-1", None)
CHANGES = {
    1: Changes(new=(finding("new-1", "new"),), healed=(GONE,), confirmed=(finding("old", "known"),), standing=2),
    2: Changes(),
    3: Changes(new=(finding("down", "new"),), standing=1, held="读到网页 1 个，平常 60 个"),
}


def told(night: Night, **more: Any) -> Digest:
    audits = tuple(
        replace(visit, audit=number if visit.state == "done" else None)
        for number, visit in enumerate(night.visits, start=1)
    )
    names = {f"u{number}": f"第{number}县" for number in range(1, 5)}
    return compose(
        replace(night, visits=audits), city_name="某市", unit_names=names, results=RESULTS, changes=CHANGES, **more
    )


def test_the_digest_says_new_healed_worse_not_reached_and_duties(nights: NightRepository, clock: Any) -> None:
    """What a person wants to know in the morning, in this order, and a notice is no accusation."""
    digest = told(a_night(nights, clock), duties=("第2县须由人工查看",), news="采集完成")
    text = digest_text(digest)
    assert (digest.new, digest.confirmed, digest.healed) == (2, 1, 1)
    for part in (
        "新增 2，确认 1，恢复 1，未到达 1", "第1县：链接 old 打不开", "第3县（http://3.test/）读到网页 1 个",
        "第1县：链接 new-1 打不开", "第1县：链接 gone-1 打不开", "第3县：打不开",
        "第4县：子进程被信号 SIGKILL 终止", "第2县须由人工查看", "新闻：采集完成", "拒绝访问 1",
    ):  # fmt: skip
        assert part in text
    assert "notice" not in text
    assert [one.name for one in digest.worse] == ["第3县"]


def test_a_voided_night_lists_nobody(nights: NightRepository, clock: Any) -> None:
    """A night that was ill is shown, and what it saw is not told as if it were so."""
    digest = told(a_night(nights, clock, NightState.VOIDED))
    document = orjson.dumps(digest_document(digest)).decode()
    assert '"state":"voided"' in document
    for shown in (digest_text(digest), digest_html(digest), document):
        assert "作废" in shown or "voided" in shown
        assert "链接 new-1" not in shown
        assert "问题 9 项" not in shown
    assert (digest.new, digest.healed, digest.worse) == (0, 0, ())


def test_the_page_escapes_what_others_wrote(nights: NightRepository, clock: Any) -> None:
    """A title of a portal is foreign text: it must not run in the reader's browser."""
    evil = replace(RESULTS[1], found=(replace(finding("x", "new"), message="<script>alert(1)</script>"),))
    night = a_night(nights, clock)
    visits = (PortalVisit("u1", "javascript:alert(1)", 1, "done", clock.now(), clock.now()),)
    evils = {1: Changes(new=evil.found)}
    page = digest_html(
        compose(replace(night, visits=visits), city_name="某市", unit_names={}, results={1: evil}, changes=evils)
    )
    assert "alert(1)" in page
    assert "<script>" not in page
    assert 'href="javascript' not in page


@pytest.fixture
def mailbox() -> Iterator[tuple[int, list[bytes]]]:
    """A mail server on loopback: its port, and what it was given."""
    letters: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go\r\n")
                    letter = b""
                    while (row := self.rfile.readline()) not in (b".\r\n", b""):
                        letter += row
                    letters.append(letter)
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
                if word == b"QUIT":
                    return

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], letters
        server.shutdown()


def reporter(nights: NightRepository, folder: Path, log: Any, *channels: Channel, **more: Any) -> Reporter:
    values: dict[str, Any] = {
        "digest_of": told, "seal": lambda night: "ab" * 32, "send": send, "ping": lambda: True, "log": log, **more,
    }  # fmt: skip
    return Reporter(nights, folder, channels, **values)


def test_mail_and_webhook_are_told_once(
    nights: NightRepository, clock: Any, log: Any, tmp_path: Path, web: Callable[..., Any], mailbox: Any
) -> None:
    """A real webhook and a real mail server get the digest, and not a second time after a restart."""
    port, letters = mailbox
    hook = web()
    address = hook.url.removeprefix("http://")
    mail = Channel(f"mailto://127.0.0.1:{port}/?from=night@example.test&to=office@example.test&mode=insecure")
    one = reporter(nights, tmp_path, log, Channel(f"json://{address}/digest"), mail)
    a_night(nights, clock)
    (sent,) = one.report_due("c", now=clock.now(), at=None)
    assert sent.complete
    assert one.report_due("c", now=clock.now(), at=None) == ()
    ((_, path, body),) = hook.asked
    assert path == "/digest"
    assert "新增 2" in json.loads(body)["title"]
    (letter,) = letters
    message = email.message_from_bytes(letter, policy=policy.default)
    assert "新增 2" in message["subject"]
    part = message.get_body(("plain",))
    assert part is not None
    assert "链接 new-1 打不开" in part.get_content()
    assert [one.get_filename() for one in message.iter_attachments()] == [sent.file.name]
    assert "新增 2" in sent.file.read_text("utf-8")


def test_a_channel_that_fails_is_tried_again_alone(
    nights: NightRepository, clock: Any, log: Any, tmp_path: Path, web: Callable[..., Any]
) -> None:
    """The one that took it does not get it twice because another was down."""
    good, bad = web(), web({"*": (500, b"")})
    channels = [Channel(f"json://{one.url.removeprefix('http://')}/") for one in (good, bad)]
    one = reporter(nights, tmp_path, log, *channels)
    a_night(nights, clock)
    assert not one.report_due("c", now=clock.now(), at=None)[0].complete
    bad.answers["*"] = (200, b"")
    assert one.report_due("c", now=clock.now(), at=None)[0].complete
    assert (len(good.asked), len(bad.asked)) == (1, 2)


def test_the_digest_waits_for_the_morning(nights: NightRepository, clock: Any, log: Any, tmp_path: Path) -> None:
    """Nobody is woken at 23:00: the file is there at once, the message goes out at 07:30."""
    sent: list[str] = []
    channel = Channel("json://127.0.0.1:9/")

    def take(channel: Channel, title: str, text: str, attachment: Path | None) -> bool:
        sent.append(title)
        return True

    one = reporter(nights, tmp_path, log, channel, send=take)
    a_night(nights, clock)
    assert one.report_due("c", now=clock.now(), at=time(7, 30))[0].file.exists()
    assert sent == []
    clock.turn(10 * 3600)
    one.report_due("c", now=clock.now(), at=time(7, 30))
    clock.turn(1800)
    one.report_due("c", now=clock.now(), at=time(7, 30))
    assert len(sent) == 1


def test_a_paused_night_is_told_in_the_morning_and_again_when_it_is_over(
    nights: NightRepository, clock: Any, log: Any, tmp_path: Path
) -> None:
    """A night that goes on tomorrow is no silence today."""
    titles: list[str] = []
    one = reporter(
        nights, tmp_path, log, Channel("json://127.0.0.1:9/"), send=lambda *told: bool(titles.append(told[1])) or True
    )
    night = nights.begin("c", DAY, by="scheduler", now=clock.now(), portals=[("u1", "http://1.test/")])
    nights.set_state(night.id, NightState.PAUSED, by="scheduler", why=WINDOW_CLOSED, now=clock.now())
    for _ in range(2):
        one.report_due("c", now=clock.now(), at=None)
    nights.set_state(night.id, NightState.RUNNING, by="scheduler", why="接着走", now=clock.now())
    one.report_due("c", now=clock.now(), at=None)
    nights.set_state(night.id, NightState.HEALTHY, by="scheduler", why="自检合格", now=clock.now())
    one.report_due("c", now=clock.now(), at=None)
    assert ["未走完" in title for title in titles] == [True, False]


def test_a_look_at_suspects_is_not_called_a_night(
    nights: NightRepository, clock: Any, log: Any, tmp_path: Path
) -> None:
    """Two digests of one day: who reads "未到达 0" must know that few were visited."""
    titles: list[str] = []
    one = reporter(
        nights, tmp_path, log, Channel("json://127.0.0.1:9/"), send=lambda *told: bool(titles.append(told[1])) or True
    )
    for scope in WindowScope:
        night = nights.begin("c", DAY, by="s", now=clock.now(), portals=[("u1", "http://1.test/")], scope=scope)
        nights.set_state(night.id, NightState.HEALTHY, by="s", why="自检合格", now=clock.now())
    one.report_due("c", now=clock.now(), at=None)
    assert ["夜间巡查" in title for title in titles] == [True, False]
    assert "疑点复看" in titles[1]


@pytest.mark.parametrize(
    ("state", "pinged"), [(NightState.HEALTHY, True), (NightState.HELD, True), (NightState.VOIDED, False)]
)
def test_the_dead_mans_switch_is_called_after_a_good_report(
    nights: NightRepository, clock: Any, log: Any, tmp_path: Path, web: Callable[..., Any], state: NightState,
    pinged: bool,
) -> None:  # fmt: skip
    """Its silence is somebody's alarm: a voided night stays silent, and so does one that nobody could be told of."""
    switch = web()
    a_night(nights, clock, state)
    failing = reporter(
        nights, tmp_path, log, Channel("json://127.0.0.1:9/"), send=lambda *_: False, ping=lambda: ping(switch.url)
    )  # fmt: skip
    failing.report_due("c", now=clock.now(), at=None)
    assert switch.asked == []
    replace(failing, send=lambda *_: True).report_due("c", now=clock.now(), at=None)
    assert bool(switch.asked) is pinged


def test_an_old_digest_is_no_news(nights: NightRepository, clock: Any, log: Any, tmp_path: Path) -> None:
    """After a week of silence of the mail server nobody gets seven letters."""
    a_night(nights, clock)
    clock.turn(timedelta(days=4).total_seconds())
    assert reporter(nights, tmp_path, log).report_due("c", now=clock.now(), at=None) == ()


@pytest.mark.parametrize("url", ["nonsense", "unknown://x", "mailto://", ""])
def test_a_wrong_address_is_told_without_showing_it(url: str) -> None:
    """A wrong setting is told when the service starts, not in the morning."""
    channel = Channel(url)
    assert "有误" in fault_of(channel)
    assert not url or url not in fault_of(channel)
    assert not send(channel, "t", "b")


def test_a_token_is_shown_nowhere() -> None:
    """Not in a traceback, not in the database."""
    channel = Channel("wecombot://0123456789abcdef0123456789abcdef")
    assert fault_of(channel) == ""
    assert "0123456789" not in repr(channel) + channel.key + channel.kind


def test_the_log_is_json_lines_without_secrets(tmp_path: Path) -> None:
    """Each line is one object with time and event; a secret that slips into a text is hidden."""
    log = open_log(tmp_path, secrets=("wecombot://topsecret",), city="c")
    log.info("event", told="发往 wecombot://topsecret 失败", url="http://u:hidden@a.test/?token=abc&x=1", number=3)
    try:
        raise ValueError("postgresql://u:hidden@db/")
    except ValueError:
        log.exception("fault")
    close_log(tmp_path)
    text = (tmp_path / "chengjian.jsonl").read_text("utf-8")
    first, second = map(json.loads, text.splitlines())
    assert (first["event"], first["level"], first["number"], first["city"]) == ("event", "info", 3, "c")
    assert re.fullmatch(r"\d{4}-.+Z", first["timestamp"])
    assert "ValueError" in second["exception"]
    assert not {"topsecret", "hidden", "abc"} & set(re.split(r"\W+", text))


def test_a_failed_check_is_in_the_digest(nights: NightRepository, clock: Any) -> None:
    """Why a night is void is said where it is read first."""
    night = replace(a_night(nights, clock), checks=(HealthCheck("resolver", False, "域名解析被劫持", clock.now()),))
    assert "域名解析被劫持" in digest_text(told(night))
    assert "域名解析被劫持" in digest_html(told(night))


def test_a_log_on_a_full_disk_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The watch goes on, and no traceback of the log reaches the terminal."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full on this system")
    log = open_log(tmp_path)
    close_log(tmp_path)
    (tmp_path / "chengjian.jsonl").unlink()
    (tmp_path / "chengjian.jsonl").symlink_to(full)
    log = open_log(tmp_path)
    log.info("event", told="x" * 100_000)
    with contextlib.suppress(OSError):  # what was not written is tried once more at the end
        close_log(tmp_path)
    assert capsys.readouterr().err == ""
