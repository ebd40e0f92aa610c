"""Tables: who may sign in, who is signed in, what programs may ask, and the log of what was done (操作日志).

Of every cookie and token only the SHA-256 is kept: who reads the tables cannot sign in with them.

The log is only ever added to: triggers of migration 0009 refuse every change and every deletion.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
)

from storage.tables import metadata
from storage.text import AnyText

_ROLES = "role IN ('analyst', 'unit', 'verifier', 'office', 'operator', 'auditor')"

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", AnyText, nullable=False, unique=True),  # folded to lower case
    Column("name", AnyText, nullable=False),
    Column("role", String(16), nullable=False),
    Column("unit", AnyText),  # registry id
    Column("password", AnyText, nullable=False),  # argon2id
    Column("must_change", Boolean, nullable=False),
    Column("totp", AnyText),  # secret of the second factor; absent until it was proved once
    Column("totp_pending", AnyText),  # secret that was shown and not yet proved
    Column("totp_used", Integer),  # time step of the code that was taken last: none is taken twice
    Column("created_at", String(40), nullable=False),
    Column("disabled_at", String(40)),
    CheckConstraint(_ROLES, name="role"),
    CheckConstraint("(role = 'unit') = (unit IS NOT NULL)", name="unit"),
)

account_session = Table(
    "account_session",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("began", String(40), nullable=False),
    Column("seen", String(40), nullable=False),
    Column("ends", String(40), nullable=False),
    Column("waits", Boolean, nullable=False),  # for the second factor
    Column("address", AnyText, nullable=False),
    Column("agent", AnyText, nullable=False),
)

known_browser = Table(
    "known_browser",  # somebody signed in with it before: strangers who guess do not lock it out
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("seen", String(40), nullable=False),
)

sign_in_gate = Table(
    "sign_in_gate",
    metadata,
    Column("key", AnyText, primary_key=True),  # login:…, address:…, browser:…, code:…
    Column("tries", Integer, nullable=False),  # since then, without a success
    Column("since", String(40), nullable=False),
    Column("until", String(40)),  # shut till then
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("name", AnyText, nullable=False),
    Column("reads_only", Boolean, nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("ends", String(40), nullable=False),
    Column("used_at", String(40)),
    Column("revoked_at", String(40)),
)

console_log = Table(
    "console_log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1, without gaps
    Column("sha256", String(64), nullable=False, unique=True),  # of the body
    Column("at", String(40), nullable=False, index=True),
    Column("by", AnyText, nullable=False, index=True),
    Column("action", String(40), nullable=False, index=True),
    Column("subject", AnyText, nullable=False),
    Column("body", LargeBinary, nullable=False),  # canonical JSON with the hash of the entry before: it vouches for all
    CheckConstraint("number >= 1", name="number"),
)
