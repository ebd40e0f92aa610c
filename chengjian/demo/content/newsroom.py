"""Fills the columns of an office as its declaration promises."""

from dataclasses import replace
from datetime import date, timedelta

from chengjian.demo.content import statutory
from chengjian.demo.content.articles import Article, Column, Draft
from chengjian.demo.content.days import days_before, last_anniversary
from chengjian.demo.content.dice import Dice
from chengjian.demo.content.news import Writer, write_news, write_notice, write_policy, write_reading
from chengjian.demo.content.place import Place
from chengjian.demo.promises import ColumnPromise, Matter

_WRITERS: dict[Matter, Writer] = {
    Matter.NEWS: write_news,
    Matter.NOTICE: write_notice,
    Matter.POLICY: write_policy,
    Matter.READING: write_reading,
    Matter.SUPERVISION: lambda place, dice, number: statutory.graded_supervision(place, number),
}


class Newsroom:
    """Writes articles and numbers them through the portal."""

    def __init__(self, place: Place, as_of: date, first_number: int) -> None:
        self._place = place
        self._as_of = as_of
        self._next = first_number

    def publish(self, draft: Draft, day: date, *, source: str | None = None, pinned: bool = False) -> Article:
        number, self._next = self._next, self._next + 1
        paragraphs = tuple(text.replace("〔年份〕", f"〔{day.year}〕") for text in draft.paragraphs)
        return Article(number, draft.title, day, paragraphs, source or self._place.name, pinned)

    def column(self, promise: ColumnPromise, *extra: Draft) -> Column:
        """The column as promised.  ``extra`` drafts come in after the newest item, one from the third place on."""
        drafts = self._drafts(promise)
        days = self._days(promise, len(drafts))
        for place, draft in enumerate(extra, 2):
            drafts[min(place, len(drafts) - 1)] = draft
        articles = [self.publish(draft, day) for draft, day in zip(drafts, days, strict=True)]
        return Column(promise.key, promise.name, tuple(articles))

    def pin(self, column: Column, draft: Draft, age: int) -> Column:
        """The column with an old article pinned (置顶) above the newest."""
        article = self.publish(draft, days_before(self._as_of, age), pinned=True)
        return replace(column, articles=(article, *column.articles))

    def _drafts(self, promise: ColumnPromise) -> list[Draft]:
        place, count = self._place, promise.items
        dice = Dice(f"{place.name}/{promise.key}")
        match promise.matter:
            case Matter.NEWS | Matter.NOTICE | Matter.POLICY | Matter.READING | Matter.SUPERVISION:
                return [_WRITERS[promise.matter](place, dice, number) for number in range(count)]
            case Matter.RULES:
                return list(statutory.rules(place)[:count])
            case Matter.ORGANS:
                return list(statutory.organs(place)[:count])
            case Matter.SERVICE_ITEMS:
                return list(statutory.service_items()[:count])
            case Matter.REPORT:
                newest = promise.newest(self._as_of) or self._as_of
                return [statutory.annual_report(place, newest.year - 1 - back) for back in range(count)]
            case Matter.BUDGET:
                newest = promise.newest(self._as_of) or self._as_of
                years = range(newest.year, newest.year - count, -1)
                return [draft for year in years for draft in statutory.budgets(place, year)][:count]

    def _days(self, promise: ColumnPromise, count: int) -> list[date]:
        """Newest first.  An undated column gets days too; its portal does not print them."""
        newest = promise.newest(self._as_of)
        if newest is None:
            return [days_before(self._as_of, 700)] * count
        if promise.anniversary is not None:
            per_year = 2 if promise.matter is Matter.BUDGET else 1
            return [
                last_anniversary(date(newest.year - place // per_year, 12, 31), *promise.anniversary)
                for place in range(count)
            ]
        if promise.matter in (Matter.RULES, Matter.ORGANS):
            return [newest] * count
        dice = Dice(f"{self._place.name}/{promise.key}/days")
        days: list[date] = []
        day = newest
        for place in range(count):
            days.append(day)
            day -= timedelta(days=dice.number(place, 0 if place else 1, 4))
        return days
