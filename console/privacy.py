"""Who sees personal numbers whole: whoever reviews the thing that they stand in, and nobody else."""

from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from console.acting import Actor
from console.rights import Right
from services.masking import mask


def shown(text: str, actor: Actor | None, reviewer: Right | None = None) -> str:
    """``text`` for this account: with personal numbers hidden, except for who has the right to review it."""
    return text if actor is not None and reviewer is not None and actor.has(reviewer) else mask(text)


@pass_context
def masked(context: Context, text: Any, reviewer: Right | None = None) -> str:
    """Template filter: ``{{ text|masked }}``, or whole for a reviewer: ``{{ text|masked(Right.DECIDE_EVENTS) }}``."""
    return shown("" if text is None else str(text), context.get("actor"), reviewer)
