"""Where a piece of evidence is opened in the console, for whoever may open it there."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from console.acting import Actor
from console.rights import Right
from records.indicators import Trace, TraceKind
from services.reports.run_text import TRACE_NAMES
from services.rounds.rechecks import site_of
from services.run_shelf import OpenedRun


@dataclass(frozen=True, slots=True)
class TraceLine:
    """A trace as a page shows it."""

    kind: str  # Chinese
    trace: Trace
    href: str  # within the console; empty where this account has no page for it
    web: str  # the address outside, where a click on it is harmless
    points_href: str  # all the points that it moved in this run


def trace_line(actor: Actor, run: OpenedRun, trace: Trace) -> TraceLine:
    back = f"/overview/{run.head.id}/evidence?kind={trace.kind.value}&ref={quote(trace.ref, safe='')}"
    return TraceLine(TRACE_NAMES[trace.kind], trace, _href(actor, run, trace), web_address(trace.url), back)


def _href(actor: Actor, run: OpenedRun, trace: Trace) -> str:
    ref = quote(trace.ref, safe="")
    match trace.kind:
        case TraceKind.FINDING:
            site = site_of(run, trace)
            if site is None:
                return ""
            return finding_path(actor, site, trace.ref)
        case TraceKind.EVENT:
            return f"/events/{ref}" if actor.has(Right.SEE_EVENTS) else ""
        case TraceKind.DECISION:
            parts = trace.ref.split("/")
            if len(parts) == 3 and actor.has(Right.SEE_REVIEWS):
                return "/reviews/" + "/".join(quote(part, safe="") for part in parts)
            return ""
        case TraceKind.FILING:
            return f"/filings/values/{ref}" if actor.has(Right.SEE_FILINGS) else ""
        case TraceKind.PAGE | TraceKind.ARTICLE | TraceKind.ATTACHMENT:
            return ""


def finding_path(actor: Actor, site: str, finding: str) -> str:
    """The card of a finding for this account; empty where it has none."""
    if actor.has(Right.SEE_FLAGS):
        return f"/overview/finding?site={quote(site, safe='')}&ref={quote(finding, safe='')}"
    if actor.has(Right.SEE_OWN_UNIT):
        return f"/mine/findings/{quote(site, safe='')}/{quote(finding, safe='')}"
    return ""


def web_address(url: str | None) -> str:
    """``url`` where it is an ordinary web address, else nothing."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""
