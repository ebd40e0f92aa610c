"""The daily blind sample (每日抽检): judged without our verdict, and what that says of our own error."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Form, Request
from fastapi.responses import Response

from console.acting import Acting, Actor, Tools
from console.pages.flags import Number
from console.rights import Right
from console.routing import PageRouter
from console.tools import ConsoleTools
from console.web import back_to, page
from records.desk import BlindSample, SampleAnswer
from services.desk.samples import (
    ANSWER_NAMES,
    KIND_NAMES,
    OVER,
    address_shown,
    answer,
    error_rates,
    sample_of,
)
from storage.samples import SampleRepository

router = PageRouter()
ANSWER_KINDS: Final = {SampleAnswer.GOOD: "good", SampleAnswer.BAD: "bad", SampleAnswer.UNCLEAR: ""}
_Text = Annotated[str, Form()]


@router.page("/samples", Right.SEE_SAMPLES)
def samples(request: Request, tools: Tools, actor: Acting) -> Response:
    """What is to be judged today; each verdict of ours is shown when this person has answered."""
    kept = SampleRepository(tools.engine)
    drawn = sample_of(kept, tools.city.id, tools.today)
    mine = judged_by(kept, drawn, actor)
    judges = actor.has(Right.JUDGE_SAMPLES)
    return page(
        request,
        "samples.html",
        samples=drawn,
        mine=mine,
        left=sum(one.id not in mine for one in drawn),
        judges=judges,
        kinds=KIND_NAMES,
        names=ANSWER_NAMES,
        answer_kinds=ANSWER_KINDS,
        address_shown=address_shown,
        rates=error_rates(kept, tools.city.id, tools.today),
        over=OVER.days,
    )


@router.act("/samples/{number}", Right.JUDGE_SAMPLES)
def judge(
    request: Request, tools: Tools, actor: Acting, number: Number, given: _Text = "", note: _Text = ""
) -> Response:
    one = judge_one(tools, actor, number, given, note)
    return back_to(f"/samples#s{one.position + 1}", request=request)


# -- what the page and the API share ----------------------------------------------------------------------------------


def judged_by(kept: SampleRepository, drawn: Sequence[BlindSample], actor: Actor) -> dict[int, SampleAnswer]:
    """What this person answered, by the number of the sample."""
    given = kept.answers([one.id for one in drawn])
    return {one.sample: one.answer for one in given if one.by == actor.account.login}


def judge_one(tools: ConsoleTools, actor: Actor, number: int, given: str, note: str) -> BlindSample:
    """Keep an answer, and log that it was given.  ``WrongCallError``."""
    kept = SampleRepository(tools.engine)
    one = answer(kept, number, given, by=actor.account.login, at=tools.now(), note=note)
    tools.log.add(
        at=tools.now(), by=actor.account.login, role=actor.role.value, action="judge_sample",
        subject=f"sample:{number}", told=f"抽检 {one.day} 第 {one.position} 条：{ANSWER_NAMES[SampleAnswer(given)]}",
    )  # fmt: skip
    return one
