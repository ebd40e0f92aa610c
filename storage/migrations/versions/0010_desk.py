"""The analyst's desk: cards of findings with what is behind, comments, assignments, decisions, blind samples.

Reviews of findings learn a third word, "withdrawn": SQLite cannot change a check, so its table is written anew there,
every row with its number.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from storage.text import AnyText

revision = "0010"
down_revision: str | None = "0009"

REFUSAL = "comments, assignments, decisions and answers are never changed or deleted, only added to"
KEPT = ("finding_comment", "finding_assignment", "desk_decision", "blind_sample", "sample_answer")
REVIEW_REFUSAL = "stored score runs and reviews are never changed or deleted"  # of migration 0003
BEFORE = "state IN ('confirmed', 'dismissed')"
AFTER = "state IN ('confirmed', 'dismissed', 'withdrawn')"

#: table, what is written to it, when, the cards that are behind then
_NEW = "SELECT NEW.site AS site, NEW.finding AS finding"
_OLD = "SELECT OLD.site AS site, OLD.finding AS finding"
_SILENT = "SELECT NEW.site AS site, CASE WHEN NEW.subject LIKE '%://%' THEN '' ELSE NEW.subject END AS finding"
_AUDITED = "SELECT key AS site, '' AS finding FROM site WHERE id = NEW.site_id"
_UNAUDITED = "SELECT key AS site, '' AS finding FROM site WHERE id = OLD.site_id"
_VISITED = "SELECT NEW.url AS site, '@' AS finding"
MARKS = (
    ("finding_review", "INSERT", "", _NEW),
    ("finding_step", "INSERT", "", _NEW),
    ("finding_assignment", "INSERT", "", _NEW),
    ("sighting", "INSERT", "", _NEW),
    ("sighting", "DELETE", "", _OLD),
    ("watched_finding", "INSERT", "", _NEW),
    ("watched_finding", "UPDATE", "", _NEW),
    ("suppression", "INSERT", "", _SILENT),
    ("suppression", "UPDATE", "", _SILENT),
    ("audit", "UPDATE", "NEW.judged_at IS NOT NULL", _AUDITED),
    ("audit", "DELETE", "OLD.judged_at IS NOT NULL", _UNAUDITED),
    (
        "site", "UPDATE", "NEW.name IS NOT NULL AND (OLD.name IS NULL OR NEW.name <> OLD.name)",
        "SELECT NEW.key AS site, '' AS finding",
    ),
    (
        "night", "UPDATE", "NEW.state <> OLD.state",
        "SELECT DISTINCT site, '' AS finding FROM sighting WHERE night_id = NEW.id",
    ),
    ("portal_visit", "INSERT", "NEW.state <> 'waiting'", _VISITED),
    ("portal_visit", "UPDATE", "NEW.state <> 'waiting' AND OLD.state = 'waiting'", _VISITED),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "finding_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", AnyText(), nullable=False),
        sa.Column("finding", AnyText(), nullable=False),
        sa.Column("site_name", AnyText(), nullable=False),
        sa.Column("unit", AnyText(), nullable=False),
        sa.Column("unit_name", AnyText(), nullable=False),
        sa.Column("check", AnyText(), nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("subject", AnyText(), nullable=False),
        sa.Column("message", AnyText(), nullable=False),
        sa.Column("life", sa.String(16), nullable=False),
        sa.Column("review", sa.String(16)),
        sa.Column("standing", AnyText(), nullable=False),
        sa.Column("pile", sa.String(16), nullable=False),
        sa.Column("rank", AnyText(), nullable=False),
        sa.Column("since", sa.String(40)),
        sa.Column("last_seen", sa.String(40)),
        sa.Column("healed_at", sa.String(40)),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lacking", AnyText(), nullable=False),
        sa.Column("cause", sa.String(32), nullable=False),
        sa.Column("cause_title", AnyText(), nullable=False),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("audit", sa.Integer()),
        sa.Column("assigned", AnyText(), nullable=False),
        sa.Column("suppressed_until", sa.Date()),
        sa.Column("turns_on", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", AnyText(), nullable=False),
        sa.CheckConstraint(
            "pile IN ('open', 'confirmed', 'recovered', 'suppressed', 'unverifiable', 'voided')",
            name=op.f("ck_finding_card_pile"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_card")),
        sa.UniqueConstraint("site", "finding", name=op.f("uq_finding_card_site_finding")),
    )
    op.create_index("ix_finding_card_pile", "finding_card", ["pile", "cause", "rank", "first"])
    op.create_index("ix_finding_card_rank", "finding_card", ["pile", "rank"])
    for word in ("unit", "check", "severity", "life", "assigned"):
        op.create_index(f"ix_finding_card_{word}", "finding_card", [word, "pile", "cause", "rank"])
    op.create_index("ix_finding_card_cause", "finding_card", ["cause", "pile", "rank"])
    op.create_index("ix_finding_card_turns", "finding_card", ["turns_on"])
    op.create_table(
        "card_due",
        sa.Column("site", AnyText(), nullable=False),
        sa.Column("finding", AnyText(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "finding", name=op.f("pk_card_due")),
    )
    op.create_table(
        "desk_state",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", AnyText(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_desk_state")),
    )
    op.create_table(
        "finding_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", AnyText(), nullable=False),
        sa.Column("finding", AnyText(), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("text", AnyText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_comment")),
    )
    op.create_index(op.f("ix_finding_comment_site_finding"), "finding_comment", ["site", "finding"])
    op.create_table(
        "finding_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", AnyText(), nullable=False),
        sa.Column("finding", AnyText(), nullable=False),
        sa.Column("assigned", AnyText(), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_assignment")),
    )
    op.create_index(op.f("ix_finding_assignment_site_finding"), "finding_assignment", ["site", "finding"])
    _change_review_states(AFTER)
    op.create_table(
        "desk_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(32), nullable=False),
        sa.Column("site", AnyText(), nullable=False),
        sa.Column("finding", AnyText(), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("name", AnyText(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("why", AnyText(), nullable=False),
        sa.Column("review", sa.Integer()),
        sa.Column("suppression", sa.Integer()),
        sa.Column("undoes", sa.Integer()),
        sa.CheckConstraint(
            "action IN ('confirm', 'dismiss', 'suppress', 'undo')", name=op.f("ck_desk_decision_action")
        ),
        sa.ForeignKeyConstraint(["undoes"], ["desk_decision.id"], name=op.f("fk_desk_decision_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_decision")),
        sa.UniqueConstraint("undoes", name=op.f("uq_desk_decision_undoes")),
    )
    op.create_index(op.f("ix_desk_decision_batch"), "desk_decision", ["batch"])
    op.create_index(op.f("ix_desk_decision_site_finding"), "desk_decision", ["site", "finding"])
    op.create_index("ix_desk_decision_by", "desk_decision", ["by", "id"])
    op.create_table(
        "blind_sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city", AnyText(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("said", AnyText(), nullable=False),
        sa.Column("site", AnyText(), nullable=False),
        sa.Column("site_name", AnyText(), nullable=False),
        sa.Column("audit", sa.Integer(), nullable=False),
        sa.Column("subject", AnyText(), nullable=False),
        sa.Column("asked", AnyText(), nullable=False),
        sa.Column("finding", AnyText(), nullable=False),
        sa.CheckConstraint("kind IN ('link', 'column', 'disclosure')", name=op.f("ck_blind_sample_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_sample")),
        sa.UniqueConstraint("city", "day", "position", name=op.f("uq_blind_sample_city_day_position")),
    )
    op.create_table(
        "sample_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(16), nullable=False),
        sa.Column("by", AnyText(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("note", AnyText(), nullable=False),
        sa.CheckConstraint("answer IN ('good', 'bad', 'unclear')", name=op.f("ck_sample_answer_answer")),
        sa.ForeignKeyConstraint(["sample_id"], ["blind_sample.id"], name=op.f("fk_sample_answer_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_answer")),
        sa.UniqueConstraint("sample_id", "by", name=op.f("uq_sample_answer_sample_id_by")),
    )
    for statement in (*_marks(_dialect()), *_guards(_dialect())):
        op.execute(statement)
    # what was there before is behind
    op.execute(
        "INSERT INTO card_due (site, finding, mark) SELECT key, '', 1 FROM site WHERE id IN "
        "(SELECT site_id FROM audit WHERE judged_at IS NOT NULL)"
    )
    op.execute(
        "INSERT INTO card_due (site, finding, mark) SELECT DISTINCT site, '', 1 FROM watched_finding "
        "WHERE site NOT IN (SELECT site FROM card_due)"
    )


def downgrade() -> None:
    taken_back = op.get_bind().scalar(sa.text("SELECT count(*) FROM finding_review WHERE state = 'withdrawn'"))
    if taken_back:
        raise RuntimeError(f"{taken_back} decisions were taken back: the older form cannot say so, and nothing is lost")
    for statement in _unmark(_dialect()):
        op.execute(statement)
    for table in ("sample_answer", "blind_sample", "desk_decision", "finding_assignment", "finding_comment"):
        op.drop_table(table)
    if _dialect() == "postgresql":
        op.execute("DROP FUNCTION refuse_desk_change()")
    for table in ("desk_state", "card_due", "finding_card"):
        op.drop_table(table)
    _change_review_states(BEFORE)


def _dialect() -> str:
    return op.get_bind().dialect.name


def _change_review_states(after: str) -> None:
    if _dialect() == "postgresql":
        op.drop_constraint(op.f("ck_finding_review_state"), "finding_review", type_="check")
        op.create_check_constraint(op.f("ck_finding_review_state"), "finding_review", sa.text(after))
        return
    op.execute("ALTER TABLE finding_review RENAME TO finding_review_before")
    op.drop_index("ix_finding_review_site_finding", table_name="finding_review_before")
    op.create_table(
        "finding_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.CheckConstraint(after, name=op.f("ck_finding_review_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_review")),
    )
    op.execute(
        'INSERT INTO finding_review (id, site, finding, state, why, "by", at) '
        'SELECT id, site, finding, state, why, "by", at FROM finding_review_before ORDER BY id'
    )
    op.execute("DROP TABLE finding_review_before")  # its triggers go with it
    op.create_index("ix_finding_review_site_finding", "finding_review", ["site", "finding"])
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER finding_review_no_{what.lower()} BEFORE {what} ON finding_review "
            f"BEGIN SELECT RAISE(ABORT, '{REVIEW_REFUSAL}'); END"
        )


_NOTE = "INSERT INTO card_due (site, finding, mark) SELECT one.site, one.finding, 1 FROM ("
_AGAIN = " ON CONFLICT (site, finding) DO UPDATE SET mark = card_due.mark + 1;"


def _marks(dialect: str) -> Iterator[str]:
    """Triggers that note which cards are behind."""
    for table, what, when, which in MARKS:
        name = f"{table}_marks_{what.lower()}"
        condition = f"WHEN ({when}) " if when else ""
        head = f"CREATE TRIGGER {name} AFTER {what} ON {table} FOR EACH ROW {condition}"
        if dialect == "sqlite":
            yield "".join((head, "BEGIN ", _NOTE, which, ") AS one WHERE true", _AGAIN, " END"))
            continue
        yield "".join(
            (
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ",
                *(_NOTE, which, ") AS one ORDER BY 1, 2", _AGAIN),
                " RETURN NULL; END $$",
            )
        )
        yield f"{head}EXECUTE FUNCTION {name}()"


def _unmark(dialect: str) -> Iterator[str]:
    for table, what, _, _ in MARKS:
        name = f"{table}_marks_{what.lower()}"
        yield f"DROP TRIGGER {name}" + (f" ON {table}" if dialect == "postgresql" else "")
        if dialect == "postgresql":
            yield f"DROP FUNCTION {name}()"


def _guards(dialect: str) -> Iterator[str]:
    """Triggers that refuse what would change or remove a stored row."""
    if dialect == "sqlite":
        for table in KEPT:
            for what in ("UPDATE", "DELETE"):
                yield (
                    f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )
        return
    yield (
        "CREATE FUNCTION refuse_desk_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    for table in KEPT:
        for name, what, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            yield (
                f"CREATE TRIGGER {table}_no_{name} BEFORE {what} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_desk_change()"
            )
