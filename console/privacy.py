"""Who sees personal numbers whole: whoever reviews the thing that they stand in, and nobody else."""

from typing import Any, Final, TypeVar

from jinja2 import pass_context
from jinja2.runtime import Context
from pydantic import BaseModel

from console.acting import Actor
from console.rights import Right
from services.masking import mask

Answer = TypeVar("Answer", bound=BaseModel)


def shown(text: str, actor: Actor | None, reviewer: Right | None = None) -> str:
    """``text`` for this account: with personal numbers hidden, except for who has the right to review it."""
    return text if actor is not None and reviewer is not None and actor.has(reviewer) else mask(text)


#: What an answer of the API calls a text that somebody wrote, or that stood on a page.
_TEXTS: Final = frozenset(
    {"title", "message", "where", "how_seen", "remedy", "fails_when", "told", "reason", "lifted_why", "why", "text",
     "because", "comments"}
)  # fmt: skip


def veiled(answer: Answer, actor: Actor, reviewer: Right) -> Answer:
    """An answer of the API for this account: with personal numbers in its texts hidden, except for a reviewer."""
    if actor.has(reviewer):
        return answer
    return type(answer).model_validate(_veil(answer.model_dump()))


def _veil(value: Any, name: str = "") -> Any:
    match value:
        case str():
            return mask(value) if name in _TEXTS else value
        case dict():
            return {key: _veil(inner, str(key)) for key, inner in value.items()}
        case list() | tuple():
            return [_veil(inner, name) for inner in value]
        case _:
            return value


@pass_context
def masked(context: Context, text: Any, reviewer: Right | None = None) -> str:
    """Template filter: ``{{ text|masked }}``, or whole for a reviewer: ``{{ text|masked(Right.DECIDE_EVENTS) }}``."""
    return shown("" if text is None else str(text), context.get("actor"), reviewer)
