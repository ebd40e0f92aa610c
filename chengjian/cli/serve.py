"""``chengjian serve``: watch a city by itself, night after night."""

import asyncio
import signal
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.manners import USAGE, UserError, complain
from chengjian.settings import read_settings

if TYPE_CHECKING:
    from chengjian.night_room import NightRoom

DEFAULT_BIND = "127.0.0.1:8600"
MAX_PORT = 65535


def serve(
    city: Annotated[str, typer.Option("--city", metavar="ID|PATH", help="城市编号，或城市文件夹的路径")] = "nanyang",
    bind: Annotated[str, typer.Option("--bind", metavar="HOST:PORT", help="在哪个地址应答网页和监控")] = DEFAULT_BIND,
    db: Annotated[str | None, typer.Option("--db", metavar="URL", help="数据库地址，缺省为本机 SQLite")] = None,
) -> int:
    """常驻服务：按 watch.yml 的时间逐夜巡查整个城市，早上发出早报；网页上能看到昨夜的情况。

    一个数据库上可以启动多个，只有一个调度，其余待命。/healthz 供监控（不正常时应答 503），/metrics 供 Prometheus。
    退出码：0 被要求停止（SIGTERM、Ctrl-C），正在走的一夜已暂停；2 用法或配置有误。
    """
    from chengjian.night_room import open_night_room  # here: SQLAlchemy takes long to load
    from services.schemes import WrongCallError

    host, port = parse_bind(bind)
    try:
        room = open_night_room(read_settings(), city, db)
    except WrongCallError as wrong:
        for line in wrong.lines:
            complain(line)
        raise typer.Exit(USAGE) from None
    try:
        asyncio.run(_serve(room, host, port))
    except OSError as error:
        raise UserError(f"无法在 {bind} 应答：{error.strerror or error}，请用 --bind 另选地址") from None
    return 0


def parse_bind(text: str) -> tuple[str, int]:
    """Host and port of ``--bind``.  Raises ``UserError``."""
    host, _, port = text.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isascii() or not port.isdigit() or int(port) > MAX_PORT:
        raise UserError(f"--bind 的取值“{text}”应写作 {DEFAULT_BIND}")
    return host, int(port)


async def _serve(room: "NightRoom", host: str, port: int) -> None:
    from chengjian.night_app import listen, night_app, serve_app
    from chengjian.worker import Worker

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    worker = Worker(room)
    listener = listen(host, port)  # before anything is begun: a wrong address is told at once
    shown = f"[{host}]" if ":" in host else host
    sys.stdout.write(f"{room.city.name}的巡查服务已启动：http://{shown}:{listener.getsockname()[1]}/\n")
    sys.stdout.flush()
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run(stop))
        group.create_task(serve_app(night_app(room, worker), listener, stop))
