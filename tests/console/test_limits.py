"""What is too much: told before it is read where its length is known, and while it is read; over a real socket."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from chengjian.night_app import listen, serve_app
from console.app import console_app
from console.limits import FORM, UPLOAD
from records.accounts import Role
from tests.console.conftest import Desk

SENTENCE = "提交的内容太大：这里一次最多 1 MB"


@contextmanager
def served(desk: Desk, **told: object) -> Iterator[str]:
    """The address of the console behind uvicorn, in a thread of its own."""
    listener = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    app = console_app(replace(desk.tools, **told)) if told else desk.app
    thread = threading.Thread(target=loop.run_until_complete, args=(serve_app(app, listener, stop, ("127.0.0.1",)),))  # type: ignore[arg-type]
    thread.start()
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


def cookies_of(desk: Desk, role: Role) -> dict[str, str]:
    return dict(desk.as_role(role).client.cookies)


def test_who_is_not_signed_in_is_answered_before_anything_is_read(desk: Desk) -> None:
    """Nobody fills the disk or the line of a console without an account."""
    with served(desk) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as line:
            head = f"POST /users HTTP/1.1\r\nHost: {host}\r\nContent-Length: {UPLOAD * 5}\r\n\r\nx"
            line.sendall(head.encode())
            answer = line.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 303")


def test_a_large_form_is_refused_with_a_sentence(desk: Desk) -> None:
    """Also to a browser that sends all of it before it reads: it sees the sentence and not a broken line."""
    with served(desk) as address, httpx.Client(base_url=address, cookies=cookies_of(desk, Role.OPERATOR)) as client:
        answer = client.post("/users", data={"login": "x" * (FORM * 20)})
        again = client.get("/me")
    assert answer.status_code == 413
    assert SENTENCE in answer.text
    assert again.status_code == 200


def test_a_body_of_unknown_length_is_stopped(desk: Desk) -> None:
    """Chunked: counted while it comes."""
    with served(desk) as address, httpx.Client(base_url=address, cookies=cookies_of(desk, Role.OPERATOR)) as client:
        answer = client.post(
            "/api/v1/accounts",
            content=(b" " * 100_000 for _ in range(40)),
            headers={"Content-Type": "application/json"},
        )
    assert answer.status_code == 413
    assert answer.json()["error"].startswith(SENTENCE)


def test_a_client_that_asks_first_is_told_at_once(desk: Desk) -> None:
    """Expect: 100-continue (curl): nothing is sent for nothing."""
    name, value = next(iter(cookies_of(desk, Role.OPERATOR).items()))
    cookies = "; ".join(f"{name}={value}" for name, value in cookies_of(desk, Role.OPERATOR).items())
    assert name
    assert value
    with served(desk) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as line:
            head = (
                f"POST /users HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\nExpect: 100-continue\r\n"
                f"Content-Length: {FORM + 1}\r\n\r\n"
            )
            line.sendall(head.encode())
            answer = line.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 413")


@pytest.mark.parametrize(("size", "status"), [(FORM - 300, 422), (FORM + 1, 413)])
def test_the_limit_is_where_it_is_said_to_be(desk: Desk, size: int, status: int) -> None:
    """Just under, just over: 422 is the form's own complaint."""
    browser = desk.as_role(Role.OPERATOR)
    padding = {f"p{number}": "x" * (size // 3) for number in range(3)}
    answer = browser.client.post("/users", data={"csrf": browser.csrf, "login": "x", **padding})
    assert answer.status_code == status


def test_behind_https_cookies_go_over_https_only(desk: Desk) -> None:
    """A name that no other host can set, and no cookie without the flag; the browser is told to keep to HTTPS."""
    desk.account("analyst", Role.ANALYST)
    with served(desk, secure=True) as address, httpx.Client(base_url=address) as client:
        form = {"login": "analyst", "password": "correct-horse-9"}
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
        answer = client.post("/login", data=form, headers=headers)
        told = client.post("/login", data=form | {"password": "wrong-wrong-1"}, headers=headers)
    cookies = answer.headers.get_list("set-cookie")
    assert {one.partition("=")[0] for one in cookies} == {"__Host-chengjian", "__Host-chengjian-browser"}
    assert all("; secure" in one.lower() and "httponly" in one.lower() and "path=/;" in one.lower() for one in cookies)
    assert told.headers["strict-transport-security"] == "max-age=31536000"
    assert desk.tools.log.newest()[0].subject == "203.0.113.9"  # whom the proxy asks for


def test_our_own_headers_say_no_version(desk: Desk) -> None:
    """Nobody learns which server to look up."""
    with served(desk) as address:
        answer = httpx.get(f"{address}/login")
    assert "server" not in answer.headers
