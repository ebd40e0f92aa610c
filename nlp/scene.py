"""Which of the places that a text names are the scene (事发地), and why the others are not."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from nlp.divisions import Gazetteer, Level
from nlp.places import HANZI, OFFICE_SOON, Aside, Mention

_DATELINE: Final = re.compile(r"\s*(?:\d{1,4}年)?(?:\d{1,2}月)?\d{1,2}日?\s*(?:电|讯|消息)|\s*(?:电|讯)(?=[\s(（])")
_NATIVE: Final = re.compile(rf"(?:[{HANZI}]{{1,4}}[县市区镇乡村])?(?:人(?=[，,。、；;)）\s”]|$|氏)|籍(?![贯])|一带人)")
_BORN: Final = re.compile(
    r"(?:籍贯|祖籍|原籍|出生于|出生在|生于|出生地|户籍地?|老家(?:在)?)(?:为|是|：|:)?[^，。；\n]{0,8}$"
)
_RESUME: Final = re.compile(
    r"曾任|历任|先后(?:担任|任|在)|曾(?:先后)?在|曾(?:先后)?担任|简历|履历|参加工作|毕业于|大学毕业|出生|籍贯|调任|后任|起任|历经"
)
_CONDUCT: Final = re.compile(r"期间|时任|利用|任上|任内")
_COURT: Final = re.compile(
    r"(?:市|县|区|省|州)?(?:第[一二三四])?(?:市)?(?:中级|高级)?(?:人民)?(?:法院|检察院|中院|高院|检方|监委|监察委员会|公安局|警方)"
)
_COURT_ACTS: Final = re.compile(
    r"审理|审判|宣判|强制执行|执结|判决|裁定|一审|二审|终审|公诉|起诉|批准逮捕|批捕|逮捕|受理|开庭|管辖|办理|侦查|侦办|判处|认定"
)
_STRANGER: Final = re.compile(
    rf"(?:一名|一)?(?:男子|女子|老人|小伙|姑娘|夫妇|夫妻|商人|老板)[{HANZI}]{{0,14}}?(?:在|到|来|赴|去|前往|窜至|流窜至)$"
)
_EXPERT: Final = re.compile(
    rf"(?:籍|一名|的|知名|著名|某|[{HANZI}]{{1,10}}?(?:事务所|研究院|研究所|研究中心)的?)?"
    r"(?:律师|教授|专家|学者|医生|商人|企业家|投资商|客商|游客|作家|导演|演员|歌手)"
)
_FIRM: Final = re.compile(r"[^\W\d市县区省州镇乡村的在被对与和及向]{0,8}?(?:有限公司|集团|公司)(?!所在)")
_SENT_TO: Final = re.compile(r"(?:指定|移送|移交|交由|由|向|在|经|被|至)(?:了)?$")
_ORGAN_OF_DISCIPLINE: Final = re.compile(r"(?:省|市|县|区|州|自治区)?(?:纪委|监委|纪律检查|监察委|纪检)")
_ANNOUNCED: Final = re.compile(r"消息|通报|审查|调查|立案|查处|决定|网站|严肃|发布|公布|通告|获悉|介绍")
_TOLD_BY: Final = re.compile(r"(?:据|经|接受|由|正在|从|被|获悉|来源[：:]?)$")
_POST_SOON: Final = re.compile(
    r"[^\W\d对将就向把以于]{0,18}?(?:书记|主任|局长|委员|常委|干部|处长|科长|股长|庭长|法官|检察官|民警|队长|所长|院长|检察长|调研员|巡视员|工作人员)"
)
_REPROACH: Final = re.compile(r"经查|通报|违反|涉嫌|违规")
_FAR: Final = 200  # characters: no sentence of a report is longer
_SENTENCE_END: Final = re.compile("[。！？!?；;\n]")
_PROVINCE_POST: Final = re.compile(
    rf"(?:省|市|自治区)?(?:委|政府|人大|政协|纪委|监委|高院|[{HANZI}]{{2,12}}(?:厅|委|局|院))[{HANZI}、，]{{0,14}}?(?:原|副)?"
    r"(?:常委(?!会)|书记|省长|主席|主任|厅长|局长|院长|副职|组长)"
)
_MUNICIPALITIES: Final = frozenset({"110000", "120000", "310000", "500000"})


def with_asides(text: str, mentions: Sequence[Mention], gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """The mentions, each with why it is not the scene, if so.  What is joined shares it: 河南方城人."""
    chains: list[list[Mention]] = []
    for mention in mentions:
        if chains and chains[-1][-1].end == mention.start:
            chains[-1].append(mention)
        else:
            chains.append([mention])
    told: list[Mention] = []
    for chain in chains:
        aside = _aside(text, chain[0].start, chain[-1].end)
        told.extend(replace(m, aside=aside) for m in chain)
    origins = {d.code for m in told if m.aside is Aside.BIRTHPLACE for d in m.meanings if d.level is Level.COUNTY}
    for number, mention in enumerate(told):
        # 河南一男子在苏州 …: where strangers come from, told by the place that they came to.
        before = told[number - 1] if number else None
        following = told[number + 1] if number + 1 < len(told) else None
        if mention.aside is None and following is not None and _STRANGER.fullmatch(text, mention.end, following.start):
            told[number] = replace(mention, aside=Aside.ORIGIN)
        # 在贵州仁怀，重庆某公司投资 …: the sentence has said where before it names the firm.
        if (
            before is not None
            and before.aside is None
            and not _SENTENCE_END.search(text, before.end, mention.start)
            and all(d.level is Level.PROVINCE for d in mention.meanings)
            and _FIRM.match(text, mention.end)
        ):
            told[number] = replace(mention, aside=Aside.ORIGIN)
        # 石楼县灵泉镇人 … 石楼县原为贫困县: somebody's origin stays that, unless an office of it acts.
        if (
            told[number].aside is None
            and any(d.code in origins for d in mention.meanings)
            and not OFFICE_SOON.match(text, mention.end)
        ):
            told[number] = replace(mention, aside=Aside.BIRTHPLACE)
    return tuple(told)


def _aside(text: str, start: int, end: int) -> Aside | None:
    first, last = max(0, start - _FAR), min(len(text), end + _FAR)
    opening = max(first, *(text.rfind(mark, first, start) + 1 for mark in "。；\n！？"))
    clause = max(opening, text.rfind("，", opening, start) + 1)
    if _DATELINE.match(text, end) or _BORN.search(text, clause, start):
        return Aside.DATELINE if _DATELINE.match(text, end) else Aside.BIRTHPLACE
    if _NATIVE.match(text, end):
        return Aside.BIRTHPLACE
    if _EXPERT.match(text, end):
        return Aside.ORIGIN
    closing = _SENTENCE_END.search(text, end, last)
    sentence = text[opening : closing.start() if closing else last]
    past = _RESUME.search(sentence)
    told = past is not None and past.start() <= start - opening + 12
    if (told or _in_resume(text, start)) and not _CONDUCT.search(sentence):
        return Aside.RESUME
    organ = _ORGAN_OF_DISCIPLINE.match(text, end)
    if (
        organ is not None
        and not _own_post(text, organ.end())
        and (_TOLD_BY.search(text, clause, start) or _ANNOUNCED.search(text, organ.end(), organ.end() + 40))
    ):
        return Aside.ANNOUNCER
    court = _COURT.match(text, end)
    if court is not None and not _own_post(text, court.end()):
        given = re.search(r"指定|移送|移交|交由", text[clause:start]) is not None
        judicial = "院" in court.group() or "检方" in court.group()
        if given or (
            judicial
            and (_SENT_TO.search(text, clause, start) or _COURT_ACTS.search(text, court.end(), court.end() + 30))
        ):
            return Aside.COURT
    if re.search(r"指定[^，。]{0,6}$", text[clause:start]) and re.match(
        r"[^，。]{0,12}(?:管辖|办理|侦办|审理)", text[end : end + 20]
    ):
        return Aside.COURT
    return None


def _in_resume(text: str, start: int) -> bool:
    """Whether 简历 stands before in the paragraph and the reproach has not begun since."""
    head = text.rfind("简历", max(0, start - 5 * _FAR), start)
    return head >= 0 and "\n" not in text[head:start] and not _REPROACH.search(text, head, start)


def _own_post(text: str, at: int) -> bool:
    """Whether a post of that organ follows: 县纪委原副书记张某 is about the organ's own man."""
    return _POST_SOON.match(text, at, at + 26) is not None and not _ANNOUNCED.match(text, at)


def scene(text: str, mentions: Sequence[Mention], gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """The mentions that are the scene, one for each place, in the order of the text."""
    here = [m for m in mentions if m.aside is None]
    if not here:
        here = [m for m in mentions if m.aside is Aside.ORIGIN]
    if not here:
        here = [m for m in mentions if m.aside in (Aside.ANNOUNCER, Aside.COURT)]
    finer = [d for m in here for d in m.meanings if d.level >= Level.PREFECTURE]
    kept: list[Mention] = []
    for mention in mentions:
        is_here = mention in here
        division = mention.meanings[0] if mention.meanings else None
        if not is_here:
            above = (
                mention.aside in (Aside.COURT, Aside.ANNOUNCER)
                and division is not None
                and any(gazetteer.within(d, division) for d in finer)
            )
            inside = (
                mention.aside is Aside.ANNOUNCER
                and division is not None
                and any(gazetteer.within(division, d) for m in here for d in m.meanings)
            )
            if not inside and not (above and division is not None and division.level is Level.PREFECTURE):
                continue
        if division is not None and division.level is Level.PROVINCE and not mention.town:
            joined = any(
                m.start == mention.end and m.meanings and gazetteer.within(m.meanings[0], division) for m in mentions
            )
            if joined:
                continue
            below = any(gazetteer.within(d, division) for d in finer)
            city = division.code in _MUNICIPALITIES and not _PROVINCE_POST.match(text, mention.end)
            if finer and not below and not city:
                continue
            if finer and division.code not in _MUNICIPALITIES and not _PROVINCE_POST.match(text, mention.end):
                continue
        kept.append(mention)
    seen: set[str] = set()
    told: list[Mention] = []
    for mention in kept:
        key = mention.town or "|".join(d.code for d in mention.meanings)
        if key not in seen:
            seen.add(key)
            told.append(mention)
    return tuple(told)
