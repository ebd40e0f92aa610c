"""The API of the news classifier's figures."""

from pydantic import BaseModel

from console.acting import NotFoundError, Tools
from console.rights import Right
from console.routing import PageRouter
from nlp.cues.grammar import Target
from nlp.model.linear import ModelError, read_model
from records.news import NewsLabel
from services.model_card import Share, card_rows, own_part
from services.news.corrections import lessons, precision, since

router = PageRouter(tags=["运行"])


class ShareOut(BaseModel):
    """A share with its interval (Wilson, 95 %)."""

    hits: int
    of: int
    low: float
    high: float


class KindOut(BaseModel):
    target: Target
    name: str
    threshold: float
    unsure: float
    counts: bool
    precision: ShareOut | None
    recall: ShareOut | None


class ModelOut(BaseModel):
    """What the model is worth, what it learned, what was decided since."""

    where: str
    corpus: str
    kinds: list[KindOut]
    learned_items: int
    decisions_since: int
    reviewed: dict[NewsLabel, ShareOut]
    reviewed_negative: ShareOut


@router.call("GET", "/api/v1/model", Right.SEE_WATCH, response_model=ModelOut, summary="分类模型及其准确率")
def model(tools: Tools) -> ModelOut:
    found = tools.model()
    if found is None:
        raise NotFoundError("没有可说明的模型")
    try:
        card = read_model(found.text)
    except ModelError as error:
        raise NotFoundError(str(error)) from None
    standing = tools.events.board.standing()
    labels, negative = precision(lessons(standing))
    own = own_part(found.text)
    return ModelOut(
        where=found.where,
        corpus=card.corpus,
        kinds=[
            KindOut(
                target=row.target, name=row.name, threshold=row.threshold, unsure=row.unsure, counts=row.counts,
                precision=_share(row.precision), recall=_share(row.recall),
            )
            for row in card_rows(card)
        ],
        learned_items=own.items,
        decisions_since=since(standing, own.decision),
        reviewed={label: _shown(one) for label, one in labels.items()},
        reviewed_negative=_shown(negative),
    )  # fmt: skip


def _share(share: Share | None) -> ShareOut | None:
    return None if share is None else _shown(share)


def _shown(share: Share) -> ShareOut:
    low, high = share.interval
    return ShareOut(hits=share.hits, of=share.of, low=low, high=high)
