"""The ten required disclosures, recognised by what an entry or a page is called."""

import re
from typing import Final

from extract.simplified import simplified
from records.verdicts import Requirement

_R = Requirement

# What makes a headline out of a name: somebody does something with the list, it is not the list.
_NEWS = re.compile(
    r"召开|部署|推进|培训|会议|督导|督查|检查组|调研|学习|印发|开展|组织|举办|动员|解读|扎实|积极|强化|着力|全面|加快|圆满|"
    r"征求|意见|审议|讲话|研究|完成|启动|落实|我[市县区局]|如何|怎么|什么|问答|回复|咨询|一图|图解|来了|出台|修订|修改|规范.{0,4}工作|签订|签署|签约|仪式|举行|隆重|宣誓|活动|集中|现场"
)
_AUDIENCE = re.compile(
    r"健康|疫情|防疫|考生|考试|招聘|招录|应聘|报名|投标|竞标|招标|采购|供应商|承包|施工|企业|申请人|申报人|个人|职称|学生|家长|商户|店|经营者|"
    r"模板|样本|样表|范本|表格|会员|律师|中介|代理|医师|旅行社|物业|安全生产|消防|廉洁|廉政|纪律|许可|告知|容缺|审批|项目申报|评审|专家"
)

_PATTERNS: Final[tuple[tuple[tuple[Requirement, ...], re.Pattern[str]], ...]] = (
    (
        (_R.POWER_LIST, _R.RESPONSIBILITY_LIST),
        re.compile(
            r"权责(?:事项)?清单|责权(?:事项)?清单|权力(?:清单)?[和与及、]责任(?:事项)?清单|权力[、和与及]?责任清单|"
            r"权责事项(?!\w*公告)|权责目录|职权清单|行政职权(?:事项)?(?:目录|清单)?|权力责任清单|权责一览"
        ),
    ),
    (
        (_R.POWER_LIST,),
        re.compile(r"(?:行政)?权力(?:事项|运行)?(?:清单|目录)|权力清单|^行政权力(?:事项|运行|公开)?$|^权力事项$"),
    ),
    ((_R.RESPONSIBILITY_LIST,), re.compile(r"(?<!主体)(?<!生产)(?<!安全)(?:部门|单位)?责任(?:事项)?清单|追责情形清单")),
    (
        (_R.DISCLOSURE_GUIDE,),
        re.compile(
            r"(?:政府|政务)?信息公开(?:工作)?指南|(?:政务|政府)公开指南|^公开指南$|信息公开\S{0,4}指南|公开指南"
        ),
    ),
    (
        (_R.DISCLOSURE_SYSTEM,),
        re.compile(
            r"(?:政府|政务)?信息公开(?:工作)?(?:规章)?制度|(?:政府|政务)?公开制度|信息公开(?:法规|规定)|^公开(?:制度|规定|法规)$|"
            r"信息公开(?:相关|有关)?(?:法律)?法规"
        ),
    ),
    (
        (_R.DISCLOSURE_CATALOGUE,),
        re.compile(
            r"法定主动公开(?:内容|信息|目录|事项)|主动公开(?:基本)?(?:目录|内容|信息|事项)|(?:政府|政务)?信息公开目录|^公开目录$|政务公开目录|公开(?:基本)?目录|"
            r"^(?:法定)?主动公开$|(?:信息|政务)公开事项(?:目录|清单)|^公开(?:事项)?清单$|^公开事项目录$"
        ),
    ),
    (
        (_R.DISCLOSURE_ANNUAL_REPORT,),
        re.compile(
            r"(?:政府|政务)?信息公开(?:工作)?(?:\d{4}年)?(?:年度|年)报告?|(?:政府|政务)?公开(?:工作)?(?:年度报告|年报)|"
            r"信息公开\S{0,10}(?:年报|年度报告)|^公开年报$|(?:政府|政务)?信息公开(?:工作)?(?:情况)?(?:的)?(?:总结)?报告|政府信息公开工作(?:情况)?总结"
        ),
    ),
    (
        (_R.SERVICE_COMMITMENT,),
        re.compile(
            r"(?:政务)?服务(?:质量)?承诺|(?:办事|社会)?服务承诺(?:制|书)?|承诺服务|公开承诺事项|办事承诺|承诺时限公示"
        ),
    ),
    (
        (_R.INTEGRITY_COMMITMENT,),
        re.compile(
            r"政务诚信(?:建设)?(?:公开)?承诺|政府(?:诚信|信用)承诺|(?:机关|部门|单位|公职人员|公务员)\S{0,4}(?:诚信|守信|信用)承诺|"
            r"(?:诚信|守信)(?:政务|政府|机关)(?:建设)?承诺|政务(?:信用|守信)承诺|依法行政诚信承诺"
        ),
    ),
    (
        (_R.CREDIT_COMMITMENT_LIST,),
        re.compile(
            r"信用承诺\S{0,12}(?:事项|许可)?\S{0,4}(?:清单|目录)|告知承诺(?:制)?\S{0,10}(?:事项)?(?:清单|目录)|"
            r"(?:证明事项|涉企经营许可)\S{0,6}告知承诺|容缺受理\S{0,6}(?:清单|目录)|行政许可\S{0,6}信用承诺|信用承诺事项|"
            r"(?:适用|使用|实行)信用承诺\S{0,4}(?:行政)?许可"
        ),
    ),
    (
        (_R.GRADED_SUPERVISION_RESULT,),
        re.compile(
            r"(?:信用)?分[级类]分[类级](?:信用)?(?:差异化)?监管|(?:信用)?分级(?:分类)?(?:监管|评价|管理)(?:结果|公示|名单|信息)|"
            r"信用(?:等级)?(?:等级|评价|评级|评定)(?:结果|公示|名单|信息)|分[级类]监管(?:结果|公示|名单)|"
            r"信用风险分[级类](?:管理|监管)?(?:结果|公示|名单)|(?:差异化|分类)信用监管|信用监管(?:结果|公示|信息)|信用分类(?:监管)?结果"
        ),
    ),
)
# Which edition of a document it is, behind its name: nobody reports that it was revised.
_EDITION = re.compile(
    r"[（(〔\[](?:19|20)?\d{0,2}年?(?:\d{1,2}月)?(?:第[一二三四五六\d]{1,2}次)?(?:修订|修改|更新|修正|调整|试行)?[版本稿]?[)）〕\]]$"
)
_HINT = re.compile("清单|权责|责权|职权|权力|公开|承诺|监管|信用").search
_CACHE_LIMIT: Final = 50_000
_LONGEST: Final = 60  # characters: a longer text is a headline or a sentence, not a name


class SignReader:
    """Tells which requirements a text names; remembers texts, since menus repeat on every page."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Requirement, ...]] = {}

    def named(self, text: str) -> tuple[Requirement, ...]:
        """The requirements that an entry with this text leads to; empty for headlines that only speak of one."""
        try:
            return self._known[text]
        except KeyError:
            pass
        found = requirements_of(text)
        if len(self._known) >= _CACHE_LIMIT:
            self._known.clear()
        self._known[text] = found
        return found


def requirements_of(text: str) -> tuple[Requirement, ...]:
    """See ``SignReader.named``."""
    if not text or len(text) > 200:
        return ()
    bare = _EDITION.sub("", simplified(re.sub(r"\s+", "", text)))
    if _HINT(bare) is None:
        return ()
    found: dict[Requirement, None] = {}
    for requirements, pattern in _PATTERNS:
        match = pattern.search(bare)
        if match is None:
            continue
        if _is_name(bare, match, requirements[0]):
            found.update(dict.fromkeys(requirements))
    return tuple(found)


def _is_name(text: str, match: re.Match[str], requirement: Requirement) -> bool:
    """Whether the words are the name of the thing: at the end of the text, or nearly all of it."""
    if len(text) > _LONGEST:
        return False
    rest = text[: match.start()] + text[match.end() :]
    if requirement is Requirement.INTEGRITY_COMMITMENT:
        return _AUDIENCE.search(text) is None and _NEWS.search(rest) is None
    if requirement is Requirement.SERVICE_COMMITMENT and _AUDIENCE.search(rest) is not None:
        return False
    if len(rest) <= 6:
        return True
    return _NEWS.search(rest) is None
