"""The API of duties and blind samples: what the pages do, by programs, with the same bounds."""

from io import BytesIO

import pytest
from docx import Document

from records.accounts import Role
from records.desk import BlindSample
from records.duties import Duty, DutyAction
from storage.duties import DutyRepository
from storage.samples import SampleRepository
from tests.console.conftest import Desk
from tests.console.flag_city import PNG, FlagCity, at, dead, portal
from tests.console.test_mine_api import Program


@pytest.fixture
def duty(desk: Desk) -> Duty:
    number = FlagCity(desk.tools).audit("dongcheng", at("11-16 21:00"))
    return DutyRepository(desk.tools.engine).open(
        site="dongcheng.example", unit="dongcheng", url=portal("dongcheng"), at=at("11-16 21:10"),
        due=at("11-19 00:00").date(), told="返回 403（拒绝访问）", night=None, audit=number,
    )  # fmt: skip


@pytest.fixture
def analyst(desk: Desk) -> Program:
    return Program(desk.as_role(Role.ANALYST))


@pytest.fixture
def drawn(desk: Desk) -> tuple[BlindSample, ...]:
    FlagCity(desk.tools).night(at("11-19 21:00"), {"dongcheng": [dead("dongcheng", f"p/{n}.html") for n in range(4)]})
    desk.as_role(Role.ANALYST).get("/samples")
    return SampleRepository(desk.tools.engine).of_day("linshui", desk.tools.today)


def test_a_duty_is_read_answered_and_closed(desk: Desk, duty: Duty, analyst: Program) -> None:
    """Listed with its term, its letter as words and as a document, a look with a picture, and closed once."""
    (found,) = analyst.get("/duties")["duties"]
    assert (found["id"], found["unit"], found["due"], found["looked"]) == (duty.id, "dongcheng", "2026-11-19", False)
    letter = analyst.get(f"/duties/{duty.id}/letter")
    assert letter["to"] == "东城县"
    file = analyst.client.get(f"/api/v1/duties/{duty.id}/letter.docx")
    assert any(letter["title"] in one.text for one in Document(BytesIO(file.content)).paragraphs)
    analyst.post(f"/duties/{duty.id}/letter")
    look = f"/duties/{duty.id}/look?saw=works&note=正常&name=../../{'长' * 300}.png"
    answer = analyst.client.post(f"/api/v1{look}", content=PNG, headers=analyst.headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["looked"] is True
    entry = answer.json()["entries"][-1]
    assert (entry["action"], entry["note"]) == ("looked", "可以正常打开：正常")
    assert analyst.post(f"/duties/{duty.id}/close", {"why": "已放行"})["closed"] is not None
    assert "已于" in analyst.post(f"/duties/{duty.id}/close", {"why": "再来"}, status=422)["error"]
    assert analyst.get("/duties")["total"] == 0
    assert analyst.get("/duties", which="closed")["total"] == 1
    kept = [one.action for one in DutyRepository(desk.tools.engine).load(duty.id).entries]
    assert kept == [DutyAction.OPENED, DutyAction.LETTER, DutyAction.LOOKED, DutyAction.CLOSED]
    assert [one.action for one in desk.tools.log.newest() if one.action.startswith("duty_")] == [
        "duty_close", "duty_look", "duty_letter",
    ]  # fmt: skip


def test_what_is_no_look_is_refused_in_words(desk: Desk, duty: Duty, analyst: Program) -> None:
    """No option of a command line is named to somebody who has none."""
    for query, body, told in (("saw=works", b"<script>", "不是图片"), ("saw=", PNG, "看到了什么")):
        answer = analyst.client.post(f"/api/v1/duties/{duty.id}/look?{query}", content=body, headers=analyst.headers)
        assert answer.status_code == 422
        assert told in answer.json()["error"]
        assert "--" not in answer.json()["error"]
    assert analyst.get("/duties/77", status=404)
    assert Program(desk.as_role(Role.UNIT, "dongcheng")).get("/duties", status=403)


def test_the_letter_names_how_we_are_reached(desk: Desk, duty: Duty, analyst: Program) -> None:
    """What the program was set up with stands in it where ``operator.yml`` says nothing; that file goes before."""
    assert desk.tools.contact
    assert f"联系方式：{desk.tools.contact}" in " ".join(analyst.get(f"/duties/{duty.id}/letter")["paragraphs"])
    desk.tools.home.mkdir(exist_ok=True)
    known = "format: chengjian.operator/1\nname: 临水市信用办\ncontact: office@example.test\naddresses: [203.0.113.7]\n"
    (desk.tools.home / "operator.yml").write_text(known, "utf-8")
    assert "联系方式：office@example.test" in desk.as_role(Role.ANALYST).get(f"/duties/{duty.id}")


def test_a_sample_is_judged_blind_by_programs_too(desk: Desk, drawn: tuple[BlindSample, ...], analyst: Program) -> None:
    """Our verdict comes with the answer and not before; the first answer counts; the figures follow."""
    told = analyst.get("/samples")
    assert [one["id"] for one in told["samples"]] == [one.id for one in drawn]
    assert {one["said"] for one in told["samples"]} == {None}
    assert told["left"] == len(drawn)
    failed = next(one for one in drawn if one.failed)
    answer = analyst.post(f"/samples/{failed.id}", {"answer": "good"})
    assert (answer["agrees"], bool(answer["said"])) == (False, True)
    assert "第一次的判断有效" in analyst.post(f"/samples/{failed.id}", {"answer": "bad"}, status=422)["error"]
    assert analyst.get("/samples")["left"] == len(drawn) - 1
    overall = next(
        one for one in analyst.get("/samples/rates") if (one["kind"], one["measures"]) == (None, "false_accusations")
    )
    assert (overall["wrong"], overall["judged"]) == (1, 1)
    desk.account("analyst-2", Role.ANALYST)
    colleague = Program(desk.signed_in("analyst-2"))
    assert {one["said"] for one in colleague.get("/samples")["samples"]} == {None}
    assert Program(desk.as_role(Role.AUDITOR)).post(f"/samples/{drawn[1].id}", {"answer": "bad"}, status=403)
