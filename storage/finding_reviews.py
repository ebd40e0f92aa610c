"""Reviews of findings: only ever added; the last one that was not taken back holds."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from records.review import FindingReview, ReviewState, standing_reviews
from storage.database import clear_errors, transaction
from storage.run_tables import finding_review


class FindingReviews:
    """The reviews of one database.  Every method is one unit of work; each raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, review: FindingReview) -> None:
        with transaction(self._engine) as connection:
            self.add_within(connection, review)

    def add_within(self, connection: Connection, review: FindingReview) -> int:
        """Add one in the unit of work of something else; its number."""
        row = {
            "site": review.site,
            "finding": review.finding,
            "state": review.state.value,
            "why": review.why,
            "by": review.by,
            "at": review.at.isoformat(timespec="seconds"),
        }
        statement = insert(finding_review).values(row).returning(finding_review.c.id)
        return int(connection.execute(statement).scalar_one())

    def standing(
        self, sites: Collection[str] | None = None, finding: str | None = None
    ) -> dict[tuple[str, str], FindingReview]:
        """The decision that holds about each finding, by site and finding id; none for what was taken back."""
        history: dict[tuple[str, str], list[FindingReview]] = defaultdict(list)
        for one in self.history(sites=sites, finding=finding):
            history[one.site, one.finding].append(one)
        return {
            key: standing[-1]
            for key, ones in history.items()
            if (standing := standing_reviews(sorted(ones, key=lambda one: one.at)))
        }

    def history(
        self, site: str | None = None, finding: str | None = None, *, sites: Collection[str] | None = None
    ) -> tuple[FindingReview, ...]:
        """Every decision that was ever taken, oldest first."""
        statement = select(finding_review).order_by(finding_review.c.id)
        if site is not None:
            statement = statement.where(finding_review.c.site == site)
        if sites is not None:
            statement = statement.where(finding_review.c.site.in_(list(sites)))
        if finding is not None:
            statement = statement.where(finding_review.c.finding == finding)
        with clear_errors(self._engine), self._engine.connect() as connection:
            return tuple(
                FindingReview(
                    row.site, row.finding, ReviewState(row.state), row.why, row.by, datetime.fromisoformat(row.at)
                )
                for row in connection.execute(statement)
            )
