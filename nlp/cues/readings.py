"""Who and what is meant in its place: words that stand for something else in this sentence are read as that.

Order matters: each reading sees what the ones before it made of the marks.
"""

from typing import Final

from nlp.cues.grammar import Reading

WRONG: Final = ("misdeed", "violence", "offence", "caught", "sanction", "discipline", "charged", "procedure")

# classes that only a reading gives
MADE: Final = (
    "fake",
    "alien",
    "hurt",
    "cleared",
    "hypothetical",
    "enforced",
    "civilact",
    "privatepost",
    "onduty",
    "taught",
    "character",
    "helper",
    "othertopic",
    "lawplace",
    "cited",
    "plea",
    "shouted",
)

READINGS: Final[tuple[Reading, ...]] = (
    # 民营医院: not a public one
    Reading("private_body", "<privatebody>-1-(<school|organ>)", "private"),
    # 扶贫办主任, 县医院院长, 茅台副总经理: the body makes the post a public one
    Reading("post_of_body", "<organ|school|supervisor>(<postish>)", "post"),
    Reading("post_of_state_firm", "<soe>-2-(<executive|postish>)", "post"),
    # 政务大厅内，工作人员玩手机
    Reading("staff_of_body", "<organ>~3!private|firm|citizen|supervisor~(<staff>)", "post"),
    # 县法院: its place owes nothing
    Reading("place_of_court", "(<place>+)(?=<lawbody>)", "lawplace"),
    # 冒充民警: there is no policeman
    Reading("impostor", "<impostor>-3!caught-(<post|organ|supervisor|postish|soe>+)", "fake"),
    # 美国警察, 法国市长
    Reading("abroad", "<foreign>-3-(<post|organ|executive|postish|supervisor>+)", "alien"),
    Reading(
        "abroad_from_the_start", "^<foreign>([^。]*)", "alien", ("post", "organ", "executive", "postish", "supervisor")
    ),
    # 潜逃美国: he is ours
    Reading("fled_abroad", "<fled>-2-(<foreign>)", "cited"),
    # 依据《…处分条例》决定给予: a case, no text about rules
    Reading("rule_cited", "<basis>-4-(<rule|decree>+)", "cited", ("rule", "decree")),
    # 亲属高喊“警察打人”
    Reading("shouted", "<outcry>([^。，]{1,5})", "shouted", ("violence", "misdeed", "offence")),
    # 10年未清偿
    Reading("unsettled", "<negate>-1-(<settled>)", "owe"),
    # 剧中副市长落马, 《…》热播
    Reading("staged_after", "<staged>([^。]*)", "character", ("post", "organ", "postish", "supervisor", *WRONG)),
    Reading("staged_before", "([^。]*)<staged>", "character", ("post", "organ", "postish", "supervisor", *WRONG)),
    # 网传局长受贿系谣言, 诬告县长收钱
    Reading("refuted_after", "<refute>([^。]*)", "cleared", WRONG),
    Reading("refuted_before", "([^。]*)<refute>", "cleared", WRONG),
    # 旁听受贿案庭审, 观看忏悔录
    Reading("lesson", "<lesson>([^。]*)", "taught", ("offence", "caught", "charged", "sanction")),
    # 非国家工作人员受贿
    Reading("not_an_official", "<notpost>(<post>)", "privatepost"),
    # 未实施殴打, 没有违规
    Reading(
        "denied",
        "<negate>-1!post|organ|place-(<misdeed|violence|offence|caught|sanction|discipline|charged>)",
        "cleared",
    ),
    # 严禁公款吃喝, 如发现失职渎职, 将依法处理
    Reading("hypothetical", "<exhort>([^。，]{1,10})", "hypothetical", WRONG),
    # 领导干部违纪违法处分办法, 《…处分规定》施行
    Reading("decreed", "([^。，]{0,10})<decree>", "hypothetical", WRONG),
    # 任命周某为局长, 免去秦某的局长职务: no sanction
    Reading("appointed", "<appoint>([^。]*)", "cleared", ("discipline", "caught")),
    # 扶贫干部协调安装净水器: help, unless more is told of them
    Reading(
        "helping",
        "(<post>)-1!misdeed|offence|executive-(?=<helps>)(?!-4-<relative|citizen|private|owe|duedebt>)"
        "(?![^。]*<misdeed|offence|caught|sanction|discipline|charged|connive>)",
        "helper",
    ),
    # 经销商诚信宣誓, 学生参观廉政馆: not for public servants
    Reading("other_learners", "<eduother>-5!eduwho-(<edutopic>+)", "othertopic"),
    # 接到求助, 受理投诉
    Reading("plea_taken_up", "<receives>-1!post|organ-(<complaint>)", "plea", ("complaint",)),
    # 交警曝光酒驾名单: their work, unless one of them was dealt with
    Reading(
        "traffic_work",
        "<trafficpolice>-4!discipline|caught|sanction|graft-(<misdeed^graft>+)(?!~5~<discipline|caught|sanction|graft>)",
        "enforced",
    ),
    # 男子辱骂民警, 殴打城管: what a citizen did to an official
    Reading(
        "citizen_did",
        "<citizen|private|profession|relative|resident>-3!post|organ|passive-(<misdeed|violence|victim>)-1-(?=<post|organ>)",
        "civilact",
    ),
    Reading("official_insulted", "<civilact>-1-(<post>)", "hurt"),
    Reading("official_struck", "(<post>)-3!violence|connive-<passive>-3-(?=<violence|misdeed>)", "hurt"),
    Reading(
        "struck_by_citizen", "(<post>)~6!sanction|discipline|caught|connive~<citizen>-1!passive-(?=<violence>)", "hurt"
    ),
    Reading("official_hurt", "(<post>)-5!sanction|discipline|caught|connive-(?=<victim>)", "hurt"),
    # 交警查酒驾, 男子醉驾被民警控制: they do their work; 民警殴打女子 stays
    Reading(
        "at_work",
        "(<enforcer>)~8!violence|discipline|caught|offence|connive|helps|graft~(?=<citizen>)(?!~5~<graft>)",
        "onduty",
    ),
    Reading("called_in", "<citizen>~8!violence|victim~(<enforcer>)(?!~3~<violence>)", "onduty"),
    # 民警查获醉驾, 城管捣毁黑窝点, 法院审理诈骗案
    Reading(
        "enforced", "<post|organ|onduty>-3!private-<enforce>-2-(<misdeed|violence|sanction|procedure>+)", "enforced"
    ),
    # 城管查处违规占道经营: no post behind it
    Reading(
        "handled_by_body",
        "<enforcer|organ>-1!supervisor-<handled>-2!post|postish|organ|supervisor-(<misdeed|violence>+)(?!~4~<post|postish>)",
        "enforced",
    ),
    # 民营企业高管受贿被开除
    Reading("private_offence", "<firm>-3!post|organ|soe-(<misdeed|offence|sanction|discipline|charged>+)", "cleared"),
    # 公司经理, 民营企业高管
    Reading("private_post", "<private>-2!soe|organ|school-(<executive|postish>)", "privatepost"),
)
