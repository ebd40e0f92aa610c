"""Findings, their lives and their reviews for people and programs."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from checks.life import BAND_NAMES, LOCAL
from records.review import FindingReview
from records.sightings import FindingLife, FindingStep, Sight, Sighting, Step, Suppression
from services.finding_list import LIFE_NAMES, REVIEW_NAMES, FindingList, ListedFinding
from services.reports.titles import check_title
from services.reports.wording import SEVERITY, clean, clock
from services.reports.workbook import Link, SheetColumn, write_table
from storage.canonical import canonical_json

SCHEMA: Final = "chengjian.findings/1"
SUPPRESSIONS: Final = "chengjian.suppressions/1"

SIGHT_NAMES: Final = {Sight.FAULT: "看到问题", Sight.HEALED: "正常", Sight.UNKNOWN: "看不出"}
STEP_NAMES: Final = {
    Step.NOTIFIED: "告知单位",
    Step.REVIEW_ASKED: "单位申诉",
    Step.UPHELD: "复核维持",
    Step.WITHDRAWN: "复核撤销",
    Step.CLOSED: "期满无申诉，定案",
}


def findings_text(listed: FindingList) -> str:
    """One line each, by portal; then what is not shown."""
    lines: list[str] = []
    site = ""
    for one in listed.found:
        if one.site != site:
            site = one.site
            lines.append(f"{clean(one.site_name)}（{one.site}）{_of_audit(one)}")
        told = f"  {one.finding.id} [{SEVERITY[one.finding.severity]}] {one.standing} {one.finding.message}"
        lines.append(clean(told + _beside(one)))
    lines.append(f"共 {len(listed.found)} 项" + _not_shown(listed))
    return "\n".join(lines) + "\n"


def _of_audit(one: ListedFinding) -> str:
    return f"巡查 {one.audit_id}，判断日 {one.as_of}" if one.as_of is not None else "最近的巡查没有问题"


def _beside(one: ListedFinding) -> str:
    if not one.watched:
        return ""
    life = one.life
    parts = []
    if life.since is not None:
        parts.append(f"自 {clock(life.since)}")
    if life.fails_when:
        parts.append(life.fails_when)
    if life.lacking:
        parts.append(f"还差：{life.lacking}")
    return f"（{'；'.join(parts)}）" if parts else ""


def _not_shown(listed: FindingList) -> str:
    beside = []
    if listed.suppressed:
        beside.append(f"{listed.suppressed} 项已抑制（chengjian findings suppressions）")
    if listed.recovered:
        beside.append(f"{listed.recovered} 项已恢复（--state recovered）")
    return f"，另有 {'、'.join(beside)}" if beside else ""


def findings_json(listed: FindingList) -> bytes:
    document = {
        "schema": SCHEMA,
        "findings": [_document(one) for one in listed.found],
        "not_shown": {"suppressed": listed.suppressed, "recovered": listed.recovered},
    }
    return canonical_json(document) + b"\n"


def finding_detail(one: ListedFinding, history: Sequence[FindingReview], steps: Sequence[FindingStep]) -> str:
    finding = one.finding
    evidence = finding.evidence
    lines = [
        f"{finding.id} {check_title(finding.check)} [{SEVERITY[finding.severity]}] {one.standing}",
        finding.message,
        f"门户：{one.site_name}（{one.site}），{_of_audit(one)}",
        f"对象：{finding.subject}",
    ]
    told = (
        ("位置", finding.where),
        ("怎样看到", finding.how_seen),
        ("整改", finding.remedy),
        ("首次看到", str(finding.since or "")),
        ("sha256", evidence.sha256 or ""),
        ("WARC", f"{evidence.warc} 偏移 {evidence.offset}" if evidence.warc else ""),
        ("截图", evidence.screenshot or ""),
    )
    lines += [f"{word}：{text}" for word, text in told if text]
    lines += _life_lines(one)
    lines += [f"复核：{clock(r.at)} {r.by} {REVIEW_NAMES[r.state]}{'：' + r.why if r.why else ''}" for r in history]
    lines += [f"办理：{clock(s.at)} {s.by} {STEP_NAMES[s.step]}{'：' + s.why if s.why else ''}" for s in steps]
    return clean("\n".join(lines)) + "\n"


def _life_lines(one: ListedFinding) -> list[str]:
    life = one.life
    lines = []
    if one.watched:
        lines.append(f"状态：{LIFE_NAMES[life.state]}" + (f"，自 {clock(life.since)}" if life.since else ""))
        if life.confirmed_at is not None:
            lines.append(f"达到确认门槛：{clock(life.confirmed_at)}")
        if life.lacking:
            lines.append(f"还差：{life.lacking}")
    if life.healed_at is not None:
        lines.append(f"恢复：{clock(life.healed_at)}")
    if life.fails_when:
        lines.append(f"规律：{life.fails_when}")
    if life.suppression is not None and life.suppression.id:
        lines.append(f"抑制：{suppression_line(life.suppression)}")
    lines += [
        f"此前：{clock(past.since)} 至 {clock(past.last_seen)} 看到 {past.tries} 次，{clock(past.healed_at)} 恢复"
        + ("（曾达到确认门槛）" if past.confirmed_at is not None else "")
        for past in life.earlier
    ]
    return lines + [f"历次：{_sighting_line(seen)}" for seen in life.sightings]


def _sighting_line(seen: Sighting) -> str:
    where = f"第 {seen.night} 夜" if seen.night is not None else "人工巡查"
    aside = "，该夜作废，不计" if seen.voided else "，该夜未判定有效，不计" if not seen.counts else ""
    return f"{clock(seen.at)} {BAND_NAMES[seen.band]} {where} {SIGHT_NAMES[seen.sight]}{aside}（{seen.told}）"


def finding_detail_json(one: ListedFinding, history: Sequence[FindingReview], steps: Sequence[FindingStep]) -> bytes:
    document = {**_document(one), "history": history, "steps": steps}
    return canonical_json({"schema": SCHEMA, "findings": [document]}) + b"\n"


def _document(one: ListedFinding) -> Mapping[str, Any]:
    return {
        "site": one.site,
        "site_name": one.site_name,
        "audit": one.audit_id,
        "as_of": one.as_of,
        "finding": one.finding,
        "state": one.review.state.value if one.review is not None else "open",
        "review": one.review,
        "watched": one.watched,
        "current": one.current,
        "life": _life_document(one.life),
    }


def _life_document(life: FindingLife) -> Mapping[str, Any]:
    return {
        "state": life.state,
        "since": life.since,
        "last_seen": life.last_seen,
        "healed_at": life.healed_at,
        "confirmed_at": life.confirmed_at,
        "confirmed_by": life.confirmed_by or None,
        "tries": life.tries,
        "lacking": life.lacking or None,
        "fails_when": life.fails_when or None,
        "suppression": life.suppression,
        "earlier": life.earlier,
        "sightings": life.sightings,
    }


def suppression_line(one: Suppression) -> str:
    told = f"{one.owner}，{one.begins} 至 {one.ends}：{one.reason}"
    if one.lifted is not None:
        told += f"（{one.lifted} 由 {one.lifted_by} 解除：{one.lifted_why}）"
    return told


def suppressions_text(found: Sequence[Suppression], today: date) -> str:
    lines = []
    for one in found:
        state = "有效" if one.holds_on(today) else "未生效" if today < one.begins else "已失效"
        what = f"{one.subject}" + (f"（{check_title(one.check)}）" if one.check else "")
        lines.append(clean(f"{one.id} {state} {one.site} {what} {suppression_line(one)}"))
    lines.append(f"共 {len(found)} 条")
    return "\n".join(lines) + "\n"


def suppressions_json(found: Sequence[Suppression], today: date) -> bytes:
    rows = [{"holds": one.holds_on(today), "suppression": one} for one in found]
    return canonical_json({"schema": SUPPRESSIONS, "suppressions": rows}) + b"\n"


_NOTICE: Final = (
    SheetColumn("编号", 18),
    SheetColumn("问题", 14),
    SheetColumn("网站", 24),
    SheetColumn("说明", 48),
    SheetColumn("地址", 48),
    SheetColumn("位置", 30),
    SheetColumn("怎样看到", 40),
    SheetColumn("首次看到", 18),
    SheetColumn("历次看到", 60),
    SheetColumn("时段规律", 20),
    SheetColumn("整改建议", 40),
)


def write_notice(found: Sequence[ListedFinding], path: Path) -> None:
    """The list that goes to the unit, as a workbook.  Raises OSError."""
    rows = [
        (
            one.finding.id,
            check_title(one.finding.check),
            one.site_name,
            one.finding.message,
            Link(one.finding.subject),
            one.finding.where,
            one.finding.how_seen,
            clock(one.life.since) if one.life.since is not None else "",
            "；".join(_when(seen) for seen in _counted(one)),
            one.life.fails_when,
            one.finding.remedy,
        )
        for one in found
    ]
    write_table(path, "问题告知", _NOTICE, rows)


def _counted(one: ListedFinding) -> list[Sighting]:
    since = one.life.since
    return [
        seen
        for seen in one.life.sightings
        if seen.sight is Sight.FAULT
        and seen.counts
        and seen.night is not None
        and since is not None
        and seen.at >= since
    ]


def _when(seen: Sighting) -> str:
    return f"{seen.at.astimezone(LOCAL):%m-%d %H:%M}"
