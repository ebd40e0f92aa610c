"""An audit that Scrapy itself drives: stored, looked at a second time and judged as any other."""

import asyncio
import math
from typing import Any
from urllib.parse import urlsplit

from chengjian.cli.manners import UserError
from chengjian.settings import Settings, program_version, read_settings
from chengjian.walkers import NetworkWalker, database_url, load_policy, start_address
from crawler.clock import now
from extract.reader import Reader
from records.crawl import CrawlPlan
from services.audit_site import judge_with_pages, look_again
from services.file_evidence import file_evidence
from spiders.walk import Walk
from storage.audits import AuditRepository
from storage.database import open_database
from storage.errors import StorageError
from storage.recorder import AuditRecorder

#: What a caller may say with ``-a name=value``, and how it is read.
_NUMBERS = {"max_pages": int, "max_minutes": float, "rate": float, "concurrency": int, "recheck_after": float}
_RENDER = ("auto", "never", "always")


class StoredAudit:
    """Built by the spider (setting ``PORTAL_AUDIT``); ``walk`` is what it drives."""

    def __init__(self, url: str, arguments: dict[str, str]) -> None:
        """Raises ``ValueError``, a Chinese line, for what is wrong with the call, the settings or the database."""
        settings = read_settings()
        self._home = settings.home
        self._as_of = now().date()
        try:
            self._plan, policy = _plan_of(url, arguments, settings)
            self._policy = load_policy(policy)
            self._audits = AuditRepository(open_database(database_url(settings.database)))
        except (UserError, StorageError) as error:
            raise ValueError(str(error)) from error
        self._id = self._audits.begin(
            self._plan, policy=self._policy.name, as_of=self._as_of, program=program_version()
        )
        self._recorder = AuditRecorder(self._audits.engine, self._id)
        self._stop = asyncio.Event()
        self._walker = NetworkWalker(self._plan, as_of=self._as_of, on_progress=lambda _: None, stop=self._stop)
        self.walk = Walk(self._plan, self._recorder, Reader(self._as_of), stop=self._stop, hosts=self._walker.hosts)

    async def finish(self) -> str:
        """Look again, judge, file the evidence; what came of it in one Chinese line."""
        with self._recorder:
            if self.walk.failure is not None:
                raise self.walk.failure
            end = self.walk.end()
            self._recorder.flush()
            self._audits.finish_crawl(self._id, end)
            facts = await look_again(self._id, self._plan, self._walker, self._audits, self._recorder)
            audit = await judge_with_pages(
                self._id,
                facts,
                reader=self._walker,
                audits=self._audits,
                recorder=self._recorder,
                policy=self._policy,
                as_of=self._as_of,
            )
        name = (urlsplit(self._plan.url).netloc or "site").replace(":", "_")
        folder = self._home / "evidence" / f"{name}-scrapy-{self._id}"
        audit = file_evidence(
            audit, audits=self._audits, audit_id=self._id, folder=folder, program=program_version(), screenshots={}
        )
        self._audits.save_judgement(self._id, audit)
        return f"巡查 {self._id}：网页 {audit.counts.pages} 个，问题 {len(audit.accusations)} 项"


def _plan_of(url: str, arguments: dict[str, str], settings: Settings) -> tuple[CrawlPlan, str]:
    """The plan, and the name of the policy.  Raises ``UserError``."""
    policy, render = arguments.pop("policy", "nanyang-monthly"), arguments.pop("render", "auto")
    if unknown := sorted(arguments.keys() - _NUMBERS.keys()):
        known = "、".join(("url", "policy", "render", *_NUMBERS))
        raise UserError(f"不认识的参数 {'、'.join(unknown)}，可用：{known}")
    if render not in _RENDER:
        raise UserError(f"render 的取值“{render}”无效，可选：{'、'.join(_RENDER)}")
    numbers: dict[str, Any] = {name: _number(name, text) for name, text in arguments.items()}
    address = start_address(url)
    return CrawlPlan(address, settings.user_agent, render=render, chromium=settings.chromium, **numbers), policy


def _number(name: str, text: str) -> float:
    try:
        value: float = _NUMBERS[name](text)
    except ValueError:
        raise UserError(f"{name} 的取值 {text} 不是数字") from None
    if not math.isfinite(value) or value < 0 or (value == 0 and name != "recheck_after"):
        raise UserError(f"{name} 的取值 {text} 超出范围")
    return value
