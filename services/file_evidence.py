"""Evidence: for each finding, what a third person needs to check it without us.

One WARC file for each audit.  A finding that rests on a response has the response and the request in it, and a metadata
record with the finding and every attempt; one that rests on no response (a name that does not exist, a refused
connection, a disclosure that was not found) has the attempts, or the set of pages that were searched.  Beside it stand
the screenshots, each under the hash of its bytes, and the audit as a document (``chengjian.audit/1``).
"""

import gzip
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from os import fsync
from os import replace as rename
from pathlib import Path

from checks.soft_404 import tells_lies
from extract.addresses import host_of
from records.crawl import Attempt, ReferrerLook
from records.evidence import FileKind
from records.judgement import DisclosureJudgement, Evidence, Finding, SiteAudit
from records.verdicts import DisclosureVerdict
from services.findings import address_of, disclosure_of, links_behind
from services.referring_pages import places_of, places_shown
from services.reports.audit_document import audit_json
from services.versions import policy_sha256, rules_sha256
from services.warc_file import RecordPlace, WarcFile, payload_at
from storage.audits import AuditRepository
from storage.clock import now
from storage.encoding import to_json
from storage.evidence_pieces import EvidencePiece, EvidencePieces
from storage.manifest_files import EvidenceWriteError, write_whole

Screenshots = Mapping[str, bytes]  # PNG by finding id

_JSON = "application/json"

# Records of ours have names of their own: under the address of a page a player would show them in its place.
FINDING_URN = "urn:finding:"
SEARCHED_URN = "urn:searched:"


@dataclass(frozen=True, slots=True)
class EvidenceNote:
    """The metadata record of one finding."""

    finding: str
    check: str
    subject: str
    message: str
    program: str
    rules: str  # services.versions.rules_sha256
    policy: str
    policy_sha256: str
    as_of: str
    attempts: tuple[Attempt, ...]
    searched: tuple[str, ...]  # for a disclosure: menus, pages and names tried
    searched_pages: str | None  # WARC-Record-ID of the list of all pages looked at
    referring_page: str | None  # address of a page on which the link stands
    referring_record: str | None  # WARC-Record-ID of its response
    supporting: tuple[str, ...]  # WARC-Record-IDs of further responses: the item that dates a column, lies of a host
    screenshot: str | None
    screenshot_sha256: str | None
    referring_at: str | None = None  # when that page was answered
    referring_sha256: str | None = None  # of its body
    referring_looks: tuple[ReferrerLook, ...] = ()  # pages asked again for this link, and what came of it


def file_evidence(
    audit: SiteAudit,
    *,
    audits: AuditRepository,
    audit_id: int,
    folder: Path,
    program: str,
    screenshots: Screenshots,
) -> SiteAudit:
    """Write the evidence of ``audit`` into ``folder`` and return the audit with its findings pointing there.

    An audit without findings leaves its document alone: that nothing was wrong is a statement too.  A file that is
    there already is never changed.  Raises ``StorageError`` where the folder cannot be written (then nothing of this
    audit is there, and what was seen is in the database still) or the facts cannot be read.
    """
    pieces: list[EvidencePiece] = []

    def keep(path: Path, kind: FileKind, body: bytes) -> None:
        digest = sha256(body).hexdigest()
        pieces.append(EvidencePiece(audit_id, path.parent.resolve(), path.name, kind, digest, len(body), now()))

    try:
        folder.mkdir(parents=True, exist_ok=True)
        if audit.findings:
            path = _free_path(folder, f"audit-{audit_id}", ".warc.gz")
            audit = _write_warc(audit, audits, audit_id, path, program, screenshots, keep)
            keep(path, FileKind.WARC, path.read_bytes())
        document = gzip.compress(audit_json(audit), mtime=0)
        path = _free_path(folder, f"audit-{audit_id}", ".json.gz")
        write_whole(path, document)
        keep(path, FileKind.DOCUMENT, document)
    except OSError as error:
        raise EvidenceWriteError(
            f"写不了证据目录 {folder}：{error.strerror or error}。巡查所见已存入数据库；"
            "请腾出空间或改好权限，再续做或重做这次巡查"
        ) from error
    EvidencePieces(audits.engine).add(pieces)
    return audit


def _write_warc(
    audit: SiteAudit,
    audits: AuditRepository,
    audit_id: int,
    path: Path,
    program: str,
    screenshots: Screenshots,
    keep: Callable[[Path, FileKind, bytes], None],
) -> SiteAudit:
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("wb") as file:
            warc = WarcFile(
                file,
                name=path.name,
                info={
                    "software": f"chengjian/{program}",
                    "format": "WARC File Format 1.1",
                    "description": f"audit {audit_id} of {audit.site_url}",
                    "rules": f"sha256:{rules_sha256()}",
                    "policy": audit.policy,
                    "policy-digest": f"sha256:{policy_sha256(audit.policy)}",
                },
            )
            filing = _Filing(audit, audits, audit_id, warc, path.name, program)
            findings = []
            for one in audit.findings:
                picture = _save_screenshot(path.parent, screenshots.get(one.id), keep)
                findings.append(filing.file(one, picture))
            file.flush()
            fsync(file.fileno())
        rename(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return replace(audit, findings=tuple(findings))


def verify_evidence(audit: SiteAudit, folder: Path) -> tuple[str, ...]:
    """A Chinese sentence for each finding whose evidence is not where it says or not what it was."""
    return tuple(sentence for one in audit.findings for sentence in _faults(one, folder))


def _faults(finding: Finding, folder: Path) -> Iterable[str]:
    evidence = finding.evidence
    if evidence.warc is None or evidence.offset is None or evidence.sha256 is None:
        yield f"{finding.id}：没有证据"
        return
    try:
        payload = payload_at(folder / evidence.warc, evidence.offset)
    except OSError as error:
        yield f"{finding.id}：读不出证据文件 {evidence.warc}：{error.strerror or error}"
        return
    if payload is None:
        yield f"{finding.id}：{evidence.warc} 的 {evidence.offset} 处没有完整的记录"
    elif sha256(payload).hexdigest() != evidence.sha256:
        yield f"{finding.id}：{evidence.warc} 的 {evidence.offset} 处内容与校验值不符"
    if evidence.screenshot is not None:
        yield from _picture_faults(finding.id, folder / evidence.screenshot)


def _picture_faults(finding_id: str, path: Path) -> Iterable[str]:
    try:
        digest = sha256(path.read_bytes()).hexdigest()
    except OSError:
        yield f"{finding_id}：缺少截图 {path.name}"
        return
    if digest != path.stem and len(path.stem) == len(digest):  # named otherwise by earlier versions
        yield f"{finding_id}：截图 {path.name} 的内容与校验值不符"


@dataclass(frozen=True, slots=True)
class _Response:
    """A response as it stands in the file, and when it came."""

    place: RecordPlace
    at: str


@dataclass(frozen=True, slots=True)
class _Picture:
    name: str
    sha256: str


def _save_screenshot(folder: Path, png: bytes | None, keep: Callable[[Path, FileKind, bytes], None]) -> _Picture | None:
    if not png:
        return None
    digest = sha256(png).hexdigest()
    path = folder / f"{digest}.png"
    if not path.exists():
        write_whole(path, png)
    keep(path, FileKind.SCREENSHOT, png)
    return _Picture(path.name, digest)


def _free_path(folder: Path, stem: str, suffix: str) -> Path:
    path, number = folder / f"{stem}{suffix}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{suffix}"
    return path


class _Filing:
    """Writes the records of one audit, each response and the list of pages once."""

    def __init__(
        self, audit: SiteAudit, audits: AuditRepository, audit_id: int, warc: WarcFile, name: str, program: str
    ) -> None:
        self._audit = audit
        self._audits = audits
        self._audit_id = audit_id
        self._warc = warc
        self._name = name
        self._program = program
        self._links = {link.fact.url: link for link in audit.links}
        self._behind = links_behind(audit)
        self._looks = audits.looks(audit_id)
        self._shown = places_shown(audit_id, places_of(audit_id, audit, audits), audits, self._looks)
        self._items = {
            one.fact.url: (one.fact.newest_url,) for one in audit.columns if one.fact.newest_url is not None
        }  # the newest item of each column
        self._responses: dict[tuple[str, str | None], _Response | None] = {}
        self._searched_pages: str | None = None

    def file(self, finding: Finding, picture: _Picture | None) -> Finding:
        disclosure = disclosure_of(finding, self._audit.disclosures)
        behind = self._behind.get(finding.id)
        subject = behind or address_of(finding)
        judged = finding.evidence.sha256  # of the body that was judged, which a later look at the page does not replace
        lies = self._lies(finding)
        asked = next(iter(lies), subject)
        response = None if _is_absence(disclosure) else self._response(asked, judged)
        link = self._links.get(subject)
        target = link.fact if link is not None else self._audits.target(self._audit_id, subject)
        referrer = self._referrer(behind) if behind is not None else None
        referring = self._response(referrer) if referrer is not None else None
        supporting = [self._response(url) for url in (*self._items.get(subject, ()), *lies)]
        note = EvidenceNote(
            finding=finding.id,
            check=finding.check,
            subject=finding.subject,
            message=finding.message,
            program=self._program,
            rules=rules_sha256(),
            policy=self._audit.policy,
            policy_sha256=policy_sha256(self._audit.policy),
            as_of=self._audit.as_of.isoformat(),
            attempts=tuple(lies.values()) or (target.attempts if target else ()),
            searched=disclosure.searched if disclosure else (),
            searched_pages=self._list_of_pages() if _is_absence(disclosure) else None,
            referring_page=referrer,
            referring_record=referring.place.record_id if referring else None,
            supporting=tuple(one.place.record_id for one in supporting if one is not None),
            screenshot=picture.name if picture else None,
            screenshot_sha256=picture.sha256 if picture else None,
            referring_at=referring.at if referring else None,
            referring_sha256=referring.place.sha256 if referring else None,
            referring_looks=tuple(one for one in self._looks if behind in (*one.standing, *one.gone, *one.unsaid)),
        )
        about = self._warc.document(
            f"{FINDING_URN}{finding.subject}",
            to_json(note),
            kind="metadata",
            content_type=_JSON,
            refers_to=response.place.record_id if response else None,
        )
        place = response.place if response else about
        evidence = Evidence(self._name, place.offset, place.sha256, picture.name if picture else None)
        return replace(finding, evidence=evidence)

    def _lies(self, finding: Finding) -> dict[str, Attempt]:
        """For a host that calls everything a success: the addresses that cannot exist, and what came of each."""
        if finding.check != "bogus_host":
            return {}
        host = host_of(finding.subject)
        answers = (one.attempt for one in self._audits.probes(self._audit_id) if one.host == host)
        return {one.final_url: one for one in answers if one.final_url is not None and tells_lies([one])}

    def _referrer(self, address: str) -> str | None:
        """A page on which the link stands: one that is archived with it, else the first that was read."""
        if address in self._shown:
            return self._shown[address].place.page
        link = self._links.get(address)
        return link.referrers[0].page if link is not None and link.referrers else None

    def _response(self, url: str, body: str | None = None) -> _Response | None:
        """The record of how ``url`` was answered, with that body where there are several answers; written once."""
        if (url, body) not in self._responses:
            exchange = self._audits.exchange(self._audit_id, url, sha256=body)
            written = None
            if exchange is not None:
                digest, at = sha256(exchange.body).hexdigest(), exchange.at.isoformat()
                same = (one for (other, _), one in self._responses.items() if other == url and one is not None)
                written = next((one for one in same if (one.place.sha256, one.at) == (digest, at)), None)
                written = written or _Response(self._warc.exchange(exchange), at)
            self._responses[url, body] = written
        return self._responses[url, body]

    def _list_of_pages(self) -> str:
        if self._searched_pages is None:
            place = self._warc.document(
                f"{SEARCHED_URN}{self._audit.site_url}",
                to_json(self._audits.pages_seen(self._audit_id)),
                kind="resource",
                content_type=_JSON,
            )
            self._searched_pages = place.record_id
        return self._searched_pages


def _is_absence(disclosure: DisclosureJudgement | None) -> bool:
    return disclosure is not None and disclosure.verdict is DisclosureVerdict.MISSING
