"""The findings of one unit as the unit reads them: what counts, what does not yet, and asking to look again."""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, assert_never
from urllib.parse import urlsplit

from extract.addresses import PortalHosts
from records.desk import FindingCard
from records.jobs import Job, JobKind
from records.registry import Unit
from records.review import ReviewState
from records.sightings import LifeState
from records.verdicts import Severity
from services.desk.cards import CardKeeper
from services.finding_list import ListedFinding
from services.jobs import JobQueue, web_address
from services.rounds.life import BEIJING
from services.schemes import WrongCallError
from storage.audits import site_key

MOST_A_DAY: Final = 30  # rechecks that a unit may ask for
MOST_OF_ONE: Final = 3  # of one finding
CLAIMABLE: Final = ("missing_disclosure", "empty_disclosure", "broken_disclosure")

_HIDDEN: Final = (LifeState.SUPPRESSED, LifeState.VOIDED)
_NO_NAME: Final = re.compile(r"[0-9a-fx.]+", re.IGNORECASE)  # numbers in whatever base: an address without a name
_INSIDE: Final = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "test", "invalid")


class Hosts(Protocol):
    """``storage.own_requests.OwnRequests``."""

    def names_host(self, sites: Collection[str], host: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Weight:
    """Whether a finding counts, in plain words."""

    counts: bool
    word: str
    told: str
    tone: str


def sites_of(unit: Unit) -> tuple[str, ...]:
    """Keys of the unit's portals."""
    return tuple(dict.fromkeys(site_key(portal.url) for portal in unit.portals))


def is_shown(one: ListedFinding) -> bool:
    """What was suppressed, voided or dismissed accuses nobody, and is not shown as if it did."""
    dismissed = one.review is not None and one.review.state is ReviewState.DISMISSED
    return one.life.state not in _HIDDEN and not dismissed


def weight_of(one: ListedFinding) -> Weight:
    """What the state of a finding means for the points of its unit."""
    review = one.review.state if one.review is not None else None
    return _weight(one.finding.severity, one.life.state, review, one.life.lacking, watched=one.watched, now=one.current)


def weight_of_card(card: FindingCard) -> Weight:
    return _weight(card.severity, card.life, card.review, card.lacking, watched=card.watched, now=card.current)


def _weight(
    severity: Severity, life: LifeState, review: ReviewState | None, lacking: str, *, watched: bool, now: bool
) -> Weight:
    if severity is Severity.NOTICE:
        return Weight(False, "提示", "只是提示，不计分", "")
    if not watched and life is not LifeState.RECOVERED:
        if review is ReviewState.CONFIRMED and now:
            return Weight(True, "已确认", "分析员已确认，按评价规则计分", "bad")
        return Weight(False, "未复核", "还没有复核，达到评价规则的条件以前不计分", "warn")
    match life:
        case LifeState.SUSPECTED:
            return Weight(False, "疑似", f"还没有确认，不计分{f'：{lacking}' if lacking else ''}", "warn")
        case LifeState.CONFIRMED:
            return Weight(True, "已确认", "多次核实均有问题，属于评价规则所列情形的计分；整改后复查正常即不再计", "bad")
        case LifeState.NOTIFIED:
            return Weight(True, "已告知", "已告知本单位，按评价规则计分；可以申诉", "bad")
        case LifeState.UNDER_REVIEW:
            return Weight(True, "申诉复核中", "正在复核，决定以前仍按原结论", "main")
        case LifeState.FINAL:
            return Weight(True, "已定", "复核或期满后已定，按评价规则计分", "bad")
        case LifeState.RECOVERED:
            return Weight(False, "已恢复", "后来看到已恢复正常", "good")
        case LifeState.UNVERIFIABLE:
            return Weight(False, "无法核实", "近来访问受阻，谁也说不准，不计分", "warn")
        case LifeState.SUPPRESSED | LifeState.VOIDED:
            return Weight(False, "不计", "不计分", "")
        case _:
            assert_never(life)


def refresh_cards(keeper: CardKeeper, sites: Collection[str]) -> None:
    """Bring the cards of these portals up to what was written since; most often nothing was."""
    for site in sites:
        due = keeper.cards.due_of(site)
        if due:
            keeper.make(site, None, keeper.view.tries.watched_sites())
            keeper.cards.settle(due)


def ask_recheck(
    queue: JobQueue, hosts: Hosts, unit: Unit, one: ListedFinding, *, claimed: str, by: str, at: datetime
) -> Job:
    """Ask for one more look at a finding of the unit, or at the address where it says the missing thing is.

    ``WrongCallError`` where that may not be asked; one that waits already is the same job.
    """
    if one.site not in sites_of(unit):
        raise WrongCallError("这不是本单位门户上的发现")
    if one.life.state in (*_HIDDEN, LifeState.RECOVERED):
        raise WrongCallError("这项发现已不再成立，不用复查")
    url = ""
    if claimed.strip():
        if one.finding.check not in CLAIMABLE:
            raise WrongCallError("只有“没有找到应公开的内容”一类发现才可以指明地址，其他发现请直接申请复查")
        url = claimed_address(unit, hosts, claimed)
    today = at.astimezone(BEIJING).date()
    asked = [
        job
        for job in queue.newest(unit=unit.id, kind=JobKind.RECHECK_FINDING, limit=MOST_A_DAY * 2)
        if job.asked_at.astimezone(BEIJING).date() == today
    ]
    same = [job for job in asked if (job.argument["site"], job.argument["finding"]) == (one.site, one.finding.id)]
    waiting = next((job for job in same if not job.state.is_over and job.argument.get("url", "") == url), None)
    if waiting is not None:
        return waiting
    if len(same) >= MOST_OF_ONE:
        raise WrongCallError(f"同一项发现一天最多复查 {MOST_OF_ONE} 次，请明天再试；例行巡查也会再看")
    if len(asked) >= MOST_A_DAY:
        raise WrongCallError(f"本单位今天已申请复查 {len(asked)} 次（上限 {MOST_A_DAY} 次），请明天再试")
    argument = {"site": one.site, "finding": one.finding.id, "url": url}
    once = f"unit:{unit.id}:{one.site}:{one.finding.id}:{today}:{len(same)}"  # two clicks at once are one
    return queue.ask(JobKind.RECHECK_FINDING, argument, by=by, at=at, unit=unit.id, once=once)


def claimed_address(unit: Unit, hosts: Hosts, text: str) -> str:
    """An address that a unit names, where it is one of its own hosts or one that its pages name.

    ``WrongCallError`` for everything else.  Where the connection is made it is looked at again.
    """
    url = web_address(text)
    if any(PortalHosts(portal.url).covers(url) for portal in unit.portals):
        return url
    host = (urlsplit(url).hostname or "").rstrip(".")
    if _is_inside(host):
        raise WrongCallError("不能填写内网、本机或只有数字的地址，请填写公众能打开的网址")
    if not hosts.names_host(sites_of(unit), urlsplit(url).netloc.lower()):
        raise WrongCallError(f"“{host[:60]}”不是本单位的网站，本单位的网页上也没有指向它的链接；请先在网站上链接该页")
    return url


def _is_inside(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        label = host.rpartition(".")[2].lower()
        return "." not in host or label in _INSIDE or _NO_NAME.fullmatch(host) is not None
    return True
