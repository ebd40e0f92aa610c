"""News items, what the classifier says of them, and events."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Sentiment(StrEnum):
    """The tone towards public conduct (CONTRACTS §2), not the mood of the item."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class NewsLabel(StrEnum):
    """What kind of thing an item reports, in the order of the contract."""

    MISCONDUCT = "misconduct"  # 公职人员违纪违法失信被曝光
    MAJOR_DISHONESTY = "major_dishonesty"  # 重大失信事件
    CREDIT_ABUSE = "credit_abuse"  # 信用手段滥用、惩戒泛化
    INTEGRITY_EDUCATION = "integrity_education"  # 公务员诚信教育活动
    SPECIAL_GOVERNANCE = "special_governance"  # 诚信缺失突出问题专项治理


class EventState(StrEnum):
    """Where an event stands in its review."""

    SUGGESTED = "suggested"  # the classifier proposes
    CONFIRMED = "confirmed"  # an analyst confirmed
    DISMISSED = "dismissed"  # an analyst dismissed
    REFUTED = "refuted"  # later refuted (辟谣) or cleared; counts for nobody, keeps its trace


@dataclass(frozen=True, slots=True)
class Article:
    """One news item as it was gathered or imported."""

    id: str
    title: str
    text: str
    published: date | None = None
    source: str = ""  # the outlet's name
    url: str | None = None
    author: str = ""
    outlet_place: str = ""  # the place that the outlet belongs to: what 我县 and 我市 mean in it


@dataclass(frozen=True, slots=True)
class LabelVerdict:
    """One label on one item."""

    label: NewsLabel
    flag: bool
    score: float  # calibrated probability, 0 … 1
    because: tuple[str, ...] = ()  # the words of the item
    unsure: bool = False  # abstains: goes to an analyst and counts for nobody
    kind: str = ""  # Chinese, finer: 违纪违法 · 失信被执行 · 廉政警示教育 …


@dataclass(frozen=True, slots=True)
class NewsVerdict:
    """What the classifier says of one item: the tone and the five labels.  Of whom is another question."""

    sentiment: Sentiment
    sentiment_score: float  # −1 … 1
    sentiment_because: tuple[str, ...]
    labels: tuple[LabelVerdict, ...]  # all five, in the order of NewsLabel
    about_government: bool = False  # False: 政府与公职行为之外
    refutes: bool = False  # the item clears or denies (辟谣, 不实, 撤销) what another reported
    unsure: bool = False  # the tone is a guess

    def label(self, label: NewsLabel) -> LabelVerdict:
        return next(verdict for verdict in self.labels if verdict.label is label)


@dataclass(frozen=True, slots=True)
class Whose:
    """Where it happened, which bodies are named, and which registered units it is charged to."""

    places: tuple[str, ...] = ()  # as written in the text
    organisations: tuple[str, ...] = ()
    units: tuple[str, ...] = ()  # registry ids; empty: unattributed
    persons: tuple[str, ...] = ()  # names or 某-forms of those whose conduct is reported
    because: tuple[str, ...] = ()  # Chinese: why each unit


@dataclass(frozen=True, slots=True)
class NewsFact:
    """One item with everything that was read from it."""

    article: Article
    verdict: NewsVerdict
    whose: Whose
    event: str | None = None


@dataclass(frozen=True, slots=True)
class NewsEvent:
    """What happened once, however many papers print it."""

    id: str  # stable from night to night
    title: str  # of the representative
    first_day: date | None
    articles: tuple[str, ...]  # article ids, the representative first
    units: tuple[str, ...]  # registry ids it is charged to
    labels: tuple[NewsLabel, ...]
    negative: bool  # counts as 负面事件 of the units
    confidence: float  # of the least certain of what it is counted for, 0 … 1
    state: EventState = EventState.SUGGESTED
    persons: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
