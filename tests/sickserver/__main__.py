"""A web server that misbehaves on purpose: ``python tests/sickserver`` prints the address of its desk and serves.

The desk opens hosts on demand: ``POST /new`` with ``{"robots": …, "pages": {path: html}, "tls": …}`` answers
``{"url": …}``.  Each host has its own robots.txt, its own pages (``POST /_pages`` adds to them) and its own log
(``GET /_log``), and besides them every sickness of ``sicknesses.py`` under ``/sick/``.
"""

import asyncio
import json
import ssl
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from certificates import server_context
from sicknesses import SICK, Visit, page, send


class Host:
    """One listening port with its own manners."""

    def __init__(self, config: dict[str, object]) -> None:
        self.robots = config.get("robots")
        self.robots_status = int(str(config.get("robots_status", 200)))
        self.robots_cut = bool(config.get("robots_cut"))  # its answer announces more than it holds
        self.pages: dict[str, str] = dict(config.get("pages", {}))  # type: ignore[call-overload]
        self.wall_after = int(str(config.get("wall_after", 0)))  # from this many requests on everything is refused
        self.down_after = int(str(config.get("down_after", 0)))  # from this many requests on: 503, come in an hour
        self.log: list[tuple[float, str, str, dict[str, str]]] = []
        self.counters: dict[str, int] = {}
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        arrived = time.monotonic()
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {}
        for line in lines:
            name, mark, value = line.partition(":")
            if mark:
                headers[name.strip().lower()] = value.strip()
        visit = Visit(method, target, headers, self.counters, self.url, reader, writer)
        if target == "/_log":
            body = json.dumps(self.log).encode()
            return await send(visit, 200, body, {"Content-Type": "application/json"})
        if target == "/_pages":
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.pages.update(json.loads(body))
            return await send(visit, 200, b"ok")
        self.log.append((arrived, method, target, headers))
        if target == "/robots.txt":
            if self.robots_cut:
                await send(visit, self.robots_status, b"none", {"Content-Length": "99"})
                return False
            if self.robots is None:
                return await send(visit, 404 if self.robots_status == 200 else self.robots_status, b"none")
            return await send(visit, self.robots_status, str(self.robots).encode(), {"Content-Type": "text/plain"})
        if self.wall_after and len(self.log) > self.wall_after:
            visit.rest = "521"
            return await SICK["wall"](visit)
        if self.down_after and len(self.log) > self.down_after:
            return await send(visit, 503, page("服务器繁忙"), {"Retry-After": "3600"})
        path = visit.path
        if target in self.pages:
            return await send(visit, 200, self.pages[target].encode())
        if path.startswith("/sick/"):
            name, _, rest = path[6:].partition("/")
            handler = SICK.get(name)
            if handler is not None:
                visit.rest = rest
                return await handler(visit)
        return await send(visit, 404, page("404", "您访问的页面不存在"))


async def main() -> None:
    hosts: list[asyncio.Server] = []

    async def desk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or b"0")
            config = json.loads(await reader.readexactly(length))
            host = Host(config)
            kind = config.get("tls")
            context = server_context(kind) if kind else None
            server = await asyncio.start_server(host.serve, "127.0.0.1", 0, ssl=context, limit=2**20)
            host.url = f"{'https' if kind else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            hosts.append(server)
            body = json.dumps({"url": host.url}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(desk, "127.0.0.1", 0)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    # The parent holds our standard input: when it goes, so do we.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
