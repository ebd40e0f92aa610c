"""cities/<name>/watch.yml → WatchPlan, with all that is wrong with it at once."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, time
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from extract.addresses import is_address
from records.watch import (
    Canary,
    HealthNumbers,
    KnownName,
    Maintenance,
    Pace,
    Rhythm,
    WatchPlan,
    Window,
    WindowScope,
)
from scoring.tree import Fault, Fields, brief, read_tree
from services.night.hours import SHANGHAI

FORMAT: Final = "chengjian.watch/1"
AT_ONCE: Final = "结束即发"
WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_LISTS: Final = ("windows", "canaries", "portals", "maintenance", "own_page")
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_NAME: Final = re.compile(r"(?:\{token\}|[a-z0-9_-]+)(?:\.[a-z0-9_-]+)*\.?", re.I)
_NO_PACE: Final = Pace(1.0, 1, 1, 1.0)
_NO_NUMBERS: Final = HealthNumbers(0, 1, 1, 1, 1, 1, 0, 1, 0, 1, 1)


@dataclass(frozen=True, slots=True)
class WatchReading:
    plan: WatchPlan | None  # None where there are faults
    faults: tuple[Fault, ...]


#: The plan that nothing has been read into: the defaults give every word.
NOTHING: Final = WatchPlan(
    windows=(), rhythms=(), maintenance=(), canaries=(), impossible_names=(), known_names=(), own_page="",
    health=_NO_NUMBERS, pace=_NO_PACE, parallel=1, recheck_after=0, memory_mb=1, restarts=0, disk_mb=0,
    windows_at_most=1, news=False, news_minutes=1.0, news_rate=1.0, check_minutes=1.0, digest=True, report_at=None,
    deadline=time(8), policy="",
)  # fmt: skip


def parse_watch(
    text: str,
    source: str,
    *,
    base: WatchPlan,
    units: Collection[str] | None = None,
    policies: Collection[str] = (),
) -> WatchReading:
    """Read a watch.yml over ``base``.  ``units``: ids of the registry, None where they are not to be compared."""
    faults: list[Fault] = []
    root = Fields(read_tree(text, source, faults), "", faults)
    plan = base
    if root.node.items:
        if root.text("format") != FORMAT:
            root.fault("format", f"format 应为 {FORMAT}")
        for word in _LISTS:
            root.is_text(word, "")  # asked for, so that a slip of the pen finds them
        plan = _plan(root, base, units, policies)
        root.close()
    if faults:
        return WatchReading(None, tuple(sorted(set(faults))))
    return WatchReading(plan, ())


def _plan(root: Fields, base: WatchPlan, units: Collection[str] | None, policies: Collection[str]) -> WatchPlan:
    plan = base
    if root.has("windows"):
        plan = replace(plan, windows=_windows(root))
    if (pace := root.sub("pace", "pace", required=False)) is not None:
        plan = replace(plan, pace=_pace(pace, plan.pace))
        pace.close()
    if (run := root.sub("run", "run", required=False)) is not None:
        plan = _run(run, plan, policies)
    if (news := root.sub("news", "news", required=False)) is not None:
        plan = replace(
            plan,
            news=news.flag("enabled", plan.news),
            news_minutes=_number(news, "max_minutes", plan.news_minutes, "0.01"),
            news_rate=_number(news, "rate", plan.news_rate, "0.01"),
        )
        news.close()
    if (health := root.sub("health", "health", required=False)) is not None:
        plan = replace(plan, health=_numbers(health, plan.health))
        health.close()
    if root.has("canaries"):
        plan = replace(plan, canaries=tuple(_canary(one) for one in root.entries("canaries")))
        if not any(not canary.gone for canary in plan.canaries):
            root.fault("canaries", "canaries 中至少要有一个正常应答的站点（不带 gone: true）")
    if root.has("own_page"):
        plan = replace(plan, own_page=_address(root, "own_page"))
    if (resolver := root.sub("resolver", "resolver", required=False)) is not None:
        plan = _resolver(resolver, plan)
    if (report := root.sub("report", "report", required=False)) is not None:
        deadline = _clock(report, "deadline") if report.has("deadline") else plan.deadline
        report_at = plan.report_at
        if report.has("at"):
            report_at = None if report.is_text("at", AT_ONCE) else _clock(report, "at")
        plan = replace(plan, digest=report.flag("digest", plan.digest), report_at=report_at, deadline=deadline)
        report.close()
    if root.has("portals"):
        plan = replace(plan, rhythms=tuple(_rhythm(one, plan.pace, units) for one in root.entries("portals")))
        _refuse_doubles(root, plan.rhythms)
    if root.has("maintenance"):
        plan = replace(plan, maintenance=tuple(_maintenance(one, units) for one in root.entries("maintenance")))
    return plan


def _refuse_doubles(root: Fields, rhythms: tuple[Rhythm, ...]) -> None:
    keys = [(one.unit, one.url) for one in rhythms]
    for key in {one for one in keys if keys.count(one) > 1}:
        root.fault("portals", f"portals 中 {key[1] or key[0]} 写了两次")


def _windows(fields: Fields) -> tuple[Window, ...]:
    windows = []
    for entry in fields.entries("windows"):
        opens, closes = _clock(entry, "opens"), _clock(entry, "closes")
        if opens == closes and entry.has("opens") and entry.has("closes"):
            entry.fault("closes", "opens 与 closes 相同：全天请写 00:00 到 23:59")
        days = tuple(range(7))
        if entry.has("days"):
            names = entry.texts("days")
            for name in names:
                if name not in WEEKDAYS:
                    entry.fault("days", f"不认识的 days：{brief(name)}，可用：{'、'.join(WEEKDAYS)}")
            days = tuple(sorted(WEEKDAYS.index(name) for name in names if name in WEEKDAYS))
        scope = WindowScope(entry.choice("for", [one.value for one in WindowScope], WindowScope.ALL.value))
        entry.close()
        windows.append(Window(opens, closes, days, scope))
    return tuple(windows)


def _clock(fields: Fields, word: str) -> time:
    text = fields.text(word)
    found = _CLOCK.fullmatch(text)
    if found is None:
        if text:
            fields.fault(word, f'{word} 应为带引号的时刻，如 "20:00"，得到 {brief(text)!r}')
        return time(0)
    return time(int(found[1]), int(found[2]))


def _number(fields: Fields, word: str, default: float, low: str, high: str | None = None) -> float:
    fallback = Decimal(str(default))
    bound = None if high is None else Decimal(high)
    return float(fields.decimal(word, fallback, low=Decimal(low), high=bound))


def _pace(fields: Fields, base: Pace) -> Pace:
    return Pace(
        rate=_number(fields, "rate", base.rate, "0.01", "1000"),
        concurrency=min(fields.integer("concurrency", base.concurrency, low=1), 64),
        max_pages=fields.integer("max_pages", base.max_pages, low=1),
        max_minutes=_number(fields, "max_minutes", base.max_minutes, "0.01"),
    )


def _run(fields: Fields, base: WatchPlan, policies: Collection[str]) -> WatchPlan:
    policy = fields.text("policy", base.policy)
    if policies and policy not in policies:
        fields.fault("policy", f"没有名为 {brief(policy)} 的评判口径，可用：{'、'.join(policies)}")
    plan = replace(
        base,
        parallel=fields.integer("parallel", base.parallel, low=1),
        recheck_after=_number(fields, "recheck_after", base.recheck_after, "0"),
        memory_mb=fields.integer("memory_mb", base.memory_mb, low=64),
        restarts=fields.integer("restarts", base.restarts),
        disk_mb=fields.integer("disk_mb", base.disk_mb),
        windows_at_most=fields.integer("windows_at_most", base.windows_at_most, low=1),
        check_minutes=_number(fields, "check_minutes", base.check_minutes, "0.01"),
        policy=policy,
    )
    fields.close()
    return plan


def _numbers(fields: Fields, base: HealthNumbers) -> HealthNumbers:
    return HealthNumbers(
        canaries_up=_number(fields, "canaries_up", base.canaries_up, "0.01", "1"),
        canary_tries=fields.integer("canary_tries", base.canary_tries, low=1),
        canary_seconds=_number(fields, "canary_seconds", base.canary_seconds, "0.01"),
        clock_seconds=_number(fields, "clock_seconds", base.clock_seconds, "1"),
        unreachable_share=_number(fields, "unreachable_share", base.unreachable_share, "0.01", "1"),
        unreachable_least=fields.integer("unreachable_least", base.unreachable_least, low=1),
        pages_share=_number(fields, "pages_share", base.pages_share, "0", "1"),
        findings_factor=_number(fields, "findings_factor", base.findings_factor, "1"),
        findings_least=fields.integer("findings_least", base.findings_least),
        nights=fields.integer("nights", base.nights, low=1),
        nights_least=fields.integer("nights_least", base.nights_least, low=1),
    )


def _canary(fields: Fields) -> Canary:
    canary = Canary(_address(fields, "url"), fields.flag("gone", False), fields.text("contains", ""))
    if canary.gone and canary.contains:
        fields.fault("contains", "gone: true 的页面应当不存在，不能再要求 contains")
    fields.close()
    return canary


def _address(fields: Fields, word: str) -> str:
    url = fields.text(word)
    if url and (urlsplit(url).scheme not in ("http", "https") or not is_address(url)):
        fields.fault(word, f"{word} 应为 http:// 或 https:// 开头的网址，得到 {brief(url)}")
    return url


def _resolver(fields: Fields, base: WatchPlan) -> WatchPlan:
    names = fields.texts("impossible") if fields.has("impossible") else base.impossible_names
    for name in names:
        if not _NAME.fullmatch(name) or "{token}" not in name:
            fields.fault("impossible", f"impossible 中的 {brief(name)} 应为带 {{token}} 的主机名，如 {{token}}.invalid")
    known = base.known_names
    if fields.has("known"):
        known = ()
        for entry in fields.entries("known"):
            known = (*known, KnownName(entry.text("name"), entry.texts("addresses")))
            entry.close()
    fields.close()
    return replace(base, impossible_names=tuple(names), known_names=known)


def _known_unit(fields: Fields, unit: str, units: Collection[str] | None) -> None:
    if unit and units is not None and unit not in units:
        fields.fault("unit", f"登记表中没有编号为 {brief(unit)} 的单位")


def _rhythm(fields: Fields, pace: Pace, units: Collection[str] | None) -> Rhythm:
    unit = fields.text("unit")
    fields.where = unit or fields.where
    _known_unit(fields, unit, units)
    own = fields.sub("pace", f"{fields.where} pace", required=False)
    rhythm = Rhythm(
        unit=unit,
        url=_address(fields, "url") if fields.has("url") else "",
        every_days=fields.integer("every_days", 1, low=1),
        windows=_windows(fields) if fields.has("windows") else (),
        pace=_pace(own, pace) if own is not None else None,
        why=fields.text("why", ""),
    )
    if own is not None:
        own.close()
    fields.close()
    return rhythm


def _maintenance(fields: Fields, units: Collection[str] | None) -> Maintenance:
    unit = fields.text("unit", "")
    _known_unit(fields, unit, units)
    begins, ends = _moment(fields, "begins"), _moment(fields, "ends")
    if begins is not None and ends is not None and ends <= begins:
        fields.fault("ends", "ends 应在 begins 之后")
    why = fields.text("why")
    fields.close()
    nothing = datetime(2000, 1, 1, tzinfo=SHANGHAI)
    return Maintenance(unit, begins or nothing, ends or nothing, why)


def _moment(fields: Fields, word: str) -> datetime | None:
    text = fields.text(word)
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    except ValueError:
        if text:
            fields.fault(word, f'{word} 应写作 "2026-11-25 22:00"（北京时间），得到 {brief(text)!r}')
        return None
