"""Looking at one finding again because somebody asked: a unit that mended it, an office that reviews it.

Such a look can clear, and it can clear only.  What it sees broken is kept beside the other tries, and does not count
for the gate, which asks for nights that proved healthy (``checks.life``).
"""

from dataclasses import dataclass, replace
from typing import Final, Protocol

from checks.places import is_deep
from checks.sight import Seen
from checks.wording import REQUIREMENT_NAMES
from extract.addresses import ATTACHMENT_EXTENSIONS, extension_of
from records.crawl import Attempt, Exchange
from records.judgement import Finding
from records.page import PageReading
from records.sightings import Sight, Sighting
from records.verdicts import LinkReason, Outcome, PageKind, Requirement
from records.work_calendar import WorkCalendar
from services.findings import address_of
from services.sight_findings import local_band

#: Failures that one good answer disproves.  A page that says "not found" behind 200, a deep link that lands on the home
#: page, a file that is a web page: only a whole audit, which knows how the portal says no, can tell those from a cure.
_PLAIN: Final = frozenset(
    {
        LinkReason.HTTP_404,
        LinkReason.HTTP_410,
        LinkReason.HTTP_4XX,
        LinkReason.HTTP_5XX,
        LinkReason.DNS,
        LinkReason.REFUSED,
        LinkReason.TIMEOUT,
        LinkReason.RESET,
        LinkReason.TLS,
    }
)
_FEW: Final = 20  # visible characters: less is a heading over nothing


@dataclass(frozen=True, slots=True)
class Look:
    """What came of asking one address once."""

    attempt: Attempt
    outcome: Outcome
    exchange: Exchange | None
    reading: PageReading | None  # where the body is a page


class Asker(Protocol):
    """Asks politely: robots.txt, pace, the honest User-Agent."""

    async def ask(self, url: str) -> Look | None:
        """None where robots.txt forbids it, or nothing may be asked there."""
        ...


@dataclass(frozen=True, slots=True)
class Rechecked:
    """One look: what it says, and what it rests on."""

    url: str
    seen: Seen | None  # None: it could not be asked
    told: str  # one Chinese sentence for who asked
    look: Look | None = None


async def recheck_finding(finding: Finding, asker: Asker, *, claimed: str = "", reason: LinkReason | None) -> Rechecked:
    """Ask the address of a finding, or the one that somebody says is the missing thing (``claimed``), once.

    ``reason``: why the link was called broken; None for a finding about something else.
    """
    url = claimed or address_of(finding)
    look = await asker.ask(url)
    if look is None:
        return Rechecked(url, None, f"没有复查：{url} 的 robots.txt 不允许访问，或该地址不可访问")
    seen = judge_look(finding, look, claimed=claimed, reason=reason)
    words = {Sight.HEALED: "复查正常", Sight.FAULT: "复查时问题仍在", Sight.UNKNOWN: "复查不能判定"}
    return Rechecked(url, seen, f"{words[seen.sight]}：{seen.told}", look)


def judge_look(finding: Finding, look: Look, *, claimed: str, reason: LinkReason | None) -> Seen:
    """What one look says of a finding.  Saying nothing is the rule: a refusal, a page without its content, a doubt."""
    at, answer = look.attempt.at, _answer(look)
    if look.outcome is Outcome.BLOCKED:
        return Seen(Sight.UNKNOWN, at, f"{answer}，门户拒绝了访问，不能说明好坏")
    if look.outcome is Outcome.FAILED:
        fault = not claimed and not finding.check.endswith("_column") and "#" not in finding.subject
        return Seen(Sight.FAULT if fault else Sight.UNKNOWN, at, answer)
    if look.outcome is not Outcome.FETCHED or (look.reading is not None and not look.reading.is_ok):
        return Seen(Sight.UNKNOWN, at, f"{answer}，页面内容不正常，不能说明好坏")
    requirement = finding.subject.partition("#")[2]
    if requirement in [one.value for one in Requirement]:
        return _disclosure(Requirement(requirement), look, answer)
    if not is_plain(finding, reason):
        return Seen(Sight.UNKNOWN, at, f"{answer}；这类问题要结合整站判断")
    landed = look.attempt.final_url or finding.subject
    if is_deep(finding.subject) and not is_deep(landed):
        return Seen(Sight.UNKNOWN, at, f"{answer}，转到了首页一类的页面，要结合整站判断")
    if look.reading is not None and extension_of(finding.subject) in ATTACHMENT_EXTENSIONS:
        return Seen(Sight.UNKNOWN, at, f"{answer}，应为文件而答复的是网页，要结合整站判断")
    return Seen(Sight.HEALED, at, f"{answer}，正常")


def is_plain(finding: Finding, reason: LinkReason | None) -> bool:
    """Whether one good answer is enough to clear it; for every other finding the portal is to be walked again."""
    return reason in _PLAIN or finding.check == "site_unreachable"


def _disclosure(requirement: Requirement, look: Look, answer: str) -> Seen:
    at, reading, name = look.attempt.at, look.reading, REQUIREMENT_NAMES[requirement]
    if reading is None:
        return Seen(Sight.UNKNOWN, at, f"{answer}，是文件而不是网页，请分析员打开核对是否为{name}")
    named = [sign.text for sign in reading.signs if sign.requirement is requirement and sign.where == "self"]
    if not named:
        return Seen(Sight.UNKNOWN, at, f"{answer}，页面标题“{reading.title or '（无）'}”看不出是{name}，请分析员核对")
    if reading.kind is PageKind.HOME or (not (reading.items or reading.links) and reading.body_length < _FEW):
        return Seen(Sight.UNKNOWN, at, f"{answer}，页面没有{name}的内容，请分析员核对")
    if not reading.items and reading.body_length < _FEW:
        return Seen(Sight.UNKNOWN, at, f"{answer}，页面“{named[0]}”几乎没有文字，请分析员核对")
    return Seen(Sight.HEALED, at, f"{answer}，已看到{name}（“{named[0]}”）")


def sighting_of(finding: Finding, site: str, seen: Seen, calendar: WorkCalendar) -> Sighting:
    """The look as it is kept beside the tries of the nights."""
    band, note = local_band(seen.at, calendar)
    made = Sighting(finding.id, site, seen.at, band, seen.sight)
    return replace(made, told=f"应要求复查：{seen.told}{note}")


def _answer(look: Look) -> str:
    attempt = look.attempt
    where = f"（转到 {attempt.final_url}）" if attempt.redirects and attempt.final_url else ""
    if attempt.error is not None:
        return f"{attempt.at:%Y-%m-%d %H:%M} 访问出错（{attempt.error.value}）{where}"
    return f"{attempt.at:%Y-%m-%d %H:%M} 答复 HTTP {attempt.http_status}{where}"
