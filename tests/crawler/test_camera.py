"""Pictures of what findings rest on: the page as archived, at the pace of the audit, never reaching elsewhere."""

import dataclasses
import struct

import pytest

from chengjian.settings import read_settings
from crawler.camera import MAX_HEIGHT, Camera, Shot
from crawler.hosts import Hosts
from records.crawl import CrawlPlan

CHROMIUM = read_settings().chromium
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: make setup installs one")


def plan(url: str) -> CrawlPlan:
    return CrawlPlan(url=url, user_agent="Chengjian/0.1 (tests)", chromium=CHROMIUM, timeout=15.0)


def size_of(png: bytes | None) -> tuple[int, int]:
    assert png is not None
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


async def test_archived_page_is_shown_without_asking_for_it() -> None:
    """The address is dead by now; the archived body is what the picture shows."""
    body = "<meta charset=utf-8><h1>栏目</h1>".encode() + b"<p>x</p>" * 10
    async with Camera(plan("http://127.0.0.1:9/"), Hosts(50, 4)) as camera:
        assert size_of(await camera.take(Shot("http://127.0.0.1:9/list.html", body)))[0] == 1280


async def test_a_marked_link_far_down_is_in_the_picture_and_framed() -> None:
    tall = b"<div style='height:9000px'>a</div>"
    body = b"<body style='margin:0'>" + tall + b"<a href='/gone.html'>dead</a>" + tall
    async with Camera(plan("http://127.0.0.1:9/"), Hosts(50, 4)) as camera:
        marked = await camera.take(Shot("http://127.0.0.1:9/", body, mark="http://127.0.0.1:9/gone.html"))
        plain = await camera.take(Shot("http://127.0.0.1:9/", body))
    assert size_of(marked) == (1280, MAX_HEIGHT)
    assert marked != plain


async def test_scripts_of_an_archived_page_do_not_run() -> None:
    body = b"<body><p>one</p><script>document.body.style.height='3000px'</script>"
    async with Camera(plan("http://127.0.0.1:9/"), Hosts(50, 4)) as camera:
        assert size_of(await camera.take(Shot("http://127.0.0.1:9/", body)))[1] < 1000


async def test_a_page_that_does_not_open_has_no_picture() -> None:
    async with Camera(plan("http://127.0.0.1:9/"), Hosts(50, 4)) as camera:
        assert await camera.take(Shot("http://127.0.0.1:9/list.html")) is None


async def test_without_a_browser_there_are_no_pictures() -> None:
    without = dataclasses.replace(plan("http://127.0.0.1:9/"), chromium=None)
    async with Camera(without, Hosts(50, 4)) as camera:
        assert await camera.take(Shot("http://127.0.0.1:9/", b"<p>x</p>")) is None
