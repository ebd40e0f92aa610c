"""The one place that declares what is wrong with the demo city.

The portals are built from these declarations, and the tests hold every audit against them (``expected.py``).  Whatever
stands in the city and not here is healthy, however odd it looks: an audit that accuses it has accused an innocent.
"""

from chengjian.demo.promises import (
    ColumnPromise,
    DisclosurePromise,
    LinkFault,
    Matter,
    PortalPromise,
    Refusal,
)
from records.verdicts import (
    ColumnVerdict,
    DisclosureVerdict,
    LinkKind,
    LinkReason,
    Requirement,
    SiteVerdict,
)

_C = ColumnVerdict
_D = DisclosureVerdict
_K = LinkKind
_M = Matter
_R = LinkReason
_Q = Requirement


def _published(**paths: str) -> tuple[DisclosurePromise, ...]:
    """Published requirements, each with its path, or with several divided by blanks."""
    return tuple(
        DisclosurePromise(Requirement(name), _D.PUBLISHED, tuple(path.split())) for name, path in paths.items()
    )


def _missing(*requirements: Requirement) -> tuple[DisclosurePromise, ...]:
    return tuple(DisclosurePromise(requirement, _D.MISSING) for requirement in requirements)


LIUWAN = PortalPromise(
    key="liuwan",
    name="柳湾区人民政府",
    make="老式 ASP 门户（gb2312、框架、表格排版）",
    links=(
        LinkFault("article", "/news_show.asp?id=9017", _K.PAGE, _R.HTTP_404, "柳湾区旧版办事大厅搬迁启事"),
        LinkFault("popup", "/vote.asp?id=3", _K.PAGE, _R.HTTP_404, "网站改版意见征集"),
        LinkFault("picture", "/images/flag2009.jpg", _K.IMAGE, _R.HTTP_404, "文明城区"),
        LinkFault("guestbook", "/guestbook.asp", _K.PAGE, _R.HTTP_5XX, "网上留言"),
        LinkFault("friend", "http://www.lwnyj-yunxi.invalid/", _K.PAGE, _R.DNS, "柳湾农业网"),
    ),
    columns=(
        ColumnPromise("zwdt", "/class.asp?id=1", "政务动态", _M.NEWS, _C.FRESH, 12, age=2),
        ColumnPromise("tzgg", "/class.asp?id=2", "通知公告", _M.NOTICE, _C.STALE, 9, age=97),
        ColumnPromise("zcwj", "/class.asp?id=3", "政策文件", _M.POLICY, _C.FRESH, 7, age=11),
        ColumnPromise("xzdt", "/class.asp?id=4", "乡镇动态", _M.NEWS, _C.FRESH, 8, age=5),
        ColumnPromise("xxgkzd", "/class.asp?id=5", "政府信息公开制度", _M.RULES, _C.EXEMPT, 4, age=1204),
        ColumnPromise("ndbg", "/class.asp?id=6", "政府信息公开年报", _M.REPORT, _C.FRESH, 3, anniversary=(1, 26)),
        ColumnPromise("bszn", "/class.asp?id=7", "办事指南", _M.SERVICE_ITEMS, _C.EXEMPT, 6),
    ),
    disclosures=_published(
        disclosure_guide="/about.asp?id=2",
        disclosure_system="/class.asp?id=5",
        disclosure_catalogue="/gkml.asp",
        disclosure_annual_report="/class.asp?id=6",
        service_commitment="/about.asp?id=5",
    )
    + _missing(
        _Q.POWER_LIST,
        _Q.RESPONSIBILITY_LIST,
        _Q.INTEGRITY_COMMITMENT,
        _Q.CREDIT_COMMITMENT_LIST,
        _Q.GRADED_SUPERVISION_RESULT,
    ),
)

QINGHE = PortalPromise(
    key="qinghe",
    name="青禾县人民政府",
    make="仿 TRS 县级门户（createPageHTML 翻页、公开目录树）",
    links=(
        LinkFault("article", "/xwzx/qhyw/201903/t20190318_99812.html", _K.PAGE, _R.HTTP_404, "我县召开春季植树动员会"),
        LinkFault("picture", "/xwzx/qhyw/W020190318403.png", _K.IMAGE, _R.HTTP_404, "活动现场"),
        LinkFault("attachment", "/xwzx/tzgg/P020200611582.pdf", _K.ATTACHMENT, _R.HTTP_404, "项目名单.pdf"),
        LinkFault("error_as_file", "/zwgk/zfwj/P020210407733.xlsx", _K.ATTACHMENT, _R.WRONG_CONTENT, "任务分解表.xlsx"),
    ),
    columns=(
        ColumnPromise("qhyw", "/xwzx/qhyw/", "青禾要闻", _M.NEWS, _C.FRESH, 16, age=1),
        ColumnPromise("bmdt", "/xwzx/bmdt/", "部门动态", _M.NEWS, _C.STALE, 8, age=58),
        ColumnPromise("tzgg", "/xwzx/tzgg/", "通知公告", _M.NOTICE, _C.FRESH, 10, age=4),
        ColumnPromise("zfwj", "/zwgk/zfwj/", "政府文件", _M.POLICY, _C.FRESH, 7, age=15),
        ColumnPromise("zcjd", "/zwgk/zcjd/", "政策解读", _M.READING, _C.FRESH, 4, age=31),
        ColumnPromise("czyjs", "/zwgk/czyjs/", "财政预决算", _M.BUDGET, _C.FRESH, 6, anniversary=(2, 18)),
        ColumnPromise("zdjc", "/zwgk/zdjcygk/", "重大决策预公开", _M.NOTICE, _C.EMPTY, 0),
        ColumnPromise("jgzn", "/zwgk/jgzn/", "机构职能", _M.ORGANS, _C.EXEMPT, 8, age=930),
        ColumnPromise("xxgkzd", "/zwgk/zfxxgkzd/", "政府信息公开制度", _M.RULES, _C.EXEMPT, 4, age=1460),
        ColumnPromise("ndbg", "/zwgk/zfxxgknb/", "政府信息公开年报", _M.REPORT, _C.FRESH, 4, anniversary=(1, 22)),
        ColumnPromise("fjfl", "/zwgk/fjfl/", "分级分类监管结果公示", _M.SUPERVISION, _C.FRESH, 4, age=8),
    ),
    disclosures=(
        DisclosurePromise(_Q.DISCLOSURE_GUIDE, _D.EMPTY, ("/zwgk/zfxxgkzn/",)),
        *_published(
            power_list="/zwgk/qzqd/",
            responsibility_list="/zwgk/qzqd/",
            disclosure_system="/zwgk/zfxxgkzd/",
            disclosure_catalogue="/zwgk/fdzdgknr/",
            disclosure_annual_report="/zwgk/zfxxgknb/",
            service_commitment="/zwgk/fwcn/",
            integrity_commitment="/zwgk/zwcx/",
            credit_commitment_list="/zwgk/xycn/",
            graded_supervision_result="/zwgk/fjfl/",
        ),
    ),
)

YANTANG = PortalPromise(
    key="yantang",
    name="雁塘县人民政府",
    make="仿 jcms 门户（列表存放在数据岛与 JSON 接口）",
    links=(
        LinkFault("power_list", "/col/col120/index.html", _K.PAGE, _R.HTTP_404, "权责清单"),
        LinkFault("hollow", "/art/2024/5/9/art_101_1187.html", _K.PAGE, _R.EMPTY_BODY, "雁塘县举办渔业技能大赛"),
        LinkFault("moved_home", "/col/col130/index.html", _K.PAGE, _R.REDIRECTED_HOME, "在线访谈"),
    ),
    columns=(
        ColumnPromise("ytyw", "/col/col101/index.html", "雁塘要闻", _M.NEWS, _C.FRESH, 18, age=1),
        ColumnPromise("bmdt", "/col/col102/index.html", "部门动态", _M.NEWS, _C.FRESH, 8, age=6),
        ColumnPromise("gsgg", "/col/col103/index.html", "公示公告", _M.NOTICE, _C.STALE, 8, age=45),
        ColumnPromise("zcwj", "/col/col104/index.html", "政策文件", _M.POLICY, _C.FRESH, 6, age=20),
        ColumnPromise("xzxk", "/col/col105/index.html", "招标采购", _M.NOTICE, _C.FRESH, 7, age=3),
        ColumnPromise("czyjs", "/col/col106/index.html", "预决算公开", _M.BUDGET, _C.FRESH, 4, anniversary=(2, 27)),
        ColumnPromise("xxgkzd", "/col/col107/index.html", "政府信息公开制度", _M.RULES, _C.EXEMPT, 4, age=800),
        ColumnPromise("fjfl", "/col/col115/index.html", "分级分类监管结果公示", _M.SUPERVISION, _C.FRESH, 5, age=9),
    ),
    disclosures=(
        DisclosurePromise(_Q.POWER_LIST, _D.BROKEN, ("/col/col120/index.html",)),
        DisclosurePromise(_Q.RESPONSIBILITY_LIST, _D.BROKEN, ("/col/col120/index.html",)),
        *_missing(_Q.DISCLOSURE_ANNUAL_REPORT),
        *_published(
            disclosure_guide="/col/col110/index.html",
            disclosure_system="/col/col107/index.html",
            disclosure_catalogue="/col/col111/index.html",
            service_commitment="/col/col112/index.html",
            integrity_commitment="/col/col113/index.html",
            credit_commitment_list="/col/col114/index.html",
            graded_supervision_result="/col/col115/index.html",
        ),
    ),
)

SHAYU = PortalPromise(
    key="shayu",
    name="沙屿新区管理委员会",
    make="单页应用（页面由脚本取 JSON 后生成，只有浏览器看得见）",
    links=(
        LinkFault("attachment", "/upload/2023/zsml.docx", _K.ATTACHMENT, _R.HTTP_404, "招商目录.docx"),
        LinkFault("picture", "/upload/2023/gangkou.png", _K.IMAGE, _R.HTTP_404, "港口实景"),
    ),
    columns=(
        ColumnPromise("xqdt", "/channel/xqdt", "新区动态", _M.NEWS, _C.FRESH, 10, age=2),
        ColumnPromise("tzgg", "/channel/tzgg", "通知公告", _M.NOTICE, _C.FRESH, 7, age=8),
        ColumnPromise("zcwj", "/channel/zcwj", "政策文件", _M.POLICY, _C.FRESH, 5, age=14),
        ColumnPromise("qydt", "/channel/qydt", "企业动态", _M.NEWS, _C.STALE, 6, age=71),
        ColumnPromise("xxgkzd", "/channel/xxgkzd", "政府信息公开制度", _M.RULES, _C.EXEMPT, 3, age=620),
        ColumnPromise("ndbg", "/channel/ndbg", "政府信息公开年报", _M.REPORT, _C.FRESH, 2, anniversary=(1, 29)),
    ),
    disclosures=_published(
        power_list="/page/qzqd",
        responsibility_list="/page/qzqd",
        disclosure_guide="/page/xxgkzn",
        disclosure_system="/channel/xxgkzd",
        disclosure_catalogue="/page/fdzdgk",
        disclosure_annual_report="/channel/ndbg",
        service_commitment="/page/fwcn",
        integrity_commitment="/page/zwcx",
    )
    + _missing(_Q.CREDIT_COMMITMENT_LIST, _Q.GRADED_SUPERVISION_RESULT),
)

YUNXI = PortalPromise(
    key="yunxi",
    name="云溪市人民政府",
    make="新式响应式门户（HTML5、站点地图、软 404）",
    links=(
        LinkFault("vanished", "/policies/2019/yqx-8841.html", _K.PAGE, _R.SOFT_404, "城市更新行动计划"),
        LinkFault("withdrawn", "/notices/2024/zbgg-1207.html", _K.PAGE, _R.HTTP_410, "体育馆维修工程招标公告"),
        LinkFault("error_as_file", "/files/2022/gzyd.pdf", _K.ATTACHMENT, _R.WRONG_CONTENT, "工作要点.pdf"),
        LinkFault("user_centre", "/user/center", _K.PAGE, _R.LOGIN, "我的办件"),
    ),
    columns=(
        ColumnPromise("news", "/news/", "云溪要闻", _M.NEWS, _C.FRESH, 12, age=1),
        ColumnPromise("dynamics", "/dynamics/", "区县动态", _M.NEWS, _C.FRESH, 8, age=1),
        ColumnPromise("notices", "/notices/", "通知公告", _M.NOTICE, _C.FRESH, 9, age=5),
        ColumnPromise("policies", "/policies/", "政策文件", _M.POLICY, _C.FRESH, 7, age=10),
        ColumnPromise("readings", "/readings/", "政策解读", _M.READING, _C.STALE, 5, age=52),
        ColumnPromise("budget", "/budget/", "预决算公开", _M.BUDGET, _C.FRESH, 4, anniversary=(2, 9)),
        ColumnPromise("reports", "/reports/", "政府信息公开年报", _M.REPORT, _C.FRESH, 3, anniversary=(3, 12)),
        ColumnPromise("organs", "/organs/", "机构职能", _M.ORGANS, _C.EXEMPT, 8),
        ColumnPromise("rules", "/rules/", "政府信息公开制度", _M.RULES, _C.EXEMPT, 4, age=1010),
        ColumnPromise("supervision", "/supervision/", "分级分类监管结果公示", _M.SUPERVISION, _C.FRESH, 4, age=7),
    ),
    disclosures=_published(
        power_list="/power-list/",
        responsibility_list="/power-list/",
        disclosure_guide="/guide/",
        disclosure_system="/rules/",
        disclosure_catalogue="/catalogue/",
        disclosure_annual_report="/reports/",
        service_commitment="/commitment/service.html",
        integrity_commitment="/commitment/integrity.html",
        credit_commitment_list="/commitment/credit-list.html",
        graded_supervision_result="/supervision/",
    ),
)

SHILAN = PortalPromise(
    key="shilan",
    name="石澜县人民政府",
    make="藏在人机验证之后的门户（521 加 Cookie 脚本）",
    site=SiteVerdict.BLOCKED,
    disclosures=tuple(DisclosurePromise(requirement, _D.UNDETERMINED) for requirement in Requirement),
)

JIAOTONG = PortalPromise(
    key="jiaotong",
    name="云溪市交通运输局",
    make="部门网站（内嵌框架列表、会发火的防火墙、每页页脚同一坏链）",
    links=(
        LinkFault("footer", "/jtj/zt/2019/fwcx.html", _K.PAGE, _R.HTTP_404, "服务创新专题"),
        LinkFault("nowhere", "http://www.yxwlgh-yunxi.invalid/", _K.PAGE, _R.DNS, "云溪物流公会"),
        LinkFault("refused", "{refused}bus/", _K.PAGE, _R.REFUSED, "公交实时查询"),
        LinkFault("loop", "/jtj/gzcy/", _K.PAGE, _R.REDIRECT_LOOP, "公众参与"),
        LinkFault("integrity", "/jtj/cxjs/cxcns.html", _K.PAGE, _R.WAF, "政务诚信承诺"),
    ),
    columns=(
        ColumnPromise("gzdt", "/jtj/gzdt/", "工作动态", _M.NEWS, _C.FRESH, 10, age=2, also=("/jtj/gzdt/list.html",)),
        ColumnPromise("tzgg", "/jtj/tzgg/", "通知公告", _M.NOTICE, _C.FRESH, 8, age=13),
        ColumnPromise("zcwj", "/jtj/zcwj/", "政策文件", _M.POLICY, _C.FRESH, 6, age=22),
        ColumnPromise("xxgkzd", "/jtj/xxgkzd/", "政府信息公开制度", _M.RULES, _C.EXEMPT, 4, age=500),
        ColumnPromise("ndbg", "/jtj/ndbg/", "政府信息公开年报", _M.REPORT, _C.FRESH, 3, anniversary=(1, 15)),
        ColumnPromise("fjfl", "/jtj/fjfl/", "分级分类监管结果公示", _M.SUPERVISION, _C.EMPTY, 0),
    ),
    disclosures=(
        DisclosurePromise(_Q.INTEGRITY_COMMITMENT, _D.BLOCKED, ("/jtj/cxjs/cxcns.html",)),
        DisclosurePromise(_Q.GRADED_SUPERVISION_RESULT, _D.EMPTY, ("/jtj/fjfl/",)),
        *_missing(_Q.CREDIT_COMMITMENT_LIST),
        *_published(
            power_list="/jtj/qzqd/",
            responsibility_list="/jtj/qzqd/",
            disclosure_guide="/jtj/xxgkzn/",
            disclosure_system="/jtj/xxgkzd/",
            disclosure_catalogue="/jtj/fdgk/",
            disclosure_annual_report="/jtj/ndbg/",
            service_commitment="/jtj/fwcn/",
        ),
    ),
    refusals=(Refusal("/jtj/bszn/", frozenset({_R.WAF, _R.HTTP_403}), at_least=3),),
)

CITY: tuple[PortalPromise, ...] = (LIUWAN, QINGHE, YANTANG, SHAYU, YUNXI, SHILAN, JIAOTONG)
