"""How one portal is walked over the network, and what is needed to begin: address, policy, database.

Kept apart from ``chengjian.bootstrap`` so that a child process that visits one portal loads no more than this.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from importlib import resources
from urllib.parse import urlsplit

from checks.policy import PolicyError, parse_policy
from chengjian.cli.manners import UserError
from crawler.camera import Camera, Shot
from crawler.hosts import Hosts
from crawler.recheck import probe, recheck
from crawler.reread import reread
from extract.addresses import canonical
from records.crawl import CrawlEnd, CrawlPlan, Exchange, Probe, TargetFact
from records.policy import Policy
from services.audit_site import OnProgress, SecondLook
from services.photographs import Photograph
from services.referring_pages import PageAgain
from spiders.portal import crawl_portal
from storage.errors import StorageError
from storage.recorder import AuditRecorder

RESOLVER_THREADS = 32
PICTURES_SECONDS = 30.0  # for all pictures of an audit: a slow portal costs pictures, not patience


@contextmanager
def storage_told() -> Iterator[None]:
    """Turn what is wrong with the database into a word for the user."""
    try:
        yield
    except StorageError as error:
        raise UserError(str(error)) from error


def policy_names() -> tuple[str, ...]:
    """Names of the policies that come with the program."""
    folder = resources.files("checks") / "policies"
    return tuple(sorted(entry.name.removesuffix(".yml") for entry in folder.iterdir() if entry.name.endswith(".yml")))


def load_policy(name: str) -> Policy:
    """The policy of that name.  Raises ``UserError`` where there is none."""
    if name not in policy_names():
        raise UserError(f"没有名为“{name}”的评判口径，可选：{'、'.join(policy_names())}")
    text = (resources.files("checks") / "policies" / f"{name}.yml").read_text("utf-8")
    try:
        return parse_policy(text)
    except PolicyError as error:
        raise UserError(f"评判口径 {name} 有误：{error}") from None


def start_address(text: str) -> str:
    """The address to start from, in the form in which it will be requested.  Raises ``UserError``."""
    given = text.strip()
    if "://" not in given:
        given = f"http://{given}"
    try:
        parts = urlsplit(given)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or any(c.isspace() for c in given):
        raise UserError(f"“{text}”不是网站地址，应写作 http://www.example.gov.cn/")
    return canonical(given) or given


class NetworkWalker:
    """Walks one portal over the real network: Scrapy for the crawl, httpx for the second look, Chromium for pictures.

    One ``Hosts`` for all of it, so that the pace to a host holds from the first request to the last picture.
    """

    def __init__(self, plan: CrawlPlan, *, as_of: date, on_progress: OnProgress, stop: asyncio.Event) -> None:
        self._plan = plan
        self._as_of = as_of
        self.hosts = Hosts(plan.rate, plan.concurrency)
        self._on_progress = on_progress
        self._stop = stop

    async def crawl(self, sink: AuditRecorder) -> CrawlEnd:
        return await crawl_portal(
            self._plan, sink, as_of=self._as_of, on_progress=self._on_progress, stop=self._stop, hosts=self.hosts
        )

    async def probe(self, addresses: Sequence[tuple[str, str, str]]) -> tuple[tuple[Probe, Exchange | None], ...]:
        return await probe(
            addresses,
            self._plan,
            as_of=self._as_of,
            on_progress=self._on_progress,
            stop=self._stop,
            hosts=self.hosts,
        )

    async def ask_again(self, targets: Sequence[TargetFact]) -> tuple[SecondLook, ...]:
        looks = await recheck(
            targets,
            self._plan,
            as_of=self._as_of,
            on_progress=self._on_progress,
            stop=self._stop,
            hosts=self.hosts,
        )
        return tuple(SecondLook(look.url, look.attempts, look.exchange) for look in looks)

    async def read_again(self, pages: Sequence[tuple[str, Exchange | None, bool]]) -> tuple[PageAgain, ...]:
        again = await reread(
            pages,
            self._plan,
            as_of=self._as_of,
            on_progress=self._on_progress,
            stop=self._stop,
            hosts=self.hosts,
        )
        return tuple(PageAgain(one.url, one.attempt, one.exchange, one.links, one.told, one.unchanged) for one in again)

    async def photograph(self, wanted: Sequence[Photograph]) -> Mapping[str, bytes]:
        if self._plan.render == "never" or not wanted:
            return {}
        pictures: dict[str, bytes] = {}
        async with Camera(self._plan, self.hosts) as camera:
            began = time.monotonic()
            for one in wanted:
                if self._stop.is_set() or time.monotonic() - began > PICTURES_SECONDS:
                    break
                if (png := await camera.take(_shot(one))) is not None:
                    pictures[one.finding_id] = png
        return pictures


def _shot(wanted: Photograph) -> Shot:
    seen = wanted.archived
    if seen is None:
        return Shot(wanted.page, mark=wanted.mark)
    kind = next((value for name, value in seen.response_headers if name.lower() == "content-type"), "text/html")
    return Shot(wanted.page, seen.body, kind, wanted.mark)


def database_url(text: str) -> str:
    """A database address; a bare file name means SQLite."""
    return text if "://" in text else f"sqlite:///{text}"
