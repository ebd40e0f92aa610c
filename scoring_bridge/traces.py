"""What a value rests on, as things that a third person can open."""

import re
from dataclasses import replace
from typing import Final

from records.indicators import Trace, TraceKind
from records.judgement import ColumnJudgement, DisclosureJudgement, Finding
from records.news import NewsEvent
from scoring_bridge.watch import Look

_PLACE: Final = re.compile(r"巡查 (\d+)")


def _place(look: Look) -> str:
    return f"巡查 {look.audit_id}"


def audit_of(trace: Trace) -> int | None:
    """The audit that a trace of this module was taken from, as its place says."""
    found = _PLACE.match(trace.place)
    return int(found[1]) if found is not None else None


def finding_trace(finding: Finding, look: Look, why: str) -> Trace:
    """The finding with its address, the hash of the body, its place in the WARC file and its picture."""
    evidence = finding.evidence
    place = [_place(look)]
    if evidence.warc:
        place.append(f"WARC {evidence.warc}" + (f" 偏移 {evidence.offset}" if evidence.offset is not None else ""))
    if evidence.screenshot:
        place.append(f"截图 {evidence.screenshot}")
    return Trace(
        kind=TraceKind.FINDING,
        ref=finding.id,
        title=f"{finding.message.rstrip('。')}（{why}）" if why else finding.message,
        url=finding.subject.partition("#")[0],
        sha256=evidence.sha256,
        seen_at=look.audit.finished_at,
        place="；".join(place),
    )


def disclosure_trace(row: DisclosureJudgement, name: str, look: Look) -> Trace:
    """A page on which a required disclosure stands."""
    title = f"{name}：{row.title}" if row.title else name
    return Trace(
        TraceKind.PAGE, row.requirement.value, title, row.url, seen_at=look.audit.finished_at,
        place=_place(look),
    )  # fmt: skip


def audit_trace(look: Look) -> Trace:
    """An audit as a whole: what "none found" rests on."""
    counts = look.audit.counts
    looked = f"读网页 {counts.pages} 个，查地址 {counts.addresses} 个"
    title = f"{look.audit.site_name or look.portal}：{looked}，未见计入的此类问题"
    return Trace(
        TraceKind.PAGE, f"audit:{look.audit_id}", title, look.portal, seen_at=look.audit.finished_at,
        place=_place(look),
    )  # fmt: skip


def column_trace(column: ColumnJudgement, look: Look) -> Trace:
    newest = f"最新 {column.fact.newest}" if column.fact.newest is not None else "未见日期"
    return Trace(
        TraceKind.PAGE, column.fact.url, f"栏目“{column.fact.name}”：{newest}，{column.fact.items} 条", column.fact.url,
        seen_at=look.audit.finished_at, place=_place(look),
    )  # fmt: skip


def event_trace(event: NewsEvent, why: str) -> Trace:
    day = f"{event.first_day} " if event.first_day is not None else ""
    title = f"{day}{event.title}（{len(event.articles)} 篇报道；{why}）"
    return Trace(TraceKind.EVENT, event.id, title)


def with_reason(trace: Trace, reason: str) -> Trace:
    return replace(trace, title=f"{trace.title}（{reason}）")
