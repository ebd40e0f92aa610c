"""`chengjian complaints`: complaints about public bodies, from receipt to the file, with every term of the measures."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.databases import KnownDatabase
from chengjian.cli.manners import UserError

if TYPE_CHECKING:
    from services.complaints.desk import ComplaintDesk

complaints_app = typer.Typer(
    help="投诉举报：登记、受理、转办、反馈，每一项期限按工作日计（第二十二条）", no_args_is_help=False
)

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="编号，如 ts2026-0001")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="由谁办理")]
CityOption = Annotated[str, typer.Option("--city", metavar="ID|PATH", help="城市编号或登记表")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Who = Annotated[bool, typer.Option("--who", help="显示投诉举报人（只供办理人）")]
PeriodOption = Annotated[str | None, typer.Option("--period", metavar="PERIOD", help="收到的期间，如 2026Q4")]
DEFAULT_CITY = "nanyang"


def open_desk(city: str, database: str | None) -> "ComplaintDesk":
    from datetime import datetime

    from chengjian.settings import read_settings
    from services.complaints.office import open_complaints
    from services.registry import load_city
    from services.rounds.life import BEIJING
    from storage.console_log import ConsoleLog
    from storage.database import open_database

    settings = read_settings()
    known = load_city(city)
    url = database or settings.database
    engine = open_database(url if "://" in url else f"sqlite:///{url}")
    return open_complaints(engine, known, settings.home, lambda: datetime.now(BEIJING), ConsoleLog(engine))


@complaints_app.command("list")
def list_(
    standing: Annotated[
        str | None, typer.Option("--standing", metavar="STATE", help="只列这一步的，如 received、handling、reported")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="ID", help="被投诉举报的单位")] = None,
    period: PeriodOption = None,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="标题、单位或编号中的字")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="最多列几件")] = 100,
    as_json: AsJson = False,
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """列出投诉举报，新的在前；不显示投诉举报人。"""
    from chengjian.cli.news import answer_document
    from records.complaints import Standing
    from services.complaints.views import case_document, case_line, redacting
    from services.period import read_period
    from services.registry.unit_search import find_unit
    from storage.complaints import ComplaintSearch

    try:
        standings = (Standing(standing),) if standing else ()
    except ValueError:
        raise UserError(f"--standing 的取值 {standing!r} 无效，可选：{'、'.join(Standing)}") from None
    desk = open_desk(city, db)
    days = read_period(period) if period else None
    wanted = ComplaintSearch(
        standings=standings,
        unit=find_unit(desk.city, unit).id if unit else None,
        text=text,
        first=days.first_day if days else None,
        last=days.last_day if days else None,
    )
    cases, total = desk.search(wanted, limit=limit), desk.count(wanted)
    known = desk.complainants(cases)
    if as_json:
        documents = [
            case_document(case, desk.rules, complainant=known[case.complaint.id], sees=False, whole=False)
            for case in cases
        ]
        answer_document({"schema": "chengjian.complaints/1", "total": total, "complaints": documents})
        return
    lines = [case_line(case, redacting(known[case.complaint.id])) for case in cases]
    answer("\n".join([f"{desk.city.name}：投诉举报 {total} 件", *lines]) + "\n")


@complaints_app.command("due")
def due(city: CityOption = DEFAULT_CITY, db: KnownDatabase = None) -> None:
    """今天要办什么：逾期的、今日到期的和其余未到期的期限。退出码：0 没有逾期；1 有逾期。"""
    from records.complaints import TermState
    from services.complaints.views import term_text

    desk = open_desk(city, db)
    pairs = desk.due()
    lines = [f"{case.complaint.id}  {case.complaint.accused}：{term_text(term)}" for case, term in pairs]
    answer("\n".join([f"{desk.today} 未结期限 {len(pairs)} 项", *lines]) + "\n")
    if any(term.state is TermState.OVERDUE for _, term in pairs):
        raise typer.Exit(1)


@complaints_app.command("add")
def add(
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="标题")],
    accused: Annotated[str, typer.Option("--about", metavar="BODY", help="被投诉举报的单位")],
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="失信行为，见 chengjian complaints rules")],
    by: By,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="内容")] = "",
    text_file: Annotated[
        Path | None, typer.Option("--text-file", metavar="FILE", help="内容在这个文本文件里（UTF-8）")
    ] = None,
    channel: Annotated[
        str, typer.Option("--channel", metavar="WAY", help="letter 信件、internet 互联网、phone 电话、other 其他")
    ] = "letter",
    received: Annotated[str | None, typer.Option("--received", metavar="DATE", help="收到日期，默认今天")] = None,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="投诉举报人；不写为匿名")] = "",
    contact: Annotated[str, typer.Option("--contact", metavar="TEXT", help="联系方式；不写为不详")] = "",
    earlier: Annotated[str, typer.Option("--earlier", metavar="ID", help="同一事项的前一件")] = "",
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """登记一件投诉举报。"""
    from datetime import date

    from records.complaints import Channel, Complainant
    from services.complaints.desk import Draft, Handler
    from services.complaints.views import case_line
    from services.schemes import read_text

    desk = open_desk(city, db)
    try:
        day = date.fromisoformat(received) if received else desk.today
    except ValueError:
        raise UserError(f"--received 应为 2026-11-21 这样的日期，得到 {received!r}") from None
    try:
        way = Channel(channel)
    except ValueError:
        raise UserError(f"--channel 的取值 {channel!r} 无效，可选：{'、'.join(Channel)}") from None
    words = read_text(text_file, "投诉举报内容") if text_file is not None else text
    draft = Draft(day, way, kind, title, words, accused, Complainant(name, contact), earlier)
    answer(case_line(desk.register(draft, Handler(by))) + "\n")


@complaints_app.command("show")
def show(
    identity: IdArgument,
    who: Who = False,
    as_json: AsJson = False,
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """说明一件投诉举报：内容、每项期限、办理经过。"""
    from chengjian.cli.news import answer_document
    from services.complaints.views import case_document, case_text

    desk = open_desk(city, db)
    case = desk.load(identity)
    complainant = desk.complainant(case)
    if as_json:
        document = case_document(case, desk.rules, complainant=complainant, sees=who)
        answer_document({"schema": "chengjian.complaint/1", **document})
    else:
        answer(case_text(case, desk.rules, complainant=complainant, sees=who))


@complaints_app.command("rules")
def rules(city: CityOption = DEFAULT_CITY, db: KnownDatabase = None) -> None:
    """列出受理、不予受理和督促的情形，以及每一项期限和条款。"""
    from services.complaints.views import rules_text

    answer(rules_text(open_desk(city, db).rules))


@complaints_app.command("circular")
def circular(period: PeriodOption = None, city: CityOption = DEFAULT_CITY, db: KnownDatabase = None) -> None:
    """供定期通报的数字：件数、结果、各承办单位的期限；不含投诉举报人和内容。"""
    from services.complaints.circular import circular as figures
    from services.complaints.circular import circular_text
    from services.period import read_period
    from storage.complaints import ComplaintSearch

    desk = open_desk(city, db)
    days = read_period(period or str(desk.today.year))
    cases = desk.search(ComplaintSearch(first=days.first_day, last=days.last_day))
    answer(circular_text(figures(cases, desk.rules, days.first_day, days.last_day)))


@complaints_app.command("letter")
def letter(
    identity: IdArgument,
    word: Annotated[
        str,
        typer.Argument(
            metavar="LETTER", help="acceptance 受理、refusal 不予受理、handing 转办、urging 督办、reply 反馈"
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="写成这个 .docx 文件")],
    contact: Annotated[bool, typer.Option("--contact", help="转办函附投诉举报人的联系方式")] = False,
    city: CityOption = DEFAULT_CITY,
    db: KnownDatabase = None,
) -> None:
    """写一份文书（Word）。"""
    from services.complaints.letters import as_docx, compose, sender_of

    desk = open_desk(city, db)
    case = desk.load(identity)
    sender = sender_of(desk.city)
    written = compose(
        word, case, desk.complainant(case), desk.rules, sender=sender, day=desk.today, with_contact=contact
    )
    try:
        out.write_bytes(as_docx(written))
    except OSError as error:
        raise UserError(f"写不了 {out}：{error.strerror or error}") from None
    answer(f"已写入 {out}\n")
