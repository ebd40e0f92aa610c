"""``chengjian crawl``: visit portals of the registry by hand, as the night does: resumable and incremental."""

import asyncio
import math
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.audit import parse_day
from chengjian.cli.manners import UserError, complain
from chengjian.cli.outputs import FOUND, INTERRUPTED, NOT_AUDITED
from chengjian.cli.progress import ProgressDisplay

if TYPE_CHECKING:
    from chengjian.children import ProcessChild
    from chengjian.crawl_room import VisitOptions
    from records.visits import VisitEnd

USAGE = 2


@dataclass(frozen=True, slots=True)
class Stop:
    """One portal to visit."""

    unit: str
    name: str
    url: str


@dataclass
class Round:
    """What came of the portals so far."""

    ends: list["VisitEnd"] = field(default_factory=list)
    refused: int = 0  # could not be visited at all

    def refuse(self, one: Stop, why: str) -> None:
        """Tell of a portal that could not be visited."""
        self.refused += 1
        complain(f"{one.name} {one.url}：{why}".lstrip())

    def status(self, *, interrupted: bool) -> int:
        """As ``audit``: 0 nothing found, 1 something found, 2 a wrong call, 3 not audited, 130 interrupted."""
        if interrupted or any(end.paused for end in self.ends):
            return INTERRUPTED
        if self.refused:
            return USAGE
        verdicts = [end.site_verdict for end in self.ends]
        if any(verdict is not None and verdict.value != "reachable" for verdict in verdicts):
            return NOT_AUDITED
        return FOUND if any(end.findings for end in self.ends) else 0


def crawl(
    portal: Annotated[
        list[str] | None, typer.Option("--portal", metavar="ID", help="单位编号、名称或网址；可写多次。")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="登记表中的全部网站。")] = False,
    city: Annotated[str, typer.Option(metavar="ID|PATH", help="城市编号，或登记表文件。")] = "nanyang",
    resume: Annotated[bool, typer.Option("--resume", help="不论多久以前，接着上次没做完的做。")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="不接续未做完的，重新开始。")] = False,
    full: Annotated[bool, typer.Option("--full", help="不沿用此前所见，每个网页都重新读取。")] = False,
    max_minutes: Annotated[
        float | None, typer.Option(min=0.01, metavar="N", help="每个网站最多用多少分钟，到时暂停，可续。")
    ] = None,
    max_pages: Annotated[int | None, typer.Option(min=1, metavar="N", help="每个网站最多读多少个网页。")] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.01, max=1000, metavar="R", help="对一个主机每秒最多请求几次。")
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option(min=1, max=64, metavar="N", help="对一个主机最多同时几个请求。")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, metavar="N", help="同时巡查几个网站，各在一个子进程中。")] = 1,
    policy: Annotated[str, typer.Option(metavar="NAME", help="更新与链接的评判口径。")] = "nanyang-monthly",
    render: Annotated[str, typer.Option(metavar="auto|never|always", help="何时用浏览器打开网页。")] = "auto",
    recheck_after: Annotated[
        float | None, typer.Option(min=0, metavar="SECONDS", help="巡查结束多少秒后复核可疑链接。")
    ] = None,
    no_external: Annotated[bool, typer.Option("--no-external", help="不检查站外链接。")] = False,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="以哪一天判断是否按期更新。")] = None,
    night: Annotated[int | None, typer.Option(metavar="N", help="属于哪一夜（由调度程序给出）。")] = None,
    db: Annotated[str | None, typer.Option("--db", metavar="URL", help="数据库地址，缺省为本机 SQLite。")] = None,
    child: Annotated[bool, typer.Option("--child", help="只巡查一个网站，在标准输出写一行 JSON。")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示进度。")] = False,
) -> int:
    """巡查登记的网站：可中断、可接续，只重读有变化的网页。

    退出码：0 未发现问题；1 发现问题；2 用法或配置有误；3 有网站无法巡查；130 已暂停，再次运行即接着做。
    """
    from chengjian.crawl_room import VisitOptions  # here: Scrapy and SQLAlchemy take a second to load

    if not all(math.isfinite(value) for value in (max_minutes or 0, rate or 0, recheck_after or 0)):
        raise UserError("--max-minutes、--rate、--recheck-after 必须是有限的数")
    if render not in ("auto", "never", "always"):
        raise UserError(f"--render 的取值“{render}”无效，可选：auto、never、always")
    if resume and fresh:
        raise UserError("--resume 与 --fresh 只能用一个")
    stops = _stops(portal or [], everything, city)
    if child and len(stops) != 1:
        raise UserError("--child 一次只巡查一个网站，请用 --portal 指定其网址或只有一个网站的单位")
    options = VisitOptions(
        policy=policy,
        as_of=parse_day(as_of) if as_of is not None else None,
        database=db,
        max_pages=max_pages,
        max_minutes=max_minutes,
        rate=rate,
        concurrency=concurrency,
        render=render,
        recheck_after=recheck_after,
        external=not no_external,
        incremental=not full,
        fresh=fresh,
        resume_any=resume,
    )
    if workers > 1 and len(stops) > 1:
        return asyncio.run(_side_by_side(stops, options, night, workers))
    return asyncio.run(_one_after_another(stops, options, night, child=child, quiet=quiet or child))


def _stops(wanted: Sequence[str], everything: bool, city: str) -> list[Stop]:
    """The portals that are meant, each once.  Raises ``UserError``."""
    from chengjian.walkers import start_address
    from services.registry import load_city
    from services.registry.unit_search import find_unit
    from storage.audits import site_key

    if everything == bool(wanted):
        raise UserError("请用 --all 巡查全部网站，或用 --portal 指定单位或网址（二者选一）")
    stops: dict[str, Stop] = {}
    known = load_city(city)
    owners = {site_key(portal.url): (unit, portal) for unit in known.units for portal in unit.portals}
    for text in wanted:
        if "://" in text:
            url = start_address(text)
            unit, portal = owners.get(site_key(url), (None, None))
            stops.setdefault(
                site_key(url),
                Stop(unit.id, unit.name, portal.url) if unit is not None and portal is not None else Stop("", "", url),
            )
    names = [text for text in wanted if "://" not in text]
    units = known.units if everything else tuple(find_unit(known, name) for name in names)
    for unit in units:
        if not everything and not unit.portals:
            raise UserError(f"{unit.name} 没有登记网站，请先在登记表中补上，或用 --portal 网址")
        for portal in unit.portals:
            stops.setdefault(site_key(portal.url), Stop(unit.id, unit.name, portal.url))
    if not stops:
        raise UserError(f"{city} 的登记表中没有网站")
    return list(stops.values())


async def _one_after_another(
    stops: Sequence[Stop], options: "VisitOptions", night: int | None, *, child: bool, quiet: bool
) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask_to_stop(number: int) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ask_to_stop, number)
    from chengjian.crawl_room import visit
    from chengjian.settings import read_settings

    done = Round()
    interrupted = False
    for one in stops:
        pause = asyncio.Event()  # of this portal alone: a limit of minutes must not end the others
        follow = asyncio.ensure_future(_pass_on(stop, pause))
        try:
            with ProgressDisplay(quiet=quiet, label=one.name) as display:
                end = await visit(
                    one.unit,
                    one.url,
                    settings=read_settings(),
                    stop=pause,
                    on_progress=display.show,
                    night_id=night,
                    options=options,
                )
            done.ends.append(end)
            _say(one, end, child)
        except UserError as error:
            if child:
                raise
            done.refuse(one, str(error))
        finally:
            follow.cancel()
        if stop.is_set():
            interrupted = True
            break
    return done.status(interrupted=interrupted)


async def _pass_on(stop: asyncio.Event, pause: asyncio.Event) -> None:
    await stop.wait()
    pause.set()


def _say(one: Stop, end: "VisitEnd", child: bool) -> None:
    if child:
        from storage.encoding import to_json

        sys.stdout.write(to_json(end).decode() + "\n")
    else:
        answer(f"{one.name}  {one.url}  {end.told}\n".lstrip())
    sys.stdout.flush()


async def _side_by_side(stops: Sequence[Stop], options: "VisitOptions", night: int | None, workers: int) -> int:
    """Several portals at once, each in a process of its own: one that dies takes no other with it."""
    from chengjian.children import Nursery
    from chengjian.settings import child_environment, read_settings

    settings = read_settings()
    nursery = Nursery(settings.home / "logs" / "children", options.policy, child_environment(settings), 0.0)
    done = Round()
    stopping = asyncio.Event()
    running: set[ProcessChild] = set()

    def ask_to_stop() -> None:
        stopping.set()
        for child in running:
            child.stop()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ask_to_stop)
    waiting = iter(enumerate(stops))

    async def work() -> None:
        for place, one in waiting:
            if stopping.is_set():
                return
            name = f"crawl-{place}-{one.unit}.log"
            try:
                child = await nursery.begin(one.unit, one.url, night, asdict(options), name)
            except OSError as error:
                done.refuse(one, f"无法启动子进程：{error.strerror or error}")
                continue
            running.add(child)
            if stopping.is_set():  # asked to while it was started
                child.stop()
            how = await child.wait()
            running.discard(child)
            if how.end is None:
                done.refuse(one, how.told if how.lasting else f"{how.told}，再次运行即接着做")
            else:
                done.ends.append(how.end)
                _say(one, how.end, False)

    try:
        await asyncio.gather(*(work() for _ in range(workers)))
    finally:
        await nursery.dismiss()
    return done.status(interrupted=stopping.is_set())
