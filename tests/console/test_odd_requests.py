"""What no page of ours sends and anybody can: answered with a sentence, never with a fault of ours."""

import base64
import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from console.web import page_number
from records.accounts import Role
from storage.account_tables import console_log
from storage.database import clear_errors, open_database
from storage.errors import NotStorableError
from tests.console.conftest import PASSWORD, UNITS, Desk, desk_in


@dataclass
class Odd:
    """An operator's browser, and one of nobody, that show faults as a browser sees them."""

    desk: Desk
    known: TestClient
    stranger: TestClient
    csrf: str


@pytest.fixture(scope="module")
def odd(tmp_path_factory, empty_database) -> Iterator[Odd]:
    folder = tmp_path_factory.mktemp("odd")
    city = folder / "linshui"
    city.mkdir()
    (city / "units.yml").write_text(UNITS, "utf-8")
    with desk_in(folder, city, empty_database) as desk:
        browser = desk.as_role(Role.OPERATOR)
        known, stranger = (
            TestClient(desk.app, follow_redirects=False, raise_server_exceptions=False)  # type: ignore[arg-type]
            for _ in range(2)
        )
        known.cookies.update(browser.client.cookies)
        yield Odd(desk, known, stranger, browser.csrf)


_BIG = "9" * 25
_ODD_CHARSET = "multipart/form-data; boundary=x; charset=no"


@pytest.mark.parametrize(
    "number", [f"-{_BIG}", f"+{_BIG}", f"{_BIG}.0", f"{_BIG[:18]}_{_BIG}", "-9223372036854775809", "1_0"]
)
@pytest.mark.parametrize("path", ["/users/{}", "/api/v1/accounts/{}", "/jobs/{}", "/log/{}"])
def test_a_number_in_a_path_that_is_written_oddly(odd: Odd, path: str, number: str) -> None:
    """Read as a number in some way or other, and greater than any row: not there."""
    assert odd.known.get(path.format(number)).status_code == 404


@pytest.mark.parametrize("number", [_BIG, "9" * 5000, "9223372036854775807", "-1", "0", "²", "٣", "1e3", ""])
@pytest.mark.parametrize("path", ["/users", "/portals", "/jobs", "/log", "/filings", "/crawls"])
def test_a_page_of_a_list_that_no_list_has(odd: Odd, path: str, number: str) -> None:
    """Every list is answered; the number stands for the first page, or for an empty one."""
    answer = odd.known.get(path, params={"page": number, "before": number, "after": number})
    assert answer.status_code in (200, 403, 404, 422), answer.text[-200:]


@pytest.mark.parametrize(
    ("text", "number"),
    [(None, 1), ("", 1), ("0", 1), ("7", 7), ("-7", 1), ("999999999", 999_999_999), ("9" * 10, 1), ("²", 1), ("٣", 1)],
)
def test_the_number_of_a_page(text: str | None, number: int) -> None:
    """A number of a page times the length of one fits every database."""
    assert page_number(text) == number


@pytest.mark.parametrize("given", [2**70, -(2**63) - 1, "a\x00b", "a\ud800b"])
def test_what_no_column_takes_is_not_there(database_url: str, given: int | str) -> None:
    """Wherever it gets through: the driver's own complaint becomes a 404 with a sentence, on both databases."""
    engine = open_database(database_url)
    column = console_log.c.action if isinstance(given, str) else console_log.c.number
    with contextlib.suppress(NotStorableError), clear_errors(engine), engine.connect() as connection:
        assert connection.execute(select(column).where(column == given)).all() == []
    with pytest.raises(NotStorableError, match="没有这样的一项"), clear_errors(engine), engine.connect() as connection:
        connection.execute(select(column).offset(2**70)).all()
    engine.dispose()


@pytest.mark.parametrize("name", ["Origin", "Referer"])
@pytest.mark.parametrize("value", ["http://[", "http://[::1", "null", "", "://", "file:///etc", b"http://\xff\xfe/"])
def test_an_origin_that_is_no_address_is_another_site(odd: Odd, name: str, value: str | bytes) -> None:
    """Refused like any other site: also at the sign-in, where everybody can send it."""
    told = {"login": "operator", "password": PASSWORD}
    assert odd.stranger.post("/login", data=told, headers={name: value}).status_code == 403
    form = {"csrf": odd.csrf, "login": "x1", "name": "x", "role": "analyst"}
    assert odd.known.post("/users", data=form, headers={name: value}).status_code == 403


@pytest.mark.parametrize(
    "kept",
    [b"[" * 30_000, b'{"a": 1}', b"5", b"[1, 2, 3]", b"\xff", b'[true, "' + b"x" * 9000 + b'"]', b'[1, {"a": []}]'],
)
def test_a_cookie_that_we_never_set(odd: Odd, kept: bytes) -> None:
    """The message that is shown once comes back from the browser: whatever it is, the page is there."""
    cookie = f"told={base64.urlsafe_b64encode(kept).decode()}"
    assert odd.stranger.get("/login", headers={"Cookie": cookie}).status_code == 200


@pytest.mark.parametrize(
    "host", ["[::1", "[::1]x", "[", "", "127.0.0.1:x", "127.0.0.1:80:80", "0x7f000001", "2130706433"]
)
def test_a_host_that_is_none(odd: Odd, host: str) -> None:
    """Only what is written like a name of ours, or like an address."""
    assert odd.stranger.get("/login", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["[::1]", "[::1]:8600", "127.0.0.1:8600", "LOCALHOST:1", "testserver", "testserver."])
def test_a_host_that_is_ours(odd: Odd, host: str) -> None:
    """The control of the one before."""
    assert odd.stranger.get("/login", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (json.dumps({"login": "\ud800", "name": "\ud800", "role": "analyst"}), "application/json"),
        ('{"\\ud800": 1}', "application/json"),
        ("[" * 200_000, "application/json"),
        ('{"login": ' + "9" * 6000 + "}", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"\x00", "application/json"),
        (b"garbage", "multipart/form-data; boundary=x"),
        (b"garbage", "multipart/form-data"),
        (b"--x\r\nContent-Disposition: form-data; name=\"login\"\r\n\r\na\r\n--x--", _ODD_CHARSET),
        (b"&".join(b"f%d=x" % number for number in range(10_000)), "application/x-www-form-urlencoded"),
    ],
    ids=lambda one: str(one)[:24],
)  # fmt: skip
def test_a_body_that_is_none(odd: Odd, body: bytes | str, kind: str) -> None:
    """Refused with a sentence; nothing is made of it."""
    headers = {"Content-Type": kind, "X-CSRF-Token": odd.csrf}
    for path in ("/api/v1/accounts", "/users"):
        assert odd.known.post(path, content=body, headers=headers).status_code in (400, 422)
    assert odd.known.get("/api/v1/accounts").json()["total"] == 1
