"""Purging: what is due goes, with a record in the chain; what anything still needs stays."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from chengjian.evidence_room import open_evidence
from chengjian.score_room import night_view
from chengjian.settings import read_settings
from records.evidence import ManifestKind
from records.review import FindingReview, ReviewState
from services.purge_evidence import PurgeDone, Terms, purge
from services.retention import Standing, keepings, load_retention, news_keeping
from services.schemes import WrongCallError
from storage.errors import StorageError
from storage.finding_reviews import FindingReviews
from storage.kept_answers import KeptAnswers
from storage.tables import body, exchange
from tests.evidence.evidence_builder import BEIJING, NOW, PNG, Watch, broken

RULES = load_retention()
LATER = datetime(2027, 3, 1, 6, 0, tzinfo=BEIJING)  # 101 days after the first night
FIRST, SECOND = date(2026, 11, 20), date(2027, 2, 28)


def standing(watch: Watch, **states: Standing) -> Callable[[], Terms]:
    """Keepings where the finding of each named portal stands so; all others are settled."""

    def current() -> Terms:
        audits = KeptAnswers(watch.engine).audits()
        known = {
            (one.site, finding): states.get(one.site.split(".")[1], Standing.SETTLED)
            for one in audits
            for finding in one.accusations
        }
        return Terms(
            keepings(audits, known, (), RULES), lambda number, day, articles: news_keeping(number, day, (), (), RULES)
        )

    return current


def run(watch: Watch, current: Callable[[], Terms], *, as_of: date | None = None, dry_run: bool = False) -> PurgeDone:
    return purge(watch.chain, current, RULES, as_of=as_of, program="0.1.0", now=LATER, dry_run=dry_run)


@pytest.fixture
def year(watch: Watch) -> Watch:
    """An old night and a new one of three portals, both sealed."""
    names = ("qinghe", "liuwan", "bai")
    for day, now in ((FIRST, NOW), (SECOND, LATER - timedelta(days=1))):
        made = [watch.audit(name, broken(name), day=day, png=PNG, body=f"{name} {day}".encode()) for name in names]
        watch.close(watch.night(made, day, now=now), now=now)
    return watch


def count(watch: Watch, table: object) -> int:
    with watch.engine.connect() as connection:
        return int(connection.scalar(select(func.count()).select_from(table)) or 0)  # type: ignore[arg-type]


def test_what_is_due_goes_and_the_chain_says_so(year: Watch) -> None:
    """Files, answers in the database and their bodies; verify tells "purged by rule" from "lost"."""
    before = (count(year, exchange), count(year, body))
    done = run(year, standing(year, bai=Standing.CONFIRMED))
    assert [one.audit for one in done.due] == [1, 2]
    assert not [*year.root.glob("*qinghe*20261120*"), *year.root.glob("*liuwan*20261120*")]
    assert len([*year.root.glob("*20261120*/*")]) == 3
    assert len([*year.root.glob("*20270228*/*")]) == 9
    assert (count(year, exchange), count(year, body)) == (before[0] - 4, before[1] - 2)
    verified = year.verify()
    assert verified.fits
    assert year.verify(offline=True).fits
    assert len(verified.ledger.purged) == 8
    link = year.chain.link(3)
    assert link is not None
    assert (link.manifest.kind, link.sha256, link.manifest.retention) == (ManifestKind.PURGE, done.sha256, RULES.sha256)
    one = link.manifest.purged[0]
    assert (one.rule, one.sealed, len(one.sha256)) == ("rest", 1, 64)
    assert "90 天" in one.because


def test_a_trial_removes_and_records_nothing(year: Watch) -> None:
    files = sorted(year.root.rglob("*"))
    done = run(year, standing(year), dry_run=True)
    assert len(done.due) == 3
    assert sorted(year.root.rglob("*")) == files
    assert done.sha256 == ""
    assert run(year, standing(year), dry_run=True, as_of=date(2026, 12, 1)).due == ()


def test_a_file_that_is_lost_is_not_explained_by_the_purge_of_others(year: Watch) -> None:
    run(year, standing(year, bai=Standing.CONFIRMED))
    lost = next(year.root.glob("*bai*20261120*/*.warc.gz"))
    lost.unlink()
    [fault] = year.verify(offline=True).faults
    assert fault.place == lost.relative_to(year.root).as_posix()
    assert "没有清除记录" in fault.told


def test_purging_twice_finds_nothing_more(year: Watch) -> None:
    run(year, standing(year))
    assert run(year, standing(year)).due == ()
    assert year.chain.ledger().number == 3


def test_a_body_that_another_audit_needs_stays(watch: Watch) -> None:
    """An unchanged page has one body for all nights."""
    for day, now in ((FIRST, NOW), (SECOND, LATER - timedelta(days=1))):
        watch.close(watch.night([watch.audit("qinghe", broken("qinghe"), day=day)], day, now=now), now=now)
    assert count(watch, body) == 1
    run(watch, standing(watch))
    assert (count(watch, exchange), count(watch, body)) == (2, 1)
    assert watch.audits.exchange(2, broken("qinghe").subject) is not None


def test_a_picture_that_a_kept_audit_shares_stays(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two audits that file into one folder have one file for one picture."""
    one = watch.audit("qinghe", broken("qinghe"), day=FIRST, png=PNG)
    [folder] = watch.root.iterdir()
    two = watch.audit("liuwan", broken("liuwan"), day=FIRST)
    from services.file_evidence import file_evidence
    from storage.audit_results import AuditResults

    again = next(kept for kept in AuditResults(watch.engine).latest() if kept.audit_id == two)
    file_evidence(
        again.audit, audits=watch.audits, audit_id=two, folder=folder, program="0", screenshots={
            broken("liuwan").id: PNG
        },
    )  # fmt: skip
    watch.close(watch.night([one, two], FIRST))
    for name in ("qinghe", "liuwan"):
        watch.audit(name, day=SECOND)
    watch.seal(now=LATER - timedelta(days=1))
    run(watch, standing(watch, liuwan=Standing.CONFIRMED))
    assert len([*folder.glob("*.png")]) == 1
    assert not (folder / f"audit-{one}.warc.gz").exists()
    assert (folder / f"audit-{two}.warc.gz").exists()
    assert watch.verify().fits


def test_a_purge_that_was_killed_is_finished_by_the_next(year: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record is written, the files still stand: nothing unexplained, nothing left."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("services.purge_evidence._remove", killed)
        with pytest.raises(KeyboardInterrupt):
            run(year, standing(year))
    assert [*year.root.glob("*20261120*/*.warc.gz")]
    verified = year.verify()
    assert verified.fits
    assert any("清除中断" in line for line in verified.told)
    assert year.seal(now=LATER) is None, "what is left over is not evidence anew"
    assert run(year, standing(year)).due == ()
    assert not [*year.root.glob("*20261120*")]
    assert count(year, exchange) == 6
    assert not any("清除中断" in line for line in year.verify().told)


def test_a_file_that_is_not_what_was_sealed_is_not_removed(year: Watch) -> None:
    """Who altered it would be glad of that: it is left for a person, and told."""
    path = next(year.root.glob("*qinghe*20261120*/*.warc.gz"))
    path.write_bytes(b"other")
    done = run(year, standing(year))
    assert path.exists()
    [told] = done.told
    assert path.name in told


def test_a_chain_that_does_not_hold_is_not_purged(year: Watch) -> None:
    manifest = year.root / "manifests" / "000001.json"
    manifest.chmod(0o644)
    manifest.write_bytes(manifest.read_bytes().replace(b"healthy", b"held   "))
    with pytest.raises(StorageError, match="verify"):
        run(year, standing(year))
    assert len([*year.root.glob("*20261120*/*")]) == 9


def test_a_day_that_is_not_yet_is_refused_except_for_a_trial(year: Watch) -> None:
    with pytest.raises(WrongCallError, match="还没有到"):
        run(year, standing(year), as_of=date(2027, 3, 2))
    assert len(run(year, standing(year), as_of=date(2028, 1, 1), dry_run=True).due) == 3


@pytest.mark.parametrize("now", [LATER + timedelta(days=400), NOW - timedelta(days=1)])
def test_a_clock_that_jumped_removes_nothing(year: Watch, now: datetime) -> None:
    """Nights are sealed daily: a long silence, or a day before the last night, says that the clock may be wrong."""
    with pytest.raises(WrongCallError, match="时钟"):
        purge(year.chain, standing(year), RULES, as_of=None, program="0", now=now)
    assert len([*year.root.glob("*20261120*/*")]) == 9
    named = purge(
        year.chain, standing(year), RULES, as_of=date(2026, 11, 20), program="0", now=now if now > NOW else LATER
    )
    assert named.due == ()


def test_what_a_person_confirmed_is_kept_by_the_room(year: Watch) -> None:
    """From the reviews as they are stored to the keeping of each audit."""
    finding = broken("qinghe").id
    FindingReviews(year.engine).add(FindingReview("www.qinghe.test", finding, ReviewState.CONFIRMED, "看过", "甲", NOW))
    FindingReviews(year.engine).add(
        FindingReview("www.bai.test", broken("bai").id, ReviewState.DISMISSED, "不属该单位", "甲", NOW)
    )
    kept = {one.audit.audit_id: one for one in year.room.terms(RULES).audits}
    assert (kept[1].rule, kept[1].until) == ("confirmed", date(2026, 12, 31) + timedelta(days=395))
    assert kept[2].until is None, "undecided, and still there in the newest audit"
    assert (kept[3].rule, kept[3].until) == ("rest", FIRST + timedelta(days=90))


def test_the_gate_of_the_office_says_what_is_confirmed(year: Watch, tmp_path: Path) -> None:
    """``gate.yml`` in the data folder holds for the evidence as it does for the score: what passed it is kept."""
    (tmp_path / "gate.yml").write_text(
        "format: chengjian.gate/1\ntries: 1\ndays: 1\nbands: 1\noffice_hours: false\nsource: 试\n", "utf-8"
    )
    settings = read_settings({"CHENGJIAN_HOME": str(tmp_path), "CHENGJIAN_DB": f"sqlite:///{tmp_path}/watch.sqlite3"})
    night_view(year.engine, settings).catch_up()
    room = open_evidence(settings)
    kept = {one.audit.audit_id: one for one in room.terms(RULES).audits}
    room.engine.dispose()
    assert kept[1].rule == "confirmed"
    assert {one.audit.audit_id: one for one in year.room.terms(RULES).audits}[1].rule == "rest"
