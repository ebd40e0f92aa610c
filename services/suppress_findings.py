"""What is not to be spoken of: made, looked up, lifted, and honoured by the next audit."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from checks.life import covers
from records.judgement import SiteAudit
from records.sightings import Suppression, WatchedFinding
from services.finding_list import ListedFinding, find_finding
from services.review_finding import one_line
from services.schemes import WrongCallError
from storage.audits import site_key
from storage.suppressions import SuppressionRepository

LONGEST: Final = timedelta(days=366)  # what must stay silent for longer has to be said again, by somebody, every year


def suppress(
    listed: Iterable[ListedFinding],
    suppressions: SuppressionRepository,
    *,
    subject: str,
    site: str | None,
    check: str | None,
    reason: str,
    owner: str,
    begins: date,
    ends: date,
) -> Suppression:
    """``subject`` is the id of a finding, or an address; ``site`` is needed for an address.

    ``WrongCallError`` without reason or owner, for an end that is past or too far away, or for a finding that is none.
    """
    reason, owner, subject = one_line(reason), one_line(owner), one_line(subject)
    if not reason:
        raise WrongCallError("抑制须写明理由")
    if not owner:
        raise WrongCallError("抑制须写明由谁负责")
    if ends < begins:
        raise WrongCallError(f"截止日 {ends} 已过，抑制须至少到 {begins}")
    if ends - begins > LONGEST:
        raise WrongCallError(f"抑制最长一年，截止日不能晚于 {begins + LONGEST}；到期后可以再次抑制")
    if "://" in subject:
        key = site_key(site if site is not None and "://" in site else f"http://{site}") if site else site_key(subject)
        of_address = [one for one in listed if one.finding.subject == subject and (site is None or one.site == key)]
        if of_address:
            key = of_address[0].site
        elif site is None:
            raise WrongCallError(f"没有发现说到 {subject}；要预先抑制一个地址，请写明门户")
    else:
        key = find_finding(listed, subject).site
    return suppressions.add(
        site=key, check=check, subject=subject, reason=reason, owner=owner, begins=begins, ends=ends
    )


def honour(audit: SiteAudit, suppressions: Iterable[Suppression], day: date) -> SiteAudit:
    """The audit as it is reported: without what is suppressed, and with a sentence that says how much that is.

    What is stored keeps them: a suppression that was wrong, or is over, hides nothing that was seen.
    """
    site = site_key(audit.site_url)
    holding = [one for one in suppressions if one.holds_on(day)]
    silent = {found.id for found in audit.findings if any(covers(one, WatchedFinding(site, found)) for one in holding)}
    if not silent:
        return audit
    told = f"另有 {len(silent)} 项发现已由人工抑制，不在此列出：{'、'.join(sorted(silent))}。"
    return replace(
        audit,
        findings=tuple(one for one in audit.findings if one.id not in silent),
        gone=tuple(one for one in audit.gone if one.id not in silent),
        notes=(*audit.notes, told),
    )
