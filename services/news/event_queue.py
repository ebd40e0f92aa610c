"""Which events are shown, and in which order.

Those that wait for a person stand first, the worst and oldest of them first; what was decided, the newest first.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from records.news import EventState, NewsEvent, NewsLabel
from services.news.event_board import StandingEvents

#: What costs a unit most stands first (docs/console-events.md): 重大失信 takes six points at once, abuse of credit the
#: same in some schemes, misconduct and negative events are ranked against the other units; the rest is in their favour.
_WORST_FIRST: Final = (NewsLabel.MAJOR_DISHONESTY, NewsLabel.CREDIT_ABUSE, NewsLabel.MISCONDUCT)
_NEGATIVE: Final = len(_WORST_FIRST)
_FAVOURABLE: Final = _NEGATIVE + 1
_DOUBTFUL: Final = _NEGATIVE + 2


class QueueState(StrEnum):
    """What may be asked for in the queue."""

    WAITING = "waiting"  # for a person, the unsure ones too
    UNSURE = "unsure"
    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    REFUTED = "refuted"


QUEUE_WORDS: Final = {
    QueueState.WAITING: "待复核（含拿不准）",
    QueueState.UNSURE: "拿不准",
    QueueState.SUGGESTED: "有结论待复核",
    QueueState.CONFIRMED: "已确认",
    QueueState.DISMISSED: "已排除",
    QueueState.REFUTED: "已澄清",
}


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What is asked for; nothing of it is everything of which something may follow."""

    label: NewsLabel | None = None
    unit: str | None = None  # registry id; "" for what is charged to nobody
    negative: bool | None = None
    state: QueueState | None = None
    first: date | None = None
    last: date | None = None
    only: frozenset[str] | None = None  # of these alone: what is assigned to somebody
    text: str = ""  # in the title, a person's name, or the beginning of an id


def queued(standing: StandingEvents, wanted: QueueFilter) -> tuple[NewsEvent, ...]:
    """The events that are asked for, in the order in which they are to be looked at."""
    found = [
        (standing.needs_person(event), event)
        for event in standing.events.values()
        if _worth(standing, event) and _meant(standing, event, wanted)
    ]
    return tuple(event for _, event in sorted(found, key=_order))


def _order(item: tuple[bool, NewsEvent]) -> tuple[bool, int, int, float, str]:
    waits, event = item
    age = (event.first_day or date.max).toordinal() if waits else -(event.first_day or date.min).toordinal()
    return not waits, _rank(event), age, -event.confidence, event.id


def _rank(event: NewsEvent) -> int:
    for place, label in enumerate(_WORST_FIRST):
        if label in event.labels:
            return place
    if event.negative:
        return _NEGATIVE
    return _FAVOURABLE if event.labels else _DOUBTFUL


def _worth(standing: StandingEvents, event: NewsEvent) -> bool:
    """Whether something may follow of an event, or somebody has looked at it."""
    return bool(
        event.labels
        or event.negative
        or event.state is not EventState.SUGGESTED
        or event.id in standing.unsure
        or event.id in standing.by_event
    )


def _meant(standing: StandingEvents, event: NewsEvent, wanted: QueueFilter) -> bool:
    if wanted.only is not None and event.id not in wanted.only:
        return False
    if wanted.label is not None and wanted.label not in event.labels:
        return False
    if wanted.unit is not None and (wanted.unit not in event.units if wanted.unit else bool(event.units)):
        return False
    if wanted.negative is not None and event.negative is not wanted.negative:
        return False
    if (wanted.first or wanted.last) and event.first_day is None:
        return False
    if event.first_day is not None and not (wanted.first or date.min) <= event.first_day <= (wanted.last or date.max):
        return False
    text = wanted.text.strip()
    if text and text not in event.title and text not in event.persons and not event.id.startswith(text):
        return False
    match wanted.state:
        case None:
            return True
        case QueueState.WAITING:
            return standing.needs_person(event)
        case QueueState.UNSURE:
            return event.id in standing.unsure and standing.needs_person(event)
        case QueueState.SUGGESTED:
            return event.state is EventState.SUGGESTED and event.id not in standing.unsure
        case _:
            return event.state.value == wanted.state.value


def alike(standing: StandingEvents, event: NewsEvent, text: str, most: int = 10) -> tuple[NewsEvent, ...]:
    """Events that this one may be the same as: those with the words asked for, else of near days and common words."""
    text = text.strip()
    others = [one for one in standing.events.values() if one.id != event.id]
    if text:
        found = [one for one in others if text in one.title or text in one.persons or one.id.startswith(text)]
        return tuple(sorted(found, key=lambda one: (-(one.first_day or date.min).toordinal(), one.id))[:most])
    own = _pairs(event.title)
    scored = [(len(own & _pairs(one.title)) + 3 * len(set(event.persons) & set(one.persons)), one) for one in others]
    near = [(score, one) for score, one in scored if score >= max(3, len(own) // 4)]
    return tuple(one for _, one in sorted(near, key=lambda pair: (-pair[0], pair[1].id))[:most])


def _pairs(title: str) -> set[str]:
    return {title[at : at + 2] for at in range(len(title) - 1)}
