"""The news classifier (分类模型): what it is worth, what it learned, and how the analysts' corrections compare."""

from fastapi import Request
from fastapi.responses import Response

from console.acting import Acting, NotFoundError, Tools
from console.rights import Right
from console.routing import PageRouter
from console.web import page
from nlp.model.linear import ModelError, read_model
from services.model_card import card_rows, own_part
from services.news.corrections import lessons, precision, since
from services.news.event_words import LABEL_WORDS

router = PageRouter()


@router.page("/model", Right.SEE_WATCH)
def model(request: Request, tools: Tools, actor: Acting) -> Response:
    """The model card, and the decisions that were made since."""
    found = tools.model()
    if found is None:
        raise NotFoundError("没有可说明的模型")
    try:
        card = read_model(found.text)
    except ModelError as error:
        raise NotFoundError(str(error)) from None
    standing = tools.events.board.standing()
    learned = lessons(standing)
    labels, negative = precision(learned)
    own = own_part(found.text)
    judged = [*((LABEL_WORDS[label], one) for label, one in labels.items()), ("负面", negative)]
    return page(
        request, "model.html", file=found, card=card, rows=card_rows(card), own=own,
        newer=since(standing, own.decision), learned=learned, judged=judged,
    )  # fmt: skip
