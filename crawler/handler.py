"""Scrapy's components of ours: the download handler, and the scheduler that hands on at once."""

from collections import deque
from typing import ClassVar, Protocol, cast

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.defer import Deferred

from crawler.wire import Answer, Wire

_BELOW_100 = 599  # Scrapy wants a status even where there was none; readers look at the answer


class AnswerResponse(Response):
    """A response that carries what really happened, failures included."""

    __slots__ = ("answer",)

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.url, answer.status or _BELOW_100)
        self.answer = answer


class _Wired(Protocol):
    wire: Wire


class PortalDownloadHandler:
    """Downloads through the spider's own ``Wire``, which outlives neither the spider nor the event loop."""

    lazy: ClassVar[bool] = True

    def __init__(self, crawler: Crawler) -> None:
        self._wire = cast(_Wired, crawler.spider).wire

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PortalDownloadHandler":
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        order = request.meta["order"]
        return AnswerResponse(
            await self._wire.fetch(
                request.url,
                request.method,
                limit=order.limit,
                strict=order.strict,
                cookies=order.cookies,
                on_sent=order.on_sent,
                conditions=order.conditions,
            )
        )

    async def close(self) -> None:
        await self._wire.close()


class HandOnScheduler(BaseScheduler):
    """A queue without order or filter: our frontier decides what is sent and when, before a request is made."""

    def __init__(self) -> None:
        self._queue: deque[Request] = deque()

    def has_pending_requests(self) -> bool:
        return bool(self._queue)

    def enqueue_request(self, request: Request) -> bool:
        self._queue.append(request)
        return True

    def next_request(self) -> Request | None:
        return self._queue.popleft() if self._queue else None

    def close(self, reason: str) -> Deferred[None] | None:
        self._queue.clear()
        return None
