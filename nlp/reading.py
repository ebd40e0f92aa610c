"""A text in two scripts side by side: as it is spelled, and simplified, letter for letter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from nlp.normalise import Normaliser

_KEPT: Final = "乾著"  # 乾县 is not 干县; 著 is simplified as it stands
_TIDY: Final = Normaliser(simplify=lambda text: text, traditional=frozenset())


def script_table(simplify: Callable[[str], str]) -> Mapping[int, str]:
    """Each Traditional character to its simplified form, for ``str.translate``: one for one, so that offsets stay.

    ``simplify`` is ``lambda c: zhconv.convert(c, "zh-hans")``.
    """
    table: dict[int, str] = {}
    for code in range(0x4E00, 0xA000):
        character = chr(code)
        simple = simplify(character)
        if simple != character and len(simple) == 1 and character not in _KEPT:
            table[code] = simple
    return table


@dataclass(frozen=True, slots=True)
class Reading:
    """``spelled`` and ``plain`` have the same length: what is found in the one is quoted from the other."""

    spelled: str
    plain: str
    title_end: int  # the title stands before it, the body after

    @classmethod
    def of(cls, title: str, text: str, script: Mapping[int, str]) -> "Reading":
        """Title and body as one text; a body that repeats its title is not read twice."""
        head, body = _TIDY(title), _TIDY(text)
        if head and body.startswith(head):
            body = body[len(head) :].lstrip("】]》 \n")
        spelled = f"{head}\n{body}" if head else body
        return cls(spelled, spelled.translate(script), len(head) + 1 if head else 0)
