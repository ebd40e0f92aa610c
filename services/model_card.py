"""The model card (模型说明): what each flag is worth, measured on items that the model has not seen."""

import json
import math
from dataclasses import dataclass
from typing import Final

from nlp.cues.grammar import Target
from nlp.model.linear import LinearModel, Measured, TargetModel

NAMES: Final = {
    Target.MISCONDUCT: "公职人员违纪违法失信",
    Target.MAJOR_DISHONESTY: "重大失信事件",
    Target.CREDIT_ABUSE: "信用手段滥用",
    Target.INTEGRITY_EDUCATION: "公务员诚信教育",
    Target.SPECIAL_GOVERNANCE: "失信专项治理",
    Target.NEGATIVE: "负面",
    Target.POSITIVE: "正面",
    Target.ABOUT_GOVERNMENT: "涉及政府与公职",
    Target.REFUTES: "辟谣澄清",
}
_Z: Final = 1.959964  # 95 %


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What a model learned beside our corpus, as it stands in the model file."""

    sha256: str  # of the labels' texts; empty where there were none
    items: int
    decision: int = 0  # number of the newest decision on an event that was read; 0 where none was asked for


@dataclass(frozen=True, slots=True)
class ModelFile:
    """The model that is judged with."""

    text: str
    where: str  # Chinese: whence it comes
    corpus: str  # hash of the corpus that is there now


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its interval."""

    hits: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.hits, self.of)


@dataclass(frozen=True, slots=True)
class CardRow:
    """One kind on the card."""

    target: Target
    name: str
    threshold: float
    unsure: float
    counts: bool
    precision: Share | None
    recall: Share | None


def own_part(text: str) -> OwnPart:
    """What a model file says of the labels that it learned beside our corpus; nothing in one of an older program."""
    held = json.loads(text).get("own")
    return OwnPart(**held) if isinstance(held, dict) else OwnPart("", 0)


def card_rows(model: LinearModel) -> tuple[CardRow, ...]:
    """The card as figures."""
    return tuple(
        CardRow(
            target,
            NAMES[target],
            held.threshold,
            held.unsure,
            held.counts,
            None if (counted := held.measured) is None else _precision(counted),
            None if counted is None else _recall(counted),
        )
        for target, held in model.targets.items()
    )


def _precision(counted: Measured) -> Share:
    return Share(counted.true_positive, counted.true_positive + counted.false_positive)


def _recall(counted: Measured) -> Share:
    return Share(counted.true_positive, counted.true_positive + counted.false_negative)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Wilson's interval of a share at 95 %; (0, 1) where nothing was seen."""
    if of == 0:
        return 0.0, 1.0
    share = hits / of
    centre = share + _Z * _Z / (2 * of)
    spread = _Z * math.sqrt(share * (1 - share) / of + _Z * _Z / (4 * of * of))
    whole = 1 + _Z * _Z / of
    return max(0.0, (centre - spread) / whole), min(1.0, (centre + spread) / whole)


def model_card(model: LinearModel, corpus: str) -> str:
    """The card as text.  ``corpus`` is the hash of the corpus that is there now; a mismatch is said."""
    lines = ["新闻研判模型说明", f"训练语料指纹：{model.corpus or '（未训练，只用线索规则）'}"]
    if model.corpus and corpus and model.corpus != corpus:
        lines.append(f"注意：现有语料的指纹是 {corpus}，与训练时不同；请运行 chengjian train 重新训练")
    lines += [
        "以下准确率、召回率在没有参加训练的条目上量出（与训练部分不共用写法和事件，半数以上是故意的难例），",
        "括号内为 95% 区间（Wilson）。",
        "“只作提示”的种类不计入任何单位，只标为待人工研判。",
        "",
    ]
    lines += [_row(NAMES[target], held) for target, held in model.targets.items()]
    return "\n".join(lines) + "\n"


def _row(name: str, held: TargetModel) -> str:
    use = "计入" if held.counts else "只作提示"
    head = f"{name}：阈值 {held.threshold:.2f}，存疑 {held.unsure:.2f} 起，{use}"
    if held.measured is None:
        return f"{head}；未测量"
    return f"{head}；{_shares(held.measured)}"


def _shares(counted: Measured) -> str:
    return f"准确率 {_share(_precision(counted))}，召回率 {_share(_recall(counted))}"


def _share(share: Share) -> str:
    if share.of == 0:
        return "无样本"
    low, high = share.interval
    return f"{share.hits}/{share.of} = {share.hits / share.of:.1%}（{low:.1%}–{high:.1%}）"
