"""The letters of a complaint as Word documents: notices to the complainant (article 11, 14), letters to the body.

The body that a complaint is about must not learn who complains (article 15): in a letter to it, and wherever the
handler does not ask for it, the complainant's name and contact are hidden, in the text of the complaint too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from records.complaints import (
    OUTCOME_NAMES,
    Complainant,
    ComplaintRules,
    HandedOn,
    Refused,
    Reported,
    TermKind,
    Urged,
)
from records.registry import City
from services.complaints.desk import Case
from services.complaints.views import redacting
from services.masking import mask
from services.schemes import WrongCallError

LETTER_TITLES: Final = {
    "acceptance": "投诉举报受理告知书",
    "refusal": "投诉举报不予受理告知书",
    "handing": "投诉举报转办函",
    "urging": "投诉举报督办函",
    "reply": "投诉举报办理结果告知书",
}
_FONT: Final = "仿宋"


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands in a letter, before it is a document."""

    title: str
    to: str
    paragraphs: tuple[str, ...]
    sender: str
    day: date


def letters_of(case: Case) -> tuple[str, ...]:
    """The letters that can be written now."""
    state = case.state
    words = []
    if state.accepted is not None:
        words.append("acceptance")
    if state.refused is not None:
        words.append("refusal")
    if state.handling is not None:
        words.append("handing")
        if state.handling.reported is not None:
            words.append("reply")
    if state.urges:
        words.append("urging")
    return tuple(words)


def sender_of(city: City) -> str:
    """Who signs: the office that hands complaints on (article 5)."""
    return f"{city.name}社会信用体系建设工作领导小组办公室"


def compose(
    word: str,
    case: Case,
    complainant: Complainant,
    rules: ComplaintRules,
    *,
    sender: str,
    day: date,
    with_contact: bool = False,
) -> Letter:
    """One letter.  ``with_contact``: the handling body gets name and contact, so that it can answer (article 14).

    ``WrongCallError`` where there is nothing to write about, or where the body is the one that is complained of.
    """
    written = _written(word, case, complainant, rules, with_contact)
    if written is None:
        known = "、".join(LETTER_TITLES[one] for one in letters_of(case)) or "（还没有）"
        raise WrongCallError(f"现在不能写{LETTER_TITLES.get(word, word[:40])}；可以写的：{known}")
    to, paragraphs = written
    return Letter(LETTER_TITLES[word], to, tuple(paragraphs), sender, day)


def as_docx(letter: Letter) -> bytes:
    """The letter as a Word document."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(16)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(_writable(letter.title))
    run.bold, run.font.size = True, Pt(22)
    document.add_paragraph(_writable(f"{letter.to}："))
    for text in letter.paragraphs:
        for line in text.splitlines() or [""]:
            paragraph = document.add_paragraph(_writable(line))
            paragraph.paragraph_format.first_line_indent = Pt(32)
    for text in (letter.sender, f"{letter.day.year}年{letter.day.month}月{letter.day.day}日"):
        document.add_paragraph(_writable(text)).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.core_properties.author = ""  # python-docx writes its own name there
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _writable(text: str) -> str:
    """Without what XML cannot say."""
    return "".join(character for character in text if character >= " " and not "\ud800" <= character <= "\udfff")


def _written(
    word: str, case: Case, complainant: Complainant, rules: ComplaintRules, with_contact: bool
) -> tuple[str, list[str]] | None:
    """To whom, and what; None where there is nothing to write about yet."""
    state, own = case.state, complainant.name or "投诉举报人"
    handling = state.handling
    if word == "acceptance" and state.accepted is not None:
        return own, _acceptance(case, rules)
    if word == "refusal" and state.refused is not None:
        return own, _refusal(case, state.refused, rules)
    if handling is None:
        return None
    if word == "handing":
        if with_contact and state.own_handler:
            raise WrongCallError("承办单位就是被投诉举报的单位，不能把投诉举报人的姓名和联系方式转给它（第十五条）")
        return handling.handed.body, _handing(case, handling.handed, complainant, rules, with_contact)
    if word == "reply" and handling.reported is not None:
        return own, _reply(case, handling.handed, handling.reported)
    if word == "urging" and state.urges:
        return handling.handed.body, _urging(case, handling.handed, state.urges[-1][0], complainant, rules)
    return None


def _about(case: Case) -> str:
    one, day = case.complaint, case.complaint.received
    return f"{day.year}年{day.month}月{day.day}日收到的关于{one.accused}的投诉举报（编号 {one.id}）"


def _acceptance(case: Case, rules: ComplaintRules) -> list[str]:
    whole = rules.term(TermKind.WHOLE)
    return [
        f"您提出、我办于{_about(case)}，经审查符合《{rules.title}》规定的受理条件，现予受理。",
        f"本件一般自受理之日起 {whole.days} 个工作日内办结；情况复杂需要延长的，另行告知。",
        "办理结果将反馈给您并征求意见。",
    ]


def _refusal(case: Case, refused: Refused, rules: ComplaintRules) -> list[str]:
    ground = rules.find(rules.grounds, refused.ground)
    basis = f"《{rules.title}》{ground.article}（{ground.text}）" if ground is not None else f"《{rules.title}》"
    return [f"您提出、我办于{_about(case)}，依据{basis}，决定不予受理。", f"理由：{refused.why}"]


def _reply(case: Case, handed: HandedOn, reported: Reported) -> list[str]:
    return [
        f"您提出、我办于{_about(case)}，已由{handed.body}调查办理完毕。",
        f"查实情况：{OUTCOME_NAMES[reported.outcome]}。",
        f"办理结果：{reported.result}",
        "请将您的意见告知我办。对办理结果有异议的，可以要求二次调查。",
    ]


def _handing(
    case: Case, handed: HandedOn, complainant: Complainant, rules: ComplaintRules, with_contact: bool
) -> list[str]:
    redact: Callable[[str], str] = mask if with_contact else redacting(complainant)
    term = rules.term(TermKind.HANDLE)
    nature = "现要求你单位进行二次调查" if handed.again else "现转你单位办理"
    paragraphs = [
        f"我办{_about(case)}，{nature}。请自收到之日起 {term.days} 个工作日内调查核实、依法办理，并将结果告知我办。",
        f"事由：{redact(case.complaint.title)}",
        f"内容：{redact(case.complaint.text)}",
    ]
    if with_contact:
        paragraphs.append(f"投诉举报人：{complainant.name or '匿名'}，{complainant.contact or '联系方式不详'}")
    return [*paragraphs, "请遵守回避和保密规定，不得向被投诉举报对象透露涉密信息。"]


def _urging(case: Case, handed: HandedOn, urged: Urged, complainant: Complainant, rules: ComplaintRules) -> list[str]:
    term, ground = rules.term(TermKind.ANSWER_URGE), rules.find(rules.urging, urged.case)
    found = f"{ground.text}（{ground.article}）" if ground is not None else urged.case
    return [
        f"我办{_about(case)}，于{handed.on}转你单位办理。办理中存在：{found}。",
        f"改进建议：{redacting(complainant)(urged.advice)}",
        f"请在收到后 {term.days} 个工作日内书面反馈；未采纳的，请说明理由。",
    ]
