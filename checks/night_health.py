"""Whether a night may be believed: questions about ourselves, judged before its findings count (ANCHORS §2a F2).

Pure: what was asked and answered, the numbers and the instant are arguments.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final

from records.crawl import Counts
from records.nights import HealthCheck, NightState
from records.verdicts import SiteVerdict
from records.watch import Canary, HealthNumbers, KnownName

_GONE: Final = (404, 410)


@dataclass(frozen=True, slots=True)
class Asked:
    """One of our own questions over HTTP and its answer; the last of several tries."""

    url: str
    status: int | None = None  # None: no answer
    error: str = ""  # why there was none
    body: str = ""  # the beginning of the answer
    date: datetime | None = None  # its Date header
    at: datetime | None = None  # our clock when it came


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the resolver said to a name."""

    name: str
    addresses: tuple[str, ...] = ()
    error: str = ""  # why none came, in the system's words


@dataclass(frozen=True, slots=True)
class VisitSeen:
    """What one visit of the night came to."""

    unit: str
    url: str
    verdict: SiteVerdict
    counts: Counts
    new: int = 0  # accusations that the audit before did not have
    first: bool = False  # the first audit of the portal: everything in it is new, and nothing is unusual
    complete: bool = True  # False: stopped by its budget or by hand


@dataclass(frozen=True, slots=True)
class Usual:
    """What healthy nights before came to, the newest first."""

    pages: Mapping[str, Sequence[int]]  # by address of the portal
    new: Sequence[int]  # new findings of a night


def judge_canaries(
    canaries: Sequence[Canary], answers: Mapping[str, Asked], numbers: HealthNumbers, at: datetime
) -> tuple[HealthCheck, ...]:
    """Hosts known to be up, and pages that must not exist."""
    up = [one for one in canaries if not one.gone]
    if not up:
        told = "没有设对照站点（canaries）：只凭自有页面、域名解析和门户的可达比例判断"
        return (HealthCheck("canary_up", True, told, at),)
    faults = {one.url: _not_up(one, answers.get(one.url)) for one in up}
    well = [url for url, fault in faults.items() if not fault]
    told = f"{len(up)} 个对照站点，{len(well)} 个应答正常" + _listed(
        f"{url} {fault}" for url, fault in faults.items() if fault
    )
    first = HealthCheck("canary_up", len(well) >= numbers.canaries_up * len(up), told, at)
    gone = [answers.get(one.url) or Asked(one.url, error="没有问到") for one in canaries if one.gone]
    return first, *(judge_gone("canary_404", answer, at) for answer in gone)


def _not_up(canary: Canary, answer: Asked | None) -> str:
    if answer is None or answer.status is None:
        return (answer.error if answer is not None else "") or "没有应答"
    if not 200 <= answer.status < 400:
        return f"应答 {answer.status}"
    if canary.contains and canary.contains not in answer.body:
        return f"应答中没有“{canary.contains}”，像是别人代答"
    return ""


def judge_gone(name: str, answer: Asked, at: datetime) -> HealthCheck:
    """A page that must be 404: where it is not, somebody answers in the place of others."""
    if answer.status is None:
        # Not reached is what the canaries that are up are there for; it shows nobody answering for others.
        return HealthCheck(name, True, f"不存在的页面 {answer.url} 没有问到（{answer.error or '没有应答'}）", at)
    passed = answer.status in _GONE
    told = f"不存在的页面 {answer.url} 应答 {answer.status}" + ("" if passed else "，应为 404：途中有人代答")
    return HealthCheck(name, passed, told, at)


def judge_own_page(here: Asked, token: str, gone: Asked, at: datetime) -> HealthCheck:
    """A page of our own: it must come as we serve it, and its neighbour must be 404."""
    if here.status is None:
        return HealthCheck("own_page", False, f"自有页面 {here.url} 打不开（{here.error or '没有应答'}）", at)
    if here.status != 200 or token not in here.body:
        told = f"自有页面 {here.url} 应答 {here.status}，内容不是我们给出的：途中有人代答"
        return HealthCheck("own_page", False, told, at)
    if gone.status not in _GONE:
        answer = gone.status if gone.status is not None else gone.error or "没有应答"
        return HealthCheck("own_page", False, f"自有的不存在页面 {gone.url} 应答 {answer}，应为 404", at)
    return HealthCheck("own_page", True, "自有页面应答如实", at)


def judge_resolver(
    impossible: Sequence[Resolved], known: Sequence[tuple[KnownName, Resolved]], at: datetime
) -> HealthCheck:
    """A name that cannot exist must not resolve, and a name of which we know the addresses must have one of them."""
    for one in impossible:
        if one.addresses:
            told = f"不存在的域名 {one.name} 被解析为 {'、'.join(one.addresses[:3])}：域名解析被劫持"
            return HealthCheck("resolver", False, told, at)
    for name, answer in known:
        if answer.addresses and not set(answer.addresses) & set(name.addresses):
            told = f"{name.name} 被解析为 {'、'.join(answer.addresses[:3])}，不在已知的地址之内：域名解析不可信"
            return HealthCheck("resolver", False, told, at)
        if not answer.addresses:
            return HealthCheck("resolver", False, f"{name.name} 解析不出（{answer.error or '没有结果'}）", at)
    return HealthCheck("resolver", True, f"不存在的域名 {len(impossible)} 个均解析不出，符合预期", at)


def judge_clock(answers: Iterable[Asked], numbers: HealthNumbers, at: datetime) -> HealthCheck:
    """Our clock against the Date headers of the canaries: half of them must agree with it."""
    offsets = [
        (one.at - one.date).total_seconds() for one in answers if one.date is not None and one.at is not None
    ]  # fmt: skip
    if not offsets:
        return HealthCheck("clock", True, "没有可以对时的应答", at)
    off = median(offsets)
    if abs(off) > numbers.clock_seconds:
        way = "快" if off > 0 else "慢"
        told = f"本机时钟与 {len(offsets)} 个站点的时间相比{way} {abs(off):.0f} 秒：证据上的时间不可信"
        return HealthCheck("clock", False, told, at)
    return HealthCheck("clock", True, f"本机时钟与 {len(offsets)} 个站点的时间相差 {abs(off):.0f} 秒", at)


def judge_clock_jump(seconds: float, numbers: HealthNumbers, at: datetime) -> HealthCheck | None:
    """A jump of the wall clock against the monotonic one; None where there was none to speak of."""
    if abs(seconds) <= numbers.clock_seconds:
        return None
    way = "前" if seconds > 0 else "后"
    told = f"本机时钟向{way}跳了 {abs(seconds):.0f} 秒（可能是校时或休眠）：这一夜的时间不可信"
    return HealthCheck("clock", False, told, at)


def judge_accounting(visits: Sequence[VisitSeen], at: datetime) -> HealthCheck:
    """planned = fetched + blocked + failed + skipped + not reached, in every audit."""
    wrong = [one for one in visits if not one.counts.balanced]
    if wrong:
        told = "账目不平：" + "、".join(
            f"{one.url}（{_sum(one.counts)} ≠ {one.counts.addresses}）" for one in wrong[:3]
        )
        return HealthCheck("accounting", False, told, at)
    return HealthCheck("accounting", True, f"{len(visits)} 个门户的账目都平", at)


def _sum(counts: Counts) -> int:
    return counts.fetched + counts.blocked + counts.failed + counts.skipped + counts.not_reached


def judge_reach(visits: Sequence[VisitSeen], numbers: HealthNumbers, at: datetime) -> HealthCheck:
    """Most portals refused or unreachable at once: that is our network, or somebody between."""
    out = [one for one in visits if one.verdict is not SiteVerdict.REACHABLE]
    told = f"访问了 {len(visits)} 个门户，{len(out)} 个打不开或拒绝访问"
    if len(visits) < numbers.unreachable_least:
        return HealthCheck("reach", True, told, at)
    passed = len(out) < numbers.unreachable_share * len(visits)
    return HealthCheck("reach", passed, told + ("" if passed else "：大半门户同时如此，问题在我们的网络"), at)


def judge_pages(visits: Sequence[VisitSeen], usual: Usual, numbers: HealthNumbers, at: datetime) -> HealthCheck:
    """Pages against the usual of the same portals: far fewer, and we did not see what we say is missing.

    Portals that are refused or do not answer are not counted on either side: they are told apart.
    """
    now, before, portals = 0, 0.0, 0
    for one in visits:
        history = list(usual.pages.get(one.url, ()))[: numbers.nights]
        if len(history) < numbers.nights_least or one.verdict is not SiteVerdict.REACHABLE:
            continue
        now, before, portals = now + one.counts.pages, before + median(history), portals + 1
    if not portals or not before:
        return HealthCheck("pages_brake", True, "还没有足够的往夜可比网页数", at, voids=False)
    told = f"可比的 {portals} 个门户读到网页 {now} 个，平常 {before:.0f} 个"
    passed = now >= numbers.pages_share * before
    return HealthCheck(
        "pages_brake", passed, told + ("" if passed else f"，不足 {numbers.pages_share:.0%}"), at, voids=False
    )


def judge_new_findings(visits: Sequence[VisitSeen], usual: Usual, numbers: HealthNumbers, at: datetime) -> HealthCheck:
    """New findings against the usual of a night."""
    new = sum(one.new for one in visits if not one.first)
    history = list(usual.new)[: numbers.nights]
    if len(history) < numbers.nights_least:
        return HealthCheck("findings_brake", True, f"新发现 {new} 条；还没有足够的往夜可比", at, voids=False)
    before = median(history)
    passed = new <= max(numbers.findings_factor * before, numbers.findings_least)
    told = f"新发现 {new} 条，平常 {before:g} 条" + ("" if passed else f"，超过 {numbers.findings_factor:g} 倍")
    return HealthCheck("findings_brake", passed, told, at, voids=False)


def state_of(checks: Iterable[HealthCheck]) -> tuple[NightState, str]:
    """What a night that is through may be believed, and why in one Chinese sentence."""
    failed = [one for one in checks if not one.passed]
    ill = list(dict.fromkeys(one.told for one in failed if one.voids))
    if ill:
        return NightState.VOIDED, "自检不合格，这一夜作废：" + "；".join(ill)
    held = list(dict.fromkeys(one.told for one in failed))
    if held:
        return NightState.HELD, "与平常相差太大，待人工决定：" + "；".join(held)
    return NightState.HEALTHY, "自检合格"


def _listed(texts: Iterable[str]) -> str:
    found = list(texts)
    return f"（{'；'.join(found[:3])}{'等' if len(found) > 3 else ''}）" if found else ""
