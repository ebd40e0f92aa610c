"""Scrapy's own ways of starting a spider: the files that name our settings, the spiders, what they answer to a call."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chengjian.scrapy_audit import StoredAudit

ROOT = Path(__file__).parents[2]
FAST = ("-a", "rate=200", "-a", "concurrency=8", "-a", "render=never", "-a", "recheck_after=0")


def scrapy(home: Path, *words: str, folder: Path = ROOT, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=folder,
        env=os.environ | {"CHENGJIAN_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.mark.parametrize("project", ["default", "chengjian"])
def test_the_spiders_are_listed_from_the_root_of_the_project(project: str, tmp_path: Path) -> None:
    """``chengjian`` is the name by which scrapyd's runner asks for the project."""
    done = scrapy(tmp_path, "list", SCRAPY_PROJECT=project)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["news", "portal"], "")


def test_the_spiders_are_listed_by_the_settings_alone(tmp_path: Path) -> None:
    """As in the installed wheel, where no file of the project lies about."""
    done = scrapy(tmp_path, "list", folder=tmp_path, SCRAPY_SETTINGS_MODULE="chengjian.scrapy_settings")
    assert (done.returncode, done.stdout.split()) == (0, ["news", "portal"])


def test_a_portal_is_crawled_stored_and_judged(portal: Any, tmp_path: Path) -> None:
    done = scrapy(tmp_path, "crawl", "portal", "-a", f"url={portal.url}", *FAST)
    assert done.returncode == 0, done.stderr
    assert "巡查 1：网页 74 个，问题 13 项" in done.stderr
    connection = sqlite3.connect(tmp_path / "chengjian.sqlite3")
    ((verdict, judged),) = connection.execute("SELECT site_verdict, judged_at IS NOT NULL FROM audit").fetchall()
    dead = connection.execute("SELECT count(*) FROM finding WHERE \"check\" = 'broken_link'").fetchone()
    connection.close()
    assert (verdict, judged, dead) == ("reachable", 1, (3,))
    assert list((tmp_path / "evidence").rglob("*.warc.gz"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("portal",), "请说明巡查哪个网站"),
        (("portal", "-a", "url=http://127.0.0.1:1/", "-a", "rate=fast"), "rate 的取值 fast 不是数字"),
        (("news",), "请用 chengjian news gather"),
    ],
)
def test_a_wrong_call_is_one_line(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    """No traceback of Scrapy or asyncio beside it."""
    done = scrapy(tmp_path, "crawl", "-L", "ERROR", *words)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"scrapy crawl {words[0]}: ")
    assert told in line


@pytest.mark.parametrize(
    ("url", "arguments", "told"),
    [
        ("ftp://x/", {}, "“ftp://x/”不是网站地址"),
        ("http://127.0.0.1:1/", {"speed": "1"}, "不认识的参数 speed，可用：url、policy、render、max_pages"),
        ("http://127.0.0.1:1/", {"rate": "0"}, "rate 的取值 0 超出范围"),
        ("http://127.0.0.1:1/", {"rate": "nan"}, "rate 的取值 nan 超出范围"),
        ("http://127.0.0.1:1/", {"max_pages": "1.5"}, "max_pages 的取值 1.5 不是数字"),
        ("http://127.0.0.1:1/", {"recheck_after": "-1"}, "recheck_after 的取值 -1 超出范围"),
        ("http://127.0.0.1:1/", {"render": "maybe"}, "render 的取值“maybe”无效"),
        ("http://127.0.0.1:1/", {"policy": "x"}, "没有名为“x”的评判口径"),
    ],
)
def test_each_argument_is_checked_before_anything_is_asked(url: str, arguments: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        StoredAudit(url, arguments)
