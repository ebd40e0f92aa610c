"""What the newspapers of the invented city printed.  Everything is invented: no such town, office or person exists."""

from dataclasses import dataclass
from enum import StrEnum

from chengjian.demo.content.articles import Draft
from chengjian.demo.content.dice import Dice
from chengjian.demo.content.news import write_news
from chengjian.demo.content.place import LIUWAN, SHAYU, SHILAN, Place


class Story(StrEnum):
    """What happened, however many papers print it."""

    TOWN_HEAD = "town_head"  # 公职人员违纪违法: a town's head, in every paper
    ARREARS = "arrears"  # 重大失信: a town on the enforcement list
    TRAINING = "training"  # 诚信教育
    CLEAN_UP = "clean_up"  # 专项治理
    NONE = "none"  # nothing that anybody is charged with


@dataclass(frozen=True, slots=True)
class Piece:
    """One printed piece."""

    story: Story
    age: int  # days before the day that the city is shown on
    draft: Draft
    source: str = ""  # whom it reprints
    in_two_parts: bool = False


def _piece(story: Story, age: int, title: str, *paragraphs: str, source: str = "", in_two_parts: bool = False) -> Piece:
    return Piece(story, age, Draft(title, paragraphs), source, in_two_parts)


DAILY: tuple[Piece, ...] = (
    _piece(
        Story.TOWN_HEAD,
        9,
        "青禾县新桥镇原镇长高永年接受纪律审查和监察调查",
        "据青禾县纪委监委消息：青禾县新桥镇原党委副书记、镇长高永年涉嫌严重违纪违法，目前正接受青禾县纪委监委纪律审查和监察调查。",
        "高永年，男，一九七一年三月生，二〇一九年任新桥镇党委副书记、镇长，今年八月免职。",
    ),
    _piece(
        Story.TOWN_HEAD,
        2,
        "青禾县新桥镇原镇长高永年被开除党籍和公职",
        "日前，经青禾县委批准，青禾县纪委监委对新桥镇原党委副书记、镇长高永年严重违纪违法问题进行了立案审查调查。",
        "经查，高永年在担任新桥镇镇长期间，利用职务便利为他人承揽村道硬化工程提供帮助，非法收受财物，数额巨大；违规发放津补贴，虚报冒领专项资金。",
        "依据有关规定，经青禾县纪委常委会会议研究并报青禾县委批准，决定给予高永年开除党籍处分；由青禾县监委给予其开除公职处分，将其涉嫌犯罪问题移送检察机关依法审查起诉。",
    ),
    _piece(
        Story.ARREARS,
        6,
        "雁塘县东埂镇政府拖欠工程款被列入失信被执行人名单",
        "记者从雁塘县人民法院获悉，因未按生效判决支付湖堤加固工程余款，雁塘县东埂镇人民政府已被列入失信被执行人名单。",
        "据了解，该工程二〇二一年底验收合格，合同价款三百一十二万元，至今仍有九十六万元没有付清。施工方多次催要，镇政府均以财政困难为由推脱。",
        "法院表示，将督促该镇制定还款计划，在履行完毕之前不予移出名单。",
    ),
    _piece(
        Story.TRAINING,
        5,
        "柳湾区举办公务员诚信教育专题培训班",
        "本报讯　柳湾区近日举办公务员诚信教育专题培训班，全区各单位一百二十余名公务员参加学习。",
        "培训围绕政务诚信建设、信用法规和守信践诺典型开展讲解，学员现场签订了诚信履职承诺书。",
        "区人力资源和社会保障局负责人说，今后新录用公务员入职培训都要安排诚信教育课程。",
        in_two_parts=True,
    ),
    _piece(
        Story.NONE,
        4,
        "麦岭镇千亩香菇进入采收旺季",
        "眼下，青禾县麦岭镇的香菇大棚里一派繁忙，菇农们抢抓晴好天气采摘、分拣、装箱。",
        "镇里引进的烘干线投入使用后，每天可加工鲜菇八吨，带动周边二百多户增收。",
    ),
    _piece(
        Story.NONE,
        1,
        "云溪至沙屿城际公交加密班次",
        "自下周一起，云溪至沙屿新区的城际公交早晚高峰每十分钟一班，末班车延长至二十二时。",
        "市交通运输局提醒，乘客可通过手机查询实时到站信息。",
    ),
    _piece(
        Story.NONE,
        3,
        "双开门冰箱以旧换新受欢迎",
        "云溪百货推出家电以旧换新活动，一款双开门冰箱成了抢手货，三天卖出四百多台。",
        "商场负责人介绍，旧家电由有资质的企业统一回收处理。",
    ),
    _piece(
        Story.NONE,
        800,
        "云溪书市开市",
        "一年一度的云溪书市昨日开市，六十多家书店参展，市民冒雨前来淘书。",
        "书市为期五天，期间还将举办作家见面会。",
    ),
)

ONLINE: tuple[Piece, ...] = (
    _piece(
        Story.TOWN_HEAD,
        9,
        "青禾县新桥镇原镇长高永年接受纪律审查和监察调查",
        "据青禾县纪委监委消息：青禾县新桥镇原党委副书记、镇长高永年涉嫌严重违纪违法，目前正接受青禾县纪委监委纪律审查和监察调查。",
        "高永年，男，一九七一年三月生，二〇一九年任新桥镇党委副书记、镇长，今年八月免职。",
        source="云溪日报",
    ),
    _piece(
        Story.TOWN_HEAD,
        8,
        "免职不到三个月，青禾一名乡镇原镇长被查",
        "今年八月刚被免去镇长职务的高永年，近日被青禾县纪委监委带走调查。",
        "公开资料显示，高永年在青禾县新桥镇任职六年。有村民反映，镇里的村道工程几乎都由同一家公司承包。",
    ),
    _piece(
        Story.TOWN_HEAD,
        2,
        "收受财物、虚报冒领！青禾县新桥镇原镇长高永年被双开",
        "青禾县纪委监委通报，新桥镇原镇长高永年利用职务便利为他人承揽工程谋利，非法收受财物，并虚报冒领专项资金，被开除党籍、开除公职，涉嫌犯罪问题已移送检察机关。",
    ),
    _piece(
        Story.CLEAN_UP,
        7,
        "云溪市部署政府机构失信问题专项治理",
        "云溪市信用办近日召开会议，部署开展政府机构失信问题专项治理，要求各县区对政府机构被列为失信被执行人的案件逐案建立台账，限期清零。",
        "会议要求，对拖欠企业账款的单位列出还款计划，按月通报进度，年底前完成整改。",
    ),
    _piece(
        Story.NONE,
        6,
        "驻村干部为救落水儿童受伤，家属收到锦旗",
        "本网讯　雁塘县白鹭乡一名驻村干部上月跳入鱼塘救起两名儿童，自己腿部骨折，近日孩子的家人把锦旗送到了乡政府。",
        "目前这名干部已出院，正在家中休养。",
    ),
    _piece(
        Story.NONE,
        3,
        "石澜县核桃节下周开幕",
        "石澜县第六届核桃节将于下周在古渡镇开幕，活动期间设有采摘、品鉴和乡村骑行等项目。",
        "主办方预计接待游客三万人次。",
    ),
)


def _harmless(paper: str, place: Place) -> tuple[Piece, ...]:
    """What a paper prints besides: news that nobody is charged with."""
    dice = Dice(paper)
    return tuple(Piece(Story.NONE, 3 * number + 1, write_news(place, dice, number)) for number in range(7))


EVENING: tuple[Piece, ...] = (
    _piece(
        Story.TOWN_HEAD,
        9,
        "青禾县新桥镇原镇长高永年接受审查调查",
        "本报讯　青禾县纪委监委昨日发布消息，青禾县新桥镇原党委副书记、镇长高永年涉嫌严重违纪违法，"
        "目前正接受青禾县纪委监委纪律审查和监察调查。",
        source="云溪日报",
    ),
    *_harmless("云溪晚报", LIUWAN),
)

BROADCAST: tuple[Piece, ...] = (
    _piece(
        Story.TOWN_HEAD,
        8,
        "新桥镇原镇长高永年被查",
        "青禾县新桥镇原党委副书记、镇长高永年涉嫌严重违纪违法，正接受青禾县纪委监委纪律审查和监察调查。高永年一九七一年三月生，今年八月被免去镇长职务。",
    ),
    *_harmless("云溪广播电视台", SHAYU),
)

PROVINCE: tuple[Piece, ...] = (
    _piece(
        Story.TOWN_HEAD,
        8,
        "云溪市青禾县新桥镇原镇长高永年接受纪律审查和监察调查",
        "据云溪市青禾县纪委监委消息：青禾县新桥镇原党委副书记、镇长高永年涉嫌严重违纪违法，目前正接受青禾县纪委监委纪律审查和监察调查。",
        source="云溪日报",
    ),
    *_harmless("虚构省新闻网", SHILAN),
)

NOVEL = Draft(
    "官路风云 第三十七章 县长落马",
    (
        "纪委的车停在县政府门口时，青禾县县长赵天明还在批阅文件。他没有想到，自己收下的那只箱子，早已被人拍了下来。",
        "“赵天明，跟我们走一趟吧。”来人亮出证件。走廊里静得能听见钟摆的声音。（未完待续）",
    ),
)
