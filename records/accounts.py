"""Who works with the console: accounts, their roles, and what was done by whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final


class Role(StrEnum):
    """What somebody is to the evaluation.  One account has one role, so that two persons are two accounts."""

    ANALYST = "analyst"
    UNIT = "unit"  # of a county or department: sees its own and nobody else's
    VERIFIER = "verifier"
    OFFICE = "office"  # the credit office (信用办)
    OPERATOR = "operator"  # runs the machine; the first-run administrator is one
    AUDITOR = "auditor"  # reads all, changes nothing


ROLE_NAMES: Final = {
    Role.ANALYST: "分析员",
    Role.UNIT: "被评单位",
    Role.VERIFIER: "审核员",
    Role.OFFICE: "信用办",
    Role.OPERATOR: "运维",
    Role.AUDITOR: "审计员",
}


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    id: int
    login: str
    name: str  # as it stands in logs and decisions
    role: Role
    unit: str | None = None  # registry id; a unit's account has one, no other has
    disabled: bool = False
    second_factor: bool = False  # whether TOTP is set up
    must_change: bool = False  # the password was set by somebody else
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does something, as the log says it."""

    login: str
    role: str = ""  # "" for who works on the command line


@dataclass(frozen=True, slots=True)
class LogLine:
    """One change, before it stands in the log."""

    at: datetime
    by: Doer
    action: str  # closed vocabulary of the caller: login, confirm_finding …
    subject: str  # what it was done to
    told: str  # one Chinese sentence
    detail: Mapping[str, Any] = field(default_factory=dict)  # JSON: what was before, what is now


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One change, in the append-only log of the console (操作日志)."""

    number: int  # from 1, without gaps
    at: datetime
    by: str  # login; "系统" where a job did it
    role: str
    action: str  # closed vocabulary of the caller: login, confirm_finding …
    subject: str  # what it was done to
    told: str  # one Chinese sentence
    detail: dict[str, Any]  # JSON: what was before, what is now
    previous: str
    sha256: str
