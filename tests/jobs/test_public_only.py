"""What is typed into the console never reaches the inside of the house that the program runs in."""

import socket
import subprocess
import sys

import pytest

from crawler.public_only import check, is_public, leads_inside

PRIVATE = [
    "127.0.0.1", "127.8.9.10", "10.0.0.1", "192.168.1.1", "172.16.0.9", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3",
    "64:ff9b::7f00:1", "2002:7f00:1::", "localhost", "no number", "fec0::1", "::127.0.0.1", "::ffff:0:127.0.0.1",
    "64:ff9b:1::7f00:1", "5f00::1", "4000::1", "ff0e::1", "2001:0:7f00:1::", "2001:db8::1", "192.0.0.8", "198.18.0.1",
    "240.0.0.1", "fe80::1%eth0",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_inside_addresses_are_no_public_ones(host):
    """Every way in which an inside address can be written."""
    assert not is_public(host)
    with pytest.raises(OSError, match="未访问"):
        check((host, 80), frozenset())


@pytest.mark.parametrize("host", ["8.8.8.8", "114.114.114.114", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_open_addresses_pass(host):
    """The guard lets through what it is there for."""
    check((host, 443), frozenset())


def test_what_the_operator_allowed_passes_by_its_port():
    """An allowed host opens that port and no other."""
    allowed = frozenset({("10.0.0.1", 8080)})
    check(("10.0.0.1", 8080), allowed)
    with pytest.raises(OSError, match="未访问"):
        check(("10.0.0.1", 22), allowed)


@pytest.mark.parametrize(
    ("url", "inside"),
    [
        ("http://127.0.0.1:8080/", True),
        ("http://127.0.0.1:8081/", False),
        ("https://2130706433/", True),
        ("http://[::1]/", True),
        ("http://8.8.8.8/", False),
        ("http://no-such-host.invalid/", False),
    ],
)
def test_who_types_an_inside_address_is_told_so(url, inside):
    """Not that the site does not answer: that would be said of somebody."""
    assert leads_inside(url, frozenset({("127.0.0.1", 8081)})) is inside


PROGRAM = """
import asyncio, socket, sys
guard, allow, port = sys.argv[1] == "on", sys.argv[2].split(), int(sys.argv[3])
if guard:
    from crawler.public_only import refuse_private
    refuse_private(allow)
import aiohttp, httpx
async def main():
    for url in (f"http://127.0.0.1:{port}/", f"http://localhost:{port}/", f"http://2130706433:{port}/"):
        try:
            async with aiohttp.ClientSession() as session, session.get(url) as answer:
                print("aiohttp", answer.status)
        except Exception as error:
            print("aiohttp", type(error).__name__)
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                print("httpx", (await client.get(url)).status_code)
        except Exception as error:
            print("httpx", type(error).__name__)
asyncio.run(main())
"""


@pytest.fixture
def inside():
    """A server of the house, and how many connections reached it."""
    import threading

    listener = socket.create_server(("127.0.0.1", 0))
    reached = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            reached.append(1)
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1], reached
    listener.close()


def run(*words):
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], capture_output=True, text=True, timeout=60, check=True
    )


def test_both_http_stacks_are_held_back(inside):
    """The guard stands where a connection is made, whichever library makes it and however the address is written."""
    port, reached = inside
    said = run("on", "", str(port)).stdout
    assert "200" not in said
    assert not reached


def test_without_the_guard_the_inside_is_reached(inside):
    """The attack is real: the same program without the guard gets through."""
    port, reached = inside
    assert "200" in run("off", "", str(port)).stdout
    assert reached


def test_an_allowed_host_is_reached(inside):
    """The demo city lives on loopback, and an operator may list hosts of the inside."""
    port, reached = inside
    assert "200" in run("on", f"127.0.0.1:{port}", str(port)).stdout
    assert reached
