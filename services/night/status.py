"""How the night went, for a terminal and for a program."""

from typing import Any

from records.nights import Night
from records.watch import WindowScope
from services.night.digest import STATE_WORDS, Digest, digest_span, digest_text
from services.night.hours import SHANGHAI
from services.night.standing import Standing


def standing_lines(standing: Standing, city_name: str) -> tuple[str, ...]:
    """What is to be said of the watch beside its last night."""
    lines = []
    if standing.overdue:
        lines.append(f"警报：{standing.overdue}")
    if standing.alarm:
        lines.append(f"最近一天的警报：{standing.alarm}")
    if standing.beat is None:
        lines.append(f"{city_name}没有调度进程（chengjian serve 未运行）")
    elif not standing.alive:
        beat = standing.beat.astimezone(SHANGHAI)
        lines.append(f"调度进程 {standing.holder} 已无心跳，最后一次在 {beat:%m-%d %H:%M:%S}")
    else:
        age = max(0, round((standing.at - standing.beat).total_seconds()))
        lines.append(f"调度进程 {standing.holder}，心跳 {age} 秒前")
    if standing.next_opening is not None:
        lines.append(f"下一个窗口 {standing.next_opening.astimezone(SHANGHAI):%m-%d %H:%M} 开始")
    return tuple(lines)


def status_text(standing: Standing, digest: Digest | None, city_name: str) -> str:
    """How the last night went and what is due."""
    told = digest_text(digest) if digest is not None else f"{city_name}还没有巡查过一夜。\n"
    table = [] if digest is None else ["", *_table(digest)]
    return told + "\n".join([*table, "", *standing_lines(standing, city_name)]) + "\n"


def _table(digest: Digest) -> list[str]:
    rows = []
    for one in digest.portals:
        if one.reached and digest.counted:
            worse = "，变差" if one.worse else ""
            first = "，首次" if one.first else ""
            counts = (
                f"网页 {one.pages}，现有 {one.standing}，新增 {len(one.new)}，确认 {len(one.confirmed)}，"
                f"恢复 {len(one.healed)}{worse}{first}"
            )
        else:
            counts = f"网页 {one.pages}" if one.reached else one.told
        rows.append(f"  {one.name}（{one.url}）{one.outcome}" + (f"：{counts}" if counts else ""))
    return rows


def status_document(standing: Standing, digest: Digest | None) -> dict[str, Any]:
    """The same for a program: schema ``chengjian.status/1``."""
    return {
        "schema": "chengjian.status/1",
        "city": standing.city,
        "at": standing.at.isoformat(timespec="seconds"),
        "well": standing.well,
        "overdue": standing.overdue,
        "alarm": standing.alarm,
        "scheduler": {
            "alive": standing.alive,
            "holder": standing.holder,
            "beat": standing.beat.isoformat(timespec="seconds") if standing.beat is not None else None,
        },
        "next_opening": standing.next_opening.isoformat() if standing.next_opening is not None else None,
        "night": None if digest is None else digest_document(digest),
    }


def digest_document(digest: Digest) -> dict[str, Any]:
    """A night for a program."""
    return {
        "id": digest.night,
        "day": digest.day.isoformat(),
        "state": digest.state.value,
        "why": digest.why,
        "began": digest.began.isoformat(timespec="seconds"),
        "ended": digest.ended.isoformat(timespec="seconds") if digest.ended is not None else None,
        "new": digest.new if digest.counted else None,
        "confirmed": digest.confirmed if digest.counted else None,
        "healed": digest.healed if digest.counted else None,
        "worse": [one.url for one in digest.worse] if digest.counted else None,
        "not_reached": [one.url for one in digest.not_reached],
        "blocked": [one.url for one in digest.blocked],
        "failed_checks": list(digest.failed_checks),
        "duties": list(digest.duties),
        "news": digest.news,
        "sealed": digest.sealed,
        "braked": list(digest.braked),
        "portals": [
            {
                "unit": one.unit,
                "name": one.name,
                "url": one.url,
                "reached": one.reached,
                "site": one.verdict.value if one.verdict is not None else None,
                "pages": one.pages,
                "standing": one.standing if digest.counted else None,
                "new": list(one.new) if digest.counted else None,
                "confirmed": list(one.confirmed) if digest.counted else None,
                "healed": list(one.healed) if digest.counted else None,
                "worse": one.worse if digest.counted else None,
                "first": one.first,
                "told": one.told if digest.counted or not one.reached else "",
            }
            for one in digest.portals
        ],
    }


def night_line(night: Night) -> str:
    """A night in one line of a list."""
    done = sum(one.state == "done" for one in night.visits)
    began = night.began.astimezone(SHANGHAI)
    looks = "  （复看疑点）" if night.scope is WindowScope.SUSPECTS else ""
    return (
        f"第 {night.id} 夜  {night.day}{looks}  {STATE_WORDS[night.state]}  {began:%m-%d %H:%M} 开始  "
        f"门户 {done}/{len(night.visits)}  {night.told}"
    ).rstrip()


def night_text(night: Night, digest: Digest, log: tuple[str, ...]) -> str:
    """One night with its checks and its history."""
    lines = [
        digest_text(digest).rstrip("\n"),
        "",
        *_table(digest),
        "",
        f"{digest_span(digest)}，自检 {len(night.checks)} 项：",
    ]
    for one in night.checks:
        mark = "合格" if one.passed else ("不合格" if one.voids else "待决定")
        lines.append(f"  {one.at.astimezone(SHANGHAI):%m-%d %H:%M:%S} {one.name} {mark}：{one.told}")
    return "\n".join([*lines, "", "经过：", *(f"  {one}" for one in log)]) + "\n"
