"""Visit one portal in one night: crawl, look again, judge, file the evidence; each step is gone on with after a break.

What is done is read from the database alone, so that it does not matter how the process before ended.
"""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from records.crawl import Counts, CrawlEnd, CrawlPlan, Progress
from records.policy import Policy
from records.visits import CrawlState, VisitEnd
from services.audit_site import OnProgress, SecondLooker, judge_with_pages, look_again
from services.file_evidence import file_evidence
from services.photographs import photographs
from storage.crawl_memory import CrawlMemory
from storage.crawl_recorder import CrawlRecorder
from storage.crawls import CrawlRepository, KeptCrawl, Unfinished


class Comer(SecondLooker, Protocol):
    """How a portal is come back to, at one pace from beginning to end.  Built in ``chengjian.crawl_room``."""

    async def come(self, book: CrawlRecorder, left: Unfinished | None, memory: CrawlMemory | None) -> CrawlEnd | None:
        """Crawl on from ``left``; ``None`` if it was paused."""
        ...


async def visit_portal(
    audit_id: int,
    plan: CrawlPlan,
    *,
    comer: Comer,
    crawls: CrawlRepository,
    policy: Policy,
    evidence_folder: Path,
    program: str,
    on_progress: OnProgress,
    stop: asyncio.Event,
) -> VisitEnd:
    """Carry an audit that was begun as far as it goes.

    ``stop`` pauses it: what was seen is kept, and nothing is judged.  Raises ``StorageError``; what is committed stays.
    """
    began = time.monotonic()
    audits = crawls.audits
    kept = crawls.kept(audit_id)
    resumed = False

    def end(*, paused: bool) -> VisitEnd:
        return _end_of(crawls, audit_id, paused, resumed, time.monotonic() - began, evidence_folder)

    if kept.judged:
        return end(paused=False)
    with CrawlRecorder(crawls.engine, audit_id, earlier=kept.earlier) as recorder:
        if not kept.crawled:
            left = crawls.load(audit_id)
            resumed = bool(left.met)
            memory = crawls.memory(kept.earlier) if kept.earlier is not None else None
            crawled = await comer.come(recorder, left if left.met else None, memory)
            recorder.flush()
            if crawled is None:
                return end(paused=True)
            audits.finish_crawl(audit_id, crawled)
        else:
            resumed = True
        if stop.is_set():
            return end(paused=True)
        facts = await look_again(audit_id, plan, comer, audits, recorder)
        recorder.flush()
        if stop.is_set():  # the second look may have been cut short: the rest of it comes when the visit goes on
            return end(paused=True)
        on_progress(Progress(phase="judge"))
        audit = await judge_with_pages(
            audit_id, facts, reader=comer, audits=audits, recorder=recorder, policy=policy, as_of=kept.as_of
        )
    if stop.is_set():
        return end(paused=True)
    pictures: Mapping[str, bytes] = await comer.photograph(photographs(audit, audits, audit_id))
    audit = file_evidence(
        audit, audits=audits, audit_id=audit_id, folder=evidence_folder, program=program, screenshots=pictures
    )
    audits.save_judgement(audit_id, audit)
    return end(paused=False)


def _end_of(
    crawls: CrawlRepository, audit_id: int, paused: bool, resumed: bool, seconds: float, evidence: Path
) -> VisitEnd:
    kept = crawls.kept(audit_id)
    state = crawls.state(audit_id)
    counts = kept.counts or (_counts_so_far(state) if state is not None else Counts())
    carried = state.carried if state is not None else 0
    confirmed = state.confirmed if state is not None else 0
    return VisitEnd(
        audit_id=audit_id,
        paused=paused,
        stopped_by=kept.stopped_by,
        counts=counts,
        told=_told(kept, counts, paused, carried, confirmed),
        findings=kept.accusations,
        site_verdict=kept.site_verdict,
        resumed=resumed,
        carried=carried,
        confirmed=confirmed,
        seconds=round(seconds, 3),
        evidence=str(evidence) if kept.judged else None,
    )


def _counts_so_far(state: CrawlState) -> Counts:
    """The figures of a crawl that is not over: those that are waiting have no end yet."""
    return Counts(
        requests=state.requests, pages=state.pages, links=state.links, bytes=state.bytes, rendered=state.rendered
    )


def _told(kept: KeptCrawl, counts: Counts, paused: bool, carried: int, confirmed: int) -> str:
    seen = f"网页 {counts.pages} 个（沿用 {carried}，未变 {confirmed}），请求 {counts.requests} 次"
    if paused:
        return f"已暂停，可续：{seen}"
    return f"问题 {kept.accusations} 项，{seen}"
