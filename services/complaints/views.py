"""A complaint as others read it: facts in words, and nothing of who complains for those who do not handle it."""

from collections.abc import Callable
from typing import Any, Final, assert_never

from records.complaints import (
    CHANNEL_NAMES,
    OPINION_NAMES,
    OUTCOME_NAMES,
    STANDING_NAMES,
    TOLD_NAMES,
    Accepted,
    Answered,
    Archived,
    Attached,
    Complainant,
    ComplaintRules,
    Entry,
    Extended,
    HandedOn,
    Notified,
    Objected,
    Recused,
    Refused,
    Reported,
    Term,
    UrgeAnswered,
    Urged,
    Visited,
    Withdrawn,
)
from services.complaints.desk import Case
from services.complaints.steps import ENTRY_TITLES
from services.complaints.terms import TERM_WORDS
from services.masking import mask
from storage.complaints import ACTION_OF

HIDDEN: Final = "〔投诉举报人〕"
_SHORTEST: Final = 2  # a name of one character would be hidden in every second word

Redact = Callable[[str], str]


def plain(text: str) -> str:
    """For those who handle the complaint: as it is."""
    return text


def redacting(complainant: Complainant) -> Redact:
    """For everybody else: the complainant's name and contact, and every personal number, are hidden in a text."""
    known = [word.strip() for word in (complainant.name, complainant.contact) if len(word.strip()) >= _SHORTEST]

    def redact(text: str) -> str:
        for word in sorted(known, key=len, reverse=True):
            text = text.replace(word, HIDDEN)
        return mask(text)

    return redact


def complainant_text(complainant: Complainant, *, sees: bool) -> str:
    """Who complains, or that it is not shown."""
    if complainant.anonymous:
        return "匿名"
    if not sees:
        return "已隐去（只有办理人可见）"
    return f"{complainant.name}，{complainant.contact or '联系方式不详'}"


def entry_facts(entry: Entry, rules: ComplaintRules, redact: Redact = plain) -> tuple[tuple[str, str], ...]:
    """What an entry says: label and words."""
    return tuple((label, redact(text)) for label, text in _facts(entry, rules) if text)


def _facts(entry: Entry, rules: ComplaintRules) -> tuple[tuple[str, str], ...]:
    match entry:
        case Accepted() | Archived():
            return (("说明", entry.note),)
        case Refused():
            return (("依据", _ground(rules, "grounds", entry.ground)), ("理由", entry.why))
        case Notified():
            return (("方式", TOLD_NAMES[entry.how]), ("说明", entry.note))
        case HandedOn():
            again = "二次调查" if entry.again else ""
            return (("承办单位", entry.body), ("性质", again), ("说明", entry.note))
        case Extended():
            return (("延长", f"{entry.days} 个工作日"), ("批准人", entry.approved_by), ("理由", entry.why))
        case Urged():
            return (("情形", _ground(rules, "urging", entry.case)), ("改进建议", entry.advice))
        case UrgeAnswered():
            return (("采纳", "已采纳" if entry.adopted else "未采纳"), ("答复", entry.text))
        case Reported():
            return (("查实", OUTCOME_NAMES[entry.outcome]), ("结果", entry.result))
        case Answered():
            return (("方式", TOLD_NAMES[entry.how]), ("意见", OPINION_NAMES[entry.opinion]), ("内容", entry.said))
        case Objected():
            return (("异议", entry.why),)
        case Visited():
            return (("结果", entry.said),)
        case Withdrawn():
            return (("情况", entry.why),)
        case Attached():
            return (("材料", "、".join(file.name for file in entry.files)), ("说明", entry.note))
        case Recused():
            return (("回避", entry.who), ("原因", entry.why))
        case _:
            assert_never(entry)


def _ground(rules: ComplaintRules, among: str, wanted: str) -> str:
    found = rules.find(getattr(rules, among), wanted)
    return wanted if found is None else f"{found.text}（{found.article}）"


def kind_text(rules: ComplaintRules, kind: str) -> str:
    return _ground(rules, "kinds", kind)


def term_text(term: Term) -> str:
    """A term in a line: what, until when, how it stands."""
    unknown = f"{term.unknown_year} 年的工作日安排尚未录入，算不出到期日"
    until = unknown if term.due is None else f"到 {term.due}"
    left = ""
    if term.left is not None and term.left > 0:
        left = f"，还有 {term.left} 个工作日"
    elif term.left is not None and term.left < 0:
        left = f"，逾期 {-term.left} 个工作日"
    met = f"，{term.met} 办结" if term.met is not None else ""
    return f"{term.name}（{term.article}，{term.days} 个工作日）{until}：{TERM_WORDS[term.state]}{left}{met}"


def term_document(term: Term) -> dict[str, Any]:
    return {
        "kind": term.kind.value,
        "name": term.name,
        "article": term.article,
        "begins": term.begins.isoformat(),
        "working_days": term.days,
        "due": term.due.isoformat() if term.due is not None else None,
        "met": term.met.isoformat() if term.met is not None else None,
        "state": term.state.value,
        "left": term.left,
    }


def case_document(
    case: Case, rules: ComplaintRules, *, complainant: Complainant, sees: bool, whole: bool = True
) -> dict[str, Any]:
    """A complaint for other programs; ``whole``: with its text and entries."""
    redact = plain if sees else redacting(complainant)
    one = case.complaint
    document: dict[str, Any] = {
        "id": one.id,
        "received": one.received.isoformat(),
        "channel": one.channel.value,
        "kind": one.kind,
        "title": redact(one.title),
        "accused": one.accused,
        "unit": one.unit,
        "anonymous": one.anonymous,
        "standing": case.state.standing.value,
        "entries_count": len(case.entries),
        "running": [term_document(term) for term in case.running],
    }
    if not whole:
        return document
    return document | {
        "text": redact(one.text),
        "earlier": one.earlier or None,
        "registered_by": one.by,
        "registered_at": one.at.isoformat(),
        "rules": one.rules,
        "complainant": {"name": complainant.name, "contact": complainant.contact} if sees else None,
        "terms": [term_document(term) for term in case.terms],
        "papers": [{"name": redact(file.name), "sha256": file.sha256} for file in case.papers],
        "entries": [
            {
                "step": ACTION_OF[type(entry)],
                "title": ENTRY_TITLES[type(entry)],
                "by": entry.by,
                "at": entry.at.isoformat(),
                "on": entry.on.isoformat(),
                "facts": dict(entry_facts(entry, rules, redact)),
            }
            for entry in case.entries
        ],
    }


def case_text(case: Case, rules: ComplaintRules, *, complainant: Complainant, sees: bool) -> str:
    """A complaint on a terminal."""
    redact = plain if sees else redacting(complainant)
    one = case.complaint
    lines = [
        f"{one.id}  {redact(one.title)}",
        f"{STANDING_NAMES[case.state.standing]}；{one.received} 收到（{CHANNEL_NAMES[one.channel]}）；{one.by} 登记",
        f"被投诉举报：{one.accused}；{kind_text(rules, one.kind)}",
        f"投诉举报人：{complainant_text(complainant, sees=sees)}",
    ]
    if one.earlier:
        lines.append(f"前一件：{one.earlier}")
    lines += ["", redact(one.text), "", "期限："]
    lines += [f"  {term_text(term)}" for term in case.terms]
    lines.append("办理：" if case.entries else "办理：（尚无）")
    for entry in case.entries:
        facts = "；".join(f"{label}：{text}" for label, text in entry_facts(entry, rules, redact))
        lines.append(f"  {entry.on}  {ENTRY_TITLES[type(entry)]}（{entry.by}）{facts}")
    return "\n".join(lines) + "\n"


def case_line(case: Case, redact: Redact = mask) -> str:
    """A complaint in one line of a list."""
    first = f"；{term_text(case.running[0])}" if case.running else ""
    one = case.complaint
    return f"{one.id}  {one.received}  {STANDING_NAMES[case.state.standing]}  {one.accused}  {redact(one.title)}{first}"


def rules_text(rules: ComplaintRules) -> str:
    """The grounds and terms on a terminal."""
    lines = [f"{rules.title}（{rules.number}，{rules.id}）"]
    for title, grounds in (
        ("失信行为（--kind）", rules.kinds),
        ("受理须同时符合", rules.conditions),
        ("不予受理（--ground）", rules.grounds),
        ("督促（--case）", rules.urging),
    ):
        lines.append(f"{title}：")
        lines += [f"  {one.id}  {one.text}（{one.article}）" for one in grounds]
    lines.append("期限（工作日）：")
    lines += [f"  {term.days:>3}  {term.name}（{term.article}）" for term in rules.terms]
    return "\n".join(lines) + "\n"
