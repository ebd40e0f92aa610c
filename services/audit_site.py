"""Audit one portal: crawl, probe, ask again, judge, file the evidence."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from checks.judge import judge_site
from checks.soft_404 import tells_lies
from checks.suspects import families_to_probe, impossible_address, suspects
from records.crawl import Attempt, CrawlEnd, CrawlPlan, Exchange, Probe, Progress, SiteFacts, TargetFact
from records.judgement import SiteAudit
from records.policy import Policy
from services.file_evidence import file_evidence
from services.photographs import Photograph, photographs
from services.referring_pages import PageReader, look_at_referrers
from storage.audits import AuditRepository
from storage.recorder import AuditRecorder

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What came of asking an address again, and the last exchange where there was a response."""

    url: str
    attempts: tuple[Attempt, ...]
    exchange: Exchange | None


class SecondLooker(PageReader, Protocol):
    """What is asked of a portal after it was walked, at the pace of the walk."""

    async def probe(self, addresses: Sequence[tuple[str, str, str]]) -> tuple[tuple[Probe, Exchange | None], ...]:
        """Ask addresses that cannot exist; each is (host, family, address)."""
        ...

    async def ask_again(self, targets: Sequence[TargetFact]) -> tuple[SecondLook, ...]: ...

    async def photograph(self, wanted: Sequence[Photograph]) -> Mapping[str, bytes]:
        """PNG pictures by finding id; empty without a browser."""
        ...


class Walker(SecondLooker, Protocol):
    """How one portal is walked, at one pace from beginning to end.  Built in ``chengjian.bootstrap``."""

    async def crawl(self, sink: AuditRecorder) -> CrawlEnd: ...


async def audit_site(
    plan: CrawlPlan,
    *,
    walker: Walker,
    audits: AuditRepository,
    policy: Policy,
    as_of: date,
    evidence_folder: Path | None,
    program: str,
    on_progress: OnProgress,
    stop: asyncio.Event,
) -> SiteAudit:
    """Audit the portal at ``plan.url`` and keep facts, judgement and evidence.

    ``stop`` ends the crawl early; what was gathered is judged all the same, but nothing that was not asked again is
    called broken.  Raises ``storage.database.StorageError`` where facts cannot be kept.
    """
    audit_id = audits.begin(plan, policy=policy.name, as_of=as_of, program=program)
    with AuditRecorder(audits.engine, audit_id) as recorder:
        end = await walker.crawl(recorder)
        recorder.flush()
        audits.finish_crawl(audit_id, end)
        facts = None if stop.is_set() else await look_again(audit_id, plan, walker, audits, recorder)
        on_progress(Progress(phase="judge"))
        if facts is None or stop.is_set():
            audit = judge_again(audit_id, audits=audits, policy=policy, as_of=as_of)
        else:
            audit = await judge_with_pages(
                audit_id, facts, reader=walker, audits=audits, recorder=recorder, policy=policy, as_of=as_of
            )
    if evidence_folder is not None:
        pictures: Mapping[str, bytes] = {}
        if not stop.is_set():
            pictures = await walker.photograph(photographs(audit, audits, audit_id))
        audit = file_evidence(
            audit, audits=audits, audit_id=audit_id, folder=evidence_folder, program=program, screenshots=pictures
        )
    audits.save_judgement(audit_id, audit)
    return audit


async def look_again(
    audit_id: int, plan: CrawlPlan, walker: SecondLooker, audits: AuditRepository, recorder: AuditRecorder
) -> SiteFacts:
    """Learn how the hosts say "not found", then ask everything doubtful a second time.

    What was done already, by a process that was killed, is not done again.  Returns the facts with all of it.
    """
    facts = audits.load_facts(audit_id)
    if not facts.probes:
        scheme = urlsplit(plan.url).scheme
        addresses = [
            (host, family, impossible_address(host, family, secrets.token_hex(6), scheme=scheme))
            for host, family in families_to_probe(facts)
        ]
        answers = await walker.probe(addresses)
        for one, exchange in answers:
            if exchange is not None and tells_lies([one.attempt]):
                recorder.exchange(exchange)
        probes = tuple(one for one, _ in answers)
        audits.add_probes(audit_id, probes)
        facts = replace(facts, probes=probes)
    again: dict[str, tuple[Attempt, ...]] = {}
    for look in await walker.ask_again(suspects(facts)):
        again[look.url] = look.attempts
        if look.exchange is not None:
            recorder.exchange(look.exchange, asked=look.url)
    if not again:
        return facts
    audits.add_attempts(audit_id, again)
    targets = (replace(one, attempts=(*one.attempts, *again.get(one.url, ()))) for one in facts.targets)
    return replace(facts, targets=tuple(targets))


async def judge_with_pages(
    audit_id: int,
    facts: SiteFacts,
    *,
    reader: PageReader,
    audits: AuditRepository,
    recorder: AuditRecorder,
    policy: Policy,
    as_of: date,
) -> SiteAudit:
    """Judge, and ask the pages again whose links lead to what was found wrong (``services.referring_pages``).

    Where a link has gone from its page meanwhile, all is judged once more.
    """
    audit = judge_facts(audit_id, facts, audits=audits, policy=policy, as_of=as_of)
    looks = await look_at_referrers(audit_id, audit, facts, reader=reader, audits=audits, recorder=recorder)
    if not any(one.gone for one in looks):
        return audit
    facts = replace(facts, looks=(*facts.looks, *looks))
    return judge_facts(audit_id, facts, audits=audits, policy=policy, as_of=as_of)


def judge_again(audit_id: int, *, audits: AuditRepository, policy: Policy, as_of: date) -> SiteAudit:
    """Work out the findings of a kept audit, under any policy and day, without a crawl."""
    return judge_facts(audit_id, audits.load_facts(audit_id), audits=audits, policy=policy, as_of=as_of)


def judge_facts(audit_id: int, facts: SiteFacts, *, audits: AuditRepository, policy: Policy, as_of: date) -> SiteAudit:
    """The same of facts that are at hand."""
    audit = judge_site(facts, referrers=audits.referrers(audit_id), policy=policy, as_of=as_of)
    return audits.compare_with_previous(audit_id, audit)
