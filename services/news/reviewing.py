"""Decisions of analysts on events: who decided what, why, and what the event was then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from records.news import NewsEvent, NewsLabel
from records.news_reviews import EventReview, ReviewAction
from records.registry import City
from services.registry.unit_search import find_unit
from services.schemes import WrongCallError
from storage.event_reviews import split_id
from storage.news import NewsRepository

LABEL_WORDS: Final = {
    NewsLabel.MISCONDUCT: "违纪违法",
    NewsLabel.MAJOR_DISHONESTY: "重大失信",
    NewsLabel.CREDIT_ABUSE: "信用滥用",
    NewsLabel.INTEGRITY_EDUCATION: "诚信教育",
    NewsLabel.SPECIAL_GOVERNANCE: "专项治理",
}
_SHORTEST_ID: Final = 4


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who decides, and why."""

    by: str
    why: str
    at: datetime

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise WrongCallError("复核须写明由谁作出（--by 姓名）")
        if not self.why.strip():
            raise WrongCallError("复核须写明理由（--why 一句话）")


class EventDesk:
    """The events of one city, for whoever looks at them and decides."""

    def __init__(self, news: NewsRepository, city: City) -> None:
        self._news = news
        self._city = city

    def find(self, wanted: str) -> NewsEvent:
        """The event of that id, or of the only id that begins so.  ``WrongCallError`` where there is none."""
        events = self._news.events(self._city.id, plain=True)
        exact = [event for event in events if event.id == wanted]
        found = exact or [e for e in events if len(wanted) >= _SHORTEST_ID and e.id.startswith(wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise WrongCallError(f"有几个事件的编号以 {wanted} 开头，请写全")
        raise WrongCallError(f"{self._city.name}没有事件 {wanted!r}，用 chengjian news events 查看编号")

    def confirm(self, wanted: str, reviewer: Reviewer) -> NewsEvent:
        """The event is as it is shown, and counts."""
        return self._decide(self.find(wanted), ReviewAction.CONFIRM, reviewer)

    def dismiss(self, wanted: str, reviewer: Reviewer) -> NewsEvent:
        """The event counts for nobody."""
        return self._decide(self.find(wanted), ReviewAction.DISMISS, reviewer)

    def relabel(
        self, wanted: str, labels: Sequence[str], reviewer: Reviewer, *, negative: bool | None = None
    ) -> NewsEvent:
        """The event is of these kinds and of no other; ``negative``: whether it counts as 负面事件, None as before."""
        event = self.find(wanted)
        chosen = tuple(dict.fromkeys(label_named(word) for word in labels))
        changed = replace(event, labels=chosen, negative=event.negative if negative is None else negative)
        return self._decide(changed, ReviewAction.RELABEL, reviewer)

    def reattribute(self, wanted: str, units: Sequence[str], reviewer: Reviewer) -> NewsEvent:
        """The event is charged to these units and to no other; to none where there are none."""
        event = self.find(wanted)
        chosen = tuple(dict.fromkeys(find_unit(self._city, word).id for word in units))
        return self._decide(replace(event, units=chosen), ReviewAction.REATTRIBUTE, reviewer)

    def merge(self, wanted: str, into: str, reviewer: Reviewer) -> NewsEvent:
        """Two events are one: the first goes into the second."""
        event, target = self.find(wanted), self.find(into)
        if event.id == target.id:
            raise WrongCallError("不能把事件并入它自己")
        self._add(event, ReviewAction.MERGE, reviewer, into=target.id)
        return self.find(target.id)

    def split(self, wanted: str, articles: Sequence[str], reviewer: Reviewer) -> NewsEvent:
        """Some articles tell of another matter: they become an event of their own, which is given back."""
        event = self.find(wanted)
        leaving = tuple(dict.fromkeys(_member(event, article) for article in articles))
        if not leaving or len(leaving) == len(event.articles):
            raise WrongCallError("拆分须给出事件中的一部分文章（--article 编号），不能是全部")
        new = split_id(event.id, leaving)
        kept = {one.article.id: one.article for one in self._news.articles(ids=leaving)}
        days = [article.published for article in kept.values() if article.published is not None]
        first = next((kept[key].title for key in leaving if key in kept), "")
        self._add(
            event,
            ReviewAction.SPLIT,
            reviewer,
            taken_out=leaving,
            new_event=new,
            new_title=first,
            new_day=min(days, default=None),
        )
        return self.find(new)

    def history(self, event: NewsEvent) -> tuple[EventReview, ...]:
        """Every decision on an event, and on those that went into it or left it."""
        reviews = self._news.reviews(self._city.id)
        ids = {event.id}
        for review in reversed(reviews):
            if review.into in ids:
                ids.add(review.event)
        return tuple(
            review for review in reviews if review.event in ids or review.new_event in ids or review.into in ids
        )

    def _decide(self, event: NewsEvent, action: ReviewAction, reviewer: Reviewer) -> NewsEvent:
        self._add(event, action, reviewer)
        return self.find(event.id)

    def _add(
        self,
        event: NewsEvent,
        action: ReviewAction,
        reviewer: Reviewer,
        *,
        into: str | None = None,
        taken_out: tuple[str, ...] = (),
        new_event: str | None = None,
        new_title: str = "",
        new_day: date | None = None,
    ) -> None:
        review = EventReview(
            event=event.id,
            action=action,
            by=reviewer.by.strip(),
            why=" ".join(reviewer.why.split()),
            at=reviewer.at,
            articles=event.articles,
            labels=event.labels,
            units=event.units,
            negative=event.negative,
            into=into,
            taken_out=taken_out,
            new_event=new_event,
            new_title=new_title,
            new_day=new_day,
        )
        self._news.add_review(self._city.id, review)


def label_named(word: str) -> NewsLabel:
    """The label of that id or Chinese name.  ``WrongCallError`` where there is none."""
    for label, chinese in LABEL_WORDS.items():
        if word.strip() in (label.value, chinese):
            return label
    known = "、".join(f"{label.value}（{chinese}）" for label, chinese in LABEL_WORDS.items())
    raise WrongCallError(f"不认识的标签 {word!r}，可用：{known}")


def _member(event: NewsEvent, wanted: str) -> str:
    found = [article for article in event.articles if article == wanted]
    found = found or [a for a in event.articles if len(wanted) >= _SHORTEST_ID and a.startswith(wanted)]
    if len(found) != 1:
        raise WrongCallError(f"事件 {event.id} 中没有文章 {wanted!r}（或不止一篇以它开头）")
    return found[0]
