"""``chengjian night``: nights by hand — run one, look at them, decide about one."""

import asyncio
import getpass
import signal
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.databases import KnownDatabase
from chengjian.cli.manners import complain
from chengjian.settings import read_settings
from records.nights import NightState

if TYPE_CHECKING:
    from chengjian.night_room import NightRoom

night_app = typer.Typer(help="夜间巡查：手工跑一夜、列出、查看、决定是否算数", no_args_is_help=False)

NOT_RUN, INTERRUPTED = 3, 130

_City = Annotated[str, typer.Option("--city", metavar="ID|PATH", help="城市编号，或城市文件夹的路径")]
_Database = Annotated[str | None, typer.Option("--db", metavar="URL", help="数据库地址，缺省为本机 SQLite")]
_Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
_Number = Annotated[int, typer.Argument(metavar="N", min=1, help="第几夜")]
_Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="理由，一句话")]
_By = Annotated[str, typer.Option("--by", metavar="NAME", help="由谁决定，缺省为登录名")]


def _room(city: str, db: str | None) -> "NightRoom":
    from chengjian.night_room import open_night_room  # here: SQLAlchemy takes long to load

    return open_night_room(read_settings(), city, db)


@night_app.command("run")
def run(
    city: _City = "nanyang",
    now: Annotated[bool, typer.Option("--now", help="不等时间窗口和各门户的节奏，现在就走")] = False,
    hours: Annotated[float, typer.Option("--hours", min=0.01, max=48, metavar="N", help="--now 时至多走多久")] = 10,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示摘要")] = False,
    db: _Database = None,
) -> int:
    """跑一夜，或接着走没有走完的一夜：到期的门户、新闻、自检，然后发出早报。

    退出码：0 走完且有效；1 走完但作废或待人工决定；2 用法或配置有误；3 没有走完或无事可做；130 被中断，已暂停。
    """
    from chengjian.night_by_hand import run_by_hand
    from services.night.digest import digest_text

    room = _room(city, db)
    stop = asyncio.Event()

    async def go() -> int:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        night = await run_by_hand(room, stop, by=_login(), by_hand=timedelta(hours=hours) if now else None)
        if night is None:
            hint = "" if now else "；要马上开始请加 --now"
            complain(f"现在没有要走的门户（不在时间窗口内，或都已走过、在维护中）{hint}")
            return NOT_RUN
        if not quiet:
            sys.stdout.write(digest_text(room.digest_of(night)))
        if stop.is_set():
            return INTERRUPTED
        return {NightState.HEALTHY: 0, NightState.HELD: 1, NightState.VOIDED: 1}.get(night.state, NOT_RUN)

    return asyncio.run(go())


@night_app.command("list")
def list_all(city: _City = "nanyang", as_json: _Json = False, db: KnownDatabase = None) -> None:
    """列出这个城市的各夜，最近的在前。"""
    from services.night.status import night_line

    room = _room(city, db)
    nights = room.nights.nights(room.city.id)
    if as_json:
        import orjson

        from services.night.status import digest_document

        rows = [digest_document(room.digest_of(one)) for one in nights]
        answer(orjson.dumps({"schema": "chengjian.nights/1", "nights": rows}, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        answer("".join(f"{night_line(one)}\n" for one in nights) or f"{room.city.name}还没有巡查过一夜。\n")


@night_app.command("show")
def show(number: _Number, city: _City = "nanyang", as_json: _Json = False, db: KnownDatabase = None) -> None:
    """查看一夜：逐个门户的结果、每一次自检、状态的每一次变化由谁作出。"""
    from services.night.digest import STATE_WORDS
    from services.night.hours import SHANGHAI
    from services.night.status import digest_document, night_text

    room = _room(city, db)
    night = room.nights.load(number)
    digest = room.digest_of(night)
    if as_json:
        import orjson

        answer(orjson.dumps(digest_document(digest), option=orjson.OPT_INDENT_2) + b"\n")
        return
    log = tuple(
        f"{one.at.astimezone(SHANGHAI):%m-%d %H:%M:%S} {STATE_WORDS[one.state]}，{one.by}：{one.why}"
        for one in room.nights.log(number)
    )
    answer(night_text(night, digest, log))


@night_app.command("hold")
def hold(number: _Number, why: _Why, by: _By = "", city: _City = "nanyang", db: KnownDatabase = None) -> None:
    """把走完的一夜定为“待人工决定”：在放行之前，它看到的不计入任何发现。"""
    _judge(number, NightState.HELD, why, by, city, db)


@night_app.command("release")
def release(number: _Number, why: _Why, by: _By = "", city: _City = "nanyang", db: KnownDatabase = None) -> None:
    """放行一夜：它看到的算数。"""
    _judge(number, NightState.HEALTHY, why, by, city, db)


@night_app.command("void")
def void(number: _Number, why: _Why, by: _By = "", city: _City = "nanyang", db: KnownDatabase = None) -> None:
    """作废一夜：照样列出，它看到的不计入任何发现。正在走的一夜随之停止。"""
    _judge(number, NightState.VOIDED, why, by, city, db)


def _judge(number: int, state: NightState, why: str, by: str, city: str, db: str | None) -> None:
    from services.night.status import night_line

    room = _room(city, db)
    room.nights.judge(number, state, by=by or _login(), why=why, now=room.clock.now())
    answer(f"{night_line(room.nights.load(number))}\n")


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a user entry
        return "值班人员"
