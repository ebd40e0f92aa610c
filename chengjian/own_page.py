"""A page of our own on loopback: what comes back when nobody stands between us and a server."""

import asyncio
import contextlib
import secrets
from types import TracebackType
from typing import Self


class OwnPage:
    """``async with OwnPage() as page``: ``page.here`` answers 200 with ``page.token``, ``page.gone`` answers 404."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(16)
        self._server: asyncio.Server | None = None
        self._port = 0

    @property
    def here(self) -> str:
        return f"http://127.0.0.1:{self._port}/chengjian"

    @property
    def gone(self) -> str:
        return f"http://127.0.0.1:{self._port}/nowhere"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ValueError, TimeoutError):
            async with asyncio.timeout(5):
                first = await reader.readline()
                while (await reader.readline()).strip():
                    pass
                found = first.split(b" ")[1:2] == [b"/chengjian"]
                status, body = ("200 OK", self.token) if found else ("404 Not Found", "404")
                head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
                writer.write(f"{head}Connection: close\r\n\r\n{body}".encode())
                await writer.drain()
        writer.close()
