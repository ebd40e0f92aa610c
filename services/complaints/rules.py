"""The measures that complaints are handled by, read from a file: grounds, kinds of conduct and terms are data."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from records.complaints import ComplaintRules, Ground, TermKind, TermRule
from scoring.tree import Fault, Fields, read_tree
from services.schemes import WrongCallError, read_text

FORMAT: Final = "chengjian.complaint-rules/1"
PACKAGED: Final = "nanyang-2020.yml"
_MOST_DAYS: Final = 400


def load_rules(path: Path | None = None) -> ComplaintRules:
    """The rules in a file; without one those of 2020.  ``WrongCallError`` with every fault and its line."""
    if path is None:
        text, source = files("services.complaints").joinpath(PACKAGED).read_text("utf-8"), PACKAGED
    else:
        text, source = read_text(path, "投诉举报规则"), path.name
    rules, faults = parse_rules(text, source)
    if faults:
        raise WrongCallError(*(str(fault) for fault in faults))
    return rules


def parse_rules(text: str, source: str) -> tuple[ComplaintRules, tuple[Fault, ...]]:
    """The rules of a text; with any fault they are not to be used."""
    faults: list[Fault] = []
    fields = Fields(read_tree(text, source, faults), "", faults)
    fields.choice("format", (FORMAT,))
    rules = ComplaintRules(
        id=fields.text("id"),
        title=fields.text("title"),
        number=fields.text("number"),
        kinds=_grounds(fields, "kinds"),
        conditions=_grounds(fields, "conditions"),
        grounds=_grounds(fields, "refusal"),
        urging=_grounds(fields, "urging"),
        terms=_terms(fields),
    )
    fields.close()
    return rules, tuple(sorted(set(faults)))


def _grounds(fields: Fields, word: str) -> tuple[Ground, ...]:
    found: list[Ground] = []
    for entry in fields.entries(word):
        ground = Ground(entry.text("id"), entry.text("article"), entry.text("text"))
        if ground.id in {one.id for one in found}:
            entry.fault("id", f"编号 {ground.id} 写了两次")
        if len(ground.id) > 40:
            entry.fault("id", "编号不能超过 40 个字符")
        entry.close()
        found.append(ground)
    return tuple(found)


def _terms(fields: Fields) -> tuple[TermRule, ...]:
    terms = fields.sub("terms", "terms")
    found: list[TermRule] = []
    if terms is None:
        return ()
    for kind in TermKind:
        entry = terms.sub(kind.value, kind.value)
        if entry is None:
            continue
        written = entry.text("days")
        days = int(written) if written.isascii() and written.isdigit() and len(written) < 4 else 0
        if not 1 <= days <= _MOST_DAYS:
            entry.fault("days", f'days 应为加引号的工作日数，如 "5"，得到 {written[:20]!r}')
        found.append(TermRule(kind, days, entry.text("article"), entry.text("name")))
        entry.close()
    terms.close()
    return tuple(found)
