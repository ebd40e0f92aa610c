"""`chengjian news list|events|show` and the decisions on events."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.databases import KnownDatabase
from chengjian.cli.manners import UserError
from chengjian.cli.news import (
    DEFAULT_CITY,
    CityOption,
    JsonOption,
    answer_document,
    news_app,
    open_repository,
)

if TYPE_CHECKING:
    from records.news import NewsEvent
    from services.news.reviewing import EventDesk, Reviewer

__all__ = ["news_app"]

EventArgument = Annotated[str, typer.Argument(metavar="EVENT", help="事件编号，或它开头的几位")]
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="谁作出的决定")]
WhyOption = Annotated[str, typer.Option("--why", metavar="TEXT", help="理由，一句话")]
PeriodOption = Annotated[
    str | None, typer.Option("--period", metavar="PERIOD", help="评价期，如 2026、2026H2、2026Q4、2026-11")
]
UnitOption = Annotated[str | None, typer.Option("--unit", metavar="ID", help="只看这个单位（编号或名称）")]
LabelOption = Annotated[
    str | None, typer.Option("--label", metavar="LABEL", help="只看这一种，如 misconduct 或 违纪违法")
]


def _days(period: str | None) -> tuple[date | None, date | None]:
    from records.period import Period

    if period is None:
        return None, None
    try:
        found = Period.parse(period)
    except ValueError as error:
        raise UserError(str(error)) from None
    return found.first_day, found.last_day


@news_app.command("list")
def list_articles(
    city: CityOption = DEFAULT_CITY,
    unit: UnitOption = None,
    label: LabelOption = None,
    period: PeriodOption = None,
    state: Annotated[
        str | None, typer.Option("--state", metavar="flagged|unsure|unjudged", help="有标签、拿不准、未研判")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="最多列几篇")] = 200,
    db: KnownDatabase = None,
    as_json: JsonOption = False,
) -> None:
    """列出库中的文章和对它们的研判。"""
    from services.news.article_list import listed_articles
    from services.news.documents import article_document
    from services.news.event_text import articles_text
    from services.registry import load_city

    first, last = _days(period)
    known = load_city(city)
    found, facts, total = listed_articles(
        open_repository(db), known, unit=unit, label=label, state=state, first=first, last=last, limit=limit
    )
    if as_json:
        articles = [article_document(one, facts.get(one.article.id)) for one in found]
        answer_document({"schema": "chengjian.news-articles/1", "city": known.id, "total": total, "articles": articles})
        return
    answer(articles_text(known, found, facts))
    if total > len(found):
        answer(f"……共 {total} 篇，用 --limit 多列一些\n")


@news_app.command("events")
def events(
    city: CityOption = DEFAULT_CITY,
    unit: UnitOption = None,
    label: LabelOption = None,
    period: PeriodOption = None,
    state: Annotated[
        str | None,
        typer.Option(
            "--state", metavar="STATE", help="suggested 待复核、confirmed 已确认、dismissed 已排除、refuted 已澄清"
        ),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="没有标签也不是负面的事件也列出")] = False,
    db: KnownDatabase = None,
    as_json: JsonOption = False,
) -> None:
    """列出事件：同一件事只算一次，复核的决定已计入。"""
    from services.news.article_list import listed_events
    from services.news.documents import events_document
    from services.news.event_text import events_text
    from services.registry import load_city

    first, last = _days(period)
    known = load_city(city)
    found = listed_events(
        open_repository(db), known, unit=unit, label=label, state=state, first=first, last=last, plain=plain
    )
    if as_json:
        answer_document(events_document(known.id, period, found))
    else:
        answer(events_text(known, found))


@news_app.command("show")
def show(
    event: EventArgument, city: CityOption = DEFAULT_CITY, db: KnownDatabase = None, as_json: JsonOption = False
) -> None:
    """说明一个事件：有哪些文章，依据哪些词，归属哪些单位、为什么，复核到哪一步。"""
    from services.news.documents import event_page_document
    from services.news.event_text import event_page
    from services.news.reviewing import EventDesk
    from services.registry import load_city

    known = load_city(city)
    news = open_repository(db)
    desk = EventDesk(news, known)
    found = desk.find(event)
    reviews = desk.history(found)
    facts = news.facts(known.id, found.articles)
    articles = {one.article.id: one for one in news.articles(ids=found.articles)}
    if as_json:
        answer_document(event_page_document(found, facts, articles, reviews))
        return
    pages = {key: news.pages(key) for key in articles}
    answer(event_page(known, found, facts, articles, pages, reviews))


# ----- decisions


def _desk(city: str, db: str | None) -> "EventDesk":
    from services.news.reviewing import EventDesk
    from services.registry import load_city
    from storage.console_log import ConsoleLog

    news = open_repository(db)
    return EventDesk(news, load_city(city), log=ConsoleLog(news.engine))


def _reviewer(by: str, why: str) -> "Reviewer":
    from crawler.clock import now
    from services.news.reviewing import Reviewer

    return Reviewer(by, why, now())


def _tell(city: str, event: "NewsEvent", as_json: bool) -> None:
    from services.news.documents import event_document
    from services.news.event_text import event_line
    from services.registry import load_city

    if as_json:
        answer_document(event_document(event))
    else:
        answer(event_line(load_city(city), event) + "\n")


@news_app.command("confirm")
def confirm(
    event: EventArgument,
    by: ByOption,
    why: WhyOption,
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
    as_json: JsonOption = False,
) -> None:
    """确认一个事件：按现在的种类和归属计入。"""
    _tell(city, _desk(city, db).confirm(event, _reviewer(by, why)), as_json)


@news_app.command("dismiss")
def dismiss(
    event: EventArgument,
    by: ByOption,
    why: WhyOption,
    ground: Annotated[
        str | None,
        typer.Option(
            "--ground",
            metavar="GROUND",
            help="not_so 研判有误（教给下次训练）、elsewhere 不在本市、old 旧事、cleared 已澄清、other 其他",
        ),
    ] = None,
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
    as_json: JsonOption = False,
) -> None:
    """排除一个事件：不计入任何单位，记录仍保留。"""
    from services.news.reviewing import ground_named

    chosen = None if ground is None else ground_named(ground)
    _tell(city, _desk(city, db).dismiss(event, _reviewer(by, why), ground=chosen), as_json)


@news_app.command("undo")
def undo(
    event: EventArgument,
    by: ByOption,
    why: WhyOption,
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
    as_json: JsonOption = False,
) -> None:
    """撤销本人对一个事件最近的决定；决定仍留在记录里。"""
    _tell(city, _desk(city, db).undo(event, _reviewer(by, why)), as_json)


@news_app.command("relabel")
def relabel(
    event: EventArgument,
    by: ByOption,
    why: WhyOption,
    label: Annotated[
        list[str] | None, typer.Option("--label", metavar="LABEL", help="改成这些种类（可重复）；不写则一个也没有")
    ] = None,
    negative: Annotated[
        bool | None, typer.Option("--negative/--not-negative", help="是否计为负面事件；不写则不变")
    ] = None,
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
    as_json: JsonOption = False,
) -> None:
    """改一个事件的种类。"""
    done = _desk(city, db).relabel(event, label or [], _reviewer(by, why), negative=negative)
    _tell(city, done, as_json)


@news_app.command("reattribute")
def reattribute(
    event: EventArgument,
    by: ByOption,
    why: WhyOption,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", metavar="ID", help="归属这些单位（可重复）；不写则不归属任何单位")
    ] = None,
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
    as_json: JsonOption = False,
) -> None:
    """改一个事件归属的单位。"""
    _tell(city, _desk(city, db).reattribute(event, unit or [], _reviewer(by, why)), as_json)


@news_app.command("merge")
def merge(
    event: EventArgument,
    into: Annotated[str, typer.Option("--into", metavar="EVENT", help="并入哪个事件")],
    by: ByOption,
    why: WhyOption,
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
    as_json: JsonOption = False,
) -> None:
    """两个事件其实是一件事：把前一个并入后一个。"""
    _tell(city, _desk(city, db).merge(event, into, _reviewer(by, why)), as_json)


@news_app.command("split")
def split(
    event: EventArgument,
    article: Annotated[list[str], typer.Option("--article", metavar="ID", help="讲另一件事的文章（可重复）")],
    by: ByOption,
    why: WhyOption,
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
    as_json: JsonOption = False,
) -> None:
    """一个事件里混了两件事：把给出的文章拆出来，成为新事件。"""
    _tell(city, _desk(city, db).split(event, article, _reviewer(by, why)), as_json)
