"""`chengjian registry`: who is watched: look it up, check it, edit it as an Excel sheet."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.manners import USAGE, complain

if TYPE_CHECKING:
    from services.registry.city_text import CityReading

registry_app = typer.Typer(help="单位登记表：查看、检查、导出为 Excel 修改、读回", no_args_is_help=False)

CityOption = Annotated[
    str, typer.Option("--city", metavar="ID|PATH", help="城市编号，或 .yml 登记表、放着 units.yml 的文件夹")
]
DEFAULT = "nanyang"


@registry_app.command("show")
def show(
    unit: Annotated[
        str | None, typer.Argument(metavar="[UNIT]", help="单位的编号、名称、简称或曾用名；不写则列出全部")
    ] = None,
    city: CityOption = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """列出登记的单位，或说明一个单位。"""
    from services.registry import load_city
    from services.registry.city_view import city_json, city_lines, unit_json, unit_lines
    from services.registry.unit_search import find_unit

    known = load_city(city)
    if unit is None:
        answer(city_json(known) if as_json else city_lines(known))
    else:
        found = find_unit(known, unit)
        answer(unit_json(known, found) if as_json else unit_lines(known, found))


@registry_app.command("check")
def check(city: CityOption = DEFAULT) -> None:
    """检查登记表：逐行说明错误；分不清的名称作为提醒。退出码：0 可用（可有提醒）；2 有错误。"""
    from services.registry import check_city

    reading = check_city(city)
    answer(f"{city}：可用，{_told(reading)}\n")


@registry_app.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="写出的工作簿")],
    city: CityOption = DEFAULT,
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖它")] = False,
) -> None:
    """把登记表导出为 Excel 工作簿，供修改。"""
    from services.registry import load_city
    from services.registry.workbook_export import export_workbook

    known = load_city(city)
    _keep(file, force)
    export_workbook(known, file)
    answer(f"已写入 {file}：{len(known.units)} 个单位\n")


@registry_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="chengjian registry export 导出后改过的工作簿")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.yml", help="写出的登记表")],
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖它")] = False,
) -> None:
    """读回改过的工作簿，写成登记表。有一行不对就整份不采用。退出码：0 已写出；2 有错误，什么都没有写。"""
    from services.registry.city_yaml import city_yaml
    from services.registry.workbook_import import import_workbook
    from services.schemes import why

    try:
        reading = import_workbook(file)
        told = _told(reading)
        _keep(out, force)
        if reading.city is not None:
            beside = out.with_name(f"{out.name}.{os.getpid()}.part")  # the old file stays whole until the new one is
            beside.write_text(city_yaml(reading.city), "utf-8")
            beside.replace(out)
    except (OSError, ValueError) as error:
        complain(f"写不了 {out}：{why(error) if isinstance(error, OSError) else '路径不合法'}，请检查路径和权限")
        raise typer.Exit(USAGE) from None
    answer(f"已写入 {out}：{told}\n")


def _keep(path: Path, force: bool) -> None:
    """Do not write over somebody's work unasked."""
    from services.schemes import WrongCallError

    if not force and path.exists():
        raise WrongCallError(f"{path} 已经存在；要覆盖它请加 --force，或换一个文件名")


def _told(reading: "CityReading") -> str:
    """Say the warnings, or refuse with the faults; the count of units where all is well."""
    for fault in reading.faults:
        complain(f"错误 {fault}")
    if reading.city is None:
        raise typer.Exit(USAGE)
    for warning in reading.warnings:
        answer(f"提醒 {warning}\n")
    units = reading.city.units
    open_ones = sum(not unit.verified for unit in units)
    rated = sum(unit.evaluated for unit in units)
    return f"{len(units)} 个单位（参加评价 {rated} 个，待核对 {open_ones} 个），{len(reading.warnings)} 处提醒"
