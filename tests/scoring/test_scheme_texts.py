"""The schemes that come with the program: complete, verbatim, adding up, citing their documents."""

import json
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from records.registry import UnitKind
from scoring.rules import RULE_KINDS
from scoring.scheme_schema import RULE_WORDS, scheme_schema
from services.schemes import SCHEME_IDS, check_scheme, scheme_text

ROWS = {"nanyang-county": 28, "nanyang-department": 15, "jiyuan": 35, "huaian": 14, "nanyang-2020": 12, "jiaxian": 20}
TABLES = {"nanyang-county": "NYC", "nanyang-department": "NYD", "jiyuan": "JY", "huaian": "HA", "jiaxian": "JX"}


def test_the_registry_names_every_scheme_file() -> None:
    found = {entry.name for entry in files("scoring").joinpath("schemes").iterdir() if entry.name.endswith(".yml")}
    assert found == {f"{name}.yml" for name in SCHEME_IDS}


@pytest.mark.parametrize("name", SCHEME_IDS)
def test_a_scheme_is_whole_and_without_fault(name: str, scheme: Any) -> None:
    assert check_scheme(name).faults == ()
    assert scheme(name).id == name
    assert len(scheme(name).indicators) == ROWS[name]
    for row in scheme(name).indicators:
        assert row.cite
        assert row.text
        assert row.reading


@pytest.mark.parametrize("name", SCHEME_IDS)
def test_the_words_of_the_rule_stand_so_in_the_document(name: str, scheme: Any, shared: Path) -> None:
    """规则原文 is quoted, not paraphrased: white space apart it is found in the seed file that the scheme cites."""
    seed = (shared / "seeds" / scheme(name).document.file).read_text(encoding="utf-8")
    body = "".join(seed.split())
    for row in scheme(name).indicators:
        if not row.lost:
            assert "".join(row.text.split()) in body, row.id
    overrides = [override.text for override in scheme(name).overrides]
    for text in [*overrides, *([scheme(name).grades.text] if scheme(name).grades else [])]:
        assert "".join(text.split()) in body


@pytest.mark.parametrize("name", TABLES)
def test_weights_are_those_of_the_transcription(name: str, scheme: Any, shared: Path) -> None:
    rows = json.loads((shared / "SEED_RULES.json").read_text(encoding="utf-8"))[TABLES[name]]
    assert [row["id"] for row in rows] == [indicator.id for indicator in scheme(name).indicators]
    for row, indicator in zip(rows, scheme(name).indicators, strict=True):
        assert indicator.weight == Decimal(str(row.get("points", 0))), row["id"]


def test_full_marks_by_kind_of_unit(scheme: Any) -> None:
    """HA: A-class rows and the town section leave the full marks of those to whom they do not apply."""
    assert scheme("nanyang-county").full_for(UnitKind.COUNTY) == 100
    assert scheme("nanyang-department").full_for(UnitKind.DEPARTMENT) == 100
    assert scheme("jiyuan").full_for(UnitKind.DEPARTMENT) == 100  # bonus and penalty rows come on top
    assert scheme("huaian").full_for(UnitKind.DEPARTMENT_A) == 100
    assert scheme("huaian").full_for(UnitKind.DEPARTMENT_B) == 90
    assert scheme("huaian").full_for(UnitKind.TOWN) == 120
    assert scheme("nanyang-2020").full_for(UnitKind.COUNTY) == 100
    assert scheme("jiaxian").full_for(UnitKind.TOWN) is None


def test_the_documents_contradictions_are_remarked_and_not_hidden() -> None:
    county = [str(remark) for remark in check_scheme("nanyang-county").remarks]
    assert len(county) == 1
    assert "NYC-14" in county[0]
    huaian = " ".join(str(remark) for remark in check_scheme("huaian").remarks)
    for part in ("HA-3.x", "HA-3.z", "90", "120"):
        assert part in huaian


@pytest.mark.parametrize("name", SCHEME_IDS)
def test_an_editor_with_our_schema_accepts_our_schemes(name: str) -> None:
    """The editor reads YAML with its usual guesses, and must still agree."""
    jsonschema.Draft202012Validator(scheme_schema()).validate(yaml.safe_load(scheme_text(name)[0]))


def test_the_editors_schema_knows_every_rule_kind() -> None:
    jsonschema.Draft202012Validator.check_schema(scheme_schema())
    assert set(RULE_WORDS) == set(RULE_KINDS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: presence", "kind: present"),
        ("weight: 2\n", "weigth: 2\n"),
        ("period: round", "period: sometimes"),
        ("step: 0.1", "step: a little"),
        ("better: lower", "better: smaller"),
        ("combination:", "combinations:"),
    ],
)
def test_the_editor_and_the_checker_refuse_the_same_slips(old: str, new: str) -> None:
    from scoring.scheme_text import parse_scheme

    text = scheme_text("nanyang-county")[0].replace("full: 100\n", "full: 100\ncombination: sum\n")
    assert old in text
    text = text.replace(old, new, 1)
    assert not jsonschema.Draft202012Validator(scheme_schema()).is_valid(yaml.safe_load(text))
    assert parse_scheme(text, "x.yml").faults
