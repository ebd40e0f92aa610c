"""Links that work and lead to something else: expired domains in other hands, injected spam."""

from collections.abc import Iterator
from typing import Final

from checks.attempts import LinkContext
from checks.findings import JudgedSite, make_finding
from checks.links import counted_attempts, is_confirmed
from checks.wording import anchor_of, tell_attempts, tell_referrers
from records.judgement import Evidence, Finding
from records.verdicts import LinkVerdict, PageVerdict, Severity

ID: Final = "hijacked_link"


def find(site: JudgedSite) -> Iterator[Finding]:
    context = LinkContext(finished_at=site.facts.finished_at)
    for link in site.links:
        if link.verdict is not LinkVerdict.OK:
            continue
        attempts = counted_attempts(link.fact)
        if not attempts or any(attempt.page_verdict is not PageVerdict.HIJACKED for attempt in attempts):
            continue
        anchor = anchor_of(link.referrers)
        confirmed = is_confirmed(attempts, context)
        yield make_finding(
            ID,
            Severity.MAJOR if confirmed else Severity.NOTICE,
            link.fact.url,
            f"{f'“{anchor}”所指的' if anchor else ''}页面已变为与网站无关的内容，疑似域名被他人注册或页面被篡改。",
            where=tell_referrers(link.fact, link.referrers),
            how_seen=tell_attempts(link.fact.attempts),
            remedy="立即删除该链接；如为本单位域名，请收回域名并清除被篡改的内容。",
            evidence=Evidence(sha256=attempts[-1].sha256),
        )
