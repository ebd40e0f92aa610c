"""Live progress on a terminal, plain lines elsewhere; always on standard error."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from records.crawl import Progress

if TYPE_CHECKING:
    from rich.live import Live

PHASES = {"crawl": "巡查", "probe": "比对", "recheck": "复核", "judge": "研判"}
PLAIN_INTERVAL = 5.0  # seconds between lines where there is no terminal


def describe(progress: Progress) -> str:
    """One Chinese line: phase, pages, links, queue, suspects and the time left."""
    phase = PHASES.get(progress.phase, progress.phase)
    if progress.phase == "judge":
        return f"{phase}：正在形成结论"
    if progress.phase == "crawl":
        parts = [
            f"{phase}：网页 {progress.pages}",
            f"链接 {progress.links}",
            f"待访 {progress.queue}",
            f"存疑 {progress.suspects}",
            f"请求 {progress.requests}",
            f"已用 {_clock(progress.elapsed)}",
        ]
    else:
        parts = [f"{phase}：请求 {progress.requests}", f"待问 {progress.queue}"]
    if progress.eta is not None:
        parts.append(f"约剩 {_clock(progress.eta)}")
    return "  ".join(parts)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


class ProgressDisplay:
    """A context manager whose ``show`` takes progress snapshots."""

    def __init__(self, *, quiet: bool = False, label: str = "") -> None:
        self._quiet = quiet
        self._label = f"{label}  " if label else ""
        self._live = None if quiet else _live()
        self._last_line = 0.0
        self._last_phase = ""

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, progress: Progress) -> None:
        if self._quiet:
            return
        line = self._label + describe(progress)
        if self._live is not None:
            from rich.text import Text

            self._live.update(Text(line, overflow="ellipsis", no_wrap=True))
            return
        now = time.monotonic()
        if progress.phase != self._last_phase or now - self._last_line >= PLAIN_INTERVAL:
            self._last_line, self._last_phase = now, progress.phase
            sys.stderr.write(line + "\n")
            sys.stderr.flush()


def _live() -> "Live | None":
    """A line that is written over, where there is a terminal."""
    from rich.console import Console  # here: a child process has nobody to show it to
    from rich.live import Live

    console = Console(stderr=True, highlight=False)
    return Live(console=console, refresh_per_second=4, transient=True) if console.is_terminal else None
