"""``chengjian serve``: watch a city by itself, night after night."""

import asyncio
import signal
import sys
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from chengjian.cli.manners import UserError, complain
from chengjian.settings import read_settings

if TYPE_CHECKING:
    from chengjian.night_room import NightRoom
    from console.tools import ConsoleTools

DEFAULT_BIND = "127.0.0.1:8600"
MAX_PORT = 65535


def serve(
    city: Annotated[str, typer.Option("--city", metavar="ID|PATH", help="城市编号，或城市文件夹的路径")] = "nanyang",
    bind: Annotated[str, typer.Option("--bind", metavar="HOST:PORT", help="在哪个地址应答网页和监控")] = DEFAULT_BIND,
    https: Annotated[
        bool, typer.Option("--https", help="网页经由提供 HTTPS 的代理访问：cookie 只走 HTTPS，来访地址以代理所告为准")
    ] = False,
    archived: Annotated[
        str | None,
        typer.Option(
            "--archived", metavar="HOST:PORT|URL", help="存档网页从另一来源显示：另一个监听地址，或转到本服务的代理地址"
        ),
    ] = None,
    db: Annotated[str | None, typer.Option("--db", metavar="URL", help="数据库地址，缺省为本机 SQLite")] = None,
) -> int:
    """常驻服务：按 watch.yml 的时间逐夜巡查整个城市，早上发出早报；网页上能看到昨夜的情况。

    一个数据库上可以启动多个，只有一个调度，其余待命。/healthz 供监控（不正常时应答 503），/metrics 供 Prometheus。
    退出码：0 被要求停止（SIGTERM、Ctrl-C），正在走的一夜已暂停；2 用法或配置有误。
    """
    from chengjian.console_room import open_console
    from chengjian.night_room import open_night_room  # here: SQLAlchemy takes long to load

    host, port = parse_bind(bind)
    origin, second = _archived(archived)
    settings = read_settings()
    room = open_night_room(settings, city, db)
    tools = open_console(settings, city, db, secure=https, evidence_origin=origin)
    tools.evaluation.warm()  # a large run takes seconds to open
    tools.evaluation.shelf.in_background(tools.events.board.standing)  # and so do the events of a year to be read
    try:
        asyncio.run(_serve(room, tools, (host, port), second, settings.proxies if https else ()))
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


def _archived(text: str | None) -> tuple[str, tuple[str, int] | None]:
    """The origin of archived pages, and where this process listens for it, if it does.  Raises ``UserError``."""
    if text is None:
        return "", None
    if "://" not in text:
        host, port = parse_bind(text)
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown.lower()}:{port}", (host, port)
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
        raise UserError(f"--archived 的取值“{text}”应写作 127.0.0.1:8601 或 https://archived.example.cn")
    return f"{parts.scheme}://{parts.netloc.lower()}", None


def _is_local(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


async def _serve(
    room: "NightRoom",
    tools: "ConsoleTools",
    bind: tuple[str, int],
    second: tuple[str, int] | None,
    proxies: tuple[str, ...],
) -> None:
    from chengjian.job_runner import JobRunner
    from chengjian.log_watch import watch_log
    from chengjian.night_app import listen, serve_app, service_app
    from chengjian.worker import Worker
    from services.settling import settle
    from storage.jobs import JobRepository

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    worker = Worker(room)
    jobs = JobRunner(room.settings, room.city, room.city_name, JobRepository(tools.engine), room.holder, room.log)
    host, port = bind
    listener = listen(host, port)  # before anything is begun: a wrong address is told at once
    listeners = [listener, *([listen(*second)] if second is not None else [])]
    shown = f"[{host}]" if ":" in host else host
    sys.stdout.write(f"{room.city.name}的巡查服务已启动：http://{shown}:{listener.getsockname()[1]}/\n")
    if tools.first_token:
        sys.stdout.write(f"还没有账户：打开网页建立管理员，启动口令是 {tools.first_token}\n")
    sys.stdout.flush()
    if tools.wants:
        complain(tools.wants)
    if not tools.secure and not _is_local(host):
        complain("没有用 HTTPS：密码在网络上是明文。请放到提供 HTTPS 的代理之后，并加上 --https")
    app = service_app(room, worker, tools)
    settle()
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run(stop))
        group.create_task(jobs.run(stop))
        group.create_task(watch_log(tools.engine, tools.home, stop, room.log))
        for one in listeners:
            group.create_task(serve_app(app, one, stop, proxies))
