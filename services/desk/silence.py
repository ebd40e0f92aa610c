"""Suppressions made and lifted at the desk, with a line in the log."""

from datetime import date, datetime
from typing import Final

from checks.life import LOCAL
from checks.registry import CHECKS
from records.desk import FindingCard
from records.sightings import Suppression
from services.desk.decide import FlagDesk, Who
from services.review_finding import one_line
from services.schemes import WrongCallError
from services.suppress_findings import LONGEST
from storage.audits import site_key
from storage.database import transaction
from storage.suppressions import SuppressionRepository

#: The lists of suppressions: name and title.
LISTS: Final = {"holding": "有效", "ending": "即将到期", "over": "已到期或解除", "all": "全部"}


def make_one(
    desk: FlagDesk, *, subject: str, site: str, check: str, why: str, until: date | None, who: Who, at: datetime
) -> Suppression:
    """``subject`` is an address, or the id of a finding; ``site`` the portal's address, needed for an address that no
    finding speaks of.  ``WrongCallError`` with what is missing."""
    subject, site, why = one_line(subject), one_line(site), one_line(why)
    today = at.astimezone(LOCAL).date()
    if not subject:
        raise WrongCallError("请写明抑制哪一项：发现的编号，或一个地址")
    if not why:
        raise WrongCallError("抑制须写明理由")
    if until is None or not today <= until <= today + LONGEST:
        raise WrongCallError(f"抑制须有截止日，在 {today} 至 {today + LONGEST} 之间")
    if check and check not in {one.id for one in CHECKS}:
        raise WrongCallError(f"不认识的检查 {check!r}")
    key = _site_of(desk, subject, site)
    suppressions = SuppressionRepository(desk.cards.engine)
    with transaction(desk.cards.engine) as connection:
        made = suppressions.add_within(
            connection, site=key, check=check or None, subject=subject, reason=why, owner=who.name, begins=today,
            ends=until,
        )  # fmt: skip
        desk.log.add_within(
            connection, at=at, by=who.login, role=who.role, action="make_suppression", subject=f"{key} {subject}",
            told=f"抑制 {subject} 到 {until}：{why}",
            detail={"number": made.id, "check": check, "until": until.isoformat()},
        )  # fmt: skip
    return made


def lift_one(desk: FlagDesk, number: int, *, why: str, who: Who, at: datetime) -> Suppression:
    """``WrongCallError`` without a reason; ``StorageError`` where it was lifted before."""
    why = one_line(why)
    if not why:
        raise WrongCallError("解除抑制须写明理由")
    suppressions = SuppressionRepository(desk.cards.engine)
    with transaction(desk.cards.engine) as connection:
        lifted = suppressions.lift_within(connection, number, by=who.name, why=why, day=at.astimezone(LOCAL).date())
        desk.log.add_within(
            connection, at=at, by=who.login, role=who.role, action="lift_suppression",
            subject=f"{lifted.site} {lifted.subject}", told=f"解除抑制 {number}：{why}", detail={"number": number},
        )  # fmt: skip
    return lifted


def _site_of(desk: FlagDesk, subject: str, site: str) -> str:
    if site:
        return site_key(site if "://" in site else f"http://{site}")
    known: FindingCard | None = desk.cards.about(subject)
    if known is not None:
        return known.site
    if "://" in subject:
        raise WrongCallError(f"没有发现说到 {subject}；要预先抑制一个地址，请填门户的网址")
    raise WrongCallError(f"没有编号为 {subject!r} 的发现")
