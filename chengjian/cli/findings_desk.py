"""``chengjian findings``: what the analyst's desk does beside confirming and dismissing."""

from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.findings import By, City, Database, FindingId, Site, in_site, login, now, open_room
from chengjian.cli.findings_recheck import findings_app
from services.schemes import WrongCallError

if TYPE_CHECKING:
    from chengjian.desk_room import Desk
    from services.desk.decide import Who

__all__ = ["findings_app"]  # with all its commands


@findings_app.command("refresh")
def refresh(city: City = "nanyang", db: Database = None) -> None:
    """重做疑点队列的全部卡片（平时自动更新；换登记表、升级之后可用）。"""
    count = _desk(db, city).keeper.refresh_all()
    answer(f"已重做 {count} 个门户的卡片\n")


@findings_app.command("assign")
def assign(
    finding: FindingId,
    to: Annotated[str, typer.Option("--to", metavar="LOGIN", help="分派给谁（登录名），空为取消")] = "",
    by: By = "",
    site: Site = None,
    city: City = "nanyang",
    db: Database = None,
) -> None:
    """把一项发现分派给一个分析员。"""
    desk = _desk(db, city)
    card = _card(desk, db, finding, site)
    desk.flags.assign([card], to, who=_who(by), at=now())
    answer(f"已分派 {finding} 给 {to}\n" if to else f"已取消 {finding} 的分派\n")


@findings_app.command("comment")
def comment(
    finding: FindingId,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="备注的内容，必须写")] = "",
    by: By = "",
    site: Site = None,
    city: City = "nanyang",
    db: Database = None,
) -> None:
    """给一项发现写备注。"""
    desk = _desk(db, city)
    made = desk.flags.comment(_card(desk, db, finding, site), text, who=_who(by), at=now())
    answer(f"{made.by}：{made.text}\n")


@findings_app.command("undo")
def undo(
    finding: FindingId,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="说明，可不写")] = "",
    by: By = "",
    site: Site = None,
    db: Database = None,
) -> None:
    """撤销对一项发现的上一个确认或否定：历史保留，此前的决定（如有）重新有效。"""
    from services.finding_list import REVIEW_NAMES, find_finding
    from services.review_finding import take_back

    room = open_room(db)
    found = find_finding(in_site(room, site), finding)
    undone = take_back(found, room.reviews, why=why, by=by or login(), at=now())
    what = f"{undone.by} 的“{REVIEW_NAMES[undone.state]}”"
    answer(f"已撤销 {what} {finding}（{found.site_name}）{found.finding.message}\n")


@findings_app.command("sample")
def sample(
    number: Annotated[int | None, typer.Argument(metavar="NUMBER", help="第几条；不写则列出今天的抽检")] = None,
    saw: Annotated[str, typer.Option("--saw", metavar="WHAT", help="good 好、bad 坏、unclear 看不清")] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="说明")] = "",
    rates: Annotated[bool, typer.Option("--rates", help="列出我们自己的误判率和漏判率")] = False,
    by: By = "",
    city: City = "nanyang",
    db: Database = None,
) -> None:
    """每日抽检：列出今天抽到的（不显示我们的判断），登记判断，或看差错率。"""
    from services.desk.samples import answer as keep
    from services.desk.samples import error_rates, sample_of
    from services.reports.sample_text import rates_text, samples_text

    desk = _desk(db, city)
    today = now().date()
    if rates:
        answer(rates_text(error_rates(desk.samples, desk.city.id, today)))
        return
    drawn = sample_of(desk.samples, desk.city.id, today)
    name = by or login()
    if number is None:
        answer(samples_text(drawn, desk.samples.answers([one.id for one in drawn]), name))
        return
    wanted = next((one for one in drawn if one.position == number), None)
    if wanted is None:
        raise WrongCallError(f"今天的抽检没有第 {number} 条，共 {len(drawn)} 条")
    keep(desk.samples, wanted.id, saw, by=name, at=now(), note=note)
    answer(f"已登记第 {number} 条，我们的判断是：{wanted.said}\n")


def _desk(db: str | None, city: str) -> "Desk":
    from chengjian.desk_room import open_desk  # here: SQLAlchemy takes long to load
    from chengjian.settings import read_settings

    return open_desk(read_settings(), city, db)


def _card(desk: "Desk", db: str | None, finding: str, site: str | None) -> int:
    """The number of the card of a finding.  ``WrongCallError`` where there is none, or one on several portals."""
    from services.finding_list import find_finding

    found = find_finding(in_site(open_room(db), site), finding)
    desk.keeper.refresh()
    card = desk.keeper.cards.of(found.site, finding)
    if card is None:
        raise WrongCallError(f"没有编号为 {finding!r} 的发现，用 chengjian findings list 查看")
    return card.id


def _who(by: str) -> "Who":
    from services.desk.decide import Who as Person

    name = by or login()
    if not name:
        raise WrongCallError("须写明经办人：--by")
    return Person(name, name, "")
