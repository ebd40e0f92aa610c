"""How much somebody may send: told before the body is read where its length is known, and while it is read."""

import asyncio
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

FORM: Final = 1_000_000  # bytes: an ordinary form, a JSON document
UPLOAD: Final = 100_000_000  # bytes: a form with files
# A browser that is still sending does not read the answer: what is too much is thrown away up to here, for the
# sentence to be seen.  Only of somebody who is signed in.
_DRAINED: Final = 1_000_000_000
_PATIENCE: Final = 10.0  # seconds without a byte


class TooLargeError(HTTPException):
    """Answered with 413 and one Chinese sentence."""

    def __init__(self, limit: int) -> None:
        most = f"{limit // 1_000_000} MB"
        super().__init__(413, f"提交的内容太大：这里一次最多 {most}，请减小或分开后再提交；这次什么都没有保存")


class LimitedBody:
    """The body of one request.  Raises ``TooLargeError`` as soon as it is known to be too large."""

    def __init__(self, request: Request, limit: int, *, drains: bool) -> None:
        self._request = request
        self._limit = limit
        self._drains = drains and request.headers.get("expect", "").lower() != "100-continue"
        self._seen = 0

    async def check_length(self) -> None:
        """By what the head of the request says."""
        told = self._request.headers.get("content-length", "")
        if told.isascii() and told.isdigit() and int(told) > self._limit:
            await self._refuse()

    async def receive(self) -> Message:
        message = await self._request.receive()
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if self._seen > self._limit:
                await self._refuse(ended=not message.get("more_body", False))
        return message

    async def _refuse(self, *, ended: bool = False) -> None:
        drained = 0
        while self._drains and not ended and drained < _DRAINED:
            try:
                message = await asyncio.wait_for(self._request.receive(), _PATIENCE)
            except (TimeoutError, ClientDisconnect):
                break
            drained += len(message.get("body", b""))
            ended = message["type"] != "http.request" or not message.get("more_body", False)
        raise TooLargeError(self._limit)
