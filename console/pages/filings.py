"""What was filed, for who verifies it (审核员): a queue, each row beside its evidence, accepted or sent back."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from console.acting import Acting, Actor, NotFoundError, Tools
from console.downloads import attachment
from console.own_unit import filings_of
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from console.web import PageOf, back_to, local_path, page, page_number, part
from records.filings import FilingOutcome
from services.decide_filings import OUTCOME_NAMES, Decided, Decision, decide_filings
from services.filed_rows import newest_run, row_of
from services.filing_checks import against_monitored, checks_of
from services.reports.filing_text import value_text
from services.schemes import WrongCallError
from storage.filed_values import KeptValue
from storage.filing_decisions import Asked, FilingDecisions
from storage.filing_queue import MOST_COUNTED, FilingQueue, QueueFilter, QueueState, state_of

router = PageRouter()
SIZE: Final = 50
MOST_UNITS: Final = 400  # that one name may mean
MOST_TEXT: Final = 20_000  # characters of a file's text on a page
STATE_WORDS: Final = {QueueState.NEW: "待审核", QueueState.ACCEPTED: "审核通过", QueueState.RETURNED: "已退回"}
STATE_TONES: Final = {QueueState.NEW: "main", QueueState.ACCEPTED: "good", QueueState.RETURNED: "bad"}
_Text = Annotated[str, Form()]


@router.page("/filings", Right.SEE_FILINGS)
def filings(request: Request, tools: Tools, actor: Acting) -> Response:
    queue = FilingQueue(tools.engine)
    query = request.query_params
    wanted = wanted_of(tools, query.get("state", QueueState.NEW.value), dict(query))
    number = page_number(query.get("page"))
    found = queue.page(wanted, number=number, size=SIZE)
    choices = queue.choices(tools.city.id)
    digests = {one.sha256 for kept in found.values for one in kept.filed.attachments}
    return page(
        request,
        "filings_queue.html",
        found=PageOf(found.values, found.total, number, SIZE),
        most=MOST_COUNTED,
        counts=queue.counts(tools.city.id),
        wanted=wanted,
        unit=query.get("unit", ""),
        states=STATE_WORDS,
        tones=STATE_TONES,
        state_of=state_of,
        value_text=value_text,
        units={unit.id: unit.name for unit in tools.city.units},
        schemes=sorted({one[0] for one in choices}),
        periods=sorted({one[1] for one in choices}),
        providers=sorted({one[2] for one in choices}),
        shared=queue.shared(digests),
    )


def wanted_of(tools: ConsoleTools, state: str, given: dict[str, str]) -> QueueFilter:
    """What of the queue is asked for; an unknown state asks for all."""
    return QueueFilter(
        tools.city.id,
        next((one for one in QueueState if one.value == state), None),
        given.get("scheme") or None,
        given.get("period") or None,
        given.get("provider") or None,
        given.get("indicator", "").strip() or None,
        None,
        units_named(tools, given.get("unit", "").strip()),
    )


def units_named(tools: ConsoleTools, words: str) -> tuple[str, ...] | None:
    """The units whose id it is, or whose name has these words; None where nothing was asked for."""
    if not words:
        return None
    return tuple(unit.id for unit in tools.city.units if words == unit.id or words in unit.name)[:MOST_UNITS]


@router.act("/filings/decide", Right.VERIFY_FILINGS)
def decide(
    request: Request,
    tools: Tools,
    actor: Acting,
    value: Annotated[list[str], Form()] = [],  # noqa: B006 - read by FastAPI as the default of a form, never changed
    outcome: _Text = "",
    reason: _Text = "",
    back: _Text = "",
) -> Response:
    """Accept or send back what was chosen; each as ``id:number of the decision that was seen``."""
    chosen = next((one for one in FilingOutcome if one.value == outcome), None)
    if chosen is None:
        raise WrongCallError("请选择“审核通过”或“退回”")
    made = decide_values(tools, actor, dict(_seen(one) for one in value), chosen, reason)
    told = f"{OUTCOME_NAMES[chosen]} {len(made.made)} 项"
    if made.left:
        told += f"；{len(made.left)} 项没有处理：{'；'.join(made.left[:5])}"
    return back_to(local_path(back, "/filings"), told, good=not made.left, request=request)


def decide_values(
    tools: ConsoleTools, actor: Actor, seen: dict[int, int], outcome: FilingOutcome, reason: str
) -> Decided:
    """Decide and log in one unit of work.  ``WrongCallError``."""

    def log(connection: Connection, chosen: Sequence[Asked]) -> None:
        rows = "、".join(f"{one.kept.filed.unit} {one.kept.filed.indicator}" for one in chosen[:20])
        tools.log.add_within(
            connection, at=tools.now(), by=actor.account.login, role=actor.role.value,
            action="accept_filings" if outcome is FilingOutcome.ACCEPTED else "return_filings", subject=rows,
            told=f"{OUTCOME_NAMES[outcome]} {len(chosen)} 项填报" + (f"：{reason.strip()}" if reason.strip() else ""),
            detail={"values": [one.kept.id for one in chosen], "before": [_before(one.kept) for one in chosen]},
        )  # fmt: skip

    asked = Decision(seen, outcome, actor.by, tools.now(), reason, (actor.account.name, actor.account.login))
    return decide_filings(FilingDecisions(tools.engine), tools.city, asked, log)


def _before(kept: KeptValue) -> str:
    return state_of(kept).value


def _seen(text: str) -> tuple[int, int]:
    number, _, seen = text.partition(":")
    if not (number.isascii() and number.isdigit() and (seen or "0").isascii() and (seen or "0").isdigit()):
        raise WrongCallError("选择的填报编号不对，请刷新页面后重新选择")
    return int(number[:9]), int((seen or "0")[:6])


@router.page("/filings/values/{value_id}", Right.SEE_FILINGS)
def by_value(value_id: int) -> Response:
    """The address by which the traces of a score name a filed value."""
    return RedirectResponse(f"/filings/{value_id}", 303)


@router.page("/filings/{value_id}", Right.SEE_FILINGS)
def filing(request: Request, tools: Tools, actor: Acting, value_id: int) -> Response:
    queue = FilingQueue(tools.engine)
    kept = value_of(tools, value_id)
    digests = [one.sha256 for one in kept.filed.attachments]
    files = queue.files(digests) if digests else {}
    versions = queue.versions(kept)
    newest = versions[-1]
    return page(
        request, "filings_one.html", kept=kept, state=STATE_WORDS[state_of(kept)], tone=STATE_TONES[state_of(kept)],
        row=row_of(kept, tools.evaluation.book, tools.city), units={unit.id: unit.name for unit in tools.city.units},
        checks=checks_of(kept, tools.city, files, queue.uses(digests) if digests else (), versions), files=files,
        most_text=MOST_TEXT, versions=versions, decisions=queue.decisions([one.id for one in versions]),
        outcomes=OUTCOME_NAMES, newest=newest, replaced=newest.id != kept.id, value_text=value_text,
        back=local_path(request.query_params.get("back"), "/filings"), following=_following(queue, tools, kept),
    )  # fmt: skip


def _following(queue: FilingQueue, tools: ConsoleTools, kept: KeptValue) -> int | None:
    """The next one that nobody has looked at yet."""
    found = queue.page(QueueFilter(tools.city.id, QueueState.NEW), number=1, size=2)
    return next((one.id for one in found.values if one.id != kept.id), None)


def value_of(tools: ConsoleTools, value_id: int) -> KeptValue:
    """``NotFoundError`` for what is not there, or of another city."""
    kept = FilingQueue(tools.engine).load((value_id,)).get(value_id)
    if kept is None or kept.head.city != tools.city.id:
        raise NotFoundError("没有这项填报")
    return kept


@router.page("/filings/{value_id}/monitored", Right.SEE_FILINGS)
def monitored(request: Request, tools: Tools, actor: Acting, value_id: int) -> Response:
    """The comparison with what we saw: a part of the page, since a large run takes a while to open."""
    kept = value_of(tools, value_id)
    check = against_monitored(kept, newest_run(kept, tools.evaluation.shelf, tools.city))
    return part(request, "filings_check.html", check=check)


@router.page("/filings/{value_id}/files/{position}", Right.VERIFY_FILINGS)
def file(tools: Tools, actor: Acting, value_id: int, position: int) -> Response:
    """A file of evidence as it was sent, for who verifies it: personal numbers stand in it."""
    kept = value_of(tools, value_id)
    if not 0 <= position < len(kept.filed.attachments):
        raise NotFoundError
    found = kept.filed.attachments[position]
    return attachment(filings_of(tools).store.read(found.sha256), found.name)
