"""A real ``chengjian serve`` on a copy of the played city, in a process of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.clock import CHINA

PROGRAM = (sys.executable, "-c", "import sys; from chengjian.cli import main; sys.exit(main())")
PATIENCE = 60  # seconds until a service that is told to end has ended


@dataclass(frozen=True)
class Service:
    """``first_word`` is what it printed for the first administrator; empty where there are accounts."""

    home: Path
    address: str
    first_word: str

    def call(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command of the program on the same data."""
        command = [*PROGRAM, *words]
        return subprocess.run(command, env=environment(self.home), capture_output=True, text=True, timeout=100)


def copy_of(played: Path, home: Path) -> Path:
    """The played home; its watch opens no window in the next hours, so that no night begins within a test."""
    shutil.copytree(played, home)
    watch = home / "yunxi" / "watch.yml"
    hour = (datetime.now(CHINA).hour + 10) % 24
    watch.write_text(
        f'{watch.read_text("utf-8")}windows:\n- {{opens: "{hour:02d}:00", closes: "{hour:02d}:30"}}\n', "utf-8"
    )
    return home


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHENGJIAN_")}
    kept = {name: value for name, value in kept.items() if not name.lower().endswith("_proxy")}
    ours = {"HOME": str(home), "CONTACT": "mailto:tests@example.invalid", "CHROMIUM": ""}
    return kept | {f"CHENGJIAN_{name}": value for name, value in ours.items()}


@contextmanager
def serving(home: Path) -> Iterator[Service]:
    """The service, until the block ends; it must end well by itself."""
    complaints = home / "serve.stderr"
    with complaints.open("wb") as stderr:
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--city", str(home / "yunxi"), "--bind", "127.0.0.1:0"],
            env=environment(home), stdout=subprocess.PIPE, stderr=stderr, text=True,
        )  # fmt: skip
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found is not None, f"{line} {complaints.read_text('utf-8')}"
        yield Service(home, found[0], _first_word(home, process))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            status = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            process.stdout.close()
    assert status == 0, complaints.read_text("utf-8")
    assert "Traceback" not in complaints.read_text("utf-8")


def _first_word(home: Path, process: "subprocess.Popen[str]") -> str:
    from storage.accounts import AccountRepository
    from storage.database import open_database

    engine = open_database(f"sqlite:///{home / 'chengjian.sqlite3'}")
    try:
        if AccountRepository(engine).any():
            return ""
    finally:
        engine.dispose()
    assert process.stdout is not None
    found = re.search(r"启动口令是 (\S+)", process.stdout.readline())
    assert found is not None
    return found[1]
