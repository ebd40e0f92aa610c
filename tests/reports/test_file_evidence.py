"""Evidence that a third person can check: WARC files that are valid, and findings that point into them."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from records.crawl import Attempt, CrawlPlan, Exchange, PageFact, Target, TargetFact
from records.judgement import SiteAudit
from records.page import PageReading
from records.verdicts import LinkKind, Outcome, PageKind, PageVerdict
from services.file_evidence import file_evidence, verify_evidence
from storage.audits import AuditRepository
from storage.database import StorageError, open_database
from storage.recorder import AuditRecorder

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
SITE = "http://www.qinghe.test/"
BROKEN = f"{SITE}zwgk/qzqd.html"
REFERRER = f"{SITE}zwgk/0.html"
COLUMN = f"{SITE}通知公告/index.html"
BODY = "<html><title>页面不存在</title></html>".encode("gb18030")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)

MakeAudit = Callable[..., SiteAudit]


@dataclass(frozen=True)
class Filed:
    """An audit whose evidence was filed."""

    audit: SiteAudit
    folder: Path
    audits: AuditRepository
    audit_id: int

    @property
    def warc(self) -> Path:
        [path] = self.folder.glob("*.warc.gz")
        return path

    def records(self) -> list[tuple[str, str | None, bytes, dict[str, str]]]:
        with self.warc.open("rb") as file:
            return [
                (
                    record.rec_type,
                    record.rec_headers.get_header("WARC-Target-URI"),
                    record.content_stream().read(),
                    dict(record.rec_headers.headers),
                )
                for record in ArchiveIterator(file)
            ]

    def note(self, finding_id: str) -> dict[str, Any]:
        notes = (json.loads(content) for kind, _, content, _ in self.records() if kind == "metadata")
        return next(note for note in notes if note["finding"] == finding_id)


def _exchange(url: str, body: bytes, status: int = 200) -> Exchange:
    return Exchange(
        url,
        NOW,
        "GET",
        (("User-Agent", "Chengjian/0"), ("X-Strange", "甲\r\nInjected: yes")),
        status,
        (
            ("Content-Type", "text/html; charset=gb2312"),
            ("Content-Encoding", "gzip"),
            ("Transfer-Encoding", "chunked"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "名=值"),
            ("", "no name"),
        ),
        body,
        "127.0.0.1",
    )


@pytest.fixture
def audits(tmp_path: Path) -> Iterator[AuditRepository]:
    engine = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    yield AuditRepository(engine)
    engine.dispose()


@pytest.fixture
def filed(make_audit: MakeAudit, audits: AuditRepository, tmp_path: Path) -> Filed:
    audit = make_audit()
    plan = CrawlPlan(url=SITE, user_agent="Chengjian/0")
    audit_id = audits.begin(plan, policy="nanyang-monthly", as_of=date(2026, 11, 21), program="0.1.0")
    with AuditRecorder(audits.engine, audit_id) as recorder:
        for url, kind, status in (
            (BROKEN, PageKind.ERROR, 404),
            (REFERRER, PageKind.LIST, 200),
            (COLUMN, PageKind.LIST, 200),
        ):
            reading = PageReading(url, "gb18030", "标题", kind, PageVerdict.OK)
            fact = PageFact(url, url, 1, SITE, status, NOW, "ab" * 32, False, reading)
            recorder.page(fact, (), _exchange(url, BODY + url.encode(), status))
        recorder.target(
            TargetFact(Target(COLUMN, LinkKind.PAGE, True, 1), Outcome.FETCHED, (Attempt(NOW, "GET", 200),))
        )
    folder = tmp_path / "evidence"
    pictures = {"stale_column:1": PNG}
    filed = file_evidence(audit, audits=audits, audit_id=audit_id, folder=folder, program="0.1.0", screenshots=pictures)
    return Filed(filed, folder, audits, audit_id)


def test_the_file_passes_the_check_of_warcio(filed: Filed) -> None:
    """Anybody's tools can read it."""
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", str(filed.warc)], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stdout + done.stderr


def test_every_finding_points_to_a_record_that_is_what_it_was(filed: Filed) -> None:
    assert verify_evidence(filed.audit, filed.folder) == ()
    assert len({finding.evidence.warc for finding in filed.audit.findings}) == 1


def test_a_finding_about_a_response_points_to_that_response(filed: Filed) -> None:
    evidence = filed.audit.findings[0].evidence
    with filed.warc.open("rb") as file:
        file.seek(evidence.offset or 0)
        record = next(iter(ArchiveIterator(file)))
        assert (record.rec_type, record.rec_headers.get_header("WARC-Target-URI")) == ("response", BROKEN)
        assert record.http_headers.get_statuscode() == "404"
        assert record.content_stream().read() == BODY + BROKEN.encode()
    kinds = [(kind, url) for kind, url, _, _ in filed.records() if url and url.endswith(BROKEN)]
    assert kinds == [("response", BROKEN), ("request", BROKEN), ("metadata", f"urn:finding:{BROKEN}")]


def test_the_note_tells_program_policy_and_every_attempt(filed: Filed) -> None:
    note = filed.note("broken_link:1")
    assert (note["program"], note["policy"], note["as_of"]) == ("0.1.0", "nanyang-monthly", "2026-11-21")
    assert [one["http_status"] for one in note["attempts"]] == [404, 404, None]
    referring = {headers["WARC-Record-ID"]: url for kind, url, _, headers in filed.records() if kind == "response"}
    assert referring[note["referring_record"]] == REFERRER


def test_the_list_of_searched_pages_stands_behind_not_found(filed: Filed) -> None:
    """ "Missing" is the hardest to prove: every page that was looked at, with what it was."""
    note = filed.note("missing_disclosure:service_commitment")
    assert note["searched"][0] == "看过网页 412 个"
    [pages] = [
        json.loads(content)
        for _, _, content, headers in filed.records()
        if headers["WARC-Record-ID"] == note["searched_pages"]
    ]
    assert [(one["url"], one["sha256"]) for one in pages] == [(url, "ab" * 32) for url in (BROKEN, REFERRER, COLUMN)]


def test_no_record_of_ours_stands_under_the_address_of_a_page(filed: Filed) -> None:
    """A player would show the note of a finding in the place of the page."""
    ours = [url for kind, url, _, _ in filed.records() if kind in ("metadata", "resource")]
    assert ours
    assert all(url and url.startswith(("urn:finding:", "urn:searched:")) for url in ours)


def test_warcinfo_tells_program_rules_and_policy(filed: Filed) -> None:
    """Which code and which text judged: by hash, so that it can be found again."""
    [(_, _, content, _)] = [one for one in filed.records() if one[0] == "warcinfo"]
    said = dict(line.split(": ", 1) for line in content.decode().splitlines() if line)
    assert (said["software"], said["policy"]) == ("chengjian/0.1.0", "nanyang-monthly")
    policy = (files("checks") / "policies" / "nanyang-monthly.yml").read_bytes()
    assert said["policy-digest"] == f"sha256:{sha256(policy).hexdigest()}"
    assert len(said["rules"].removeprefix("sha256:")) == 64


def test_a_finding_without_a_response_points_to_its_attempts(filed: Filed) -> None:
    finding = filed.audit.findings[1]
    assert filed.note(finding.id)["attempts"][0]["page_verdict"] == "soft_404"
    assert finding.evidence.offset is not None


def test_headers_cannot_smuggle_lines_and_say_that_the_body_is_decoded(filed: Filed) -> None:
    content = gzip.decompress(filed.warc.read_bytes())
    assert b"\r\nInjected:" not in content
    assert b"X-Archive-Orig-Content-Encoding: gzip" in content
    assert b"\r\nContent-Encoding:" not in content
    assert b"\r\nTransfer-Encoding:" not in content
    assert content.count(b"Set-Cookie:") == 6


def test_a_screenshot_is_kept_beside_it(filed: Filed) -> None:
    [name] = [one.evidence.screenshot for one in filed.audit.findings if one.evidence.screenshot]
    assert (filed.folder / name).read_bytes() == PNG
    assert name == f"{sha256(PNG).hexdigest()}.png"
    assert filed.note("stale_column:1")["screenshot"] == name


def test_filing_again_changes_nothing_that_is_there(filed: Filed) -> None:
    """What was cited once stays what it was."""
    before = {path: path.read_bytes() for path in filed.folder.iterdir()}
    again = file_evidence(
        filed.audit,
        audits=filed.audits,
        audit_id=filed.audit_id,
        folder=filed.folder,
        program="0.1.0",
        screenshots={"stale_column:1": PNG},
    )
    assert {path: path.read_bytes() for path in before} == before
    assert verify_evidence(again, filed.folder) == ()
    assert again.findings[0].evidence.warc != filed.audit.findings[0].evidence.warc


def test_an_audit_without_findings_leaves_its_document_alone(
    make_audit: MakeAudit, audits: AuditRepository, tmp_path: Path
) -> None:
    """That nothing was wrong is a statement too: what heals rests on it."""
    audit = make_audit(findings=())
    folder = tmp_path / "evidence"
    filed = file_evidence(audit, audits=audits, audit_id=1, folder=folder, program="0", screenshots={})
    assert filed is audit
    [document] = folder.iterdir()
    assert json.loads(gzip.decompress(document.read_bytes()))["findings"] == []


def test_a_failure_leaves_no_half_written_file(filed: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that ends in the middle would look like evidence that was tampered with."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    before = set(filed.folder.iterdir())
    monkeypatch.setattr("services.warc_file.WarcFile.document", fail)
    with pytest.raises(StorageError, match=r"No space.*数据库.*腾出空间"):
        file_evidence(
            filed.audit, audits=filed.audits, audit_id=filed.audit_id, folder=filed.folder, program="0", screenshots={}
        )
    assert set(filed.folder.iterdir()) == before


def _flip(filed: Filed) -> SiteAudit:
    content = bytearray(filed.warc.read_bytes())
    offset = (filed.audit.findings[0].evidence.offset or 0) + 60
    content[offset] ^= 0xFF
    filed.warc.write_bytes(content)
    return filed.audit


def _cut(filed: Filed) -> SiteAudit:
    filed.warc.write_bytes(filed.warc.read_bytes()[:200])
    return filed.audit


def _remove(filed: Filed) -> SiteAudit:
    filed.warc.unlink()
    return filed.audit


def _change(filed: Filed, **fields: Any) -> SiteAudit:
    first = filed.audit.findings[0]
    changed = replace(first, evidence=replace(first.evidence, **fields))
    return replace(filed.audit, findings=(changed, *filed.audit.findings[1:]))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_flip, "没有完整的记录|不符"),
        (_cut, "没有完整的记录"),
        (_remove, "读不出证据文件"),
        (lambda filed: _change(filed, sha256="0" * 64), "不符"),
        (lambda filed: _change(filed, offset=3), "没有完整的记录"),
        (lambda filed: _change(filed, screenshot="none.png"), "缺少截图"),
        (lambda filed: _change(filed, warc=None), "没有证据"),
    ],
)
def test_verifying_notices_what_was_spoiled(filed: Filed, spoil: Callable[[Filed], SiteAudit], words: str) -> None:
    audit = spoil(filed)
    faults = [line for line in verify_evidence(audit, filed.folder) if line.startswith("broken_link:1")]
    assert len(faults) == 1
    assert any(part in faults[0] for part in words.split("|"))
