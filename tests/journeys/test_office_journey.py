"""The verifier and the credit office: from filings that are checked to a round that is published and kept."""

import re
from pathlib import Path

from playwright.sync_api import expect

from chengjian.demo.content.files import pdf
from services.rounds.life import BEIJING
from storage.clock import now
from tests.journeys.at_desk import AtDesk
from tests.journeys.conftest import Office

SCHEME = "nanyang-county"
TODAY = now().astimezone(BEIJING).date()
HALF = f"{TODAY.year}H{1 if TODAY.month <= 6 else 2}"
ROUND = f"yunxi-{HALF}-{SCHEME}"
WHY_BACK = "台账缺少第二季度，请补齐后重新填报"
WHY_REVIEW = "栏目已经更新，请重新测试"


def step(desk: AtDesk, name: str, status: int = 200) -> None:
    """Move the round on, from its own page."""
    desk.go(f"/rounds/{ROUND}")
    desk.press(f"进入“{name}”", desk.form("/advance"), status)


def score(desk: AtDesk) -> None:
    desk.go(f"/rounds/{ROUND}")
    desk.press("计分", desk.form("/score"))
    assert "已计分" in desk.told


def test_a_filing_is_accepted_and_one_sent_back(office: Office) -> None:
    """What cannot be used goes back with the reason, and the unit reads it where it files."""
    assert office.rounds is not None
    county, verifier = office.as_("liuwan"), office.as_("shenhe")
    for row in ("NYC-13", "NYC-22"):
        county.go(f"/mine/filings/{office.rounds.gathering}/{row}")
        form = county.form(f"/{row}")
        form.get_by_role("radio", name="无法提供").check()
        form.get_by_label("理由或说明").fill(f"{row} 台账尚在整理")
        county.press("提交", form)
        county.says("填报回执")
    queue = "/filings?state=new&unit=liuwan"
    verifier.go(queue)
    verifier.follow(verifier.main.get_by_role("link", name=re.compile("NYC-13")).last)
    verifier.says("规则原文", "佐证材料", "历次填报和审核")
    with verifier.page.expect_navigation():
        verifier.page.keyboard.press("a")
    verifier.go(queue)
    verifier.follow(verifier.main.get_by_role("link", name=re.compile("NYC-22")).last)
    verifier.press("退回", verifier.form("/filings/decide"), status=422)
    verifier.says("退回须写明理由")
    verifier.go(queue)
    verifier.follow(verifier.main.get_by_role("link", name=re.compile("NYC-22")).last)
    verifier.form("/filings/decide").get_by_label("理由").fill(WHY_BACK)
    verifier.press("退回", verifier.form("/filings/decide"))
    county.go("/mine/filings")
    expect(county.page.locator(f"#{office.rounds.gathering} tr", has_text="NYC-22")).to_contain_text(WHY_BACK)
    county.go("/mine")
    county.says("被退回")


def test_a_round_is_opened_scored_and_handed_over(office: Office) -> None:
    """Step by step, each with what it rests on; a form that is sent twice moves the round once."""
    desk = office.as_("xinyong")
    desk.go("/rounds/open")
    desk.main.locator("select[name=scheme]").select_option(SCHEME)
    desk.main.locator("input[name=period]").fill(HALF)
    desk.press("建立")
    assert desk.path == f"/rounds/{ROUND}"
    old = desk.context.new_page()
    old.goto(desk.page.url)
    step(desk, "信息核实")
    with old.expect_navigation():
        old.locator('form[action$="/advance"] button').click()
    assert "请看过再办理" in old.locator("#main").inner_text()
    old.close()
    score(desk)
    step(desk, "初步评价")
    step(desk, "初评结果反馈")
    desk.says("送达", "申诉期限", "还有 5 个单位没有答复")


def test_the_county_asks_for_review(office: Office, tmp_path: Path) -> None:
    """Row by row, with material, once and at no cost; a session that ends does not take the reasons away."""
    county, desk = office.as_("liuwan"), office.as_("xinyong")
    county.go(f"/mine/reviews/{ROUND}")
    row = county.main.locator("details.row", has_text="NYC-01")
    row.locator("summary").click()
    row.get_by_label("对这一项申诉").check()
    row.get_by_label("申诉理由").fill(WHY_REVIEW)
    material = tmp_path / "更新截图.pdf"
    material.write_bytes(pdf(["栏目更新情况"]))
    row.locator("input[type=file]").set_input_files(material)
    expect(row.locator("ul.files li")).to_contain_text("更新截图.pdf")
    county.press("提交申诉")
    county.go("/mine/reviews")
    county.says(WHY_REVIEW, "更新截图.pdf", "等待复核")
    for unit in ("青禾县", "雁塘县", "沙屿新区", "石澜县"):
        desk.go(f"/rounds/{ROUND}")
        form = desk.form("/answer")
        form.get_by_label("单位").select_option(label=unit)
        desk.press("登记", form)
    step(desk, "复评")


def test_a_second_person_decides(office: Office) -> None:
    """It was tested again at once; who checked the information may not decide; before and after are shown, and kept."""
    first, second, county = office.as_("xinyong"), office.as_("xinyong-2"), office.as_("liuwan")
    review = f"/reviews/{ROUND}/liuwan/NYC-01"
    second.go(review)
    second.says(WHY_REVIEW, "更新截图.pdf", "重新测试", "初评怎样得来")
    expect(second.main.locator("td[data-label=结果]").first).not_to_contain_text("还没有重新测试")
    decision = second.form("/decide")
    decision.get_by_label("结果").select_option("accepted")
    decision.locator("input[name=value]").fill("true")
    decision.get_by_role("button", name="试算").click()
    for words in ("采纳新值", "总分", "0.00", "2.00"):
        expect(second.page.locator("#trial")).to_contain_text(words)
    first.go(review)
    refused = first.form("/decide")
    refused.get_by_label("结果").select_option("refused")
    refused.locator("textarea[name=reason]").fill("维持")
    first.press("作出决定", refused, status=422)
    decision.locator("textarea[name=reason]").fill("复测时栏目已更新，采纳")
    second.press("作出决定", decision)
    second.go("/precedents?q=复测")
    second.says("复测时栏目已更新", "柳湾区")
    county.go("/mine/reviews")
    county.says("复测时栏目已更新", "→")


def test_locked_published_archived(office: Office) -> None:
    """Who sends the result to its audit may not audit it; what is in the archive moves no more."""
    first, second, county = office.as_("xinyong"), office.as_("xinyong-2"), office.as_("liuwan")
    score(first)
    step(first, "结果审核")
    first.go(f"/rounds/{ROUND}")
    first.press("进入“最终结果”", first.form("/advance"), status=422)
    first.says("另一人")
    step(second, "最终结果")
    county.go("/mine")
    county.says("最终结果")
    step(second, "已归档")
    second.says("本轮已归档，不再变动")
    assert second.main.locator('form[action$="/advance"]').count() == 0
    second.go(f"/rounds/{ROUND}/log")
    second.says("郑四", "王五", "采纳")


def test_a_complaint_is_accepted_in_its_term(office: Office) -> None:
    """Every term of the rules runs in working days from the day after; what is due is on the first page."""
    desk = office.as_("xinyong")
    desk.go("/complaints/new")
    desk.fill(被投诉举报的单位="青禾县", 标题="拆迁补偿逾期未付", 内容="协议约定上月底前支付，至今没有支付。")
    desk.press("登记", desk.form("/complaints/new"))
    number = desk.path.rpartition("/")[2]
    desk.says("期限", "工作日", "受理")
    form = desk.form("/steps/accept")
    if not form.is_visible():
        desk.main.locator("details.act", has=desk.page.locator('form[action$="/steps/accept"]')).locator(
            "summary"
        ).click()
    desk.follow(form.get_by_role("button").last)
    desk.says("受理", "按期")
    desk.go("/complaints")
    desk.says(number)
    for path in ("/complaints/rules", "/complaints/report"):
        desk.go(path)
