"""Fixtures: a scheme by id, and scoring through the whole door (JSON text in, UnitScore out)."""

import json
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scoring.model import Scheme
from scoring.result import UnitScore
from scoring.scorer import score_units
from scoring.values import read_values
from services.schemes import load_scheme

Unit = dict[str, Any]
Score = Callable[[str, Sequence[Unit]], tuple[UnitScore, ...]]


@cache
def _scheme(name: str) -> Scheme:
    return load_scheme(name)


@pytest.fixture(scope="session")
def scheme() -> Callable[[str], Scheme]:
    return _scheme


def values_text(scheme: str, units: Sequence[Unit]) -> str:
    return json.dumps({"schema": "chengjian.values/1", "scheme": scheme, "period": "2026", "units": units})


@pytest.fixture(scope="session")
def score() -> Score:
    def scored(name: str, units: Sequence[Unit]) -> tuple[UnitScore, ...]:
        values, faults = read_values(values_text(name, units), _scheme(name))
        assert not faults, [str(fault) for fault in faults]
        assert values is not None
        return score_units(_scheme(name), values.units)

    return scored


@pytest.fixture(scope="session")
def refusals() -> Callable[[str, Sequence[Unit]], list[str]]:
    def refused(name: str, units: Sequence[Unit]) -> list[str]:
        values, faults = read_values(values_text(name, units), _scheme(name))
        assert (values is None) == bool(faults)  # nothing is half taken
        return [str(fault) for fault in faults]

    return refused


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = Path(os.environ.get("CHENGJIAN_SHARED", Path(__file__).parents[3] / "shared"))
    if not folder.is_dir():
        pytest.skip(f"the shared folder {folder} is not there")
    return folder
