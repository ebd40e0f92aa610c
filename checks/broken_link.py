"""Links that lead to nothing, confirmed by a later look: one finding for one target, however many pages show it."""

from collections.abc import Iterator
from typing import Final

from checks.findings import JudgedSite, make_finding
from checks.wording import KIND_WORDS, REASON_WORDS, anchor_of, tell_attempts, tell_referrers
from records.judgement import Evidence, Finding, LinkJudgement
from records.verdicts import LinkKind, LinkReason, LinkVerdict, Severity

ID: Final = "broken_link"

# What a reader wanted to open; pictures, styles and foreign pages are worth mending and cost no points by themselves.
_WANTED: Final = (LinkKind.PAGE, LinkKind.FRAME, LinkKind.ATTACHMENT)


def find(site: JudgedSite) -> Iterator[Finding]:
    for link in site.links:
        if link.verdict is LinkVerdict.BROKEN and link.reason is not None:
            yield _finding(link, link.reason)


def _finding(link: LinkJudgement, reason: LinkReason) -> Finding:
    fact = link.fact
    wanted = fact.target.internal and fact.target.kind in _WANTED
    anchor = anchor_of(link.referrers)
    what = f"“{anchor}”所指的{KIND_WORDS[fact.target.kind]}" if anchor else KIND_WORDS[fact.target.kind]
    place = "" if fact.target.internal else "（站外地址）"
    last = fact.last
    return make_finding(
        ID,
        Severity.MAJOR if wanted else Severity.MINOR,
        fact.url,
        f"{what}{place}打不开：{REASON_WORDS[reason]}。",
        where=tell_referrers(fact, link.referrers),
        how_seen=tell_attempts(fact.attempts),
        remedy=_remedy(reason, fact.target.internal),
        evidence=Evidence(sha256=last.sha256 if last is not None else None),
    )


def _remedy(reason: LinkReason, internal: bool) -> str:
    if reason is LinkReason.BAD_URL:
        return "更正链接地址的书写。"
    if reason is LinkReason.WRONG_CONTENT:
        return "重新上传文件，并核对链接所指的文件可以下载。"
    if not internal:
        return "核对站外地址，改为有效地址或删除该链接。"
    if reason in (LinkReason.SOFT_404, LinkReason.REDIRECTED_HOME):
        return "恢复该页面，或更正、删除指向它的链接；页面不存在时服务器应返回 404。"
    return "恢复该页面，或更正、删除指向它的链接。"
