"""What an office does with a round: each verb checks the rules and adds one entry to the log, or says why not."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from records.period import Period
from records.registry import City, Unit
from records.rounds import (
    STAGE_NAMES,
    STAGES,
    Advanced,
    Confirmed,
    Entry,
    Opened,
    ReviewAsked,
    ReviewDecided,
    ReviewOutcome,
    ReviewRow,
    RoundPlan,
    RoundRow,
    RoundUnit,
    Stage,
    SteppedBack,
)
from records.work_calendar import UnknownYearError, WorkCalendar
from scoring.model import PERIOD_NAMES, Scheme
from scoring.scheme_text import parse_scheme
from services.period import read_period
from services.registry.unit_search import find_unit
from services.rounds.carry_over import HeldRecord, held_records
from services.rounds.life import BEIJING, RoundRuleError, RoundState, check, next_stage
from services.rounds.review_values import read_value
from services.rounds.round_text import entry_text
from services.rounds.score_runs import unexplained
from services.rounds.standing import Round, as_round, scheme_of
from services.run_document import read_inputs
from services.schemes import WrongCallError, scheme_text
from storage.errors import StorageError
from storage.rounds import RoundRepository, StoredRound
from storage.runs import RunRepository

REVIEW_TERM: Final = 5  # working days (宛信用办〔2020〕10号 评价办法 article 10(四))

Beside = Callable[[Connection, Entry], None]  # what is to be written in one unit of work with an entry of the log


def _nothing(_connection: Connection, _entry: Entry) -> None:
    """Most entries stand alone."""


CheckMaterials = Callable[[tuple[str, ...]], None]  # hashes; raises where a file is missing or changed
EnteredBy = Callable[[RoundPlan, str, str], Collection[str]]  # plan, unit, indicator → who entered the value


class RoundOffice:
    """Every verb raises WrongCallError where the call or the measures do not allow it; then nothing was written.

    `seen` is how many entries the log had when the caller decided: where somebody was quicker, or the same form comes
    twice, it is refused and says what was done meanwhile.  `beside` writes in the same unit of work as the entry.
    """

    def __init__(
        self,
        rounds: RoundRepository,
        runs: RunRepository,
        *,
        calendar: WorkCalendar,
        now: Callable[[], datetime],
        entered_by: EnteredBy = lambda _plan, _unit, _indicator: (),
        check_materials: CheckMaterials = lambda _hashes: None,
    ) -> None:
        self._rounds = rounds
        self._runs = runs
        self.calendar = calendar
        self._now = now
        self._entered_by = entered_by
        self._check_materials = check_materials

    def open(
        self,
        scheme: str,
        period: str,
        city: City,
        *,
        by: str,
        units: Sequence[str] = (),
        note: str = "",
        again: str | None = None,
        beside: Beside = _nothing,
    ) -> Round:
        """Open a round: `units` are those that take part, all that the scheme is for where none is named.

        `again` is the reason for another round of the same scheme and period.
        """
        text, source = scheme_text(scheme)
        reading = parse_scheme(text, source)
        if reading.scheme is None:
            raise WrongCallError(*(str(fault) for fault in reading.faults))
        chosen = _period(period, reading.scheme)
        taking_part = _taking_part(city, reading.scheme, units)
        plan = RoundPlan(
            id=self._free_id(f"{city.id}-{chosen}-{reading.scheme.id}", again),
            city=city.id,
            scheme=reading.scheme.id,
            scheme_version=reading.scheme.version,
            scheme_sha256=reading.scheme.sha256,
            period=chosen,
            units=tuple(RoundUnit(unit.id, unit.name, unit.kind) for unit in taking_part),
            rows=tuple(RoundRow(row.id, row.name, row.kinds) for row in reading.scheme.indicators),
        )
        entry = Opened(by.strip(), self._now(), "；".join(part for part in (note, again or "") if part.strip()))
        with _refusing():
            check(RoundState(plan), entry)
        self._rounds.open(plan, text, entry, beside)
        return self.load(plan.id)

    def _free_id(self, wanted: str, again: str | None) -> str:
        taken = [one for one in self._rounds.ids() if one == wanted or one.startswith(f"{wanted}-")]
        if not taken:
            return wanted
        if not (again or "").strip():
            raise WrongCallError(f"评价轮次 {taken[-1]} 已经建立；确需再建一轮，请写明再建一轮的理由")
        return f"{wanted}-{len(taken) + 1}"

    def all(self, city: str | None = None) -> tuple[Round, ...]:
        """Every round, or those of a city, in the order of opening."""
        return tuple(as_round(self._rounds.load(one)) for one in self._rounds.ids(city))

    def load(self, wanted: str) -> Round:
        """The round of that id, or the only one whose id has these words in it (2026Q4)."""
        known = self._rounds.ids()
        found = [one for one in known if one == wanted]
        found = found or [one for one in known if f"-{wanted}-" in f"-{one}-" and wanted]
        if len(found) != 1:
            what = f"“{wanted}”可指 {'、'.join(found)}，请写全编号" if found else f"没有评价轮次 {wanted!r}"
            raise WrongCallError(f"{what}；请在轮次清单中核对编号")
        return as_round(self._rounds.load(found[0]))

    def advance(
        self,
        wanted: str,
        *,
        by: str,
        run: str | None = None,
        delivered: date | None = None,
        note: str = "",
        seen: int | None = None,
        beside: Beside = _nothing,
    ) -> Round:
        """One stage forward.  `delivered`: the day on which the units got the preliminary result, today if not said."""
        plan = self.load(wanted).plan
        if run is not None:
            self._check_run(plan, run)

        def make(state: RoundState) -> Entry:
            stage = state.stage
            following = next_stage(stage) if stage is not None else None
            to = following or Stage.ARCHIVED
            if delivered is not None and to is not Stage.FEEDBACK:
                raise RoundRuleError(f"只有进入“{STAGE_NAMES[Stage.FEEDBACK]}”时才写送达日期")
            day = (delivered or self._today()) if to is Stage.FEEDBACK else None
            deadline = self.calendar.add_working_days(day, REVIEW_TERM) if day is not None else None
            return Advanced(by.strip(), self._now(), to, run, day, deadline, note)

        def sound(state: RoundState, entry: Entry) -> None:
            if isinstance(entry, Advanced) and entry.to is Stage.AUDITING and entry.run is not None:
                self._check_materials(state.materials)
                self._check_reviewed(state, entry.run)

        return self._add(plan, make, sound=sound, seen=seen, beside=beside)

    def back(self, wanted: str, *, by: str, reason: str, seen: int | None = None, beside: Beside = _nothing) -> Round:
        """One stage back."""

        def make(state: RoundState) -> Entry:
            place = STAGES.index(state.stage) if state.stage is not None else 0
            return SteppedBack(by.strip(), self._now(), STAGES[max(place - 1, 0)], reason.strip())

        return self._add(self.load(wanted).plan, make, seen=seen, beside=beside)

    def confirm(
        self,
        wanted: str,
        unit: str,
        *,
        by: str,
        received: date | None = None,
        note: str = "",
        beside: Beside = _nothing,
    ) -> Round:
        """A unit agrees with its preliminary result."""
        plan = self.load(wanted).plan
        identity = _unit_of(plan, unit)
        return self._add(
            plan,
            lambda _state: Confirmed(by.strip(), self._now(), identity, received or self._today(), note),
            beside=beside,
        )

    def review(
        self,
        wanted: str,
        unit: str,
        rows: Sequence[ReviewRow],
        *,
        by: str,
        received: date | None = None,
        beside: Beside = _nothing,
    ) -> Round:
        """A unit asks for review of some rows, once."""
        plan = self.load(wanted).plan
        identity = _unit_of(plan, unit)
        return self._add(
            plan,
            lambda _state: ReviewAsked(by.strip(), self._now(), identity, received or self._today(), tuple(rows)),
            beside=beside,
        )

    def decide(
        self,
        wanted: str,
        unit: str,
        indicator: str,
        outcome: ReviewOutcome,
        *,
        by: str,
        reason: str,
        value: str = "",
        beside: Beside = _nothing,
    ) -> Round:
        """Decide one row; `value` is JSON in the form of CONTRACTS §3, only where the review is accepted."""
        found = self.load(wanted)
        plan = found.plan
        identity = _unit_of(plan, unit)
        new: Any = None
        if outcome is ReviewOutcome.ACCEPTED:
            new = read_value(scheme_of(found), indicator, value)
        persons = self._entered_by(plan, identity, indicator)
        return self._add(
            plan,
            lambda _state: ReviewDecided(by.strip(), self._now(), identity, indicator, outcome, reason.strip(), new),
            persons,
            lambda state, _entry: self._check_materials(state.materials),
            beside=beside,
        )

    def _add(
        self,
        plan: RoundPlan,
        make: Callable[[RoundState], Entry],
        entered_by: Collection[str] = (),
        sound: Callable[[RoundState, Entry], None] = lambda _state, _entry: None,
        seen: int | None = None,
        beside: Beside = _nothing,
    ) -> Round:
        def decide(stored: StoredRound) -> Entry:
            state = as_round(stored).state
            if seen is not None and seen != state.entries:
                raise RoundRuleError(_meanwhile(stored, seen))
            entry = make(state)
            check(state, entry, entered_by)
            sound(state, entry)
            return entry

        with _refusing():
            return as_round(self._rounds.append(plan.id, decide, beside))

    def _check_reviewed(self, state: RoundState, run: str) -> None:
        """Between the preliminary run and the one that goes to the audit, only accepted reviews may lie."""
        if state.preliminary_run is None or run == state.preliminary_run:
            return
        wrong = unexplained(self._runs.load(state.preliminary_run), self._runs.load(run), state)
        if wrong:
            shown = "、".join(f"{unit} {indicator}" for unit, indicator in wrong[:5]) + ("等" if len(wrong) > 5 else "")
            raise WrongCallError(
                f"计分 {run} 与初评计分 {state.preliminary_run} 有 {len(wrong)} 项取值不同，"
                f"却没有相应的申诉决定（{shown}）："
                "请重新计分，生成送审的结果；数据确有变动的，请退回并说明理由"
            )

    def held(self, found: Round) -> tuple[HeldRecord, ...]:
        """The records of earlier rounds of the same city and scheme that are still to be kept in this one's period."""
        plan = found.plan
        earlier = [
            (other.plan.id, other.plan.period, read_inputs(self._runs.load(run).inputs).values)
            for other in self.all(plan.city)
            if (run := other.state.final_run) is not None
            and other.plan.scheme == plan.scheme
            and other.plan.period.last_day < plan.period.first_day
        ]
        return held_records(scheme_of(found).records, earlier, plan.period.last_day)

    def _today(self) -> date:
        return self._now().astimezone(BEIJING).date()

    def _check_run(self, plan: RoundPlan, run: str) -> None:
        """The run must be one of this round's city, scheme, version and period, and of every unit that takes part."""
        try:
            kept = self._runs.load(run)
        except StorageError as error:
            raise WrongCallError(str(error)) from None
        head = kept.head
        for what, of_run, of_round in (
            ("城市", head.city, plan.city),
            ("方案", head.scheme, plan.scheme),
            ("方案版本", head.scheme_version, plan.scheme_version),
            ("方案内容", head.scheme_sha256[:12], plan.scheme_sha256[:12]),
            ("期间", head.period, str(plan.period)),
        ):
            if of_run != of_round:
                raise WrongCallError(f"计分 {run} 与本轮的{what}不同：{of_run}，本轮是 {of_round}")
        scored = {unit["id"] for unit in json.loads(kept.result)["units"]}
        expected = {unit.id: unit.name for unit in plan.units}
        lost = [name for identity, name in expected.items() if identity not in scored]
        if lost:
            raise WrongCallError(f"计分 {run} 缺少本轮的 {len(lost)} 个单位：{'、'.join(lost[:5])}")
        if more := sorted(scored - set(expected)):
            raise WrongCallError(f"计分 {run} 多出不参加本轮的单位，会影响名次：{'、'.join(more[:5])}")


def _meanwhile(stored: StoredRound, seen: int) -> str:
    last = stored.entries[-1]
    told = f"{last.by}于 {last.at.astimezone(BEIJING):%Y-%m-%d %H:%M}：{entry_text(stored.plan, last)}"
    return f"本轮在此期间有了 {len(stored.entries) - seen} 条新记录（{told}），请看过再办理；刚才的操作没有执行"


@contextmanager
def _refusing() -> Iterator[None]:
    """What the measures or the calendar do not allow, as a wrong call."""
    try:
        yield
    except (RoundRuleError, UnknownYearError) as error:
        raise WrongCallError(str(error)) from None


def _period(text: str, scheme: Scheme) -> Period:
    period = read_period(text)
    if scheme.reporting and period.kind.value not in [word.value for word in scheme.reporting]:
        allowed = "、".join(PERIOD_NAMES[word] for word in scheme.reporting)
        raise WrongCallError(f"方案 {scheme.id} 的周期是{allowed}，不能按{period.name}开展")
    return period


def _taking_part(city: City, scheme: Scheme, wanted: Sequence[str]) -> tuple[Unit, ...]:
    if not wanted:
        units = tuple(unit for unit in city.units if unit.evaluated and scheme.is_for(unit.kind))
        if not units:
            raise WrongCallError(f"{city.name}的登记表中没有方案 {scheme.id} 适用的单位")
        return units
    chosen = [find_unit(city, one) for one in wanted]
    for unit in chosen:
        if not unit.evaluated or not scheme.is_for(unit.kind):
            raise WrongCallError(f"{unit.name}不参加评价，或不是方案 {scheme.id} 的评价对象")
        if chosen.count(unit) > 1:
            raise WrongCallError(f"单位 {unit.name} 写了两次")
    return tuple(unit for unit in city.units if unit in chosen)


def _unit_of(plan: RoundPlan, wanted: str) -> str:
    """The id of a unit of the round by id or by the name that it had at the opening."""
    found = [unit.id for unit in plan.units if wanted.strip() in (unit.id, unit.name)]
    if len(found) != 1:
        raise WrongCallError(f"本轮没有单位 {wanted!r}，请写本轮单位的编号或名称")
    return found[0]
