"""Reviews of findings: only ever added, the last one holds."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Engine, insert, select

from records.review import FindingReview, ReviewState
from storage.database import clear_errors, transaction
from storage.run_tables import finding_review


class FindingReviews:
    """The reviews of one database.  Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, review: FindingReview) -> None:
        row = {
            "site": review.site,
            "finding": review.finding,
            "state": review.state.value,
            "why": review.why,
            "by": review.by,
            "at": review.at.isoformat(timespec="seconds"),
        }
        with transaction(self._engine) as connection:
            connection.execute(insert(finding_review).values(row))

    def standing(self, sites: Collection[str] | None = None) -> dict[tuple[str, str], FindingReview]:
        """The last review of each finding, by site and finding id."""
        return {(one.site, one.finding): one for one in self.history() if sites is None or one.site in sites}

    def history(self, site: str | None = None, finding: str | None = None) -> tuple[FindingReview, ...]:
        """Every decision that was ever taken, oldest first."""
        statement = select(finding_review).order_by(finding_review.c.id)
        if site is not None:
            statement = statement.where(finding_review.c.site == site)
        if finding is not None:
            statement = statement.where(finding_review.c.finding == finding)
        with clear_errors(self._engine), self._engine.connect() as connection:
            return tuple(
                FindingReview(
                    row.site, row.finding, ReviewState(row.state), row.why, row.by, datetime.fromisoformat(row.at)
                )
                for row in connection.execute(statement)
            )
