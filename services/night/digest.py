"""The morning digest (早报): what a night saw, for the people who answer for it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from records.nights import Night, NightState, PortalVisit
from records.verdicts import SiteVerdict
from records.watch import WindowScope
from services.night.changes import Changes
from services.night.hours import SHANGHAI
from services.night.results import is_first
from storage.visit_results import VisitResult

STATE_WORDS: Final[Mapping[NightState, str]] = {
    NightState.RUNNING: "进行中",
    NightState.PAUSED: "暂停，下一个窗口接着走",
    NightState.HEALTHY: "有效",
    NightState.HELD: "待人工决定",
    NightState.VOIDED: "作废",
}
_SITE_WORDS: Final[Mapping[SiteVerdict, str]] = {
    SiteVerdict.REACHABLE: "已巡查",
    SiteVerdict.UNREACHABLE: "打不开",
    SiteVerdict.BLOCKED: "拒绝访问",
}
_VISIT_WORDS: Final[Mapping[str, str]] = {
    "waiting": "未到达",
    "running": "正在访问",
    "paused": "未走完",
    "failed": "未完成",
}
MAX_LINES: Final = 20  # of one kind in a digest; the rest is in the console


@dataclass(frozen=True, slots=True)
class PortalLine:
    """One portal in a night."""

    unit: str
    name: str
    url: str
    outcome: str  # Chinese
    reached: bool  # its audit is through
    verdict: SiteVerdict | None
    pages: int
    standing: int  # accusations as they stand
    new: tuple[str, ...]  # messages of accusations that did not stand before this night
    healed: tuple[str, ...]
    worse: bool  # more that is new than healed, or it can no longer be opened
    first: bool  # nothing to compare with
    told: str
    confirmed: tuple[str, ...] = ()  # messages of accusations that passed the gate in this night


@dataclass(frozen=True, slots=True)
class Digest:
    """What is told of one night."""

    night: int
    city: str
    day: date
    state: NightState
    why: str
    began: datetime
    ended: datetime | None
    portals: tuple[PortalLine, ...]
    failed_checks: tuple[str, ...]
    news: str
    duties: tuple[str, ...]  # tasks of portals that refuse us, one Chinese line each
    sealed: str = ""  # SHA-256 of the manifest that closes the night: told, it stands outside our power
    alarms: tuple[str, ...] = ()
    braked: tuple[str, ...] = ()  # portals of which this night's looks do not count, one Chinese line each
    looks: bool = False  # a look at suspects, and no night of all portals

    @property
    def counted(self) -> bool:
        """Whether what the night saw is told as such."""
        return self.state is not NightState.VOIDED

    @property
    def new(self) -> int:
        return sum(len(one.new) for one in self.portals) if self.counted else 0

    @property
    def healed(self) -> int:
        return sum(len(one.healed) for one in self.portals) if self.counted else 0

    @property
    def confirmed(self) -> int:
        return sum(len(one.confirmed) for one in self.portals) if self.counted else 0

    @property
    def worse(self) -> tuple[PortalLine, ...]:
        return tuple(one for one in self.portals if one.worse) if self.counted else ()

    @property
    def not_reached(self) -> tuple[PortalLine, ...]:
        return tuple(one for one in self.portals if not one.reached)

    @property
    def blocked(self) -> tuple[PortalLine, ...]:
        return tuple(one for one in self.portals if one.verdict is SiteVerdict.BLOCKED)

    @property
    def title(self) -> str:
        what = "疑点复看" if self.looks else "夜间巡查"
        if not self.counted:
            return f"{self.city}{what} {self.day}：作废（自检不合格）"
        held = "，待人工决定" if self.state is NightState.HELD else ""
        held = "，未走完" if self.state is NightState.PAUSED else held
        return (
            f"{self.city}{what} {self.day}{held}：新增 {self.new}，确认 {self.confirmed}，恢复 {self.healed}，"
            f"未到达 {len(self.not_reached)}"
        )


def compose(
    night: Night,
    *,
    city_name: str,
    unit_names: Mapping[str, str],
    results: Mapping[int, VisitResult],
    changes: Mapping[int, Changes],
    news: str = "",
    duties: Sequence[str] = (),
    sealed: str = "",
    alarms: Sequence[str] = (),
) -> Digest:
    """What is told of a night; ``results`` and ``changes`` by audit."""
    portals = tuple(_line(visit, unit_names.get(visit.unit, visit.unit), results, changes) for visit in night.visits)
    failed = tuple(dict.fromkeys(one.told for one in night.checks if not one.passed))
    return Digest(
        night=night.id,
        city=city_name,
        day=night.day,
        state=night.state,
        why=night.told,
        began=night.began,
        ended=night.ended,
        portals=portals,
        failed_checks=failed,
        news=news,
        duties=tuple(duties),
        sealed=sealed,
        alarms=tuple(alarms),
        braked=tuple(
            f"{unit_names.get(one.unit, one.unit)}（{one.url}）{changes[one.audit].held}"
            for one in night.visits
            if one.audit is not None and one.audit in changes and changes[one.audit].held
        ),
        looks=night.scope is WindowScope.SUSPECTS,
    )


def _line(
    visit: PortalVisit, name: str, results: Mapping[int, VisitResult], changes: Mapping[int, Changes]
) -> PortalLine:
    result = results.get(visit.audit) if visit.audit is not None and visit.state == "done" else None
    if result is None:
        outcome = _VISIT_WORDS.get(visit.state, "没有结论")
        return PortalLine(visit.unit, name, visit.url, outcome, False, None, 0, 0, (), (), False, False, visit.told)
    changed, first = changes.get(result.audit_id, Changes()), is_first(result)
    new = () if first else tuple(one.message for one in changed.new)
    healed = tuple(one.message for one in changed.healed)
    shut = result.verdict is SiteVerdict.UNREACHABLE and bool(new)
    return PortalLine(
        unit=visit.unit,
        name=name,
        url=visit.url,
        outcome=_SITE_WORDS[result.verdict],
        reached=True,
        verdict=result.verdict,
        pages=result.counts.pages,
        standing=changed.standing,
        new=new,
        healed=healed,
        worse=shut or len(new) > len(healed),
        first=first,
        told=visit.told,
        confirmed=tuple(one.message for one in changed.confirmed),
    )


def digest_text(digest: Digest) -> str:
    """The digest as plain text, for a message."""
    lines = [digest.title, f"第 {digest.night} 夜，{digest_span(digest)}，{STATE_WORDS[digest.state]}。{digest.why}"]
    lines += [f"警报：{one}" for one in digest.alarms]
    if digest.failed_checks:
        lines += ["", "自检："] + [f"  {one}" for one in digest.failed_checks]
    if not digest.counted:
        lines += ["", "这一夜看到的异常不计入任何发现，也不列出。"]
    else:
        lines += _kind(
            "新增（疑点，须在多次巡查中确认）", [(one.name, text) for one in digest.portals for text in one.new]
        )
        lines += _kind(
            "确认（达到门槛，可以告知单位）", [(one.name, text) for one in digest.portals for text in one.confirmed]
        )
        lines += _kind("恢复", [(one.name, text) for one in digest.portals for text in one.healed])
        lines += _kind("变差的门户", [(one.name, f"{one.outcome}，新增 {len(one.new)} 条") for one in digest.worse])
    if digest.braked:
        lines += ["", f"读到的网页骤减的门户 {len(digest.braked)} 个，这一夜看到的不计："]
        lines += [f"  {one}" for one in digest.braked]
    lines += _kind("未到达", [(one.name, one.told or one.outcome) for one in digest.not_reached])
    if digest.duties:
        lines += ["", f"拒绝我们访问的门户，待办 {len(digest.duties)} 件："] + [
            f"  {one}" for one in digest.duties[:MAX_LINES]
        ]
    counts = Counter(one.outcome for one in digest.portals)
    told = "、".join(f"{word} {count}" for word, count in counts.items())
    lines += ["", f"门户 {len(digest.portals)} 个：{told}" if told else "没有到期的门户"]
    if digest.counted and (first := [one for one in digest.portals if one.first]):
        lines.append(f"其中首次巡查 {len(first)} 个，没有往夜可比；现有疑点 {sum(one.standing for one in first)} 条")
    if digest.news:
        lines.append(f"新闻：{digest.news}")
    if digest.sealed:
        lines.append(f"证据清单 SHA-256：{digest.sealed}")
    return "\n".join(lines) + "\n"


def _kind(title: str, entries: Sequence[tuple[str, str]]) -> list[str]:
    if not entries:
        return []
    lines = ["", f"{title} {len(entries)}："]
    lines += [f"  {name}：{text}" for name, text in entries[:MAX_LINES]]
    return [*lines, f"  …另有 {len(entries) - MAX_LINES} 条"] if len(entries) > MAX_LINES else lines


def digest_span(digest: Digest) -> str:
    """From when to when a night ran."""
    began = digest.began.astimezone(SHANGHAI)
    if digest.ended is None:
        return f"{began:%m-%d %H:%M} 开始"
    return f"{began:%m-%d %H:%M} 至 {digest.ended.astimezone(SHANGHAI):%m-%d %H:%M}"


def digest_html(digest: Digest) -> str:
    """The digest as one HTML page that loads nothing."""
    return render("digest.html", digest=digest, span=digest_span(digest), states=STATE_WORDS, most=MAX_LINES)


def render(name: str, **values: object) -> str:
    """A page of this package's templates, everything escaped."""
    environment = Environment(
        loader=PackageLoader("services.night"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["web_address"] = _web_address
    return environment.get_template(name).render(**values)


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""
