"""A filed value as it is kept, and how scoring reads it: with the way back to file, sheet, cell and evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from records.filings import FiledValue, FilingDecision, FilingHead, FilingOutcome
from records.indicators import IndicatorValue, Trace, TraceKind, ValueState

Cell = tuple[str, str]  # unit id, indicator id


@dataclass(frozen=True, slots=True)
class KeptValue:
    """A filed value as it is kept, with the file that it came from."""

    id: int
    filing_id: int
    head: FilingHead
    filed: FiledValue
    supersedes: int | None
    decision: FilingDecision | None = None  # the one that holds; None: not looked at yet

    @property
    def cell(self) -> Cell:
        return self.filed.unit, self.filed.indicator

    @property
    def returned(self) -> bool:
        """Whether it was sent back (退回): it stands for nothing until it is filed anew."""
        return self.decision is not None and self.decision.outcome is FilingOutcome.RETURNED


def indicator_value(kept: KeptValue, earlier: Sequence[KeptValue]) -> IndicatorValue:
    """The value as scoring reads it.  ``earlier``: what the same provider had filed before.

    What was sent back is no value: the row is open, and says why.  An earlier filing does not stand up again for it,
    since its provider has taken that back by filing anew.
    """
    filed, head = kept.filed, kept.head
    if kept.decision is not None and kept.returned:
        return IndicatorValue(
            unit=filed.unit,
            indicator=filed.indicator,
            state=ValueState.NOT_SUPPLIED,
            source=head.source,
            because=_sent_back(kept, kept.decision),
            evidence=(_decision_trace(kept.decision),),
            provider=head.provider,
            left_out=(trace_of(kept), *(trace_of(one) for one in earlier)),
        )
    return IndicatorValue(
        unit=filed.unit,
        indicator=filed.indicator,
        state=filed.state,
        source=head.source,
        value=filed.value,
        because=_because(kept),
        evidence=(
            trace_of(kept),
            *(
                Trace(TraceKind.ATTACHMENT, one.sha256, one.name, sha256=one.sha256, seen_at=instant(head.supplied_at))
                for one in filed.attachments
            ),
        ),
        provider=head.provider,
        effective=filed.effective or head.effective,
        left_out=tuple(trace_of(one) for one in earlier),
    )


def trace_of(kept: KeptValue) -> Trace:
    """Where a third person finds the value: the file by its hash, the sheet and the cell."""
    place = f"{kept.filed.sheet}!{kept.filed.cell}" if kept.filed.sheet else kept.filed.cell
    title = f"{kept.head.provider}填报，{kept.head.period}，{kept.head.file_name} {place}"
    return Trace(
        TraceKind.FILING,
        str(kept.id),
        title,
        sha256=kept.head.file_sha256,
        seen_at=instant(kept.head.supplied_at),
        place=place,
    )


def _sent_back(kept: KeptValue, decision: FilingDecision) -> str:
    filed_on, sent_on = f"{kept.head.supplied_at:%Y-%m-%d}", f"{decision.at:%Y-%m-%d}"
    return f"{kept.head.provider}于 {filed_on} 的填报已于 {sent_on} 退回，等待重新填报：{decision.reason}"


def _decision_trace(decision: FilingDecision) -> Trace:
    return Trace(
        TraceKind.DECISION,
        f"filing/{decision.value_id}/{decision.number}",
        f"{decision.by}退回填报：{decision.reason}",
        seen_at=instant(decision.at),
    )


def _because(kept: KeptValue) -> str:
    filed, who = kept.filed, kept.head.provider
    match filed.state:
        case ValueState.NOT_APPLICABLE:
            return f"{who}申报不适用：{filed.reason}"
        case ValueState.NOT_SUPPLIED | ValueState.NOT_MEASURED:
            return f"{who}说明无法提供：{filed.reason}"
        case ValueState.SUPPLIED:
            day = filed.effective or kept.head.effective
            until = f"，数据截至 {day}" if day is not None else ""
            named = f"，所列名称：{'、'.join(filed.items)}" if filed.items else ""
            files = f"，佐证 {len(filed.attachments)} 份" if filed.attachments else "，未附佐证"
            return f"{who}于 {kept.head.supplied_at:%Y-%m-%d} 填报{until}{named}{files}"
        case _:
            assert_never(filed.state)


def instant(moment: datetime) -> str:
    """As the tables and the traces write it."""
    return moment.isoformat(timespec="seconds")
