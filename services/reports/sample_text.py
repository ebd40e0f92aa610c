"""The blind samples and our own error for people at a terminal."""

from collections.abc import Sequence

from records.desk import BlindSample, GivenAnswer
from services.desk.samples import ANSWER_NAMES, KIND_NAMES, ErrorRate, address_shown
from services.reports.wording import clean


def samples_text(drawn: Sequence[BlindSample], given: Sequence[GivenAnswer], by: str) -> str:
    """One line each; our verdict stands only beside what ``by`` answered."""
    mine = {one.sample: one for one in given if one.by == by}
    lines = []
    for one in drawn:
        line = f"{one.position} [{KIND_NAMES[one.kind]}] {one.site_name} {address_shown(one)} {one.asked}"
        if one.id in mine:
            line += f" 您：{ANSWER_NAMES[mine[one.id].answer]}；我们：{one.said}"
        lines.append(clean(line))
    lines.append(f"共 {len(drawn)} 条，您已判断 {len(mine)} 条")
    return "\n".join(lines) + "\n"


def rates_text(rates: Sequence[ErrorRate]) -> str:
    return "\n".join(_rate(one) for one in rates) + "\n"


def _rate(one: ErrorRate) -> str:
    name = f"{KIND_NAMES[one.kind] if one.kind is not None else '合计'} {'误判' if one.failed else '漏判'}"
    if not one.judged:
        return f"{name}：还没有判断"
    low, high = one.bounds
    told = f"{name}：{one.wrong}/{one.judged} = {one.wrong / one.judged:.1%}（{low:.1%}–{high:.1%}）"
    return told + (f"，看不清 {one.unclear} 条" if one.unclear else "")
