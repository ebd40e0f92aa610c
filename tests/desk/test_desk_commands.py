"""``chengjian findings`` as the desk: refresh, assign, comment, undo, sample."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from alembic import command

from records.desk import CardQuery, Pile
from storage.cards import CardRepository
from storage.clock import now
from storage.database import migration_config, open_database, transaction
from tests.nights.watched_city import DEAD, KEY, URL, WatchedCity, finding
from tests.program import Called, called

Run = Callable[..., Called]
BROKEN = finding()


@pytest.fixture
def city(tmp_path: Path) -> WatchedCity:
    made = WatchedCity(tmp_path / "watch.sqlite3")
    when = now().replace(hour=1, minute=0) - timedelta(days=2)
    made.night(when, BROKEN, finding("stale_column", URL + "zwgk/tz/"))
    return made


@pytest.fixture
def run(city: WatchedCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CHENGJIAN_HOME", str(tmp_path / "home"))
    document = {
        "format": "chengjian.city/1", "id": "demo", "name": "示范市", "short_name": "示范", "province": "河南省",
        "units": [{"id": "qinghe", "name": "青禾县", "kind": "county", "portals": [{"url": URL, "source": "测试"}]}],
    }  # fmt: skip
    path = tmp_path / "units.yml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")

    def call(*words: str) -> Called:
        here = ["--city", str(path)] if words[0] in ("refresh", "assign", "comment", "sample") else []
        return called("findings", *words, *here, "--db", f"sqlite:///{city.path}")

    return call


def cards(city: WatchedCity) -> CardRepository:
    return CardRepository(city.engine)


def test_refresh_makes_every_card_again(run: Run, city: WatchedCity) -> None:
    assert run("refresh").stdout == "已重做 1 个门户的卡片\n"
    assert [one.unit_name for one in cards(city).page(CardQuery(pile=None), limit=9)] == ["青禾县", "青禾县"]


def test_assign_and_comment(run: Run, city: WatchedCity) -> None:
    assert run("assign", BROKEN.id, "--to", "wang", "--by", "li").exit_code == 0
    card = cards(city).of(KEY, BROKEN.id)
    assert card is not None
    assert card.assigned == "wang"
    assert run("comment", BROKEN.id, "--text", "已联系", "--by", "li").stdout == "li：已联系\n"
    assert run("comment", BROKEN.id, "--by", "li").exit_code == 2
    assert run("assign", "none", "--to", "wang").exit_code == 2


def test_undo_takes_the_last_decision_back(run: Run, city: WatchedCity) -> None:
    assert "没有可以撤销的决定" in run("undo", BROKEN.id, "--by", "王").output
    run("dismiss", BROKEN.id, "--why", "误判", "--by", "王")
    run("refresh")
    assert cards(city).count(CardQuery(pile=Pile.SUPPRESSED)) == 1
    assert "已撤销 王 的“已否定”" in run("undo", BROKEN.id, "--by", "李").stdout
    run("refresh")
    assert cards(city).count(CardQuery(pile=Pile.OPEN)) == 2
    assert "撤销上一决定" in run("show", BROKEN.id).stdout


def test_the_sample_is_blind_at_the_terminal_as_well(run: Run, city: WatchedCity) -> None:
    listed = run("sample", "--by", "wang").stdout
    assert DEAD in listed
    assert "我们：" not in listed
    number = next(line.split(" ", 1)[0] for line in listed.splitlines() if DEAD in line)
    assert "我们的判断是：" in run("sample", number, "--saw", "good", "--by", "wang").stdout
    assert "我们：" in run("sample", "--by", "wang").stdout
    assert "我们：" not in run("sample", "--by", "li").stdout
    assert "合计 误判：1/1 = 100.0%" in run("sample", "--rates").stdout
    assert run("sample", number, "--saw", "good", "--by", "wang").exit_code == 2
    assert run("sample", "99", "--saw", "good", "--by", "wang").exit_code == 2
    assert run("sample", number, "--saw", "perhaps", "--by", "li").exit_code == 2


def test_an_older_database_gets_its_cards(city: WatchedCity, tmp_path: Path) -> None:
    """What was written before there were cards is behind, and not forgotten."""
    with transaction(city.engine) as connection:
        command.downgrade(migration_config(connection), "0009")
    city.engine.dispose()
    shutil.copy(city.path, tmp_path / "older.sqlite3")
    engine = open_database(f"sqlite:///{tmp_path / 'older.sqlite3'}")
    assert CardRepository(engine).due(9) == (KEY,)
    engine.dispose()
