"""The web server beside the worker: the console, /healthz and /metrics."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chengjian.night_room import NightRoom
from chengjian.worker import Worker
from console.app import console_app
from console.tools import ConsoleTools
from records.nights import NightState
from services.night.standing import last_report
from storage.errors import StorageError

_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Pages:
    """What the server answers.  Each answer reads the database anew."""

    room: NightRoom
    worker: Worker

    def health(self, request: Request) -> Response:
        """200 where all is well, 503 where somebody should look; why, in JSON."""
        faults: list[str] = []
        answer: dict[str, Any] = {"city": self.room.city.id}
        if not self.worker.alive:
            faults.append("调度已停：没有心跳")
        try:
            standing = self.room.standing()
        except StorageError as error:
            faults.append(f"数据库不可用：{error}")
        else:
            if not standing.alive:
                faults.append("没有进程持有调度锁")
            if standing.overdue:
                faults.append(standing.overdue)
            night = standing.last
            answer |= {
                "leading": self.worker.leading,
                "holder": standing.holder,
                "beat": standing.beat.isoformat() if standing.beat is not None else None,
                "night": None if night is None else {"id": night.id, "day": str(night.day), "state": night.state.value},
                "next_opening": standing.next_opening.isoformat() if standing.next_opening is not None else None,
            }
        answer |= {"ok": not faults, "faults": faults}
        return JSONResponse(answer, 503 if faults else 200, headers=_SECURITY)

    def metrics(self, request: Request) -> Response:
        registry = CollectorRegistry()
        registry.register(NightMetrics(self.room, self.worker))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


@dataclass(frozen=True, slots=True, eq=False)  # the registry keeps it by its identity
class NightMetrics(Collector):
    """What Prometheus reads: the last night and the scheduler, as the database has them."""

    room: NightRoom
    worker: Worker

    def collect(self) -> Iterable[Metric]:
        city = self.room.city.id
        yield _gauge("chengjian_scheduler_alive", "1 while the scheduler turns", city, float(self.worker.alive))
        yield _gauge("chengjian_scheduler_leading", "1 in the process that schedules", city, float(self.worker.leading))
        try:
            yield from self._of_database(city)
        except StorageError:
            yield _gauge("chengjian_database_up", "1 while the database answers", city, 0.0)

    def _of_database(self, city: str) -> Iterator[Metric]:
        standing = self.room.standing()
        digest = self.room.digest_of(standing.last) if standing.last is not None else None
        reported = self.room.nights.marked(last_report(city))
        yield _gauge("chengjian_database_up", "1 while the database answers", city, 1.0)
        yield _gauge("chengjian_night_overdue", "1 where the last night did not report", city, bool(standing.overdue))
        if standing.beat is not None:
            age = (standing.at - standing.beat).total_seconds()
            yield _gauge("chengjian_scheduler_beat_age_seconds", "Age of the last sign of life", city, age)
        if reported is not None:
            at = reported.at.timestamp()
            yield _gauge("chengjian_last_report_timestamp_seconds", "When the last digest was taken", city, at)
        if digest is None:
            return
        states = GaugeMetricFamily("chengjian_night_state", "State of the last night", labels=("city", "state"))
        for state in NightState:
            states.add_metric((city, state.value), float(digest.state is state))
        yield states
        portals = GaugeMetricFamily(
            "chengjian_night_portals", "Portals of the last night by outcome", labels=("city", "outcome")
        )
        reached = [one for one in digest.portals if one.reached]
        for outcome, count in (
            ("reached", len(reached)),
            ("not_reached", len(digest.not_reached)),
            ("blocked", len(digest.blocked)),
        ):
            portals.add_metric((city, outcome), count)
        yield portals
        pages = sum(one.pages for one in digest.portals)
        yield _gauge("chengjian_night_pages", "Pages of the last night", city, pages)
        yield _gauge("chengjian_night_new_findings", "New findings of the last night", city, digest.new)
        yield _gauge("chengjian_night_healed_findings", "Healed findings of the last night", city, digest.healed)
        failed = len(digest.failed_checks)
        yield _gauge("chengjian_night_failed_checks", "Checks of ourselves that failed", city, failed)


def _gauge(name: str, told: str, city: str, value: float) -> Metric:
    gauge = GaugeMetricFamily(name, told, labels=("city",))
    gauge.add_metric((city,), float(value))
    return gauge


def service_app(room: NightRoom, worker: Worker, tools: ConsoleTools) -> FastAPI:
    """The ASGI application of ``chengjian serve``: the console, and what machines ask."""
    pages = Pages(room, worker)
    app = console_app(tools)
    app.router.routes.append(Route("/healthz", pages.health))
    app.router.routes.append(Route("/metrics", pages.metrics))
    return app


class _Server(uvicorn.Server):
    """Leaves the signals to who runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve_app(app: FastAPI, listener: socket.socket, stop: asyncio.Event, proxies: tuple[str, ...] = ()) -> None:
    """Answer on a listening socket until ``stop``.  Who asks is believed to be who one of the ``proxies`` says."""
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
        )
    )
    task = asyncio.create_task(server.serve([listener]))
    stopper = asyncio.create_task(stop.wait())
    await asyncio.wait([task, stopper], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopper.cancel()
    await task


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.  Raises ``OSError`` where the address cannot be had."""
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setblocking(False)
    return listener
