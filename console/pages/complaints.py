"""Complaints (投诉举报): what is due today, one complaint with its steps, letters, the measures, the circular."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Form, Query, Request, UploadFile
from fastapi.responses import Response

from console.acting import Acting, Actor, NotFoundError, Tools
from console.downloads import attachment
from console.limits import UPLOAD
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from console.web import PageOf, back_to, page, page_number
from records.complaints import CHANNEL_NAMES, STANDING_NAMES, Channel, Complainant, Standing, Term, TermState
from services.attachments import ALLOWED, MOST_BYTES
from services.complaints.circular import circular
from services.complaints.desk import Case, ChangedMeanwhileError, Draft, Handler, Paper
from services.complaints.letters import LETTER_TITLES, as_docx, compose, letters_of, sender_of
from services.complaints.steps import ENTRY_TITLES, form_of, possible
from services.complaints.terms import TERM_WORDS, URGENT
from services.complaints.views import (
    Redact,
    complainant_text,
    entry_facts,
    kind_text,
    plain,
    redacting,
    term_text,
)
from services.period import read_period
from services.schemes import WrongCallError
from storage.complaints import ComplaintSearch

router = PageRouter()
SIZE: Final = 30
DUE_SHOWN: Final = 60
ATTACH: Final = "attach"
WORD_DOCUMENT: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TERM_KINDS: Final = {
    TermState.OVERDUE: "bad", TermState.DUE_TODAY: "warn", TermState.RUNNING: "main", TermState.MET: "good",
    TermState.MET_LATE: "bad", TermState.WAIVED: "", TermState.UNKNOWN: "warn",
    TermState.ENDED: "",
}  # fmt: skip
_Text = Annotated[str, Form()]


async def form_values(request: Request) -> dict[str, str]:
    """The words of a form whose fields the step names (``services.complaints.steps``)."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Values = Annotated[dict[str, str], Depends(form_values)]


@router.page("/complaints", Right.SEE_COMPLAINTS)
def complaints(
    request: Request,
    tools: Tools,
    actor: Acting,
    standing: str = "",
    unit: str = "",
    kind: str = "",
    period: str = "",
    text: str = "",
    number: Annotated[str, Query(alias="page")] = "",
) -> Response:
    """What is due, and the list."""
    desk = tools.complaints
    wanted = read_search(tools, standing, unit, kind, period, text)
    at = page_number(number)
    found = desk.search(wanted, offset=(at - 1) * SIZE, limit=SIZE)
    due = desk.due()
    piles = {state: [pair for pair in due if pair[1].state is state] for state in URGENT}
    later = piles[TermState.RUNNING] + piles[TermState.UNKNOWN]
    groups = [
        (title, some[:most], len(some))
        for title, some, most in (
            ("今日到期", piles[TermState.DUE_TODAY], DUE_SHOWN),
            ("已逾期", piles[TermState.OVERDUE], DUE_SHOWN // 2),
            ("未到期", later, DUE_SHOWN // 4),
        )
        if some
    ]
    shown = [case for _, some, _ in groups for case, _ in some]
    return page(
        request, "complaints_list.html", list=PageOf(found, desk.count(wanted), at, SIZE), groups=groups,
        due_total=len(due), overdue=len(piles[TermState.OVERDUE]), today_due=len(piles[TermState.DUE_TODAY]),
        titles=_titles(tools, actor, [*found, *shown]), term_kinds=TERM_KINDS,
        term_words=TERM_WORDS, standings=[(one.value, name) for one, name in STANDING_NAMES.items()],
        names=STANDING_NAMES, kinds=[(one.id, one.text) for one in desk.rules.kinds], rules=desk.rules,
        units=[(one.id, one.name) for one in tools.city.units],
        filters={"standing": standing, "unit": unit, "kind": kind, "period": period, "text": text},
    )  # fmt: skip


@router.page("/complaints/new", Right.HANDLE_COMPLAINTS)
def new(request: Request, tools: Tools, actor: Acting) -> Response:
    return _new(request, tools, {}, ())


@router.act("/complaints/new", Right.HANDLE_COMPLAINTS)
def register(request: Request, tools: Tools, actor: Acting, values: Values) -> Response:
    """Keep what came in; what was typed stays on the page where something is wrong with it."""
    try:
        case = tools.complaints.register(read_draft(values), handler_of(actor))
    except WrongCallError as wrong:
        return _new(request, tools, values, wrong.lines, status=422)
    return back_to(f"/complaints/{case.complaint.id}", f"已登记为 {case.complaint.id}", request=request)


@router.page("/complaints/rules", Right.SEE_COMPLAINTS)
def rules(request: Request, tools: Tools, actor: Acting) -> Response:
    """The grounds of acceptance and refusal, and every term, with their articles."""
    return page(request, "complaints_rules.html", rules=tools.complaints.rules)


@router.page("/complaints/report", Right.SEE_COMPLAINTS)
def report(request: Request, tools: Tools, actor: Acting, period: str = "") -> Response:
    """The figures for a circular (article 21)."""
    found = read_period(period or str(tools.today.year))
    cases = tools.complaints.search(ComplaintSearch(first=found.first_day, last=found.last_day))
    figures = circular(cases, tools.complaints.rules, found.first_day, found.last_day)
    return page(request, "complaints_report.html", figures=figures, period=period or str(tools.today.year))


@router.page("/complaints/{identity}", Right.SEE_COMPLAINTS)
def complaint(request: Request, tools: Tools, actor: Acting, identity: str) -> Response:
    case = case_of(tools, identity)
    return _one(request, tools, actor, case, {}, "", ())


@router.act("/complaints/{identity}/steps/{word}", Right.HANDLE_COMPLAINTS)
def step(request: Request, tools: Tools, actor: Acting, identity: str, word: str, values: Values) -> Response:
    """Take one step; what was typed stays on the page where something is wrong with it."""
    case = case_of(tools, identity)
    seen = values.get("seen", "")
    given = {name: value for name, value in values.items() if name not in ("seen", "csrf")}
    try:
        done = tools.complaints.do(
            case.complaint.id,
            word,
            given,
            handler_of(actor),
            seen=int(seen) if seen.isascii() and seen.isdigit() else None,
        )
    except ChangedMeanwhileError as late:
        return back_to(f"/complaints/{case.complaint.id}", "；".join(late.lines), good=False, request=request)
    except WrongCallError as wrong:
        return _one(request, tools, actor, case_of(tools, identity), given, word, wrong.lines, status=422)
    standing = STANDING_NAMES[done.state.standing]
    return back_to(
        f"/complaints/{case.complaint.id}",
        f"已办理“{form_of(word, tools.complaints.rules).title}”，现为“{standing}”",
        request=request,
    )


@router.act("/complaints/{identity}/papers", Right.HANDLE_COMPLAINTS, limit=UPLOAD)
def attach(
    request: Request, tools: Tools, actor: Acting, identity: str, files: list[UploadFile], note: _Text = ""
) -> Response:
    """Put letters and scans into the file (article 20)."""
    case = case_of(tools, identity)
    papers = [Paper(one.filename, one.file.read(MOST_BYTES + 1)) for one in files if one.filename]
    given = {"note": note}
    if not papers:
        return _one(request, tools, actor, case, given, ATTACH, ("请选择要存入的文件",), status=422)
    try:
        tools.complaints.attach(case.complaint.id, papers, note, handler_of(actor))
    except WrongCallError as wrong:
        return _one(request, tools, actor, case_of(tools, identity), given, ATTACH, wrong.lines, status=422)
    return back_to(f"/complaints/{case.complaint.id}", f"已存入 {len(papers)} 份材料", request=request)


@router.page("/complaints/{identity}/papers/{digest}", Right.HANDLE_COMPLAINTS)
def paper(request: Request, tools: Tools, actor: Acting, identity: str, digest: str) -> Response:
    """One of the papers, as a download: what strangers sent is never shown by the browser."""
    return paper_of(tools, identity, digest)


@router.page("/complaints/{identity}/letters/{word}", Right.HANDLE_COMPLAINTS)
def letter(request: Request, tools: Tools, actor: Acting, identity: str, word: str, contact: str = "") -> Response:
    """A letter as a Word document."""
    case = case_of(tools, identity)
    desk = tools.complaints
    written = compose(
        word, case, desk.complainant(case), desk.rules, sender=sender_of(tools.city),
        day=tools.today, with_contact=bool(contact),
    )  # fmt: skip
    name = quote(f"{written.title}-{case.complaint.id}.docx")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(as_docx(written), media_type=WORD_DOCUMENT, headers=headers)


# ----- what the API uses, too


def handler_of(actor: Actor) -> Handler:
    return Handler(actor.by, actor.account.login, actor.role.value)


def case_of(tools: ConsoleTools, identity: str) -> Case:
    """``NotFoundError`` where the city has no such complaint."""
    try:
        return tools.complaints.load(identity)
    except WrongCallError:
        raise NotFoundError("没有这件投诉举报") from None


def paper_of(tools: ConsoleTools, identity: str, digest: str) -> Response:
    """``NotFoundError`` where the complaint has no such paper."""
    case = case_of(tools, identity)
    if digest not in {file.sha256 for file in case.papers}:
        raise NotFoundError("本件没有这份材料")
    found = tools.complaints.paper(case, digest)
    return attachment(found.body, found.name)


def read_search(tools: ConsoleTools, standing: str, unit: str, kind: str, period: str, text: str) -> ComplaintSearch:
    """The filters of an address.  ``WrongCallError``."""
    rules = tools.complaints.rules
    if kind and rules.find(rules.kinds, kind) is None:
        raise WrongCallError("筛选条件不对：请从列表中选择种类")
    try:
        standings = (Standing(standing),) if standing else ()
    except ValueError:
        raise WrongCallError("筛选条件不对：请从列表中选择状态") from None
    days = read_period(period.strip()) if period.strip() else None
    return ComplaintSearch(
        standings, unit or None, kind or None, text[:100],
        days.first_day if days else None, days.last_day if days else None,
    )  # fmt: skip


def read_draft(values: Mapping[str, str]) -> Draft:
    """A complaint from the words of a form.  ``WrongCallError``."""

    def word(name: str) -> str:
        return values.get(name, "").strip()

    wrong = []
    try:
        received = date.fromisoformat(word("received"))
    except ValueError:
        wrong.append("“收到日期”应为 2026-11-21 这样的日期")
        received = date.min
    try:
        channel = Channel(word("channel"))
    except ValueError:
        wrong.append("请选择“来源”：" + "、".join(f"{one.value}（{name}）" for one, name in CHANNEL_NAMES.items()))
        channel = Channel.OTHER
    if wrong:
        raise WrongCallError(*wrong)
    return Draft(
        received=received, channel=channel, kind=word("kind"), title=word("title"), text=word("text"),
        accused=word("accused"), complainant=Complainant(word("name"), word("contact")), earlier=word("earlier"),
    )  # fmt: skip


def redact_for(tools: ConsoleTools, actor: Actor, case: Case) -> Redact:
    """How texts of a complaint are shown to this account."""
    return plain if actor.has(Right.HANDLE_COMPLAINTS) else redacting(tools.complaints.complainant(case))


# ----- inside


def _titles(tools: ConsoleTools, actor: Actor, cases: list[Case]) -> dict[str, str]:
    """Titles by id, with the complainants hidden from those who do not handle complaints."""
    if actor.has(Right.HANDLE_COMPLAINTS):
        return {case.complaint.id: case.complaint.title for case in cases}
    known = tools.complaints.complainants(cases)
    return {case.complaint.id: redacting(known[case.complaint.id])(case.complaint.title) for case in cases}


def _new(
    request: Request, tools: ConsoleTools, values: Mapping[str, str], wrong: tuple[str, ...], *, status: int = 200
) -> Response:
    return page(
        request, "complaints_new.html", status=status, values=values, wrong=wrong, rules=tools.complaints.rules,
        channels=[(one.value, name) for one, name in CHANNEL_NAMES.items()],
        kinds=[(one.id, f"{one.text}（{one.article}）") for one in tools.complaints.rules.kinds],
        units=tools.city.units,
    )  # fmt: skip


def _one(
    request: Request, tools: ConsoleTools, actor: Actor, case: Case, values: Mapping[str, str], tried: str,
    wrong: tuple[str, ...], *, status: int = 200,
) -> Response:  # fmt: skip
    handles = actor.has(Right.HANDLE_COMPLAINTS)
    desk = tools.complaints
    complainant = desk.complainant(case)
    redact = plain if handles else redacting(complainant)
    terms: list[tuple[Term, str]] = [(term, term_text(term)) for term in case.terms]
    entries = [
        (entry, ENTRY_TITLES[type(entry)], entry_facts(entry, desk.rules, redact)) for entry in reversed(case.entries)
    ]
    return page(
        request, "complaints_one.html", status=status, case=case, one=case.complaint, redact=redact, terms=terms,
        who=complainant_text(complainant, sees=handles), entries=entries, channels=CHANNEL_NAMES, names=STANDING_NAMES,
        kind=kind_text(desk.rules, case.complaint.kind), term_kinds=TERM_KINDS, term_words=TERM_WORDS,
        forms=[form_of(word, desk.rules) for word in possible(case.state)] if handles else [], values=values,
        tried=tried, wrong=wrong, letters=[(word, LETTER_TITLES[word]) for word in letters_of(case)] if handles else [],
        rules=desk.rules, units=tools.city.units, attaches=handles and case.state.open, kinds_taken=ALLOWED,
        most=MOST_BYTES // 1_048_576,
    )  # fmt: skip
