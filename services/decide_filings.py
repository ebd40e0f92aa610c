"""Accept a filed row, or send it back (审核通过、退回)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from records.filings import FilingDecision, FilingOutcome
from records.registry import City
from services.review_finding import one_line
from services.rounds.life import BEIJING, same_person
from services.schemes import WrongCallError
from storage.filed_values import KeptValue
from storage.filing_decisions import Asked, FilingDecisions

OUTCOME_NAMES: Final = {FilingOutcome.ACCEPTED: "审核通过", FilingOutcome.RETURNED: "退回"}
MOST_AT_ONCE: Final = 500
LONGEST_REASON: Final = 1000

Within = Callable[[Connection, Sequence[Asked]], None]


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided, and a Chinese line for each row that was left as it is."""

    made: tuple[FilingDecision, ...]
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decides of some filed rows.

    ``seen`` holds for each value the number of the decision that its decider saw (0: none): where another has decided
    meanwhile, that decision stays.  ``names`` are all the names that the decider goes by.
    """

    seen: Mapping[int, int]
    outcome: FilingOutcome
    by: str
    at: datetime
    reason: str = ""
    names: Collection[str] = field(default=())


def decide_filings(
    decisions: FilingDecisions, city: City, asked: Decision, within: Within = lambda _connection, _asked: None
) -> Decided:
    """Decide each row that may be decided; ``WrongCallError`` where none may, with the reason for each.

    ``within`` writes in the same unit of work.  Raises ``StorageError``.
    """
    reason, by = one_line(asked.reason), one_line(asked.by)
    if not by:
        raise WrongCallError("须写明由谁审核")
    if not asked.seen:
        raise WrongCallError("没有选择任何一项填报")
    if len(asked.seen) > MOST_AT_ONCE:
        raise WrongCallError(f"一次最多处理 {MOST_AT_ONCE} 项，请分批处理")
    if asked.outcome is FilingOutcome.RETURNED and not reason:
        raise WrongCallError("退回须写明理由，填报单位会看到")
    if len(reason) > LONGEST_REASON:
        raise WrongCallError(f"理由过长（超过 {LONGEST_REASON} 字），请写要点")
    left: list[str] = []
    units = {unit.id: unit.name for unit in city.units}

    def allow(found: Mapping[int, Asked]) -> Sequence[int]:
        left.clear()
        chosen = []
        for number, seen in asked.seen.items():
            one = found.get(number)
            refusal = _refusal(one, city, seen, asked, by)
            if refusal:
                where = _shown(one.kept, units) if one is not None else f"编号 {number}"
                left.append(f"{where}：{refusal}")
            else:
                chosen.append(number)
        return chosen

    made = decisions.add(
        tuple(asked.seen), asked.outcome, reason=reason, by=by, at=asked.at, allow=allow, within=within
    )
    if not made:
        raise WrongCallError(*left)
    return Decided(made, tuple(left))


def _refusal(one: Asked | None, city: City, seen: int, asked: Decision, by: str) -> str:
    """Why the row may not be decided so; empty where it may."""
    if one is None or one.kept.head.city != city.id:
        return "没有这项填报"
    kept = one.kept
    if one.replaced:
        return "已被后来的填报替代，请审核新的一份"
    if kept.head.supplied_by and any(same_person(name, kept.head.supplied_by) for name in (by, *asked.names)):
        return f"由 {kept.head.supplied_by} 报送，应由另一人审核"
    standing = kept.decision
    if standing is not None and (standing.number != seen or standing.outcome is asked.outcome):
        when = f"{standing.at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
        reason = f"（{standing.reason}）" if standing.reason else ""
        return f"{standing.by} 已于 {when} {OUTCOME_NAMES[standing.outcome]}{reason}，没有改动"
    return ""


def _shown(kept: KeptValue, units: Mapping[str, str]) -> str:
    return f"{units.get(kept.filed.unit, kept.filed.unit)} {kept.filed.indicator}（编号 {kept.id}）"
