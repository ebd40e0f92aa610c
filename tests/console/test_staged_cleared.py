"""What was uploaded or begun for a round and never handed in does not lie there for ever."""

from datetime import date

from records.accounts import Role
from records.rounds import Stage
from services.clear_staged import clear_staged
from services.staged_files import StagedFiles
from storage.filing_drafts import FilingDrafts
from tests.console.rounds_at_desk import advanced, opened
from tests.console.test_mine_filings import PDF, png, upload


def test_what_was_never_handed_in_goes_with_its_round(desk) -> None:
    """Files and drafts of a round that is over are gone from table and disk; those of a living round stay."""
    old, new = opened(desk).plan.id, opened(desk, "2026Q4").plan.id
    east = desk.as_role(Role.UNIT, "dongcheng")
    for round_id, body in ((old, PDF), (new, png())):
        upload(east, f"/mine/filings/{round_id}/NYC-13/files", "清单.pdf" if body == PDF else "照片.png", body)
        east.post(f"/mine/filings/{round_id}/NYC-13/draft", reason="先记一笔")
    advanced(desk, old, Stage.FEEDBACK, delivered=date(2026, 11, 20))
    upload(east, f"/mine/reviews/{old}/NYC-05/files", "材料.png", png(b"2"))
    upload(east, f"/mine/filings/{new}/workbook/files", "同一份.pdf", PDF)  # the same content is staged twice
    drafts = FilingDrafts(desk.tools.engine, desk.tools.city.id)
    staged = StagedFiles(desk.tools.home / "uploads", drafts)

    def clear() -> int:
        return clear_staged(staged, {one.id: one.stage for one in desk.tools.evaluation.book.briefs("linshui")})

    assert clear() == 0
    assert len(drafts.uploads("dongcheng")) == 4
    advanced_to_final = {one.id: one.stage for one in desk.tools.evaluation.book.briefs("linshui")} | {old: Stage.FINAL}
    assert clear_staged(staged, advanced_to_final) == 2
    left = drafts.uploads("dongcheng")
    assert {one.place.split(":")[1] for one in left} == {new}
    assert set(drafts.of_unit("dongcheng")) == {f"filing:{new}:县市区:NYC-13"}
    assert {path.name for path in (desk.tools.home / "uploads").rglob("*") if path.is_file()} == {
        one.sha256 for one in left
    }
    assert clear_staged(staged, {}) == 2  # rounds that are not there any more: the row, and the workbook
    assert drafts.places() == ()
