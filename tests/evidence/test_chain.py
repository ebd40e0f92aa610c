"""The chain of manifests: what a night seals, what follows what, and what a process that was killed leaves."""

import json
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import time
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from records.evidence import NO_PREVIOUS, FileKind, ManifestKind, RowKind
from storage.database import open_database, transaction
from storage.errors import StorageError
from storage.evidence_pieces import EvidencePieces
from storage.manifest_chain import ChainBrokenError, ManifestChain
from storage.manifest_files import EvidenceWriteError, ManifestFiles, ManifestUnreadableError, read_link
from tests.evidence.evidence_builder import NOW, PNG, Watch, broken, missing


def test_a_night_lists_every_file_and_what_the_database_says(watch: Watch) -> None:
    """WARC, screenshot, audit document, findings: each with its hash."""
    one, _ = watch.two_nights()
    manifest = one.manifest
    assert (manifest.number, manifest.previous, manifest.kind) == (1, NO_PREVIOUS, ManifestKind.NIGHT)
    assert manifest.night is not None
    assert (manifest.night.audits, manifest.night.state) == ((1, 2), "healthy")
    kinds = sorted(file.kind.value for file in manifest.files if file.audit == 1)
    assert kinds == [FileKind.DOCUMENT, FileKind.SCREENSHOT, FileKind.WARC]
    for file in manifest.files:
        assert sha256((watch.root / file.path).read_bytes()).hexdigest() == file.sha256
    assert [(row.kind, row.id) for row in manifest.rows] == [(RowKind.FINDINGS, "1"), (RowKind.FINDINGS, "2")]
    assert one.told == ()


def test_each_manifest_names_the_hash_of_the_one_before(watch: Watch) -> None:
    one, two = watch.two_nights()
    assert one.sha256 == sha256(one.path.read_bytes()).hexdigest()
    assert two.manifest.previous == one.sha256
    assert {file.path for file in one.manifest.files}.isdisjoint(file.path for file in two.manifest.files)


def test_a_third_person_can_check_with_sha256sum_alone(watch: Watch) -> None:
    """docs/evidence.md: nothing of ours is needed."""
    watch.two_nights()
    for where, what in ((watch.root, "manifests/000001.sha256"), (watch.root / "manifests", "chain.sha256")):
        done = subprocess.run(["sha256sum", "--strict", "-c", what], cwd=where, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_closing_a_night_twice_makes_no_second_manifest(watch: Watch) -> None:
    """The night may be killed right after it closed: it closes again when it comes back."""
    night = watch.night([watch.audit("qinghe", broken("qinghe"))])
    first, again = watch.close(night), watch.close(night, now=NOW + timedelta(hours=1))
    assert (again.sha256, again.new, again.path) == (first.sha256, False, first.path)
    watch.audit("liuwan")
    third = watch.close(night, now=NOW + timedelta(hours=2))
    assert (third.manifest.number, third.new) == (2, True)


def test_a_night_in_which_nothing_was_found_is_sealed_too(watch: Watch) -> None:
    """A gap in the chain would be a night of which nobody can say that it was watched."""
    sealed = watch.close(watch.night([]))
    assert (sealed.manifest.files, sealed.manifest.number) == ((), 1)
    assert watch.verify().fits


def test_on_demand_audits_are_sealed_by_day(watch: Watch) -> None:
    watch.audit("qinghe", broken("qinghe"))
    sealed = watch.seal()
    assert sealed is not None
    assert (sealed.manifest.kind, sealed.manifest.night, len(sealed.manifest.files)) == (ManifestKind.DAY, None, 2)
    assert watch.seal() is None


def test_a_file_that_was_altered_before_it_was_sealed_is_told_and_found_for_ever(watch: Watch) -> None:
    """What is sealed is the hash of the writing, so that a night between is no chance for anybody."""
    watch.audit("qinghe", broken("qinghe"), png=PNG)
    [warc] = watch.root.rglob("*.warc.gz")
    [png] = watch.root.rglob("*.png")
    warc.write_bytes(warc.read_bytes() + b"\0")
    png.unlink()
    assert {fault.place.rpartition("/")[2] for fault in watch.verify().faults} == {warc.name, png.name}
    sealed = watch.seal()
    assert sealed is not None
    assert len(sealed.told) == 2
    assert any("缺失" in line for line in sealed.told)
    assert any("改动" in line for line in sealed.told)
    assert {fault.place.rpartition("/")[2] for fault in watch.verify(offline=True).faults} == {warc.name, png.name}


def test_half_written_files_are_not_sealed(watch: Watch) -> None:
    watch.audit("qinghe", broken("qinghe"))
    (watch.root / "x.warc.gz.part").write_bytes(b"half")
    sealed = watch.seal()
    assert sealed is not None
    assert not [file for file in sealed.manifest.files if file.path.endswith(".part")]


def test_the_kill_between_database_and_file_loses_nothing(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole in the database, absent as a file: said by verify, written by the next closing."""
    watch.two_nights()
    watch.audit("liuwan", broken("liuwan"))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("storage.manifest_files.write_whole", killed)
        with pytest.raises(KeyboardInterrupt):
            watch.seal()
    [fault] = watch.verify().faults[:1]
    assert fault.place == "manifests/000003.json"
    assert "seal" in fault.told
    assert watch.seal() is None
    assert watch.verify().fits
    assert watch.verify(offline=True).fits


def test_the_kill_between_manifest_and_list_loses_nothing(watch: Watch) -> None:
    watch.two_nights()
    folder = watch.root / "manifests"
    (folder / "chain.sha256").unlink()
    (folder / "000002.sha256").unlink()
    assert len(watch.verify(offline=True).faults) == 2
    watch.seal()
    assert watch.verify().fits


def test_a_full_disk_is_told_and_made_good_later(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The manifest is in the database, the file cannot be written: one line says what to do, then it is written."""
    night = watch.night([watch.audit("qinghe", broken("qinghe"))])

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("storage.manifest_files.write_whole", full)
        with pytest.raises(EvidenceWriteError, match="chengjian evidence seal") as caught:
            watch.close(night)
    assert "\n" not in str(caught.value)
    assert watch.close(night).new is False
    assert watch.verify().fits


def test_an_altered_manifest_stops_the_sealing(watch: Watch) -> None:
    """Nothing is chained to what does not hold."""
    one, _ = watch.two_nights()
    os.chmod(one.path, 0o644)
    one.path.write_bytes(one.path.read_bytes().replace(b"healthy", b"voided "))
    watch.audit("liuwan")
    with pytest.raises(ChainBrokenError, match=r"000001\.json.*verify"):
        watch.seal()
    assert [row.number for row in watch.chain.rows()] == [1, 2]


def test_a_database_from_an_older_backup_takes_what_it_lacks(watch: Watch, tmp_path: Path) -> None:
    """The folder is whole: the chain goes on where it was."""
    backup = tmp_path / "backup.sqlite3"
    watch.audit("qinghe", broken("qinghe"))
    watch.seal()
    with sqlite3.connect(str(watch.engine.url.database)) as live, sqlite3.connect(backup) as copy:
        live.backup(copy)
    live.close()
    copy.close()
    watch.audit("liuwan", broken("liuwan"))
    second = watch.seal()
    assert second is not None
    engine = open_database(f"sqlite:///{backup}")
    restored = Watch(engine, watch.root)
    faults = restored.verify().faults
    assert any("备份" in fault.told or "旧" in fault.told for fault in faults)
    restored.audit("yantang", broken("yantang"))
    third = restored.seal()
    assert third is not None
    assert (third.manifest.number, third.manifest.previous) == (3, second.sha256)
    assert third.manifest.database == restored.chain.database != second.manifest.database
    done = restored.verify()
    assert done.fits, "the numbers of audits that were given twice are not mixed up"
    assert [(row.kind, row.id) for row in third.manifest.rows] == [(RowKind.FINDINGS, "1"), (RowKind.FINDINGS, "2")]
    engine.dispose()


def test_the_rows_of_another_database_are_not_accused(watch: Watch, tmp_path: Path) -> None:
    """Somebody points a new database at the same folder: its files are checked, its rows are not ours."""
    watch.two_nights()
    engine = open_database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    other = Watch(engine, watch.root)
    done = other.verify()
    assert done.fits
    assert any("另一个数据库" in line for line in done.told)
    other.audit("yantang", broken("yantang"))
    sealed = other.seal()
    assert sealed is not None
    assert sealed.manifest.number == 3
    assert other.verify().fits
    assert watch.verify(offline=True).fits
    engine.dispose()


def _seal_repeatedly(database: str, root: str, name: str) -> None:
    engine = open_database(database)
    mine = Watch(engine, Path(root))
    for number in range(4):
        mine.audit(name, broken(name, number))
        mine.seal()
    engine.dispose()


def test_two_processes_that_seal_at_once_make_one_chain(watch: Watch) -> None:
    """The night closes while a person seals by hand."""
    database = str(watch.engine.url)
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=_seal_repeatedly, args=(database, str(watch.root), name)) for name in ("qinghe", "bai")
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    watch.seal()
    done = watch.verify()
    assert done.fits, done.faults[0].line
    assert done.counted.files == 16


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.45])
def test_kill_9_at_any_moment_loses_nothing(watch: Watch, seconds: float) -> None:
    """A process that files and seals is killed: the next one finds every file that was whole, and the chain holds."""
    watch.two_nights()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_seal_repeatedly, args=(str(watch.engine.url), str(watch.root), "qinghe"))
    process.start()
    give_up = time.monotonic() + 40
    while len([*watch.root.glob("*qinghe*")]) < 3 and time.monotonic() < give_up:
        time.sleep(0.01)
    time.sleep(seconds)
    process.kill()
    process.join(30)
    watch.seal(now=NOW + timedelta(days=2))
    done = watch.verify()
    assert done.fits, done.faults[0].line
    assert done.unsealed == 0
    assert watch.verify(offline=True).fits


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other/1"},
        {"files": [{"path": "../x", "sha256": "0" * 64, "size": 1, "kind": "warc", "audit": None}]},
        {"files": [{"path": "/etc/x", "sha256": "0" * 64, "size": 1, "kind": "warc", "audit": None}]},
        {"kind": "strange"},
        {"number": "one", "made_at": 3},
    ],
)
def test_what_is_no_manifest_is_not_read_as_one(watch: Watch, change: dict[str, object]) -> None:
    """Also one that would lead outside of the folder when its files are purged."""
    watch.audit("qinghe", broken("qinghe"))
    sealed = watch.seal()
    assert sealed is not None
    body = json.loads(sealed.path.read_bytes())
    altered = json.dumps({**body, **change}, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    with pytest.raises(ManifestUnreadableError):
        read_link(altered)


def test_the_white_space_of_a_manifest_is_not_free(watch: Watch) -> None:
    watch.audit("qinghe", broken("qinghe"))
    sealed = watch.seal()
    assert sealed is not None
    with pytest.raises(ManifestUnreadableError, match="规范"):
        read_link(sealed.path.read_bytes() + b"\n")


def test_manifests_and_pieces_are_never_changed_in_the_database(database_url: str, tmp_path: Path) -> None:
    """On both databases the table refuses, whoever asks."""
    engine = open_database(database_url)
    watch = Watch(engine, tmp_path / "evidence")
    watch.audit("qinghe", broken("qinghe"), missing("qinghe"))
    watch.seal()
    assert watch.verify().fits
    for statement in (
        "UPDATE evidence_manifest SET number = 2",
        "DELETE FROM evidence_manifest",
        "UPDATE evidence_piece SET name = 'x'",
        "DELETE FROM evidence_piece",
    ):
        with pytest.raises(StorageError), transaction(engine) as connection:
            connection.execute(text(statement))
    engine.dispose()


def test_where_the_evidence_of_a_finding_stands(watch: Watch, tmp_path: Path) -> None:
    """By the number of the audit and the name in the finding, also after the folder was moved."""
    number = watch.audit("qinghe", broken("qinghe"), day=date(2026, 11, 20))
    pieces = EvidencePieces(watch.engine)
    name = f"audit-{number}.warc.gz"
    found = pieces.find(number, name, watch.root)
    assert found is not None
    assert found.is_file()
    moved = tmp_path / "moved"
    shutil.move(watch.root, moved)
    there = pieces.find(number, name, moved)
    assert there is not None
    assert there.is_relative_to(moved)
    assert pieces.find(number, "../../etc/passwd", moved) is None


def test_a_chain_needs_no_database_to_be_read(watch: Watch) -> None:
    watch.two_nights()
    chain: Engine = watch.engine
    chain.dispose()
    assert ManifestFiles(watch.root).numbers() == (1, 2)
    assert ManifestChain(watch.root, watch.engine).ledger().number == 2
