"""The verifier's desk: a queue, side by side, two persons, nothing overwritten; and what a decision does to a score."""

import re

import pytest

from console.own_unit import filings_of
from records.accounts import Role
from storage.filing_queue import FilingQueue
from tests.console.rounds_at_desk import SCHEME, opened, scored

TEXT = "东城县2026年度告知书。联系人身份证 11010519491231002X，电话 13812345678。"


@pytest.fixture
def round_id(desk):
    return opened(desk).plan.id


@pytest.fixture
def east(desk):
    return desk.as_role(Role.UNIT, "dongcheng")


@pytest.fixture
def verifier(desk):
    return desk.as_role(Role.VERIFIER)


def docx(text):
    import io

    from docx import Document

    made = Document()
    made.add_paragraph(text)
    body = io.BytesIO()
    made.save(body)
    return body.getvalue()


def file_row(browser, round_id, row="NYC-10", body=None, **fields):
    path = f"/mine/filings/{round_id}/{row}"
    form = {"state": "supplied", "p-": "是", "effective": "2026-10-31", **fields}
    if body is not None:
        answer = browser.client.post(
            f"{path}/files", params={"name": "证明.docx"}, content=body,
            headers={"x-csrf-token": browser.csrf, "hx-request": "true", "content-type": "application/octet-stream"},
        )  # fmt: skip
        form["upload"] = re.search(r"upload-(\d+)", answer.text)[1]
    browser.post(path, **form)


def newest(desk):
    return max(filings_of(desk.tools).standing(SCHEME, "2026", "linshui"), key=lambda kept: kept.id)


def points(desk, round_id, unit, row):
    run = desk.tools.evaluation.shelf.open(scored(desk, round_id).id)
    return next(one for one in run.units[unit].indicators if one.id == row)


def test_a_returned_row_is_open_and_an_accepted_one_counts_as_before(desk, round_id, east, verifier):
    """What was sent back feeds no score: the row is pending, and says why; what is accepted moves nothing."""
    file_row(east, round_id)
    before = points(desk, round_id, "dongcheng", "NYC-10")
    assert (before.state, str(before.points)) == ("scored", "2.00")
    kept = newest(desk)
    verifier.post("/filings/decide", value=f"{kept.id}:0", outcome="accepted")
    assert points(desk, round_id, "dongcheng", "NYC-10") == before
    verifier.post("/filings/decide", value=f"{kept.id}:1", outcome="returned", reason="证明不是本年度的")
    after = points(desk, round_id, "dongcheng", "NYC-10")
    assert (after.state, after.points, after.missing) == ("pending", None, "not_supplied")
    assert "退回" in after.because
    assert "证明不是本年度的" in after.because


def test_the_unit_sees_why_and_files_anew(desk, round_id, east, verifier):
    """The reason is on its pages, the row is owed again, and the new filing stands; nothing of the old is lost."""
    file_row(east, round_id)
    kept = newest(desk)
    verifier.post("/filings/decide", value=f"{kept.id}:0", outcome="returned", reason="请附盖章件")
    assert "请附盖章件" in east.get("/mine/filings")
    assert "被退回" in east.get("/mine")
    file_row(east, round_id)  # the very same again: handed in anew, not "known"
    again = newest(desk)
    assert again.id != kept.id
    assert again.supersedes == kept.id
    assert not again.returned
    assert points(desk, round_id, "dongcheng", "NYC-10").state == "scored"
    text = verifier.get(f"/filings/{again.id}")
    assert "请附盖章件" in text
    assert f"/filings/{kept.id}" in text
    assert "已被后来的填报替代" in verifier.get(f"/filings/{kept.id}")


def test_two_verifiers_do_not_overwrite_each_other(desk, round_id, east, verifier):
    """The second is told who decided what and when; the first decision stands."""
    file_row(east, round_id)
    kept = newest(desk)
    desk.account("second", Role.VERIFIER)
    second = desk.signed_in("second")
    verifier.post("/filings/decide", value=f"{kept.id}:0", outcome="accepted")
    text = second.post("/filings/decide", status=422, value=f"{kept.id}:0", outcome="returned", reason="再看看")
    assert "测verifier（verifier）" in text
    assert "审核通过" in text
    assert "没有改动" in text
    assert newest(desk).decision.outcome == "accepted"
    assert len(FilingQueue(desk.tools.engine).decisions([kept.id])) == 1


def test_a_double_click_decides_once(desk, round_id, east, verifier):
    """The same form twice: one decision, and a sentence."""
    file_row(east, round_id)
    kept = newest(desk)
    verifier.post("/filings/decide", value=f"{kept.id}:0", outcome="returned", reason="缺章")
    assert "没有改动" in verifier.post(
        "/filings/decide", status=422, value=f"{kept.id}:0", outcome="returned", reason="缺章"
    )
    assert len(FilingQueue(desk.tools.engine).decisions([kept.id])) == 1


def test_who_filed_does_not_verify(desk, round_id):
    """Two persons: somebody who handed it in by another way is still the same person."""
    desk.account("clerk", Role.OFFICE)
    clerk = desk.signed_in("clerk")
    handed_in_by(desk, "测clerk")
    kept = newest(desk)
    assert "应由另一人审核" in clerk.post("/filings/decide", status=422, value=f"{kept.id}:0", outcome="accepted")
    assert newest(desk).decision is None


def handed_in_by(desk, name):
    """An office's filing by the command line, under a name."""
    import json

    from services.attachments import AttachmentFolder
    from services.import_filing import FilingImport, ImportCall, Outcome

    path = desk.tools.home / "in.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        {"unit": "东城县", "indicator": "NYC-14", "value": 1},
        {"unit": "西城县", "indicator": "NYC-14", "value": 2},
    ]
    document = {
        "schema": "chengjian.filing/1",
        "scheme": SCHEME,
        "period": "2026",
        "provider": "市信用办",
        "rows": rows,
    }
    path.write_text(json.dumps(document))

    class Reader:
        def text_of(self, body, kind):
            return "", ""

    call = ImportCall(by=name)
    taken = FilingImport(filings_of(desk.tools), desk.tools.city, AttachmentFolder(None, Reader()), call, desk.clock())
    assert taken.take(path).outcome is Outcome.ACCEPTED


def test_many_at_once_and_what_could_not_be_is_said(desk, round_id, east, verifier):
    """The good ones are done, and each that was left is named with the reason."""
    file_row(east, round_id)
    own = newest(desk)
    handed_in_by(desk, "局办")
    others = [kept.id for kept in filings_of(desk.tools).standing(SCHEME, "2026") if kept.id != own.id]
    verifier.post("/filings/decide", value=f"{others[0]}:0", outcome="accepted")
    text = verifier.post("/filings/decide", value=[f"{number}:0" for number in (own.id, *others)], outcome="accepted")
    assert "审核通过 2 项" in text
    assert "1 项没有处理" in text


def test_the_queue_is_filtered_and_paged_by_the_address(desk, round_id, east, verifier):
    """Filters stay in the address; a decided row leaves the queue of new ones and is found in its own."""
    file_row(east, round_id)
    handed_in_by(desk, "局办")
    text = verifier.get("/filings")
    assert "待审核（3）" in text
    assert text.count('name="value"') == 3
    text = verifier.get("/filings?unit=xicheng")
    assert "西城县 NYC-14" in text
    assert text.count('name="value"') == 1
    assert "东城县 NYC-10" in verifier.get("/filings?provider=%E5%8E%BF%E5%B8%82%E5%8C%BA")
    kept = next(one for one in filings_of(desk.tools).standing(SCHEME, "2026", "linshui", "xicheng"))
    verifier.post("/filings/decide", value=f"{kept.id}:0", outcome="returned", reason="口径不对")
    assert "西城县" not in re.sub(r"<option.*?</option>", "", verifier.get("/filings"))
    assert "口径不对" in verifier.get("/filings?state=returned")


def test_personal_numbers_are_masked_for_all_but_the_reviewer(desk, round_id, east, verifier):
    """The text of the evidence shows identity and phone numbers to who verifies it, and to nobody else."""
    file_row(east, round_id, body=docx(TEXT))
    kept = newest(desk)
    assert "11010519491231002X" in verifier.get(f"/filings/{kept.id}")
    for role in (Role.ANALYST, Role.AUDITOR):
        reader = desk.as_role(role)
        text = reader.get(f"/filings/{kept.id}")
        assert "告知书" in text
        assert "11010519491231002X" not in text
        assert "13812345678" not in text
        assert reader.client.get(f"/filings/{kept.id}/files/0").status_code == 403
        assert reader.client.post("/filings/decide", data={"csrf": reader.csrf}).status_code == 403


def test_evidence_is_a_download_that_cannot_run(desk, round_id, east, verifier):
    """As an attachment, sandboxed, under a clean name."""
    file_row(east, round_id, body=docx(TEXT))
    answer = verifier.client.get(f"/filings/{newest(desk).id}/files/0")
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["content-type"] == "application/octet-stream"


def test_the_checks_read_the_evidence(desk, round_id, east, verifier):
    """Own name and year in the text, the same file elsewhere, the day of effect in the period."""
    body = docx(TEXT)
    file_row(east, round_id, body=body)
    text = verifier.get(f"/filings/{newest(desk).id}")
    assert "出现本单位名称，出现“2026”" in text
    assert "在2026年度之内" in text
    west = desk.as_role(Role.UNIT, "xicheng")
    file_row(west, round_id, body=body, effective="2025-12-31")
    text = verifier.get(f"/filings/{newest(desk).id}")
    assert "没有出现本单位名称" in text
    assert "早于2026年度" in text
    assert "还用于：东城县 NYC-10" in text
    assert "同一文件用于多处" in verifier.get("/filings")


def test_beside_what_was_monitored(desk, round_id, east, verifier):
    """Without a run there is nothing to compare with, and that is said."""
    file_row(east, round_id)
    kept = newest(desk)
    path = f"/filings/{kept.id}/monitored"
    assert "还没有计分" in verifier.get(path)
    scored(desk, round_id)
    assert "没有监测值" in verifier.get(path)


def test_a_unit_has_no_way_into_the_queue(desk, round_id, east):
    """It sees its own through its own pages alone."""
    file_row(east, round_id)
    for path in ("/filings", f"/filings/{newest(desk).id}", f"/filings/{newest(desk).id}/files/0"):
        assert east.client.get(path).status_code == 403


def test_what_was_decided_is_in_the_log(desk, round_id, east, verifier):
    """Who, what, why, and what it was before."""
    file_row(east, round_id)
    kept = newest(desk)
    verifier.post("/filings/decide", value=f"{kept.id}:0", outcome="returned", reason="缺章")
    (entry,) = desk.tools.log.newest(action="return_filings")
    assert entry.by == "verifier"
    assert "缺章" in entry.told
    assert entry.detail == {"values": [kept.id], "before": ["new"]}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"outcome": "returned"}, "退回须写明理由"),
        ({"outcome": "destroyed"}, "请选择"),
        ({"outcome": "accepted", "value": "x"}, "编号不对"),
        ({"outcome": "accepted", "value": "99999999:0"}, "没有这项填报"),
    ],
)
def test_a_wrong_form_is_one_sentence(desk, round_id, east, verifier, fields, told):
    """What is wrong, and nothing decided."""
    file_row(east, round_id)
    kept = newest(desk)
    assert told in verifier.post("/filings/decide", status=422, **{"value": f"{kept.id}:0", **fields})
    assert newest(desk).decision is None
