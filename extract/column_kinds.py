"""Classes of columns (栏目), told by their names.

The classes are those of the inspection standards: news, notices and policy documents have short limits, what appears
by the year (预决算, 年报 …) a long one, what stays valid (指南, 制度 …) none.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from extract.simplified import simplified
from records.verdicts import ColumnKind


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_WORDS: Final[Mapping[ColumnKind, tuple[str, ...]]] = {
    ColumnKind.STATIC: _words(
        "指南 指引 制度 职能 职责 简介 概况 概览 总览 须知 流程 承诺 机构设置 机构职能 机构概况 机构简介 "
        "组织机构 内设机构 直属机构 直属单位 下属单位 派出机构 部门职能 单位职能 主要职责 领导信息 "
        "领导之窗 领导简介 领导班子 领导成员 领导分工 现任领导 领导介绍 领导机构 政府领导 局领导 领导 "
        "权责清单 责权清单 权力清单 责任清单 行政权力 权力事项 负面清单 事项清单 服务清单 公开目录 "
        "主动公开目录 依申请公开 公开规定 公开标准 标准目录 法定主动公开内容 县情 市情 区情 镇情 乡情 "
        "走进 历史沿革 行政区划 自然地理 人口民族 风景名胜 旅游景点 名胜古迹 风土人情 地方特产 联系我们 "
        "联系方式 联系电话 通讯录 办公地址 关于我们 网站地图 网站声明 版权声明 隐私 使用帮助 网站帮助 "
        "办事服务 政务服务 便民服务 服务事项 网上办事 公共服务 便民电话 便民查询 在线办理 办事大厅 服务大厅 导航 "
        "介绍 展示 名录 景点 景区 特产 特色产品 美食 名人 风采 荣誉 文化遗产 科室设置 "
        "友情链接 常见问题 办事指南 办事指引 办事流程 服务指南 表格下载 资料下载 下载中心 下载专区 "
        "县长 市长 区长 镇长 乡长 局长 书记 简历 执法主体 执法人员 执法依据 收费目录 收费标准 收费项目 收费清单 "
        "涉企收费 行政事业性收费 应急预案 地名信息 县志 市志 区志 地方志 史志 大事记 气候 地理 民俗 个人办事 "
        "法人办事 个人服务 法人服务 企业服务 主题服务 部门服务 一件事 在线申报 在线申请 部门链接 链接 标准规范 "
        "技术规范 行业标准 资料库 科普知识 健康知识 法律知识 安全知识 知识库 知识问答 小知识 常识 监督电话 "
        "值班电话 值班安排 办公时间 无障碍 数据开放 开放数据 新媒体 微博 微信 公众号 "
        "文件下载 常用下载 信箱 意见箱 信件 留言 咨询 投诉 举报 纠错 在线访谈 网上调查 问卷调查 互动交流 政民互动"
    ),
    ColumnKind.YEARLY: _words(
        "预决算 预算 决算 财政 三公经费 年报 年度报告 年度 年鉴 规划 计划 总结 计划总结 规划计划 统计 "
        "统计公报 统计数据 统计信息 数据统计 普查 工作报告 政府工作报告 国民经济 人事 人事信息 人事考录 "
        "人事任免 任免 人事招考 考录 招考 招录 录用 招聘 招考录用 公务员招考 公务员招录 事业单位招聘 考试录用 "
        "建议提案 提案 代表建议 人大建议 议案 审计结果 绩效 政府债务 债务信息 政府债券 债券 直达资金 表彰奖励 职称 "
        "重大项目 重点项目 重大建设项目 "
        "分级分类监管 分类监管 信用评价 信用等级"
    ),
    ColumnKind.POLICY: _words(
        "政策 文件 法规 规章 规范性 规范性文件 解读 政策解读 政策法规 政府令 公文 法律 条例 政策文件 "
        "政府文件 政令 法治 依法行政"
    ),
    ColumnKind.NOTICE: _words(
        "通知 公告 公示 通告 通知公告 公示公告 公告公示 招标 投标 中标 采购 招标采购 征集 征求意见 拍卖 "
        "出让 征收 行政许可 行政处罚 双公示"
    ),
    ColumnKind.NEWS: _words(
        "新闻 要闻 动态 时政 资讯 快讯 快报 简报 信息快递 工作信息 媒体 头条 播报 报道 速递 聚焦 乡镇 "
        "部门 街道 图片新闻 视频 领导活动 领导讲话 政务活动 重要会议 乡镇动态 部门动态 工作动态 政务动态 "
        "基层动态"
    ),
}

# Columns in which citizens speak (信箱, 咨询 …) are static here: the standards measure the answers, not the letters.

# Between words of equal length: what stays valid before what comes by the year, and the shortest limits last, so that
# a doubtful name is not measured by the stricter limit.
_RANK: Final = tuple(_WORDS)

# The last word of a Chinese name says what the thing is: 财政动态 is news about finance, 领导活动 news about persons.
_NEWS_ENDS: Final = ("动态", "新闻", "要闻", "资讯", "快讯", "简报", "报道", "活动")

# Work that was done once (DOMAIN: 历史性工作专题 are excepted from 动态类): kept to be read, not to be carried on.
_HISTORICAL = re.compile(
    r"专题|历史|归档|存档|往期|回顾|旧版|老站|主题教育|学习教育|教育实践|两学一做|三严三实|群众路线|疫情防控|抗疫|"
    r"(?:19|20)\d\d\s*年(?!报|度)|(?:19|20)\d\d(?!\d|\s*年)|第[一二三四五六七八九十\d]+[届次]"
)


def kind_of_column(name: str) -> ColumnKind:
    """The class of a column by its name; the longest word that is known decides.

    >>> kind_of_column("政府信息公开指南"), kind_of_column("财政动态"), kind_of_column("人事考录")
    (<ColumnKind.STATIC: 'static'>, <ColumnKind.NEWS: 'news'>, <ColumnKind.YEARLY: 'yearly'>)
    """
    name = simplified(name)
    best, best_length = ColumnKind.OTHER, 0
    for kind in _RANK:
        length = max((len(word) for word in _WORDS[kind] if word in name), default=0)
        if kind is ColumnKind.NEWS and name.endswith(_NEWS_ENDS):
            length += 4  # 公共服务动态 is news of it
        if length > best_length:
            best, best_length = kind, length
    return best


def is_news_column(name: str) -> bool:
    """Whether a column tells of what happened (工作动态, 图片新闻): what is filed there is mostly about a thing."""
    return simplified(name).endswith(_NEWS_ENDS)


def is_historical(names: Iterable[str]) -> bool:
    """Whether a column is a record of past work, by its own name or by one that stands above it."""
    return any(_HISTORICAL.search(simplified(name)) for name in names)
