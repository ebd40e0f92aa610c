"""Score the values of a file under a scheme, and under another reading of it where one is asked for."""

import sys
from dataclasses import dataclass
from pathlib import Path

from scoring.compare import UnitMove, moves
from scoring.model import Scheme
from scoring.rank_floor import RankFloor
from scoring.result import UnitScore
from scoring.scorer import score_units
from scoring.values import read_values
from services.schemes import MAX_BYTES, WrongCallError, check_scheme, load_scheme, read_text


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The same values under the altered scheme, and what moves."""

    scheme: Scheme
    units: tuple[UnitScore, ...]
    moves: tuple[UnitMove, ...]
    remarks: tuple[str, ...]  # contradictions of the altered scheme that the scheme itself has not


@dataclass(frozen=True, slots=True)
class ScoreRun:
    scheme: Scheme
    period: str
    units: tuple[UnitScore, ...]
    what_if: WhatIf | None = None
    gate: tuple[str, ...] = ()  # Chinese: when a finding of the watch by night counts; empty where no night watched
    rank_floor: RankFloor | None = None  # what a unit needs to be ranked; None: a total is enough


def score_values(scheme_name: str, values_text: str, what_if: Path | None = None) -> ScoreRun:
    """Scores of a values document (`chengjian.values/1`).  WrongCallError, one line for each thing that is wrong."""
    scheme = load_scheme(scheme_name)
    values, faults = read_values(values_text, scheme)
    if values is None:
        raise WrongCallError(*(str(fault) for fault in faults))
    units = score_units(scheme, values.units)
    if what_if is None:
        return ScoreRun(scheme, values.period, units)
    altered, remarks = _altered(scheme_name, what_if)
    # the values are read anew: another reading may ask for another shape, and then they must not pass unseen
    other_values, faults = read_values(values_text, altered)
    if other_values is None:
        raise WrongCallError(*(f"在假设的方案下：{fault}" for fault in faults))
    others = score_units(altered, other_values.units)
    return ScoreRun(scheme, values.period, units, WhatIf(altered, others, moves(units, others), remarks))


def _altered(scheme_name: str, what_if: Path) -> tuple[Scheme, tuple[str, ...]]:
    reading = check_scheme(scheme_name, what_if)
    if reading.scheme is None:
        raise WrongCallError(*(str(fault) for fault in reading.faults))
    known = {remark.text for remark in check_scheme(scheme_name).remarks}
    return reading.scheme, tuple(remark.text for remark in reading.remarks if remark.text not in known)


def read_values_text(path: Path) -> str:
    """The text of a values file; `-` is standard input."""
    if str(path) != "-":
        return read_text(path, "值文件")
    body = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise WrongCallError(f"值文件过大（超过 {MAX_BYTES // 1024 // 1024} MB）")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongCallError(f"值文件不是 UTF-8 文本（第 {error.start} 字节），请另存为 UTF-8") from None
