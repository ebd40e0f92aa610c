"""A ledger of tasks (任务台账): a status for each, no points."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from scoring.rules.base import Better, Outcome, Standing
from scoring.shapes import StatusNote
from scoring.tree import Fields

STATUS_NAMES: Final = {"done": "已完成", "under_way": "推进中", "not_started": "未启动", "overdue": "已逾期"}


@dataclass(frozen=True, slots=True)
class StatusLedger:
    kind: ClassVar[str] = "status_ledger"

    @property
    def shape(self) -> StatusNote:
        return StatusNote(tuple(STATUS_NAMES))

    @property
    def bounds(self) -> None:
        return None

    @property
    def ranked(self) -> Better | None:
        return None

    @property
    def summary(self) -> str:
        return "登记任务状态：" + "、".join(STATUS_NAMES.values()) + "；不计分"

    def score(self, value: dict[str, str], standing: Standing | None = None) -> Outcome:
        note = f"：{value['note']}" if value["note"] else ""
        return Outcome(None, STATUS_NAMES[value["status"]] + note)


def parse(fields: Fields, weight: Decimal) -> StatusLedger:
    return StatusLedger()
