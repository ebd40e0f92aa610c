"""Columns: fresh, stale, empty, undated, unreadable or exempt, under a policy and a day."""

from datetime import date
from typing import Final

from records.judgement import ColumnFact, ColumnJudgement
from records.policy import Policy
from records.verdicts import ColumnKind, ColumnVerdict

_LOOKED_AT: Final = 5  # item pages that must have been read (all, of fewer items) before "nowhere a date" is said


def judge_column(fact: ColumnFact, policy: Policy, as_of: date) -> ColumnJudgement:
    """Judge one column.

    An age of exactly the limit is fresh.  A list whose newest item may lie on a page that was not read is never called
    stale, and a list without dates only where the policy says so and the items' own pages were looked at too.
    """
    limit = policy.limits[fact.kind].days
    age = None if fact.newest is None else max((as_of - fact.newest).days, 0)
    return ColumnJudgement(fact, _verdict(fact, policy, age, limit), age, limit)


def _verdict(fact: ColumnFact, policy: Policy, age: int | None, limit: int | None) -> ColumnVerdict:
    if not fact.readable:
        return ColumnVerdict.UNREADABLE
    if fact.items == 0 and age is None:
        return ColumnVerdict.EMPTY
    if limit is None:
        return ColumnVerdict.EXEMPT
    if age is not None and age <= limit:
        return ColumnVerdict.FRESH
    if not fact.newest_certain:
        return ColumnVerdict.UNREADABLE
    if age is not None:
        return ColumnVerdict.STALE
    if policy.undated_is_stale and fact.kind is not ColumnKind.OTHER and fact.items_read >= min(_LOOKED_AT, fact.items):
        return ColumnVerdict.STALE
    return ColumnVerdict.UNDATED
