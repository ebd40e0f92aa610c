"""Tables of the analyst's desk.

``finding_card`` is a projection: what ``services.finding_list`` says of each finding, kept so that a queue of a
hundred thousand can be filtered and paged.  The truth stays where it was; a card that is lost is made again.
``card_due`` names what is behind: triggers of migration 0010 write it wherever something is written that a card depends
on, so that no writer has to know of the cards.

Comments, assignments, decisions and answers to samples are only ever added to (triggers refuse the rest).
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from storage.tables import metadata
from storage.text import AnyText

PILES = "pile IN ('open', 'confirmed', 'recovered', 'suppressed', 'unverifiable', 'voided')"

finding_card = Table(
    "finding_card",
    metadata,
    Column("id", Integer, primary_key=True),  # for addresses: stays with the finding
    Column("site", AnyText, nullable=False),
    Column("finding", AnyText, nullable=False),
    Column("site_name", AnyText, nullable=False),
    Column("unit", AnyText, nullable=False),  # registry id, empty for a portal on no list
    Column("unit_name", AnyText, nullable=False),
    Column("check", AnyText, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("subject", AnyText, nullable=False),
    Column("message", AnyText, nullable=False),
    Column("life", String(16), nullable=False),  # records.sightings.LifeState
    Column("review", String(16)),  # the decision that holds
    Column("standing", AnyText, nullable=False),  # Chinese
    Column("pile", String(16), nullable=False),  # records.desk.Pile
    Column("rank", AnyText, nullable=False),  # sorts a pile: the worst and oldest first
    Column("since", String(40)),
    Column("last_seen", String(40)),
    Column("healed_at", String(40)),
    Column("first", Date, nullable=False),  # since when it is known, counted or not
    Column("tries", Integer, nullable=False),
    Column("lacking", AnyText, nullable=False),
    Column("cause", String(32), nullable=False),
    Column("cause_title", AnyText, nullable=False),
    Column("watched", Boolean, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("audit", Integer),  # that found it last; no foreign key: audits are purged
    Column("assigned", AnyText, nullable=False),  # login, empty for nobody
    Column("suppressed_until", Date),
    Column("turns_on", Date),  # the first later day on which it may read otherwise without anything being written
    Column("version", Integer, nullable=False),  # of what a person decides on
    Column("words", AnyText, nullable=False),  # what a search looks through, in one piece and in small letters
    UniqueConstraint("site", "finding"),
    Index("ix_finding_card_pile", "pile", "cause", "rank", "first"),
    Index("ix_finding_card_rank", "pile", "rank"),
    Index("ix_finding_card_unit", "unit", "pile", "cause", "rank"),
    Index("ix_finding_card_check", "check", "pile", "cause", "rank"),
    Index("ix_finding_card_severity", "severity", "pile", "cause", "rank"),
    Index("ix_finding_card_life", "life", "pile", "cause", "rank"),
    Index("ix_finding_card_assigned", "assigned", "pile", "cause", "rank"),
    Index("ix_finding_card_cause", "cause", "pile", "rank"),
    Index("ix_finding_card_turns", "turns_on"),
    Index("ix_finding_card_review", "pile", "review"),  # how many count and nobody has looked at
    # A search looks through all the words there are.  SQLite does that six times as fast in an index that has them in
    # the order of the causes as through the cards; an entry of PostgreSQL's has no room for them.
    Index(
        "ix_finding_card_words",
        *("pile", "cause", "rank", "check", "severity", "life", "review", "first", "words"),
        info={"only": "sqlite"},
    ).ddl_if(dialect="sqlite"),
    CheckConstraint(PILES, name="pile"),
)

card_due = Table(
    "card_due",
    metadata,
    # finding '': every finding of the portal; finding '@': ``site`` is the address of the portal, not its key
    Column("site", AnyText, nullable=False),
    Column("finding", AnyText, nullable=False),
    Column("mark", Integer, nullable=False),  # counts the writings, so that one during a refreshing is not lost
    PrimaryKeyConstraint("site", "finding"),
)

desk_state = Table(
    "desk_state",
    metadata,
    Column("name", String(32), primary_key=True),  # day | basis
    Column("value", AnyText, nullable=False),
)

finding_comment = Table(
    "finding_comment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", AnyText, nullable=False),
    Column("finding", AnyText, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("at", String(40), nullable=False),
    Column("text", AnyText, nullable=False),
    Index(None, "site", "finding"),
)

finding_assignment = Table(
    "finding_assignment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", AnyText, nullable=False),
    Column("finding", AnyText, nullable=False),
    Column("assigned", AnyText, nullable=False),  # login, empty for nobody
    Column("by", AnyText, nullable=False),
    Column("at", String(40), nullable=False),
    Index(None, "site", "finding"),
)

desk_decision = Table(
    "desk_decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch", String(32), nullable=False, index=True),  # what was decided at once is taken back at once
    Column("site", AnyText, nullable=False),
    Column("finding", AnyText, nullable=False),
    Column("action", String(16), nullable=False),
    Column("by", AnyText, nullable=False),  # login
    Column("name", AnyText, nullable=False),  # as it stands in the decision
    Column("at", String(40), nullable=False),
    Column("why", AnyText, nullable=False),
    Column("review", Integer),  # finding_review.id: neither table ever loses a row
    Column("suppression", Integer),  # suppression.id
    Column("undoes", Integer, ForeignKey("desk_decision.id"), unique=True),  # nothing is taken back twice
    Index(None, "site", "finding"),
    Index("ix_desk_decision_by", "by", "id"),
    CheckConstraint("action IN ('confirm', 'dismiss', 'suppress', 'undo')", name="action"),
)

blind_sample = Table(
    "blind_sample",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("city", AnyText, nullable=False),
    Column("day", Date, nullable=False),
    Column("position", Integer, nullable=False),  # from 1, passes and fails mixed
    Column("kind", String(16), nullable=False),
    Column("failed", Boolean, nullable=False),  # our verdict: what is not shown
    Column("said", AnyText, nullable=False),  # our verdict in Chinese, shown after the answer
    Column("site", AnyText, nullable=False),
    Column("site_name", AnyText, nullable=False),
    Column("audit", Integer, nullable=False),  # no foreign key: audits are purged
    Column("subject", AnyText, nullable=False),
    Column("asked", AnyText, nullable=False),  # what is to be judged, in Chinese
    Column("finding", AnyText, nullable=False),  # id, empty for a pass
    UniqueConstraint("city", "day", "position"),
    CheckConstraint("kind IN ('link', 'column', 'disclosure')", name="kind"),
)

sample_answer = Table(
    "sample_answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sample_id", Integer, ForeignKey("blind_sample.id"), nullable=False),
    Column("answer", String(16), nullable=False),
    Column("by", AnyText, nullable=False),  # login
    Column("at", String(40), nullable=False),
    Column("note", AnyText, nullable=False),
    UniqueConstraint("sample_id", "by"),
    CheckConstraint("answer IN ('good', 'bad', 'unclear')", name="answer"),
)
