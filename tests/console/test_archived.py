"""Archived pages are hostile: what of them is shown, under which policy, to whom, and that nothing of them runs."""

import re
import threading
import time
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import uvicorn
from starlette.testclient import TestClient

from console.app import console_app
from records.accounts import Role
from services.desk.archive import Answered
from services.desk.archived_page import MARK, Place, is_page, show
from tests.console.conftest import PASSWORD
from tests.console.flag_city import FlagCity, at, dead, portal
from tests.console.test_flags import card

A = dead("dongcheng")
CHROMIUM = Path("/usr/bin/chromium")


def hostile(other: str) -> bytes:
    """Everything that a page may try, each with an address at which we would hear of it."""
    return f"""<!doctype html><html><head><base href="{other}/base/">
<meta http-equiv="refresh" content="0;url={other}/refresh"><meta http-equiv="Content-Security-Policy" content="">
<link rel="stylesheet" href="{other}/style.css"><link rel="prefetch" href="{other}/prefetch">
<style>@import url({other}/import.css); body{{background:url({other}/background)}}</style>
<script src="{other}/script.js"></script><script>new Image().src="{other}/inline"; document.title="ran"</script></head>
<body onload="fetch('{other}/onload')" background="{other}/body" style="background:url({other}/style)">
<svg onload="fetch('{other}/svg')"><image href="{other}/svgimage"/><script>fetch('{other}/svgscript')</script></svg>
<math><mtext><table><mglyph><style><img src=x onerror="fetch('{other}/mutation')"></style></mglyph></table></math>
<img src="{other}/image" srcset="{other}/srcset 2x" onerror="fetch('{other}/onerror')" alt="大厅">
<picture><source srcset="{other}/source"><img src="{other}/picture"></picture>
<iframe src="{other}/iframe" srcdoc="<script>fetch('{other}/srcdoc')</script>"></iframe>
<object data="{other}/object"></object><embed src="{other}/embed"><video src="{other}/video" poster="{other}/po">
</video><form action="{other}/form"><input value="填写" autofocus onfocus="fetch('{other}/focus')"></form>
<a href="javascript:fetch('{other}/javascript')" id="{MARK}">骗人的位置</a>
<a href="{A.subject}" ping="{other}/ping" onclick="fetch('{other}/onclick')">权责清单</a>
<div style="position:fixed;inset:0;background:red;z-index:99">遮住一切</div><p>正文在此 13812345678</p>
<noscript><img src="{other}/noscript"></noscript><template><script>fetch('{other}/template')</script></template>
<textarea></textarea><script>fetch('{other}/textarea')</script></textarea><plaintext><img src={other}/plain>""".encode()


def answered(body: bytes, kind: str = "text/html", charset: str = "") -> Answered:
    return Answered(portal("dongcheng"), 200, kind, charset, "2026-11-02T21:01:00+08:00", body)


def test_nothing_that_could_act_or_load_is_left() -> None:
    """By a list of what may stay, so that what nobody thought of is gone as well."""
    text = show(answered(hostile("http://evil.test")), Place(A.subject), masked=False).body.decode()
    inside = text.partition("</head>")[2]
    assert "正文在此" in inside
    tags = set(re.findall(r"<([a-z0-9]+)", inside))
    assert tags <= {"body", "p", "a", "div", "span", "table", "tbody"}, tags
    attributes = set(re.findall(r'\s([a-z-]+)="', inside))
    assert attributes <= {"class", "id", "title", "data-marked"}, attributes
    assert "javascript:" not in re.sub(r'title="[^"]*"', "", inside)
    assert "［图片：大厅］" in inside


def test_the_place_is_marked_and_only_by_us() -> None:
    """A page that gives our mark to another element does not move it."""
    shown = show(answered(hostile("http://evil.test")), Place(A.subject), masked=False)
    text = shown.body.decode()
    assert shown.marked
    assert text.count(f'id="{MARK}"') == 1
    (element,) = re.findall(rf'<[^>]*id="{MARK}"[^>]*>[^<]*', text)
    assert element.endswith("权责清单")
    assert not show(answered(b"<p>nothing</p>"), Place(A.subject), masked=False).marked


def test_a_link_is_found_however_it_is_written() -> None:
    body = b'<base href="http://dongcheng.example/zwgk/"><a href="./../zwgk/a.html#top">x</a>'
    assert show(answered(body), Place(A.subject), masked=False).marked
    assert show(answered("<li>权责清单</li>".encode()), Place("", "权责清单"), masked=False).marked


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("政务公开".encode("gb18030"), "gb18030"),
        ("政务公开".encode(), "utf-8"),
        ("政務公開".encode("big5hkscs"), "big5"),
        (b"", ""),
        (b"\xff\xfe\x00", ""),
        (b"<" * 50_000, "utf-8"),
        (b"<div>" * 20_000 + "深处".encode(), "utf-8"),
        ("<?xml version='1.0' encoding='gbk'?><html><p>政务公开</p>".encode(), "utf-8"),
    ],
)
def test_any_bytes_are_shown_in_their_charset(body: bytes, charset: str) -> None:
    """The charset that the crawl read it in is believed; what is broken is shown as far as it goes."""
    text = show(answered(body, charset=charset), Place(), masked=False).body.decode()
    assert text.startswith("<!doctype html>")
    if "政".encode("gb18030") in body or "政".encode() in body:
        assert "政务公开" in text


def test_personal_numbers_are_hidden_from_who_does_not_review() -> None:
    body = "<p>联系电话 13812345678</p>".encode()
    assert "13812345678" in show(answered(body), Place(), masked=False).body.decode()
    assert "13812345678" not in show(answered(body), Place(), masked=True).body.decode()


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("text/html; charset=gbk", b"x", True),
        ("application/xhtml+xml", b"x", True),
        ("", b"\xef\xbb\xbf <!DOCTYPE html>", True),
        ("", b"%PDF-1.7", False),
        ("image/svg+xml", b"<svg onload=alert(1)>", False),
        ("text/xml", b"<html>", False),
        ("application/pdf", b"<html>", False),
    ],
)
def test_only_pages_are_shown(kind: str, body: bytes, expected: bool) -> None:
    assert is_page(answered(body, kind)) is expected


def frame_of(text: str) -> str:
    found = re.search(r'<iframe class="archived" src="([^"#]+)', text)
    assert found is not None
    return found[1].replace("&amp;", "&")


@pytest.fixture
def flags(desk) -> FlagCity:
    made = FlagCity(desk.tools)
    made.night(at("11-02 21:00"), {"dongcheng": [A]}, body=hostile("http://evil.test"))
    return made


def test_it_is_served_in_a_sandbox_under_its_own_policy(desk, flags) -> None:
    """Nothing of it is of our origin, whatever it is."""
    browser = desk.as_role(Role.ANALYST)
    path = frame_of(browser.get(f"/flags/{card(desk, A).id}"))
    shown = desk.visitor().get(path)
    policy = shown.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline' data:; img-src data:")
    assert "frame-ancestors http://testserver" in policy
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["cache-control"] == "no-store"
    assert "set-cookie" not in shown.headers
    assert "权责清单" in shown.text


def test_an_address_of_it_ends_and_cannot_be_made(desk, flags) -> None:
    """A signed address shows one page for a quarter of an hour, and no other."""
    path = frame_of(desk.as_role(Role.ANALYST).get(f"/flags/{card(desk, A).id}"))
    visitor = desk.visitor()
    head, _, signature = path.rpartition(".")
    changed = head[:-6] + ("A" if head[-6] != "A" else "B") + head[-5:]
    for wrong in (f"{changed}.{signature}", f"{head}.x", "/archived/x", "/archived/中", f"/archived/{'a' * 9000}.b"):
        assert visitor.get(wrong).status_code == 404
    desk.clock.pass_by(timedelta(minutes=16))
    assert visitor.get(path).status_code == 404


def test_what_is_no_page_is_handed_out_as_a_file(desk) -> None:
    """An image with scripts in it, served as an image, would be of our origin."""
    made = FlagCity(desk.tools)
    made.night(at("11-02 21:00"), {"dongcheng": [A]}, body=b"<svg onload='alert(1)'>", kind="image/svg+xml")
    path = frame_of(desk.as_role(Role.ANALYST).get(f"/flags/{card(desk, A).id}"))
    answer = desk.visitor().get(path)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_it_is_read_from_the_archive_when_the_database_gave_it_up(desk, flags) -> None:
    """Bodies are purged from the database before the evidence is."""
    with desk.tools.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM exchange")
    path = frame_of(desk.as_role(Role.ANALYST).get(f"/flags/{card(desk, A).id}"))
    assert "权责清单" in desk.visitor().get(path).text


def test_another_origin_answers_archived_pages_and_nothing_else(desk, flags) -> None:
    """No cookie of the console goes there, and no page of the console is there."""
    tools = replace(desk.tools, evidence_origin="https://evidence.example")
    other = replace(desk, tools=tools, app=console_app(tools))
    tools.desk.secret = desk.tools.desk.secret
    other.as_role(Role.ANALYST)
    text = other.signed_in("analyst").get(f"/flags/{card(other, A).id}")
    address = frame_of(text)
    assert address.startswith("https://evidence.example/archived/")
    path = address.removeprefix("https://evidence.example")
    there = TestClient(other.app, base_url="https://evidence.example", follow_redirects=False)
    assert "权责清单" in there.get(path).text
    assert there.get("/login").status_code == 404
    assert other.visitor().get(path).status_code == 404


class Heard(ThreadingHTTPServer):
    """Hears what a page asks for."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        heard = self.paths

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append(self.path)
                self.send_response(200)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.end_headers()

            do_POST = do_GET  # noqa: N815  the name is the library's

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine")
def test_in_a_real_browser_nothing_runs_and_nothing_is_asked_outside(desk) -> None:
    """The same page unguarded is heard of at once: the test would fail without the guards."""
    from playwright.sync_api import sync_playwright

    heard = Heard()
    made = FlagCity(desk.tools)
    made.night(at("11-02 21:00"), {"dongcheng": [A]}, body=hostile(heard.address))
    desk.as_role(Role.ANALYST)
    number = card(desk, A).id
    server = uvicorn.Server(uvicorn.Config(desk.app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.goto(f"http://127.0.0.1:{port}/login")
            page.fill("[name=login]", "analyst")
            page.fill("[name=password]", PASSWORD)
            page.click("main button")
            page.goto(f"http://127.0.0.1:{port}/flags/{number}")
            frame = page.frame_locator("iframe.archived")
            assert frame.locator(f"#{MARK}").inner_text() == "权责清单"
            assert "正文在此" in frame.locator("body").inner_text()
            page.wait_for_timeout(800)
            assert heard.paths == []
            unguarded = browser.new_page()
            unguarded.set_content(hostile(heard.address).decode(), wait_until="domcontentloaded")
            unguarded.wait_for_timeout(800)
            assert len(heard.paths) >= 5
            browser.close()
    finally:
        server.should_exit = True
        thread.join(10)
        heard.shutdown()
        heard.server_close()
