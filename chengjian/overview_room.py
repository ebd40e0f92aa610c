"""Builds what the HTML overview of a score run needs.  Apart from ``bootstrap``: no crawler."""

from chengjian.score_room import ScoreRoom
from services.finding_list import every_finding
from services.portal_coverage import watch_coverage
from services.reports.run_page import render_run
from services.run_exhibits import Exhibits
from services.run_questions import tasks, trust
from services.score_round import StoredRun
from storage.duties import DutyRepository
from storage.evidence_pieces import EvidencePieces
from storage.nights import NightRepository


def run_overview_page(room: ScoreRoom, run: StoredRun) -> str:
    """The overview of a stored run, with what is known of its evidence now.  Raises ``StorageError``."""
    engine = room.nights.tries.engine
    exhibits = Exhibits(room.audits, EvidencePieces(engine), every_finding(room.audits, room.reviews, room.nights))
    nights = NightRepository(engine).nights(run.inputs.city)
    watched = watch_coverage(run.inputs, nights, DutyRepository(engine).all())
    return render_run(run, trust=trust(run), tasks=tasks(run), watched=watched, exhibit=exhibits.of)
