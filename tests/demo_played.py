"""The play of the demo city, made once for all tests that start where it ended."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from chengjian.demo.city import City, serve
from chengjian.demo.play import DemoOutcome, play_three_nights
from chengjian.demo.stage import find_days
from chengjian.settings import read_settings
from services.finding_list import ListedFinding
from services.work_calendar import load_calendar
from storage.audits import site_key
from storage.clock import CHINA


@dataclass(frozen=True, slots=True)
class Played:
    """What the play left, while its portals are still served."""

    outcome: DemoOutcome
    served: City
    said: tuple[str, ...]
    page: LexborHTMLParser

    def finding(self, check: str, portal: str, part: str = "") -> ListedFinding:
        key = site_key(self.served.url(portal))
        (one,) = [
            one
            for one in self.outcome.findings
            if (one.site, one.finding.check) == (key, check) and part in one.finding.subject
        ]
        return one

    def row(self, unit: str, indicator: str) -> LexborNode:
        found = self.page.css_first(f'article[id="r-{unit}-{indicator}"]')
        assert found is not None
        return found


@contextmanager
def play(home: Path) -> Iterator[Played]:
    """Play the three nights into ``home``, without a browser; the portals are served until the block ends."""
    home.mkdir()
    days = find_days(datetime.now(CHINA).date(), load_calendar())
    path = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    settings = read_settings({"CHENGJIAN_CONTACT": "mailto:tests@example.invalid", "CHENGJIAN_CHROMIUM": "", **path})
    said: list[str] = []
    with serve(days.first) as served:
        outcome = play_three_nights(home, served, days, replace(settings, notify=("json://never",)), said.append)
        page = LexborHTMLParser(outcome.overview.read_text("utf-8"))
        yield Played(outcome, served, tuple(said), page)
