"""The parts of an item that weigh differently: headline, lead, body (标题、导语、正文)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from nlp.normalise import Normaliser
from records.news import Article

_LEAD: Final = 200  # characters: the first paragraph says what happened
_LEAD_ALONE: Final = 400  # of an item without a headline, whose first sentence often says nothing
_HEADLINE: Final = 64  # characters of a first sentence that stands for a missing headline
_BRACKETED: Final = re.compile("^[^【】。]{0,40}【([^】]{4,80})】")
_SENTENCE: Final = re.compile("[。！？!?\n]")
_DATELINE: Final = re.compile(
    "^[^。\n]{0,60}?(?:本报讯|本网讯|[日月]讯|网讯|消息[）)]?[:：]|日电|[0-9]电|电[（(][^）)]{1,30}[）)]|"
    "(?:央视网|新华网|人民网)消息（[^）]{1,10}）[:：]|报道[:：])(?:[ ]?[（(][^）)]{1,40}[）)])?[:：]?"
)
_TAIL: Final = re.compile(
    r"[\s_|｜丨-]*(?:手机)?(?:网易|新浪|搜狐|腾讯|凤凰|今日头条|百家号|新华|人民|大河)(?:网|新闻|号|资讯)?$"
)


class Zone(StrEnum):
    """Where something was read."""

    HEADLINE = "headline"
    LEAD = "lead"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Zones:
    headline: str
    lead: str
    body: str

    def items(self) -> tuple[tuple[Zone, str], ...]:
        return ((Zone.HEADLINE, self.headline), (Zone.LEAD, self.lead), (Zone.BODY, self.body))


def split(article: Article, normalise: Normaliser) -> Zones:
    """The zones of an item in the normalised form; a missing headline is the first sentence."""
    title = normalise(article.title, 300)
    text = normalise(article.text)
    if found := _BRACKETED.match(text):
        inner = found[1].strip()
        if not title or title in inner or inner in title:
            title = title or inner
            text = text[found.end() :].lstrip()
    elif title and text.startswith(title):
        text = text[len(title) :].lstrip(" 。\n|")
    if found := _DATELINE.match(text):
        text = text[found.end() :].lstrip()
    lead = _LEAD
    if not title:
        lead = _LEAD_ALONE
        end = _end_of_sentence(text, 12, _HEADLINE)
        title, text = text[:end], text[end:].lstrip()
    title = _TAIL.sub("", title) or title
    end = _end_of_sentence(text, lead // 2, lead)
    return Zones(title, text[:end], text[end:])


def _end_of_sentence(text: str, least: int, most: int) -> int:
    """Behind the first sentence end from ``least`` on; ``most`` where there is none."""
    if len(text) <= least:
        return len(text)
    found = _SENTENCE.search(text, least, most)
    return found.end() if found else min(most, len(text))
