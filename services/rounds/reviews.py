"""What the reviews of a round mean for its final score run."""

from records.indicators import IndicatorValue, Trace, TraceKind, ValueSource, ValueState
from services.rounds.life import RoundState


def accepted_values(state: RoundState) -> tuple[IndicatorValue, ...]:
    """One value for each row whose review was accepted, to stand before every other source; none for a refused one."""
    asked = {(unit, row.indicator): row for unit, review in state.answers.asked.items() for row in review.rows}
    values = []
    for decision in state.answers.accepted:
        row = asked[decision.unit, decision.indicator]
        files = tuple(
            Trace(TraceKind.ATTACHMENT, file.sha256, f"申诉材料：{file.name}", sha256=file.sha256)
            for file in row.attachments
        )
        ref = f"{state.plan.id}/{decision.unit}/{decision.indicator}"
        made = Trace(TraceKind.DECISION, ref, f"复评决定：{decision.reason}", seen_at=decision.at.isoformat())
        values.append(
            IndicatorValue(
                unit=decision.unit,
                indicator=decision.indicator,
                state=ValueState.SUPPLIED,
                source=ValueSource.JUDGED,
                value=decision.value,
                because=f"申诉经 {decision.by} 复评采纳：{decision.reason}",
                evidence=(made, *files),
                provider=decision.by,
                effective=None,
            )
        )
    return tuple(values)
