"""The demo city over real HTTP: how its servers behave, and the command that a person starts."""

import asyncio
import contextlib
import io
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import httpx
import openpyxl
import pytest
from playwright.async_api import async_playwright

from chengjian.demo.city import NEIGHBOUR, PRESS, REFUSED, City, serve
from chengjian.demo.content import files
from chengjian.demo.faults import CITY
from chengjian.demo.portals.challenge import ChallengePortal

AS_OF: Final = date(2026, 11, 21)
CHROMIUM: Final = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    with serve(AS_OF) as running:
        yield running


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, headers={"User-Agent": "tests"}) as one:
        yield one


def test_all_portals_answer_on_ports_of_their_own(city: City, client: httpx.Client) -> None:
    answers = {portal.key: client.get(city.url(portal.key)).status_code for portal in CITY}
    assert answers == {
        "liuwan": 200,
        "qinghe": 200,
        "yantang": 200,
        "shayu": 200,
        "yunxi": 200,
        "shilan": 521,
        "jiaotong": 302,
    }
    assert len(set(city.base_urls.values())) == len(CITY) + 2 + len(PRESS)


def test_the_refused_port_refuses(city: City, client: httpx.Client) -> None:
    with pytest.raises(httpx.ConnectError):
        client.get(city.base_urls[REFUSED])


def test_the_city_is_gone_when_the_block_ends_and_a_taken_port_is_told() -> None:
    with serve(AS_OF) as first:
        url = first.url("liuwan")
        port = int(url.rstrip("/").rpartition(":")[2])
        with pytest.raises(OSError, match="in use"), serve(AS_OF, ports={"liuwan": port}):
            pass
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


def test_every_request_is_in_the_log(city: City, client: httpx.Client) -> None:
    """Tests of politeness count on it: who asked, what, when and what was answered."""
    before = len(city.served("qinghe"))
    client.get(city.url("qinghe") + "nowhere.html?a=1")
    (entry,) = city.served("qinghe")[before:]
    assert (entry.method, entry.target, entry.status) == ("GET", "/nowhere.html?a=1", 404)
    assert entry.user_agent == "tests"


def test_the_challenge_is_passed_only_with_its_cookie(city: City, client: httpx.Client) -> None:
    site = city.sites["shilan"]
    assert isinstance(site, ChallengePortal)
    refused = client.get(city.url("shilan") + "any/page.html")
    assert (refused.status_code, refused.headers["x-via-jsl"]) == (521, "d41,-")
    assert site.passed == 0
    passed = httpx.get(city.url("shilan"), cookies={"__jsl_clearance_s": "1"}, trust_env=False)
    assert (passed.status_code, site.passed) == (200, 1)


def test_the_modern_portal_keeps_its_manners(city: City, client: httpx.Client) -> None:
    """ETag and 304, HEAD refused on files, moved archives, soft 404 and a robots.txt with a delay."""
    home = city.url("yunxi")
    first = client.get(home)
    again = client.get(home, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(f"{home}files/2026/qzqd.xlsx").status_code == 405
    assert client.get(f"{home}files/2026/qzqd.xlsx").content[:2] == b"PK"
    nowhere = client.get(f"{home}no/such/page.html")
    assert (nowhere.status_code, "不存在" in nowhere.text) == (200, True)
    (moved, *_) = re.findall(r'href="/(archives/[^"]+)"', client.get(f"{home}topics/").text)
    assert client.get(home + moved).status_code == 301
    assert client.get(home + moved, follow_redirects=True).status_code == 200
    assert "Crawl-delay: 0.1" in client.get(f"{home}robots.txt").text


def test_the_calendar_has_no_end(city: City, client: httpx.Client) -> None:
    address = city.url("yunxi") + "calendar?year=2026&month=12"
    for year, month in ((2027, 1), (2027, 2)):
        address = city.url("yunxi") + re.findall(r'href="/(calendar[^"]+)"', client.get(address).text)[-1].replace(
            "&amp;", "&"
        )
        assert address.endswith(f"year={year}&month={month}")


def test_a_page_that_fails_once_works_from_then_on(client: httpx.Client) -> None:
    with serve(AS_OF) as city:
        answers = [client.get(city.url("yunxi") + "service/").status_code for _ in range(3)]
    assert answers == [503, 200, 200]


def test_the_slow_page_is_slow_and_no_other_waits_for_it(city: City, client: httpx.Client) -> None:
    started = time.monotonic()
    assert client.get(city.url("yantang") + "col/col140/index.html").status_code == 200
    assert time.monotonic() - started >= 1.9


def test_the_cookie_redirect_ends_for_who_keeps_cookies(city: City) -> None:
    address = city.url("yantang") + "module/visit/guestbook.do"
    with httpx.Client(trust_env=False, follow_redirects=True) as keeper:
        assert keeper.get(address).status_code == 200
    forgetful = httpx.get(address, trust_env=False)
    assert forgetful.headers["location"] == "/module/visit/guestbook.do"


def test_session_ids_change_with_every_answer_and_name_the_same_page(city: City, client: httpx.Client) -> None:
    home = city.url("yantang")
    first, second = (re.findall(r"/col/col140/index.html(;jsessionid=\w+)", client.get(home).text) for _ in range(2))
    assert first != second
    gkzn = f"{home}col/col110/index.html"
    with_session = client.get(gkzn + first[0])
    assert re.sub(r"jsessionid=\w+", "", with_session.text) == re.sub(r"jsessionid=\w+", "", client.get(gkzn).text)


def test_the_firewall_wakes_up_after_some_requests_and_guards_one_directory(client: httpx.Client) -> None:
    with serve(AS_OF) as city:
        home = city.url("jiaotong")
        answers = [client.get(f"{home}jtj/bszn/{number}.html").status_code for number in range(1, 9)]
        assert answers[0] == 200
        assert answers[-1] == 403
        assert sorted(answers) == answers
        assert client.get(f"{home}jtj/tzgg/").status_code == 200


def test_the_neighbour_refuses_head_only(city: City, client: httpx.Client) -> None:
    address = city.base_urls[NEIGHBOUR]
    assert client.head(address).status_code == 405
    assert client.get(address).status_code == 200


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine")
async def test_the_single_page_portal_shows_itself_in_a_browser(city: City) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--disable-gpu"])
        page = await browser.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(city.url("shayu") + "channel/tzgg", wait_until="networkidle")
        items = await page.locator(".rows a").count()
        days = await page.locator(".rows .day").all_inner_texts()
        await browser.close()
    assert (items, days[0], errors) == (7, "2026-11-13", [])


def test_files_are_what_their_names_say() -> None:
    """Each opens with a reader that is not ours, where there is one, and says what was put in."""
    book = openpyxl.load_workbook(io.BytesIO(files.xlsx([["序号", "名称"], ["1", "食品经营许可"]], "清单")))
    assert book["清单"]["B2"].value == "食品经营许可"
    with zipfile.ZipFile(io.BytesIO(files.docx(["第一段 <1>"]))) as document:
        assert "第一段 &lt;1&gt;" in document.read("word/document.xml").decode()
    pdf = files.pdf(["公示名单"])
    table = int(pdf.split(b"startxref\n")[1].split()[0])
    assert pdf[table:].startswith(b"xref")
    offsets = [int(row.split()[0]) for row in pdf[table:].splitlines()[3:10]]
    assert all(pdf[offset:].startswith(b"%d 0 obj" % number) for number, offset in enumerate(offsets, 1))
    assert "公示名单".encode("utf-16-be").hex().encode() in pdf
    assert files.png(2, 2, (0, 0, 0), (9, 9, 9)).startswith(b"\x89PNG\r\n\x1a\n")


def free_port() -> int:
    """The first of twenty free ports in a row: every portal of the city has one of its own."""
    while True:
        with contextlib.ExitStack() as held:
            probe = held.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            try:
                for following in range(port + 1, port + 20):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", following))
            except (OSError, OverflowError):
                continue
            return port


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
async def test_the_command_prints_addresses_and_ends_in_good_order(end: signal.Signals) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chengjian.demo", "--port", str(free_port()), "--as-of", "2026-11-21"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    said = (await process.stdout.readuntil("结束。\n".encode())).decode()
    assert all(portal.name in said for portal in CITY)
    address = re.search(r"(http://\S+/)\s+柳湾区人民政府", said)
    assert address is not None
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(address.group(1))).status_code == 200
    process.send_signal(end)
    _, complaints = await process.communicate()
    assert (process.returncode, complaints) == (0, b"")


@pytest.mark.parametrize(
    ("arguments", "said"), [(("--as-of", "2026-13-01"), "无法识别"), (("--port", "65535"), "无法使用")]
)
def test_the_command_says_in_one_line_what_is_wrong(arguments: tuple[str, ...], said: str) -> None:
    done = subprocess.run(
        (sys.executable, "-m", "chengjian.demo", *arguments), capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
