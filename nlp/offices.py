"""Offices of government: what an office's name says that it does, so that 住建局 is found to be 住房和城乡建设局.

A name is read as a row of functions and an ending.  Functions that the reform of institutions of 2018 moved keep their
successor: 国土资源局 is the business of 自然资源和规划局 today.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# function: its spellings, longest first by construction; the function's own name is one of them
_FUNCTIONS: Final = """
住建 住房和城乡建设 住房城乡建设 住房与城乡建设 城乡建设 住房建设 住建 城建 建设
房产 住房保障 房产管理 房管 房产
规划 城乡规划 规划
自然资源 自然资源和规划 自然资源 国土资源 国土 资源规划 自规
教育 教育 教
体育 体育 体
发改 发展和改革 发展改革 发展与改革 发改 计划 物价
工信 工业和信息化 工业信息化 工业与信息化 工信 经济和信息化 经信 经济贸易 经贸
科技 科学技术 科技
公安 公安
民政 民政
司法 司法 法制
财政 财政
人社 人力资源和社会保障 人力资源社会保障 人力社保 人社 劳动和社会保障 劳动保障 人事
生态环境 生态环境 环境保护 环保
交通 交通运输 交通
水利 水利 水务
农业 农业农村 农业和农村 农业 农牧 畜牧 农村工作
林业 林业 林业和草原 林草
商务 商务 商业
文化 文化 文
广电 广播电视 广播电影电视 广电 广
旅游 旅游 旅
文物 文物
卫健 卫生健康 卫生和计划生育 卫生计生 卫健 卫计 卫生 计划生育 计生
退役军人 退役军人事务 退役军人
应急 应急管理 应急 安全生产监督管理 安监
审计 审计
国资 国有资产监督管理 国有资产管理 国资
市监 市场监督管理 市场监管 市监 工商行政管理 工商 质量技术监督 质监 工商质监 食品药品监督管理 食药监 食药
统计 统计
医保 医疗保障 医保
城管 城市管理综合行政执法 城市管理和综合执法 城市综合执法 城市管理综合执法 城市管理和行政执法
城管 城市管理 综合行政执法 综合执法 城管 市容环境卫生 城管执法
信访 信访
乡村振兴 乡村振兴 扶贫开发 扶贫
金融 金融工作 金融 地方金融监督管理
税务 税务 国税 地税 国家税务 地方税务
行政审批 行政审批服务 行政审批和政务信息管理 行政审批 政务服务和大数据管理 政务服务 大数据管理 政务大数据 数据
粮食 粮食和物资储备 粮食和储备 粮食 物资储备
招商 投资促进 招商 经济合作
民族宗教 民族宗教事务 民族宗教 民宗 民族事务 宗教事务
园林 园林绿化 园林
气象 气象
烟草 烟草专卖 烟草
邮政 邮政管理 邮政
机关事务 机关事务管理 机关事务服务 机关事务
公积金 住房公积金 公积金
公共资源 公共资源交易
供销 供销合作社联合社 供销合作 供销
残联 残疾人联合会 残联
红十字 红十字会
总工会 总工会
妇联 妇女联合会 妇联
团委 共青团 团
纪委 纪委监委 纪律检查委员会监察委员会 纪律检查委员会 监察委员会 纪委 监委
组织 组织
宣传 宣传
统战 统一战线工作 统战
政法 政法
法院 中级人民法院 人民法院 法院
检察 人民检察院 检察院
政协 政协
人大 人大常委会 人大 人民代表大会常务委员会
政府办 人民政府办公室 政府办公室 政府办公厅 人民政府办公厅 政府办
外事 外事侨务 外事
消防 消防救援 消防
交警 交通警察 交警
档案 档案
机构编制 机构编制 编制
"""
_SPELLINGS: Final[dict[str, str]] = {
    spelling: row.split()[0] for row in _FUNCTIONS.strip().splitlines() for spelling in row.split()[1:]
}
_FUNCTION: Final = re.compile("|".join(sorted(map(re.escape, _SPELLINGS), key=len, reverse=True)))
# Endings that say nothing of which office it is; 办公室, 中心 and 大队 do, and stay.
_PLAIN_ENDINGS: Final = (
    "管理委员会",
    "委员会",
    "管理局",
    "工作局",
    "工作部",
    "总局",
    "局",
    "委",
    "厅",
    "部",
    "办公室",
    "办",
    "院",
    "社",
    "会",
)
_GLUE: Final = re.compile("[和与及、]")
_BODY_OF_OFFICE: Final = re.compile(r"(?:党组|党委|机关党委|党工委)$")


@dataclass(frozen=True, slots=True)
class Office:
    """What a name of an office says: its functions, and what is left unread ("" where all is understood)."""

    functions: frozenset[str]
    rest: str


@lru_cache(maxsize=4096)
def read_office(name: str) -> Office:
    """Read an office's name, without any place before it.

    >>> sorted(read_office("住房和城乡建设局").functions), sorted(read_office("教体局").functions)
    (['住建'], ['体育', '教育'])
    """
    stem = _BODY_OF_OFFICE.sub("", name)
    if stem in _SPELLINGS:
        return Office(frozenset({_SPELLINGS[stem]}), "")
    endings = [ending for ending in _PLAIN_ENDINGS if stem.endswith(ending) and len(stem) > len(ending)]
    readings = [_functions(stem[: -len(ending)]) for ending in endings] or [_functions(stem)]
    return min(readings, key=lambda office: len(office.rest))  # 工商行政|管理局 or 工商行政管理|局


def _functions(stem: str) -> Office:
    functions: set[str] = set()
    rest: list[str] = []
    at = 0
    while at < len(stem):
        found = _FUNCTION.match(stem, at)
        if found:
            functions.add(_SPELLINGS[found.group()])
            at = found.end()
        else:
            rest.append(stem[at])
            at += 1
    return Office(frozenset(functions), _GLUE.sub("", "".join(rest)))


def same_business(named: str, registered: str) -> bool:
    """Whether the office that a text names is the registered one, or a former part of it (教育局 of 教育体育局)."""
    if named == registered:
        return True
    one, other = read_office(named), read_office(registered)
    return bool(one.functions) and not one.rest and not other.rest and one.functions <= other.functions


# Organs that are led from above and are no part of the county that they sit in.
LED_FROM_ABOVE: Final = frozenset({"税务", "气象", "烟草", "邮政", "消防"})
# Organs whose business it is to find wrongdoing: to name them in a report is no reproach to them.
FINDERS: Final = frozenset({"纪委", "法院", "检察", "审计", "公安", "组织", "政法", "信访"})
