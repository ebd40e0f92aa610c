"""How long the evidence of each audit is kept, and why (services/retention.yml)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Final

from records.news import EventState
from records.period import Period
from records.rounds import Advanced, RoundPlan, Stage
from records.sightings import FindingLife, LifeState
from scoring.tree import Fault, Fields, read_tree
from services.rounds.life import replay
from services.schemes import WrongCallError, read_text
from storage.canonical import digest
from storage.kept_answers import KeptAudit
from storage.kept_news import EventUse
from storage.rounds import StoredRound

FORMAT: Final = "chengjian.retention/1"
CONFIRMED: Final = "confirmed"
REST: Final = "rest"


@dataclass(frozen=True, slots=True)
class RetentionRules:
    source: str
    review_days: int  # after the season
    then_days: int  # after the review term
    rest_days: int  # after the audit
    sha256: str  # of the text


class Standing(StrEnum):
    """What retention has to know of a finding."""

    CONFIRMED = "confirmed"  # now, or in a life that is over
    UNDER_REVIEW = "under_review"
    UNDECIDED = "undecided"
    SETTLED = "settled"  # dismissed, withdrawn, suppressed, or healed without ever having been confirmed


@dataclass(frozen=True, slots=True)
class SeasonRound:
    """A round of evaluation, as far as it holds evidence."""

    id: str
    period: Period
    archived_on: date | None  # None: it is not over
    audits: frozenset[int]  # that its runs were scored from


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long the evidence of an audit is kept.  ``until`` is its last day; None: as long as ``because`` holds."""

    audit: KeptAudit
    rule: str  # confirmed | rest
    until: date | None
    because: str  # Chinese

    def is_due(self, as_of: date) -> bool:
        return self.until is not None and as_of > self.until


@dataclass(frozen=True, slots=True)
class NewsKeeping:
    """How long the pages of the news that one manifest sealed are kept, as one thing."""

    number: int  # of the manifest
    until: date | None
    because: str  # Chinese
    rule: str = REST

    def is_due(self, as_of: date) -> bool:
        return self.until is not None and as_of > self.until


def load_retention(path: Path | None = None) -> RetentionRules:
    """The packaged rules, or those of a file.  ``WrongCallError`` with every fault and its line."""
    if path is None:
        return parse_retention((resources.files("services") / "retention.yml").read_text("utf-8"), "retention.yml")
    return parse_retention(read_text(path, "保存期限文件"), path.name)


def parse_retention(text: str, source: str) -> RetentionRules:
    """``WrongCallError`` with every fault."""
    faults: list[Fault] = []
    tree = read_tree(text, source, faults)
    if not tree.items:
        raise WrongCallError(*([str(one) for one in faults] or [f"{source}：没有内容"]))
    fields = Fields(tree, "", faults)
    fields.choice("format", (FORMAT,))
    told = fields.text("source")
    confirmed, rest = fields.sub("confirmed", "confirmed"), fields.sub("rest", "rest")
    review_days = then_days = rest_days = 0
    if confirmed is not None:
        review_days = confirmed.integer("review_days", 30, low=1)
        then_days = confirmed.integer("then_days", 365, low=1)
        confirmed.close()
    if rest is not None:
        rest_days = rest.integer("days", 90, low=1)
        rest.close()
    fields.close()
    if faults:
        raise WrongCallError(*(str(one) for one in sorted(set(faults))))
    return RetentionRules(told, review_days, then_days, rest_days, digest(text.encode()))


def standing_of(life: FindingLife | None) -> Standing:
    """What a life means for its evidence.  A finding that nobody followed is undecided."""
    if life is None:
        return Standing.UNDECIDED
    if life.state is LifeState.UNDER_REVIEW:
        return Standing.UNDER_REVIEW
    if life.confirmed_at is not None or any(one.confirmed_at is not None for one in life.earlier):
        return Standing.CONFIRMED
    match life.state:
        case LifeState.SUSPECTED | LifeState.UNVERIFIABLE:
            return Standing.UNDECIDED
        case LifeState.CONFIRMED | LifeState.NOTIFIED | LifeState.FINAL:
            return Standing.CONFIRMED
        case LifeState.RECOVERED | LifeState.SUPPRESSED | LifeState.VOIDED:
            return Standing.SETTLED


def season_round(stored: StoredRound, audits_of_run: Callable[[str], Iterable[int]]) -> SeasonRound:
    """What a stored round holds.  ``audits_of_run`` names the audits that a score run was made from."""
    plan: RoundPlan = stored.plan
    archived = None
    if replay(plan, stored.entries).stage is Stage.ARCHIVED:
        archived = max(one.at.date() for one in stored.entries)
    runs = {one.run for one in stored.entries if isinstance(one, Advanced) and one.run}
    return SeasonRound(plan.id, plan.period, archived, frozenset(a for run in runs for a in audits_of_run(run)))


def keepings(
    audits: Sequence[KeptAudit],
    standing: Mapping[tuple[str, str], Standing],
    rounds: Sequence[SeasonRound],
    rules: RetentionRules,
) -> tuple[Keeping, ...]:
    """For every audit, in the order given: how long its evidence is kept.

    ``standing`` is by key of the portal and id of the finding.  What an open matter needs has no last day: the newest
    audit of a portal, an audit that is not judged, findings that are undecided or under review, rounds that are not
    archived.
    """
    newest = {one.site: one for one in audits if one.judged}
    return tuple(_keeping(one, newest.get(one.site), standing, rounds, rules) for one in audits)


def _keeping(
    audit: KeptAudit,
    newest: KeptAudit | None,
    standing: Mapping[tuple[str, str], Standing],
    rounds: Sequence[SeasonRound],
    rules: RetentionRules,
) -> Keeping:
    states = {one: standing.get((audit.site, one), Standing.UNDECIDED) for one in audit.accusations}
    confirmed = [one for one, state in states.items() if state in (Standing.CONFIRMED, Standing.UNDER_REVIEW)]
    rule = CONFIRMED if confirmed else REST
    if not audit.judged and (newest is None or audit.audit_id > newest.audit_id):
        return Keeping(audit, rule, None, "巡查尚未判定")
    if newest is not None and audit.audit_id == newest.audit_id:
        return Keeping(audit, rule, None, "该门户最近一次巡查")
    for one, state in states.items():
        if state is Standing.UNDER_REVIEW:
            return Keeping(audit, rule, None, f"发现 {one} 正在复核")
        if state is Standing.UNDECIDED and newest is not None and one in newest.accusations:
            return Keeping(audit, rule, None, f"发现 {one} 尚未有结论")
    for each in rounds:
        if each.archived_on is None and audit.audit_id in each.audits:
            return Keeping(audit, rule, None, f"评价轮次 {each.id} 未归档，其计分依据这次巡查")
    if confirmed:
        return _season(audit, confirmed, rounds, rules)
    until = audit.day + timedelta(days=rules.rest_days)
    return Keeping(audit, REST, until, f"没有确认的发现，保存 {rules.rest_days} 天至 {until}")


def _season(
    audit: KeptAudit, confirmed: Sequence[str], rounds: Sequence[SeasonRound], rules: RetentionRules
) -> Keeping:
    """To the end of the season (the rounds whose period has the day; without one its year), the term and a year."""
    last = _season_end(audit.day, rounds)
    if last is None:
        return Keeping(audit, CONFIRMED, None, f"发现 {confirmed[0]} 已确认，所属评价轮次未归档")
    until = last + timedelta(days=rules.review_days + rules.then_days)
    because = (
        f"有 {len(confirmed)} 项确认的发现：评价期 {last} 止，复核期 {rules.review_days} 天，"
        f"再加 {rules.then_days} 天，至 {until}"
    )
    return Keeping(audit, CONFIRMED, until, because)


def news_keeping(
    number: int, day: date, uses: Iterable[EventUse], rounds: Sequence[SeasonRound], rules: RetentionRules
) -> NewsKeeping:
    """Of the pages that were sealed on ``day``; ``uses`` are the events that their articles belong to.

    An event that was confirmed keeps its pages through the season of its day; one that may count and that nobody
    decided on yet keeps them until somebody does.
    """
    until, rule = day + timedelta(days=rules.rest_days), REST
    for one in uses:
        match one.state:
            case EventState.SUGGESTED if one.counts:
                return NewsKeeping(number, None, f"事件 {one.event} 尚未复核")
            case EventState.CONFIRMED:
                last = _season_end(one.first_day or day, rounds)
                if last is None:
                    return NewsKeeping(number, None, f"事件 {one.event} 已确认，所属评价轮次未归档", CONFIRMED)
                until = max(until, last + timedelta(days=rules.review_days + rules.then_days))
                rule = CONFIRMED
            case EventState.SUGGESTED | EventState.DISMISSED | EventState.REFUTED:
                pass
    return NewsKeeping(number, until, f"{day} 封存的报道网页，保存至 {until}", rule)


def _season_end(day: date, rounds: Sequence[SeasonRound]) -> date | None:
    """The last day of the season that has the day; None while a round of it is not archived."""
    ends = []
    for one in rounds:
        if one.period.contains(day):
            if one.archived_on is None:
                return None
            ends.append(max(one.period.last_day, one.archived_on))
    return max(ends, default=date(day.year, 12, 31))
