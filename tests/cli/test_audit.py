"""``chengjian audit`` as a process: exit statuses, both streams, Ctrl-C, and what is kept when something goes wrong."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from chengjian.demo.city import City, serve

AS_OF = "2026-11-21"
PROGRAM = [str(Path(sys.executable).with_name("chengjian"))]
QUICK = ["--rate", "300", "--concurrency", "8", "--recheck-after", "0.2", "--render", "never", "--as-of", AS_OF]


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    with serve(date.fromisoformat(AS_OF)) as served:
        yield served


def run(*arguments: str, cwd: Path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments], cwd=cwd, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["audit"], "缺少参数 URL"),
        (["audit", "ftp://example.invalid/"], "不是网站地址"),
        (["audit", "http://"], "不是网站地址"),
        (["audit", "http://[::1/"], "不是网站地址"),
        (["audit", "http://127.0.0.1:99999/"], "不是网站地址"),
        (["audit", "not a url"], "不是网站地址"),
        (["audit", "http://127.0.0.1:9/", "--policy", "mine"], "没有名为“mine”的评判口径"),
        (["audit", "http://127.0.0.1:9/", "--as-of", "2026-02-30"], "--as-of 的日期"),
        (["audit", "http://127.0.0.1:9/", "--render", "maybe"], "--render 的取值"),
        (["audit", "http://127.0.0.1:9/", "--rate", "0"], "--rate"),
        (["audit", "http://127.0.0.1:9/", "--rate", "nan"], "--rate"),
        (["audit", "http://127.0.0.1:9/", "--max-pages", "many"], "--max-pages"),
        (["audit", "http://127.0.0.1:9/", "--max-pages"], "--max-pages"),
        (["audit", "http://127.0.0.1:9/", "--no-such-option"], "没有选项 --no-such-option"),
        (["audit", "http://127.0.0.1:9/", "--json", "no/such/folder/a.json"], "目录"),
        (["audit", "http://127.0.0.1:9/", "--db", "mysql://x/y"], "数据库"),
        (["rejudge", "http://127.0.0.1:9/"], "没有 http://127.0.0.1:9/ 的巡查记录"),
        (["frobnicate"], "没有命令 frobnicate"),
        ([], "缺少命令"),
    ],
)
def test_a_wrong_call_is_one_line_and_status_2(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_database_that_is_none_is_one_line_and_is_not_touched(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("这是一份会议记录，不是数据库。" * 100)
    before = notes.read_bytes()
    done = run("audit", "http://127.0.0.1:9/", "--db", str(notes), cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert notes.read_bytes() == before


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://no-such-host.invalid/"])
def test_a_portal_that_is_down_is_status_3_with_all_ten_rows(url: str, tmp_path: Path) -> None:
    done = run("audit", url, "--recheck-after", "0", "--json", "-", "--quiet", cwd=tmp_path)
    document = json.loads(done.stdout)
    assert done.returncode == 3
    assert done.stderr == ""
    assert document["site"]["verdict"] == "unreachable"
    assert document["stopped_by"] == "site_unreachable"
    assert [row["verdict"] for row in document["disclosures"]] == ["undetermined"] * 10
    assert not [finding for finding in document["findings"] if finding["severity"] != "notice"]


def test_a_portal_behind_a_challenge_is_status_3_and_accused_of_nothing(city: City, tmp_path: Path) -> None:
    done = run("audit", city.url("shilan"), *QUICK, "--json", "-", "--quiet", cwd=tmp_path)
    document = json.loads(done.stdout)
    assert done.returncode == 3
    assert document["site"]["verdict"] == "blocked"
    assert not [finding for finding in document["findings"] if finding["severity"] != "notice"]


def test_json_to_standard_output_stands_there_alone(city: City, tmp_path: Path) -> None:
    done = run("audit", city.url("qinghe"), *QUICK, "--max-pages", "5", "--json", "-", cwd=tmp_path)
    document = json.loads(done.stdout)
    assert document["schema"] == "chengjian.audit/1"
    assert document["stopped_by"] == "max_pages"
    assert "Traceback" not in done.stderr


def test_the_three_reports_are_written_and_a_second_audit_says_what_changed(city: City, tmp_path: Path) -> None:
    outputs = ["--json", "a.json", "--html", "a.html", "--xlsx", "a.xlsx"]
    outputs += ["--evidence", "evidence", "--db", "a.sqlite3"]
    first = run("audit", city.url("qinghe"), *QUICK, *outputs, cwd=tmp_path)
    assert first.returncode == 1, first.stderr
    assert "发现问题" in first.stdout
    document = json.loads((tmp_path / "a.json").read_bytes())
    counts = document["counts"]
    ends = ("fetched", "blocked", "failed", "skipped", "not_reached")
    assert sum(counts[end] for end in ends) == counts["addresses"]
    page = (tmp_path / "a.html").read_text("utf-8")
    assert document["findings"][0]["message"] in page
    assert (tmp_path / "a.xlsx").read_bytes()[:2] == b"PK"
    broken = [finding for finding in document["findings"] if finding["check"] == "broken_link"]
    assert broken
    for finding in broken:
        assert (tmp_path / "evidence" / finding["evidence"]["warc"]).is_file()

    run("audit", city.url("qinghe"), *QUICK, "--json", "b.json", "--db", "a.sqlite3", "--quiet", cwd=tmp_path)
    again = json.loads((tmp_path / "b.json").read_bytes())
    assert {finding["id"] for finding in again["findings"]} == {finding["id"] for finding in document["findings"]}
    assert {finding["change"] for finding in again["findings"]} == {"known"}

    other = run(
        "rejudge", city.url("qinghe"), "--policy", "national-2019", "--as-of", AS_OF, "--db", "a.sqlite3", cwd=tmp_path
    )
    judged = json.loads(other.stdout)
    assert judged["policy"] == "national-2019"
    assert {column["url"] for column in judged["columns"]} == {column["url"] for column in document["columns"]}


def test_ctrl_c_writes_what_was_gathered_and_accuses_of_no_dead_link(city: City, tmp_path: Path) -> None:
    before = len(city.served("qinghe"))
    started = subprocess.Popen(
        [*PROGRAM, "audit", city.url("qinghe"), "--rate", "8", "--json", "a.json", "--quiet"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while len(city.served("qinghe")) < before + 12:  # in the middle of the crawl, however slow the machine
        assert started.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    _, complaint = started.communicate(timeout=60)
    assert started.returncode == 130
    assert complaint == ""
    document = json.loads((tmp_path / "a.json").read_bytes())
    assert document["stopped_by"] == "interrupted"
    assert document["counts"]["pages"] > 3
    assert not [link for link in document["links"] if link["verdict"] == "broken"]
    assert not [row for row in document["disclosures"] if row["verdict"] == "missing"]


def test_a_full_disk_costs_one_result_and_not_the_others(city: City, tmp_path: Path) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    wanted = ["--max-pages", "5", "--json", "/dev/full", "--html", "a.html", "--quiet"]
    done = run("audit", city.url("qinghe"), *QUICK, *wanted, cwd=tmp_path)
    assert done.returncode == 2
    assert "无法写入 /dev/full" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "</html>" in (tmp_path / "a.html").read_text("utf-8")


def test_a_database_locked_by_another_program_is_one_line(city: City, tmp_path: Path) -> None:
    run("audit", "http://127.0.0.1:9/", "--recheck-after", "0", "--db", "a.sqlite3", "--quiet", cwd=tmp_path)
    other = sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        done = run("audit", city.url("qinghe"), *QUICK, "--db", "a.sqlite3", "--quiet", cwd=tmp_path, timeout=110)
    finally:
        other.close()
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "数据库" in done.stderr
    assert "Traceback" not in done.stderr
