"""The rule kinds: a small closed set, one file each.  The registry is `RULE_KINDS`."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from scoring.rules import (
    absence,
    checklist,
    interval_ranking,
    judged,
    per_item_add,
    per_item_deduct,
    presence,
    rate,
    status_ledger,
    tiered,
)
from scoring.rules.base import Rule
from scoring.rules.interval_ranking import Band
from scoring.tree import Fields

_PARSERS: Final[dict[str, Callable[[Fields, Decimal], Rule[Any]]]] = {
    "presence": presence.parse,
    "absence": absence.parse,
    "per_item_add": per_item_add.parse,
    "per_item_deduct": per_item_deduct.parse,
    "rate": rate.parse,
    "tiered": tiered.parse,
    "checklist": checklist.parse,
    "judged": judged.parse,
    "status_ledger": status_ledger.parse,
}
RULE_KINDS: Final = (*_PARSERS, "interval_ranking")


def parse_rule(fields: Fields, weight: Decimal, bands: tuple[Band, ...]) -> Rule[Any]:
    """A row's rule from its `rule:` block.  `weight` is the row's points, `bands` the scheme's common table.

    Whatever is wrong is noted in the fields' faults; the rule returned then is only good for finding more of them.
    """
    kind = fields.choice("kind", RULE_KINDS)
    rule: Rule[Any]
    if kind == "interval_ranking":
        rule = interval_ranking.parse(fields, weight, bands)
    else:
        rule = _PARSERS[kind](fields, weight)
    fields.close()
    return rule
