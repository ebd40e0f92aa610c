"""Every form of every scheme, filled in by chance, comes back as values that the scheme can score."""

import io
import random
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from scoring.scorer import score_units
from scoring.values import UnitValues
from scoring_bridge.filing_form import Field, FieldKind
from services.filing_template import forms_for, make_templates
from services.import_filing import FileReport, Outcome
from services.schemes import SCHEME_IDS, load_scheme
from storage.filings import FilingRepository


def written(field: Field, chance: random.Random) -> Any:
    """Something that a person could enter in a cell of the column."""
    match field.kind:
        case FieldKind.FLAG:
            return chance.choice("是否") if field.required else "否"
        case FieldKind.CHOICE:
            return chance.choice(field.choices)[0]
        case FieldKind.COUNT:
            return chance.randint(0, 5)
        case FieldKind.RATE:
            return chance.randint(0, 10_000) / 10_000
        case FieldKind.NUMBER:
            high = getattr(field.shape, "high", None)
            return 12.5 if high is None else float(high)
        case FieldKind.TEXT:
            return "说明"
        case FieldKind.ITEMS:
            return None


@pytest.mark.parametrize("scheme_id", SCHEME_IDS)
def test_every_form_comes_back_as_values_of_its_scheme(
    scheme_id: str, city: Any, hand_in: Callable[..., FileReport], filings: FilingRepository
) -> None:
    chance = random.Random(7)
    scheme = load_scheme(scheme_id)
    entered = 0
    for form in forms_for(scheme, "2026", "all"):
        for file in make_templates(form, city, until=None, apart=True):
            book = openpyxl.load_workbook(io.BytesIO(file.body))
            sheet = book["填报"]
            columns = {cell.value: cell.column for cell in sheet[1]}
            for row in range(5, sheet.max_row + 1):
                for field in form.fields:
                    cell = sheet.cell(row, columns[field.key])
                    if not cell.protection.locked:
                        cell.value = written(field, chance)
            content = io.BytesIO()
            book.save(content)
            report = hand_in(content.getvalue(), file.name)
            assert report.outcome is Outcome.ACCEPTED, (file.name, report.faults, report.refused_rows)
            entered += len(report.rows)
    assert len(filings.standing(scheme_id, "2026")) == entered
    values = filings.values("nanyang", scheme_id, "2026")
    rows = {row.id: row for row in scheme.indicators}
    assert {value.indicator for value in values} == {i for i, row in rows.items() if row.source != "大数据监测"}
    units = tuple(
        UnitValues(
            unit.id,
            unit.name,
            unit.kind,
            {v.indicator: rows[v.indicator].rule.shape.read(v.value) for v in values if v.unit == unit.id},
        )
        for unit in city.units
        if any(value.unit == unit.id for value in values)
    )
    for score in score_units(scheme, units):
        assert {one.state.value for one in score.indicators if one.id in {v.indicator for v in values}} <= {
            "scored",
            "not_applicable",
        }
