"""Healthy texts that a hasty reader mistakes for something else.  None of them may be held against an office."""

from chengjian.demo.content.articles import Draft
from chengjian.demo.content.place import PHONE, Place


def maintenance_headline(place: Place) -> Draft:
    """A headline with the words of a maintenance page (系统维护 … 暂停办理)."""
    return Draft(
        f"关于{place.short}不动产登记系统维护期间暂停办理业务的公告",
        (
            "因不动产登记系统升级维护，定于本周六8时至周日18时暂停办理相关业务，期间网站正在维护的页面可能无法访问。",
            "系统恢复后，积压的申请将在2个工作日内办结。给您带来的不便，敬请谅解。",
        ),
    )


def recruitment_notice(place: Place) -> Draft:
    """A recruitment notice that asks candidates for a 诚信承诺书: not the office's own commitment."""
    return Draft(
        f"{place.short}公开招聘事业单位工作人员公告",
        (
            "根据工作需要，面向社会公开招聘事业单位工作人员26名，坚持公开、平等、竞争、择优。",
            "报名时应当如实填写信息，并签订《诚信承诺书》和《健康承诺书》，对违反诚信承诺的，取消资格并记入诚信档案。",
            f"咨询电话：{PHONE}。",
        ),
    )


def power_list_headline(place: Place) -> Draft:
    """News about power lists: not a power list."""
    return Draft(
        f"{place.short}部署权力清单和责任清单动态调整工作",
        (
            "本网讯　会议指出，权力清单制度是推进简政放权的重要举措，要按照权责一致的要求，对清单逐项梳理。",
            "会议要求，各单位于年底前完成权责清单的修订，经合法性审查后统一公布。",
        ),
    )


def plan_headline(place: Place) -> Draft:
    """A day in the future stands in the title."""
    return Draft(
        f"{place.short}力争2035年12月31日前建成全域公园城市",
        ("规划提出，到2035年12月31日，公园绿地服务半径覆盖率达到九成以上，各阶段任务向社会公开。",),
    )
