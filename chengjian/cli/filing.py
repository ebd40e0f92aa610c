"""`chengjian filing`: the forms that offices and units fill in, and what they send back."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from chengjian.cli.databases import KnownDatabase
from chengjian.cli.manners import USAGE, UserError, complain

REFUSED_SOME = 1

filing_app = typer.Typer(help="填报：发放填报表、接收填报、查看欠报、核验佐证", no_args_is_help=False)

Scheme = Annotated[str, typer.Option("--scheme", metavar="ID", help="方案编号，或一个 .yml 方案文件")]
MaybeScheme = Annotated[str | None, typer.Option("--scheme", metavar="ID", help="方案编号，或一个 .yml 方案文件")]
Period = Annotated[str, typer.Option("--period", metavar="P", help="评价期间，如 2026、2026Q3、2026-11")]
MaybePeriod = Annotated[str | None, typer.Option("--period", "--round", metavar="P", help="评价期间")]
CityName = Annotated[str, typer.Option("--city", metavar="NAME", help="城市编号，或 units.yml 的路径")]
Database = Annotated[str | None, typer.Option("--db", metavar="URL", help="数据库地址，缺省为本机 SQLite")]


@filing_app.command("template")
def template(
    scheme: Scheme,
    period: Period,
    out: Annotated[Path, typer.Option("--out", metavar="FILE_or_DIR", help="一个 .xlsx 文件，或放多个工作簿的目录")],
    provider: Annotated[
        str, typer.Option("--provider", metavar="NAME", help="提供单位，如 市信用办；all 表示全部")
    ] = "all",
    city: CityName = "nanyang",
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="报送截止日期，写在封面上")] = None,
) -> None:
    """按提供单位生成填报表。自主报送的每个单位一本（--out 为目录时）。退出码：0 已生成；2 调用有误。"""
    from chengjian.cli.answers import answer
    from services.filing_template import forms_for, make_templates, summary, write_templates
    from services.period import read_period
    from services.registry import load_city
    from services.schemes import WrongCallError, load_scheme

    last_day = _day(until, "--until") if until is not None else None
    forms = forms_for(load_scheme(scheme), str(read_period(period)), provider)
    registry = load_city(city)
    apart = out.suffix.lower() != ".xlsx"
    files = [file for form in forms for file in make_templates(form, registry, until=last_day, apart=apart)]
    if not files:
        raise WrongCallError(f"名录 {registry.name} 中没有方案 {scheme} 的评价对象，请检查名录中单位的种类")
    answer(summary(files, write_templates(files, out)))


@filing_app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="填好的 .xlsx、.csv 或 .json")],
    attachments: Annotated[
        Path | None, typer.Option("--attachments", metavar="DIR", help="放佐证材料的目录（含子目录）")
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="报送人或经办人")] = "",
    json_file: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="写出逐项报告，- 表示标准输出")
    ] = None,
    accept_good_rows: Annotated[
        bool, typer.Option("--accept-good-rows", help="有错的项拒收，其余照收；缺省为一项有错则整个文件拒收")
    ] = False,
    scheme: MaybeScheme = None,
    period: MaybePeriod = None,
    provider: Annotated[str | None, typer.Option("--provider", metavar="NAME", help="文件没有标识时：谁提供的")] = None,
    city: CityName = "nanyang",
    db: Database = None,
) -> int:
    """接收填报，逐项说明。退出码：0 全部接收；1 有的项拒收、其余已收；2 有文件整个拒收，或调用有误。"""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from chengjian.cli.answers import answer
    from chengjian.filing_room import open_filings
    from chengjian.settings import read_settings
    from services.attachments import AttachmentFolder
    from services.import_filing import FilingImport, ImportCall, Outcome
    from services.period import read_period
    from services.reading_room import ReadingRoom
    from services.registry import load_city
    from services.reports.filing_report import report_json
    from services.reports.filing_text import import_text, shared_text, unnamed_text

    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    registry = load_city(city)
    call = ImportCall(
        by.strip()[:60],
        scheme,
        str(read_period(period)) if period is not None else None,
        provider,
        accept_good_rows,
    )
    names = {unit.id: unit.name for unit in registry.units}
    with ReadingRoom() as room:
        filings = open_filings(read_settings(), db)
        folder = AttachmentFolder(attachments, room)
        importer = FilingImport(filings, registry, folder, call, now)
        reports = []
        for file in files:
            report = importer.take(file)
            reports.append(report)
            if json_file != "-":
                answer(import_text(report, names))
            for line in (*report.faults, *report.refused_rows):
                complain(f"{report.file}：{line}")
        cells = {cell for one in reports if one.receipt is not None for cell in one.receipt.taken}
        shared = [use for use in filings.shared_files() if any(kept.cell in cells for kept in use.uses)]
    if json_file == "-":
        answer(report_json(reports, shared, now))
    else:
        answer(shared_text(shared, names) + unnamed_text(folder.unnamed()))
        if json_file is not None:
            _write(Path(json_file), report_json(reports, shared, now))
    outcomes = {report.outcome for report in reports}
    if Outcome.REFUSED in outcomes:
        return USAGE
    return REFUSED_SOME if Outcome.PARTIAL in outcomes else 0


@filing_app.command("list")
def list_filings(scheme: MaybeScheme = None, period: MaybePeriod = None, db: KnownDatabase = None) -> None:
    """列出接收过的文件。"""
    from chengjian.cli.answers import answer
    from chengjian.filing_room import open_filings
    from chengjian.settings import read_settings
    from services.period import read_period
    from services.reports.filing_text import list_text

    when = str(read_period(period)) if period is not None else None
    answer(list_text(open_filings(read_settings(), db).filings(scheme, when)))


@filing_app.command("show")
def show(
    scheme: MaybeScheme = None,
    period: MaybePeriod = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="UNIT", help="单位的编号或名称")] = None,
    indicator: Annotated[str | None, typer.Option("--indicator", metavar="ID", help="指标编号")] = None,
    history: Annotated[bool, typer.Option("--history", help="连同已被替代的填报")] = False,
    city: CityName = "nanyang",
    db: KnownDatabase = None,
) -> None:
    """显示现行的填报值：值、来自哪个文件哪一格、佐证，以及同一佐证用于多处的情形。"""
    from chengjian.cli.answers import answer
    from chengjian.filing_room import open_filings
    from chengjian.settings import read_settings
    from scoring_bridge.unit_names import UnitNames, UnknownUnitError
    from services.period import read_period
    from services.registry import load_city
    from services.reports.filing_text import shared_text, show_text

    try:
        registry, when = load_city(city), str(read_period(period)) if period is not None else None
        wanted = UnitNames(registry).find(unit).unit.id if unit is not None else None
    except UnknownUnitError as unknown:
        raise UserError(str(unknown)) from None
    names = {one.id: one.name for one in registry.units}
    filings = open_filings(read_settings(), db)
    everything = filings.history(scheme, when, registry.id)
    standing = {kept.id for kept in filings.standing(scheme, when, registry.id)}
    filings.check([kept for kept in everything if kept.id in standing])
    chosen = [
        kept
        for kept in everything
        if (history or kept.id in standing)
        and (wanted is None or kept.filed.unit == wanted)
        and (indicator is None or kept.filed.indicator == indicator)
    ]
    replaced = frozenset(kept.id for kept in everything if kept.id not in standing)
    answer(show_text(chosen, names, replaced))
    ids = {kept.id for kept in chosen}
    answer(shared_text([use for use in filings.shared_files() if any(k.id in ids for k in use.uses)], names))


@filing_app.command("due")
def due_filings(
    scheme: Scheme,
    period: Period,
    provider: Annotated[str, typer.Option("--provider", metavar="NAME", help="只看一个提供单位")] = "all",
    city: CityName = "nanyang",
    db: KnownDatabase = None,
) -> None:
    """欠报清单：谁还欠哪些单位的哪些项。"""
    from chengjian.cli.answers import answer
    from chengjian.filing_room import open_filings
    from chengjian.settings import read_settings
    from services.filing_due import due
    from services.period import read_period
    from services.registry import load_city
    from services.reports.filing_text import due_text
    from services.schemes import load_scheme

    loaded, when, registry = load_scheme(scheme), str(read_period(period)), load_city(city)
    standing = open_filings(read_settings(), db).standing(loaded.id, when, registry.id)
    answer(due_text(due(loaded, when, registry, standing, provider)))


@filing_app.command("verify")
def verify(db: KnownDatabase = None) -> int:
    """重新计算全部填报文件和佐证的校验值。退出码：0 全部完好；1 有缺失或被改动的。"""
    from chengjian.cli.answers import answer
    from chengjian.filing_room import open_filings
    from chengjian.settings import read_settings

    count, faults = open_filings(read_settings(), db).verify()
    for fault in faults:
        complain(f"{fault}：请从备份恢复")
    answer(f"核验 {count} 个文件，{len(faults)} 个有问题\n")
    return 1 if faults else 0


def _day(text: str, option: str) -> date:
    from services.schemes import WrongCallError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongCallError(f"{option} 的日期“{text}”无法识别，应写作 2026-12-31") from None


def _write(path: Path, body: bytes) -> None:
    from services.schemes import why

    try:
        path.write_bytes(body)
    except OSError as error:
        raise UserError(f"写不了 {path}：{why(error)}；填报已按上面所说接收") from None
    except ValueError:
        raise UserError(f"输出的路径不合法：{str(path)!r}；填报已按上面所说接收") from None
