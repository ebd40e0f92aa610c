"""Decisions of analysts on events: who decided what, why, and what the event was then."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection

from records.news import NewsEvent, NewsLabel
from records.news_reviews import DismissGround, EventNote, EventReview, ReviewAction, Undone
from records.registry import City
from services.news.event_board import EventBoard, StandingEvents
from services.news.event_words import ACTION_WORDS, GROUND_WORDS, LABEL_WORDS, kinds_text, units_text
from services.registry.unit_search import find_unit
from services.schemes import WrongCallError
from storage.console_log import ConsoleLog
from storage.event_notes import EventNotes
from storage.event_reviews import split_id
from storage.news import NewsRepository, OutdatedError, Within

__all__ = ["LABEL_WORDS", "DecidedMeanwhileError", "EventDesk", "Reviewer", "ground_named", "label_named"]

_SHORTEST_ID: Final = 4
_LONGEST_WHY: Final = 2000
_TRIES: Final = 5  # somebody else's decision on another event came between


class DecidedMeanwhileError(WrongCallError):
    """Somebody else decided the event since it was shown.  The sentence says who, when and what."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who decides, and why."""

    by: str
    why: str
    at: datetime
    login: str = "命令行"  # as it stands in the log
    role: str = ""

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise WrongCallError("复核须写明由谁作出")
        if not self.why.strip():
            raise WrongCallError("复核须写明理由")
        if len(self.why) > _LONGEST_WHY:
            raise WrongCallError(f"理由过长（超过 {_LONGEST_WHY} 字），请写要点")


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is to be added, worked out from the events as they stand at that moment."""

    event: NewsEvent
    review: EventReview
    after: str  # id of the event to show then


class EventDesk:
    """The events of one city, for whoever looks at them and decides."""

    def __init__(
        self, news: NewsRepository, city: City, *, board: EventBoard | None = None, log: ConsoleLog | None = None
    ) -> None:
        self.news = news
        self.city = city
        self.board = board or EventBoard(news, city.id)
        self.notes = EventNotes(news.engine)
        self._log = log

    def find(self, wanted: str) -> NewsEvent:
        """The event of that id, or of the only id that begins so.  ``WrongCallError`` where there is none."""
        return self._find(self.board.standing(), wanted)

    def _find(self, standing: StandingEvents, wanted: str) -> NewsEvent:
        if (exact := standing.events.get(wanted)) is not None:
            return exact
        found = [e for e in standing.events.values() if len(wanted) >= _SHORTEST_ID and e.id.startswith(wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise WrongCallError(f"有几个事件的编号以 {wanted} 开头，请写全")
        if (into := standing.where(wanted)) in standing.events:
            raise WrongCallError(f"事件 {wanted} 已并入 {into}，请对后者作出决定")
        raise WrongCallError(f"{self.city.name}没有事件 {wanted[:40]!r}，请核对编号")

    # ----- decisions.  ``seen``: the version that was shown; None from a terminal, where nobody looks in between

    def confirm(self, wanted: str, reviewer: Reviewer, *, seen: str | None = None) -> NewsEvent:
        """The event is as it is shown, and counts."""

        def decide(standing: StandingEvents) -> _Decision:
            event = self._find(standing, wanted)
            return self._plain(standing, event, ReviewAction.CONFIRM, reviewer)

        return self._decide(decide, reviewer, seen)

    def dismiss(
        self, wanted: str, reviewer: Reviewer, *, ground: DismissGround | None = None, seen: str | None = None
    ) -> NewsEvent:
        """The event counts for nobody.  ``ground``: what kind of reason it is; ``NOT_SO`` teaches the classifier."""

        def decide(standing: StandingEvents) -> _Decision:
            event = self._find(standing, wanted)
            return self._plain(standing, event, ReviewAction.DISMISS, reviewer, ground=ground)

        return self._decide(decide, reviewer, seen)

    def relabel(
        self,
        wanted: str,
        labels: Sequence[str],
        reviewer: Reviewer,
        *,
        negative: bool | None = None,
        seen: str | None = None,
    ) -> NewsEvent:
        """The event is of these kinds and of no other; ``negative``: whether it counts as 负面事件, None as before."""
        chosen = tuple(dict.fromkeys(label_named(word) for word in labels))

        def decide(standing: StandingEvents) -> _Decision:
            event = self._find(standing, wanted)
            changed = replace(event, labels=chosen, negative=event.negative if negative is None else negative)
            return self._plain(standing, changed, ReviewAction.RELABEL, reviewer)

        return self._decide(decide, reviewer, seen)

    def reattribute(
        self, wanted: str, units: Sequence[str], reviewer: Reviewer, *, seen: str | None = None
    ) -> NewsEvent:
        """The event is charged to these units and to no other; to none where there are none."""
        chosen = tuple(dict.fromkeys(find_unit(self.city, word).id for word in units))

        def decide(standing: StandingEvents) -> _Decision:
            changed = replace(self._find(standing, wanted), units=chosen)
            return self._plain(standing, changed, ReviewAction.REATTRIBUTE, reviewer)

        return self._decide(decide, reviewer, seen)

    def merge(self, wanted: str, into: str, reviewer: Reviewer, *, seen: str | None = None) -> NewsEvent:
        """Two events are one: the first goes into the second, which is given back."""

        def decide(standing: StandingEvents) -> _Decision:
            event, target = self._find(standing, wanted), self._find(standing, into)
            if event.id == target.id:
                raise WrongCallError("不能把事件并入它自己")
            review = self._review(standing, event, ReviewAction.MERGE, reviewer)
            return _Decision(event, replace(review, into=target.id), target.id)

        return self._decide(decide, reviewer, seen)

    def split(self, wanted: str, articles: Sequence[str], reviewer: Reviewer, *, seen: str | None = None) -> NewsEvent:
        """Some articles tell of another matter: they become an event of their own, which is given back."""

        def decide(standing: StandingEvents) -> _Decision:
            event = self._find(standing, wanted)
            leaving = tuple(dict.fromkeys(_member(event, article) for article in articles))
            if not leaving or len(leaving) == len(event.articles):
                raise WrongCallError("拆分须给出事件中的一部分文章，不能是全部")
            new = split_id(event.id, leaving)
            review = replace(
                self._review(standing, event, ReviewAction.SPLIT, reviewer),
                taken_out=leaving,
                new_event=new,
                new_title=titles.get(leaving[0], ""),
                new_day=min((days[key] for key in leaving if key in days), default=None),
            )
            return _Decision(event, review, new)

        members = self.find(wanted).articles
        kept = [one.article for one in self.news.articles(ids=members)]
        titles = {article.id: article.title for article in kept}
        days: dict[str, date] = {one.id: one.published for one in kept if one.published is not None}
        return self._decide(decide, reviewer, seen)

    def undo(self, wanted: str, reviewer: Reviewer, *, seen: str | None = None) -> NewsEvent:
        """Take the newest decision on an event back; only who made it may.  It stays in the history."""
        for _ in range(_TRIES):
            standing = self.board.standing()
            event = self._find(standing, standing.where(wanted))
            self._check_seen(standing, event, seen)
            last = _last(standing, event)
            if last is None:
                raise WrongCallError("这个事件没有可以撤销的决定")
            if last.by != reviewer.by.strip():
                raise WrongCallError(
                    f"最近的决定是 {last.by} 于 {last.at:%m-%d %H:%M} {ACTION_WORDS[last.action]}，"
                    "只有本人能撤销；不同意的，请另作决定并写明理由"
                )
            self._check_undoable(standing, last)
            shown = last.event if last.action is ReviewAction.MERGE else event.id
            told = f"撤销“{ACTION_WORDS[last.action]}”：{event.title[:40]}"
            try:
                self.news.undo_review(
                    self.city.id,
                    last.number,
                    Undone(reviewer.by.strip(), reviewer.at),
                    after=standing.change,
                    within=self._within(event.id, "event_undo", told, reviewer, {"decision": last.number}),
                )
            except OutdatedError:
                continue
            now = self.board.standing()
            return self._find(now, last.event if shown not in now.events else shown)
        raise OutdatedError("同时有别人在作决定，请稍候再试一次")

    # ----- notes: they decide nothing

    def comment(self, wanted: str, text: str, reviewer: Reviewer) -> None:
        """Keep a remark for whoever looks at the event later."""
        event, words = self.find(wanted), text.strip()
        if not words:
            raise WrongCallError("意见是空的")
        if len(words) > _LONGEST_WHY:
            raise WrongCallError(f"意见过长（超过 {_LONGEST_WHY} 字），请写要点")
        note = EventNote(event.id, reviewer.by.strip(), reviewer.at, words)
        told = f"对事件《{event.title[:40]}》留言：{words[:200]}"
        self.notes.add(self.city.id, note, self._within(event.id, "event_comment", told, reviewer, {}))

    def assign(self, wanted: str, login: str, reviewer: Reviewer) -> None:
        """Whose task the event is from now on; nobody's with an empty login."""
        event = self.find(wanted)
        note = EventNote(event.id, reviewer.by.strip(), reviewer.at, assigned=login.strip())
        told = f"事件《{event.title[:40]}》{f'交给 {login.strip()}' if login.strip() else '不再指定由谁处理'}"
        detail = {"assigned": login.strip()}
        self.notes.add(self.city.id, note, self._within(event.id, "event_assign", told, reviewer, detail))

    def history(self, event: NewsEvent) -> tuple[EventReview, ...]:
        """Every decision on an event, and on those that went into it or left it."""
        return self.board.standing().history(event.id)

    # ----- inside

    def _decide(self, decide: Callable[[StandingEvents], _Decision], reviewer: Reviewer, seen: str | None) -> NewsEvent:
        for _ in range(_TRIES):
            standing = self.board.standing()
            decision = decide(standing)
            self._check_seen(standing, standing.events[decision.event.id], seen)
            try:
                self.news.add_review(
                    self.city.id,
                    decision.review,
                    after=standing.change,
                    within=self._told(standing.events[decision.event.id], decision.review, reviewer),
                )
            except OutdatedError:
                continue
            return self._find(self.board.standing(), decision.after)
        raise OutdatedError("同时有别人在作决定，请稍候再试一次")

    def _check_seen(self, standing: StandingEvents, event: NewsEvent, seen: str | None) -> None:
        if seen is None or seen == standing.version(event):
            return
        decisions = standing.history(event.id)
        count = len(decisions) + sum(one.undone is not None for one in decisions)
        if seen.partition("-")[0] == str(count):
            raise DecidedMeanwhileError("您打开之后，这个事件又有新的报道或研判，决定没有执行：请看过现在的内容再决定")
        last = _last(standing, event) or (decisions[-1] if decisions else None)
        told = f"{last.by} 已于 {last.at:%m-%d %H:%M} {ACTION_WORDS[last.action]}：{last.why}" if last else "已有变化"
        raise DecidedMeanwhileError(f"您打开之后，{told}。您的决定没有执行，请看过再定")

    def _check_undoable(self, standing: StandingEvents, last: EventReview) -> None:
        regrouped = (last.action is ReviewAction.MERGE and last.event not in standing.suggested) or (
            last.action is ReviewAction.SPLIT and last.new_event in standing.suggested
        )
        if regrouped:
            raise WrongCallError("夜间归并已按这次决定重新整理，不能撤销了：请改用拆分或并入")

    def _plain(
        self,
        standing: StandingEvents,
        event: NewsEvent,
        action: ReviewAction,
        reviewer: Reviewer,
        ground: DismissGround | None = None,
    ) -> _Decision:
        review = replace(self._review(standing, event, action, reviewer), ground=ground)
        return _Decision(event, review, event.id)

    def _review(
        self, standing: StandingEvents, event: NewsEvent, action: ReviewAction, reviewer: Reviewer
    ) -> EventReview:
        suggested = standing.suggested.get(event.id)
        return EventReview(
            event=event.id,
            action=action,
            by=reviewer.by.strip(),
            why=" ".join(reviewer.why.split()),
            at=reviewer.at,
            articles=event.articles,
            labels=event.labels,
            units=event.units,
            negative=event.negative,
            said=None if suggested is None else suggested.labels,
            said_negative=None if suggested is None else suggested.negative,
        )

    def _told(self, before: NewsEvent, review: EventReview, reviewer: Reviewer) -> Within | None:
        told = f"{ACTION_WORDS[review.action]}事件《{before.title[:40]}》：{review.why[:200]}"
        detail = {
            "before": {"state": before.state.value, **_what(before.labels, before.units, before.negative)},
            "after": {"action": review.action.value, **_what(review.labels, review.units, review.negative)},
            "into": review.into,
            "new_event": review.new_event,
            "ground": review.ground.value if review.ground is not None else None,
        }
        return self._within(review.event, f"event_{review.action.value}", told, reviewer, detail)

    def _within(
        self, event: str, action: str, told: str, reviewer: Reviewer, detail: Mapping[str, object]
    ) -> Within | None:
        log = self._log
        if log is None:
            return None

        def add(connection: Connection) -> None:
            log.add_within(
                connection,
                at=reviewer.at,
                by=reviewer.login,
                role=reviewer.role,
                action=action,
                subject=f"event:{self.city.id}:{event}",
                told=told,
                detail={**detail, "named": reviewer.by.strip()},
            )

        return add


def label_named(word: str) -> NewsLabel:
    """The label of that id or Chinese name.  ``WrongCallError`` where there is none."""
    for label, chinese in LABEL_WORDS.items():
        if word.strip() in (label.value, chinese):
            return label
    known = "、".join(f"{label.value}（{chinese}）" for label, chinese in LABEL_WORDS.items())
    raise WrongCallError(f"不认识的标签 {word!r}，可用：{known}")


def ground_named(word: str) -> DismissGround:
    """The ground of a dismissal of that id.  ``WrongCallError`` where there is none."""
    try:
        return DismissGround(word.strip())
    except ValueError:
        known = "、".join(f"{ground.value}（{chinese}）" for ground, chinese in GROUND_WORDS.items())
        raise WrongCallError(f"不认识的排除理由 {word[:40]!r}，可用：{known}") from None


def told_decision(city: City, event: NewsEvent) -> str:
    """What an event is now, in a few words: for the answer to a decision."""
    return f"《{event.title[:30]}》：{kinds_text(event)}，{units_text(city, event.units)}"


def _what(labels: Sequence[NewsLabel], units: Sequence[str], negative: bool) -> dict[str, object]:
    return {"labels": [label.value for label in labels], "units": list(units), "negative": negative}


def _last(standing: StandingEvents, event: NewsEvent) -> EventReview | None:
    """The newest decision on an event that holds."""
    return next((one for one in reversed(standing.history(event.id)) if one.undone is None), None)


def _member(event: NewsEvent, wanted: str) -> str:
    found = [article for article in event.articles if article == wanted]
    found = found or [a for a in event.articles if len(wanted) >= _SHORTEST_ID and a.startswith(wanted)]
    if len(found) != 1:
        raise WrongCallError(f"事件 {event.id} 中没有文章 {wanted!r}（或不止一篇以它开头）")
    return found[0]
