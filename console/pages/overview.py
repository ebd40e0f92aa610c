"""The overview of a run, and every number opened: unit, row, evidence, and what changed."""

from datetime import date
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import Response

from console.acting import Acting, Actor, NotFoundError, Tools
from console.charts import MOST_LINES, ranking_bars, spread_bars, trend_lines, trend_spread
from console.office_files import DOCX, XLSX, office_file
from console.rights import Right
from console.routing import PageRouter
from console.run_choice import Looking, look_at, run_choice, scheme_name
from console.tools import ConsoleTools
from console.trace_links import trace_line
from console.web import PageOf, back_to, page, page_number
from records.registry import UnitKind
from scoring.model import UNIT_KIND_NAMES
from scoring.result import UnitScore
from services.overview import (
    LOOK_WORDS,
    ORDER_WORDS,
    Chosen,
    Order,
    blurs,
    chosen_units,
    is_ledger,
    matrix_line,
    middle,
    rank_spans,
    spread,
)
from services.reports.run_text import SOURCE_WORDS, exact, plain_value, value_text
from services.reports.score_report import round_of_run, unit_docx
from services.reports.scores_document import assumed
from services.reports.whole_report import ReportKind, is_large, kept_report, whole_report
from services.rounds.visible import Sight
from services.row_view import moved_by, row_view, unit_view
from services.run_changes import CAUSE_WORDS, compare, earlier_run, row_changes
from services.run_coverage import MISSING_WORDS, Coverage, coverage_of
from services.run_shelf import OpenedRun, RunTotals
from services.schemes import WrongCallError
from storage.cards import CardRepository
from storage.runs import RunHead

router = PageRouter()

PAGE_SIZE: Final = 50
MOST_RUNS_IN_TREND: Final = 12
_VIEWS: Final = {"matrix": "矩阵", "ranking": "排名", "trend": "走势与分布", "basis": "覆盖与假设"}
_WAIT: Final = 0.08  # seconds that a page waits for what is still being worked out


@router.page("/overview", Right.SEE_OVERVIEW)
def overview(request: Request, tools: Tools, actor: Acting) -> Response:
    """To the run that was chosen, else to the newest one."""
    choice = run_choice(tools, actor)
    wanted = request.query_params.get("run", "")
    head = choice.head(wanted) if wanted else next(iter(choice.heads), None)
    if head is None:
        if wanted:
            raise NotFoundError("没有这次计分，或您无权查看")
        return page(request, "overview_empty.html")
    rest = [(key, value) for key, value in request.query_params.multi_items() if key != "run" and value]
    return back_to(f"/overview/{head.id}" + (f"?{urlencode(rest)}" if rest else ""))


@router.page("/overview/finding", Right.SEE_FLAGS)
def finding(request: Request, tools: Tools, actor: Acting, site: str = "", ref: str = "") -> Response:
    """To the card of a finding, which the desk knows by a number of its own."""
    card = CardRepository(tools.engine).of(site, ref)
    if card is None:
        raise NotFoundError("这一条发现已被清除，或疑点队列还没有收到它")
    return back_to(f"/flags/{card.id}")


@router.page("/overview/{run}", Right.SEE_OVERVIEW)
def matrix(request: Request, tools: Tools, actor: Acting, run: str) -> Response:
    looking = look_at(tools, actor, run)
    view = request.query_params.get("view", "matrix")
    view = view if view in _VIEWS else "matrix"
    chosen = _chosen(request, looking)
    units = chosen_units(looking.run, chosen)
    if looking.sight is Sight.OWN or (looking.own is not None and view == "matrix"):
        units = [one for one in units if one.id == looking.own]
    trusted = tools.evaluation.shelf.trust(looking.run, _WAIT) if looking.sees_all else None
    number = page_number(request.query_params.get("page"))
    size = PAGE_SIZE
    some = units[(number - 1) * size : number * size]
    places = rank_spans(trusted)
    lines = [
        matrix_line(
            looking.run, one, places, cells=view == "matrix" and (looking.sees_all or one.id == looking.own),
            openness=looking.sees_all or one.id == looking.own,
        )
        for one in some
    ]  # fmt: skip
    values: dict[str, Any] = {}
    if view == "ranking":
        values["bars"] = ranking_bars(some)
    if view == "trend":
        values |= _trend(tools, actor, looking)
    if view == "basis":
        values["assumptions"] = _assumptions(looking.run)
    return page(
        request,
        "overview_page.html",
        **_frame(looking),
        view=view,
        views=_VIEWS if looking.sees_all else {key: _VIEWS[key] for key in ("matrix", "ranking", "basis")},
        chosen=chosen,
        orders=[(one.value, word) for one, word in ORDER_WORDS.items()],
        kinds=_kinds(looking.run),
        list=PageOf(lines, len(units), number, size),
        looks=LOOK_WORDS,
        trusted=trusted,
        waits=looking.sees_all and trusted is None,
        blurs=blurs(looking.run, trusted),
        **values,
    )


def _frame(looking: Looking, unit: UnitScore | None = None) -> dict[str, Any]:
    """What every page about a run shows; the coverage is that of ``unit``, or of what the account may see."""
    if unit is None and not looking.sees_all:
        unit = looking.run.units.get(looking.own or "")
    return {
        "looking": looking,
        "run": looking.run,
        "head": looking.head,
        "title": f"{looking.run.stored.inputs.period} {scheme_name(looking.head.scheme)}",
        "part": looking.choice.parts.get(looking.head.id, ""),
        "round_id": looking.choice.rounds.get(looking.head.id, ""),
        "options": looking.choice.options(),
        "ledger": is_ledger(looking.run),
        "coverage": _coverage(looking, unit),
        "missing_words": MISSING_WORDS,
    }


def _coverage(looking: Looking, unit: UnitScore | None) -> Coverage | None:
    if unit is not None:
        return coverage_of(looking.run.stored, unit)
    return looking.run.coverage if looking.sees_all else None


def _chosen(request: Request, looking: Looking) -> Chosen:
    query = request.query_params
    order, kind, row = query.get("order", ""), query.get("kind", ""), query.get("row", "")
    return Chosen(
        order=Order(order) if order in Order._value2member_map_ else Order.RANK,
        kind=UnitKind(kind) if kind in UnitKind._value2member_map_ else None,
        words=query.get("q", "").strip()[:40],
        row=row if row in looking.run.rows and looking.sees_all else "",
        open_only=query.get("open", "") == "1",
    )


def _kinds(run: OpenedRun) -> list[tuple[str, str]]:
    kinds = dict.fromkeys(one.kind for one in run.stored.run.units)
    return [(kind.value, UNIT_KIND_NAMES[kind]) for kind in kinds]


def _assumptions(run: OpenedRun) -> list[tuple[str, str]]:
    """Each reading once, with the rows that it is of."""
    rows: dict[str, list[str]] = {}
    for indicator, text in assumed(run.stored.run):
        rows.setdefault(text, []).extend([indicator] if indicator else [])
    return [("、".join(indicators), text) for text, indicators in rows.items()]


def _trend(tools: ConsoleTools, actor: Actor, looking: Looking) -> dict[str, Any]:
    runs = trend_runs(tools, looking)
    totals = [one.total for one in looking.run.stored.run.units]
    buckets = spread(totals)
    names = {one.id: one.name for one in looking.run.stored.run.units}
    found: dict[str, Any] = {"buckets": buckets, "runs": runs, "spread_chart": spread_bars(buckets)}
    if len(names) <= MOST_LINES:
        found |= {"trend_chart": trend_lines(runs, names), "names": names, "middles": None}
    else:
        middles = [middle(list(one.totals.values())) for one in runs]
        found |= {"trend_chart": trend_spread(runs, middles), "names": {}, "middles": middles}
    return found


def trend_runs(tools: ConsoleTools, looking: Looking) -> list[RunTotals]:
    """The last run of each day of the same scheme up to this one, oldest first."""
    days: dict[tuple[str, date], RunHead] = {}
    for head in looking.choice.heads:
        if head.scheme == looking.head.scheme and int(head.id) <= int(looking.head.id):
            days.setdefault((head.period, head.made_at.date()), head)
    chosen = list(days.values())[:MOST_RUNS_IN_TREND]
    return [tools.evaluation.shelf.totals(head) for head in reversed(chosen)]


@router.page("/overview/{run}/trust", Right.SEE_OVERVIEW)
def trust(request: Request, tools: Tools, actor: Acting, run: str) -> Response:
    """The part of the page that says which places cannot be told apart, once that is known."""
    looking = look_at(tools, actor, run)
    if not looking.sees_all:
        raise NotFoundError
    trusted = tools.evaluation.shelf.trust(looking.run, 1.0)
    return page(
        request, "overview_trust.html", run=looking.run, head=looking.head, trusted=trusted, waits=trusted is None,
        blurs=blurs(looking.run, trusted),
    )  # fmt: skip


@router.page("/overview/{run}/units/{unit}", Right.SEE_OVERVIEW)
def unit(request: Request, tools: Tools, actor: Acting, run: str, unit: str) -> Response:
    looking = look_at(tools, actor, run)
    found = looking.unit(unit)
    trusted = tools.evaluation.shelf.trust(looking.run, _WAIT) if looking.sees_all else None
    runs = trend_runs(tools, looking)
    return page(
        request,
        "overview_unit.html",
        **_frame(looking, found),
        line=matrix_line(looking.run, found, rank_spans(trusted)),
        view=unit_view(looking.run, found, blind=not looking.sees_all),
        unit=found,
        before=_previous(tools, looking),
        looks=LOOK_WORDS,
        runs=[one for one in runs if unit in one.totals],
        trend_chart=trend_lines(runs, {unit: found.name}) if len(runs) > 1 and not is_ledger(looking.run) else None,
    )


def _previous(tools: ConsoleTools, looking: Looking) -> RunHead | None:
    return earlier_run(looking.choice.heads, looking.head, "previous", tools.now())


@router.page("/overview/{run}/units/{unit}/rows/{indicator}", Right.SEE_OVERVIEW)
def row(request: Request, tools: Tools, actor: Acting, run: str, unit: str, indicator: str) -> Response:
    looking = look_at(tools, actor, run)
    found = looking.unit(unit)
    if indicator not in looking.run.rows:
        raise NotFoundError("本方案没有这项指标")
    view = row_view(looking.run, found, indicator, blind=not looking.sees_all)
    return page(
        request,
        "overview_row.html",
        **_frame(looking, found),
        unit=found,
        view=view,
        line=lambda trace: trace_line(actor, looking.run, trace),
        value_text=value_text,
        plain_value=plain_value,
        sources=SOURCE_WORDS,
        looks=LOOK_WORDS,
    )


@router.page("/overview/{run}/changes", Right.SEE_OVERVIEW)
def changes(request: Request, tools: Tools, actor: Acting, run: str) -> Response:
    """What changed since an earlier run, and why: causes that add up exactly."""
    looking = look_at(tools, actor, run)
    since = request.query_params.get("since", "")
    wanted = request.query_params.get("unit", "")
    old = earlier_run(looking.choice.heads, looking.head, since, tools.now())
    values: dict[str, Any] = {"since": since, "old": old, "waits": False, "fault": "", "list": None, "detail": None}
    values["choices"] = [
        (head.id, looking.choice.label(head))
        for head in looking.choice.heads
        if head.scheme == looking.head.scheme and head.id != looking.head.id
    ][:60]
    if old is not None:
        values |= _changes(request, tools, looking, old, wanted)
    return page(
        request, "overview_changes.html", **_frame(looking), **values, causes=CAUSE_WORDS, exact=exact, wanted=wanted,
        line=lambda trace: trace_line(actor, looking.run, trace), value_text=value_text,
    )  # fmt: skip


def _changes(request: Request, tools: ConsoleTools, looking: Looking, old: RunHead, wanted: str) -> dict[str, Any]:
    shelf = tools.evaluation.shelf
    before = shelf.open(old.id)
    try:
        found = compare(shelf, before, looking.run, _WAIT)
    except WrongCallError as wrong:
        return {"fault": "；".join(wrong.lines)}
    if found is None:
        return {"waits": True}
    if not looking.sees_all:
        wanted = looking.own or ""
    if wanted:
        change = found.changes.get(wanted)
        if change is None:
            raise NotFoundError
        line = next((one for one in found.lines if one.change.id == wanted), None)
        return {"detail": (line, change, row_changes(before, looking.run, change))}
    number = page_number(request.query_params.get("page"))
    some = found.lines[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return {
        "list": PageOf(some, len(found.lines), number, PAGE_SIZE),
        "sums": found.sums,
        "units": len(looking.run.units),
    }


@router.page("/overview/{run}/evidence", Right.SEE_OVERVIEW)
def evidence(request: Request, tools: Tools, actor: Acting, run: str, kind: str = "", ref: str = "") -> Response:
    """From a piece of evidence back to all the points that it moved."""
    looking = look_at(tools, actor, run)
    cells = [one for one in moved_by(looking.run, kind, ref) if looking.sees_all or one.unit.id == looking.own]
    shown = next((one.trace for one in cells), None)
    return page(
        request, "overview_evidence.html", **_frame(looking), cells=cells, kind=kind, ref=ref,
        trace=trace_line(actor, looking.run, shown) if shown is not None else None, looks=LOOK_WORDS,
    )  # fmt: skip


@router.page("/overview/evidence/{kind}/{ref:path}", Right.SEE_OVERVIEW)
def newest_evidence(request: Request, tools: Tools, actor: Acting, kind: str, ref: str) -> Response:
    """The same in the newest run in which it stands: where a finding or an event leads to its points."""
    choice = run_choice(tools, actor)
    newest: dict[tuple[str, str], RunHead] = {}
    for head in choice.heads:
        newest.setdefault((head.scheme, head.period), head)
    some = list(newest.values())[:4]
    for head in some:
        if tools.evaluation.shelf.open(head.id).cells_of(kind, ref):
            return back_to(f"/overview/{head.id}/evidence?kind={quote(kind)}&ref={quote(ref, safe='')}")
    if not some:
        return page(request, "overview_empty.html")
    return back_to(f"/overview/{some[0].id}/evidence?kind={quote(kind)}&ref={quote(ref, safe='')}")


@router.page("/overview/{run}/report.docx", Right.SEE_OVERVIEW)
def report_docx(request: Request, tools: Tools, actor: Acting, run: str) -> Response:
    return _report(request, tools, actor, run, ReportKind.DOCX)


@router.page("/overview/{run}/report.xlsx", Right.SEE_OVERVIEW)
def report_xlsx(request: Request, tools: Tools, actor: Acting, run: str) -> Response:
    return _report(request, tools, actor, run, ReportKind.XLSX)


@router.page("/overview/{run}/units/{unit}/report.docx", Right.SEE_OVERVIEW)
def unit_report(request: Request, tools: Tools, actor: Acting, run: str, unit: str) -> Response:
    looking = look_at(tools, actor, run)
    found = looking.unit(unit)
    brief = round_of_run(tools.evaluation.briefs(), run)
    body = unit_docx(looking.run, found, brief, tools.today, blind=not looking.sees_all)
    return office_file(body, f"评价结果-{found.name}-{looking.head.period}-{run}.docx", DOCX)


def _report(request: Request, tools: ConsoleTools, actor: Actor, run: str, kind: ReportKind) -> Response:
    """The whole report; of a large run the worker makes it, and the page comes again until it is there."""
    looking = _whole(look_at(tools, actor, run))
    evaluation = tools.evaluation
    brief = round_of_run(evaluation.briefs(), run)
    if is_large(looking.run):
        kept = kept_report(kind, looking.head, brief, evaluation.queue, tools.home, by=actor.by, at=tools.now())
        if kept.path is None:
            shown = page(request, "overview_report.html", status=202, **_frame(looking), job=kept.job)
            shown.headers["Refresh"] = "3"
            return shown
        body = kept.path.read_bytes()
    else:
        body = whole_report(kind, looking.run, evaluation.shelf, brief, tools.now())
    name = f"评价报告-{looking.head.period}-{looking.head.scheme}-{run}.{kind}"
    return office_file(body, name, DOCX if kind is ReportKind.DOCX else XLSX)


def _whole(looking: Looking) -> Looking:
    if not looking.sees_all:
        raise NotFoundError
    return looking
