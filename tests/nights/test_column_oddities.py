"""Items of columns over nights: first seen once, compared with what was there before, and told once."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from records.judgement import ColumnFact, ColumnJudgement
from records.nights import NightState
from records.oddities import OddityKind
from records.page import Pager
from records.verdicts import ColumnKind, ColumnVerdict
from tests.nights.watched_city import KEY, URL, Shown, WatchedCity, article, article_list, at, fetched
from tests.program import called

COLUMN = URL + "zwgk/tz/"
A = (URL + "zwgk/tz/a.html", "关于召开年度工作会议的通知", date(2026, 11, 1))
LATE = (URL + "zwgk/tz/late.html", "关于公布权责清单的公告", date(2026, 3, 3))


def look(when: datetime, *items: tuple[str, str, date | None], stale: bool = False) -> Shown:
    """A look at one column; ``stale``: its page was taken over from an earlier night."""
    verdict = ColumnJudgement(
        ColumnFact(COLUMN, "通知公告", ColumnKind.NOTICE, len(items), None), ColumnVerdict.FRESH, 1, 31
    )
    page = article_list(COLUMN, items, when)
    asked = (fetched(COLUMN, at("11-01 21:00")),) if stale else ()
    return Shown(targets=asked, pages=(page,), columns=(verdict,))


def kinds(city: WatchedCity) -> list[OddityKind]:
    return [one.oddity.kind for one in city.items.oddities()]


def test_an_item_that_appears_with_an_old_day_is_told_once(city: WatchedCity) -> None:
    for when in ("11-02 21:00", "11-03 21:00"):
        city.night(at(when), shown=look(at(when), A))
    assert kinds(city) == []
    for when in ("11-04 21:00", "11-05 21:00"):
        city.night(at(when), shown=look(at(when), LATE, A))
    (kept,) = city.items.oddities()
    assert (kept.site, kept.night, kept.oddity.kind) == (KEY, 3, OddityKind.EARLY_DATE)
    assert (kept.oddity.claimed, kept.oddity.looked_before) == (date(2026, 3, 3), date(2026, 11, 3))
    assert city.items.known(KEY, COLUMN, besides=0)[LATE[0]].first_at == at("11-04 21:10")


def test_taking_the_same_audit_in_again_tells_nothing_more(city: WatchedCity) -> None:
    city.night(at("11-02 21:00"), shown=look(at("11-02 21:00"), A))
    _, audit = city.night(at("11-04 21:00"), shown=look(at("11-04 21:00"), LATE, A))
    before = city.items.oddities()
    kept = city.results.load(audit)
    assert kept is not None
    for reader in city.view().readers:
        reader.read(kept, 2)
    assert city.items.oddities() == before
    assert len(before) == 1


def test_a_page_that_was_taken_over_shows_nothing_new(city: WatchedCity) -> None:
    city.night(at("11-02 21:00"), shown=look(at("11-02 21:00"), A))
    city.night(at("11-04 21:00"), shown=look(at("11-04 21:00"), LATE, A, stale=True))
    assert kinds(city) == []
    assert LATE[0] not in city.items.known(KEY, COLUMN, besides=0)


def test_an_old_text_under_a_new_address_is_told_with_the_old_one(city: WatchedCity) -> None:
    title = "关于开展消防安全检查的通知"
    first, again = (URL + "zwgk/tz/1.html", title, date(2026, 1, 5)), (URL + "zwgk/tz/2.html", title, date(2026, 11, 4))
    one, two = at("11-02 21:00"), at("11-04 21:00")
    before = look(one, first, A)
    city.night(
        one,
        shown=Shown(
            before.targets, (*before.pages, article(first[0], one, simhash=2**63 + 5, text="t")), before.columns
        ),
    )
    after = look(two, again, first, A)
    city.night(
        two,
        shown=Shown(after.targets, (*after.pages, article(again[0], two, simhash=2**63 + 4, text="u")), after.columns),
    )
    (kept,) = city.items.oddities()
    assert (kept.oddity.kind, kept.oddity.url, kept.oddity.other_url) == (OddityKind.GHOST, again[0], first[0])
    assert "正文相同或几乎相同" in kept.oddity.told


def test_the_list_says_that_nothing_is_concluded(city: WatchedCity) -> None:
    city.night(at("11-02 21:00"), shown=look(at("11-02 21:00"), A))
    city.night(at("11-04 21:00"), shown=look(at("11-04 21:00"), LATE, A), state=NightState.VOIDED)
    call = ["findings", "oddities", "--db", f"sqlite:///{city.path}"]
    text = called(*call).stdout
    assert "首次看到晚于标注日期" in text
    assert "不作认定、不计分" in text
    assert "所在的夜已作废" in text
    told = json.loads(called(*call, "--json", "--kind", "early_date", "--site", KEY).stdout)
    assert [one["oddity"]["url"] for one in told["oddities"]] == [LATE[0]]
    assert "共 0 条" in called(*call, "--kind", "ghost").stdout


def pages_of(when: datetime, *lists: tuple[tuple[str, str, date | None], ...], carried: Collection[int] = ()) -> Shown:
    """A look at a column of several pages, each with the addresses of the others in its pager."""
    urls = [COLUMN, *(f"{COLUMN}index_{number}.html" for number in range(1, len(lists)))]
    pages = []
    for number, items in enumerate(lists):
        page = article_list(urls[number], items, when)
        near = urls[max(number - 1, 0) : number + 2]
        pager = Pager(len(lists), number, tuple(url for url in near if url != urls[number]))
        pages.append(replace(page, reading=replace(page.reading, pager=pager)))
    judged = ColumnJudgement(ColumnFact(COLUMN, "通知公告", ColumnKind.NOTICE, 9, None), ColumnVerdict.FRESH, 1, 31)
    asked = tuple(fetched(urls[number], at("11-01 21:00")) for number in carried)
    return Shown(targets=asked, pages=tuple(pages), columns=(judged,))


def old(number: int) -> tuple[str, str, date | None]:
    return (f"{COLUMN}old-{number}.html", f"第{number}号旧公告", date(2026, 1, number))


def test_an_item_that_is_put_far_behind_by_its_day_is_found(city: WatchedCity) -> None:
    """A list sorted by the day of its items shows a back-dated one on its third page."""
    one, two = at("11-02 21:00"), at("11-04 21:00")
    city.night(one, shown=pages_of(one, (A,), (old(9), old(8)), (old(2), old(1))))
    assert kinds(city) == []
    city.night(two, shown=pages_of(two, (A,), (old(9), old(8)), (old(2), LATE, old(1))))
    (kept,) = city.items.oddities()
    assert (kept.oddity.kind, kept.oddity.url) == (OddityKind.EARLY_DATE, LATE[0])


def test_a_page_that_was_never_looked_at_shows_nothing_odd(city: WatchedCity) -> None:
    """The first look at the second page, and one that was taken over, are no appearance of what stands on it."""
    days = [at(f"11-0{day} 21:00") for day in (2, 4, 5, 6)]
    city.night(days[0], shown=look(days[0], A))
    city.night(days[1], shown=pages_of(days[1], (A,), (LATE, old(1))))
    city.night(days[2], shown=pages_of(days[2], (A,), (LATE, old(1), old(2)), carried=(1,)))
    assert kinds(city) == []
    assert old(2)[0] not in city.items.known(KEY, COLUMN, besides=0)
    city.night(days[3], shown=pages_of(days[3], (A,), (LATE, old(2), old(1))))
    assert [(one.oddity.kind, one.oddity.looked_before) for one in city.items.oddities()] == [
        (OddityKind.EARLY_DATE, date(2026, 11, 4))
    ]


def test_items_that_move_to_the_next_page_are_known(city: WatchedCity) -> None:
    """Every new item pushes the last one of each page on to the next."""
    one, two = at("11-02 21:00"), at("11-04 21:00")
    city.night(one, shown=pages_of(one, (A, old(9)), (old(8), old(7))))
    fresh = (COLUMN + "new.html", "关于今日工作的通知", date(2026, 11, 3))
    city.night(two, shown=pages_of(two, (fresh, A), (old(9), old(8)), (old(7),)))
    assert kinds(city) == []
