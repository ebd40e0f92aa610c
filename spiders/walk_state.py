"""A walk at one moment, written down and taken up again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from crawler.care import HostCare
from crawler.frontier import Frontier, Job, Node, Purpose
from crawler.hosts import Hosts
from crawler.intake import Intake
from crawler.tally import Tally
from records.crawl import Target
from records.verdicts import Outcome
from records.visits import CrawlState, HalfDone
from spiders.door import Door


@dataclass(frozen=True, slots=True)
class Resumption:
    """A crawl that was left, as it is stored."""

    state: CrawlState | None  # None: nothing was kept
    met: tuple[Target, ...]  # every address, in the order in which they were met
    waiting: Collection[str]  # those of them that have not reached their end


@dataclass(frozen=True, slots=True)
class WalkParts:
    """What of a walk outlives a break."""

    frontier: Frontier
    hosts: Hosts
    intake: Intake
    tally: Tally
    door: Door
    care: HostCare
    half_done: dict[str, Job]  # addresses that were asked and wait for a repetition or the browser


def state_of(parts: WalkParts, *, started_at: datetime, seconds: float, unrendered: int) -> CrawlState:
    """The walk at this moment, beside what is stored of it anyhow."""
    tally, intake, door = parts.tally, parts.intake, parts.door
    return CrawlState(
        started_at=started_at,
        seconds=seconds,
        requests=tally.requests,
        pages=tally.pages,
        carried=tally.carried,
        confirmed=tally.confirmed,
        links=tally.links,
        bytes=tally.bytes,
        rendered=tally.rendered,
        overflow=tally.overflow,
        unrendered=unrendered,
        not_external=intake.not_external,
        private=intake.private,
        ends=tally.ends(),
        stopped_by=door.stopped_by,
        adopted=tuple(intake.adopted),
        home_hosts=tuple(sorted(door.home_hosts)),
        doors=tuple(sorted(parts.care.doors)),
        notes=tuple(parts.care.notes),
        hosts=parts.hosts.states(),
        traps=intake.traps.state(),
        half_done=tuple(
            HalfDone(url, job.attempts, job.url if job.purpose is Purpose.RENDER else None)
            for url, job in parts.half_done.items()
        ),
    )


def take_up(parts: WalkParts, left: Resumption, moment: float) -> None:
    """Bring a new walk to where another one was left.  What was under way then is asked again."""
    state = left.state
    half_done: dict[str, HalfDone] = {}
    if state is not None:
        _restore(parts, state)
        half_done = {one.url: one for one in state.half_done}
    frontier, intake = parts.frontier, parts.intake
    tell, frontier.on_met = frontier.on_met, None
    for target in left.met:
        node = Node(target.url, target.kind, target.internal, target.depth, target.parent)
        frontier.meet(node)
        if target.depth == 0 and target.parent is None and parts.door.start is None:
            parts.door.start = node
        if node.url not in left.waiting:
            continue
        half = half_done.get(node.url)
        if half is not None:
            _go_on(parts, node, half, moment)
        elif node is not parts.door.start and intake.spare is not None and intake.spare(node):
            pass  # seen so lately that it will be taken over
        elif (resting := parts.hosts.of(node.url).resting) is not None:
            parts.care.end(node, (), Outcome.NOT_REACHED, resting)
        else:
            frontier.add(node, moment)
    frontier.on_met = tell
    closed = state.traps if state is not None else intake.traps.state()
    intake.traps.restore(closed, _own_addresses(left.met))


def _own_addresses(met: Iterable[Target]) -> Iterable[str]:
    return (target.url for target in met if target.internal and target.parent is not None)


def _restore(parts: WalkParts, state: CrawlState) -> None:
    tally, intake, door, care = parts.tally, parts.intake, parts.door, parts.care
    tally.requests, tally.bytes, tally.links = state.requests, state.bytes, state.links
    tally.pages, tally.rendered, tally.overflow = state.pages, state.rendered, state.overflow
    tally.carried, tally.confirmed = state.carried, state.confirmed
    tally.go_on(state.ends)
    intake.not_external, intake.private = state.not_external, state.private
    for url in state.adopted:
        intake.adopt(url)
    door.stopped_by = state.stopped_by
    door.home_hosts.update(state.home_hosts)
    # Hosts of the portal whose robots.txt could not be had are asked for it again: the note is written anew then.
    care.notes.extend(note for note in state.notes if "robots.txt 无法取得" not in note)
    for kept in state.hosts:
        host = parts.hosts.of(kept.origin)
        host.restore(kept)
        if kept.resting is not None:
            care.resting[kept.name] = kept.resting


def _go_on(parts: WalkParts, node: Node, half: HalfDone, moment: float) -> None:
    """An address that was asked goes on with its tries, or to the browser."""
    host = parts.hosts.of(half.render or node.url)
    purpose = Purpose.RENDER if half.render else Purpose.READ if node.is_page else Purpose.CHECK
    job = Job(node, host, purpose)
    job.attempts = half.attempts
    if half.render is not None:
        job.url = half.render
    parts.half_done[node.url] = job
    parts.frontier.put_back(job, moment)
