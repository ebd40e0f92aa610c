"""What lies beside a finding when a person decides: the page as it was seen, every try, what was searched."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from records.crawl import Attempt, Referrer
from records.desk import FindingCard
from records.judgement import DisclosureJudgement, Evidence, Finding
from records.sightings import Sighting
from records.verdicts import DisclosureVerdict
from services.desk.archive import is_as_filed
from services.finding_list import ListedFinding
from services.findings import address_of, disclosure_of
from storage.audit_results import AuditResults
from storage.audits import AuditRepository, PageSeen
from storage.tried import FileSeen, NightWord, TriedRepository

MOST_TRIES: Final = 40  # shown; the first and the last ones
MOST_PLACES: Final = 20
MOST_SEARCHED: Final = 500
_OF_LINKS: Final = ("broken_link", "hijacked_link", "unreachable_link", "blocked_link")


@dataclass(frozen=True, slots=True)
class Tried:
    """One look at the finding, with every request that it was made of and where that is filed."""

    sighting: Sighting
    night: NightWord | None
    attempts: tuple[Attempt, ...]
    evidence: Evidence | None  # None: this look filed nothing of it


@dataclass(frozen=True, slots=True)
class Seen:
    """A page or an answer that was kept: what ``services.desk.archive`` is asked for."""

    audit: int
    url: str
    warc: str = ""
    offset: int | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """``damage`` says in Chinese what was altered on the disk; with any nobody may decide."""

    page: Seen | None  # the page that shows the fault, where the place is marked
    mark: str  # address of the link that is marked on it, empty where the page is the fault itself
    words: str  # the words of that link
    answer: Seen | None  # what the address itself answered
    picture: FileSeen | None
    places: tuple[Referrer, ...]
    place_count: int
    tries: tuple[Tried, ...]
    tries_left_out: int
    searched: tuple[str, ...]
    pages_searched: tuple[PageSeen, ...]
    pages_searched_count: int
    damage: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Exhibitor:
    """Gathers exhibits with a bounded number of questions.  Every method raises ``StorageError``."""

    def __init__(self, results: AuditResults, audits: AuditRepository, tried: TriedRepository, root: Path) -> None:
        self._results = results
        self._audits = audits
        self._tried = tried
        self._root = root

    def of(self, one: ListedFinding) -> Exhibit:
        finding, audit = one.finding, one.audit_id
        address = address_of(finding)
        shown, left_out = _shown(one.life.sightings)
        numbers = sorted({seen.audit for seen in shown if seen.audit is not None} | ({audit} if audit else set()))
        targets = self._tried.targets(numbers, address)
        said = self._tried.findings(numbers, finding.id)
        nights = self._tried.nights({seen.night for seen in shown if seen.night is not None})
        tries = tuple(
            Tried(
                seen,
                nights.get(seen.night) if seen.night is not None else None,
                targets[seen.audit].attempts if seen.audit in targets else (),
                said[seen.audit].evidence if seen.audit in said else None,
            )
            for seen in shown
        )
        disclosure = self._disclosure(finding, audit)
        missing = disclosure is not None and disclosure.verdict is DisclosureVerdict.MISSING
        places = self._places(finding, address, audit)
        pages = self._audits.pages_seen(audit) if missing and audit is not None else ()
        evidence = finding.evidence
        damage, gone, picture = self._files(finding, audit)
        answer = None
        if audit is not None:
            answer = Seen(audit, address, evidence.warc or "", evidence.offset, evidence.sha256 or "")
        page = answer
        if audit is not None and places:
            kept = self._with_copy(audit, places, address)
            page = Seen(audit, kept.page, evidence.warc or "") if kept is not None else None
            places = tuple(sorted(places, key=lambda one: one is not kept))  # stable: the one that is shown first
        return Exhibit(
            page=page,
            mark=address if places else "",
            words=(places[0].anchor or "") if places else "",
            answer=answer if places else None,
            picture=picture,
            places=places[:MOST_PLACES],
            place_count=len(places),
            tries=tries,
            tries_left_out=left_out,
            searched=disclosure.searched if disclosure is not None else (),
            pages_searched=pages[:MOST_SEARCHED],
            pages_searched_count=len(pages),
            damage=damage,
            missing=gone,
        )

    def damage(self, card: FindingCard) -> str:
        """What was altered of the evidence that a card rests on, in Chinese; empty where nothing is."""
        if card.audit is None:
            return ""
        finding = self._tried.findings([card.audit], card.finding).get(card.audit)
        return "；".join(self._files(finding, card.audit)[0]) if finding is not None else ""

    def _disclosure(self, finding: Finding, audit: int | None) -> DisclosureJudgement | None:
        if audit is None or "#" not in finding.subject:
            return None
        kept = self._results.load(audit)
        return disclosure_of(finding, kept.audit.disclosures) if kept is not None else None

    def _places(self, finding: Finding, address: str, audit: int | None) -> tuple[Referrer, ...]:
        if audit is None or finding.check not in _OF_LINKS:
            return ()
        return tuple(self._audits.referrers(audit)([address]).get(address, ()))

    def _with_copy(self, audit: int, places: Sequence[Referrer], address: str) -> Referrer | None:
        """The first page that carries the link and was kept; None where the answer of the address alone can be shown.

        Where nothing of the audit is in the database any more, the archive file may still hold the first page.
        """
        for one in places[:MOST_PLACES]:
            if self._audits.exchange(audit, one.page) is not None:
                return one
        return places[0] if self._audits.exchange(audit, address) is None else None

    def _files(self, finding: Finding, audit: int | None) -> tuple[tuple[str, ...], tuple[str, ...], FileSeen | None]:
        """What was altered, what is not there any more, and the picture."""
        evidence = finding.evidence
        names = [name for name in (evidence.warc, evidence.screenshot) if name]
        if audit is None or not names:
            return (), (), None
        known = self._tried.files([audit], names)
        damage: list[str] = []
        gone: list[str] = []
        picture = None
        for name in names:
            file = known.get((audit, name))
            path = file.where(self._root) if file is not None else None
            if file is None or path is None:
                gone.append(f"证据文件 {name} 不在原处（可能已到期清除，或存在别处）")
            elif name == evidence.warc:
                offset, digest = evidence.offset, evidence.sha256
                if offset is not None and digest is not None and not is_as_filed(path, offset, digest):
                    damage.append(f"证据文件 {name} 的内容与存档时的校验值不符，可能被改动")
            elif _digest(path) != file.sha256:
                damage.append(f"截图 {name} 的内容与存档时的校验值不符，可能被改动")
            else:
                picture = file
        return tuple(damage), tuple(gone), picture


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _shown(sightings: Sequence[Sighting]) -> tuple[tuple[Sighting, ...], int]:
    """The newest first; of very many the first ones and the last."""
    ordered = tuple(reversed(sightings))
    if len(ordered) <= MOST_TRIES:
        return ordered, 0
    return (*ordered[: MOST_TRIES - 5], *ordered[-5:]), len(ordered) - MOST_TRIES
