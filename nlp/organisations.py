"""Which public bodies (机关单位) a text names or implies by a post, and what part each plays in what is reported."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from nlp.divisions import Division, Gazetteer, Level
from nlp.offices import read_office
from nlp.places import MOST_MENTIONS, Aside, Mention, Words

_NAME: Final = r"[^\W\da-zA-Z的了是被将把从已因不这那与及后到里抓闹]"
_OFFICE: Final = re.compile(
    r"(?:第[一二三四五六七八九十]+)?(?:"
    r"委(?=原|常委|副?书记|委员|会|[^\u4e00-\u9fff员屈托派]|$|组织|宣传|统战|政法|办公|党校|巡察|、|和|市政府|县政府|区政府)"
    r"(?:常委会|员会)?(?:组织部|宣传部|统战部|统一战线工作部|政法委员会|政法委|党校|巡察办|办公室|机要局)?"
    r"|办事处|管理委员会|管委会|党工委|党委|人民政府办公[室厅]|政府办公[室厅]|政府办(?!事)|人民政府|政府|人大常委会|人大(?!代表)|政协|纪委(?:[、，]?(?:省|市|县|区)?监委)?|纪律检查委员会|监委|监察委员会"
    r"|(?:第[一二三])?(?:中级|高级)?人民法院|(?:中级|高级)?法院|中院|高院|人民检察院|检察院|检方|警方|城管(?!局|执法)|交警(?!支队|大队)|团委|妇联|残联|总工会|工商联"
    r"|(?:信用|清欠|扶贫|信访|金融|法制|文明|网信|外事|招商|编|台|侨|拆迁|征收|防疫|医改|巡察|整治|攻坚)办(?![理法事公案学好证])|督查室"
    rf"|{_NAME}{{1,14}}?(?:管理委员会|工作委员会|委员会|管委会|办事处|办公室|局(?!长|面|部|势|限|级)|委(?![员屈托派会]|书记)|厅(?!官|级)|总队|支队|大队|派出所|看守所|监狱|研究院|中心(?!城|任务|工作|组|医院)|供电公司|公积金"
    r"|开发区|教办|中心校|法庭|电视台)"
    rf"|{_NAME}{{1,12}}?(?:幼儿园|小学|中学|高中|一中|二中|实验学校|学校|职业学院|学院|大学|医院|卫生院|卫生站|福利院|敬老院|养老院|图书馆|博物馆|集团公司|有限公司|公司|集团|联社|合作社|银行|信用社)"
    r")"
)
_NATIONAL: Final = (
    r"中共中央|中央纪委(?:国家监委)?|中纪委|国家监委|中央(?:组织部|宣传部|政法委|统战部)|中组部|中宣部|国务院|最高人民(?:法院|检察院)|最高[法检](?!院)"
    r"|国家[\u4e00-\u9fff]{2,12}?(?:总局|局|委员会|委)|中国人民银行|证监会|银保监会|(?:教育|公安|民政|司法|财政|交通运输|水利|农业农村|商务|文化和旅游"
    r"|应急管理|住房和城乡建设|自然资源|生态环境|人力资源(?:和)?社会保障|工业和信息化|科技|外交)部(?![门分署队])"
)
_BARE: Final = re.compile(
    rf"(?:{_NATIONAL}|纪委监委|纪委|监委|公安局|派出所|法院|检察院|住建局|教育局|教体局|财政局|信访局|城管局|房管所|国土所|民政局|卫健委|卫生局|交通局|水利局|农业局|林业局|环保局|审计局"
    r"|交警大队|城管|警方|县委|市委|区委|镇政府|乡政府|县政府|市政府|区政府|村委会|居委会)"
)
_HEAD_AFTER: Final = re.compile(r"(?:原)?(?:代)?(?:常务)?(?:副)?(?P<level>[省市县区州镇乡旗])长")
_FIRM: Final = re.compile(r"公司|集团|银行|合作社|幼儿园|养老院|职业学院")
_STATE_FIRM: Final = re.compile(
    r"城投|国有|国资|水务|自来水|交投|文旅|公交|粮油|农投|建投|产投|发展投资|投资发展|公立|公办|机关|人民银行|城建"
)
_ACT_INSIDE: Final = re.compile(
    r"召开|举行|举办|开展|要求|通报|宣布|欢迎|中国|一名|多名|男子|女子|网友|市民|村民|居民|怒斥|举报|回应|曝光"
)
_LONG_NAME: Final = re.compile(r"(?:管理处|保护区|开发区|管委会|中心|大队|支队|学校|中学|小学|医院|研究院|学院|大学)")
_POST: Final = re.compile(
    r"(?:(?:委|政府|党组|党委|党工委|党总支|党支部|机关|领导班子)?[一-鿿、（()）]{0,14}?)"
    r"(?:书记|主任|局长|县长|市长|区长|镇长|乡长|院长|检察长|庭长|法官|检察官|队长|所长|科长|处长|股长|站长|校长|园长|董事长|总经理|副总|经理|委员|常委|干部|工作人员|职工|民警|辅警"
    r"|会计|出纳|调研员|巡视员|秘书长|部长|主席|厅长|教师|公职人员|负责人|支书|村长|组长|公务员|指导员|教导员|政委|聘用人员|编外人员|执法人员|城管队员|财政所|职员|科员|一把手)"
)
_BRANCH: Final = re.compile(r"分局|支队|大队|分公司|支行|分院")
_SPEAKS: Final = re.compile(
    r"(?<!被)(?:表示|介绍[，：说,]|指出|强调|告诉|主持(?!人)|出席|讲话|要求[，：各全]|带队|调研|回应|通报(?!批评)|证实|坦言|解释|说[，：道]|[^名号简职宣自通]称[，：“]|接受[^，。]{0,8}采访|呼吁|提醒|发布)"
)
_BLAME: Final = re.compile(
    r"违纪|违法|违规|受贿|贪污|挪用|涉嫌|被查|落马|双开|开除|免职|停职|撤职|处分|立案|留置|拘留|逮捕|判处|有期徒刑|问责|通报批评|警告|被带走|主动投案|酒驾|醉驾|不雅|侵吞|套取|虚报|冒领|截留|索要|收受|失职|渎职"
    r"|滥用|不作为|乱作为|慢作为|推诿|弄虚作假|形式主义|吃拿卡要|强拆|强征|殴打|粗暴|辱骂|拖欠|欠款|欠薪|欠账|未支付|不支付|拒不|失信|被执行|限制(?:高)?消费|限高|违约|毁约|不兑现|未兑现|败诉|老赖|乱收费|摊派|扣分|列入|纳入|投诉|约谈|曝光|被诉|被告"
    r"|私设|小金库|公款|吃空饷|脱岗|打麻将|赌博|嫖|吸毒|出轨|作风问题|刁难|造假|超标|挤占|谎报|瞒报|隐瞒|欺骗|烂尾|侵占|暴力|野蛮|一刀切"
    r"|加码|罚款|不力|优亲厚友|贿|强制|违背|打击报复"
)
_IMPOSTOR: Final = re.compile(r"(?:冒充|假冒|假扮|自称|谎称|伪装成?|虚构|佯称|冒用)[^，。；\n]{0,14}$")
_HIT: Final = re.compile(
    r"(?:殴打|打伤|袭击|砍伤|刺伤|砍死|绑架|诬告|诬陷|诽谤|辱骂|侮辱|威胁|恐吓|敲诈|勒索|骗取|诈骗|行骗|围攻|围殴|造谣(?:称)?|谩骂|报复|骚扰)(?:了)?(?:一名|两名|多名|原|某)?$"
)
_WAS_HIT: Final = re.compile(
    r"^[^，。；\n]{0,12}(?:(?:被|遭|遭到)[^，。；\n]{0,14}(?:殴打|打伤|砍|刺|诽谤|诬告|围攻|围殴|袭击|骗|绑架|辱骂|威胁|杀害)|遇害|殉职|牺牲|因公去世)"
)
_HELPS: Final = re.compile(r"(?:向|找|到|去|找到|前往|拨打)(?:了)?$")
_HELPED: Final = re.compile(
    r"^[^，。；\n]{0,12}(?:帮|协助|督促|责令|约谈|追回|介入|协调|联合|监督|查处|查办|调处|执结|开展|依法(?:对|受理|查)|反映|投诉|举报|信访|救援|查获|破获|抓获|打掉|捣毁|清理|部署|召开|推进|全力|积极)"
)
_FINDS: Final = re.compile(
    r"(?<!被)(?<!受到)(?:消息|通报|审查|调查|立案|查处|查办|决定|公布|通告|获悉|介绍|披露|发布|提起公诉|审理|判决|宣判|裁定|裁决|认定|指控|批准逮捕|批捕|强制执行|冻结|查封|执行|采取|移送|巡察|监督检查|会同|联合)"
)
_TOLD_BY: Final = re.compile(r"(?:据|经|接受|由|正在|向|移送|移交|被|获悉|从|指定|以|在|交)(?:了)?$")
_THEN: Final = re.compile(
    r"时任$|[^曾]任[^，。；]{0,3}$|^任$|(?:利用|在)(?:其)?(?:先后)?担任[^，。；]{0,24}$|(?:利用|在)其?任[^，。；]{0,24}$|担任[^，。；]{0,24}$"
)
_DURING: Final = re.compile(r"期间|职务(?:上的)?(?:便利|之便|影响)|职权|任上|时[，,](?!年)")
_HELD_THEN: Final = re.compile(r"[^，。；]{0,8}(?:任上|任内|任职期间|任期内)")  # 原县长任上受贿
_PAST: Final = re.compile(
    r"曾任|历任|先后(?:担任|任|在)|曾(?:先后)?在|曾(?:先后)?担任|简历|履历|参加工作|毕业|调任|后任|起任|出生|籍贯"
)
_STATIONED: Final = re.compile(r"派驻$|派出$|驻$")
_STATION: Final = re.compile(r"[^，。]{0,4}纪检")
_NOW: Final = re.compile(r"现任")


_FAR: Final = 200  # characters: no sentence of a report is longer


class Part(StrEnum):
    """What a body is to what is reported."""

    POST = "post"  # the post of somebody whose conduct is reported
    THEN = "then"  # the post in which it was done: 时任, 任…期间
    ACTOR = "actor"  # does, or fails to do, what is reported
    FINDER = "finder"  # found it, made it known, tries it
    SPEAKER = "speaker"  # is quoted, chairs, answers
    HELPER = "helper"  # is turned to, or mends what others did
    VICTIM = "victim"
    IMPOSTOR = "impostor"  # somebody only claimed to belong to it
    RESUME = "resume"  # an earlier post without a reproach


@dataclass(frozen=True, slots=True)
class Body:
    """A public body in a text."""

    start: int
    end: int
    name: str  # as spelled, with the place that stands before it; simplified
    area: Division | None  # whose body it is, None: not told
    level: str  # 省 市 县 区 镇 乡 where only that is said (县住建局), "" where the area is named
    office: str  # without the place
    town: str = ""
    implied: bool = False  # told by a post: 副县长 → 县政府
    part: Part = Part.ACTOR
    in_title: bool = False


def find_bodies(text: str, mentions: Sequence[Mention], words: Words) -> tuple[Body, ...]:
    """The bodies named in simplified ``text`` in order: 方城县住建局, 县住建局, 市委, 副县长 → 县政府."""
    bodies: list[Body] = []
    taken: list[tuple[int, int]] = [(m.start, m.end) for m in mentions]
    for number, mention in enumerate(mentions):
        following = mentions[number + 1] if number + 1 < len(mentions) else None
        if following is not None and following.start == mention.end:
            continue
        limit = following.start if following is not None else len(text)
        if _BRANCH.match(text, mention.end) and bodies and bodies[-1].end == mention.start:
            continue  # 南阳市公安局卧龙分局 is the city's police
        body = _at_place(text, mention, limit)
        if body is not None:
            bodies.append(body)
            taken.append((body.start, body.end))
    for found in re.finditer(r"[省市县区州旗镇乡](?=[^\W\da-zA-Z])", text):
        at = found.start()
        if len(bodies) >= MOST_MENTIONS:
            break
        if any(s <= at < e for s, e in taken):
            continue
        body = _at_level(text, at, words)
        if body is not None:
            bodies.append(body)
            taken.append((body.start, body.end))
    for found in _BARE.finditer(text):
        if not any(s < found.end() and found.start() < e for s, e in taken):
            bodies.append(Body(found.start(), found.end(), found.group(), None, "", found.group()))
            taken.append(found.span())
    return tuple(sorted(bodies, key=lambda b: b.start))


def _at_place(text: str, mention: Mention, limit: int) -> Body | None:
    area = mention.meanings[0] if len(mention.meanings) == 1 else None
    start = mention.start
    head = _HEAD_AFTER.match(text, mention.end)
    at = mention.end
    if not mention.full and text[at : at + 1] in "省市县区州" and not head:
        at += 1
    office = _OFFICE.match(text, at, min(limit, at + 24))
    if office is None:
        if head is not None and _fits(area, head["level"], mention):
            name = text[start : mention.end]
            suffix = "" if mention.full or mention.town else head["level"]
            return Body(start, head.end(), f"{name}{suffix}政府", area, "", "政府", mention.town, implied=True)
        return None
    if not _is_body(office.group()):
        return None
    return Body(start, office.end(), text[start : office.end()], area, "", office.group(), mention.town)


def _fits(area: Division | None, level: str, mention: Mention) -> bool:
    """Whether 副市长 after this place is its own: 厦门副市长 is, 广东副市长 is not."""
    if mention.town:
        return level in "镇乡"
    if area is None:
        return bool(mention.meanings)
    match area.level:
        case Level.PROVINCE:
            return level == "省" or (level == "市" and area.name.endswith("市"))
        case Level.PREFECTURE:
            return level in "市州"
        case Level.COUNTY:
            return level in "县区市旗"
        case Level.TOWN:
            return level in "镇乡"


def _at_level(text: str, at: int, words: Words) -> Body | None:
    """县住建局, 市委, 副县长 without a place: the level alone says whose it is."""
    level = text[at]
    before = text[at - 1 : at]
    if (
        "\u4e00" <= before <= "\u9fff"
        and before not in "该本我由被向在对经原任省市从到据和与及至受报将把是为给让找问于时全了县"
        and not words.begins(at)
    ):
        return None
    office = _OFFICE.match(text, at + 1, at + 22)
    if office is not None and _is_body(office.group()):
        return Body(at, office.end(), text[at : office.end()], None, level, office.group())
    if text[at + 1 : at + 2] == "长" and level != "村":
        behind = text[max(0, at - 3) : at]
        if re.search(r"副$|原$|代$|、$", behind) or before in "\n，。；：“" or at == 0:
            return Body(at, at + 2, f"{level}政府", None, level, "政府", implied=True)
    return None


def _is_body(office: str) -> bool:
    """Whether the words are a public body's name: no run of other words, no private firm."""
    if _ACT_INSIDE.search(office):
        return False
    if _FIRM.search(office):
        return _STATE_FIRM.search(office) is not None
    return len(office) <= 6 or len(read_office(office).rest) <= 6 or _LONG_NAME.search(office) is not None


def with_parts(text: str, bodies: Sequence[Body], mentions: Sequence[Mention], title_end: int) -> tuple[Body, ...]:
    """The bodies, each with the part that it plays."""
    asides = {m.end: m.aside for m in mentions}
    starts = {m.start: m.aside for m in mentions}
    told: list[Body] = []
    for body in bodies:
        aside = starts.get(body.start, asides.get(body.start))
        told.append(
            Body(
                body.start,
                body.end,
                body.name,
                body.area,
                body.level,
                body.office,
                body.town,
                body.implied,
                _part(text, body, aside),
                body.start < title_end,
            )
        )
    return tuple(told)


def _part(text: str, body: Body, aside: Aside | None) -> Part:
    """The part by the words around: before it in the clause, behind it in the sentence."""
    opening, closing = _sentence(text, body)
    clause = max(opening, *(text.rfind(mark, opening, body.start) + 1 for mark in "，：、"))
    before, after = text[opening : body.start], text[body.end : closing]
    near = text[clause : body.start]
    if _IMPOSTOR.search(before):
        return Part.IMPOSTOR
    post = body.implied or bool(_POST.match(text, body.end, min(closing, body.end + 24)))
    if _HIT.search(before) or _WAS_HIT.match(after):
        return Part.VICTIM
    then = _THEN.search(before)
    if then is not None and not _PAST.search(before[-16:]) and (before.endswith("时任") or _DURING.search(after[:40])):
        return Part.THEN
    if post and _HELD_THEN.match(after):
        return Part.THEN
    if aside is Aside.RESUME or (
        _PAST.search(before) and not _NOW.search(before[-8:]) and not _DURING.search(after[:40])
    ):
        return Part.RESUME
    if _STATIONED.search(near) and _STATION.match(after):
        return Part.FINDER  # 派驻市住建局纪检监察组 is the discipline organ's
    if aside is Aside.COURT or (aside is Aside.ANNOUNCER and not post):
        return Part.FINDER
    from_finder = (
        re.search(
            r"纪委|监委|纪律检查|监察委|法院|检察|检方|中院|高院|公安|警方|审计|巡察|巡视|派出所|交警", body.office
        )
        is not None
    )
    finds = _TOLD_BY.search(near) is not None or _does(_FINDS, after[:30]) is not None
    if from_finder and finds and not _own_man(text, body, closing):
        return Part.FINDER
    if _HELPS.search(near) and not post:
        return Part.HELPER
    if post:
        spoken = _does(_SPEAKS, after[:26])
        if spoken and not _BLAME.search(after[: spoken.start()]):
            return Part.SPEAKER
        return Part.POST
    spoken = _does(_SPEAKS, after[:10])
    if spoken and spoken.start() < 8:
        return Part.SPEAKER
    if _HELPED.match(after) and not re.match(r"[^，。；]{0,4}被", after):
        return Part.HELPER
    return Part.ACTOR


def _does(acts: re.Pattern[str], after: str) -> re.Match[str] | None:
    """An act of the body itself: 通报, but not 被上级通报."""
    found = acts.search(after)
    return found if found is not None and "被" not in after[: found.start()] else None


def _own_man(text: str, body: Body, closing: int) -> bool:
    """县纪委原副书记张某: the organ's own official."""
    found = _POST.match(text, body.end, min(closing, body.end + 24))
    return found is not None and not re.search(r"审查|调查|对|提起|认定|判|消息", found.group())


def _sentence(text: str, body: Body) -> tuple[int, int]:
    """The sentence around a body, at most ``_FAR`` characters each way."""
    first, last = max(0, body.start - _FAR), min(len(text), body.end + _FAR)
    opening = max(text.rfind(mark, first, body.start) for mark in "。；\n！？") + 1
    ends = [at for mark in "。；\n！？" if (at := text.find(mark, body.end, last)) >= 0]
    return max(opening, first), min(ends, default=last)


def is_blamed(text: str, body: Body) -> bool:
    """Whether the sentence in which the body stands reproaches somebody with something."""
    opening, closing = _sentence(text, body)
    return _BLAME.search(text, opening, closing) is not None


def locate(
    text: str, bodies: Sequence[Body], mentions: Sequence[Mention], gazetteer: Gazetteer, home: Sequence[Division]
) -> tuple[Body, ...]:
    """Bodies of which only the level is said (县住建局), given the area that was named before, else the outlet's."""
    told: list[Body] = []
    for body in bodies:
        if body.area is not None or not body.level:
            told.append(body)
            continue
        area = _area(body, mentions, gazetteer, home, back=text.endswith("该", 0, body.start))
        told.append(
            Body(
                body.start,
                body.end,
                body.name,
                area,
                body.level,
                body.office,
                body.town,
                body.implied,
                body.part,
                body.in_title,
            )
        )
    return tuple(told)


def _area(
    body: Body, mentions: Sequence[Mention], gazetteer: Gazetteer, home: Sequence[Division], *, back: bool
) -> Division | None:
    """``back``: 该县 points at what was named last, be it where the court sits."""
    out = (Aside.DATELINE,) if back else (Aside.BIRTHPLACE, Aside.RESUME, Aside.DATELINE, Aside.COURT, Aside.ORIGIN)
    usable = [m for m in mentions if len(m.meanings) == 1 and m.aside not in out]
    before = [m.meanings[0] for m in usable if m.start < body.start]
    after = [m.meanings[0] for m in usable if m.start > body.start]
    for division in (*reversed(before), *after):
        for candidate in (division, *gazetteer.ancestors(division)):
            if _is_of_level(candidate, body.level):
                return candidate
    if usable:
        return None
    for place in home:
        for candidate in (place, *gazetteer.ancestors(place)):
            if _is_of_level(candidate, body.level):
                return candidate
    return None


def _is_of_level(division: Division, level: str) -> bool:
    match level:
        case "省":
            return division.level is Level.PROVINCE
        case "市":
            return division.name.endswith("市") and division.level in (Level.PREFECTURE, Level.COUNTY, Level.PROVINCE)
        case "州":
            return division.level is Level.PREFECTURE and division.name.endswith("州")
        case "县" | "区" | "旗":
            return division.level is Level.COUNTY and division.name.endswith(level)
        case _:
            return False


def names_of(bodies: Iterable[Body], spelled: str) -> tuple[str, ...]:
    """The bodies' names as the text spells them, each once.

    What only gave its approval (经中共中央批准) or stands in the name of a rule (国务院令) is not named as a body.
    """
    seen: dict[str, None] = {}
    for body in bodies:
        if body.part in (Part.RESUME, Part.IMPOSTOR) or _is_formula(body, spelled):
            continue
        name = body.name if body.implied else spelled[body.start : body.end]
        seen.setdefault(name)
    return tuple(seen)


def _is_formula(body: Body, text: str) -> bool:
    if not body.office.startswith(("中共中央", "国务院")):
        return False
    before, after = text[max(0, body.start - 4) : body.start], text[body.end : body.end + 8]
    approves = before.endswith(("经", "报")) and after.startswith(("批准", "同意", "审批"))
    return approves or re.match(r"令|安委会|关于|第[一-十]+次", after) is not None or before.endswith(("根据", "按照"))
