"""Which places a text names, as spelled: words, roads, firms and schools that only look like places left out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import compress, count
from operator import add
from typing import Final, Protocol

from nlp.divisions import Division, Form, Gazetteer, Level

HANZI: Final = "\u4e00-\u9fff"
# Names of prefectures and provinces whose short form is an everyday word, a person's or another thing's name:
# bare, they are a place only beside a superior place or an office.
_WORDLIKE_TEXT: Final = """
来宾 白银 中山 朝阳 大同 大理 和田 安康 普洱 黄山 海口 山南 海南 海东 海西 海北 通化 三明 武威
"""
_WORDLIKE: Final = frozenset(_WORDLIKE_TEXT.split())
# Full names of two letters: those that every city has, and those whose first letter runs on from the word before.
_ANYWHERE: Final = frozenset({"城区", "郊区", "矿区"})
_RUN_TOGETHER_TEXT: Final = """
和县 应县 成县 代县 古县 新县 兴县 义县 夏县 文县 礼县 易县 景县 范县 息县 温县 随县 康县 全县
"""
_RUN_TOGETHER: Final = frozenset(_RUN_TOGETHER_TEXT.split())
_ALL_OF: Final = frozenset("各全该本市区")

# What stands behind a name that is only part of another name: an outlet, a university, a firm, a road, an estate.
_PART_OF_NAME: Final = re.compile(
    r"(?:市|省)?(?:日报|晚报|早报|晨报|商报|时报|都市报|青年报|法制报|法治报|新闻网|电视台|广播|卫视|融媒|广电|客户端|在线(?!索)"
    r"|网(?![友民络格上红约购吧警箱点])|发布(?=微博|公众号|客户端|[”》])|大学(?!生)|学院(?!路)|师范|理工|职业技术|时间"
    r"|现代(?!化|农业|产业|服务|物流)|银行(?![一-鿿]{0,6}[支分]行)|啤酒|证券|人寿|信托|钢铁|重工|汽车(?!站)|火锅|烤鸭|拉面|方言|话(?![题说剧语])"
    r"|战役|战争|事变|合作组织|军区|奥运|冬奥|亚运|高铁|铁路|高速)"
    r"|[东西南北中一二三四五六七八九十新]{0,2}(?:路(?![政桥灯面边人段况过线口])|大道|大街|街(?![道办头镇])|巷|胡同|立交)"
)
_ESTATE: Final = re.compile(
    r"街道|镇|乡(?!村)|村|社区|小区|新村|花园|家园|嘉园|大厦|广场|酒店|宾馆|饭店|山庄|苑|河|江|湖|水库"
)
OFFICE_SOON: Final = re.compile(
    rf"(?:县|市|区|州)?(?:委|政府|人大|政协|纪委|监委|法院|中院|检察院|检方|公安|警方|警察|交警|民警|城管|法官|官方|[{HANZI}]{{1,7}}?(?:局|委|法院|检察院|管委会|开发区"
    rf"|镇|乡|街道)|[{HANZI}]{{0,2}}(?:县长|书记|干部|官员))"
)
_OFFICE_NEXT: Final = re.compile(
    r"(?:县|市|区)?(?:委(?!员|屈|托)|政府|人大|政协|纪委|监委|纪检|法院|检察院|公安|警方|城管|住建|教育局|教体|发改|财政局|卫健|卫生局|人社|民政局|"
    r"司法局|水利局|交通局|农业|林业局|审计局|税务|市监|自然资源|国土|环保|生态环境|信访|统计局)"
)
_BRANCH: Final = re.compile(r"分局|分公司|支行|分院|支公司")
MOST_MENTIONS: Final = 300  # of places, and of bodies: a list of all counties tells nothing more beyond
_MOST_RUN: Final = 120  # letters without a mark between them that are cut at once, each way
_CLAUSE_STARTS: Final = frozenset("\n，。！？；：、“”‘’（）()【】[]#《》! ?,:;|— ")
_SAID_OF: Final = frozenset("：:一某多原有这两三四五六七八九十男女民村")

_IN_NAME: Final = r"[^\W\da-zA-Z丨我局委府院在的是了和与及等被对将把从向为有区市省员各某全多两辖级乡镇]"
_TOWN: Final = re.compile(
    # 磨市镇, 旧县镇: towns that were the seat of a market or a county keep that in their names.
    rf"(?P<town>{_IN_NAME}{{1,4}}(?:市(?=镇))?(?:镇|乡|街道|苏木)(?!村振兴|[亲下长]))(?P<village>{_IN_NAME}{{1,5}}?村(?![民委官支级干里]))?"
)
_LONE_TOWN: Final = re.compile(
    rf"(?:^|(?<=[\n，。；、：“（(\s对在从由向到据是与和将于县有]))(?P<town>{_IN_NAME}{{2,3}}(?:镇|乡|街道))"
    rf"(?:(?P<village>{_IN_NAME}{{1,4}}?村)(?![民委官支级干里])|(?=政府|党委|人民|派出所|纪委|人大|财政|司法|办事处|、|等|原|\d|月))"
)
_NO_TOWN: Final = re.compile(
    r"^(?:[一二三四五六七八九十两几]{0,2}(?:名|个|处|家)|该|此|各|某|一[镇乡街]|所在|涉事|有关|相关|部分|每个|建制|特色|(?:本|小|古|城|集|重|全)[镇乡街])"
)


class Aside(StrEnum):
    """Why a place that is named is not the scene."""

    DATELINE = "dateline"  # 本报郑州8月18日电
    BIRTHPLACE = "birthplace"  # 河南方城人
    RESUME = "resume"  # 曾任…
    ORIGIN = "origin"  # where an expert, a firm, a stranger comes from: 重庆某公司, 北京律师, 河南男子在苏州
    COURT = "court"  # tries or prosecutes what happened elsewhere
    ANNOUNCER = "announcer"  # the discipline organ that made it known


class Cutter(Protocol):
    """What is used of ``rjieba.Jieba``."""

    def tag(self, text: str, hmm: bool = True) -> list[tuple[str, str]]: ...


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text, from ``start`` to before ``end``."""

    start: int
    end: int
    meanings: tuple[Division, ...]  # more than one where the name alone does not tell
    full: bool
    generic: bool = False
    aside: Aside | None = None
    town: str = ""  # a town or village below the last division, not in the gazetteer

    @property
    def division(self) -> Division | None:
        return self.meanings[0] if len(self.meanings) == 1 else None


class Words:
    """Words and their classes in one text, cut only around what somebody asks about."""

    def __init__(self, text: str, cutter: Cutter) -> None:
        self._text = text
        self._cutter = cutter
        self._at: dict[int, tuple[int, str]] = {}  # start of a word → its end and class
        self._cut_until: list[tuple[int, int]] = []

    def _word(self, at: int) -> tuple[int, str] | None:
        """The word that begins at ``at``: its run of letters is cut, which nothing beyond punctuation changes."""
        if not any(start <= at < end for start, end in self._cut_until):
            start = end = at
            while start > 0 and "\u4e00" <= self._text[start - 1] <= "\u9fff" and at - start < _MOST_RUN:
                start -= 1
            while end < len(self._text) and "\u4e00" <= self._text[end] <= "\u9fff" and end - at < _MOST_RUN:
                end += 1
            end = max(end, at + 1)
            self._cut_until.append((start, end))
            for word, kind in self._cutter.tag(self._text[start:end], False):
                self._at[start] = (start + len(word), kind)
                start += len(word)
        return self._at.get(at)

    def begins(self, start: int) -> bool:
        return self._word(start) is not None

    def is_verb(self, start: int, end: int) -> bool:
        """Whether exactly this stretch is a verb, an adverb or a preposition."""
        found = self._word(start)
        return found is not None and found[0] == end and found[1][0] in "vdp"

    def is_word(self, start: int, end: int) -> bool:
        """Whether the dictionary has exactly this stretch as a word."""
        found = self._word(start)
        return found is not None and found[0] == end

    def is_place_name(self, start: int, end: int) -> bool:
        """Whether the dictionary has exactly this stretch as the name of a place."""
        return self._word(start) == (end, "ns")


def find_mentions(text: str, gazetteer: Gazetteer, words: Words) -> tuple[Mention, ...]:
    """All places named in simplified ``text``, in order, towns behind their counties included; traps left out."""
    starts = gazetteer.starts
    mentions: list[Mention] = []
    free = 0
    # Every place begins with one of some thousand pairs of letters; the loop over the text runs inside C.
    for at in compress(count(), map(starts.__contains__, map(add, text, text[1:]))):
        if at < free:
            continue
        if len(mentions) >= MOST_MENTIONS:
            break
        for form in starts[text[at : at + 2]]:
            if not text.startswith(form.text, at):
                continue
            before = mentions[-1] if mentions and mentions[-1].end == at else None
            meanings = _meanings(text, at, form, before, gazetteer, words)
            if meanings:
                mentions.append(Mention(at, at + len(form.text), meanings, form.full, form.generic))
                mentions.extend(_towns(text, at + len(form.text), meanings))
                free = mentions[-1].end
                break
    mentions.extend(_lone_towns(text, mentions, words))
    return tuple(sorted(mentions, key=lambda m: m.start))


def _meanings(
    text: str, at: int, form: Form, before: Mention | None, gazetteer: Gazetteer, words: Words
) -> tuple[Division, ...]:
    """What the spelling means here: () where it is a word, a road, a firm, or cannot be trusted."""
    end = at + len(form.text)
    if _PART_OF_NAME.match(text, end):
        return ()
    inside = _inside(form.divisions, before, gazetteer)
    if before is not None and not inside and before.meanings[0].level < Level.TOWN and not form.full:
        return ()  # 四川卧龙 is none of 南阳卧龙区
    if before is not None and not inside and form.generic:
        return ()  # 郑州高新区 is none of ours
    if inside and (form.full or not _ESTATE.match(text, end)):
        return inside
    if form.full:
        if len(form.text) == 2:
            if form.text in _ANYWHERE or _ESTATE.match(text, end) or text[at - 1 : at] in _ALL_OF:
                return ()
            if form.text in _RUN_TOGETHER and not words.is_place_name(at, end):
                return ()
        return form.divisions
    if _ESTATE.match(text, end):
        return ()
    if form.divisions[0].level < Level.COUNTY and form.text not in _WORDLIKE:
        return form.divisions if words.begins(at) or text[at - 1 : at] in _CLAUSE_STARTS else ()
    counties = tuple(d for d in form.divisions if not d.generic)
    if not counties:
        return ()
    if any(d.name != form.text and d.name in text for d in counties):
        return counties if words.begins(at) else ()
    opens = at == 0 or text[at - 1] in _CLAUSE_STARTS or words.begins(at)
    town = _TOWN.match(text, end)
    if opens and (_BRANCH.match(text, end) or (town and not _NO_TOWN.match(town["town"]) and len(town["town"]) < 5)):
        return counties
    if form.declared or words.is_place_name(at, end) or not words.is_word(at, end):
        first = at == 0 or text[at - 1] in _CLAUSE_STARTS
        if words.is_place_name(at, end) and (at == 0 or OFFICE_SOON.match(text, end)):
            return counties
        if first and words.begins(end) and text[end : end + 1] in _SAID_OF:
            return counties
    return counties if opens and _OFFICE_NEXT.match(text, end) else ()


def _inside(divisions: tuple[Division, ...], before: Mention | None, gazetteer: Gazetteer) -> tuple[Division, ...]:
    if before is None:
        return ()
    return tuple(d for d in divisions if any(gazetteer.within(d, outer) for outer in before.meanings))


def _towns(text: str, at: int, meanings: tuple[Division, ...]) -> Iterable[Mention]:
    """Town and village that follow a county directly: 太和县洪山镇毛集村."""
    if all(d.level < Level.PREFECTURE for d in meanings):
        return
    found = _TOWN.match(text, at)
    if found is None or _NO_TOWN.match(found["town"]):
        return
    yield Mention(found.start("town"), found.end("town"), meanings, True, town=found["town"])
    if found["village"]:
        yield Mention(found.start("village"), found.end("village"), meanings, True, town=found["village"])


def _lone_towns(text: str, mentions: Sequence[Mention], words: Words) -> Iterable[Mention]:
    """Towns named without their county, where an office of theirs is meant."""
    if "镇" not in text and "乡" not in text and "街道" not in text:
        return
    taken = [(m.start, m.end) for m in mentions]
    for found in _LONE_TOWN.finditer(text):
        start, end = found.span("town")
        if _NO_TOWN.match(found["town"]) or any(s < end and start < e for s, e in taken):
            continue
        if words.is_verb(start, start + 2):
            continue
        owners = [m for m in mentions if m.town == found["town"]]
        meanings = owners[0].meanings if owners else ()
        yield Mention(start, end, meanings, True, town=found["town"])
        if found["village"]:
            yield Mention(*found.span("village"), meanings, True, town=found["village"])


def settle(mentions: Sequence[Mention], gazetteer: Gazetteer, outlet: Sequence[Division] = ()) -> tuple[Mention, ...]:
    """Names that fit several places (鼓楼区, 高新区), narrowed by what else the text names, then by the outlet."""
    certain = {m.meanings[0].code for m in mentions if len(m.meanings) == 1 and not m.generic}
    around = set(certain)
    for code in certain:
        division = gazetteer.get(code)
        if division is not None:
            around.update(above.code for above in gazetteer.ancestors(division))
    home = {above.code for place in outlet for above in (place, *gazetteer.ancestors(place))}
    prefectures = {
        gazetteer.prefecture(m.meanings[0]).code
        for m in mentions
        if len(m.meanings) == 1 and not m.generic and m.meanings[0].level > Level.PROVINCE
    }
    settled: list[Mention] = []
    for mention in mentions:
        meanings = mention.meanings
        before = settled[-1] if settled and settled[-1].end == mention.start else None
        if len(meanings) > 1 or mention.generic:
            meanings = _inside(meanings, before, gazetteer) or _narrow(meanings, gazetteer, around, home, prefectures)
        if mention.town and before is not None and before.end == mention.start:
            meanings = before.meanings
        settled.append(replace(mention, meanings=meanings))
    return tuple(settled)


def _narrow(
    meanings: tuple[Division, ...], gazetteer: Gazetteer, around: set[str], home: set[str], prefectures: set[str]
) -> tuple[Division, ...]:
    named = tuple(
        d for d in meanings if gazetteer.prefecture(d).code in around and gazetteer.prefecture(d).code != d.code
    )
    if len(named) == 1 and len(prefectures) == 1:
        return named
    if not named and not prefectures:
        at_home = tuple(d for d in meanings if gazetteer.prefecture(d).code in home)
        if len(at_home) == 1:
            return at_home
    plain = tuple(d for d in meanings if not d.generic)
    return named if len(named) == 1 and not named[0].generic else plain
