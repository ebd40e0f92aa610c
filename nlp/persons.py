"""Whose conduct is reported: persons (人名) named beside a post, and 某-forms."""

import re
from typing import Final

SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹"
    "薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍"
    "涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和"
    "仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井"
    "漆但巴丰邸衣邰晁智逄扈步狄宣相暴普线麦禄尧经奕才闪信来"
)
COMPOUND_SURNAMES: Final = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "令狐",
    "慕容",
    "司徒",
    "夏侯",
    "端木",
    "呼延",
)

_TITLES: Final = (
    "书记|主任|局长|县长|市长|区长|镇长|乡长|省长|州长|旗长|院长|检察长|庭长|法官|检察官|队长|大队长|支队长|总队长|所长|科长|处长|股长|站长|校长|园长|教导员|指导员|政委"
    "|董事长|总经理|副总经理|副总|经理|委员|常委|干部|工作人员|职工|民警|辅警|交警|会计|出纳|调研员|巡视员|秘书长|部长|主席|厅长|行长|社长|会长|总监|主管"
    "|负责人|支书|村主任|村长|组长|公务员|公职人员|关长|馆长|台长|总编辑|理事长|代表|职员|科员|员工"
)
_FOLLOWS: Final = (
    "涉嫌|被|因|接受|在|违|受|利用|等|严重|主动|落马|一审|二审|向|与|为|任|通过|多次|曾|系|同志|表示|说|存在|收|贪|挪|酒|醉|滥|玩|履|工作|和|及|对|将|于|未|不|组织|安排|以|的"
    "|获|案|已|称|涉|公款|套取|虚|侵|截|借|长期|先后|私|擅|两|则|也|还|从|自|经|坚|乱|搞|参|介|开|去|到|出|签|批|辞|失|插|索|骗|冒|弄|贱|聚|嫖|包|猥|强|打|殴|辱|推|醉酒|站|坐|走|当|带|让|要|没|把|拿|用|给|又|再|竟|却|只|就|都|是|有|这|那|认|供|潜|逃|自|投|原|同|作出|判处|处以|予以|进行|实施|提起|提出|立案|留置|采取|免职|停职|撤职|移送|审查"
)
_AFTER_TITLE: Final = re.compile(rf"(?:{_TITLES})(?:[（(][^）)]{{1,14}}[）)])?(?=(?P<rest>[\u4e00-\u9fff]{{2}}))")
_SPEAKS: Final = re.compile(
    r"(?:[（(][^）)]{1,10}[）)])?(?:表示|介绍|说|指出|强调|告诉|主持|出席|讲话|要求|带队|调研|回应|坦言|解释|称|接受[^，。]{0,8}采访|任组长|深入|率队|作(?![出案为风]))"
)
_SOMEBODY: Final = re.compile(r"(?P<name>[\u4e00-\u9fff]某(?:某|[甲乙丙丁\u4e00-\u9fff](?=[，。、（(因被系在涉]))?)")
_HEADLINE: Final = re.compile(
    r"(?:^|[\n\s：:|丨，])(?P<name>[\u4e00-\u9fff]{2,3})(?=受贿|被查|被双开|被开除|被逮捕|被公诉|被提起公诉|被判|被捕|被免|被停职|被移送|获刑|受审|投案|落马|接受(?:审查|纪律)|贪污|一审|案|严重违纪|涉嫌)"
)
_STOPS_NAME: Final = re.compile(rf"(?:{_FOLLOWS}|[^\u4e00-\u9fff]|$)")
_STRONG: Final = re.compile(
    "涉嫌|被[\u4e00-\u9fff]|接受|因[\u4e00-\u9fff]|违[规纪法反]|受贿|利用|严重|主动|落马|存在|收受|贪污|挪用|在[\u4e00-\u9fff]|醉酒|酒[后驾]|滥用|玩忽|履[职行]"
)
_NOT_NAMES_TEXT: Final = """
方面 有关 相关 表示 负责 全体 代表 安排 和平 明确 严重 应当 任职 成员 时任 曾任 高度 公开 经济 管理 党组
原任 常委 关于 以及 于是 向社 文件 任上
查获 查处 查封 查明 查实 查看 查扣 查询 查出 时常 时而 成为 成立 成功 连续 连夜 连同 相互 安全 全面 全部 全程
全市 全县 全区 包括 包庇 单位 单独 支持 支付 解决 解释 解除 计划 强调 强制 强行 强迫 强拆 严肃 严厉 严格 从严
从事 从重 施工 施行 施压 温馨 常年 常常 应该 应急 向上 于当 路面 路边 党员 党内 党委 政府 农民 农村 农业 商户
商家 余名 万元 万余 景区 金额 金融 经查 经营 任务 任命 任何 平时 平台 平均 曾因 曾经 曾多 凌晨 卫生 卫健 国家
宣布 宣传 宣判 危害 危房 幸未 暴力 来自 来到 闪光 信访 信息 信用 信任
"""
_NOT_NAMES: Final = frozenset(_NOT_NAMES_TEXT.split())


def find_persons(text: str) -> tuple[str, ...]:
    """Names beside a post, 某-forms (张某), and names that open a headline about an offence, in order."""
    found: dict[str, int] = {}
    for match in _AFTER_TITLE.finditer(text):
        name = _name_at(text, match.start("rest"))
        if name and not _SPEAKS.match(text, match.start("rest") + len(name)):
            found.setdefault(name, match.start("rest"))
    for match in _SOMEBODY.finditer(text):
        if match["name"][0] in SURNAMES:
            found.setdefault(match["name"], match.start())
    for match in _HEADLINE.finditer(text):
        name = match["name"]
        if name[0] in SURNAMES and name not in _NOT_NAMES and "某" not in name:
            found.setdefault(name, match.start("name"))
    return tuple(sorted(found, key=lambda name: found[name]))


def post_holders(text: str) -> frozenset[str]:
    """Everybody named beside a post, those who only speak or visit too."""
    return frozenset(
        name for match in _AFTER_TITLE.finditer(text) if (name := _name_at(text, match.start("rest"))) is not None
    )


def _name_at(text: str, at: int) -> str | None:
    """A personal name that begins at ``at``: two or three letters, as what follows and the rest of the text suggest."""
    opening = text[at : at + 2]
    compound = opening in COMPOUND_SURNAMES
    if not compound and (not opening or opening[0] not in SURNAMES):
        return None
    lengths = (4, 3) if compound else (3, 2)
    fitting = [
        text[at : at + n]
        for n in lengths
        if len(text) >= at + n
        and text[at : at + n] not in _NOT_NAMES
        and "某" not in text[at : at + n]
        and all("\u4e00" <= c <= "\u9fff" for c in text[at : at + n])
        and _STOPS_NAME.match(text, at + n)
    ]
    if not fitting:
        return None
    if len(fitting) == 2 and text.count(fitting[0]) == 1 and text.count(fitting[1]) > 1:
        return fitting[1]
    # “李明涉嫌”: the third letter opens the verb, unless the longer name stands elsewhere too.
    longer = fitting[0]
    if len(fitting) == 2 and text.count(longer) == text.count(fitting[1]) == 1:
        third = text[at + len(longer) - 1 : at + len(longer) + 1]
        return (
            fitting[1] if re.match(rf"(?:{_FOLLOWS})", third) and len(third) == 2 and _STRONG.match(third) else longer
        )
    return longer
