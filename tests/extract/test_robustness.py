"""No body, however broken or large, makes the reader raise or run for long."""

import random
import time
from datetime import date
from pathlib import Path

import pytest

from extract.reader import Reader
from tests.extract.reading import AS_OF, URL, column, listed, read

ROWS = listed(*((f"关于第{i}批重点事项办理情况的公示", f"{i}.html", f"2026-10-{i:02d}") for i in range(1, 21)))
PAGE = column(ROWS).encode()


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        pytest.param(b"", 1, id="nothing"),
        pytest.param(b"\0" * 100_000, 1, id="only NUL"),
        pytest.param(b"<" * 200_000, 3, id="only brackets"),
        pytest.param(b"<div>" * 100_000, 6, id="deep nesting"),
        pytest.param(b"<a href='/x'>" * 50_000 + b"x", 12, id="unclosed anchors"),
        pytest.param(b"<table><tr><td>" * 20_000, 6, id="deep tables"),
        pytest.param(
            "".join(f"<li><a href='/a/{i}.html'>关于第{i}号</a></li>" for i in range(20_000)).encode(),
            8,
            id="20,000 links",
        ),
        pytest.param(b"<p>" + "通知公告".encode() * 400_000 + b"</p>", 12, id="five megabytes of text"),
        pytest.param(b"<script>" + b"[{'a':1}," * 200_000 + b"</script>", 12, id="a large script"),
        pytest.param(b"[" * 50_000, 3, id="deep json"),
        pytest.param(b"<html><head><meta charset='utf-16'></head>" + PAGE, 1, id="impossible charset"),
        pytest.param(b"\xff\xfe\x00", 1, id="half a character"),
        pytest.param(b"<base href='http://[::1'>" + PAGE, 1, id="bad base"),
        pytest.param(b"<select>" + b"<option value='/a'>x" * 50_000, 6, id="many options"),
        pytest.param(b"%PDF-1.4 abc", 1, id="a file"),
        pytest.param(b"<!--" * 50_000, 3, id="open comments"),
        pytest.param(b"&#x41" * 100_000, 3, id="entities"),
        pytest.param(b"<a onclick=\"f('" + b"x(" * 50_000 + b'">x</a>', 6, id="a long handler"),
        pytest.param(b"<title>" + b"-" * 300_000, 6, id="a long title"),
        pytest.param(b"<record>" * 50_000, 8, id="open records"),
    ],
)
def test_hostile_bodies_end_soon(body: bytes, seconds: float) -> None:
    start = time.process_time()
    read(body)
    assert time.process_time() - start < seconds


def test_many_links_are_all_found() -> None:
    body = "".join(f"<li><a href='/a/{i}.html'>关于第{i}号</a></li>" for i in range(20_000))
    assert len(read(body).links) == 20_000


def _mutated(source: bytes, draw: random.Random) -> bytes:
    body = bytearray(source)
    for _ in range(draw.randrange(1, 60)):
        at = draw.randrange(len(body))
        match draw.randrange(5):
            case 0:
                body[at] = draw.randrange(256)
            case 1:
                del body[at : at + draw.randrange(1, 200)]
            case 2:
                body[at:at] = draw.choice(
                    (b"<", b">", b"'", b'"', b"\0", b"</", b"<script>", b"<a href=", b"{{", b"\xe4\xb8")
                )
            case 3:
                end = at + draw.randrange(1, 400)
                body[at:at] = body[at:end]
            case _:
                body[at : at + 1] = bytes(draw.randrange(256) for _ in range(3))
        if len(body) < 10:
            break
    return bytes(body)


def _pages() -> list[bytes]:
    shared = Path(__file__).resolve().parents[3] / "shared" / "portals"
    real = [path.read_bytes()[:60_000] for path in sorted(shared.glob("*.html"))[::4]] if shared.is_dir() else []
    return [PAGE, *real]


@pytest.mark.parametrize("seed", range(6))
def test_mutated_pages_never_raise(seed: int) -> None:
    draw = random.Random(seed)
    reader = Reader(AS_OF)
    for source in _pages():
        for _ in range(3):
            reader.read(_mutated(source, draw), url=draw.choice((URL, None)))


def test_the_same_bytes_give_the_same_reading_whatever_was_read_before() -> None:
    fresh = Reader(AS_OF).read(PAGE, url=URL)
    used = Reader(AS_OF)
    used.read(column(ROWS, name="别的栏目").encode(), url="http://other.gov.cn/a/")
    assert used.read(PAGE, url=URL) == fresh


def test_the_day_is_an_argument() -> None:
    page = column(
        listed(("关于第一批重点事项的公示", "a.html", "03-01"), ("关于第二批重点事项的公示", "b.html", "02-01"))
    )
    assert read(page, as_of=date(2024, 6, 1)).newest == date(2024, 3, 1)
    assert read(page, as_of=date(2026, 6, 1)).newest == date(2026, 3, 1)
