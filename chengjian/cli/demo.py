"""``chengjian demo``: three nights of an invented city in fast time, a round that is scored, and its console."""

import shlex
import shutil
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from chengjian.cli.manners import UserError
from chengjian.settings import read_settings

if TYPE_CHECKING:
    from chengjian.demo.kept import Promise
    from chengjian.demo.play import DemoOutcome

BROKEN = 1
_WIDTH = 100  # of the table of scores
_MARK = ".chengjian-demo"  # in a folder that an earlier demo made, and that a new one may empty


def demo(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="数据和报告放在哪个目录，缺省在数据目录下的 demo")
    ] = None,
    console: Annotated[bool, typer.Option("--console", help="不重演，只重新打开上一次留下的工作台和示范门户")] = False,
    serve: Annotated[
        bool | None,
        typer.Option(
            "--serve/--no-serve",
            help="工作台是否一直开着，按 Ctrl-C 结束；缺省时在终端上开着，否则核对每个账户都能登录以后结束",
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="工作台的端口，缺省 8600，被占用时另选"),
    ] = None,
) -> int:
    """在本机搭起一座示范城市（七个门户、五家媒体，缺陷事先写明），快放三个夜晚，接收填报，按南阳县区方案计分，打开工作台。

    断过一夜的、一直打不开的、防火墙醒来的、逐日变旧的各有结果；最后逐条核对是否如约。
    退出码：0 全部如约；1 有一条没有做到；2 调用有误。
    """

    home = (out or read_settings().home / "demo").absolute()
    stay = sys.stdout.isatty() if serve is None else serve
    try:
        return _again(home, stay, port) if console else _play(_empty(home), stay, port)
    except OSError as error:
        raise UserError(f"写不了 {home}，或端口不可用：{error.strerror or error}，请检查磁盘空间、权限和端口") from None


def _play(home: Path, stay: bool, port: int | None) -> int:
    from chengjian.demo.city import serve as serve_city
    from chengjian.demo.console import remember
    from chengjian.demo.kept import promises
    from chengjian.demo.play import play_three_nights
    from chengjian.demo.stage import find_days
    from services.work_calendar import load_calendar

    settings = read_settings()
    began = time.monotonic()
    days = find_days(datetime.now(ZoneInfo("Asia/Shanghai")).date(), load_calendar())
    with serve_city(days.first) as served:
        _say(f"示范城市“云溪市”已在本机启动（全部虚构）：{len(served.portals)} 个门户，五家媒体。数据在 {home}")
        if settings.chromium is None:
            _say("没有找到浏览器：沙屿新区的单页门户读不了，也不拍截图。")
        remember(home, served)
        outcome = play_three_nights(home, served, days, settings, _say)
        kept = promises(outcome, served, browser=settings.chromium is not None)
        _say(_ending(outcome, kept, time.monotonic() - began))
        answers = _console(home, stay, port)
    return 0 if answers and all(one.kept for one in kept) else BROKEN


def _again(home: Path, stay: bool, port: int | None) -> int:
    from chengjian.demo.console import city_again

    if not (home / _MARK).is_file():
        raise UserError(f"{home} 里没有演过的示范城市：先运行 chengjian demo --out {shlex.quote(str(home))}")
    with city_again(home):
        return 0 if _console(home, stay, port) else BROKEN


def _console(home: Path, stay: bool, port: int | None) -> bool:
    """Whether the console let everybody in."""
    from chengjian.demo.console import open_demo_console
    from chengjian.demo.visitor import ConsoleAnswerError

    try:
        open_demo_console(home, read_settings()).run(_say, stay=stay, port=port)
    except ConsoleAnswerError as error:
        _say(f"  ✗ 工作台没有如约应答：{error}")
        return False
    if not stay:
        _say(f"再次打开工作台：chengjian demo --console --serve --out {shlex.quote(str(home))}")
    return True


def _empty(home: Path) -> Path:
    """The folder, emptied of what an earlier demo left there; another one that holds something is not touched."""
    try:
        if home.exists() and any(home.iterdir()):
            if not (home / _MARK).is_file():
                raise UserError(f"目录 {home} 里有别的东西：请用 --out 换一个空目录")
            shutil.rmtree(home)
        home.mkdir(parents=True, exist_ok=True)
        (home / _MARK).touch()
    except OSError as error:
        raise UserError(f"无法建立目录 {home}：{error.strerror or error}") from None
    return home


def _ending(outcome: "DemoOutcome", kept: "tuple[Promise, ...]", seconds: float) -> str:
    lines = ["", "【第三夜的早报】", outcome.digest.rstrip("\n"), "", "【得分】", _scores(outcome)]
    lines += ["", "【是否如约】"]
    for one in kept:
        lines.append(f"  {'✓' if one.kept else '✗'} {one.told}")
        if not one.kept and one.why:
            lines.append(f"      {one.why}")
    database = f"CHENGJIAN_HOME={outcome.home}"
    lines += [
        "",
        f"用时 {seconds:.0f} 秒。",
        f"评分总览（单个文件）：{outcome.overview.as_uri()}",
        f"门户报告：{outcome.portals.as_uri()}",
        f"接着看：{database} chengjian findings list --city {outcome.city_folder}",
        f"　　　　{database} chengjian score --run {outcome.run.head.id} --explain 青禾县",
        f"　　　　{database} chengjian verify",
    ]
    return "\n".join(lines)


def _scores(outcome: "DemoOutcome") -> str:
    from scoring.rank_floor import UNRANKED
    from services.reports.score_text import table
    from services.reports.scores_document import points

    rows = []
    for unit in sorted(outcome.run.run.units, key=lambda unit: unit.rank or 10**6):
        spread = f"{points(unit.low)}～{points(unit.high)}"
        place = str(unit.rank or UNRANKED)
        rows.append([place, unit.name, points(unit.total) or "", points(unit.pending_points) or "", spread])
    title = f"{outcome.run.run.scheme.name} · {outcome.run.inputs.period}"
    return table(title, ["名次", "单位", "总分", "待补", "补齐后的范围"], rows, _WIDTH).rstrip("\n")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
