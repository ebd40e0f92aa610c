"""`chengjian score`: the scoring model alone, from a values file to points that can be followed back."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.manners import USAGE, complain
from services.reports.score_text import explanation, overview, what_if_text
from services.reports.scores_document import scores_json
from services.schemes import WrongCallError, why
from services.score_values import ScoreRun, read_values_text, score_values


def score(
    scheme: Annotated[
        str, typer.Option("--scheme", metavar="ID", help="方案编号（见 chengjian scheme list），或一个 .yml 方案文件")
    ],
    values: Annotated[
        Path, typer.Option("--values", metavar="FILE", help="值文件（chengjian.values/1），- 表示标准输入")
    ],
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="写出 chengjian.scores/1，- 表示标准输出")
    ] = None,
    what_if: Annotated[
        Path | None, typer.Option("--what-if", metavar="FILE", help="换一种理解：部分 YAML，显示谁的得分和名次变动")
    ] = None,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="UNIT", help="逐项说明一个单位的得分，直到规则原文")
    ] = None,
) -> None:
    """按方案给各单位计分。退出码：0 已计分；2 调用或文件有误（逐条说明，不计分）。"""
    try:
        to_stdout = json_file is not None and str(json_file) == "-"
        if to_stdout and explain is not None:
            raise WrongCallError("--json - 已占用标准输出，不能同时用 --explain；请把 JSON 写到文件")
        run = score_values(scheme, read_values_text(values), what_if)
        text = _text(run, explain)
        if json_file is not None:
            _write(json_file, scores_json(run))
        if not to_stdout:
            answer(text)
    except WrongCallError as wrong:
        for line in wrong.lines:
            complain(line)
        raise typer.Exit(USAGE) from None


def _text(run: ScoreRun, explain: str | None) -> str:
    width = max(shutil.get_terminal_size((160, 24)).columns, 80)
    if explain is not None:
        found = [unit for unit in run.units if explain in (unit.id, unit.name)]
        if not found:
            raise WrongCallError(f"值文件中没有单位 {explain!r}，请写单位的 id 或名称")
        return "\n".join(explanation(run, unit) for unit in found)
    text = overview(run, width)
    return text if run.what_if is None else text + "\n" + what_if_text(run, run.what_if, width)


def _write(path: Path, body: bytes) -> None:
    if str(path) == "-":
        answer(body)
        return
    try:
        path.write_bytes(body)
    except OSError as error:
        raise WrongCallError(f"写不了 {path}：{why(error)}，请检查路径和权限") from None
    except ValueError:  # a NUL in the path
        raise WrongCallError(f"输出的路径不合法：{str(path)!r}") from None
