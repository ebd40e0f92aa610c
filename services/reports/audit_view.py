"""What the HTML report of one audit shows: plain words and numbers, nothing left to decide for the template."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from checks.wording import COLUMN_KIND_WORDS, REASON_WORDS, REQUIREMENT_NAMES
from records.judgement import ColumnJudgement, DisclosureJudgement, Finding, LinkJudgement, SiteAudit
from records.verdicts import (
    ColumnVerdict,
    DisclosureVerdict,
    LinkReason,
    LinkVerdict,
    Severity,
    SiteVerdict,
)
from services.reports import wording
from services.reports.finding_view import FindingGroup, FindPicture, finding_groups
from services.reports.titles import check_order, check_title

MAX_UNDECIDED = 100  # addresses shown for one reason
MAX_COLUMNS = 2000


@dataclass(frozen=True, slots=True)
class Tile:
    figure: str
    label: str
    tone: str  # bad | warn | good | plain
    note: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """One end that addresses came to, with its share of all in per cent."""

    label: str
    count: int
    percent: float
    tone: str


@dataclass(frozen=True, slots=True)
class ColumnRow:
    name: str
    url: str
    kind: str
    newest: str
    newest_title: str
    age: int | None
    limit: str
    items: int
    verdict: str
    tone: str


@dataclass(frozen=True, slots=True)
class DisclosureRow:
    name: str
    verdict: str
    tone: str
    url: str
    title: str
    path: tuple[str, ...]
    newest: str
    because: str
    searched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UndecidedGroup:
    """Links of which nothing is said, by reason."""

    title: str
    reason: str
    count: int
    urls: tuple[str, ...]  # at most MAX_UNDECIDED of them


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    tone: str
    count: int
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditView:
    name: str
    url: str
    day: str
    period: str
    policy: str
    policy_limits: str
    sentence: str
    tone: str
    coverage: str  # how much was looked at, in one sentence
    complete: bool
    incomplete: str  # why not all, and what that means
    tiles: tuple[Tile, ...]
    shares: tuple[Share, ...]
    addresses: int
    notes: tuple[str, ...]
    changes: tuple[Change, ...]  # empty for a first audit
    groups: tuple[FindingGroup, ...]
    notices: tuple[FindingGroup, ...]  # for the operator: no accusations
    columns: tuple[ColumnRow, ...]
    column_count: int
    disclosures: tuple[DisclosureRow, ...]
    undecided: tuple[UndecidedGroup, ...]
    unread_columns: tuple[ColumnRow, ...]


def audit_view(audit: SiteAudit, find_picture: FindPicture) -> AuditView:
    """The whole report as values for the template."""
    title, limits = wording.policy_words(audit.policy)
    charged = [one for one in audit.findings if one.severity is not Severity.NOTICE]
    notices = [one for one in audit.findings if one.severity is Severity.NOTICE]
    shown_columns = sorted(audit.columns, key=_column_order)[:MAX_COLUMNS]
    return AuditView(
        name=audit.site_name or audit.site_url,
        url=audit.site_url,
        day=wording.day(audit.as_of),
        period=f"{_instant(audit.started_at)} 至 {_instant(audit.finished_at)}（北京时间）",
        policy=title,
        policy_limits=limits,
        sentence=verdict_sentence(audit),
        tone=_tone_of_site(audit, charged),
        coverage=coverage_sentence(audit),
        complete=audit.complete,
        incomplete=f"本次没有查完全站（{_why_incomplete(audit)}）。没有列出的问题不等于不存在。",
        tiles=_tiles(audit),
        shares=_shares(audit),
        addresses=audit.counts.addresses,
        notes=audit.notes,
        changes=_changes(audit),
        groups=finding_groups(audit, charged, find_picture),
        notices=finding_groups(audit, notices, find_picture),
        columns=tuple(_column_row(one) for one in shown_columns),
        column_count=len(audit.columns),
        disclosures=tuple(_disclosure_row(one) for one in audit.disclosures),
        undecided=_undecided(audit.links),
        unread_columns=tuple(_column_row(one) for one in audit.columns if one.verdict is ColumnVerdict.UNREADABLE)[
            :MAX_UNDECIDED
        ],
    )


def verdict_sentence(audit: SiteAudit) -> str:
    """The result in one sentence."""
    match audit.site_verdict:
        case SiteVerdict.UNREACHABLE:
            return "网站无法访问，本次检查没有形成其他问题结论。"
        case SiteVerdict.BLOCKED:
            return "网站拒绝了自动巡查，本次检查不形成问题结论，请由人工查看或联系网站主办单位。"
        case SiteVerdict.REACHABLE:
            counted = Counter(one.check for one in audit.findings if one.severity is not Severity.NOTICE)
            if not counted:
                return "在已检查的范围内没有发现问题。"
            parts = [f"{check_title(check)} {counted[check]} 项" for check in sorted(counted, key=check_order)]
            return f"发现问题 {counted.total()} 项：{'，'.join(parts)}。"


def coverage_sentence(audit: SiteAudit) -> str:
    """How much of the portal was looked at."""
    counts = audit.counts
    ends = (
        ("访问", counts.fetched),
        ("被拒绝", counts.blocked),
        ("未成功", counts.failed),
        ("按规则跳过", counts.skipped),
        ("未轮到", counts.not_reached),
    )
    parts = "，".join(f"{label} {count:,} 个" for label, count in ends if count)
    return f"读网页 {counts.pages:,} 个，遇到地址 {counts.addresses:,} 个" + (f"：{parts}。" if parts else "。")


def _why_incomplete(audit: SiteAudit) -> str:
    return wording.STOPPED[audit.stopped_by] if audit.stopped_by else "部分地址没有检查"


def _instant(text: str) -> str:
    return wording.clock(datetime.fromisoformat(text))[:16]


def _tone_of_site(audit: SiteAudit, charged: Sequence[Finding]) -> str:
    if audit.site_verdict is not SiteVerdict.REACHABLE:
        return "warn"
    return "bad" if charged else "good"


def _tiles(audit: SiteAudit) -> tuple[Tile, ...]:
    undecided = sum(link.verdict in (LinkVerdict.BLOCKED, LinkVerdict.UNREACHABLE) for link in audit.links)
    return (
        *_judged_tiles(audit),
        Tile(f"{audit.counts.pages:,}", "已读网页", "plain", f"遇到地址 {audit.counts.addresses:,} 个"),
        Tile(f"{undecided:,}", "未能判定的链接", "warn" if undecided else "plain", "不作为问题"),
    )


def _judged_tiles(audit: SiteAudit) -> tuple[Tile, ...]:
    labels = ("坏链", "未更新栏目", "空白栏目", "公开事项已公开")
    if audit.site_verdict is not SiteVerdict.REACHABLE:
        # A green nought would praise a portal that nobody has seen.
        return tuple(Tile("—", label, "plain", "未判定") for label in labels)
    broken = sum(link.verdict is LinkVerdict.BROKEN for link in audit.links)
    verdicts = Counter(one.verdict for one in audit.columns)
    stale, empty = verdicts[ColumnVerdict.STALE], verdicts[ColumnVerdict.EMPTY]
    disclosures = Counter(one.verdict for one in audit.disclosures)
    published = disclosures[DisclosureVerdict.PUBLISHED]
    lacking = sum(disclosures[one] for one in _DISCLOSURE_TONES if _DISCLOSURE_TONES[one] == "bad")
    notes = ("多次复核仍打不开", f"共识别栏目 {len(audit.columns)} 个", "", "")
    figures = (f"{broken:,}", f"{stale:,}", f"{empty:,}", f"{published}/{len(audit.disclosures)}")
    bad = (broken, stale, empty, lacking)
    return tuple(
        Tile(figure, label, "bad" if problems else "plain" if label == labels[-1] else "good", note)
        for figure, label, problems, note in zip(figures, labels, bad, notes, strict=True)
    )


def _shares(audit: SiteAudit) -> tuple[Share, ...]:
    counts = audit.counts
    ends = (
        ("已访问", counts.fetched, "good"),
        ("被拒绝", counts.blocked, "warn"),
        ("未成功", counts.failed, "bad"),
        ("按规则跳过", counts.skipped, "plain"),
        ("未轮到", counts.not_reached, "faint"),
    )
    total = max(sum(count for _, count, _ in ends), 1)
    return tuple(Share(label, count, round(100 * count / total, 2), tone) for label, count, tone in ends)


def _changes(audit: SiteAudit) -> tuple[Change, ...]:
    charged = [one for one in audit.findings if one.severity is not Severity.NOTICE]
    new = [one for one in charged if one.change == "new"]
    known = [one for one in charged if one.change == "known"]
    gone = [one for one in audit.gone if one.severity is not Severity.NOTICE]
    if not (new or known or gone):
        return ()
    groups = (("新增", "bad", new), ("仍在", "warn", known), ("已消除", "good", gone))
    return tuple(
        Change(label, tone, len(found), tuple(one.message for one in found[:MAX_UNDECIDED]))
        for label, tone, found in groups
    )


_COLUMN_TONES = {
    ColumnVerdict.STALE: "bad",
    ColumnVerdict.EMPTY: "bad",
    ColumnVerdict.UNDATED: "warn",
    ColumnVerdict.UNREADABLE: "warn",
    ColumnVerdict.FRESH: "good",
    ColumnVerdict.EXEMPT: "plain",
}


def _column_order(column: ColumnJudgement) -> tuple[int, int, str]:
    """The ones to be mended first, the oldest of them on top."""
    return tuple(_COLUMN_TONES).index(column.verdict), -(column.age_days or 0), column.fact.name


def _column_row(column: ColumnJudgement) -> ColumnRow:
    fact = column.fact
    return ColumnRow(
        name=fact.name or "（未识别出名称）",
        url=fact.url,
        kind=COLUMN_KIND_WORDS[fact.kind],
        newest=fact.newest.isoformat() if fact.newest else "",
        newest_title=fact.newest_title or "",
        age=column.age_days,
        limit=str(column.limit_days) if column.limit_days is not None else "",
        items=fact.items,
        verdict=wording.COLUMN_VERDICT[column.verdict],
        tone=_COLUMN_TONES[column.verdict],
    )


_DISCLOSURE_TONES = {
    DisclosureVerdict.PUBLISHED: "good",
    DisclosureVerdict.EMPTY: "bad",
    DisclosureVerdict.BROKEN: "bad",
    DisclosureVerdict.MISSING: "bad",
    DisclosureVerdict.BLOCKED: "warn",
    DisclosureVerdict.UNDETERMINED: "warn",
}


def _disclosure_row(disclosure: DisclosureJudgement) -> DisclosureRow:
    return DisclosureRow(
        name=REQUIREMENT_NAMES[disclosure.requirement],
        verdict=wording.DISCLOSURE_VERDICT[disclosure.verdict],
        tone=_DISCLOSURE_TONES[disclosure.verdict],
        url=disclosure.url or "",
        title=disclosure.title or "",
        path=disclosure.path,
        newest=disclosure.newest.isoformat() if disclosure.newest else "",
        because=disclosure.because,
        searched=disclosure.searched,
    )


_UNDECIDED_ORDER = (LinkVerdict.UNREACHABLE, LinkVerdict.BLOCKED, LinkVerdict.SKIPPED)


def _undecided(links: Iterable[LinkJudgement]) -> tuple[UndecidedGroup, ...]:
    grouped: dict[tuple[LinkVerdict, LinkReason | None], list[str]] = {}
    for link in links:
        if link.verdict in _UNDECIDED_ORDER:
            grouped.setdefault((link.verdict, link.reason), []).append(link.fact.url)
    ordered = sorted(grouped.items(), key=lambda entry: (_UNDECIDED_ORDER.index(entry[0][0]), -len(entry[1])))
    return tuple(
        UndecidedGroup(
            title=wording.LINK_VERDICT[verdict],
            reason=REASON_WORDS[reason] if reason else "",
            count=len(urls),
            urls=tuple(urls[:MAX_UNDECIDED]),
        )
        for (verdict, reason), urls in ordered
    )
