"""Builds what findings, their lives and the duties of blocked portals need.  Apart from ``bootstrap``: no crawler."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from chengjian.cli.manners import UserError
from chengjian.score_room import open_score_room
from chengjian.settings import Settings
from services.finding_list import FindingList, ListedFinding, every_finding, list_findings
from services.night_view import NightView
from services.operator import Operator, read_operator
from services.registry.city_files import load_city
from services.registry.unit_search import find_unit
from services.schemes import WrongCallError
from storage.audit_results import AuditResults
from storage.audits import AuditRepository, site_key
from storage.column_items import ColumnItemRepository
from storage.duties import DutyRepository
from storage.evidence_pieces import EvidencePieces
from storage.evidence_store import EvidenceStore
from storage.finding_reviews import FindingReviews
from storage.suppressions import SuppressionRepository


@dataclass(frozen=True, slots=True)
class FindingRoom:
    """The findings of one database."""

    audits: AuditResults
    reviews: FindingReviews
    nights: NightView
    suppressions: SuppressionRepository
    pictures: EvidenceStore
    evidence: Path  # folder below which audits file their evidence
    duties: DutyRepository
    items: ColumnItemRepository
    plans: AuditRepository
    operator: Operator
    user_agent: str
    pieces: EvidencePieces  # where audits filed it

    def list(
        self, *, site: str | None = None, unit: str | None = None, city: str, check: str | None, state: str | None
    ) -> FindingList:
        """``WrongCallError`` and ``StorageError``."""
        sites: Collection[str] | None = None
        if unit is not None:
            found = find_unit(load_city(city), unit)
            sites = frozenset(site_key(portal.url) for portal in found.portals)
        return list_findings(self.audits, self.reviews, self.nights, site=site, sites=sites, check=check, state=state)

    def every(self) -> tuple[ListedFinding, ...]:
        return every_finding(self.audits, self.reviews, self.nights)


def open_finding_room(settings: Settings, database: str | None = None) -> FindingRoom:
    """Open the database.  Raises ``UserError``."""
    scores = open_score_room(settings, database)
    engine = scores.nights.tries.engine
    try:
        known = read_operator(settings.home / "operator.yml")
    except WrongCallError as wrong:
        raise UserError("；".join(wrong.lines)) from wrong
    return FindingRoom(
        audits=scores.audits,
        reviews=scores.reviews,
        nights=scores.nights,
        suppressions=SuppressionRepository(engine),
        pictures=EvidenceStore(settings.home / "evidence" / "looks"),
        evidence=settings.home / "evidence",
        duties=DutyRepository(engine),
        items=ColumnItemRepository(engine),
        plans=AuditRepository(engine),
        operator=replace(known, contact=known.contact or settings.contact),
        user_agent=settings.user_agent,
        pieces=EvidencePieces(engine),
    )
