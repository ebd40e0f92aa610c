"""Lists of the console: what a search finds, how pages are cut, and that a large table is not read card by card."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import Engine, event, select, text

from records.accounts import Role
from records.desk import CardQuery, FindingCard, Pile
from records.duties import DutyAction, DutyEntry
from records.nights import NightState
from records.sightings import LifeState
from records.verdicts import Severity
from storage.account_tables import account
from storage.accounts import AccountRepository
from storage.cards import CardRepository
from storage.database import migration_config, transaction
from storage.desk_tables import finding_card
from storage.duties import DutyRepository
from storage.night_board import NightBoard
from storage.nights import NightRepository

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
DAY = date(2026, 11, 21)


def card(number: int, pile: Pile = Pile.OPEN, **told: object) -> FindingCard:
    """A card whose rank is its number; three of them have one cause."""
    made = FindingCard(
        id=0, site="q.test", finding=f"f{number:03}", site_name="清河门户", unit="qinghe", unit_name="清河县",
        check="broken_link", severity=Severity.MAJOR, subject=f"http://q.test/{number}", message="打不开",
        life=LifeState.SUSPECTED, review=None, standing="疑似", pile=pile, rank=f"0|{number:03}", since=NOW,
        last_seen=NOW, healed_at=None, first=DAY, tries=1, lacking="", cause=f"c{number // 3}", cause_title="同因",
        watched=True, current=True, audit=None, assigned="", suppressed_until=None, turns_on=None, version=0,
    )  # fmt: skip
    return replace(made, **told)  # type: ignore[arg-type]  # fields of a card


@pytest.fixture
def cards(engine: Engine) -> CardRepository:
    made = CardRepository(engine)
    told: dict[int, dict[str, object]] = {
        1: {"message": "100%_完成的公告打不开"},
        4: {"subject": "http://q.test/Zwgk/TZGG/4.HTML", "message": "附件下载不了"},
        7: {"message": "门", "pile": Pile.CONFIRMED},
    }
    made.put("q.test", [card(number, **told.get(number, {})) for number in range(9)])
    return made


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("门", [0, 1, 2, 3, 4, 5, 6, 7, 8]),  # one character: the name of the portal has it
        ("公告", [1]),  # two
        ("打不开 清河", [0, 1, 2, 3, 5, 6, 8]),  # every word, wherever it stands
        ("zwgk", [4]),
        ("TZGG/4.html", [4]),  # large and small letters are one, on both databases
        ("100%_完", [1]),  # signs of a pattern are signs
        ("1_0", []),
        ("没有的字", []),
        ("F004", [4]),
    ],
)
def test_what_a_search_finds(cards: CardRepository, words: str, found: list[int]) -> None:
    """The same on both databases, in pages, counts, piles and causes alike."""
    query = CardQuery(pile=None, text=words)
    assert [one.finding for one in cards.page(query, limit=100)] == [f"f{number:03}" for number in found]
    assert cards.count(query) == len(found)
    assert sum(cards.piles(query).values()) == len(found)
    groups = cards.groups(query, limit=100)
    assert (groups.cards, groups.causes) == (len(found), len({number // 3 for number in found}))
    assert [one.lead.finding for one in groups.items] == sorted(
        {min(f"f{one:03}" for one in found if one // 3 == cause) for cause in {number // 3 for number in found}}
    )


def test_a_search_is_paged_and_filtered(cards: CardRepository) -> None:
    """A page of a search begins where the last one ended; other filters hold beside the words."""
    query = CardQuery(text="打不开")
    pages = [[one.finding for one in cards.page(query, limit=3, offset=offset)] for offset in (0, 3, 6)]
    assert pages == [["f000", "f001", "f002"], ["f003", "f005", "f006"], ["f008"]]
    assert cards.count(replace(query, severity=Severity.MINOR)) == 0
    assert cards.count(replace(query, unread=True, check="broken_link", first_from=DAY)) == 7
    assert cards.count(replace(query, pile=Pile.CONFIRMED)) == 0


def test_the_cards_beside_one_in_a_search(cards: CardRepository) -> None:
    """Going on by keyboard keeps to what was searched for, at both ends too."""
    query = CardQuery(text="打不开")
    by_finding = {one.finding: one for one in cards.page(CardQuery(pile=None), limit=100)}

    def beside(finding: str) -> tuple[str | None, ...]:
        names = {one.id: one.finding for one in by_finding.values()}
        return tuple(None if one is None else names[one] for one in cards.beside(by_finding[finding], query))

    assert beside("f003") == ("f002", "f005")
    assert beside("f004") == ("f003", "f005")  # itself not among what is asked for
    assert beside("f000") == (None, "f001")
    assert beside("f008") == ("f006", None)


@contextmanager
def asked(engine: Engine) -> Iterator[list[tuple[str, object]]]:
    found: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        if statement != "BEGIN":  # of SQLite
            found.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL chooses by its statistics
@pytest.mark.parametrize("pile", [None, Pile.OPEN], ids=str)
@pytest.mark.parametrize("more", [{}, {"severity": Severity.MAJOR, "check": "broken_link", "unread": True}], ids=str)
def test_sqlite_searches_in_the_index_of_words(
    cards: CardRepository, engine: Engine, pile: Pile | None, more: dict[str, object]
) -> None:
    """A plan that fetches every card for its words takes six times as long with a hundred thousand of them."""
    query = CardQuery(pile=pile, text="打不开", **more)  # type: ignore[arg-type]  # fields of a query
    one = cards.page(CardQuery(), limit=1)[0]
    with asked(engine) as statements:
        cards.groups(query, limit=40)
        cards.count(query)
        cards.page(query, limit=40)
        cards.beside(one, query)
    looked = [(sql, values) for sql, values in statements if "LIKE" in sql]
    assert len(looked) == 4
    with engine.connect() as connection:
        for sql, values in looked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()  # type: ignore[arg-type]
            assert any("USING COVERING INDEX ix_finding_card_words" in row.detail for row in plan), (sql, plan)


def test_words_of_any_length_are_kept(engine: Engine) -> None:
    """PostgreSQL takes no index entry of more than 2.7 kB; an address may be longer."""
    cards = CardRepository(engine)
    cards.put("q.test", [card(1, subject="http://q.test/" + "章" * 3000)])
    assert cards.count(CardQuery(text="章章")) == 1


def test_duties_are_paged(engine: Engine, begin: Callable[[], int]) -> None:
    """The open ones by their term, the closed ones newest first; each with what was done, and nothing is read twice."""
    duties = DutyRepository(engine)
    audit = begin()
    for number in range(7):
        duties.open(
            site=f"{number}.test", unit="q", url=f"http://{number}.test/", at=NOW, night=None, audit=audit,
            due=DAY + timedelta(days=number % 3), told="403",
        )  # fmt: skip
    for number in (2, 5):
        duties.add(number, DutyEntry(DutyAction.CLOSED, "王", NOW, "好了"))
    first, total = duties.page(closed=False, limit=3, offset=0)
    rest, _ = duties.page(closed=False, limit=3, offset=3)
    assert total == 5
    assert [one.id for one in (*first, *rest)] == [1, 4, 7, 3, 6]
    closed, total = duties.page(closed=True, limit=1, offset=0)
    assert (total, [one.id for one in closed]) == (2, [5])
    assert [entry.action for entry in closed[0].entries] == [DutyAction.OPENED, DutyAction.CLOSED]
    with asked(engine) as statements:
        duties.page(closed=False, limit=50, offset=0)
    assert len(statements) == 3
    found = duties.open_at("3.test")
    assert (found is not None and found.id, duties.open_at("1.test")) == (4, None)


def test_nights_are_listed_without_their_visits(engine: Engine) -> None:
    """A list of nights counts its visits in the database; the visits of one come a page at a time."""
    nights, board = NightRepository(engine), NightBoard(engine)
    for day in range(3):
        made = nights.begin(
            "c", DAY + timedelta(days=day), by="王", now=NOW, portals=[(f"u{n}", f"http://{n}.test/") for n in range(5)]
        )
        nights.set_state(made.id, NightState.HEALTHY, by="王", why="试", now=NOW)
    other = nights.begin("other", DAY, by="王", now=NOW)
    with transaction(engine) as connection:
        connection.execute(text("UPDATE portal_visit SET state = 'done' WHERE night_id = 2 AND position <= 3"))
    with asked(engine) as statements:
        heads = board.heads("c", limit=2)
    assert len(statements) == 2
    assert [(one.id, one.portals, one.done) for one in heads] == [(3, 5, 0), (2, 5, 3)]
    whole = nights.load(2)
    head = heads[1]
    assert (head.city, head.day, head.state, head.began, head.ended, head.by, head.told, head.scope) == (
        whole.city, whole.day, whole.state, whole.began, whole.ended, whole.by, whole.told, whole.scope,
    )  # fmt: skip
    assert [(one.id, one.portals) for one in board.heads("other", limit=9)] == [(other.id, 0)]
    assert board.heads("none", limit=9) == ()
    assert board.visits(2, limit=2, offset=3) == (whole.visits[3:], 5)
    assert board.visits(2, states=("done",), limit=9) == (whole.visits[:3], 3)


def test_who_may_be_given_something_is_asked_by_role(engine: Engine) -> None:
    """Three thousand accounts of units are not read to offer the names of five analysts."""
    rows = [
        {"login": login, "name": login, "role": role, "unit": unit, "password": "-", "must_change": False,
         "created_at": NOW.isoformat(), "disabled_at": gone}
        for login, role, unit, gone in (
            ("b", "analyst", None, None), ("a", "analyst", None, None), ("gone", "analyst", None, NOW.isoformat()),
            ("u", "unit", "q", None), ("o", "office", None, None),
        )
    ]  # fmt: skip
    with transaction(engine) as connection:
        connection.execute(account.insert(), rows)
    accounts = AccountRepository(engine)
    assert [one.login for one in accounts.active((Role.ANALYST,))] == ["a", "b"]
    assert [one.login for one in accounts.active((Role.ANALYST, Role.OFFICE))] == ["a", "b", "o"]


def test_cards_of_before_are_searched_after_the_migration(engine: Engine, cards: CardRepository) -> None:
    """Cards stay with their numbers and words through 0015, forth and back."""
    with engine.connect() as connection:
        before = connection.execute(select(finding_card).order_by(finding_card.c.id)).all()
    for step in (command.downgrade, command.upgrade):
        with transaction(engine) as connection:
            step(migration_config(connection), "0014" if step is command.downgrade else "head")
    with engine.connect() as connection:
        assert connection.execute(select(finding_card).order_by(finding_card.c.id)).all() == before
    assert cards.count(CardQuery(text="打不开")) == 7
