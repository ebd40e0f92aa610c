"""The steps of `chengjian complaints`, each with the article that it rests on."""

from pathlib import Path
from typing import Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.complaints import (
    DEFAULT_CITY,
    By,
    CityOption,
    IdArgument,
    complaints_app,
    open_desk,
)
from chengjian.cli.databases import KnownDatabase
from chengjian.cli.manners import UserError

__all__ = ["complaints_app"]

On = Annotated[str, typer.Option("--on", metavar="DATE", help="办理日期，默认今天")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="理由")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="说明")]
How = Annotated[
    str, typer.Option("--how", metavar="HOW", help="written 书面、phone 电话、message 网上、in_person 当面")
]
Body = Annotated[str, typer.Option("--to", metavar="BODY", help="承办单位：登记表中的编号或名称，或全称")]


def _do(identity: str, word: str, by: str, city: str, database: str | None, **values: str) -> None:
    from services.complaints.desk import Handler
    from services.complaints.views import case_line

    given = {name: value for name, value in values.items() if value}
    answer(case_line(open_desk(city, database).do(identity, word, given, Handler(by))) + "\n")


@complaints_app.command("accept")
def accept(
    identity: IdArgument,
    by: By,
    on: On = "",
    note: Note = "",
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """受理（第十、十一条）。"""
    _do(identity, "accept", by, city, db, on=on, note=note)


@complaints_app.command("refuse")
def refuse(
    identity: IdArgument,
    by: By,
    why: Why,
    ground: Annotated[str, typer.Option("--ground", metavar="GROUND", help="依据，见 chengjian complaints rules")],
    on: On = "",
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """不予受理（第八、十一条）：须有规定的情形和理由。"""
    _do(identity, "refuse", by, city, db, on=on, ground=ground, why=why)


@complaints_app.command("notify")
def notify(
    identity: IdArgument,
    by: By,
    how: How,
    on: On = "",
    note: Note = "",
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """把受理或不予受理告知投诉举报人（第十一条）。"""
    _do(identity, "notify", by, city, db, on=on, how=how, note=note)


@complaints_app.command("hand-on")
def hand_on(
    identity: IdArgument,
    by: By,
    to: Body,
    on: On = "",
    note: Note = "",
    again: Annotated[bool, typer.Option("--again", help="对结果有异议后的二次调查（第十四条）")] = False,
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """转办、交办给承办单位（第五、十二条）；日期为承办单位收到之日。"""
    _do(identity, "again" if again else "hand_on", by, city, db, on=on, body=to, note=note)


@complaints_app.command("extend")
def extend(
    identity: IdArgument,
    by: By,
    why: Why,
    days: Annotated[str, typer.Option("--days", metavar="N", help="延长几个工作日")],
    approved_by: Annotated[str, typer.Option("--approved-by", metavar="NAME", help="批准的承办单位负责人")],
    on: On = "",
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """延长办理期限（第十六条）：合计不超过 30 个工作日。"""
    _do(identity, "extend", by, city, db, on=on, days=days, approved_by=approved_by, why=why)


@complaints_app.command("urge")
def urge(
    identity: IdArgument,
    by: By,
    case: Annotated[str, typer.Option("--case", metavar="CASE", help="情形，见 chengjian complaints rules")],
    advice: Annotated[str, typer.Option("--advice", metavar="TEXT", help="改进建议")],
    on: On = "",
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """督促承办单位并提出改进建议（第十九条）。"""
    _do(identity, "urge", by, city, db, on=on, case=case, advice=advice)


@complaints_app.command("answer-urge")
def answer_urge(
    identity: IdArgument,
    by: By,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="答复，或未采纳的理由")],
    adopted: Annotated[bool, typer.Option("--adopted/--not-adopted", help="是否采纳")] = True,
    on: On = "",
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """登记承办单位对改进建议的答复（第十九条）。"""
    _do(identity, "answer_urge", by, city, db, on=on, adopted="1" if adopted else "", text=text)


@complaints_app.command("report")
def report(
    identity: IdArgument,
    by: By,
    outcome: Annotated[
        str,
        typer.Option(
            "--outcome", metavar="OUTCOME", help="true 属实、partly 部分属实、untrue 不属实、unclear 无法查实"
        ),
    ],
    result: Annotated[str, typer.Option("--result", metavar="TEXT", help="办理结果")],
    on: On = "",
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """登记承办单位的办理结果（第十二条）。"""
    _do(identity, "report", by, city, db, on=on, outcome=outcome, result=result)


@complaints_app.command("answer")
def answer_complainant(
    identity: IdArgument,
    by: By,
    how: How,
    opinion: Annotated[
        str, typer.Option("--opinion", metavar="OPINION", help="content 满意、not_content 不满意、none 未表示意见")
    ],
    said: Annotated[str, typer.Option("--said", metavar="TEXT", help="意见内容")] = "",
    on: On = "",
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """把结果反馈给投诉举报人并征求意见（第十四条）。"""
    _do(identity, "answer", by, city, db, on=on, how=how, opinion=opinion, said=said)


@complaints_app.command("object")
def object_(
    identity: IdArgument, by: By, why: Why, on: On = "", city: CityOption = DEFAULT_CITY, db: KnownDatabase = None
) -> None:
    """登记投诉举报人对结果的异议（第十四条）。"""
    _do(identity, "object", by, city, db, on=on, why=why)


@complaints_app.command("visit")
def visit(
    identity: IdArgument,
    by: By,
    said: Annotated[str, typer.Option("--said", metavar="TEXT", help="回访结果")],
    on: On = "",
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """登记回访（第十七条）。"""
    _do(identity, "visit", by, city, db, on=on, said=said)


@complaints_app.command("recuse")
def recuse(
    identity: IdArgument,
    by: By,
    why: Why,
    person: Annotated[str, typer.Option("--person", metavar="NAME", help="回避的人，以后不能办理本件")],
    on: On = "",
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """登记回避（第十五条）。"""
    _do(identity, "recuse", by, city, db, on=on, who=person, why=why)


@complaints_app.command("withdraw")
def withdraw(
    identity: IdArgument, by: By, why: Why, on: On = "", city: CityOption = DEFAULT_CITY, db: KnownDatabase = None
) -> None:
    """登记投诉举报人撤回（细则未作规定）：--why 写明谁、以什么方式提出。"""
    _do(identity, "withdraw", by, city, db, on=on, why=why)


@complaints_app.command("attach")
def attach(
    identity: IdArgument,
    by: By,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="信件、扫描件等")],
    note: Note = "",
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """把材料存入本件（第二十条）：按内容认类型，按校验值保存，只增不改。"""
    from services.attachments import MOST_BYTES
    from services.complaints.desk import Handler, Paper
    from services.complaints.views import case_line

    papers = []
    for path in files:
        try:
            with path.open("rb") as file:
                papers.append(Paper(path.name, file.read(MOST_BYTES + 1)))
        except OSError as error:
            raise UserError(f"读不了 {path}：{error.strerror or error}，请检查路径和权限") from None
    answer(case_line(open_desk(city, db).attach(identity, papers, note, Handler(by))) + "\n")


@complaints_app.command("paper")
def paper(
    identity: IdArgument,
    sha256: Annotated[str, typer.Argument(metavar="SHA256", help="材料的校验值，见 show --json")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="写成这个文件")],
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """取出本件的一份材料，先核对校验值。"""
    desk = open_desk(city, db)
    found = desk.paper(desk.load(identity), sha256)
    try:
        out.write_bytes(found.body)
    except OSError as error:
        raise UserError(f"写不了 {out}：{error.strerror or error}") from None
    answer(f"已写入 {out}（{found.name}）\n")


@complaints_app.command("archive")
def archive(
    identity: IdArgument,
    by: By,
    on: On = "",
    note: Note = "",
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """立卷归档（第二十条）。"""
    _do(identity, "archive", by, city, db, on=on, note=note)
