"""News, notices and policy documents, written from patterns so that no two columns read the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chengjian.demo.content.articles import Draft
from chengjian.demo.content.dice import Dice
from chengjian.demo.content.place import PHONE, Place

Writer = Callable[[Place, Dice, int], Draft]


@dataclass(frozen=True, slots=True)
class Pattern:
    title: str
    text: str


_PATTERNS: dict[str, list[Any]] = yaml.safe_load(Path(__file__).with_name("patterns.yml").read_text("utf-8"))
_NEWS, _TRAFFIC_NEWS, _NOTICES, _POLICIES = (
    tuple(Pattern(**entry) for entry in _PATTERNS[name]) for name in ("news", "traffic_news", "notices", "policies")
)


def _filled(pattern: str, place: Place, dice: Dice, number: int) -> str:
    return pattern.format(
        short=place.short,
        town=dice.pick(("town", number), place.towns),
        bureau=place.short + dice.pick(("bureau", number), place.bureaus)
        if not place.name.endswith("局")
        else "市" + dice.pick(("bureau", number), place.bureaus),
        product=dice.pick(("product", number), place.products),
        n=dice.number(("n", number), 6, 48),
        m=dice.number(("m", number), 120, 860),
        k=dice.number(("k", number), 3, 5),
    )


def _draft(title: str, texts: Sequence[str], place: Place, dice: Dice, number: int) -> Draft:
    return Draft(_filled(title, place, dice, number), tuple(_filled(text, place, dice, number) for text in texts))


def write_news(place: Place, dice: Dice, number: int) -> Draft:
    patterns = _TRAFFIC_NEWS if place.field == "traffic" else _NEWS
    pattern = dice.deal("news", patterns, number + 1)[number]
    continued = dice.deal(("continued", number), _PATTERNS["news_continued"], 2)
    return _draft(pattern.title, [f"本网讯　{pattern.text}", *continued], place, dice, number)


def write_notice(place: Place, dice: Dice, number: int) -> Draft:
    pattern = dice.deal("notice", _NOTICES, number + 1)[number]
    texts = [
        pattern.text,
        "具体事项由{bureau}负责办理。如对本公告有异议，请以书面形式提出，并注明联系方式。",
        f"联系电话：{PHONE}。特此公告。",
    ]
    return _draft(pattern.title, texts, place, dice, number)


def write_policy(place: Place, dice: Dice, number: int) -> Draft:
    pattern = dice.deal("policy", _POLICIES, number + 1)[number]
    sign = f"文号：{place.document}发〔年份〕{dice.number(('sign', number), 3, 60)}号"
    return _draft(pattern.title, [sign, pattern.text, *_PATTERNS["policy_articles"]], place, dice, number)


def write_reading(place: Place, dice: Dice, number: int) -> Draft:
    """An interpretation (政策解读) of one of the policy documents."""
    policy = write_policy(place, dice, number)
    return Draft(
        f"一图读懂《{policy.title}》",
        (
            "一、制定背景。" + policy.paragraphs[1],
            "二、主要内容。文件共五条，重点明确了公开事项、办理期限和责任追究，便于群众对照监督。",
            "三、适用范围。文件适用于本行政区域内的有关单位，执行中的问题可以向起草单位反映。",
        ),
    )
