"""The API of the daily blind sample: what is to be judged, judging it, and what that says of our own error."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from console.acting import Acting, Tools
from console.pages.flags import Number
from console.pages.samples import judge_one, judged_by
from console.rights import Right
from console.routing import PageRouter
from records.desk import BlindSample, SampleAnswer, SampleKind
from services.desk.samples import address_shown, error_rates, sample_of
from storage.samples import SampleRepository

router = PageRouter(tags=["每日抽检"])


class SampleOut(BaseModel):
    """One thing to be judged; our own verdict is told to whoever has answered, and to nobody before."""

    id: int
    position: int
    kind: SampleKind
    site_name: str
    asked: str = Field(description="要回答的问题")
    url: str = Field(description="在这里看")
    answer: SampleAnswer | None = Field(description="您的判断")
    said: str | None = Field(description="我们的判断，回答以后才有")
    agrees: bool | None = Field(description="两者是否一致；看不清的为 null")


class SamplesOut(BaseModel):
    day: str
    left: int = Field(description="您还没有判断的")
    samples: list[SampleOut]


class SampleIn(BaseModel):
    answer: SampleAnswer
    note: Annotated[str, Field(max_length=500)] = ""


class RateOut(BaseModel):
    kind: SampleKind | None
    measures: Literal["false_accusations", "misses"]
    wrong: int
    judged: int
    unclear: int
    low: float
    high: float


@router.call("GET", "/api/v1/samples", Right.SEE_SAMPLES, response_model=SamplesOut, summary="今天的抽检")
def samples(tools: Tools, actor: Acting) -> SamplesOut:
    """The sample of today, the same for everybody, without our verdict where one has not answered yet."""
    kept = SampleRepository(tools.engine)
    drawn = sample_of(kept, tools.city.id, tools.today)
    mine = judged_by(kept, drawn, actor)
    return SamplesOut(
        day=tools.today.isoformat(),
        left=sum(one.id not in mine for one in drawn),
        samples=[_sample(one, mine.get(one.id)) for one in drawn],
    )


@router.call("POST", "/api/v1/samples/{number}", Right.JUDGE_SAMPLES, response_model=SampleOut, summary="判断一条抽检")
def judge(tools: Tools, actor: Acting, number: Number, given: SampleIn) -> SampleOut:
    """Once; the answer says what we had said."""
    return _sample(judge_one(tools, actor, number, given.answer, given.note), given.answer)


@router.call(
    "GET", "/api/v1/samples/rates", Right.SEE_SAMPLES, response_model=list[RateOut], summary="我们自己的差错率"
)
def rates(tools: Tools, actor: Acting) -> list[RateOut]:
    """Our own error, measured by the blind samples."""
    return [
        RateOut(
            kind=one.kind, measures="false_accusations" if one.failed else "misses", wrong=one.wrong,
            judged=one.judged, unclear=one.unclear, low=one.bounds[0], high=one.bounds[1],
        )
        for one in error_rates(SampleRepository(tools.engine), tools.city.id, tools.today)
    ]  # fmt: skip


def _sample(one: BlindSample, answer: SampleAnswer | None) -> SampleOut:
    agrees = None if answer in (None, SampleAnswer.UNCLEAR) else (answer is SampleAnswer.BAD) == one.failed
    return SampleOut(
        id=one.id, position=one.position, kind=one.kind, site_name=one.site_name, asked=one.asked,
        url=address_shown(one), answer=answer, said=one.said if answer is not None else None, agrees=agrees,
    )  # fmt: skip
