"""A child process of the night: visits one portal and says on standard output how that ended.

``python -m chengjian.night_child``; the first line of its standard input is the job, ``{"visit": …}`` or
``{"run": [word, …]}`` (a command of the program).  It ends in good order when its standard input closes, as it does
when the worker is killed: no portal is visited by two processes because one of them was left behind.
"""

import asyncio
import os
import signal
import sys
import threading
from typing import Any

import orjson


def main() -> int:
    job = orjson.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_follow_parent, daemon=True).start()
    if "run" in job:
        from chengjian.cli import main as run

        return run(job["run"])
    return asyncio.run(_visit(job["visit"]))


def _follow_parent() -> None:
    """End with the process that started us."""
    while os.read(0, 4096):  # the descriptor: a thread that holds the buffer's lock would disturb our own end
        pass
    os.kill(os.getpid(), signal.SIGTERM)


async def _visit(job: dict[str, Any]) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):  # before the crawler is loaded, which takes a second
        loop.add_signal_handler(number, stop.set)
    from chengjian.cli.manners import UserError
    from chengjian.crawl_room import VisitOptions, visit
    from chengjian.settings import read_settings
    from storage.encoding import decoder, to_json
    from storage.errors import StorageError

    answer: dict[str, Any]
    try:
        end = await visit(
            job["unit"],
            job["url"],
            settings=read_settings(),
            stop=stop,
            on_progress=lambda _: None,
            night_id=job["night"],
            options=decoder(VisitOptions)(job["options"]),
        )
        answer = {"end": to_json(end).decode()}
    except UserError as error:
        answer = {"told": str(error), "lasting": not isinstance(error.__cause__, StorageError)}
    except StorageError as error:
        answer = {"told": str(error), "lasting": False}
    sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
