"""A sink for ``scrapy crawl``: one line of JSON for each page and each address that did not open."""

import json
import logging
from collections.abc import Sequence

from records.crawl import Exchange, PageFact, TargetFact
from records.page import Link
from records.verdicts import Outcome


class LogSink:
    """Writes to a logger, keeps nothing."""

    def __init__(self, log: logging.Logger | logging.LoggerAdapter[logging.Logger]) -> None:
        self._log = log

    def page(self, fact: PageFact, links: Sequence[Link], exchange: Exchange | None) -> None:
        self._say(page=fact.url, status=fact.http_status, kind=fact.reading.kind, links=len(links))

    def target(self, fact: TargetFact) -> None:
        if fact.outcome is not Outcome.FETCHED:
            status = fact.last.http_status if fact.last is not None else None
            self._say(target=fact.url, outcome=fact.outcome, status=status, skipped=fact.skipped)

    def _say(self, **what: object) -> None:
        self._log.info(json.dumps(what, ensure_ascii=False))
