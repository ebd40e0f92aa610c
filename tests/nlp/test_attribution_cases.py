"""More articles as they come: sentences of other make, and whom they are charged to."""

import pytest

from records.news import NewsLabel, NewsVerdict
from tests.nlp.whose_cases import BLAMED, CAUGHT, DEBTOR, LESSON, NOTHING, verdict, whose

CLEARED = verdict(refutes=True)
CLEAN_UP = verdict(NewsLabel.SPECIAL_GOVERNANCE)

CASES: tuple[tuple[str, NewsVerdict, tuple[str, ...]], ...] = (
    ("河南省南阳市方城县委原书记刘某被查", CAUGHT, ("fangcheng",)),
    ("南召县拖欠工程款被列入失信名单", DEBTOR, ("nanzhao",)),
    ("南召县拖欠农民工工资企业被曝光", DEBTOR, ()),
    ("南召县被拖欠工程款的企业已收到款项", DEBTOR, ()),
    ("南召县原县长任上受贿，现任邓州市副市长被查", CAUGHT, ("nanzhao",)),
    ("南阳市卧龙区城管局队员踢翻地摊卷走物品，引发热议。", CAUGHT, ("wolong",)),
    ("四川卧龙国家级自然保护区管理局副局长被查。", CAUGHT, ()),
    ("3月2日，南阳市中级人民法院公开宣判信阳市商城县原县长李某受贿案。", CAUGHT, ()),
    ("南阳市宛城区人民法院法官王某枉法裁判被查。", CAUGHT, ("wancheng",)),
    ("方城县第一高级中学校长张某侵吞助学金，被立案调查。", CAUGHT, ("fangcheng",)),
    ("方城县城投公司董事长张某受贿被双开。", CAUGHT, ("fangcheng",)),
    ("网传方城县住建局局长受贿系谣言，方城县委宣传部辟谣：经核查，该局长不存在受贿行为。", CLEARED, ("fangcheng",)),
    ("郑州警方通报：郑州市民在桐柏路被城管打伤。", BLAMED, ()),
    ("记者王方城报道：信阳市平桥区教育局局长李某被查。", CAUGHT, ()),
    ("唐河水质恶化，网友批评社旗县政府不作为。", BLAMED, ("sheqi",)),
    ("驻马店市泌阳县住建局拖欠南阳市一家建筑公司工程款。", DEBTOR, ()),
    ("南阳市一家建筑公司被唐河县政府拖欠工程款十年。", DEBTOR, ("tanghe",)),
    ("【南阳】内乡县教体局原党组书记、局长张三接受审查调查", CAUGHT, ("neixiang",)),
    ("镇平县石佛寺镇人民政府因未履行生效判决，被镇平县人民法院列为失信被执行人。", DEBTOR, ("zhenping",)),
    ("石佛寺镇党委书记李四被免职。此前有村民举报其侵占集体资产。", CAUGHT, ("zhenping",)),
    ("西峡县公安局民警破获一起冒充方城县公安局民警诈骗案。", NOTHING, ()),
    ("南阳市生态环境局方城分局局长王某收受企业财物，被查。", CAUGHT, ("sthj",)),
    ("南阳市工商局原副局长任某被判刑五年。", CAUGHT, ("scjg",)),
    ("南阳市城乡一体化示范区建设局原局长王某受贿案宣判。", CAUGHT, ("shifan",)),
    ("示范区建设局原局长王某受贿案宣判。", CAUGHT, ()),
    ("焦作市城乡一体化示范区管委会原主任张某被查。", CAUGHT, ()),
    ("南召县纪委监委原书记黄某严重违纪违法被开除党籍。", CAUGHT, ("nanzhao",)),
    (
        "南召县纪委监委通报5起典型问题：1.南召县乔端镇某村原党支部书记张保国套取资金问题。2.南召县云阳镇民政所原所长李建民优亲厚友问题。",
        CAUGHT,
        ("nanzhao",),
    ),
    ("公安部A级通缉犯在方城县落网，方城县公安局民警受表彰。", NOTHING, ()),
    ("南阳市发改委、方城县发改委联合调研招商引资项目。", CLEAN_UP, ("fgw", "fangcheng")),
    ("方城县开展政府拖欠企业账款清理行动。", CLEAN_UP, ("fangcheng",)),
    ("北京市朝阳区城管殴打商贩", CAUGHT, ()),
    ("淮安区委组织部举办公务员诚信教育培训班。", LESSON, ()),
    ("淮安区民政局开展诚信教育。区住建局同日签署承诺。", LESSON, ("ha-mz",)),
    ("江苏省淮安市淮安区河下街道办事处原主任陈某挪用公款被查。", CAUGHT, ("hx",)),
    ("南阳师范学院院长被查", CAUGHT, ()),
    ("南阳人王某在广东任佛山市南海区住建局局长期间受贿，被查。", CAUGHT, ()),
    ("方城籍干部李某任深圳市福田区副区长，因受贿被查。", CAUGHT, ()),
    ("被告人李某，原系唐河县交通局局长，因受贿罪被社旗县人民法院判处有期徒刑五年。", CAUGHT, ("tanghe",)),
    ("李某，唐河县人，原系新野县交通局局长，因受贿罪被判处有期徒刑五年。", CAUGHT, ()),
    ("内乡法院：去年执结涉政府机关案件12件，督促唐河县政府还清欠款。", CLEAN_UP, ("neixiang", "tanghe")),
    ("社旗：一副局长上班打麻将被处分", CAUGHT, ("sheqi",)),
    ("社旗一副局长上班打麻将被处分", CAUGHT, ("sheqi",)),
    ("南阳：方城县水利局违规采砂被通报", BLAMED, ("fangcheng",)),
    ("西峡县政府与开发商签约后单方面毁约", DEBTOR, ("xixia",)),
    ("河南日报记者在方城县采访时，信阳市固始县委书记被查。", CAUGHT, ()),
    ("邓州市公安局刘集派出所所长徐某酒驾，邓州市纪委对其立案。", CAUGHT, ("dengzhou",)),
    ("南阳市纪委监委派驻市住建局纪检监察组原组长谢某被查。", CAUGHT, ()),
    ("方城县某局工作人员赵某（化名）因举报领导被打击报复。", BLAMED, ("fangcheng",)),
    (
        "周口市副市长秦某被查。公开简历显示，秦某，男，汉族。1990年至1995年在方城县住建局工作。1995年任内乡县副县长。",
        CAUGHT,
        (),
    ),
    ("方城县公安局违规罚款被上级通报。", BLAMED, ("fangcheng",)),
    ("南阳市公安局交警支队民警李某收受好处费被立案。", CAUGHT, ("gaj",)),
    ("方城县人社局帮助农民工向西峡县政府讨要欠薪，西峡县政府拖欠工程款三年。", DEBTOR, ("xixia",)),
    ("南阳市教育局通报方城县第二小学教师收礼问题", CAUGHT, ("fangcheng",)),
    ("方城县委书记李某主持召开警示教育大会，通报了西峡县原县长张某受贿案。", LESSON, ("fangcheng",)),
    ("方城县委书记张志强到独树镇调研，要求各部门严肃查处拖欠工程款问题。", CLEAN_UP, ("fangcheng",)),
    ("内乡县副县长赵某、西峡县副县长钱某同日被查", CAUGHT, ("neixiang", "xixia")),
    ("南阳市方城县、社旗县、唐河县三地干部因扶贫资金问题被问责", CAUGHT, ()),
    ("宛城区汉冶街道办事处城管中队队员殴打商贩", CAUGHT, ("wancheng",)),
    ("方城县水利局拖欠工程款，被法院限制高消费", DEBTOR, ("fangcheng",)),
    ("邓州：市教体局原局长丁某收受学校供餐企业贿赂", CAUGHT, ("dengzhou",)),
    ("记者调查：南阳某县为创收下罚款指标", BLAMED, ()),
    ("河南一县委书记被查", CAUGHT, ()),
    ("深圳市方城投资有限公司拖欠工资", BLAMED, ()),
    ("方城县交通运输局局长李明：今年将修通三条路", NOTHING, ()),
    ("方城县法院干警集中学习《公务员职业道德》", LESSON, ("fangcheng",)),
    ("7月1日，方城县税务局原局长周某严重违纪违法被开除党籍。", CAUGHT, ()),
    ("方城县城关镇派出所民警张某酒后开车撞人", CAUGHT, ("fangcheng",)),
    ("西峡县丹水镇某村会计庞某冒领低保金，西峡县纪委给予其开除党籍处分，移送西峡县公安局。", CAUGHT, ("xixia",)),
    ("南阳市委巡察组进驻方城县，巡察发现方城县财政局私设小金库。", CAUGHT, ("fangcheng",)),
    ("信阳市纪委监委指定罗山县监委管辖，对南阳市发改委原主任李某立案调查。", CAUGHT, ("fgw",)),
    ("广东省方城县人李某某在东莞冒充官员诈骗。", NOTHING, ()),
    ("方城县纪委书记王某在会上表示，将严查住建领域腐败，去年查处住建系统干部12人。", CAUGHT, ("fangcheng",)),
    ("方城县永发建材有限公司拖欠农民工工资，被列入失信被执行人，当地人社部门已介入。", DEBTOR, ()),
    ("方城县一乡镇拖欠饭店餐费二十万元，打了十年白条。", DEBTOR, ("fangcheng",)),
    ("方城县城投公司拖欠工程款，被法院限制高消费。", DEBTOR, ("fangcheng",)),
    ("方城县一民办幼儿园园长殴打幼儿被刑拘。", NOTHING, ()),
)


@pytest.mark.parametrize(("text", "said", "units"), CASES, ids=[text[:14] for text, _, _ in CASES])
def test_units_of_other_sentences(text: str, said: NewsVerdict, units: tuple[str, ...]) -> None:
    """Nobody is charged with what another did, in sentences of every make."""
    assert whose(text, said).units == units
