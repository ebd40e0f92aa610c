"""``python -m chengjian.demo``: serves the demo city for a person to click through, until Ctrl-C."""

import argparse
import signal
import sys
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chengjian.demo.city import City, serve
from chengjian.demo.faults import CITY

FIRST_PORT = 8601
_ENDS = {signal.SIGINT, signal.SIGTERM}


def directory(city: City) -> str:
    """The portals of a city and their addresses, for a terminal."""
    rows = [f"演示城市“云溪市”已启动（以 {city.as_of} 为今天）。全部内容均为虚构。", ""]
    rows += [f"  {city.url(portal.key):<26}{portal.name}　{portal.make}" for portal in city.portals]
    return "\n".join([*rows, "", "按 Ctrl-C 结束。", ""])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m chengjian.demo", description="在本机启动演示城市“云溪市”。")
    parser.add_argument("--as-of", metavar="DATE", help="以哪一天为今天，缺省为北京时间的今天。")
    parser.add_argument(
        "--port", type=int, default=FIRST_PORT, metavar="N", help=f"第一个门户的端口，其余依次递增，缺省 {FIRST_PORT}。"
    )
    arguments = parser.parse_args()
    try:
        as_of = (
            date.fromisoformat(arguments.as_of) if arguments.as_of else datetime.now(ZoneInfo("Asia/Shanghai")).date()
        )
    except ValueError:
        sys.stderr.write(f"--as-of 的日期“{arguments.as_of}”无法识别，应写作 2026-11-21\n")
        return 2
    ports = {portal.key: arguments.port + place for place, portal in enumerate(CITY)}
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)  # before the city's thread starts, which inherits it
    try:
        with serve(as_of, ports=ports) as city:
            sys.stdout.write(directory(city))
            sys.stdout.flush()
            signal.sigwait(_ENDS)
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"端口 {arguments.port} 起无法使用（{error}），请用 --port 换一个。\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
