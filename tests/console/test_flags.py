"""The queue of suspicions and one finding: what an analyst reads and does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from records.accounts import Role
from records.desk import CardQuery, FindingCard, Pile
from records.review import FindingReview, ReviewState
from records.sightings import LifeState
from records.verdicts import Severity
from services.desk.cards import CardKeeper
from storage.finding_reviews import FindingReviews
from storage.sightings import SightingRepository
from storage.suppressions import SuppressionRepository
from tests.console.flag_city import FlagCity, at, dead, missing, stale

A, B = dead("dongcheng"), dead("dongcheng", "zwgk/b.html")
OTHER = dead("xicheng", "tzgg/c.html")
COLUMN = stale("dongcheng")
ABROAD = tuple(dead(unit, "http://gone.example/x.html", Severity.MINOR) for unit in ("dongcheng", "xicheng"))


@pytest.fixture
def flags(desk) -> FlagCity:
    """One night: three of one folder on one portal, one host that two portals link to."""
    made = FlagCity(desk.tools)
    made.night(at("11-02 21:00"), {"dongcheng": [A, B, COLUMN, ABROAD[0]], "xicheng": [OTHER, ABROAD[1]]})
    cards(desk)  # as the worker does: a page gives it a tenth of a second, which is not enough on a busy machine
    return made


def cards(desk, pile: Pile | None = Pile.OPEN) -> dict[str, FindingCard]:
    keeper: CardKeeper = desk.tools.desk.keeper(replace(desk.tools.view(), today=desk.tools.today))
    keeper.refresh()
    return {f"{one.site} {one.finding}": one for one in keeper.cards.page(CardQuery(pile=pile), limit=100)}


def card(desk, finding, site: str = "dongcheng.example") -> FindingCard:
    return cards(desk, None)[f"{site} {finding.id}"]


@contextmanager
def statements(desk) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    event.listen(desk.tools.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(desk.tools.engine, "before_cursor_execute", note)


def test_one_line_for_one_cause_and_the_worst_first(desk, flags) -> None:
    """Two dead pages of one folder are one line; what two portals link to is one line; the grave stand first."""
    text = desk.as_role(Role.ANALYST).get("/flags")
    assert text.count("2 条同因") == 2
    assert "指向 gone.example 的链接" in text
    assert text.index("/zwgk/ 下的链接") < text.index("指向 gone.example 的链接")
    assert "4 个原因，6 项发现" in text


def test_a_group_opens_with_its_cards(desk, flags) -> None:
    browser = desk.as_role(Role.ANALYST)
    cause = card(desk, A).cause
    part = browser.get(f"/flags/cause?cause={cause}")
    assert part.count("<tr data-row>") == 2
    assert "<html" not in part


def test_filters_are_in_the_address_and_survive_opening_a_card(desk, flags) -> None:
    """Whoever sends a colleague the address shows what they see; next and previous stay within it."""
    browser = desk.as_role(Role.ANALYST)
    text = browser.get("/flags?unit=xicheng&severity=major&text=tzgg")
    assert "1 个原因，1 项发现" in text
    found = re.search(r'href="(/flags/\d+\?[^"]*)"', text)
    assert found is not None
    assert "unit=xicheng" in found[1]
    one = browser.get(found[1].replace("&amp;", "&"))
    assert "data-next" not in one
    assert "西城县" in one
    assert "这里没有发现" in browser.get("/flags?unit=beicheng")
    assert browser.get("/flags?pile=nonsense&severity=nonsense&from=gestern&page=-4")


def test_a_confirmation_moves_the_card_on_and_is_taken_back(desk, flags) -> None:
    """Confirm, see it told, take it back: the history keeps both and the card is where it was."""
    browser = desk.as_role(Role.ANALYST)
    mine = card(desk, A)
    text = browser.post(
        "/flags/decide", card=f"{mine.id}:{mine.version}", action="confirm", back="/flags?unit=dongcheng"
    )
    assert "已确认 1 项" in text
    assert card(desk, A).pile is Pile.CONFIRMED
    batch = re.search(r'name="batch" value="([0-9a-f]+)"', text)
    assert batch is not None
    assert "已撤销 1 项" in browser.post("/flags/undo", batch=batch[1], back="/flags")
    assert card(desk, A).pile is Pile.OPEN
    history = FindingReviews(desk.tools.engine).history("dongcheng.example", A.id)
    assert [one.state for one in history] == [ReviewState.CONFIRMED, ReviewState.WITHDRAWN]
    assert "没有再做一次" in browser.post("/flags/undo", batch=batch[1], back="/flags")
    assert len(FindingReviews(desk.tools.engine).history()) == 2
    assert [one.action for one in desk.tools.log.newest(limit=2)] == ["undo_finding", "confirm_finding"]


def test_the_same_key_once_more_after_the_way_back_decides_nothing_twice(desk, flags) -> None:
    """The page that the back button loads again is as it stands now: confirmed by oneself is not confirmed anew."""
    browser = desk.as_role(Role.ANALYST)
    mine = card(desk, A)
    browser.post("/flags/decide", card=f"{mine.id}:{mine.version}", action="confirm", back="/flags")
    mine = card(desk, A)
    text = browser.post("/flags/decide", card=f"{mine.id}:{mine.version}", action="confirm", back="/flags")
    assert "已由您自己于" in text
    assert "没有再做一次" in text
    other = card(desk, B)
    both = [f"{one.id}:{one.version}" for one in (mine, other)]
    assert "已确认 1 项；" in browser.post("/flags/decide", card=both, action="confirm", back="/flags")
    history = FindingReviews(desk.tools.engine).history("dongcheng.example", A.id)
    assert [one.state for one in history] == [ReviewState.CONFIRMED]
    desk.account("analyst-2", Role.ANALYST)
    again = f"{mine.id}:{mine.version}"
    assert "已确认 1 项" in desk.signed_in("analyst-2").post(
        "/flags/decide", card=again, action="confirm", back="/flags"
    )
    mine = card(desk, A)
    text = browser.post(
        "/flags/decide", card=f"{mine.id}:{mine.version}", action="dismiss", why="又好了", back="/flags"
    )
    assert "已否定 1 项" in text


def test_many_are_decided_at_once_with_one_reason_and_taken_back_at_once(desk, flags) -> None:
    browser = desk.as_role(Role.ANALYST)
    chosen = [card(desk, one) for one in (A, B, COLUMN)]
    given = [f"{one.id}:{one.version}" for one in chosen]
    assert "须写明理由" in browser.post("/flags/decide", status=422, card=given, action="dismiss", back="/flags")
    text = browser.post("/flags/decide", card=given, action="dismiss", why="外单位页面", back="/flags")
    assert "已否定 3 项" in text
    assert {one.pile for one in (card(desk, a) for a in (A, B, COLUMN))} == {Pile.SUPPRESSED}
    batch = re.search(r'name="batch" value="([0-9a-f]+)"', text)
    assert batch is not None
    browser.post("/flags/undo", batch=batch[1], back="/flags")
    assert len(cards(desk)) == 6


def test_of_two_who_decide_one_gets_it_and_the_other_is_told_who_and_when(desk, flags) -> None:
    """Nothing is overwritten: the second reads who did what."""
    desk.account("zhang", Role.ANALYST)
    first, second = desk.as_role(Role.ANALYST), desk.signed_in("zhang")
    mine = card(desk, A)
    form = {"card": f"{mine.id}:{mine.version}", "back": "/flags"}
    first.post("/flags/decide", action="confirm", **form)
    text = second.post("/flags/decide", action="dismiss", why="看错", **form)
    assert "已由测analyst（analyst）于 11-20 10:00 确认" in text
    assert [one.state for one in FindingReviews(desk.tools.engine).history()] == [ReviewState.CONFIRMED]
    again = first.post("/flags/decide", action="confirm", **form)
    assert "您自己" in again
    assert len(FindingReviews(desk.tools.engine).history()) == 1


def test_a_decision_on_the_command_line_is_seen_before_one_in_the_console(desk, flags) -> None:
    """The desk is not the only door: what was written elsewhere stands."""
    browser = desk.as_role(Role.ANALYST)
    mine = card(desk, A)
    FindingReviews(desk.tools.engine).add(
        FindingReview("dongcheng.example", A.id, ReviewState.DISMISSED, "误判", "李", desk.clock())
    )
    text = browser.post("/flags/decide", card=f"{mine.id}:{mine.version}", action="confirm", back="/flags")
    assert "已由李于 11-20 10:00 处理（已否定）" in text
    assert card(desk, A).pile is Pile.SUPPRESSED


def test_what_somebody_decided_since_is_not_taken_back(desk, flags) -> None:
    desk.account("zhang", Role.ANALYST)
    first, second = desk.as_role(Role.ANALYST), desk.signed_in("zhang")
    mine = card(desk, A)
    text = first.post("/flags/decide", card=f"{mine.id}:{mine.version}", action="confirm", back="/flags")
    batch = re.search(r'name="batch" value="([0-9a-f]+)"', text)
    assert batch is not None
    assert "只能撤销自己的决定" in second.post("/flags/undo", status=422, batch=batch[1])
    newer = card(desk, A)
    second.post("/flags/decide", card=f"{newer.id}:{newer.version}", action="dismiss", why="误判", back="/flags")
    assert "此后又有人决定过" in first.post("/flags/undo", batch=batch[1], back="/flags")
    assert card(desk, A).pile is Pile.SUPPRESSED


def test_a_dismissal_until_a_day_is_a_suppression_with_owner_and_end(desk, flags) -> None:
    """ "This is not broken" teaches the next nights, until somebody has to look again."""
    browser = desk.as_role(Role.ANALYST)
    mine = card(desk, A)
    until = desk.tools.today + timedelta(days=30)
    form = {"card": f"{mine.id}:{mine.version}", "action": "suppress", "why": "机房搬迁", "back": "/flags"}
    assert "须有截止日" in browser.post("/flags/decide", status=422, **form)
    assert "之间" in browser.post("/flags/decide", status=422, until="2031-01-01", **form)
    browser.post("/flags/decide", until=until.isoformat(), **form)
    (held,) = SuppressionRepository(desk.tools.engine).all()
    assert (held.owner, held.ends, held.subject) == ("测analyst（analyst）", until, A.id)
    assert card(desk, A).suppressed_until == until
    page = browser.get("/suppressions")
    assert "机房搬迁" in page
    lifted = browser.post(f"/suppressions/{held.id}/lift", why="搬完了")
    assert "已解除" in lifted
    assert card(desk, A).pile is Pile.OPEN
    assert "已由" in browser.post(f"/suppressions/{held.id}/lift", status=503, why="又一次")


def test_evidence_that_was_altered_is_told_and_nothing_is_decided_on_it(desk, flags) -> None:
    """A file changed on the disk proves nothing any more."""
    browser = desk.as_role(Role.ANALYST)
    mine = card(desk, A)
    (warc,) = (desk.tools.home / "evidence").glob("dongcheng-*/*.warc.gz")
    warc.chmod(0o644)
    body = bytearray(warc.read_bytes())
    body[300:] = b"\0" * (len(body) - 300)
    warc.write_bytes(body)
    altered = [one for one in (A, B, COLUMN, ABROAD[0]) if "校验值不符" in browser.get(f"/flags/{card(desk, one).id}")]
    assert altered
    for one in altered:
        here = card(desk, one)
        text = browser.post("/flags/decide", card=f"{here.id}:{here.version}", action="confirm", back="/flags")
        assert "恢复之前不能据此决定" in text
    assert FindingReviews(desk.tools.engine).history() == ()
    assert mine.version == card(desk, A).version


def test_no_unit_is_told_of_what_rests_on_altered_evidence(desk, flags) -> None:
    """To tell a unit is a step towards its points: it needs the evidence whole, as a decision does."""
    for night in ("11-03 10:00", "11-03 21:00"):
        flags.night(at(night), {"dongcheng": [A]})
    mine = card(desk, A)
    assert mine.life is LifeState.CONFIRMED
    browser = desk.as_role(Role.ANALYST)
    assert "告知单位" in browser.get(f"/flags/{mine.id}")
    for warc in (desk.tools.home / "evidence").glob("dongcheng-*/*.warc.gz"):
        warc.chmod(0o644)
        body = warc.read_bytes()
        warc.write_bytes(body[:300] + b"\0" * (len(body) - 300))
    assert "告知说明" not in browser.get(f"/flags/{mine.id}")
    text = browser.post(f"/flags/{mine.id}/notify", status=422, version=mine.version, why="电话")
    assert "恢复之前不能据此告知单位" in text
    assert card(desk, A).life is LifeState.CONFIRMED


def test_a_page_without_its_evidence_says_so_and_lets_decide(desk, flags) -> None:
    """What was purged by rule is not a forgery."""
    for path in (desk.tools.home / "evidence").glob("dongcheng-*/*"):
        path.unlink()
    text = desk.as_role(Role.ANALYST).get(f"/flags/{card(desk, A).id}")
    assert "不在原处" in text
    assert "不能决定" not in text


def test_one_finding_shows_every_try_and_where_it_is_filed(desk, flags) -> None:
    flags.night(at("11-03 10:00"), {"dongcheng": [A]})
    text = desk.as_role(Role.ANALYST).get(f"/flags/{card(desk, A).id}")
    assert text.count("看到问题") == 2
    assert "自检合格" in text
    assert re.search(r"audit-\d+\.warc\.gz 偏移 \d+", text)
    assert "2 次请求" in text
    assert "再看到 1 次（须 3 次，已 2 次）" in text
    assert '<iframe class="archived"' in text
    assert 'sandbox=""' in text


def test_what_was_mended_is_seen_at_once(desk, flags) -> None:
    """The newest mended stands first, with the hour."""
    flags.night(at("11-04 21:00"), {"xicheng": []})
    text = desk.as_role(Role.ANALYST).get("/flags?pile=recovered")
    assert "2026-11-04 21:10 恢复" in text or "2026-11-04 21:01 恢复" in text
    assert "tzgg/c.html" in text


def test_a_confirmed_one_is_told_to_the_unit_once(desk, flags) -> None:
    """Nobody is judged who was not told, and nobody is told twice."""
    browser = desk.as_role(Role.ANALYST)
    mine = card(desk, A)
    early = browser.post(f"/flags/{mine.id}/notify", status=422, version=mine.version)
    assert "须先为“已确认”" in early
    for when in ("11-03 10:00", "11-03 21:00"):
        flags.night(at(when), {"dongcheng": [A]})
    mine = card(desk, A)
    assert mine.life is LifeState.CONFIRMED
    browser.post(f"/flags/{mine.id}/notify", version=mine.version, why="信用办函〔2026〕1号")
    assert card(desk, A).life is LifeState.NOTIFIED
    assert "须先为“已确认”" in browser.post(f"/flags/{mine.id}/notify", status=422, version=mine.version)
    assert len(SightingRepository(desk.tools.engine).steps()) == 1


def test_comments_and_assignments_are_kept(desk, flags) -> None:
    browser = desk.as_role(Role.ANALYST)
    mine = card(desk, A)
    text = browser.post(f"/flags/{mine.id}/comment", text="已电话联系")
    assert "已电话联系" in text
    assert "请写下" in browser.post(f"/flags/{mine.id}/comment", status=422, text=" ")
    browser.post("/flags/assign", card=f"{mine.id}:{mine.version}", assigned="analyst", back="/flags")
    assert card(desk, A).assigned == "analyst"
    assert "1 个原因，1 项发现" in browser.get("/flags?mine=1")
    assert "没有分析员账户" in browser.post("/flags/assign", status=422, card=f"{mine.id}:{mine.version}", assigned="x")


def test_who_may_look_and_who_may_decide(desk, flags) -> None:
    """A unit sees none of it; an auditor reads all and changes nothing."""
    mine = card(desk, A)
    unit = desk.as_role(Role.UNIT, "dongcheng")
    unit.get("/flags", status=403)
    unit.get(f"/flags/{mine.id}", status=403)
    auditor = desk.as_role(Role.AUDITOR)
    text = auditor.get(f"/flags/{mine.id}")
    assert "data-confirm" not in text
    assert 'name="card"' not in auditor.get("/flags")
    auditor.post("/flags/decide", status=403, card=f"{mine.id}:{mine.version}", action="confirm")
    assert FindingReviews(desk.tools.engine).history() == ()


@pytest.mark.parametrize("given", ["x", "1:x", "-1:1", "1:1:1", "9" * 12 + ":1"])
def test_a_form_that_is_none_is_told(desk, flags, given: str) -> None:
    answer = desk.as_role(Role.ANALYST).post("/flags/decide", status=422, card=given, action="confirm")
    assert "看不懂" in answer


def test_a_card_that_is_none_is_not_found(desk, flags) -> None:
    browser = desk.as_role(Role.ANALYST)
    browser.get("/flags/999999", status=404)
    browser.get(f"/flags/{10**30}", status=404)
    assert "已不在队列" in browser.post("/flags/decide", card="999999:1", action="confirm", back="/flags")


def test_a_missing_disclosure_shows_what_was_searched(desk) -> None:
    """An accusation of absence is checked by what was looked at."""
    made = FlagCity(desk.tools)
    gone = missing("beicheng")
    made.night(at("11-02 21:00"), {"beicheng": [gone]})
    text = desk.as_role(Role.ANALYST).get(f"/flags/{card(desk, gone, 'beicheng.example').id}")
    assert "未找到权力清单" in text


def test_the_screenshot_is_handed_out_only_as_it_was_filed(desk, flags) -> None:
    browser = desk.as_role(Role.ANALYST)
    mine = card(desk, A)
    assert browser.client.get(f"/flags/{mine.id}/picture").headers["content-type"] == "image/png"
    (picture,) = Path(desk.tools.home / "evidence").glob("dongcheng-*/*.png")
    picture.chmod(0o644)
    picture.write_bytes(picture.read_bytes() + b"x")
    browser.get(f"/flags/{mine.id}/picture", status=404)
    assert "截图" in browser.get(f"/flags/{mine.id}")


def test_pages_ask_the_database_a_bounded_number_of_questions(desk) -> None:
    """Ten findings or two hundred: the same questions."""
    browser = desk.as_role(Role.ANALYST)
    made = FlagCity(desk.tools)
    counted = []
    for number in (8, 120):
        found = [dead("dongcheng", f"p{n}/a.html") for n in range(number)]
        made.night(at(f"11-0{2 + len(counted)} 21:00"), {"dongcheng": found})
        one = card(desk, found[1])
        numbers = []
        for path in ("/flags", "/flags?unit=dongcheng&text=p1", f"/flags/{one.id}"):
            with statements(desk) as asked:
                browser.get(path)
            numbers.append(len(asked))
        counted.append(numbers)
    assert counted[0] == counted[1]
    assert max(counted[1]) < 60, counted


def test_the_api_decides_as_the_pages_do(desk, flags) -> None:
    browser = desk.as_role(Role.ANALYST)
    found = browser.client.get("/api/v1/flags?unit=dongcheng").json()
    assert found["total"] == 4
    one = next(row for row in found["flags"] if row["finding"] == A.id)
    detail = browser.client.get(f"/api/v1/flags/{one['id']}").json()
    assert detail["tries"][0]["requests"][0]["http_status"] == 404
    headers = {"x-csrf-token": browser.csrf}
    given = {"flags": {one["id"]: one["version"]}, "action": "confirm"}
    done = browser.client.post("/api/v1/flags/decide", json=given, headers=headers).json()
    assert [row["pile"] for row in done["done"]] == ["confirmed"]
    again = browser.client.post("/api/v1/flags/decide", json=given, headers=headers).json()
    assert "您自己" in again["refused"][0]
    back = browser.client.post(f"/api/v1/flags/decisions/{done['batch']}/undo", headers=headers).json()
    assert [row["pile"] for row in back["done"]] == ["open"]


def test_a_suppression_of_an_address_is_made_ahead(desk, flags) -> None:
    browser = desk.as_role(Role.ANALYST)
    until = (desk.tools.today + timedelta(days=9)).isoformat()
    form = {"subject": "http://dongcheng.example/new/", "why": "新栏目建设中", "until": until}
    assert "请填门户的网址" in browser.post("/suppressions", status=422, **form)
    assert "已抑制" in browser.post("/suppressions", site="http://dongcheng.example/", **form)
    assert "即将到期" in browser.get("/suppressions?which=ending")
    assert "没有这样的抑制" in browser.get("/suppressions?which=over")
