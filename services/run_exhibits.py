"""From a trace of a score to what a third person checks it by: requests, lives of findings, files of evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from records.crawl import Attempt
from records.indicators import Trace, TraceKind
from records.judgement import Finding
from records.sightings import FindingLife
from scoring_bridge.traces import audit_of
from services.finding_list import ListedFinding
from services.findings import address_of
from storage.audit_results import AuditResults, JudgedAudit
from storage.evidence_pieces import EvidencePiece, EvidencePieces


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What stands behind one trace.  What was purged, or never kept, is not there."""

    trace: Trace
    audit: int | None = None
    finding: Finding | None = None
    life: FindingLife | None = None
    standing: str = ""  # Chinese: where the finding stands today
    attempts: tuple[Attempt, ...] = ()
    files: tuple[EvidencePiece, ...] = ()  # archive and picture


@dataclass(slots=True)
class Exhibits:
    """Looks exhibits up.  Every method raises ``StorageError``."""

    results: AuditResults
    pieces: EvidencePieces
    listed: Sequence[ListedFinding]  # every finding that stands or stood
    _audits: dict[int, JudgedAudit | None] = field(default_factory=dict)
    _files: dict[int, Mapping[str, EvidencePiece]] = field(default_factory=dict)
    _by_key: dict[tuple[str, str], ListedFinding] = field(default_factory=dict)

    def of(self, trace: Trace) -> Exhibit:
        """The exhibit of one trace of a stored run."""
        number = audit_of(trace)
        kept = self._audit(number) if number is not None else None
        if number is None or kept is None:
            return Exhibit(trace, number)
        if trace.kind is not TraceKind.FINDING:
            return Exhibit(trace, number, attempts=self._attempts(number, trace.url))
        finding = next((one for one in kept.audit.findings if one.id == trace.ref), None)
        known = self._listed().get((kept.site, trace.ref))
        return Exhibit(
            trace,
            number,
            finding,
            known.life if known is not None else None,
            known.standing if known is not None else "",
            self._attempts(number, address_of(finding) if finding is not None else trace.url),
            self._pieces(number, finding) if finding is not None else (),
        )

    def _audit(self, number: int) -> JudgedAudit | None:
        if number not in self._audits:
            self._audits[number] = self.results.load(number)
        return self._audits[number]

    def _listed(self) -> Mapping[tuple[str, str], ListedFinding]:
        if not self._by_key:
            self._by_key = {(one.site, one.finding.id): one for one in self.listed}
        return self._by_key

    def _attempts(self, number: int, url: str | None) -> tuple[Attempt, ...]:
        if not url:
            return ()
        target = self.results.targets(number, {url}).get(url)
        return target.attempts if target is not None else ()

    def _pieces(self, number: int, finding: Finding) -> tuple[EvidencePiece, ...]:
        if number not in self._files:
            self._files[number] = {one.name: one for one in self.pieces.of_audit(number)}
        names = [name for name in (finding.evidence.warc, finding.evidence.screenshot) if name]
        return tuple(self._files[number][name] for name in names if name in self._files[number])
