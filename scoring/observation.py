"""What of a row our own monitoring can see, and the gate (闸门) that an accusation passes before it counts.

Both are data of the scheme.  No document says when something seen is certain enough to cost points; the gate is our
reading, and it is printed with every score.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from records.news import NewsLabel
from records.verdicts import Requirement
from scoring.points import plain
from scoring.shapes import Count, Elements, Flag, Number, Shape
from scoring.tree import Fields

CONFIRMED: Final = "confirmed"
_MOST_DAYS: Final = 366

#: Checks that a row may count, by their ids in ``checks.registry``, with the words of the printed gate.
COUNTED_CHECKS: Final = {
    "broken_link": "坏链",
    "hijacked_link": "被篡改的链接",
    "broken_disclosure": "应公开内容打不开",
    "stale_column": "栏目未更新",
    "empty_column": "空白栏目",
    "empty_disclosure": "应公开内容为空",
    "missing_disclosure": "应公开内容缺失",
}


@dataclass(frozen=True, slots=True)
class Gate:
    """When something that was seen counts.  Confirmed by an analyst it always does, dismissed it never does.

    ``days``: on how many days audits must have seen a finding that nobody reviewed, by check; a check that is not there
    counts only when confirmed.  ``confidence``: from which certainty an event that nobody reviewed counts; None: never.
    """

    policy: str = ""  # only audits judged by this policy; empty: any
    coverage: Decimal = Decimal(0)  # share of a portal's addresses that must have been reached to say "none found"
    confidence: Decimal | None = None
    days: tuple[tuple[str, int], ...] = ()
    mended: bool = False  # whether what the last audit of the period no longer saw counts
    assumption: str = ""
    articles: int = 1  # how many reports must have been read in the period to say "none found"

    def days_for(self, check: str) -> int | None:
        return dict(self.days).get(check)

    def clauses(self) -> tuple[str, ...]:
        """Every condition in Chinese, for the printed assumption."""
        parts = ["人工确认的一律计入，人工否定的一律不计"]
        by_days: dict[int, list[str]] = {}
        for check, days in self.days:
            by_days.setdefault(days, []).append(COUNTED_CHECKS[check])
        parts += [
            f"未经人工复核的，{'、'.join(names)}"
            + ("看到一次即计" if days == 1 else f"须在 {days} 个不同日期的巡查中看到")
            for days, names in by_days.items()
        ]
        if not self.days:
            parts.append("门户问题只计人工确认的")
        if self.confidence is None:
            parts.append("舆情事件只计人工确认的")
        else:
            parts.append(f"未经人工复核的舆情事件，判断把握不低于 {plain(self.confidence)} 才计")
        if self.policy:
            parts.append(f"只用按 {self.policy} 口径研判的巡查")
        if self.coverage:
            parts.append(f"到达地址不足 {plain(self.coverage * 100)}% 的巡查不作“未发现”的依据")
        if self.articles > 1:
            parts.append(f"本期读取的报道不足 {self.articles} 篇，不作“没有”和排序的依据")
        parts.append("期内出现过而最后一次巡查已消除的" + ("也计入" if self.mended else "不计"))
        return tuple(parts)

    def summary(self) -> str:
        return "；".join(self.clauses())


class StandsOn(StrEnum):
    """Which of a filing and an observation the score stands on until a person has decided between them."""

    MONITORED = "monitored"
    FILED = "filed"
    HIGHER = "higher"  # the greater count: a case that either source has verified


STANDS_ON_WORDS: Final = {
    StandsOn.MONITORED: "先按监测结果计分",
    StandsOn.FILED: "先按填报（提供）的数据计分",
    StandsOn.HIGHER: "先按两者中较大的数计分",
}


class Counting(StrEnum):
    """What one item of a count of news is."""

    EVENTS = "events"
    PERSONS = "persons"  # a person in a case
    FIELDS = "fields"  # 领域


class Proof(StrEnum):
    """What the portal can say of an element of a checklist."""

    ELEMENTS = "elements"  # it is there exactly where the disclosure is published
    SHOWS = "shows"  # a published disclosure shows that it is there; an absent one says nothing
    NEEDS = "needs"  # without the disclosure it is not there; with it more is needed


@dataclass(frozen=True, slots=True)
class ElementSeen:
    name: str
    requirements: tuple[Requirement, ...]
    proof: Proof


@dataclass(frozen=True, slots=True)
class DisclosuresSeen:
    """Required disclosures on the unit's portals.

    ``elements``: parts of a checklist on which the portal has something to say; empty: the row as a whole needs
    ``requirements``.  ``one_way``: to be there supports the row, not to be there says nothing.
    """

    requirements: tuple[Requirement, ...] = ()
    elements: tuple[ElementSeen, ...] = ()
    one_way: bool = False


@dataclass(frozen=True, slots=True)
class UpkeepSeen:
    """Dead links and columns without an update.

    ``section``: names by which the part of the portal that counts is known (政务公开专栏); empty: the whole portal.
    """

    checks: tuple[str, ...]
    section: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventsSeen:
    """News events charged to the unit or to a unit below it.

    ``label`` None: whatever is negative.  ``words``: only events that hold one of them; ``except_words``: no event that
    holds one.  ``fields``: a vocabulary of fields (领域) with their words, for ``Counting.FIELDS``.
    """

    label: NewsLabel | None
    count: Counting = Counting.EVENTS
    words: tuple[str, ...] = ()
    except_words: tuple[str, ...] = ()
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class PublicitySeen:
    """Columns in which decisions are published (双公示), by names: how recent they are.  Only a cross-check."""

    columns: tuple[str, ...]


Seen = DisclosuresSeen | UpkeepSeen | EventsSeen | PublicitySeen


@dataclass(frozen=True, slots=True)
class Observation:
    """How a row is observed.  ``cross_check``: the value comes from others, and ours is only set beside it."""

    seen: Seen
    stands_on: StandsOn = StandsOn.MONITORED
    cross_check: bool = False


def parse_gate(fields: Fields | None, over: Gate | None = None) -> Gate | None:
    """The gate of a scheme, or that of a row laid over the scheme's (``over``): what it does not name is inherited."""
    if fields is None:
        return over
    gate = over or Gate()
    gate = Gate(
        policy=fields.text("policy", gate.policy),
        coverage=fields.decimal("coverage", gate.coverage, low=Decimal(0), high=Decimal(1)),
        confidence=_confidence(fields, gate.confidence),
        days=_days(fields) if fields.has("findings") else gate.days,
        mended=fields.flag("mended", gate.mended),
        assumption=fields.text("assumption", ""),
        articles=fields.integer("articles", gate.articles, low=1),
    )
    fields.close()
    return gate


def _confidence(fields: Fields, inherited: Decimal | None) -> Decimal | None:
    if fields.is_text("confidence", CONFIRMED):
        return None
    if not fields.has("confidence"):
        return inherited
    return fields.decimal("confidence", low=Decimal(0), high=Decimal(1))


def _days(fields: Fields) -> tuple[tuple[str, int], ...]:
    days: list[tuple[str, int]] = []
    for check, scalar in fields.scalars("findings"):
        if check not in COUNTED_CHECKS:
            fields.fault("findings", f"不认识的检查 {check}，可用：{'、'.join(COUNTED_CHECKS)}")
        elif scalar.text != CONFIRMED:
            number = fields.as_integer(scalar, low=1)
            if number > _MOST_DAYS:
                fields.fault("findings", f"{check} 的天数应在 1 到 {_MOST_DAYS} 之间")
            days.append((check, number))
    return tuple(days)


def parse_observation(fields: Fields | None, shape: Shape[Any], *, monitored: bool) -> Observation | None:
    if fields is None:
        return None
    kind = fields.choice("kind", ("disclosures", "upkeep", "events", "publicity"))
    cross_check = fields.flag("cross_check", kind == "publicity")
    stands_on = StandsOn(fields.choice("stands_on", tuple(StandsOn), StandsOn.MONITORED))
    seen: Seen
    match kind:
        case "upkeep":
            seen = _upkeep(fields)
            fits = isinstance(shape, Count | Number)
        case "events":
            seen = _events(fields)
            fits = isinstance(shape, Count | Number)
        case "publicity":
            seen = PublicitySeen(fields.texts("columns"))
            fits = cross_check
        case _:
            seen = _disclosures(fields, shape)
            fits = isinstance(shape, Elements if seen.elements else Flag)
    if not fits and not cross_check:
        told = f"observe 的 {kind} 与本项的取值不合：本项应为{shape.expected}；只作旁证请写 cross_check: true"
        fields.fault("kind", told)
    if cross_check and stands_on is not StandsOn.MONITORED:
        fields.fault("stands_on", "只作旁证的监测（cross_check）不决定得分，不写 stands_on")
    if stands_on is StandsOn.HIGHER and not isinstance(shape, Count | Number):
        fields.fault("stands_on", "stands_on: higher 只用于计数的项")
    if not cross_check and not monitored:
        fields.fault("kind", "写了 observe 而不是旁证的项须写 monitored: true")
    fields.close()
    return Observation(seen, stands_on, cross_check)


def _requirements(fields: Fields, word: str) -> tuple[Requirement, ...]:
    good = []
    for text in fields.texts(word):
        if text in tuple(Requirement):
            good.append(Requirement(text))
        else:
            fields.fault(word, f"不认识的公开事项 {text}，可用：{'、'.join(Requirement)}")
    return tuple(good)


def _disclosures(fields: Fields, shape: Shape[Any]) -> DisclosuresSeen:
    one_way = fields.flag("one_way", False)
    elements: dict[str, ElementSeen] = {}
    known = shape.keys if isinstance(shape, Elements) else ()
    for proof in Proof:
        sub = fields.sub(proof.value, f"observe {proof.value}", required=False)
        for name in sub.words() if sub is not None else ():
            if sub is None or name not in known or name in elements:
                fields.fault(proof.value, f"{name} 不是本项的要素，或已写过；可用：{'、'.join(known)}")
                continue
            elements[name] = ElementSeen(name, _requirements(sub, name), proof)
    if elements:
        return DisclosuresSeen((), tuple(elements.values()), one_way)
    return DisclosuresSeen(_requirements(fields, "requirements"), (), one_way)


def _upkeep(fields: Fields) -> UpkeepSeen:
    checks = fields.texts("checks")
    for check in checks:
        if check not in COUNTED_CHECKS:
            fields.fault("checks", f"不认识的检查 {check}，可用：{'、'.join(COUNTED_CHECKS)}")
    return UpkeepSeen(checks, fields.texts("section") if fields.has("section") else ())


def _events(fields: Fields) -> EventsSeen:
    label = fields.choice("label", ("negative", *NewsLabel))
    count = Counting(fields.choice("count", tuple(Counting), Counting.EVENTS))
    vocabulary = []
    sub = fields.sub("fields", "observe fields", required=count is Counting.FIELDS)
    if sub is not None:
        vocabulary = [(name, sub.texts(name)) for name in sub.words()]
    return EventsSeen(
        None if label == "negative" else NewsLabel(label),
        count,
        fields.texts("words") if fields.has("words") else (),
        fields.texts("except_words") if fields.has("except_words") else (),
        tuple(vocabulary),
    )
