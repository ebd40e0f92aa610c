"""What is shown while an audit runs."""

import pytest

from chengjian.cli.progress import ProgressDisplay, describe
from records.crawl import Progress


def test_the_crawl_tells_pages_links_queue_suspects_and_time_left() -> None:
    line = describe(Progress("crawl", pages=27, links=64, queue=28, suspects=2, requests=40, elapsed=61.0, eta=125.0))
    assert line == "巡查：网页 27  链接 64  待访 28  存疑 2  请求 40  已用 1:01  约剩 2:05"


def test_the_second_look_tells_how_many_are_still_to_be_asked() -> None:
    assert describe(Progress("recheck", queue=3, requests=6)) == "复核：请求 6  待问 3"


def test_where_there_is_no_terminal_a_phase_is_one_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressDisplay() as display:
        for pages in range(50):
            display.show(Progress("crawl", pages=pages))
        display.show(Progress("judge"))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [describe(Progress("crawl")), "研判：正在形成结论"]


def test_quiet_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressDisplay(quiet=True) as display:
        display.show(Progress("crawl"))
    assert capsys.readouterr() == ("", "")
