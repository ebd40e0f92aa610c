"""The form itself: protected where it must not change, text that stays text, lists where a list is meant."""

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from records.registry import Unit, UnitKind
from scoring_bridge.filing_sheets import EVIDENCE, LISTS, REASONS, VALUES
from services.filing_template import TemplateFile, forms_for, make_templates
from services.schemes import SCHEME_IDS, load_scheme


def book_of(city: Any, scheme: str = "nanyang-county", provider: str = "市信用办") -> openpyxl.Workbook:
    (form,) = forms_for(load_scheme(scheme), "2026", provider)
    (file,) = make_templates(form, city, until=None, apart=False)
    return openpyxl.load_workbook(io.BytesIO(file.body))


def test_headers_are_locked_and_cells_to_fill_in_are_open(city: Any) -> None:
    sheet = book_of(city)[VALUES]
    assert sheet.protection.sheet
    assert sheet.row_dimensions[1].hidden
    assert all(cell.protection.locked for row in sheet["A1:V4"] for cell in row)
    assert all(not cell.protection.locked for row in sheet["C5:V7"] for cell in row)
    assert [sheet.cell(row, 2).value for row in range(5, 9)] == ["青山县", "白水县", "红岭区", None]


def test_only_one_sheet_is_selected(city: Any) -> None:
    """With two selected a program edits both at once, and the cover would hold the values."""
    book = book_of(city)
    assert book.active is book.worksheets[0]
    assert not any(sheet.sheet_view.tabSelected for sheet in book.worksheets[1:])


def test_values_are_validated_by_the_shape_of_the_row(city: Any) -> None:
    book = book_of(city)
    sheet = book[VALUES]
    keys = {cell.value: cell.column_letter for cell in sheet[1]}
    kinds = {
        str(one.sqref).partition(":")[0].rstrip("0123456789"): one for one in sheet.data_validations.dataValidation
    }
    assert (kinds[keys["NYC-06"]].type, kinds[keys["NYC-06"]].formula2) == ("decimal", "1")
    assert kinds[keys["NYC-25"]].type == "whole"
    assert sheet[f"{keys['NYC-06']}5"].number_format.endswith("%")
    flags = book_of(city, "nanyang-department", "自主报送")[VALUES]
    lists = [one.formula1 for one in flags.data_validations.dataValidation if one.type == "list"]
    assert lists
    assert all(LISTS in formula for formula in lists)
    assert book[LISTS].sheet_state == "veryHidden"
    assert {one.title for one in book.worksheets} >= {EVIDENCE, REASONS}


def test_words_that_look_like_formulas_stay_words(city: Any) -> None:
    """A unit, a rule or a scheme may be called anything; whoever opens the form must not run it."""
    evil = Unit("evil", '=HYPERLINK("http://x","y")', UnitKind.COUNTY)
    others = [
        Unit(f"u{n}", name, UnitKind.COUNTY) for n, name in enumerate(("+1", "-1", "@SUM(A1)", "\t=1", "甲\x00乙"))
    ]
    sheet = book_of(replace(city, units=(evil, *others)))[VALUES]
    for row, name in enumerate(('=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)"), start=5):
        cell = sheet.cell(row, 2)
        assert (cell.data_type, cell.quotePrefix) == ("s", True)
        assert cell.value == name
    assert sheet.cell(10, 2).value == "甲乙"


def test_a_row_that_does_not_apply_to_a_unit_is_shut(city: Any) -> None:
    sheet = book_of(city, "huaian", "信用办")[VALUES]
    units = {sheet.cell(row, 2).value: row for row in range(5, 7)}
    keys = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.cell(units["乙镇"], keys["HA-1.2"]).protection.locked
    assert not sheet.cell(units["甲部门"], keys["HA-1.2"]).protection.locked


@pytest.mark.parametrize("scheme", SCHEME_IDS)
def test_every_provider_of_every_scheme_gets_a_form_with_a_name_for_any_system(city: Any, scheme: str) -> None:
    files: list[TemplateFile] = []
    for form in forms_for(load_scheme(scheme), "2026", "all"):
        files += make_templates(form, city, until=None, apart=True)
    assert files
    assert len({file.name for file in files}) == len(files)
    for file in files:
        assert file.name.endswith(".xlsx")
        assert not set(file.name) & set('\\/:*?"<>| \t\n')
