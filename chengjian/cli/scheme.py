"""`chengjian scheme`: the schemes as data: list them, show one as the familiar table, check one's own."""

import json
import shutil
from typing import Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.manners import USAGE, complain
from services.schemes import SCHEME_IDS, check_scheme, load_scheme

scheme_app = typer.Typer(help="评价方案：列出、查看、检查", no_args_is_help=False)


@scheme_app.command("list")
def list_schemes() -> None:
    """列出自带的方案。"""
    for name in SCHEME_IDS:
        scheme = load_scheme(name)
        rows = len(scheme.indicators)
        answer(f"{name}\t{rows} 项\t{scheme.name}（{scheme.document.number or scheme.document.issuer}）\n")


@scheme_app.command("show")
def show_scheme(scheme: Annotated[str, typer.Argument(metavar="ID", help="方案编号，或一个 .yml 方案文件")]) -> None:
    """按文件的样子打印方案，规则原文旁边是我们的理解。"""
    from services.reports.score_text import scheme_table

    width = max(shutil.get_terminal_size((180, 24)).columns, 120)
    answer(scheme_table(load_scheme(scheme), width))


@scheme_app.command("check")
def check(scheme: Annotated[str, typer.Argument(metavar="FILE", help=".yml 方案文件，或方案编号")]) -> None:
    """检查方案：逐行说明错误和矛盾。退出码：0 可用（可有已说明的矛盾）；2 有错误。"""
    reading = check_scheme(scheme)
    for remark in reading.remarks:
        answer(f"矛盾 {remark}\n")
    for fault in reading.faults:
        complain(f"错误 {fault}")
    if reading.scheme is None:
        raise typer.Exit(USAGE)
    rows = len(reading.scheme.indicators)
    answer(f"{scheme}：可用，{rows} 项，{len(reading.remarks)} 处已说明的矛盾\n")


@scheme_app.command("schema")
def print_schema() -> None:
    """打印方案文件的 JSON Schema，供编辑器检查和补全。"""
    from scoring.scheme_schema import scheme_schema

    answer(json.dumps(scheme_schema(), ensure_ascii=False, indent=1) + "\n")
