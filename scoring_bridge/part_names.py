"""Chinese names of the parts of compound values, for the headers of a form.

The schemes call parts by the words of the machine contract; an office's own scheme may call them in Chinese, and
needs no line here.
"""

from typing import Final

_NAMES: Final[dict[str, dict[str, str]]] = {
    "NYC-21": {
        "dishonest": "新增失信被执行人数",
        "unresolved": "新增被执行人未在1个月内处理数",
        "resolved": "新增被执行人在1个月内处理数",
    },
    "NYD-03": {
        "mechanism": "建立信用修复工作机制",
        "person": "指定专人负责",
        "process": "明确工作流程",
        "guide": "提供修复指引",
        "outreach": "主动向企业提供修复指导",
    },
    "NYD-07": {
        "graded": "形成分级分类结果",
        "published": "结果在部门网站和信用南阳公示",
        "no_power": "无监管权限（提供说明）",
    },
    "NYD-09": {
        "signed": "签署承诺书",
        "department_site": "部门网站公开",
        "credit_site": "信用南阳网站公开",
    },
    "JY-08": {"list_missing": "未公示承诺清单", "unfulfilled": "未履行承诺项数", "consequence": "造成一定后果"},
    "JY-11": {"closed": "办结率", "on_time": "按期办结率"},
    "JY-12": {"criticised": "约谈、通报批评人次", "light": "轻处分人次", "heavy": "重处分人次"},
    "JY-23": {"points": "评定得分", "serious_late": "“双公示”迟报漏报严重"},
    "JY-24": {"points": "评定得分", "loan_poor": "“信易贷”开展不力"},
    "JY-33": {"jiyuan": "在济源推广次数", "province": "在全省推广次数", "nation": "在全国推广次数"},
    "JY-34": {
        "first": "单项指标第1名项数",
        "second": "单项指标第2名项数",
        "third": "单项指标第3名项数",
        "up": "单项指标跃升一个梯队项数",
    },
    "JY-35": {"national": "国家级表彰项数", "provincial": "省部级表彰项数", "prefectural": "地厅级表彰项数"},
    "HA-1.1": {"complete": "7天内全量归集", "exposed": "被通报或举报属实次数"},
    "HA-3.y": {"kept": "严格兑现招商引资政策", "breaches": "违约毁约问题数"},
    "HA-5.1": {"first": "首期", "accepted": "验收合格", "new_households": "新增诚信户数"},
}


def part_name(indicator: str, part: str) -> str:
    """The name of a part as a person reads it; the part's own word where it has no other."""
    return _NAMES.get(indicator, {}).get(part, part)
