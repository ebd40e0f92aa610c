"""What the audits of a night came to: accounts and findings, without the facts behind them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Engine, select

from records.crawl import Counts, CrawlPlan
from records.judgement import Finding
from records.verdicts import SiteVerdict
from storage.database import clear_errors
from storage.encoding import Packer, from_json
from storage.tables import audit, finding, site


@dataclass(frozen=True, slots=True)
class VisitResult:
    """One judged audit."""

    audit_id: int
    url: str
    name: str  # of the site, as it calls itself; may be empty
    verdict: SiteVerdict
    counts: Counts
    complete: bool
    found: tuple[Finding, ...]
    gone: tuple[Finding, ...]


class VisitResults:
    """Reads what audits came to.  Raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._packer = Packer()

    def of(self, audit_ids: Collection[int]) -> dict[int, VisitResult]:
        """The judged ones among the audits, by their id."""
        wanted = sorted(set(audit_ids))
        results: dict[int, VisitResult] = {}
        with clear_errors(self._engine), self._engine.connect() as connection:
            rows = connection.execute(
                select(audit, site.c.name)
                .join(site, site.c.id == audit.c.site_id)
                .where(audit.c.id.in_(wanted), audit.c.judged_at.is_not(None))
            ).all()
            said = connection.execute(
                select(finding.c.audit_id, finding.c.state, finding.c.fact)
                .where(finding.c.audit_id.in_(wanted), finding.c.state != "unseen")
                .order_by(finding.c.audit_id, finding.c.position)
            ).all()
        for row in rows:
            own = [
                (one.state, from_json(Finding, self._packer.unpack(one.fact))) for one in said if one.audit_id == row.id
            ]
            results[row.id] = VisitResult(
                audit_id=row.id,
                url=from_json(CrawlPlan, self._packer.unpack(row.plan)).url,
                name=row.name or "",
                verdict=SiteVerdict(row.site_verdict),
                counts=from_json(Counts, self._packer.unpack(row.counts)) if row.counts is not None else Counts(),
                complete=bool(row.complete),
                found=tuple(one for state, one in own if state == "found"),
                gone=tuple(one for state, one in own if state == "gone"),
            )
        return results
