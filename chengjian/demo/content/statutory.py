"""What the law and the credit rules ask an office to publish, in our own words."""

from dataclasses import dataclass

from chengjian.demo.content.articles import Draft
from chengjian.demo.content.place import PHONE, Place

POWER_LIST_HEAD = ("序号", "职权名称", "职权类别", "设定依据", "责任事项", "追责情形", "实施主体")


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> tuple[tuple[str, ...], ...]:
        return (self.head, *self.rows)


_POWERS = (
    ("企业投资项目备案", "其他职权", "受理、审查、告知、备案、公开", "不按规定受理或者超期办理的"),
    ("民办学校设立审批", "行政许可", "受理、审查、决定、送达、监管", "对符合条件的不予许可的"),
    ("最低生活保障金给付", "行政给付", "受理、入户调查、公示、审核确认", "擅自改变给付范围或者标准的"),
    ("对擅自占用公共场地的处罚", "行政处罚", "立案、调查、告知、决定、执行", "处罚显失公正的"),
    ("食品经营许可", "行政许可", "受理、现场核查、决定、送达", "超越法定权限作出许可的"),
    ("政府投资项目监督检查", "行政检查", "制定计划、现场检查、反馈结果", "发现问题不依法处理的"),
    ("房屋征收补偿决定", "行政征收", "调查登记、评估、公告、决定", "未按方案支付补偿的"),
    ("建筑工程施工许可", "行政许可", "受理、审查、决定、公开", "违反程序作出决定的"),
    ("农村集体土地权属确认", "行政确认", "受理、勘界、公告、确认", "弄虚作假的"),
    ("劳动保障监察", "行政检查", "巡查、受理投诉、调查、处理", "泄露举报人信息的"),
    ("先进集体表彰奖励", "行政奖励", "推荐、审核、公示、表彰", "违反公示程序的"),
    ("争议调解与裁决", "行政裁决", "受理、调查、调解、裁决", "收受当事人财物的"),
)


def power_table(place: Place) -> Table:
    """The list of powers and duties (权责清单): one table for both, as the county lists have it."""
    return Table(
        POWER_LIST_HEAD,
        tuple(
            (
                str(i),
                name,
                kind,
                "依照现行法律、行政法规和地方性法规的规定",
                duties,
                blame,
                place.bureaus[i % len(place.bureaus)],
            )
            for i, (name, kind, duties, blame) in enumerate(_POWERS, 1)
        ),
    )


def power_list(place: Place) -> Draft:
    return Draft(
        f"{place.name}权责清单",
        (
            f"为推进权力公开透明运行，{place.short}对行政许可、行政处罚、行政给付等职权逐项编制责任事项和追责情形，"
            "形成权力清单和责任清单，现予公布，并根据法律法规的变化动态调整。",
            f"清单共列职权{len(_POWERS)}项。公民、法人和其他组织发现清单内容与实际不符的，可以向编制单位反映。",
        ),
    )


def guide(place: Place) -> Draft:
    return Draft(
        f"{place.name}信息公开指南",
        (
            f"为了便于公民、法人和其他组织依法获取{place.name}的政府信息，根据《中华人民共和国政府信息公开条例》，编制本指南。",
            "一、主动公开。公开范围包括机构职能、规范性文件、规划计划、财政预算决算、行政许可和处罚、重大项目、民生政策等。"
            "公开形式以政府网站为主，同时在档案馆、图书馆和政务服务大厅设置查阅点。政府信息自形成或者变更之日起20个工作日内公开。",
            "二、依申请公开。申请人可以填写《政府信息公开申请表》，当面、邮寄或者通过网站提交。"
            "能够当场答复的当场答复；不能当场答复的，自收到申请之日起20个工作日内答复，需要延长的最长不超过20个工作日。",
            f"三、受理机构。{place.name}办公室，办公时间为工作日上午8:30至12:00、下午2:30至5:30，联系电话：{PHONE}。",
            "四、监督和救济。认为未依法履行公开义务的，可以向上一级行政机关投诉举报，也可以依法申请行政复议或者提起行政诉讼。",
        ),
    )


def rules(place: Place) -> tuple[Draft, ...]:
    """The standing rules of disclosure (政府信息公开制度)."""
    written = (
        ("政府信息公开保密审查制度", "公开前应当依照规定进行保密审查，遵循先审查、后公开，谁公开、谁负责的原则。"),
        ("政府信息主动公开制度", "主动公开的信息应当准确、及时，公开后发现有误的，应当在一个工作日内更正并说明。"),
        ("依申请公开工作制度", "收到申请后应当登记，逐件编号，按照法定期限答复，答复文书留存备查。"),
        ("政府信息公开责任追究制度", "对不履行公开义务、不及时更新内容、违反规定收取费用的，依照规定追究责任。"),
    )
    return tuple(
        Draft(
            f"{place.short}{title}",
            (
                f"第一条　为规范{place.short}政府信息公开工作，制定本制度。",
                f"第二条　{core}",
                "第三条　各单位应当确定专人负责，建立台账，定期自查。",
                "第四条　本制度自公布之日起施行。",
            ),
        )
        for title, core in written
    )


def annual_report(place: Place, year: int) -> Draft:
    """The annual report of disclosure in the six chapters of its fixed form."""
    count = 300 + (year * 37) % 400
    return Draft(
        f"{place.name}{year}年政府信息公开工作年度报告",
        (
            f"本报告根据《中华人民共和国政府信息公开条例》编制，统计期限为{year}年1月1日至12月31日。",
            f"一、总体情况。{year}年，{place.short}主动公开政府信息{count}条，"
            f"其中规范性文件{count // 30}件，政策解读{count // 12}篇。",
            f"二、主动公开政府信息情况。本年制发规范性文件{count // 30}件，废止{count // 90}件，"
            f"现行有效{count // 5}件。",
            f"三、收到和处理政府信息公开申请情况。本年新收申请{count // 9}件，予以公开{count // 14}件，均按期答复。",
            "四、政府信息公开行政复议、行政诉讼情况。本年行政复议2件，结果维持2件；无行政诉讼。",
            "五、存在的主要问题及改进情况。部分栏目更新不够及时，已建立提醒和通报机制，并逐项整改。",
            "六、其他需要报告的事项。本年未收取信息处理费。",
        ),
    )


def service_commitment(place: Place) -> Draft:
    return Draft(
        f"{place.name}政务服务质量承诺",
        (
            "为提高政务服务质量，现就窗口服务向社会公开承诺如下：",
            "一、首问负责。第一位接待的工作人员负责到底，不推诿、不拖延。",
            "二、一次告知。申请材料不齐全的，一次性书面告知需要补正的全部内容。",
            "三、限时办结。法定期限内提速办理，超时未办结的主动说明原因并致歉。",
            f"四、接受监督。服务质量投诉电话：{PHONE}，5个工作日内反馈处理结果。",
        ),
    )


def integrity_commitment(place: Place) -> Draft:
    return Draft(
        f"{place.name}政务诚信承诺书",
        (
            f"为加强政务诚信建设，树立守信践诺的政府形象，{place.name}郑重承诺：",
            "一、坚持依法行政，严格按照法定权限和程序履行职责，做到有权必有责、用权受监督。",
            "二、严格兑现政策，依法作出的政策承诺和签订的各类合同，不以机构调整、人员更替为由违约毁约。",
            "三、及时足额支付账款，不拖欠企业和农民工款项。",
            "四、坚持政务公开，主动接受社会监督，失信行为依法记入政务失信记录并承担相应责任。",
            f"承诺单位：{place.name}",
        ),
    )


def credit_commitments(place: Place) -> tuple[Draft, Table]:
    """The list of permits that are given on a credit commitment (使用信用承诺的行政许可事项清单)."""
    names = (
        "公共场所卫生许可",
        "食品经营许可（仅销售预包装食品）",
        "人力资源服务许可",
        "道路货物运输经营许可",
        "烟花爆竹零售经营许可",
        "广播电视节目制作经营许可",
    )
    table = Table(
        ("序号", "许可事项名称", "承诺方式", "实施单位", "事后核查期限"),
        tuple(
            (str(i), name, "告知承诺", place.bureaus[i % len(place.bureaus)], "60日") for i, name in enumerate(names, 1)
        ),
    )
    draft = Draft(
        f"{place.short}使用信用承诺的行政许可事项清单",
        (
            "申请人书面作出信用承诺的，可以容缺受理或者当场办理。承诺内容纳入信用记录，实行事后核查，虚假承诺的依法处理。",
        ),
    )
    return draft, table


def graded_supervision(place: Place, number: int) -> Draft:
    fields = ("工程建设领域", "食品药品领域", "道路运输领域", "劳动用工领域", "生态环境领域", "养老服务领域")
    name = fields[number % len(fields)]
    return Draft(
        f"{place.short}{name}信用分级分类监管结果公示",
        (
            f"根据信用评价结果，对{name}{18 + number * 7}家市场主体实施分级分类监管，现将结果予以公示。",
            "其中A级8家，降低抽查比例；B级按照常规比例抽查；C级提高抽查比例；D级列为重点监管对象。",
            "对公示结果有异议的，可以自公示之日起10个工作日内提出书面申诉。",
        ),
    )


def organs(place: Place) -> tuple[Draft, ...]:
    """Organs and their duties (机构职能): permanent texts."""
    return tuple(
        Draft(
            f"{place.short}{bureau}机构职能" if not place.name.endswith("局") else f"{bureau}主要职责",
            (
                f"{bureau}负责贯彻执行国家和省、市有关方针政策，拟订本行政区域相关工作规划并组织实施。",
                "内设办公室、业务科、法规科等机构，承担行政审批、监督检查和公共服务职责。",
                f"办公地址：{place.short}政务中心。联系电话：{PHONE}。",
            ),
        )
        for bureau in place.bureaus
    )


def budgets(place: Place, year: int) -> tuple[Draft, ...]:
    return (
        Draft(
            f"{place.short}{year}年财政预算公开",
            (f"{year}年全口径收支预算已经批准，一般公共预算收入安排12.6亿元，支出安排31.8亿元，三公经费继续压减。",),
        ),
        Draft(
            f"{place.short}{year - 1}年财政决算公开",
            (f"{year - 1}年一般公共预算收入完成11.9亿元，支出30.2亿元，收支平衡，结转资金全部用于民生项目。",),
        ),
    )


def service_items() -> tuple[Draft, ...]:
    """Guides to single services (办事指南): permanent, without a date."""
    names = (
        "个体工商户设立登记", "城乡居民养老保险参保", "道路货物运输经营许可", "超限运输车辆通行证", "从业资格证补换发",
        "食品经营许可", "特困人员救助供养", "不动产登记资料查询",
        "残疾人证办理", "新生儿落户", "客运班线经营许可", "公路涉路施工许可",
    )  # fmt: skip
    return tuple(
        Draft(
            f"{name}办事指南",
            (
                f"一、事项名称：{name}。",
                "二、受理条件：符合有关规定，材料真实、齐全。",
                "三、申请材料：申请表、身份证明以及与事项有关的证明材料。",
                "四、办理时限：法定20个工作日，承诺5个工作日。收费标准：不收费。",
                f"五、咨询电话：{PHONE}。",
            ),
        )
        for name in names
    )
