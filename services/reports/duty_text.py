"""The duties of blocked portals for people and programs."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from records.duties import Duty, DutyAction
from services.reports.wording import clean, clock
from storage.canonical import canonical_json

SCHEMA: Final = "chengjian.duties/1"
ACTION_NAMES: Final = {
    DutyAction.OPENED: "开出",
    DutyAction.LETTER: "拟函",
    DutyAction.LOOKED: "人工查看",
    DutyAction.CLOSED: "办结",
}


def duties_text(found: Sequence[Duty], today: date) -> str:
    lines: list[str] = []
    for one in found:
        lines.append(clean(f"{one.id} {_standing(one, today)} {one.url}：{one.told}"))
        lines += [
            clean(
                f"    {clock(entry.at)} {entry.by} {ACTION_NAMES[entry.action]}"
                + (f"：{entry.note}" if entry.note else "")
                + (f"（{entry.name}，sha256 {entry.sha256}）" if entry.sha256 else "")
            )
            for entry in one.entries
            if entry.action is not DutyAction.OPENED
        ]
    lines.append(f"共 {len(found)} 项")
    return "\n".join(lines) + "\n"


def _standing(one: Duty, today: date) -> str:
    if one.closed is not None:
        return "已办结"
    if one.looked:
        return "已查看，仍拒绝访问"
    return f"待查看（{one.due} 前）" if today <= one.due else f"逾期未查看（应在 {one.due} 前）"


def duties_json(found: Sequence[Duty], today: date) -> bytes:
    rows = [{**_plain(one), "overdue": one.closed is None and not one.looked and today > one.due} for one in found]
    return canonical_json({"schema": SCHEMA, "duties": rows}) + b"\n"


def _plain(one: Duty) -> dict[str, object]:
    return {
        "id": one.id,
        "site": one.site,
        "unit": one.unit,
        "url": one.url,
        "opened": one.opened,
        "due": one.due,
        "told": one.told,
        "night": one.night,
        "audit": one.audit,
        "closed": one.closed,
        "entries": one.entries,
    }
