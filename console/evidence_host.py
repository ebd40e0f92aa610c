"""Archived pages from another origin: under that name nothing else is answered, and under ours they are not."""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

ARCHIVED: Final = "/archived/"


class EvidenceHost:
    """Without an origin of their own (empty) archived pages are answered under our name, in their sandbox."""

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self.app = app
        parts = urlsplit(origin)
        self._netloc = parts.netloc.lower()
        self.names = (parts.hostname,) if parts.hostname else ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._netloc:
            theirs = Headers(scope=scope).get("host", "").lower() == self._netloc
            if theirs is not str(scope["path"]).startswith(ARCHIVED):
                await PlainTextResponse("没有这个页面", 404)(scope, receive, send)
                return
        await self.app(scope, receive, send)
