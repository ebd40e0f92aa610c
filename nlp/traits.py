"""What an item is recognised by: who, where, when, what matter.  Two reports of one event share some of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from nlp.divisions import short_form
from nlp.fingerprints import Fingerprint, fingerprint
from nlp.persons import SURNAMES, post_holders
from nlp.places import Cutter
from nlp.reading import Reading
from records.news import NewsFact

_MOST_AMOUNTS: Final = 6  # of each sort, the first: long lists of figures would meet by chance
_HEAD: Final = 800  # characters of the text that are read for names and words
_AMOUNT: Final = re.compile(
    r"\d+(?:\.\d+)?\s*(?:余|多)?(?:万亿|亿|万|千)?(?:余|多)?(?:元|名|人|吨|亩|平方米|平|户|件|年|天|套|辆|次|公斤|斤|万|亿)"
)
_PLAIN_AMOUNT: Final = re.compile(r"^\d{1,2}(?:名|人|年|天|次|件|户|套|辆)$|^(?:19|20)\d\d年$")
_QUOTED: Final = re.compile(r"[“「『《]([^”」』》\s，。]{2,14})[”」』》]")
_FIRM: Final = re.compile(r"[\u4e00-\u9fff]{2,12}?(?:有限责任公司|有限公司|股份公司|集团|公司)")
_MANY: Final = re.compile(r"(?P<count>[一二三四五六七八九十两\d]{1,3})(?:起|例|批|件|宗|人|名)")
_CONTENT: Final = frozenset(
    {"n", "nr", "ns", "nt", "nz", "v", "vn", "l", "i", "j", "a", "eng", "nrt", "nrfg", "an", "s", "t"}
)
_PLACE_KINDS: Final = frozenset("镇乡村县市区路街州旗省局院校")
_HANZI: Final = re.compile(r"[\u4e00-\u9fff]+")
_TITLE_OPENING: Final = re.compile("[。！？!?\n]")

# Words that hundreds of unrelated reports share: sharing one says nothing.
_GENERIC: Final = """
干部 官员 公职人员 局长 副局长 书记 副书记 县委书记 市委书记 主任 副主任 县长 副县长 市长 副市长 省长 镇长
村干部 村支书 村主任 领导 人员 工作人员 负责人 党员 党组 成员 常委 纪委 监委 纪检 监察 中央 中央纪委 国家监委
省纪委 市纪委 县纪委 公安 公安局 警方 民警 警察 法院 检察院 检察 法官 政府 机关 部门 单位 组织 城管 涉嫌 严重
违纪 违法 违规 违反 受贿 贪污 调查 审查 接受 被查 通报 公开 典型 案例 案件 问题 处分 处理 开除 党籍 公职 双开
免职 停职 撤职 警告 立案 逮捕 起诉 公诉 一审 二审 宣判 判决 判刑 有期徒刑 获刑 拘留 留置 落马 投案 主动 举报
曝光 投诉 事件 事故 维权 回应 情况 官方 消息 记者 报道 新闻 网友 网民 网络 视频 微博 媒体 社会 群众 居民 村民
市民 男子 女子 发生 进行 开展 召开 会议 工作 活动 要求 表示 介绍 获悉 日前 近日 今天 昨日 目前 正在 已经 相关
有关 可能 没有 成为 进一步 推进 加强 落实 教育 学习 全面 建设 管理 服务 发展 精神 八项规定 中央八项规定 规定
廉政 警示 警示教育 诚信 政务 信用 失信 拖欠 欠款 工资 农民工 工程款 企业 公司 项目 资金 万元 亿元 元 年 月 日
人 名 起 例 中国 全国 全省 全市 全县 我市 我县 省 市 县 区 镇 乡 村 办 是 有 被 将 为 发布 公布 决定 依法 专项
整治 治理 行动 第一 多名 多次 收受 礼金 礼品 宴请 利用 职务 便利 原 副 前 曾 称 说 后 不 遭 获 涉 案 男 女
怎么 什么 为何 如何 最新 进展 详情 关注 深度 专栏 系列 展开 全文 链接 网页
"""
GENERIC: Final = frozenset(_GENERIC.split())


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """Of one item."""

    fact: NewsFact
    day: date | None
    persons: frozenset[str]  # whose conduct is reported, full names
    somebody: frozenset[str]  # 某-forms
    names: frozenset[str]  # other persons named in the title or again and again
    places: frozenset[str]  # without their kind: 方城
    units: frozenset[str]
    matters: frozenset[str]  # amounts, firms, quoted names
    title: str  # simplified; the first sentence where there is no title
    title_words: Mapping[str, float]  # word → weight
    words: Mapping[str, float]
    mark: Fingerprint
    count: str  # 七 in 七起典型问题, "" where the title has none
    digest: bool  # reports several cases

    @property
    def where(self) -> frozenset[str]:
        return self.units | self.places


def read_traits(fact: NewsFact, cutter: Cutter, script: Mapping[int, str]) -> Traits:
    """The traits of an item, from its text and from what was told of it."""
    reading = Reading.of(fact.article.title, fact.article.text, script)
    plain = reading.plain
    title = plain[: reading.title_end].strip()
    if not title:
        opening = _TITLE_OPENING.split(plain, maxsplit=1)[0]
        title = opening[:60]
    tagged = cutter.tag(title, False)
    guessed = cutter.tag(title, True)
    body = plain[: _HEAD + reading.title_end]
    body_tagged = cutter.tag(body, False)
    # A county's secretary is in half of its news: to name an office-holder who is not reproached says nothing.
    names = _names(guessed, body_tagged, title, plain) - post_holders(body)
    spots = "|".join((*fact.whose.places, *fact.whose.organisations)).translate(script)
    spoken = [person.translate(script) for person in fact.whose.persons]
    many = _MANY.search(title)
    matters = dict.fromkeys(m.replace(" ", "") for m in _AMOUNT.findall(body))
    return Traits(
        fact=fact,
        day=fact.article.published,
        persons=frozenset(p for p in spoken if "某" not in p),
        somebody=frozenset(p for p in spoken if "某" in p),
        names=frozenset(n for n in names if "某" not in n and n not in spots and not _is_place(n, plain)),
        places=frozenset(_stem(place.translate(script)) for place in fact.whose.places),
        units=frozenset(fact.whose.units),
        matters=frozenset([m for m in matters if not _PLAIN_AMOUNT.match(m)][:_MOST_AMOUNTS])
        | frozenset(_QUOTED.findall(body)[:_MOST_AMOUNTS])
        | frozenset(_FIRM.findall(body)[:_MOST_AMOUNTS]),
        title=title,
        title_words=_weights(tagged),
        words=_weights(body_tagged),
        mark=fingerprint(plain),
        count=many["count"] if many else "",
        digest=len(spoken) >= 4 or (many is not None and many.group()[-1] in "起例批宗"),
    )


def _is_place(name: str, plain: str) -> bool:
    """Whether what the dictionary takes for a person is part of a place's name here: 赵河 in 赵河镇."""
    at = plain.find(name)
    return at >= 0 and plain[at + len(name) : at + len(name) + 1] in _PLACE_KINDS


def _stem(place: str) -> str:
    return short_form(place) or place


def _names(title: list[tuple[str, str]], body: list[tuple[str, str]], headline: str, plain: str) -> frozenset[str]:
    """Personal names: of the title, and those that the text comes back to."""
    loose = _loose_names(title, headline, plain)
    told: dict[str, int] = {}
    for word, kind in body:
        if kind == "nr" and 2 <= len(word) <= 3 and word[0] in SURNAMES:
            told[word] = told.get(word, 0) + 1
    in_title = {word for word, kind in title if kind == "nr" and 2 <= len(word) <= 3 and word[0] in SURNAMES}
    return frozenset({word for word, times in told.items() if times >= 2} | in_title | loose)


def _loose_names(title: list[tuple[str, str]], headline: str, plain: str) -> set[str]:
    """Names no dictionary has: they open with a surname, stand loose in the title, and come back in the text."""
    found: set[str] = set()
    at = 0
    for word, kind in title:
        if (len(word) == 1 or kind == "nr") and word[0] in SURNAMES:
            for length in (3, 2):
                name = headline[at : at + length]
                if len(name) == length and _HANZI.fullmatch(name) and name not in GENERIC and plain.count(name) >= 3:
                    found.add(name)
                    break
        at += len(word)
    return found


def _weights(tagged: list[tuple[str, str]]) -> dict[str, float]:
    """Words that mean something, each with a weight that does not depend on the other items of the night."""
    weights: dict[str, float] = {}
    for word, kind in tagged:
        if len(word) < 2 or word in GENERIC or kind not in _CONTENT:
            continue
        weights[word] = min(3.0, 0.5 * len(word)) + (0.5 if kind[0] == "n" else 0.0)
    return weights
