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

from records.crawl import Attempt
from records.evidence import FileKind
from records.judgement import DisclosureJudgement, Evidence, Finding, SiteAudit
from records.verdicts import DisclosureVerdict
from services.findings import address_of, disclosure_of
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
    supporting: tuple[str, ...]  # WARC-Record-IDs of further responses: the item that dates a column
    screenshot: str | None
    screenshot_sha256: str | None


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
        self._items = {
            one.fact.url: (one.fact.newest_url,) for one in audit.columns if one.fact.newest_url is not None
        }  # the newest item of each column
        self._responses: dict[str, RecordPlace | None] = {}
        self._searched_pages: str | None = None

    def file(self, finding: Finding, picture: _Picture | None) -> Finding:
        disclosure = disclosure_of(finding, self._audit.disclosures)
        subject = address_of(finding)
        response = None if _is_absence(disclosure) else self._response(subject)
        link = self._links.get(subject)
        referrer = link.referrers[0].page if link is not None and link.referrers else None
        target = link.fact if link is not None else self._audits.target(self._audit_id, subject)
        referring = self._response(referrer) if referrer else None
        supporting = [self._response(url) for url in self._items.get(subject, ())]
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
            attempts=target.attempts if target else (),
            searched=disclosure.searched if disclosure else (),
            searched_pages=self._list_of_pages() if _is_absence(disclosure) else None,
            referring_page=referrer,
            referring_record=referring.record_id if referring else None,
            supporting=tuple(one.record_id for one in supporting if one is not None),
            screenshot=picture.name if picture else None,
            screenshot_sha256=picture.sha256 if picture else None,
        )
        about = self._warc.document(
            f"{FINDING_URN}{finding.subject}",
            to_json(note),
            kind="metadata",
            content_type=_JSON,
            refers_to=response.record_id if response else None,
        )
        place = response or about
        evidence = Evidence(self._name, place.offset, place.sha256, picture.name if picture else None)
        return replace(finding, evidence=evidence)

    def _response(self, url: str) -> RecordPlace | None:
        if url not in self._responses:
            exchange = self._audits.exchange(self._audit_id, url)
            self._responses[url] = self._warc.exchange(exchange) if exchange is not None else None
        return self._responses[url]

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
