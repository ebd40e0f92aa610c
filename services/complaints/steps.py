"""The steps of a complaint as forms: what each asks for, which may be taken now, and how an entry is read from words.

The console draws its forms from here, the API and the command line read their words by the same ``read_step``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from records.complaints import (
    OPINION_NAMES,
    OUTCOME_NAMES,
    TOLD_NAMES,
    Accepted,
    Answered,
    Archived,
    Attached,
    ComplaintRules,
    Entry,
    Extended,
    Ground,
    HandedOn,
    Notified,
    Objected,
    Opinion,
    Outcome,
    Recused,
    Refused,
    Reported,
    Standing,
    Told,
    UrgeAnswered,
    Urged,
    Visited,
    Withdrawn,
)
from records.registry import City
from services.complaints.life import WITHDRAWABLE, ComplaintState
from services.registry.unit_search import find_unit
from services.schemes import WrongCallError


class FieldKind(StrEnum):
    TEXT = "text"
    AREA = "area"
    DAY = "day"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"


Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StepField:
    """One thing that a step asks for."""

    name: str
    label: str
    kind: FieldKind = FieldKind.AREA
    required: bool = True
    options: Options = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class StepForm:
    """One step, as it may be taken now."""

    word: str
    title: str
    article: str
    fields: tuple[StepField, ...]


STEP_TITLES: Final = {
    "accept": "受理",
    "refuse": "不予受理",
    "notify": "告知投诉举报人",
    "hand_on": "转办、交办",
    "extend": "延长办理期限",
    "urge": "督促并提出改进建议",
    "answer_urge": "登记承办单位的答复",
    "report": "登记办理结果",
    "answer": "反馈结果并征求意见",
    "object": "登记异议",
    "again": "要求二次调查",
    "visit": "回访",
    "recuse": "回避",
    "withdraw": "登记撤回",
    "archive": "立卷归档",
}
_ARTICLES: Final = {
    "accept": "第十条、第十一条",
    "refuse": "第八条、第十一条",
    "notify": "第十一条",
    "hand_on": "第五条、第十二条",
    "extend": "第十六条",
    "urge": "第十九条",
    "answer_urge": "第十九条",
    "report": "第十二条",
    "answer": "第十四条",
    "object": "第十四条",
    "again": "第十四条",
    "visit": "第十七条",
    "recuse": "第十五条",
    "withdraw": "细则未作规定",
    "archive": "第二十条",
}
ENTRY_TITLES: Final[Mapping[type[Any], str]] = {
    Accepted: "受理",
    Refused: "不予受理",
    Notified: "告知投诉举报人",
    HandedOn: "转办、交办",
    Extended: "延长办理期限",
    Urged: "督促、改进建议",
    UrgeAnswered: "承办单位答复改进建议",
    Reported: "办理结果",
    Answered: "反馈结果",
    Objected: "对结果有异议",
    Visited: "回访",
    Recused: "回避",
    Archived: "立卷归档",
    Withdrawn: "撤回",
    Attached: "存入材料",
}
_TOLD: Final[Options] = tuple((one.value, name) for one, name in TOLD_NAMES.items())


def possible(state: ComplaintState) -> tuple[str, ...]:
    """The steps that may be taken now, the next one first."""
    words: list[str] = []
    match state.standing:
        case Standing.RECEIVED:
            words = ["accept", "refuse"]
        case Standing.ACCEPTED:
            words = ["hand_on", "extend"]
        case Standing.HANDLING:
            words = ["report", "urge", "extend", "hand_on"]
        case Standing.REPORTED:
            words = ["answer", "urge", "extend"]
        case Standing.ANSWERED:
            words = ["archive", "object", "visit"]
        case Standing.OBJECTED:
            words = ["again", "urge", "archive"]
        case Standing.REFUSED | Standing.WITHDRAWN:
            words = ["archive"]
        case Standing.ARCHIVED:
            return ("visit",)
    if state.answered:
        words = [word for word in words if word != "extend"]
    if state.open_urge is not None:
        barred = ("urge",) if state.standing is Standing.WITHDRAWN else ("urge", "archive")
        words = ["answer_urge", *(word for word in words if word not in barred)]
    if state.notified is None and state.standing not in (Standing.RECEIVED, Standing.WITHDRAWN):
        words = ["notify", *words]
        if state.standing is Standing.REFUSED and state.complaint.reachable:
            words.remove("archive")
    if state.standing in WITHDRAWABLE:
        words.append("withdraw")
    return (*words, "recuse")


def form_of(word: str, rules: ComplaintRules) -> StepForm:
    """What a step asks for.  ``WrongCallError`` where there is no such step."""
    fields = _FIELDS.get(word)
    if fields is None:
        known = "、".join(f"{one}（{title}）" for one, title in STEP_TITLES.items())
        raise WrongCallError(f"没有 {word[:40]!r} 这一步，可用：{known}")
    day = StepField("on", "办理日期", FieldKind.DAY, hint="承办单位收到之日" if word in ("hand_on", "again") else "")
    return StepForm(word, STEP_TITLES[word], _ARTICLES[word], (*fields(rules), day))


def read_step(
    word: str,
    values: Mapping[str, str],
    *,
    rules: ComplaintRules,
    city: City,
    by: str,
    at: datetime,
    today: date,
) -> Entry:
    """The entry that the words of a form make.  ``WrongCallError`` with everything that is wrong with them."""
    form = form_of(word, rules)
    reading = _Reading(form, values)
    known = {field.name for field in form.fields}
    if unknown := [name for name in values if name not in known]:
        raise WrongCallError(f"“{form.title}”没有这一项：{'、'.join(unknown)[:80]}")
    on = reading.day("on", today)
    entry = _MAKERS[word](reading, _Who(by.strip(), at, on), city)
    if reading.wrong:
        raise WrongCallError(*reading.wrong)
    return entry


@dataclass(frozen=True, slots=True)
class _Who:
    by: str
    at: datetime
    on: date


class _Reading:
    """The words of one form; what is wrong with them is collected."""

    def __init__(self, form: StepForm, values: Mapping[str, str]) -> None:
        self._fields = {field.name: field for field in form.fields}
        self._values = values
        self.wrong: list[str] = []

    def text(self, name: str) -> str:
        field, text = self._fields[name], self._values.get(name, "").strip()
        if field.required and not text:
            self.wrong.append(f"请填写“{field.label}”")
        if field.kind is FieldKind.TEXT:
            text = " ".join(text.split())
        return text

    def choice(self, name: str) -> str:
        field, text = self._fields[name], self._values.get(name, "").strip()
        if text not in [value for value, _ in field.options]:
            known = "、".join(f"{value}（{label}）" for value, label in field.options)
            told = f"“{field.label}”没有 {text[:40]!r} 这一项" if text else f"请选择“{field.label}”"
            self.wrong.append(f"{told}；可用：{known}")
            return field.options[0][0]
        return text

    def day(self, name: str, otherwise: date) -> date:
        text = self._values.get(name, "").strip()
        if not text:
            return otherwise
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.wrong.append(f"“{self._fields[name].label}”应为 2026-11-21 这样的日期，得到 {text[:40]!r}")
            return otherwise

    def number(self, name: str) -> int:
        text = self._values.get(name, "").strip()
        if text.isascii() and text.isdigit() and len(text) < 5:
            return int(text)
        self.wrong.append(f"“{self._fields[name].label}”应为整数，得到 {text[:40]!r}")
        return 0

    def flag(self, name: str) -> bool:
        return self._values.get(name, "").strip().lower() in ("1", "true", "on", "yes", "是")


def _grounds(grounds: tuple[Ground, ...]) -> Options:
    return tuple((one.id, f"{one.text}（{one.article}）") for one in grounds)


_NOTE: Final = StepField("note", "说明", required=False)
_FIELDS: Final[Mapping[str, Callable[[ComplaintRules], tuple[StepField, ...]]]] = {
    "accept": lambda _rules: (_NOTE,),
    "refuse": lambda rules: (
        StepField("ground", "依据", FieldKind.CHOICE, options=_grounds(rules.grounds)),
        StepField("why", "理由", hint="写入告知书"),
    ),
    "notify": lambda _rules: (StepField("how", "告知方式", FieldKind.CHOICE, options=_TOLD), _NOTE),
    "hand_on": lambda _rules: (
        StepField("body", "承办单位", FieldKind.TEXT, hint="登记表中的单位写编号或名称，其他单位写全称"),
        _NOTE,
    ),
    "again": lambda _rules: (
        StepField("body", "承办单位", FieldKind.TEXT, hint="登记表中的单位写编号或名称，其他单位写全称"),
        _NOTE,
    ),
    "extend": lambda _rules: (
        StepField("days", "延长几个工作日", FieldKind.NUMBER),
        StepField("approved_by", "批准人（承办单位负责人）", FieldKind.TEXT),
        StepField("why", "延长的理由"),
    ),
    "urge": lambda rules: (
        StepField("case", "情形", FieldKind.CHOICE, options=_grounds(rules.urging)),
        StepField("advice", "改进建议"),
    ),
    "answer_urge": lambda _rules: (
        StepField("adopted", "已采纳", FieldKind.FLAG, required=False),
        StepField("text", "答复内容，或未采纳的理由"),
    ),
    "report": lambda _rules: (
        StepField(
            "outcome", "查实情况", FieldKind.CHOICE, options=tuple((o.value, n) for o, n in OUTCOME_NAMES.items())
        ),
        StepField("result", "办理结果"),
    ),
    "answer": lambda _rules: (
        StepField("how", "反馈方式", FieldKind.CHOICE, options=_TOLD),
        StepField(
            "opinion", "投诉举报人意见", FieldKind.CHOICE, options=tuple((o.value, n) for o, n in OPINION_NAMES.items())
        ),
        StepField("said", "意见内容", required=False),
    ),
    "object": lambda _rules: (StepField("why", "异议内容"),),
    "visit": lambda _rules: (StepField("said", "回访结果"),),
    "recuse": lambda _rules: (StepField("who", "回避的人", FieldKind.TEXT), StepField("why", "原因")),
    "withdraw": lambda _rules: (StepField("why", "撤回的情况", hint="谁、以什么方式提出撤回"),),
    "archive": lambda _rules: (_NOTE,),
}


def _hand_on(reading: _Reading, who: _Who, city: City, *, again: bool) -> HandedOn:
    body, unit = body_named(city, reading.text("body"))
    return HandedOn(who.by, who.at, who.on, body, unit, reading.text("note"), again)


_MAKERS: Final[Mapping[str, Callable[[_Reading, _Who, City], Entry]]] = {
    "accept": lambda r, w, _c: Accepted(w.by, w.at, w.on, r.text("note")),
    "refuse": lambda r, w, _c: Refused(w.by, w.at, w.on, r.choice("ground"), r.text("why")),
    "notify": lambda r, w, _c: Notified(w.by, w.at, w.on, Told(r.choice("how")), r.text("note")),
    "hand_on": lambda r, w, c: _hand_on(r, w, c, again=False),
    "again": lambda r, w, c: _hand_on(r, w, c, again=True),
    "extend": lambda r, w, _c: Extended(w.by, w.at, w.on, r.number("days"), r.text("approved_by"), r.text("why")),
    "urge": lambda r, w, _c: Urged(w.by, w.at, w.on, r.choice("case"), r.text("advice")),
    "answer_urge": lambda r, w, _c: UrgeAnswered(w.by, w.at, w.on, r.flag("adopted"), r.text("text")),
    "report": lambda r, w, _c: Reported(w.by, w.at, w.on, Outcome(r.choice("outcome")), r.text("result")),
    "answer": lambda r, w, _c: Answered(
        w.by, w.at, w.on, Told(r.choice("how")), Opinion(r.choice("opinion")), r.text("said")
    ),
    "object": lambda r, w, _c: Objected(w.by, w.at, w.on, r.text("why")),
    "visit": lambda r, w, _c: Visited(w.by, w.at, w.on, r.text("said")),
    "recuse": lambda r, w, _c: Recused(w.by, w.at, w.on, r.text("who"), r.text("why")),
    "withdraw": lambda r, w, _c: Withdrawn(w.by, w.at, w.on, r.text("why")),
    "archive": lambda r, w, _c: Archived(w.by, w.at, w.on, r.text("note")),
}


def body_named(city: City, wanted: str) -> tuple[str, str | None]:
    """How a body is named, and its registry id where it is in the registry."""
    try:
        unit = find_unit(city, wanted)
    except WrongCallError:
        return " ".join(wanted.split()), None
    return unit.name, unit.id
