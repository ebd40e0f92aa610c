"""Pages per second, CPU per page and peak memory: this audit, a plain Scrapy spider, and LinkChecker, side by side.

``make bench`` or ``python bench/audit_pace.py [--rounds N] [--only NAME]``.  All contenders crawl the same generated
site (``bench/site.py``), one after another, each as a process of its own pinned to one core; the server has another.
Figures are the operating system's accounting of the finished process, its children included.  The audit runs all its
checks and stores everything; pictures (``--render never``) are left out, since the others have none.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PAGES = 3000


@dataclass(frozen=True, slots=True)
class Run:
    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak: float  # MiB, the largest single process

    @property
    def pages_per_second(self) -> float:
        return PAGES / self.wall

    @property
    def cpu_per_page(self) -> float:
        return 1000 * self.cpu / PAGES


def run_pinned(command: list[str], folder: Path) -> Run:
    """Run a command on the last core this process may use, and account for it."""
    core = max(os.sched_getaffinity(0))
    before = time.perf_counter()
    with (folder / "output.txt").open("wb") as output:
        child = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            cwd=folder,
            env=os.environ | {"CHENGJIAN_HOME": str(folder)},
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - before
    if child.returncode not in (0, 1):
        said = (folder / "output.txt").read_text()[-2000:]
        raise SystemExit(f"{command[0]} ended with {child.returncode}:\n{said}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def audit_command(url: str) -> list[str]:
    program = Path(sys.executable).with_name("chengjian")
    limits = ["--max-pages", "5000", "--rate", "1000", "--concurrency", "16", "--recheck-after", "0"]
    return [str(program), "audit", url, *limits, "--render", "never", "--json", "audit.json", "--quiet"]


def plain_scrapy_command(url: str) -> list[str]:
    return [sys.executable, str(HERE / "plain_spider.py"), url]


def linkchecker_command(url: str) -> list[str] | None:
    own = Path(sys.executable).parents[1] / "linkchecker" / "bin" / "linkchecker"
    found = str(own) if own.exists() else shutil.which("linkchecker")
    return [found, "--no-status", "--threads=4", "-o", "none", url] if found else None


CONTENDERS: tuple[tuple[str, Callable[[str], list[str] | None]], ...] = (
    ("chengjian audit", audit_command),
    ("plain Scrapy spider", plain_scrapy_command),
    ("LinkChecker", linkchecker_command),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="part of a contender's name")
    options = parser.parse_args()
    first = min(os.sched_getaffinity(0))
    server = subprocess.Popen(
        [sys.executable, str(HERE / "site.py")],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {first}),
    )
    try:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        print(f"{'':24}{'pages/s':>9}{'CPU ms/page':>13}{'peak MiB':>10}{'CPU ratio':>11}", end="")
        print(f"   (median of {options.rounds})")
        ours: float | None = None
        for name, command_for in CONTENDERS:
            if options.only and options.only not in name:
                continue
            command = command_for(url)
            if command is None:
                print(f"{name:24}not installed: make bench installs it")
                continue
            rounds = 1 if name == "LinkChecker" else options.rounds  # it needs minutes for one
            runs = []
            for _ in range(rounds):
                with tempfile.TemporaryDirectory() as folder:
                    runs.append(run_pinned(command, Path(folder)))
            pace, cpu, peak = (
                statistics.median(figure(run) for run in runs)
                for figure in (
                    lambda run: run.pages_per_second,
                    lambda run: run.cpu_per_page,
                    lambda run: run.peak,
                )
            )
            ours = ours or cpu
            print(f"{name:24}{pace:9.0f}{cpu:13.2f}{peak:10.0f}{cpu / ours:11.2f}", flush=True)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
