"""`chengjian score`: a values file, or what is stored of a city, to points that lead back to their evidence."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.databases import KnownDatabase
from services.schemes import WrongCallError, why

if TYPE_CHECKING:
    from services.score_values import ScoreRun


def score(
    scheme: Annotated[
        str | None,
        typer.Option("--scheme", metavar="ID", help="方案编号（见 chengjian scheme list），或一个 .yml 方案文件"),
    ] = None,
    values: Annotated[
        Path | None, typer.Option("--values", metavar="FILE", help="值文件（chengjian.values/1），- 表示标准输入")
    ] = None,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="写出 JSON（缺省为 chengjian.scores/1），- 表示标准输出"),
    ] = None,
    html_file: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="写出评分总览网页：单位×指标，每个数点到证据和规则原文"),
    ] = None,
    what_if: Annotated[
        Path | None, typer.Option("--what-if", metavar="FILE", help="换一种理解：部分 YAML，显示谁的得分和名次变动")
    ] = None,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="UNIT", help="逐项说明一个单位的得分，直到证据和规则原文")
    ] = None,
    city: Annotated[
        str | None, typer.Option("--city", metavar="ID", help="城市：用库中的巡查、填报、舆情计分，并存档")
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", metavar="P", help="评价周期，如 2026、2026H1、2026Q3、2026-03")
    ] = None,
    flag: Annotated[
        list[str] | None,
        typer.Option("--flag", metavar="UNIT=FLAG", help="单位的标记，如 fangcheng=enforcement_listed"),
    ] = None,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="打开一次评分存档")] = None,
    tasks: Annotated[
        bool, typer.Option("--tasks", help="列出存档的待办：数据不一致、未确认的情况、未测得的项")
    ] = False,
    values_out: Annotated[
        Path | None,
        typer.Option("--values-out", metavar="FILE", help="把存档的取值写成 chengjian.values/1，可另行计分"),
    ] = None,
    diff: Annotated[
        tuple[str, str] | None, typer.Option("--diff", metavar="RUN1 RUN2", help="两次存档的差别，逐项分解，合计无差")
    ] = None,
    runs: Annotated[bool, typer.Option("--runs", help="列出全部评分存档")] = False,
    docx: Annotated[
        Path | None,
        typer.Option("--docx", metavar="FILE", help="把存档写成 Word 报告；与 --explain 同用则只写该单位的报告"),
    ] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="把存档写成 Excel 工作簿")] = None,
    db: KnownDatabase = None,
) -> None:
    """按方案给各单位计分，或查看评分存档。退出码：0 已计分；2 调用或文件有误（逐条说明，不计分）。"""
    to_stdout = json_file is not None and str(json_file) == "-"
    _check_ways(scheme, values, city, period, run, diff, runs)
    if values is None:
        from chengjian.cli.score_files import Wanted
        from chengjian.cli.score_runs import RunCall, answer_run  # here: SQLAlchemy takes long to load

        call: RunCall = RunCall(
            scheme,
            city,
            period,
            tuple(flag or ()),
            run,
            diff,
            runs,
            explain,
            tasks,
            json_file,
            values_out,
            db,
            html_file,
            Wanted(docx, xlsx),
        )
        if what_if is not None:
            raise WrongCallError("--what-if 用于值文件：先用 --values-out 写出存档的取值，再用 --values 计分")
        answer_run(call, _width(), _write)
        return
    from services.reports.scores_document import scores_json
    from services.score_values import read_values_text, score_values

    if scheme is None:
        raise WrongCallError("缺少选项 --scheme：方案编号见 chengjian scheme list")
    for word, given in (
        ("--tasks", tasks),
        ("--values-out", values_out),
        ("--flag", flag),
        ("--html", html_file),
        ("--docx", docx),
        ("--xlsx", xlsx),
    ):
        if given:
            raise WrongCallError(f"{word} 用于评分存档，不能与 --values 同用")
    if to_stdout and explain is not None:
        raise WrongCallError("--json - 已占用标准输出，不能同时用 --explain；请把 JSON 写到文件")
    scored = score_values(scheme, read_values_text(values), what_if)
    text = _text(scored, explain)
    if json_file is not None:
        _write(json_file, scores_json(scored))
    if not to_stdout:
        answer(text)


def _check_ways(
    scheme: str | None,
    values: Path | None,
    city: str | None,
    period: str | None,
    run: str | None,
    diff: tuple[str, str] | None,
    runs: bool,
) -> None:
    """Exactly one way of calling: a values file, a city and a period, a stored run, two of them, or the list."""
    given = {
        "--values": values is not None,
        "--city": city is not None,
        "--run": run is not None,
        "--diff": diff is not None,
        "--runs": runs,
    }
    ways = [word for word, there in given.items() if there]
    if len(ways) > 1:
        raise WrongCallError(f"{'、'.join(ways)} 只能用一个")
    if not ways:
        if scheme is None:
            raise WrongCallError(
                "缺少选项 --scheme：方案编号见 chengjian scheme list；查看存档用 --run、--diff 或 --runs"
            )
        raise WrongCallError("缺少选项 --values（值文件），或 --city 与 --period（用库中的数据计分）")
    if city is not None and (scheme is None or period is None):
        raise WrongCallError(
            f"--city 须与 --scheme、--period 同用，缺少 {'--scheme' if scheme is None else '--period'}"
        )
    if city is None and period is not None:
        raise WrongCallError("--period 与 --city 同用；值文件的周期写在文件里")


def _width() -> int:
    return max(shutil.get_terminal_size((160, 24)).columns, 80)


def _text(run: "ScoreRun", explain: str | None) -> str:
    from services.reports.score_text import explanation, overview, what_if_text

    width = _width()
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
