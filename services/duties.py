"""A portal that refuses us: no points, and a task for people (ANCHORS §2a F3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from checks.life import LOCAL
from records.duties import Duty, DutyAction, DutyEntry
from records.judgement import Finding
from records.verdicts import SiteVerdict
from records.work_calendar import UnknownYearError, WorkCalendar
from services.review_finding import one_line
from services.schemes import WrongCallError
from storage.audit_results import JudgedAudit
from storage.duties import DutyClosedError, DutyRepository, Within
from storage.evidence_store import EvidenceStore

#: Working days in which a person should look; typical circulars give ten for a remedy (ANCHORS §6), a look takes half.
LOOK_WITHIN: Final = 5
MOST_BYTES: Final = 20 * 1024 * 1024
_PICTURES: Final = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"%PDF-": "PDF"}
SAW: Final = {"works": "可以正常打开", "broken": "同样打不开", "blocked": "同样被拦截"}


@dataclass(frozen=True, slots=True)
class DutyKeeper:
    """Opens the duty of a portal that refused an audit, and closes it when the portal answers again."""

    duties: DutyRepository
    calendar: WorkCalendar
    unit_of: Callable[[str], str]  # registry id of the unit behind an address, empty where there is none

    def read(self, kept: JudgedAudit, night: int | None) -> None:
        """What one judged audit means.  Reading it again changes nothing."""
        ended = datetime.fromisoformat(kept.audit.finished_at)
        refused = [one for one in kept.audit.findings if _refused(one, kept)]
        if refused:
            told = "；".join(
                f"{one.message.rstrip('。')}（{one.how_seen}）" if one.how_seen else one.message for one in refused
            )
            self.duties.open(
                site=kept.site,
                unit=self.unit_of(kept.audit.site_url),
                url=kept.audit.site_url,
                at=ended,
                due=due_day(ended.astimezone(LOCAL).date(), self.calendar),
                told=told,
                night=night,
                audit=kept.audit_id,
            )
        elif kept.audit.site_verdict is SiteVerdict.REACHABLE:
            standing = self.duties.open_at(kept.site)
            if standing is not None and standing.opened < ended:
                entry = DutyEntry(DutyAction.CLOSED, "程序", ended, f"巡查 {kept.audit_id} 已能正常访问")
                self.duties.add(standing.id, entry)


def _refused(finding: Finding, kept: JudgedAudit) -> bool:
    if finding.check == "site_blocked":
        return True
    host = urlsplit(kept.audit.site_url).hostname
    return finding.check == "blocked_link" and urlsplit(finding.subject).hostname == host


def due_day(opened: date, calendar: WorkCalendar) -> date:
    """By when a person should look; a week where the calendar does not know the year."""
    try:
        return calendar.add_working_days(opened, LOOK_WITHIN)
    except UnknownYearError:
        return opened + timedelta(days=7)


def look(
    duties: DutyRepository,
    pictures: EvidenceStore,
    number: int,
    *,
    picture: bytes,
    name: str,
    saw: str,
    note: str,
    by: str,
    at: datetime,
    within: Within | None = None,
) -> Duty:
    """Keep what a person saw in an ordinary browser, with the picture under its hash.

    ``within`` as in ``DutyRepository.add``.  ``WrongCallError`` for a picture that is none, or without a name;
    ``StorageError``.
    """
    by, note = one_line(by), one_line(note)
    if not by:
        raise WrongCallError("须写明由谁查看")
    if saw not in SAW:
        known = "、".join(f"{word}（{told}）" for word, told in SAW.items())
        raise WrongCallError(f"请写明看到了什么：{known} 之一，得到 {saw!r}")
    if len(picture) > MOST_BYTES:
        raise WrongCallError(f"图片 {name} 过大（超过 {MOST_BYTES // 1024 // 1024} MB）")
    if not any(picture.startswith(mark) for mark in _PICTURES):
        raise WrongCallError(f"{name} 不是图片（{'、'.join(_PICTURES.values())}），请上传浏览器截图")
    try:
        duties.load_open(number)  # before the picture is kept: nothing would speak of it
    except DutyClosedError as closed:
        raise WrongCallError(str(closed)) from closed
    digest = pictures.put(picture)
    told = SAW[saw] + (f"：{note}" if note else "")
    return add(duties, number, DutyEntry(DutyAction.LOOKED, by, at, told, digest, one_line(name)), within)


def close(
    duties: DutyRepository, number: int, *, by: str, why: str, at: datetime, within: Within | None = None
) -> Duty:
    """``WrongCallError`` without name or reason; ``StorageError``."""
    by, why = one_line(by), one_line(why)
    if not by or not why:
        raise WrongCallError("办结任务须写明经办人和理由")
    return add(duties, number, DutyEntry(DutyAction.CLOSED, by, at, why), within)


def add(duties: DutyRepository, number: int, entry: DutyEntry, within: Within | None = None) -> Duty:
    """Keep what was done.  ``WrongCallError`` where the duty is closed: two people, or the same form twice."""
    try:
        return duties.add(number, entry, within)
    except DutyClosedError as closed:
        raise WrongCallError(str(closed)) from closed


def coverage_line(duty: Duty) -> str:
    """The sentence of the coverage statement."""
    looked = next((one for one in reversed(duty.entries) if one.action is DutyAction.LOOKED), None)
    told = (
        f"{looked.by} 于 {looked.at.astimezone(LOCAL):%Y-%m-%d} 用浏览器查看：{looked.note}"
        if looked is not None
        else f"须在 {duty.due} 前由人工用浏览器查看"
    )
    return f"网站拒绝自动访问，不作问题认定、不扣分；已列为任务 {duty.id}，{told}。"
