"""The Chinese words for what an event is, where it stands and what was decided on it."""

from collections.abc import Sequence
from typing import Final

from records.news import EventState, NewsEvent, NewsLabel, Sentiment
from records.news_reviews import DismissGround, ReviewAction
from records.registry import City

LABEL_WORDS: Final = {
    NewsLabel.MISCONDUCT: "违纪违法",
    NewsLabel.MAJOR_DISHONESTY: "重大失信",
    NewsLabel.CREDIT_ABUSE: "信用滥用",
    NewsLabel.INTEGRITY_EDUCATION: "诚信教育",
    NewsLabel.SPECIAL_GOVERNANCE: "专项治理",
}
STATE_WORDS: Final = {
    EventState.SUGGESTED: "待复核",
    EventState.CONFIRMED: "已确认",
    EventState.DISMISSED: "已排除",
    EventState.REFUTED: "已澄清",
}
TONE_WORDS: Final = {Sentiment.NEGATIVE: "负面", Sentiment.NEUTRAL: "中性", Sentiment.POSITIVE: "正面"}
ACTION_WORDS: Final = {
    ReviewAction.CONFIRM: "确认",
    ReviewAction.DISMISS: "排除",
    ReviewAction.RELABEL: "改标签",
    ReviewAction.MERGE: "并入",
    ReviewAction.SPLIT: "拆分",
    ReviewAction.REATTRIBUTE: "改归属",
}
GROUND_WORDS: Final = {
    DismissGround.NOT_SO: "研判有误：报道的不是这种事",
    DismissGround.ELSEWHERE: "不在本市，或不归任何被评单位",
    DismissGround.OLD: "旧事重提，或不在评价期内",
    DismissGround.CLEARED: "已经澄清或撤销",
    DismissGround.OTHER: "其他",
}


def units_text(city: City, units: Sequence[str]) -> str:
    names = {unit.id: unit.name for unit in city.units}
    return "、".join(names.get(unit, unit) for unit in units) or "未归属"


def kinds_text(event: NewsEvent) -> str:
    words = [LABEL_WORDS[label] for label in event.labels]
    return "、".join([*words, "负面"] if event.negative else words) or "无标签"
