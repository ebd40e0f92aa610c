"""``chengjian duties``: what portals that refuse us ask of people."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.findings import By, City, Database, Json, day, login, now, open_room
from services.schemes import WrongCallError

if TYPE_CHECKING:
    from chengjian.finding_room import FindingRoom
    from records.crawl import CrawlPlan
    from records.duties import Duty

duties_app = typer.Typer(help="拒绝自动访问的门户：不扣分，但要办的事（拟函、人工查看）", no_args_is_help=False)

_Number = Annotated[int, typer.Argument(metavar="NUMBER", help="任务的编号")]


@duties_app.command("list")
def list_all(
    all_of_them: Annotated[bool, typer.Option("--all", help="也列出已办结的")] = False,
    as_json: Json = False,
    db: Database = None,
) -> None:
    """列出任务：哪个门户、怎样被拒绝、何时前须由人查看、办了什么。"""
    from services.reports.duty_text import duties_json, duties_text

    room = open_room(db)
    room.nights.catch_up()
    found = room.duties.all(closed=all_of_them)
    today = now().date()
    answer(duties_json(found, today) if as_json else duties_text(found, today))


@duties_app.command("letter")
def letter(
    number: _Number,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help=".docx 或 .txt；缺省打印文字")] = None,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="收函单位，缺省为登记表中的名称")] = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="落款单位，缺省见数据文件夹 operator.yml")] = "",
    address: Annotated[
        list[str] | None, typer.Option("--address", metavar="IP", help="出口地址，可写多次，缺省见 operator.yml")
    ] = None,
    dated: Annotated[str | None, typer.Option("--date", metavar="DATE", help="落款日期，缺省为今天")] = None,
    by: By = "",
    city: City = "nanyang",
    db: Database = None,
) -> None:
    """拟一份请门户主管单位放行（列入白名单）的函：我们是谁、怎样访问、遇到什么、请求什么。"""
    from dataclasses import replace

    from records.duties import DutyAction, DutyEntry
    from services.registry.city_files import load_city
    from services.reports.access_letter import access_letter, write_letter

    room = open_room(db)
    duty = room.duties.load(number)
    known = load_city(city)
    unit = next((one for one in known.units if one.id == duty.unit), None)
    operator = replace(
        room.operator,
        name=name or room.operator.name or known.office,
        addresses=tuple(address or room.operator.addresses),
    )
    made = access_letter(
        duty,
        to=to or (unit.full_name or unit.name if unit is not None else f"{duty.url} 网站管理单位"),
        operator=operator,
        plan=_plan(room, duty),
        purpose=f"{known.name}政务诚信监测评价",
        day=now().date() if dated is None else day(dated, "--date"),
    )
    if out is None:
        answer(made.text)
        return
    if out.suffix.lower() not in (".docx", ".txt"):
        raise WrongCallError(f"--out 应为 .docx 或 .txt 文件，得到 {out}")
    try:
        write_letter(made, out)
    except OSError as error:
        raise WrongCallError(f"写不了 {out}：{error.strerror or error}") from error
    if duty.closed is None:
        room.duties.add(number, DutyEntry(DutyAction.LETTER, by or login(), now(), f"致{made.to}", None, out.name))
    answer(f"已写出 {out}\n")


@duties_app.command("look")
def look(
    number: _Number,
    picture: Annotated[Path, typer.Option("--picture", metavar="FILE", help="浏览器截图（PNG、JPEG 或 PDF）")],
    saw: Annotated[str, typer.Option("--saw", metavar="WHAT", help="works 可正常打开、broken 打不开、blocked 被拦截")],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="说明")] = "",
    by: By = "",
    db: Database = None,
) -> None:
    """登记人工用浏览器查看的结果，截图按校验值存入证据库。"""
    from services.duties import look as keep_look

    room = open_room(db)
    try:
        body = picture.read_bytes()
    except OSError as error:
        raise WrongCallError(f"读不了图片 {picture}：{error.strerror or error}") from error
    kept = keep_look(
        room.duties, room.pictures, number,
        picture=body, name=picture.name, saw=saw, note=note, by=by or login(), at=now(),
    )  # fmt: skip
    answer(f"已登记任务 {kept.id} 的人工查看，截图 sha256 {kept.entries[-1].sha256}\n")


@duties_app.command("close")
def close(
    number: _Number,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="理由，必须写")] = "",
    by: By = "",
    db: Database = None,
) -> None:
    """办结一项任务。门户恢复正常访问时自动办结；仍被拒绝的，下次巡查会再开出。"""
    from services.duties import close as close_duty

    kept = close_duty(open_room(db).duties, number, by=by or login(), why=why, at=now())
    answer(f"已办结任务 {kept.id}（{kept.url}）\n")


def _plan(room: "FindingRoom", duty: "Duty") -> "CrawlPlan":
    """How the portal was asked; as a visit asks today where that audit was purged."""
    from records.crawl import CrawlPlan
    from storage.errors import StorageError

    if duty.audit is not None:
        try:
            return room.plans.load_plan(duty.audit)
        except StorageError:
            pass
    return CrawlPlan(duty.url, room.user_agent)
