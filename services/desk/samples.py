"""The daily blind sample: some of what we called bad and some of what we called good, judged again by a person.

The same day and the same audits give the same sample.  Whoever answers does not see our verdict; the first answer of
each sample counts.  False accusations and misses are told with their interval (Wilson, 95 %).
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from checks.wording import REQUIREMENT_NAMES
from records.desk import BlindSample, GivenAnswer, SampleAnswer, SampleKind
from records.verdicts import Requirement
from services.model_card import wilson
from services.reports.titles import check_title
from services.review_finding import one_line
from services.schemes import WrongCallError
from storage.samples import SampleRepository

EACH: Final = 10  # fails, and as many passes
OVER: Final = timedelta(days=90)  # what our own error is told over
_TRIES: Final = 60  # portals looked at for the passes of one day

_OF_CHECK: Final = {
    "broken_link": SampleKind.LINK,
    "hijacked_link": SampleKind.LINK,
    "stale_column": SampleKind.COLUMN,
    "empty_column": SampleKind.COLUMN,
    "missing_disclosure": SampleKind.DISCLOSURE,
    "empty_disclosure": SampleKind.DISCLOSURE,
    "broken_disclosure": SampleKind.DISCLOSURE,
}
_PASSED: Final = {
    SampleKind.LINK: "可以打开",
    SampleKind.COLUMN: "按期更新",
    SampleKind.DISCLOSURE: "已公开",
}
KIND_NAMES: Final = {
    SampleKind.LINK: "链接",
    SampleKind.COLUMN: "栏目更新",
    SampleKind.DISCLOSURE: "公开事项",
}
ANSWER_NAMES: Final = {SampleAnswer.GOOD: "好", SampleAnswer.BAD: "坏", SampleAnswer.UNCLEAR: "看不清"}


Audit = tuple[int, str, str]  # number, key and name of the portal


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """How often we were wrong among what people could judge; ``low`` and ``high`` bound it at 95 %."""

    kind: SampleKind | None  # None: all kinds together
    failed: bool  # True: false accusations among our fails; False: misses among our passes
    wrong: int
    judged: int
    unclear: int

    @property
    def bounds(self) -> tuple[float, float]:
        return wilson(self.wrong, self.judged)


def sample_of(samples: SampleRepository, city: str, day: date) -> tuple[BlindSample, ...]:
    """The sample of a day, drawn and kept when it is asked for first.  Raises ``StorageError``."""
    kept = samples.of_day(city, day)
    if kept:
        return kept
    draw = random.Random(f"{city} {day.isoformat()}")  # noqa: S311  it is to be the same for everybody
    audits = samples.newest_audits()
    drawn = [*_fails(samples, city, day, draw, audits), *_passes(samples, city, day, draw, audits)]
    draw.shuffle(drawn)
    samples.keep([replace(one, position=number) for number, one in enumerate(drawn, 1)])
    return samples.of_day(city, day)


def address_shown(one: BlindSample) -> str:
    """Where a person looks.  Of a disclosure only the portal: which page we name would tell our verdict."""
    return f"http://{one.site}/" if one.kind is SampleKind.DISCLOSURE else one.subject


def answer(samples: SampleRepository, number: int, given: str, *, by: str, at: datetime, note: str = "") -> BlindSample:
    """Keep what a person saw.  ``WrongCallError`` for a sample or an answer that is none, or for a second answer."""
    one = samples.load(number)
    if one is None:
        raise WrongCallError("没有这一条抽检")
    if given not in list(SampleAnswer):
        raise WrongCallError("请选择：好、坏、看不清")
    if not samples.answer(GivenAnswer(number, SampleAnswer(given), by, at, one_line(note))):
        raise WrongCallError("您已经判断过这一条，第一次的判断有效，没有再记一次")
    return one


def error_rates(samples: SampleRepository, city: str, today: date) -> tuple[ErrorRate, ...]:
    """Our own error over ``OVER``: for everything, then by kind; false accusations, then misses."""
    answered = samples.answered(city, today - OVER)
    found = []
    for kind in (None, *SampleKind):
        for failed in (True, False):
            mine = [given.answer for one, given in answered if one.failed is failed and kind in (None, one.kind)]
            wrong = mine.count(SampleAnswer.GOOD if failed else SampleAnswer.BAD)
            unclear = mine.count(SampleAnswer.UNCLEAR)
            found.append(ErrorRate(kind, failed, wrong, len(mine) - unclear, unclear))
    return tuple(found)


def _fails(
    samples: SampleRepository, city: str, day: date, draw: random.Random, audits: Sequence[Audit]
) -> Iterator[BlindSample]:
    """From as many portals as possible: one portal with a thousand dead links is still one."""
    accusing = samples.accusing(_OF_CHECK)
    portals = [one for one in audits if one[0] in accusing]
    draw.shuffle(portals)
    left = {audit: list(samples.accusations(audit, site, _OF_CHECK)) for audit, site, _ in portals[: 2 * EACH]}
    taken = 0
    while taken < EACH and any(left.values()):
        for audit, site, name in portals[: 2 * EACH]:
            if taken == EACH or not left[audit]:
                continue
            check, subject, finding = left[audit].pop(draw.randrange(len(left[audit])))
            kind, said = _OF_CHECK[check], check_title(check)
            taken += 1
            asked = _asked(kind, subject)
            yield BlindSample(0, city, day, 0, kind, True, said, site, name, audit, subject, asked, finding)


def _passes(
    samples: SampleRepository, city: str, day: date, draw: random.Random, every: Sequence[Audit]
) -> Iterator[BlindSample]:
    audits = list(every)
    draw.shuffle(audits)
    kinds = [SampleKind.LINK, SampleKind.COLUMN, SampleKind.DISCLOSURE]
    seen: set[str] = set()
    for number in range(min(_TRIES, EACH * len(audits))):
        if len(seen) == EACH:
            return
        audit, site, name = audits[number % len(audits)]
        kind = kinds[(number + number // len(audits)) % len(kinds)]
        subject = _pass_of(samples, kind, audit, draw)
        if subject is None or subject in seen:
            continue
        if any(subject == accused for _, accused, _ in samples.accusations(audit, site, _OF_CHECK)):
            continue
        seen.add(subject)
        yield BlindSample(
            0, city, day, 0, kind, False, _PASSED[kind], site, name, audit, subject, _asked(kind, subject)
        )


def _pass_of(samples: SampleRepository, kind: SampleKind, audit: int, draw: random.Random) -> str | None:
    match kind:
        case SampleKind.LINK:
            last = samples.addresses(audit)
            return samples.fetched(audit, draw.randint(1, last)) if last else None
        case SampleKind.COLUMN:
            columns = samples.fresh_columns(audit)
            return draw.choice(columns).fact.url if columns else None
        case SampleKind.DISCLOSURE:
            published = [one for one in samples.published(audit) if one.url is not None]
            if not published:
                return None
            one = draw.choice(published)
            return f"{one.url}#{one.requirement.value}"


def _asked(kind: SampleKind, subject: str) -> str:
    match kind:
        case SampleKind.LINK:
            return "这个地址打得开、内容是它该有的吗？"
        case SampleKind.COLUMN:
            return "这个栏目有内容，并且在规定的期限内更新过吗？"
        case SampleKind.DISCLOSURE:
            word = subject.partition("#")[2]
            name = REQUIREMENT_NAMES.get(Requirement(word), word) if word in list(Requirement) else word
            return f"这个门户公开了“{name}”吗？"
