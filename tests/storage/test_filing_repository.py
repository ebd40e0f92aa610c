"""Filings on both databases: in one piece or not at all, superseded with a trace, never deleted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text

from records.filings import Attachment, EvidenceFile, FiledValue, FilingFormat, FilingHead
from records.indicators import TraceKind, ValueSource, ValueState
from storage.database import migration_config, open_database, transaction
from storage.errors import StorageError
from storage.evidence_store import EvidenceDamagedError, EvidenceFolderError, EvidenceStore
from storage.filing_facts import pack_fact, unpack_fact
from storage.filings import FilingRepository, Receipt

START = datetime(2026, 11, 21, 2, tzinfo=UTC)
VALUE = FiledValue("qing", "NYC-25", ValueState.SUPPLIED, 2, sheet="填报", cell="F7")


@pytest.fixture
def filings(engine: Engine, tmp_path: Path) -> FilingRepository:
    return FilingRepository(engine, EvidenceStore(tmp_path / "store"))


@pytest.fixture
def file(filings: FilingRepository) -> Callable[..., Receipt]:
    """Record values as if they came from a file of that content."""
    count = iter(range(100))

    def filed(
        body: bytes, *values: FiledValue, provider: str = "市信用办", period: str = "2026", city: str = "nanyang"
    ) -> Receipt:
        digest = filings.store.put(body)
        head = FilingHead(
            scheme="nanyang-county",
            scheme_version="1",
            scheme_sha256="0" * 64,
            period=period,
            provider=provider,
            source=ValueSource.OFFICIAL,
            city=city,
            template="1",
            file_name="填报.xlsx",
            file_sha256=digest,
            format=FilingFormat.WORKBOOK,
            supplied_at=START + timedelta(minutes=next(count)),
            effective=date(2026, 10, 31),
        )
        attachments = [EvidenceFile(one.sha256, 3, "pdf") for value in values for one in value.attachments]
        return filings.record(head, values, [EvidenceFile(digest, len(body), "xlsx"), *attachments])

    return filed


def test_a_later_filing_supersedes_and_the_earlier_stays(
    filings: FilingRepository, file: Callable[..., Receipt]
) -> None:
    file(b"one", VALUE)
    receipt = file(b"two", replace(VALUE, value=3))
    (earlier,) = receipt.replaced
    assert earlier.filed.value == 2
    (value,) = filings.values("nanyang", "nanyang-county", "2026")
    assert (value.value, value.provider, value.effective) == (3, "市信用办", date(2026, 10, 31))
    assert value.evidence[0].kind is TraceKind.FILING
    assert value.evidence[0].sha256 == sha256(b"two").hexdigest()
    assert value.evidence[0].place == "填报!F7"
    assert [trace.ref for trace in value.left_out] == [str(earlier.id)]
    first, second = filings.history()
    assert (first.filed.value, second.filed.value, second.supersedes) == (2, 3, first.id)
    assert [(one.values, one.standing) for one in filings.filings()] == [(1, 0), (1, 1)]


def test_the_same_file_again_changes_nothing(filings: FilingRepository, file: Callable[..., Receipt]) -> None:
    file(b"one", VALUE)
    file(b"two", replace(VALUE, value=3))
    receipt = file(b"one", VALUE)
    assert (receipt.filing_id, receipt.taken, len(receipt.known)) == (None, (), 1)
    assert [value.value for value in filings.values("nanyang", "nanyang-county", "2026")] == [3]
    assert len(filings.history()) == 2


def test_providers_that_disagree_both_have_their_value(filings: FilingRepository, file: Callable[..., Receipt]) -> None:
    """A court that says nought must not wipe out the case that another office has reported; the newest comes first."""
    file(b"one", VALUE, provider="司法局")
    file(b"two", replace(VALUE, value=0), provider="市人民法院")
    found = filings.values("nanyang", "nanyang-county", "2026")
    assert [(value.value, value.provider) for value in found] == [(0, "市人民法院"), (2, "司法局")]
    file(b"three", replace(VALUE, value=1), provider="司法局")
    first, second = filings.values("nanyang", "nanyang-county", "2026")
    assert (first.value, first.left_out) == (1, second.left_out + first.left_out)
    assert len(first.left_out) == 1


def test_who_supplies_comes_before_who_cannot(filings: FilingRepository, file: Callable[..., Receipt]) -> None:
    nothing = replace(VALUE, state=ValueState.NOT_SUPPLIED, value=None, reason="系统停用")
    file(b"one", VALUE, provider="司法局")
    file(b"two", nothing, provider="市人民法院")
    found = filings.values("nanyang", "nanyang-county", "2026")
    assert [(value.state, value.value, value.provider) for value in found] == [
        (ValueState.SUPPLIED, 2, "司法局"),
        (ValueState.NOT_SUPPLIED, None, "市人民法院"),
    ]
    file(b"four", nothing, provider="司法局")  # its own value is taken back
    states = {value.state for value in filings.values("nanyang", "nanyang-county", "2026")}
    assert states == {ValueState.NOT_SUPPLIED}


def test_cities_are_apart(filings: FilingRepository, file: Callable[..., Receipt]) -> None:
    """Two cities have a unit of the same id (jiaotong …): neither is scored on the other's numbers."""
    file(b"one", VALUE)
    assert file(b"two", replace(VALUE, value=9), city="yunxi").replaced == ()
    assert file(b"one", VALUE, city="yunxi").filing_id is not None  # the same bytes, for another city
    assert [value.value for value in filings.values("nanyang", "nanyang-county", "2026")] == [2]
    assert [value.value for value in filings.values("yunxi", "nanyang-county", "2026")] == [2]
    assert len(filings.standing(city="nanyang")) == len(filings.standing(city="yunxi")) == 1
    assert filings.periods("yunxi", "nanyang-county") == ("2026",)
    assert filings.periods("elsewhere", "nanyang-county") == ()


def test_periods_and_schemes_are_apart(filings: FilingRepository, file: Callable[..., Receipt]) -> None:
    file(b"one", VALUE)
    assert file(b"two", replace(VALUE, value=9), period="2027").replaced == ()
    assert [value.value for value in filings.values("nanyang", "nanyang-county", "2026")] == [2]
    assert filings.values("nanyang", "jiyuan", "2026") == ()


def test_a_failure_leaves_nothing(
    filings: FilingRepository, file: Callable[..., Receipt], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second value of a file fails: the first must not be there either."""

    def fail_on_second(filed: FiledValue) -> bytes:
        if filed.indicator == "NYC-26":
            raise ValueError("disk on fire")
        return pack_fact(filed)

    monkeypatch.setattr("storage.filings.pack_fact", fail_on_second)
    with pytest.raises(ValueError, match="disk on fire"):
        file(b"one", VALUE, replace(VALUE, indicator="NYC-26"))
    assert filings.history() == ()
    assert filings.filings() == ()
    assert filings.verify() == (0, ())


def test_a_file_that_is_not_in_the_store_cannot_be_recorded(
    filings: FilingRepository, file: Callable[..., Receipt]
) -> None:
    with pytest.raises(EvidenceDamagedError, match="缺失"):
        file(b"one", replace(VALUE, attachments=(Attachment("a.pdf", "a" * 64),)))
    assert filings.history() == ()


def test_attachments_come_back_in_their_order_and_with_their_names(
    filings: FilingRepository, file: Callable[..., Receipt]
) -> None:
    digests = [filings.store.put(body) for body in (b"abc", b"def")]
    named = (Attachment("乙\x00.pdf", digests[1], "第3页"), Attachment("甲.pdf", digests[0]))
    file(b"one", replace(VALUE, attachments=named))
    (kept,) = filings.history()
    assert kept.filed.attachments == named
    found = filings.evidence(digests[0])
    assert found is not None
    assert (found.kind, found.size) == ("pdf", 3)
    assert filings.evidence("b" * 64) is None


def test_a_file_used_twice_is_shown_until_one_use_is_replaced(
    filings: FilingRepository, file: Callable[..., Receipt]
) -> None:
    """One sheet of paper for two counties, or last year's for this year, is what a reviewer has to see."""
    shared = Attachment("a.pdf", filings.store.put(b"abc"))
    own = Attachment("b.pdf", filings.store.put(b"def"))
    file(b"one", replace(VALUE, attachments=(shared, own, shared)))
    assert filings.shared_files() == ()
    file(b"two", replace(VALUE, unit="bai", attachments=(shared,)))
    file(b"three", replace(VALUE, attachments=(shared,)), period="2027")
    (use,) = filings.shared_files()
    assert (use.sha256, len(use.uses)) == (shared.sha256, 3)
    file(b"four", replace(VALUE, unit="bai", attachments=(own,)))
    file(b"five", replace(VALUE, value=5), period="2027")
    assert [one.sha256 for one in filings.shared_files()] == [own.sha256]


@pytest.mark.parametrize(
    "value",
    [0, True, Decimal("0.1"), Decimal("1E-7"), "优秀", ["graded"], {"points": Decimal("5.5"), "serious_late": False}],
)
def test_a_value_keeps_every_digit_and_its_type(value: object) -> None:
    back = unpack_fact(pack_fact(replace(VALUE, value=value))).value
    assert back == value
    assert type(back) is type(value)
    assert str(back) == str(value)


def test_the_store_says_what_it_cannot_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(EvidenceFolderError, match="写不了佐证文件夹"):
        EvidenceStore(tmp_path / "file").put(b"abc")
    store = EvidenceStore(tmp_path / "store")
    digest = store.put(b"abc")
    assert store.put(b"abc") == digest
    assert store.read(digest) == b"abc"
    assert [path.name for path in (tmp_path / "store" / digest[:2]).iterdir()] == [digest]
    for wrong in ("../../etc/passwd", digest[:-1], digest.upper()):
        with pytest.raises(EvidenceDamagedError, match="不合法"):
            store.read(wrong)
    path = tmp_path / "store" / digest[:2] / digest
    path.chmod(0o644)
    path.write_bytes(b"abd")
    with pytest.raises(EvidenceDamagedError, match="已被改动"):
        store.put(b"abc")  # never written over: somebody has to look first
    assert issubclass(EvidenceDamagedError, StorageError)


def test_the_migration_keeps_what_was_there_before(engine: Engine, database_url: str) -> None:
    """From the last shape without filings, with data in it, up again."""
    with transaction(engine) as connection:
        command.downgrade(migration_config(connection), "0001")
        connection.execute(text("INSERT INTO site (key, url) VALUES ('k', 'u')"))
    again = open_database(database_url)
    with again.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM site")) == 1
        assert connection.scalar(text("SELECT count(*) FROM filing")) == 0
    again.dispose()
