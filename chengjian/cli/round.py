"""`chengjian round`: a round of evaluation from its opening to the archive, every step with who and when."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.databases import KnownDatabase
from chengjian.cli.manners import UserError

if TYPE_CHECKING:
    from chengjian.round_room import RoundRoom
    from services.rounds.office import RoundOffice
    from services.rounds.standing import Round

round_app = typer.Typer(
    help="评价轮次：采集、核实、初评、反馈与申诉、复评、审核、最终结果、归档", no_args_is_help=False
)

RoundArgument = Annotated[str, typer.Argument(metavar="ROUND", help="轮次编号，或其中能分清的一段，如 2026Q4")]
UnitArgument = Annotated[str, typer.Argument(metavar="UNIT", help="单位的编号或名称")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="由谁办理")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="说明")]
Received = Annotated[str | None, typer.Option("--received", metavar="DATE", help="收到答复的日期，默认今天")]
Database = Annotated[str | None, typer.Option("--db", metavar="URL", help="数据库，默认见 CHENGJIAN_DB")]
Calendar = Annotated[
    Path | None, typer.Option("--calendar", metavar="FILE", help="日历文件：补充程序还不知道的年份的节假日和调休")
]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def _room(database: str | None, calendar: Path | None = None) -> "RoundRoom":
    from chengjian.round_room import open_rounds
    from chengjian.settings import read_settings

    return open_rounds(read_settings(), database, calendar)


def _office(database: str | None, calendar: Path | None = None) -> "RoundOffice":
    return _room(database, calendar).office


def _day(text: str | None, what: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(f"{what} 应为 2026-11-21 这样的日期，得到 {text!r}") from None


def _say(found: "Round") -> None:
    from services.rounds.round_text import round_text

    answer(round_text(found))


@round_app.command("open")
def open_(
    scheme: Annotated[str, typer.Argument(metavar="SCHEME", help="方案编号，或一个 .yml 方案文件")],
    period: Annotated[str, typer.Argument(metavar="PERIOD", help="期间：2026、2026H2、2026Q4、2026-11 或 2026-11-21")],
    by: By,
    city: Annotated[str, typer.Option("--city", metavar="ID|PATH", help="城市编号或登记表")] = "nanyang",
    unit: Annotated[
        list[str] | None, typer.Option("--unit", metavar="UNIT", help="参加的单位，可写多次；不写则为方案的全部对象")
    ] = None,
    note: Note = "",
    again: Annotated[
        str | None, typer.Option("--again", metavar="REASON", help="同一方案、同一期间再建一轮的理由")
    ] = None,
    database: Database = None,
) -> None:
    """建立一轮评价：定下城市、方案、期间和参加的单位，以后不再改变。"""
    from services.registry import load_city

    office = _office(database)
    found = office.open(scheme, period, load_city(city), by=by, units=unit or (), note=note, again=again)
    _say(found)
    answer(_held(office, found))


@round_app.command("list")
def list_(
    city: Annotated[str | None, typer.Option("--city", metavar="ID", help="只列这个城市的")] = None,
    database: KnownDatabase = None,
) -> None:
    """列出全部轮次和各自的阶段。"""
    from services.rounds.round_text import rounds_text

    answer(rounds_text(_office(database).all(city)))


@round_app.command("show")
def show(
    wanted: RoundArgument,
    as_json: AsJson = False,
    records: Annotated[bool, typer.Option("--records", help="列出以前各期仍有效或仍须保存的记录")] = False,
    database: KnownDatabase = None,
) -> None:
    """说明一轮评价到了哪一步、各单位的答复和下一步。"""
    if as_json and records:
        raise UserError("--json 与 --records 不能同时用")
    from services.rounds.round_text import round_json, round_text

    office = _office(database)
    found = office.load(wanted)
    if records:
        answer(_held(office, found))
    else:
        answer(round_json(found) if as_json else round_text(found))


def _held(office: "RoundOffice", found: "Round") -> str:
    from services.rounds.round_text import held_text
    from services.rounds.standing import scheme_of

    return held_text(office.held(found), scheme_of(found).records is not None)


@round_app.command("score")
def score(
    wanted: RoundArgument,
    city: Annotated[
        str | None, typer.Option("--city", metavar="ID|PATH", help="登记表，默认为建立本轮时的城市")
    ] = None,
    flag: Annotated[
        list[str] | None,
        typer.Option("--flag", metavar="UNIT=FLAG", help="单位的标记，如 fangcheng=enforcement_listed，可写多次"),
    ] = None,
    database: KnownDatabase = None,
) -> None:
    """为本轮计分并存档，报出计分编号：初评之前依据各项来源，复评之后只改动申诉被采纳的各项。"""
    room = _room(database)
    head = room.score(room.office.load(wanted), city, _flags(flag or []))
    answer(f"计分编号 {head.id}（{head.scheme} {head.scheme_version}，{head.period}）\n")


def _flags(given: list[str]) -> dict[str, tuple[str, ...]]:
    flags: dict[str, tuple[str, ...]] = {}
    for text in given:
        unit, mark, flag = (part.strip() for part in text.partition("="))
        if not mark or not unit or not flag:
            raise UserError(f"--flag 应写作 单位编号=标记，得到 {text!r}")
        flags[unit] = tuple(dict.fromkeys((*flags.get(unit, ()), flag)))
    return flags


@round_app.command("report")
def report(
    wanted: RoundArgument,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="UNIT", help="只写这个单位的报告；反馈期间开头是初评结果告知")
    ] = None,
    docx: Annotated[Path | None, typer.Option("--docx", metavar="FILE", help="写出 Word 报告")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="写出 Excel 工作簿")] = None,
    run: Annotated[
        str | None, typer.Option("--run", metavar="ID", help="依据的计分编号，默认为本轮现在依据的计分")
    ] = None,
    database: KnownDatabase = None,
) -> None:
    """把一轮评价的结果写成 Word 报告或 Excel 工作簿：总报告，或一个单位的报告。"""
    if docx is None and xlsx is None:
        raise UserError("请用 --docx 或 --xlsx 指明写到哪个文件")
    from chengjian.cli.score_files import Wanted, write_documents
    from services.rounds.book import brief_of
    from services.schemes import WrongCallError
    from storage.clock import now

    room = _room(database)
    found = room.office.load(wanted)
    brief = brief_of(found)
    chosen = run or brief.run
    if chosen is None:
        raise WrongCallError(
            "本轮还没有初评的计分，先用 chengjian round score 计分，再用 chengjian round advance 作出初评"
        )
    stored = room.scores.open(chosen)
    write_documents(Wanted(docx, xlsx, unit), stored, room.scores.runs, brief, now(), _write)
    answer(f"已写出 {'、'.join(str(path) for path in (docx, xlsx) if path is not None)}\n")


def _write(path: Path, body: bytes) -> None:
    from services.schemes import WrongCallError, why

    try:
        path.write_bytes(body)
    except OSError as error:
        raise WrongCallError(f"写不了 {path}：{why(error)}，请检查路径和权限") from None
    except ValueError:  # a NUL in the path
        raise WrongCallError(f"输出的路径不合法：{str(path)!r}") from None


@round_app.command("log")
def log(wanted: RoundArgument, database: KnownDatabase = None) -> None:
    """逐条列出谁在何时做了什么；记录只增不改。"""
    from services.rounds.round_text import log_text

    answer(log_text(_office(database).load(wanted)))


@round_app.command("advance")
def advance(
    wanted: RoundArgument,
    by: By,
    run: Annotated[
        str | None, typer.Option("--run", metavar="ID", help="依据的计分编号：进入初步评价、结果审核时必须写")
    ] = None,
    delivered: Annotated[
        str | None, typer.Option("--delivered", metavar="DATE", help="初评结果送达的日期，默认今天")
    ] = None,
    note: Note = "",
    calendar: Calendar = None,
    database: KnownDatabase = None,
) -> None:
    """进入下一步。不能跳步；送达初评结果时，按工作日算出申诉期限。"""
    day = _day(delivered, "--delivered")
    _say(_office(database, calendar).advance(wanted, by=by, run=run, delivered=day, note=note))


@round_app.command("back")
def back(
    wanted: RoundArgument,
    by: By,
    reason: Annotated[str, typer.Option("--reason", "--why", metavar="TEXT", help="退回的理由")],
    database: KnownDatabase = None,
) -> None:
    """退回一步。退回本身记入日志，原来的记录都保留。"""
    _say(_office(database).back(wanted, by=by, reason=reason))


@round_app.command("confirm")
def confirm(
    wanted: RoundArgument,
    unit: UnitArgument,
    by: By,
    received: Received = None,
    note: Note = "",
    database: KnownDatabase = None,
) -> None:
    """登记一个单位确认初评结果。"""
    day = _day(received, "--received")
    _say(_office(database).confirm(wanted, unit, by=by, received=day, note=note))


@round_app.command("review")
def review(
    wanted: RoundArgument,
    unit: UnitArgument,
    row: Annotated[
        list[str], typer.Option("--row", metavar="ROW=REASON", help="要复评的指标和理由，可写多次；申诉只能提一次")
    ],
    by: By,
    attach: Annotated[
        list[str] | None, typer.Option("--attach", metavar="ROW=FILE", help="某一项的证明材料，可写多次")
    ] = None,
    received: Received = None,
    database: KnownDatabase = None,
) -> None:
    """登记一个单位的申诉（复评申请）：五个工作日内、一次、逐项写明理由。"""
    from chengjian.round_room import material_store
    from chengjian.settings import read_settings
    from services.rounds.review_rows import read_rows

    day = _day(received, "--received")
    room = _room(database)
    room.office.load(wanted)  # before files are kept for a round that is not there
    rows = read_rows(row, attach or (), material_store(read_settings()))
    found = room.office.review(wanted, unit, rows, by=by, received=day)
    _say(found)
    if jobs := room.recheck(found, unit, [one.indicator for one in rows], by=by):
        answer(f"  已要求立即重新测试 {len(jobs)} 处发现，由常驻服务（chengjian serve）执行\n")


@round_app.command("decide")
def decide(
    wanted: RoundArgument,
    unit: UnitArgument,
    indicator: Annotated[str, typer.Argument(metavar="ROW", help="指标编号")],
    by: By,
    reason: Annotated[str, typer.Option("--reason", "--why", metavar="TEXT", help="决定的理由")],
    accept: Annotated[
        str | None, typer.Option("--accept", metavar="VALUE", help="采纳，并写明新值（JSON：true、3、0.95 …）")
    ] = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="维持初评，数值不动")] = False,
    database: KnownDatabase = None,
) -> None:
    """决定一项申诉。应由核实信息、录入数据和登记申诉以外的人办理。"""
    from records.rounds import ReviewOutcome

    if (accept is None) is not refuse:
        raise UserError("--accept 新值 与 --refuse 须写且只写一个")
    outcome = ReviewOutcome.REFUSED if accept is None else ReviewOutcome.ACCEPTED
    office = _office(database)
    _say(office.decide(wanted, unit, indicator, outcome, by=by, reason=reason, value=accept or ""))
