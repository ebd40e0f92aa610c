"""`verify` finds every altered byte, says the first, and knows what was purged from what is lost."""

import gzip
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.schemes import WrongCallError
from services.verification.warc_records import read_records
from storage.database import open_database
from tests.evidence.evidence_builder import PNG, Watch, broken

GUARDED = ("evidence_manifest", "evidence_piece")


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """Two nights, made once: tests put back what they alter."""
    folder = tmp_path_factory.mktemp("sealed")
    engine = open_database(f"sqlite:///{folder / 'watch.sqlite3'}")
    with engine.begin() as connection:
        for table in GUARDED:  # whoever alters a database behind our back first takes the triggers away
            connection.execute(text(f"DROP TRIGGER {table}_no_update"))
            connection.execute(text(f"DROP TRIGGER {table}_no_delete"))
    made = Watch(engine, folder / "evidence")
    made.two_nights()
    yield made
    engine.dispose()


def files_of(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file() and path.name != ".lock")


def test_what_was_sealed_fits(sealed: Watch) -> None:
    """Without this, finding faults would prove nothing."""
    for offline in (False, True):
        done = sealed.verify(offline=offline)
        assert (done.faults, done.counted.files, done.ledger.number) == ([], 7, 2)
        assert done.counted.records == 10
    assert sealed.verify().rows == 3


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choice=st.data())
def test_an_altered_byte_is_found_wherever_it_is(sealed: Watch, choice: st.DataObject) -> None:
    """Any bit of any byte of any evidence file, manifest, list of sums or chain file; without the database."""
    path = choice.draw(st.sampled_from(files_of(sealed.root)))
    body = path.read_bytes()
    place = choice.draw(st.integers(0, len(body) - 1))
    altered = bytearray(body)
    altered[place] ^= 1 << choice.draw(st.integers(0, 7))
    os.chmod(path, 0o644)
    path.write_bytes(altered)
    try:
        faults = sealed.verify(offline=True).faults
        assert faults, f"{path.name} byte {place}"
        first = faults[0]
        assert path.name in first.place or path.suffix == ".sha256" or path.parent.name == "manifests"
        assert path.name in "".join(fault.line for fault in faults)
    finally:
        path.write_bytes(body)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choice=st.data())
def test_a_file_that_was_cut_lengthened_or_removed_is_found(sealed: Watch, choice: st.DataObject) -> None:
    path = choice.draw(st.sampled_from(files_of(sealed.root)))
    body = path.read_bytes()
    os.chmod(path, 0o644)
    match choice.draw(st.sampled_from(["cut", "more", "gone", "empty"])):
        case "cut":
            path.write_bytes(body[: choice.draw(st.integers(1, len(body) - 1))])
        case "more":
            path.write_bytes(body + b"\n")
        case "empty":
            path.write_bytes(b"")
        case _:
            path.unlink()
    try:
        assert path.name in "".join(fault.line for fault in sealed.verify(offline=True).faults)
    finally:
        path.write_bytes(body)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(1, 2), place=st.integers(0, 5000), bit=st.integers(0, 7))
def test_an_altered_byte_of_a_manifest_row_is_found(sealed: Watch, number: int, place: int, bit: int) -> None:
    with sealed.engine.begin() as connection:
        body = bytes(connection.scalar(text("SELECT body FROM evidence_manifest WHERE number = :n"), {"n": number}))
    altered = bytearray(body)
    altered[place % len(body)] ^= 1 << bit
    update = text("UPDATE evidence_manifest SET body = :body WHERE number = :n")
    with sealed.engine.begin() as connection:
        connection.execute(update, {"body": bytes(altered), "n": number})
    try:
        [fault] = sealed.verify().faults
        assert (fault.place, fault.since) == (f"数据库：第 {number} 份清单", number)
    finally:
        with sealed.engine.begin() as connection:
            connection.execute(update, {"body": body, "n": number})


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("evidence_manifest", "sha256", "0" * 64, "第 1 份清单"),
        ("evidence_manifest", "previous", "f" * 64, "previous"),
        ("evidence_manifest", "kind", "day", "kind"),
        ("evidence_manifest", "night", 7, "night"),
        ("evidence_manifest", "made_at", "2020-01-01T00:00:00+08:00", "made_at"),
        ("evidence_piece", "sha256", "0" * 64, "证据记录"),
        ("finding", "subject", "http://www.else.test/", "findings 1"),
        ("finding", "severity", "notice", "findings 1"),
        ("audit", "program", "9.9", "findings 1"),
    ],
)
def test_an_altered_row_is_found(sealed: Watch, table: str, column: str, value: object, words: str) -> None:
    """The manifest's row column by column, and what a night sealed of the findings."""
    where = {
        "evidence_manifest": "number = 1",
        "evidence_piece": "id = 1",
        "audit": "id = 1",
        "finding": "audit_id = 1 AND position = 0",
    }[table]
    select, update = f"SELECT {column} FROM {table} WHERE {where}", f"UPDATE {table} SET {column} = :v WHERE {where}"  # noqa: S608
    with sealed.engine.begin() as connection:
        before = connection.scalar(text(select))
        connection.execute(text(update), {"v": value})
    try:
        faults = sealed.verify().faults
        assert faults
        assert words in faults[0].line
    finally:
        with sealed.engine.begin() as connection:
            connection.execute(text(update), {"v": before})
    assert sealed.verify().fits


def test_a_row_that_was_removed_is_found(watch: Watch) -> None:
    watch.two_nights()
    with watch.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER evidence_manifest_no_delete"))
        connection.execute(text("DELETE FROM evidence_manifest WHERE number = 2"))
    [fault] = watch.verify().faults
    assert fault.place == "数据库：第 2 份清单"
    with watch.engine.begin() as connection:
        connection.execute(text("DELETE FROM evidence_manifest"))
    assert len(watch.verify().faults) == 2


def test_the_first_that_does_not_fit_is_told_with_everything(sealed: Watch) -> None:
    """Which file, which record, what was expected and found, since which manifest."""
    path = next(sealed.root.glob("*qinghe*1120*/*.warc.gz"))
    records = [one for one in read_records(path) if not one.fault]
    wanted = records[3]
    body = path.read_bytes()
    altered = bytearray(body)
    altered[wanted.offset + 40] ^= 0xFF
    path.write_bytes(altered)
    try:
        fault = sealed.verify().faults[0]
    finally:
        path.write_bytes(body)
    assert fault.place == path.relative_to(sealed.root).as_posix()
    assert f"第 4 条记录，第 {wanted.offset} 字节起" in fault.record
    assert (len(fault.expected), len(fault.found), fault.since) == (64, 64, 1)
    assert fault.expected != fault.found


def test_manifests_are_judged_before_files(sealed: Watch, tmp_path: Path) -> None:
    """A file list that cannot be trusted is the first thing to say."""
    copy = Watch(sealed.engine, tmp_path / "copy")
    shutil.copytree(sealed.root, copy.root)
    next(copy.root.rglob("*.warc.gz")).unlink()
    manifest = copy.root / "manifests" / "000001.json"
    os.chmod(manifest, 0o644)
    manifest.write_bytes(manifest.read_bytes().replace(b"0.1.0", b"0.1.1"))
    places = [fault.place for fault in copy.verify(offline=True).faults]
    assert places[0] == "manifests/000001.json"
    assert any(place.endswith(".warc.gz") for place in places)


def test_whoever_rewrites_the_whole_chain_is_found_by_the_head_that_was_printed(sealed: Watch, tmp_path: Path) -> None:
    """Everything in the folder can be made to fit by who owns it: the head in the mail cannot."""
    head = sealed.verify().ledger.head
    assert sealed.verify(offline=True, head=head).fits
    engine = open_database(f"sqlite:///{tmp_path / 'forged.sqlite3'}")
    forged = Watch(engine, tmp_path / "evidence")
    forged.two_nights()
    assert forged.verify(offline=True).fits
    [fault] = forged.verify(offline=True, head=head).faults
    assert fault.expected == head
    engine.dispose()


def test_an_earlier_head_is_in_the_chain_too(sealed: Watch) -> None:
    """A report of last month prints the head of last month."""
    [first, *_] = [row.sha256 for row in sealed.chain.rows()]
    assert sealed.verify(offline=True, head=first).fits


def test_a_folder_whose_manifests_are_all_gone_does_not_fit(watch: Watch) -> None:
    """ "Nothing to check" must not read as "all is well"."""
    watch.two_nights()
    shutil.rmtree(watch.root / "manifests")
    assert not watch.verify(offline=True).fits
    assert len(watch.verify().faults) >= 2


def test_a_folder_that_was_never_sealed_is_said_to_be(watch: Watch) -> None:
    watch.audit("qinghe", broken("qinghe"))
    done = watch.verify()
    assert done.fits
    assert any("还没有封存" in line for line in done.told)
    assert done.unsealed == 2


def test_a_folder_that_is_not_there_is_a_wrong_call(watch: Watch) -> None:
    with pytest.raises(WrongCallError, match="不存在"):
        watch.verify(offline=True)


def test_what_came_since_the_last_manifest_is_counted_and_not_accused(watch: Watch) -> None:
    watch.two_nights()
    watch.audit("liuwan", broken("liuwan"), png=PNG)
    (watch.root / "letter.txt").write_text("甲")
    done = watch.verify()
    assert done.fits
    assert done.unsealed == 4


def test_a_document_that_leads_nowhere_is_found(watch: Watch) -> None:
    """The files fit their hashes, and yet the finding points to another record."""
    watch.audit("qinghe", broken("qinghe"))
    [document] = watch.root.rglob("*.json.gz")
    plain = gzip.decompress(document.read_bytes())
    body = gzip.compress(plain.replace(b'"offset": ', b'"offset": 1'), mtime=0)
    folder = document.parent / "other"
    folder.mkdir()
    (folder / document.name).write_bytes(body)
    shutil.copy(next(watch.root.rglob("*.warc.gz")), folder)
    watch.seal()
    [fault] = watch.verify(offline=True).faults
    assert fault.place.endswith("other/" + document.name)


def _member(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


@pytest.mark.parametrize(
    ("spoil", "number", "words"),
    [
        (lambda body, at: body[: at[2] + 5], 3, "断"),
        (lambda body, at: body[: at[1]] + _member(b"no record") + body[at[2] :], 2, ""),
        (lambda body, at: body + b"tail", 11, "损坏|断"),
        (lambda body, at: body[: at[1]] + b"\0" * 10 + body[at[1] + 10 :], 2, "损坏"),
    ],
)
def test_a_damaged_record_is_named(
    sealed: Watch, tmp_path: Path, spoil: Callable[[bytes, list[int]], bytes], number: int, words: str
) -> None:
    path = next(sealed.root.glob("*qinghe*1120*/*.warc.gz"))
    at = [one.offset for one in read_records(path)]
    number = min(number, len(at) + 1)
    spoiled = tmp_path / "x.warc.gz"
    spoiled.write_bytes(spoil(path.read_bytes(), at))
    *_, last = read_records(spoiled)
    assert last.fault
    assert last.number == number
    assert any(word in last.fault for word in words.split("|"))


def test_a_payload_that_does_not_match_its_own_digest_is_named(sealed: Watch, tmp_path: Path) -> None:
    """The gzip member is whole, the body in it is another."""
    path = next(sealed.root.glob("*qinghe*1120*/*.warc.gz"))
    records = list(read_records(path))
    response = next(one for one in records if one.kind == "response")
    after = records[response.number]
    body = path.read_bytes()
    plain = gzip.decompress(body[response.offset : after.offset]).replace("未找到".encode(), "已找到".encode())
    spoiled = tmp_path / "x.warc.gz"
    spoiled.write_bytes(body[: response.offset] + _member(plain) + body[after.offset :])
    fault = next(one for one in read_records(spoiled) if one.fault)
    assert (fault.number, fault.kind, fault.address) == (response.number, "response", response.address)


def test_names_that_are_no_text_are_sealed_and_told(watch: Watch) -> None:
    """A stranger's file in the folder, with a name of broken bytes and line breaks, breaks no list."""
    from services.reports.evidence_text import verification_json, verification_text

    watch.audit("qinghe", broken("qinghe"))
    names = (b"a\nb.txt", b"\xff\xfe.txt", b"c\\d.txt", "甲 乙.txt".encode())
    for name in names:
        (watch.root / os.fsdecode(name)).write_bytes(name)
    assert watch.seal() is not None
    assert watch.verify(offline=True).fits
    for name in names:
        (watch.root / os.fsdecode(name)).write_bytes(b"other")
    done = watch.verify(offline=True)
    assert len(done.faults) == len(names)
    text = verification_text(done)
    assert text.encode()
    assert text.count("\n") == 4
    assert verification_json(done)


@pytest.mark.parametrize("name", ["chain.sha256", "000001.sha256", "000001.json"])
def test_a_folder_in_the_place_of_a_file_is_a_fault_and_no_failure(watch: Watch, name: str) -> None:
    watch.two_nights()
    path = watch.root / "manifests" / name
    path.unlink()
    path.mkdir()
    assert name in "".join(fault.line for fault in watch.verify(offline=True).faults)
