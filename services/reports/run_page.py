"""A score run as one self-contained HTML page: each number walks down to its evidence and the words of the rule."""

from collections.abc import Callable, Sequence

from records.indicators import Trace
from services.portal_coverage import WatchCoverage
from services.reports.html_report import render_page
from services.reports.run_view import run_view
from services.run_exhibits import Exhibit
from services.run_questions import Task, Trust
from services.score_round import StoredRun


def render_run(
    run: StoredRun, *, trust: Trust, tasks: Sequence[Task], watched: WatchCoverage, exhibit: Callable[[Trace], Exhibit]
) -> str:
    """The page.  It loads nothing.  Raises what ``exhibit`` raises."""
    return render_page("run.html", view=run_view(run, trust=trust, tasks=tasks, watched=watched, exhibit=exhibit))
