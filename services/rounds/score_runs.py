"""The score runs of a round: the preliminary one from the sources, the final one from the preliminary and the reviews.

The final run is not gathered again: it takes the preliminary run's inputs and changes the rows whose review was
accepted, nothing else.  A refused review therefore moves no number, and neither does what happened meanwhile.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from records.registry import City
from records.rounds import Stage
from services.rounds.life import RoundState
from services.rounds.reviews import accepted_values
from services.rounds.standing import Round, scheme_of
from services.run_document import read_inputs
from services.schemes import WrongCallError
from services.score_round import Sources, inputs_of, result_of
from storage.canonical import canonical_json, read_canonical
from storage.runs import KeptRun, RunHead, RunRepository

Cell = tuple[str, str]  # unit, indicator


#: Up to here a run is made while its asker waits: cells (units × rows) to score, audits to read.
MOST_CELLS_AT_ONCE: Final = 2_000
MOST_AUDITS_AT_ONCE: Final = 40


def is_quick(found: Round, audits_in_period: int) -> bool:
    """Whether the run that the round needs takes well under a second; a longer one is a job for the worker."""
    cells = len(found.plan.units) * len(found.plan.rows)
    gathers = found.state.stage in (Stage.COLLECTING, Stage.VERIFYING)
    return cells <= MOST_CELLS_AT_ONCE and (not gathers or audits_in_period <= MOST_AUDITS_AT_ONCE)


def round_run(
    found: Round,
    gather: Callable[[], tuple[City, Sources]],
    *,
    runs: RunRepository,
    program: str,
    now: datetime,
    flags: Mapping[str, tuple[str, ...]],
) -> RunHead:
    """The run that the round needs next: from the sources before the preliminary result, from the reviews after.

    ``gather`` is asked only for the former.  Raises ``WrongCallError`` in every other stage.
    """
    if found.state.stage in (Stage.COLLECTING, Stage.VERIFYING):
        city, sources = gather()
        return preliminary_run(found, city, sources=sources, runs=runs, program=program, now=now, flags=flags)
    if found.state.stage is Stage.REEVALUATING:
        if flags:
            raise WrongCallError("复评的计分只在初评的基础上改动申诉被采纳的各项，不能再加标记")
        return final_run(found, runs=runs, program=program, now=now)
    raise WrongCallError("只在信息采集、信息核实阶段（初评计分）和复评阶段（送审计分）才计分")


def preliminary_run(
    found: Round,
    city: City,
    *,
    sources: Sources,
    runs: RunRepository,
    program: str,
    now: datetime,
    flags: Mapping[str, tuple[str, ...]],
) -> RunHead:
    """Score the units of the round from what is stored, by the scheme that it was opened with, and keep the run."""
    if city.id != found.plan.city:
        raise WrongCallError(f"本轮属于城市 {found.plan.city}，现用的登记表是 {city.id} 的；请换用本轮城市的登记表")
    taking_part = {unit.id for unit in found.plan.units}
    if lost := taking_part - {unit.id for unit in city.units if unit.evaluated}:
        raise WrongCallError(f"登记表中已没有本轮的单位：{'、'.join(sorted(lost))}；请恢复登记，或退回另建一轮")
    own = replace(city, units=tuple(replace(unit, evaluated=unit.id in taking_part) for unit in city.units))
    scheme = scheme_of(found)
    inputs = inputs_of(
        scheme, found.stored.scheme_text, own, found.plan.period, sources=sources, program=program, flags=flags
    )
    return _keep(found, inputs, runs, program, now)


def final_run(found: Round, *, runs: RunRepository, program: str, now: datetime) -> RunHead:
    """The run to be audited: the preliminary one where no review was accepted, else a new one."""
    state = found.state
    if state.preliminary_run is None or state.answers.open_rows:
        raise WrongCallError("还有申诉没有决定，请先逐项作出决定")
    before = runs.load(state.preliminary_run)
    if not state.answers.accepted:
        return before.head
    return _keep(found, reviewed_inputs(before.inputs, state, program), runs, program, now)


def reviewed_inputs(before: bytes, state: RoundState, program: str) -> bytes:
    """The inputs of a run with the accepted reviews in them; what they replace stands beside."""
    document: dict[str, Any] = read_canonical(before)
    new = {(value.unit, value.indicator): value for value in accepted_values(state)}
    old = [value for value in document["values"] if _cell(value) in new]
    document["values"] = [new.get(_cell(value), value) for value in document["values"]]
    present = {_cell(value) for value in old}
    document["values"] += [value for cell, value in new.items() if cell not in present]
    document["beside"] = [*document["beside"], *old]
    for word in ("discrepancies", "doubts"):  # the decision answers them
        document[word] = [one for one in document[word] if _cell(one) not in new]
    document["program"] = program
    return canonical_json(document)


def _cell(document: Mapping[str, Any]) -> Cell:
    return document["unit"], document["indicator"]


def _keep(found: Round, inputs: bytes, runs: RunRepository, program: str, now: datetime) -> RunHead:
    plan = found.plan
    return runs.add(
        city=plan.city,
        scheme=plan.scheme,
        scheme_version=plan.scheme_version,
        scheme_sha256=plan.scheme_sha256,
        period=str(plan.period),
        program=program,
        made_at=now,
        inputs=inputs,
        result=result_of(read_inputs(inputs)),
    )


def unexplained(before: KeptRun, after: KeptRun, state: RoundState) -> tuple[Cell, ...]:
    """Rows whose value differs between two runs though no accepted review says so, or not as it says."""
    old, new = read_inputs(before.inputs), read_inputs(after.inputs)
    decided = {(one.unit, one.indicator): one.value for one in accepted_values(state)}
    cells = [*old.by_cell, *(cell for cell in (*new.by_cell, *decided) if cell not in old.by_cell)]
    wrong = []
    for cell in dict.fromkeys(cells):
        then, now = old.by_cell.get(cell), new.by_cell.get(cell)
        if cell in decided:
            same = now is not None and canonical_json(now.value) == canonical_json(decided[cell])
        else:
            same = (then is None) is (now is None) and (
                then is None
                or now is None
                or (then.state is now.state and canonical_json(then.value) == canonical_json(now.value))
            )
        if not same:
            wrong.append(cell)
    wrong += [(unit, "（标记）") for unit in old.flags if old.flags[unit] != new.flags.get(unit)]
    return tuple(wrong)
