"""An audit that Scrapy itself drives: stored, looked at a second time and judged as any other."""

import asyncio
from datetime import datetime
from urllib.parse import urlsplit

from chengjian.settings import program_version, read_settings
from chengjian.walkers import NetworkWalker, database_url, load_policy, start_address
from crawler.clock import now
from extract.reader import Reader
from records.crawl import CrawlPlan
from services.audit_site import judge_facts, look_again
from services.file_evidence import file_evidence
from spiders.walk import Walk
from storage.audits import AuditRepository
from storage.database import open_database
from storage.recorder import AuditRecorder

#: What a caller may say with ``-a name=value``, and how it is read.
_ARGUMENTS = {"max_pages": int, "max_minutes": float, "rate": float, "concurrency": int, "recheck_after": float}


class StoredAudit:
    """Built by the spider (setting ``PORTAL_AUDIT``); ``walk`` is what it drives."""

    def __init__(self, url: str, arguments: dict[str, str]) -> None:
        """Raises ``ValueError`` for an argument that is no number, ``UserError`` for an address that is none."""
        settings = read_settings()
        policy, render = arguments.pop("policy", "nanyang-monthly"), arguments.pop("render", "auto")
        unknown = arguments.keys() - _ARGUMENTS.keys()
        if unknown:
            raise ValueError(f"不认识的参数 {'、'.join(sorted(unknown))}")
        limits = {name: _ARGUMENTS[name](value) for name, value in arguments.items()}
        self._plan = CrawlPlan(
            url=start_address(url),
            user_agent=settings.user_agent,
            render=render,
            chromium=settings.chromium,
            **limits,
        )
        self._home = settings.home
        self._policy = load_policy(policy)
        self._as_of = datetime.now(now().tzinfo).date()
        self._audits = AuditRepository(open_database(database_url(settings.database)))
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
        audit = judge_facts(self._id, facts, audits=self._audits, policy=self._policy, as_of=self._as_of)
        name = (urlsplit(self._plan.url).netloc or "site").replace(":", "_")
        folder = self._home / "evidence" / f"{name}-scrapy-{self._id}"
        audit = file_evidence(
            audit, audits=self._audits, audit_id=self._id, folder=folder, program=program_version(), screenshots={}
        )
        self._audits.save_judgement(self._id, audit)
        return f"巡查 {self._id}：网页 {audit.counts.pages} 个，问题 {len(audit.accusations)} 项"
