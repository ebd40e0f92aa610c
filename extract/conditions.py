"""Whether a page is what its address promises, as far as the page itself can tell.

Conservative on purpose: only a short page whose own title or main text says so is a soft 404, a maintenance notice or
a hijacked domain.  A headline that speaks of one is none.
"""

import re
from typing import Final

from extract.document import Document
from records.verdicts import PageVerdict

_SHORT: Final = 420  # visible characters, menus included
_FEW_LINKS: Final = 12

_NOT_FOUND_TITLE = re.compile(
    r"^\W*(?:404|4-0-4|error\s*404|http\s*404|页面?(?:不存在|找不到了?|未找到|没有找到|丢失了?|走丢了?)|找不到(?:页面|网页|该页)"
    r"|(?:您|你)?(?:访问|查找|请求)的(?:页面|网页|内容|文件)(?:不存在|找不到)|page\s*not\s*found|not\s*found|无法找到(?:该?页|网页)"
    r"|(?:文章|信息|栏目|内容)不存在|出错(?:啦|了)?|错误(?:页面?|提示|信息)?|error(?:\s*page)?)(?:\W.*)?$",
    re.I,
)
_NOT_FOUND = re.compile(
    r"(?:您|你)?(?:所)?(?:要)?(?:访问|浏览|查看|查找|请求|打开|寻找)的?(?:页面|网页|内容|文章|信息|栏目|文件|地址|链接|资源)[^。，,！!]{0,12}"
    r"(?:不存在|找不到|没有找到|未找到|已(?:被)?删除|已失效|已过期|已(?:被)?移除|丢失|不见了|走丢|已下线)"
    r"|(?:抱歉|对不起|很遗憾|sorry)[^。]{0,24}(?:页面|网页|文章|内容|信息)[^。]{0,16}(?:不存在|找不到|没有找到|未找到|删除|失效|丢失|走丢|过期|下线)"
    r"|(?:该|此|本|当前)(?:页面|网页|文章|内容|信息|栏目|链接|稿件)(?:不存在|已(?:经)?(?:被)?(?:删除|移除|下线|失效|撤销|关闭|过期)|未找到|找不到)"
    r"|(?:页面|网页|文章|内容|信息|栏目)(?:不存在|没有找到|走丢了|不见了|已(?:被)?删除)"
    r"|(?:页面|网页|文章|内容|信息|栏目)(?:可能)?已(?:经)?(?:被)?(?:过期|失效|下线|撤销|移除|删除)或者?(?:已(?:经)?(?:被)?(?:删除|移除|下线|转移)|不存在)"
    r"|(?:没有|未)找到(?:您|你)(?:要|所)?(?:访问|查找|请求|浏览|需要)?的?(?:页面|网页|内容|文件|信息)|找不到(?:相关|该|此|您要)[^。]{0,6}(?:页面|网页|文件|内容|信息|文章)"
    r"|(?:文档|文章|信息|栏目|记录|内容|新闻)\s?(?:ID|编号)?\s?(?:不存在|无效|已(?:经)?(?:被)?删除)|参数\s?(?:ID)?(?:不存在|无效)"
    r"|无法找到(?:该|此|您)?[^。]{0,8}(?:页面?|网页|资源|文件)|参数(?:错误|有误|不正确)[！!。]"
    r"|(?:the )?page (?:you[^.]{0,40} )?(?:not found|does not exist|cannot be found)"
    r"|the requested (?:url|resource|page)[^.]{0,60}(?:not found|not available|was not found)",
    re.I,
)
_ADDRESSED: Final = (
    "您访",
    "您要",
    "您所",
    "您浏",
    "您查",
    "您请",
    "你访",
    "你要",
    "对不",
    "抱歉",
    "很抱",
    "该页",
    "此页",
    "该文",
    "该信",
    "此信",
    "本页",
)
_GOES_BACK = re.compile(r"返回|首页|错误|error|not found", re.I)
_OPEN_QUOTE = re.compile(r"[“「『\"][^”」』]*$")
_BIG_404 = re.compile(r"(?:^|\s)4\s?0\s?4(?:\s|$|[!！。,，:：])")
_NOT_FOUND_SCRIPTS: Final = (
    "/404/search_children.js",
    "qzone/hybrid/app/404",
    "volunteer.cdn-go.cn/404",
    "404/page.js",
    "yibo.iyiyun.com",
)

_MAINTENANCE_TITLE = re.compile(
    r"域名(?:变更|更换|迁移|调整)|网站(?:迁移|搬迁|关停|关闭|下线|停用|合并|升级|维护|改版|建设)(?:中|公告|通知|通告|提示)?|"
    r"(?:^|系统|网站|平台|站点)(?:正在)?(?:升级|维护)(?:中|维护|改造)|维护(?:公告|通知)|暂停(?:服务|访问|使用)|"
    r"(?:^|网站|站点|平台|系统)(?:正在)?建设中|under\s*(?:maintenance|construction)|maintenance|新(?:版)?网站(?:上线|启用)",
    re.I,
)
_MAINTENANCE = re.compile(
    r"网站域名(?:已)?(?:变更|更换|迁移|调整)|(?:本|原|我单位|该|旧)?(?:网站|站点|门户|域名)[^。]{0,20}(?:已(?:经)?(?:整体)?(?:迁移|搬迁|并入|整合|关停|关闭|下线|停用|停止)|"
    r"(?:将|予以|即将)[^。]{0,14}(?:关停|关闭|下线|停用|停止))"
    r"|(?:网站|系统|平台|站点)(?:正在|目前正?在?|处于)?[^。]{0,6}(?:升级|维护|改版|建设|调试)(?:中|改造|之中|状态)"
    r"|(?:正在|进行)(?:系统|网站)?(?:升级|维护|改版)[^。]{0,12}(?:稍[后候]|暂停|暂时|谅解|敬请)|(?:网站|系统|平台)(?:暂停|停止)(?:服务|访问|使用|运行)"
    r"|(?:请|敬请)(?:广大网友)?(?:使用|访问|登录|移步)(?:我单位)?新(?:的)?(?:域名|网站|网址|站点)|网站建设中"
    r"|(?:site|website|service) (?:is )?(?:temporarily )?(?:down|unavailable|under maintenance)|503 service",
    re.I,
)

# Words of those who buy lapsed domains.  Strong ones alone are enough in a title, none is in a body.
_SPAM = re.compile(
    r"网上赚钱|赚钱一天|0元投资|挂机(?:自动)?(?:阅读)?赚|网赚|做任务赚钱|刷单兼职|博彩|赌场|娱乐城|六合彩|时时彩|百家乐|老虎机|北京赛车|pk10|"
    r"澳门(?:新?葡京|金沙|威尼斯|永利|银河|太阳城|赌)|葡京(?:娱乐|赌)|(?:ag|bbin|乐鱼|开云|亚博|华体会|竞博|米兰|爱游戏|九游|必威|易博|贝博|雷竞技|"
    r"bob|ob|hth|kok|bd|半岛|星空)(?:体育|真人|电竞|娱乐|app|官网|综合)|真人(?:视讯|娱乐|荷官)|体育(?:投注|竞猜平台)|皇冠(?:体育|足球|现金)|彩票(?:平台|网站|开户|app|注册)|"
    r"棋牌(?:游戏平台|官网|下载)|电子游艺|成人(?:视频|电影|小说|网站|影院)|(?:无码|色情|情色|激情|黄色|三级)(?:视频|电影|片|小说|网站|在线)|一级(?:黄|a)片|"
    r"(?:久久|日韩|欧美|亚洲)[^，,。]{0,6}(?:精品|无码|av|视频|综合)|裸聊|约炮|同城(?:交友|约)|私服(?:发布|网)|传奇私服|(?:代开|开具)发票|代孕|私家侦探|"
    r"(?:最新)?电影(?:免费)?(?:在线)?(?:观看|下载)(?:网|大全)|免费小说|言情小说|seo优化|快速排名|外链代发|(?:减肥|壮阳|丰胸)(?:药|产品)",
    re.I,
)
_GOVERNMENT_MARK = re.compile(
    r"政府网站标识码|网站标识码|(?:主办|承办)(?:单位|方)?[：:]?[^。\s]{2,24}(?:政府|局|委|办|厅|院|中心)|bm\d{8}"
)
_REPORTS_ON = re.compile(
    r"打击|查处|查获|警惕|防范|严厉|典型案|通报|诈骗|依法|整治|禁止|严禁|治理|举报|揭秘|骗局|警方|公安|检察|法院|判"
)


_PROGRAM_ERROR = re.compile(
    r"you have an error in your sql syntax|(?:mysqli?|mssql|odbc|pg|oci)_\w+\(\)"
    r"|error establishing a database connection"
    r"|(?:mysql|database|sql|db)\s*(?:server )?error|too many connections|can't connect to (?:local )?mysql|sqlstate\["
    r"|microsoft (?:ole db provider|jet database|vbscript)[^。]{0,60}(?:error|错误)"
    r"|(?:fatal|parse) error\s*:|^warning\s*:\s*\w+\(\)"
    r"|java\.\w+\.\w+exception|\borg\.apache\.jasper|ora-\d{5}|数据库(?:连接)?(?:错误|失败|出错|异常)|连接数据库(?:失败|出错)",
    re.I,
)


def has_days(document: Document) -> bool:
    """Whether a page lists days, as columns do and pages that only send on do not."""
    return len(document.anchors) >= 2 and len(_DAY.findall(document.text)) >= 2


def judge_content(document: Document) -> tuple[PageVerdict, str] | None:
    """The verdict by content and the words behind it, ``None`` where the page is as good as any."""
    length = len(document.text)
    spam = _hijacked(document)
    if spam is not None:
        return PageVerdict.HIJACKED, spam
    if length > 1500:
        return None
    if length < _SHORT and any(mark in source for source in document.script_sources for mark in _NOT_FOUND_SCRIPTS):
        return PageVerdict.SOFT_404, "公益404"
    if not document.lines:
        return _alert(document) or _pictured(document)
    if len(_DAY.findall(document.text)) >= 3:
        return None  # who lists days has something to show
    anchors = len(document.anchors)
    title = document.title
    lines = _own_lines(document)
    text = " ".join(lines)
    if (length <= _SHORT and anchors <= _FEW_LINKS) or length <= 160:
        said = _said_by(lines)
        if said is not None:
            return PageVerdict.SOFT_404, said[:40]
        found = _NOT_FOUND.search(title)
        if found is not None and len(title) <= 40:
            return PageVerdict.SOFT_404, found.group()[:40]
        if _NOT_FOUND_TITLE.match(title) and not _MAINTENANCE.search(text):
            return PageVerdict.SOFT_404, title[:40]
        if length <= 120 and _BIG_404.search(text) and _GOES_BACK.search(document.text):
            return PageVerdict.SOFT_404, "404"
    else:
        # A template around the message: the title says it, or nothing but the message stands in the template.
        said = _said_by(lines)
        bare = sum(len(line) for line in lines if len(line) >= 10) <= 120 and len(document.tree.css("form,table")) == 0
        if said is not None and (_NOT_FOUND_TITLE.match(title) or (bare and said[:2] in _ADDRESSED)):
            return PageVerdict.SOFT_404, said[:40]
    if anchors <= 2 and length <= 1200:
        found = _PROGRAM_ERROR.search(text)
        if found is not None and found.start() <= 80:
            return PageVerdict.MAINTENANCE, found.group()[:40]  # the program failed: that may come back
    if length <= 700 and anchors <= _FEW_LINKS and _PUBLISHED.search(text) is None:
        found = _MAINTENANCE.search(text)
        if found is not None and _OPEN_QUOTE.search(text[max(0, found.start() - 40) : found.start()]):
            return None
        if found is None and len(title) <= 30 and length <= _SHORT:
            found = _MAINTENANCE_TITLE.search(title)
        if found is not None:
            return PageVerdict.MAINTENANCE, found.group()[:40]
    return None


# A notice that was published on a day (旧系统停用公告) speaks of something else than the page on which it stands.
_PUBLISHED = re.compile(
    r"(?:发布|发稿|发表|公开|更新)(?:时间|日期|于)\s*[：:]\s*(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}"
)
_ALERT = re.compile(r"alert\s*\(\s*[\"']([^\"'\n]{2,60})[\"']\s*\)")
_GONE = re.compile(
    r"不存在|(?:被|已)删除|未审核|未发布|找不到|没有找到|参数(?:错误|不正确)|已过期|已下线|not found", re.I
)
_DAY = re.compile(r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}")


def _alert(document: Document) -> tuple[PageVerdict, str] | None:
    """An empty page whose script tells that there is nothing, and goes back: old ASP programs do that."""
    for code in document.scripts:
        found = _ALERT.search(code)
        if found is not None and _GONE.search(found.group(1)):
            return PageVerdict.SOFT_404, found.group(1)[:40]
    return None


def _pictured(document: Document) -> tuple[PageVerdict, str] | None:
    """A page that is one picture with nothing to read: its title, or the words for those who cannot see it."""
    pictures = (node.attributes.get("alt") or "" for node in document.tree.css("img")[:3])
    for words in (document.title, *pictures):
        if 0 < len(words) <= 40 and (_NOT_FOUND_TITLE.match(words) or _NOT_FOUND.search(words)):
            return PageVerdict.SOFT_404, words
    return None


def _said_by(lines: list[str]) -> str | None:
    """The words of a short run that says of itself that nothing is there; not of one that quotes them."""
    for line in lines:
        if len(line) <= 60:
            found = _NOT_FOUND.search(line)
            if found is not None and not _OPEN_QUOTE.search(line[: found.start()]):
                return found.group()
    return None


def _own_lines(document: Document) -> list[str]:
    """The visible runs that are neither anchors (headlines, menus) nor hidden (messages of forms)."""
    anchored = {anchor.text for anchor in document.anchors}
    for node in document.tree.css('[style*="display:none"],[style*="display: none"],[hidden]'):
        anchored.update(line.strip() for line in node.text(separator="\n").split("\n"))
    return [line for line in document.lines if line not in anchored]


def _hijacked(document: Document) -> str | None:
    head = " ".join(
        (document.title, document.metas.get("keywords", "")[:300], document.metas.get("description", "")[:300])
    )
    found = _SPAM.findall(head)
    if not found:
        return None
    in_title = _SPAM.search(document.title)
    if in_title is None and len(set(found)) < 3:
        return None
    if _REPORTS_ON.search(document.title):
        return None
    if len(set(found)) < 2 and _GOVERNMENT_MARK.search(document.text):
        return None
    words = in_title.group() if in_title is not None else _SPAM.search(head)
    return words if isinstance(words, str) else words.group() if words else None
