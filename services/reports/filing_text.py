"""What the filing commands say on the terminal, in Chinese."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from records.filings import FilingOutcome
from records.indicators import ValueState
from scoring.points import plain
from scoring.rules.status_ledger import STATUS_NAMES
from scoring_bridge.filings import STATE_NAMES
from scoring_bridge.part_names import part_name
from services.filing_due import Debt, DueReport
from services.import_filing import FileReport, Outcome
from storage.filed_values import KeptValue
from storage.filings import FileUse, FilingSummary

_OUTCOMES = {
    Outcome.ACCEPTED: "已接收",
    Outcome.PARTIAL: "部分接收",
    Outcome.KNOWN: "以前已接收过同一文件，没有新内容",
    Outcome.REFUSED: "拒收，其中任何一项都没有采用",
}


def import_text(report: FileReport, names: Mapping[str, str]) -> str:
    """One file: what became of it, and what a person has to know of its rows.  Refusals are said elsewhere."""
    head = f"{report.file}：{_OUTCOMES[report.outcome]}"
    if report.provider:
        head += f"（{report.scheme}，{report.period}，{report.provider}）"
    lines = [head]
    if report.receipt is not None:
        receipt = report.receipt
        lines.append(
            f"  新收 {len(receipt.taken)} 项，此前已收 {len(receipt.known)} 项，拒收 {len(report.refused_rows)} 项"
        )
        if receipt.replaced:
            lines.append(f"  其中 {len(receipt.replaced)} 项替代了先前的填报：")
            lines += [f"    {_cell(kept, names)} 原为 {value_text(kept)}" for kept in receipt.replaced[:20]]
            if len(receipt.replaced) > 20:
                lines.append(f"    ……其余 {len(receipt.replaced) - 20} 项见 chengjian filing show --history")
    lines += [f"  注意：{remark}" for remark in report.remarks]
    lines += [f"  注意：{row}" for row in report.rows if row.accepted and row.remarks]
    return "\n".join(lines) + "\n"


def shared_text(uses: Sequence[FileUse], names: Mapping[str, str]) -> str:
    """Evidence files that more than one unit or row stands on."""
    lines = []
    for use in uses:
        file_names = dict.fromkeys(
            one.name for kept in use.uses for one in kept.filed.attachments if one.sha256 == use.sha256
        )
        cells = "、".join(_cell(kept, names) for kept in use.uses[:10])
        more = f" 等 {len(use.uses)} 处" if len(use.uses) > 10 else ""
        lines.append(f"  同一佐证文件用于多处：{'、'.join(list(file_names)[:3])}（{use.sha256[:12]}）：{cells}{more}")
    return "".join(line + "\n" for line in lines)


def unnamed_text(names: Sequence[str]) -> str:
    """Files in the folder of attachments that no row names."""
    if not names:
        return ""
    more = f" 等 {len(names)} 个" if len(names) > 10 else ""
    return f"  附件目录中没有被任何一项列出的文件，未保存：{'、'.join(names[:10])}{more}\n"


def list_text(filings: Sequence[FilingSummary]) -> str:
    if not filings:
        return "还没有接收过填报。\n"
    lines = []
    for one in filings:
        head = one.head
        who = f"，{head.supplied_by}" if head.supplied_by else ""
        replaced = f"，其中 {one.values - one.standing} 项已被后来的替代" if one.standing < one.values else ""
        lines.append(
            f"{one.id}\t{head.supplied_at:%Y-%m-%d %H:%M}\t{head.scheme} {head.period}\t{head.provider}{who}\t"
            f"{one.units} 个单位 {one.values} 项{replaced}\t{head.file_name}\t{head.file_sha256[:12]}"
        )
    return "\n".join(lines) + "\n"


def show_text(values: Sequence[KeptValue], names: Mapping[str, str], replaced: frozenset[int]) -> str:
    if not values:
        return "没有符合条件的填报。\n"
    lines = []
    for kept in values:
        filed, head = kept.filed, kept.head
        place = f"{filed.sheet}!{filed.cell}" if filed.sheet else filed.cell
        day = filed.effective or head.effective
        gone = ("（已被替代）" if kept.id in replaced else "") + _decided(kept)
        lines.append(
            f"{head.scheme} {head.period}\t{names.get(filed.unit, filed.unit)} {filed.indicator}："
            f"{value_text(kept)}{gone}\t{head.provider} {head.supplied_at:%Y-%m-%d} 报"
            f"{f'，数据截至 {day}' if day is not None else ''}\t{head.file_name} {place}"
        )
        lines[-1] += f"\t编号 {kept.id}"
        if filed.items:
            lines.append(f"    所列名称：{'、'.join(filed.items)}")
        lines += [f"    佐证：{one.name}（{one.sha256[:12]}）{one.note}".rstrip() for one in filed.attachments]
        lines += [f"    注意：{remark}" for remark in filed.remarks]
    return "\n".join(lines) + "\n"


def _decided(kept: KeptValue) -> str:
    decision = kept.decision
    if decision is None:
        return ""
    if decision.outcome is FilingOutcome.RETURNED:
        return f"（{decision.at:%Y-%m-%d} 由 {decision.by} 退回：{decision.reason}）"
    return f"（{decision.at:%Y-%m-%d} 由 {decision.by} 审核通过）"


def due_text(report: DueReport) -> str:
    owed = report.asked - report.filed
    lines = [f"{report.scheme} {report.period}：应报 {report.asked} 项，已报 {report.filed} 项，欠 {owed} 项"]
    by_provider: dict[str, list[Debt]] = {}
    for debt in report.debts:
        by_provider.setdefault(debt.provider, []).append(debt)
    for provider, debts in by_provider.items():
        lines.append(f"{provider}：欠 {sum(len(debt.missing) for debt in debts)} 项")
        by_rows: dict[tuple[str, ...], list[str]] = {}
        for debt in debts:
            by_rows.setdefault(debt.missing, []).append(debt.unit_name)
        lines += [f"  {'、'.join(units)}：{'、'.join(rows)}" for rows, units in by_rows.items()]
    return "\n".join(lines) + "\n"


def value_text(kept: KeptValue) -> str:
    """A filed value as a person reads it."""
    filed = kept.filed
    if filed.state is not ValueState.SUPPLIED:
        return f"{STATE_NAMES[filed.state]}（{filed.reason}）"
    return value_words(filed.value, filed.indicator)


def value_words(value: Any, indicator: str) -> str:
    """A value of a row as a person reads it."""
    match value:
        case None:
            return "无"
        case bool():
            return "是" if value else "否"
        case Decimal():
            return plain(value)
        case str():
            return STATUS_NAMES.get(value, value)
        case dict():
            return "，".join(
                f"{part_name(indicator, name)} {value_words(one, indicator)}" for name, one in value.items()
            )
        case list() | tuple():
            return "、".join(part_name(indicator, str(one)) for one in value) or "（一项都不具备）"
        case _:
            return str(value)


def _cell(kept: KeptValue, names: Mapping[str, str]) -> str:
    return f"{names.get(kept.filed.unit, kept.filed.unit)} {kept.filed.indicator}"
