"""Migration 0010: decisions of before stay, the third word is taken, nothing that was written is changed."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import Engine, delete, text, update
from sqlalchemy.exc import DBAPIError

from storage.all_tables import metadata
from storage.database import migration_config, open_database, transaction

REVIEWS = (
    "INSERT INTO finding_review (site, finding, state, why, \"by\", at) VALUES ('s', 'f', '{}', '因', '王', '2026')"
)
KEPT = {
    "finding_comment": "(site, finding, \"by\", at, text) VALUES ('s', 'f', 'w', '2026', 't')",
    "finding_assignment": "(site, finding, assigned, \"by\", at) VALUES ('s', 'f', 'w', 'w', '2026')",
    "desk_decision": (
        "(batch, site, finding, action, \"by\", name, at, why) VALUES ('b', 's', 'f', 'confirm', 'w', 'w', '2', '')"
    ),
}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = open_database(database_url)
    yield made
    made.dispose()


def move(engine: Engine, revision: str) -> None:
    with transaction(engine) as connection:
        config = migration_config(connection)
        (command.upgrade if revision == "head" else command.downgrade)(config, revision)


def test_decisions_of_before_stay_with_their_numbers(engine: Engine) -> None:
    move(engine, "0009")
    with transaction(engine) as connection:
        for state in ("confirmed", "dismissed"):
            connection.execute(text(REVIEWS.format(state)))
        before = connection.execute(text('SELECT id, state, why, "by" FROM finding_review ORDER BY id')).all()
    move(engine, "head")
    with transaction(engine) as connection:
        assert connection.execute(text('SELECT id, state, why, "by" FROM finding_review ORDER BY id')).all() == before
        connection.execute(text(REVIEWS.format("withdrawn")))
        assert connection.scalar(text("SELECT max(id) FROM finding_review")) == before[-1].id + 1
        assert connection.scalar(text("SELECT count(*) FROM card_due WHERE site = 's' AND finding = 'f'")) == 1


def test_an_older_program_is_not_handed_what_it_cannot_say(engine: Engine) -> None:
    """Going back would make a decision that was taken back stand again."""
    move(engine, "0009")
    move(engine, "head")
    with transaction(engine) as connection:
        connection.execute(text(REVIEWS.format("withdrawn")))
    with pytest.raises(RuntimeError, match="taken back"):
        move(engine, "0009")


def test_reviews_are_still_never_changed(engine: Engine) -> None:
    """The table was written anew: its guards must have come along."""
    with transaction(engine) as connection:
        connection.execute(text(REVIEWS.format("confirmed")))
    for statement in ("UPDATE finding_review SET why = 'x'", "DELETE FROM finding_review", REVIEWS.format("perhaps")):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(statement))


@pytest.mark.parametrize("table", KEPT)
def test_what_was_said_at_the_desk_is_never_changed(engine: Engine, table: str) -> None:
    with transaction(engine) as connection:
        connection.execute(text(f"INSERT INTO {table} {KEPT[table]}"))
    changed = metadata.tables[table]
    for statement in (update(changed).values(site="x"), delete(changed)):
        with pytest.raises(DBAPIError, match="only added to"), engine.begin() as connection:
            connection.execute(statement)
