"""Reviews (申诉): the queue, the decision by a second person, and precedents."""

from datetime import datetime, time
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import Form, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from console.acting import Acting, Actor, NotFoundError, Tools
from console.office_files import office_file
from console.rights import Right
from console.routing import PageRouter
from console.run_choice import scheme_name
from console.tools import ConsoleTools
from console.trace_links import finding_path, trace_line
from console.web import PageOf, back_to, page, page_number
from records.jobs import JOB_STATE_NAMES
from records.rounds import STAGE_NAMES, Entry, ReviewOutcome
from records.sightings import Sight
from services.overview import LOOK_WORDS
from services.reports.finding_text import SIGHT_NAMES
from services.reports.run_text import plain_value, value_text
from services.rounds.life import BEIJING
from services.rounds.precedents import search, similar
from services.rounds.rechecks import findings_behind, tested
from services.rounds.review_queue import ReviewItem, sorted_queue, term_of
from services.rounds.review_trial import Trial, try_review
from services.rounds.round_text import OUTCOME_WORDS, entry_text
from services.row_view import row_view
from services.schemes import WrongCallError
from storage.sightings import SightingRepository

router = PageRouter()
_Text = Annotated[str, Form()]

PAGE_SIZE: Final = 50
_SIGHT_KINDS: Final = {Sight.FAULT: "bad", Sight.HEALED: "good", Sight.UNKNOWN: "warn"}
_STATES: Final = {"open": "待决定", "decided": "已决定"}


@router.page("/reviews", Right.SEE_REVIEWS)
def queue(request: Request, tools: Tools, actor: Acting) -> Response:
    evaluation = tools.evaluation
    items = evaluation.book.items(tools.city.id)
    state = request.query_params.get("state", "open")
    words = request.query_params.get("q", "").strip()
    chosen = [
        one
        for one in items
        if (state not in _STATES or one.is_open is (state == "open"))
        and (not words or words in f"{one.unit_name} {one.indicator} {one.indicator_name} {one.reason}")
    ]
    number = page_number(request.query_params.get("page"))
    some = sorted_queue(chosen)[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return page(
        request,
        "reviews_list.html",
        list=PageOf(
            [(one, term_of(one, evaluation.calendar, tools.today)) for one in some], len(chosen), number, PAGE_SIZE
        ),
        state=state,
        states=list(_STATES.items()),
        words=words,
        stages=STAGE_NAMES,
        outcomes=OUTCOME_WORDS,
        waiting=sum(one.can_be_decided for one in items),
    )


@router.page("/reviews/{round_id}/{unit}/{indicator}", Right.SEE_REVIEWS)
def item(request: Request, tools: Tools, actor: Acting, round_id: str, unit: str, indicator: str) -> Response:
    found = load_item(tools, round_id, unit, indicator)
    return page(request, "reviews_item.html", **_view(tools, actor, found))


def load_item(tools: ConsoleTools, round_id: str, unit: str, indicator: str) -> ReviewItem:
    """``NotFoundError`` where nobody asked for it, or its result was taken back."""
    wanted = (round_id, unit, indicator)
    items = tools.evaluation.book.items(tools.city.id)
    found = next((one for one in items if (one.round_id, one.unit, one.indicator) == wanted), None)
    if found is None:
        raise NotFoundError("没有这项申诉，或它所针对的初评结果已经撤回")
    return found


def _view(tools: ConsoleTools, actor: Actor, found: ReviewItem) -> dict[str, Any]:
    evaluation = tools.evaluation
    run = evaluation.shelf.open(found.run)
    row = run.rows[found.indicator]
    since = datetime.combine(found.received, time.min, BEIJING)
    sightings = SightingRepository(tools.engine)
    behind = tested(
        evaluation.queue, findings_behind(run, found.unit, found.indicator), since,
        lambda site, finding: sightings.sightings([site], finding),
    )  # fmt: skip
    precedents = evaluation.book.precedents(tools.city.id)
    like = search(precedents, scheme=found.scheme, indicator=found.indicator)
    return {
        "item": found,
        "unit": run.units[found.unit],
        "view": row_view(run, run.units[found.unit], found.indicator, blind=False),
        "expected": row.rule.shape.expected,
        "term": term_of(found, evaluation.calendar, tools.today),
        "behind": [(one, finding_path(actor, one.site, one.trace.ref)) for one in behind],
        "job_words": JOB_STATE_NAMES,
        "sights": {sight: (name, _SIGHT_KINDS[sight]) for sight, name in SIGHT_NAMES.items()},
        "stages": STAGE_NAMES,
        "outcomes": OUTCOME_WORDS,
        "similar": similar(precedents, found.scheme, found.indicator),
        "like": [one for one in like if one.round_id != found.round_id or one.unit != found.unit][:5],
        "line": lambda trace: trace_line(actor, run, trace),
        "value_text": value_text,
        "plain_value": plain_value,
        "looks": LOOK_WORDS,
        "head": run.head,
        "trial": None,
        "path_here": path_of(found),
    }


def path_of(found: ReviewItem) -> str:
    return "/reviews/" + "/".join(quote(one, safe="") for one in (found.round_id, found.unit, found.indicator))


@router.act("/reviews/{round_id}/{unit}/{indicator}/trial", Right.DECIDE_REVIEWS)
def trial(
    request: Request, tools: Tools, actor: Acting, round_id: str, unit: str, indicator: str, value: _Text = ""
) -> Response:
    """Before and after, before anybody decides.  Nothing is changed."""
    found = load_item(tools, round_id, unit, indicator)
    tried = try_value(tools, found, value)
    return page(request, "reviews_trial.html", trial=tried, item=found, plain_value=plain_value)


def try_value(tools: ConsoleTools, found: ReviewItem, value: str) -> Trial:
    """What a new value would move; ``WrongCallError`` where the row does not take it."""
    run = tools.evaluation.shelf.open(found.run)
    return try_review(tools.evaluation.load(found.round_id), run, found.unit, found.indicator, value)


@router.act("/reviews/{round_id}/{unit}/{indicator}/recheck", Right.DECIDE_REVIEWS)
def recheck(request: Request, tools: Tools, actor: Acting, round_id: str, unit: str, indicator: str) -> Response:
    """Test the findings behind the row where nobody did yet."""
    found = load_item(tools, round_id, unit, indicator)
    evaluated = tools.evaluation.load(round_id)
    jobs = tools.evaluation.recheck(evaluated, unit, [indicator], by=actor.by, at=tools.now(), again=True)
    told = f"已要求重新测试 {len(jobs)} 处发现，结果会显示在本页" if jobs else "这一项没有可以重新测试的发现"
    if jobs:
        tools.log.add(
            at=tools.now(), by=actor.account.login, role=actor.role.value, action="recheck_review",
            subject=f"review:{round_id}/{unit}/{indicator}", told=told, detail={"jobs": [one.id for one in jobs]},
        )  # fmt: skip
    return back_to(path_of(found), told, request=request)


@router.act("/reviews/{round_id}/{unit}/{indicator}/decide", Right.DECIDE_REVIEWS)
def decide(
    request: Request,
    tools: Tools,
    actor: Acting,
    round_id: str,
    unit: str,
    indicator: str,
    outcome: _Text = "",
    clause: _Text = "",
    reason: _Text = "",
    value: _Text = "",
) -> Response:
    """The decision with its clause, kept as a precedent."""
    found = load_item(tools, round_id, unit, indicator)
    if outcome not in ReviewOutcome._value2member_map_:
        raise WrongCallError("请选择采纳或维持初评")
    chosen = ReviewOutcome(outcome)
    decide_review(tools, actor, found, chosen, clause, reason, value)
    return back_to(path_of(found), f"已决定：{OUTCOME_WORDS[chosen]}；已存为先例", request=request)


def decide_review(
    tools: ConsoleTools, actor: Actor, found: ReviewItem, outcome: ReviewOutcome, clause: str, reason: str, value: str
) -> None:
    """Decide one row, with what it moves in the log.  ``WrongCallError``."""
    if not clause.strip() or not reason.strip():
        raise WrongCallError("请写明依据的条款和理由")
    new = value if outcome is ReviewOutcome.ACCEPTED else ""
    if outcome is ReviewOutcome.ACCEPTED and not new.strip():
        raise WrongCallError("采纳申诉要写明新的数值")
    plan = tools.evaluation.load(found.round_id).plan
    tried = try_value(tools, found, new)

    def write(connection: Connection, entry: Entry) -> None:
        tools.log.add_within(
            connection,
            at=tools.now(),
            by=actor.account.login,
            role=actor.role.value,
            action="decide_review",
            subject=f"review:{found.round_id}/{found.unit}/{found.indicator}",
            told=entry_text(plan, entry),
            detail={"before": str(tried.before.total), "after": str(tried.after.total)},
        )

    told = f"依据 {clause.strip()}：{reason.strip()}"
    tools.rounds.decide(
        plan.id, found.unit, found.indicator, outcome, by=actor.by, reason=told, value=new, beside=write
    )


@router.page("/reviews/{round_id}/{unit}/{indicator}/files/{sha256}", Right.SEE_REVIEWS)
def material(
    request: Request, tools: Tools, actor: Acting, round_id: str, unit: str, indicator: str, sha256: str
) -> Response:
    """A file that the unit handed in: checked against its hash, never shown by the browser itself."""
    found = load_item(tools, round_id, unit, indicator)
    file = next((one for one in found.files if one.sha256 == sha256), None)
    if file is None:
        raise NotFoundError
    return office_file(tools.evaluation.materials.read(file.sha256), file.name, "application/octet-stream")


@router.page("/precedents", Right.SEE_REVIEWS)
def precedents(request: Request, tools: Tools, actor: Acting) -> Response:
    query = request.query_params
    known = tools.evaluation.book.precedents(tools.city.id)
    outcome = query.get("outcome", "")
    chosen = search(
        known,
        scheme=query.get("scheme", ""),
        indicator=query.get("indicator", "").strip(),
        outcome=ReviewOutcome(outcome) if outcome in ReviewOutcome._value2member_map_ else None,
        words=query.get("q", ""),
    )
    number = page_number(query.get("page"))
    some = chosen[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    schemes = dict.fromkeys(one.scheme for one in known)
    accepted = sum(one.outcome is ReviewOutcome.ACCEPTED for one in chosen)
    return page(
        request,
        "reviews_precedents.html",
        list=PageOf(some, len(chosen), number, PAGE_SIZE),
        accepted=accepted,
        schemes=[(one, scheme_name(one)) for one in schemes],
        outcomes=OUTCOME_WORDS,
        outcome_options=[(one.value, word) for one, word in OUTCOME_WORDS.items()],
        chosen={key: query.get(key, "") for key in ("scheme", "indicator", "outcome", "q")},
        plain_value=plain_value,
    )
