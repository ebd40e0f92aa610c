"""The overview: what a number is made of, what a unit may see, and what changed since."""

import re
from fractions import Fraction
from html import escape
from io import BytesIO
from urllib.parse import quote

import pytest
from docx import Document
from openpyxl import load_workbook

from records.accounts import Role
from services.run_changes import Cause, compare
from tests.console.conftest import Desk
from tests.console.evaluation_world import ROUND, STALE, World


@pytest.fixture
def world(desk: Desk) -> World:
    return World(desk)


def cell(page: str, unit: str, row: str) -> tuple[str, str]:
    """How a cell of the matrix looks, and what stands in it."""
    found = re.search(rf'<td class="cell (\w+)"><a href="/overview/\d+/units/{unit}/rows/{row}">([^<]*)</a>', page)
    assert found is not None, f"{unit} {row}"
    return found[1], found[2]


def test_three_noughts_look_different(world: World) -> None:
    """Measured bad, nothing supplied and not measured differ in word and look, not by colour alone."""
    run = world.to_preliminary()
    page = world.office.get(f"/overview/{run}")
    assert cell(page, "xicheng", "NYC-05") == ("bad", "0")
    assert cell(page, "xicheng", "NYC-13") == ("not_supplied", "未报")
    assert cell(page, "beicheng", "NYC-05") == ("not_measured", "未测")
    assert cell(page, "dongcheng", "NYC-05") == ("full", "2")
    assert cell(page, "dongcheng", "NYC-13") == ("part", "1.2")


def test_a_total_carries_its_range_and_what_is_open(world: World) -> None:
    """A total with open rows is never a bare number, and what was not measured stands on the same page."""
    run = world.to_preliminary()
    page = world.office.get(f"/overview/{run}")
    unit = world.desk.tools.evaluation.shelf.open(run).units["beicheng"]
    assert unit.low != unit.high
    assert f"{unit.low.normalize():f}–{unit.high.normalize():f}" in page
    assert re.search(r"\d+ 分未测、\d+ 分未报|\d+ 分未报、\d+ 分未测", page)
    assert "覆盖说明" in page
    assert "3 个单位、28 项指标，共 84 项次" in page
    assert "1 次被门户拒绝" in page
    assert "没有收集新闻" in page


def test_a_number_opens_down_to_the_words_of_the_rule(world: World) -> None:
    """Unit, row, value, finding with its place, the rule's own words beside our reading; and back from the finding."""
    run = world.to_preliminary()
    office = world.office
    page = office.get(f"/overview/{run}/units/xicheng/rows/NYC-05")
    row = world.desk.tools.evaluation.shelf.open(run).rows["NYC-05"]
    assert row.text.splitlines()[0] in page
    assert row.reading in page
    assert "stale_column http://xicheng.example/zwgk/tzgg/" in page
    card = f"/overview/finding?site=xicheng.example&ref={quote(STALE.id, safe='')}"
    assert f'href="{escape(card)}"' in page
    office.get("/flags")  # the desk takes in what was seen
    assert "stale_column http://xicheng.example/zwgk/tzgg/" in office.get(card)
    office.get("/overview/finding?site=xicheng.example&ref=nothing", 404)
    back = re.search(rf'href="(/overview/{run}/evidence\?kind=finding[^"]*)"', page)
    assert back is not None
    moved = office.get(back[1].replace("&amp;", "&"))
    assert "西城县" in moved
    assert "NYC-05" in moved
    assert "/units/dongcheng/" not in moved


def test_filters_stay_in_the_address(world: World) -> None:
    """By name, by a row (the worst first), by what is open; a filter that is none changes nothing."""
    run = world.to_preliminary()
    office = world.office
    assert "/units/dongcheng" not in office.get(f"/overview/{run}?q=西城")
    page = office.get(f"/overview/{run}?row=NYC-05")
    order = [page.index(f"/units/{one}") for one in ("xicheng", "dongcheng", "beicheng")]
    assert order == sorted(order)
    assert "东城县" in office.get(f"/overview/{run}?order=nonsense&kind=nonsense&page=-3&view=nonsense")


@pytest.mark.parametrize("view", ["matrix", "ranking", "trend", "basis"])
def test_every_view_opens(world: World, view: str) -> None:
    """Each part of the overview is a page of its own, with the coverage statement."""
    run = world.to_preliminary()
    page = world.office.get(f"/overview/{run}?view={view}")
    assert "覆盖说明" in page


def test_a_unit_sees_nothing_of_a_draft(world: World) -> None:
    """Before the preliminary result is delivered a unit has no score at all, however it asks."""
    run = world.to_preliminary()
    unit = world.unit("xicheng")
    assert "还没有送达或公布的评价结果" in unit.get("/overview")
    for path in (
        "",
        "/units/xicheng",
        "/units/xicheng/rows/NYC-05",
        "/changes",
        "/evidence?kind=finding&ref=x",
        "/report.docx",
    ):
        unit.get(f"/overview/{run}{path}", 404)


def test_a_unit_sees_its_own_after_delivery_and_nobody_elses(world: World) -> None:
    """After 反馈 its own rows; of the others neither name nor number, and what does not exist is answered alike."""
    run = world.to_feedback()
    unit = world.unit("xicheng")
    page = unit.get(f"/overview/{run}")
    assert cell(page, "xicheng", "NYC-05") == ("bad", "0")
    for view in ("matrix", "ranking", "trend", "basis"):
        shown = unit.get(f"/overview/{run}?view={view}")
        assert "东城县" not in shown
        assert "北城县" not in shown
    assert "1 个单位、28 项指标，共 28 项次" in unit.get(f"/overview/{run}/units/xicheng")
    other = unit.client.get(f"/overview/{run}/units/dongcheng")
    none = unit.client.get(f"/overview/{run}/units/nowhere")
    assert (other.status_code, none.status_code) == (404, 404)
    assert re.sub("dongcheng|nowhere", "", other.text) == re.sub("dongcheng|nowhere", "", none.text)
    for path in (
        "/trust",
        "/report.docx",
        "/report.xlsx",
        "/units/dongcheng/rows/NYC-13",
        "/units/dongcheng/report.docx",
    ):
        unit.get(f"/overview/{run}{path}", 404)


def test_a_delivery_that_was_taken_back_is_hidden_again(world: World) -> None:
    """A result that went back to the office is a draft again."""
    run = world.to_feedback()
    world.office.post(f"/rounds/{ROUND}/back", seen=world.state.entries, reason="送错")
    world.unit("xicheng").get(f"/overview/{run}", 404)


def test_the_final_result_is_public_but_not_its_rows(world: World) -> None:
    """When it is final everybody sees names, totals and ranks; the rows of another unit stay its own."""
    run = world.to_feedback()
    office = world.office
    for unit in ("dongcheng", "beicheng", "xicheng"):
        office.post(f"/rounds/{ROUND}/answer", unit=unit, kind="confirm", received="2026-11-20")
    world.step(office)
    world.step(office, run=run)
    world.step(world.other_office)
    unit = world.unit("xicheng")
    page = unit.get(f"/overview/{run}?view=ranking")
    assert "东城县" in page
    assert "分未" not in page.split("东城县")[1].split("</tr>")[0]
    unit.get(f"/overview/{run}/units/dongcheng", 404)
    assert "东城县" not in unit.get(f"/overview/{run}?view=matrix")


def test_changes_add_up_and_name_their_cause(world: World) -> None:
    """A mended column and a filing that arrived: each under its cause, and the sum is the difference."""
    first = world.to_preliminary()
    office = world.office
    office.post(f"/rounds/{ROUND}/back", seen=world.state.entries, reason="补报")
    world.file("dongcheng", {"NYC-13": 20})
    world.file("beicheng", {"NYC-13": 3})
    second = world.score(office)
    shelf = world.desk.tools.evaluation.shelf
    old, new = shelf.open(first), shelf.open(second)
    comparison = compare(shelf, old, new, 30)
    assert comparison is not None
    for line in comparison.lines:
        assert sum(line.causes.values(), Fraction(0)) == line.change.total
        before, after = old.units[line.change.id].total, new.units[line.change.id].total
        assert line.change.total == Fraction(after) - Fraction(before)
    causes = {one.change.id: {cause for cause in Cause if one.causes[cause]} for one in comparison.lines}
    assert causes["dongcheng"] == {Cause.EVIDENCE}
    assert causes["beicheng"] == {Cause.COVERAGE}
    page = office.get(f"/overview/{second}/changes")
    assert "2 个有变动" in page
    assert "数据补齐或缺失 <strong>+0.30</strong>" in office.get(f"/overview/{second}/changes?unit=beicheng")
    assert "没有更早的计分可以比较" in office.get(f"/overview/{first}/changes")


def test_ways_back_from_what_is_not_there(world: World) -> None:
    """A run, a row, a piece of evidence that does not exist is a sentence and no fault of ours."""
    run = world.to_preliminary()
    office = world.office
    for path in ("/overview/999", "/overview/x", f"/overview/{run}/units/xicheng/rows/NYC-99"):
        office.get(path, 404)
    assert "没有得分依据这件证据" in office.get(f"/overview/{run}/evidence?kind=finding&ref=nothing")
    assert "没有得分依据这件证据" in office.get("/overview/evidence/finding/http://x.example/a")


def test_documents(world: World) -> None:
    """Word and Excel say what the page says, without formulas, and a unit gets its own report with the notice."""
    world.file("dongcheng", {"NYC-13": 12})
    run = world.to_feedback()
    office = world.office
    word = Document(BytesIO(office.client.get(f"/overview/{run}/report.docx").content))
    text = "\n".join(one.text for one in word.paragraphs)
    assert "初步结果，尚未审定" in text
    assert "共 84 项次" in text
    ranking = [[cell.text for cell in row.cells] for row in word.tables[1].rows]
    assert ranking[1][1] == "东城县"
    book = load_workbook(BytesIO(office.client.get(f"/overview/{run}/report.xlsx").content))
    assert book["得分矩阵"]["A2"].value == "东城县"
    assert all(one.data_type != "f" for sheet in book for row in sheet.iter_rows() for one in row)
    own = world.unit("xicheng").client.get(f"/overview/{run}/units/xicheng/report.docx")
    letter = "\n".join(one.text for one in Document(BytesIO(own.content)).paragraphs)
    assert "请于 2026-11-27 前" in letter
    assert "申诉不影响得分" in letter
    assert "东城县" not in letter


def test_roles_that_evaluate_see_every_run(world: World) -> None:
    """Analyst, verifier, operator and auditor see drafts; without a right there is no page."""
    run = world.to_preliminary()
    for role in (Role.ANALYST, Role.VERIFIER, Role.OPERATOR, Role.AUDITOR):
        assert "东城县" in world.person(role.value, role).get(f"/overview/{run}")


def test_below_the_floor_no_rank_is_given(world: World) -> None:
    """Little was filed: matrix, ranking and unit say 不予排名 with the reason, and nothing is said of places."""
    run = world.to_preliminary()
    office = world.office
    score = world.desk.tools.evaluation.shelf.open(run).units["xicheng"]
    assert score.rank is None
    assert score.rank_because.endswith("不足 80%，不予排名")
    ranking = office.get(f"/overview/{run}?view=ranking")
    assert score.rank_because in ranking
    assert "没有单位参加排名" in ranking or "正在试算" in ranking
    assert "不予排名" in office.get(f"/overview/{run}")
    assert score.rank_because in office.get(f"/overview/{run}/units/xicheng")
    found = office.client.get(f"/api/v1/runs/{run}/units/xicheng").json()
    assert (found["rank"], found["rank_withheld"], found["rank_because"]) == (None, True, score.rank_because)
