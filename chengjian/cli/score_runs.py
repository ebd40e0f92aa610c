"""The ways of ``chengjian score`` that go through storage: make a run, open one, set two against each other."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from chengjian.cli.answers import answer
from chengjian.cli.score_files import Wanted, write_documents
from chengjian.score_room import ScoreRoom, open_score_room
from chengjian.settings import read_settings
from scoring.result import UnitScore
from services.reports.run_json import difference_json, explanation_json, run_json, tasks_json
from services.reports.run_text import difference_text, run_explanation, run_overview, tasks_text
from services.reports.score_report import round_of_run
from services.rounds.book import RoundBook
from services.run_document import values_document
from services.run_questions import tasks, trust, unit_gains
from services.schemes import WrongCallError
from services.score_round import StoredRun, difference
from storage.clock import now
from storage.rounds import RoundRepository

Write = Callable[[Path, bytes], None]


@dataclass(frozen=True, slots=True)
class RunCall:
    """What the user asked for."""

    scheme: str | None
    city: str | None
    period: str | None
    flags: tuple[str, ...]
    run: str | None
    diff: tuple[str, str] | None
    runs: bool
    explain: str | None
    tasks: bool
    json_file: Path | None
    values_out: Path | None
    database: str | None
    html_file: Path | None = None
    documents: Wanted = field(default_factory=Wanted)


def answer_run(call: RunCall, width: int, write: Write) -> None:
    """Raises ``WrongCallError``."""
    if call.explain is not None and call.tasks:
        raise WrongCallError("--explain 与 --tasks 只能用一个")
    if call.html_file is not None and (call.runs or call.diff is not None or call.explain is not None or call.tasks):
        raise WrongCallError("--html 写出一次评分的总览，不与 --runs、--diff、--explain、--tasks 同用")
    if str(call.html_file) == "-":
        raise WrongCallError("--html 须写到文件，不能写到标准输出")
    if str(call.json_file) == "-" and str(call.values_out) == "-":
        raise WrongCallError("--json - 与 --values-out - 不能同用：标准输出只能写一份")
    if call.documents and (call.runs or call.diff is not None):
        raise WrongCallError("--docx、--xlsx 用于一次评分存档：与 --run 或 --city 同用")
    if call.flags and call.city is None:
        raise WrongCallError("--flag 用于 --city 计分，存档的标记不能再改")
    room = open_score_room(read_settings(), call.database)
    _answer(call, room, width, write)


def _answer(call: RunCall, room: ScoreRoom, width: int, write: Write) -> None:
    if call.runs:
        for head in room.heads():
            answer(
                f"{head.id}\t{head.city}\t{head.scheme}（版本 {head.scheme_version}）\t{head.period}\t"
                f"{head.made_at:%Y-%m-%d %H:%M}\t{head.result_sha256[:12]}\n"
            )
        return
    if call.diff is not None:
        old, new = (room.open(run_id) for run_id in call.diff)
        changes = difference(old, new)
        if call.explain is not None:
            changes = tuple(change for change in changes if call.explain in (change.id, change.name))
            if not changes:
                raise WrongCallError(f"两次存档中都没有单位 {call.explain!r}，请写单位的 id 或名称")
        _out(call, write, difference_json(old, new, changes), difference_text(old, new, changes, width))
        return
    if call.city is not None and call.scheme is not None and call.period is not None:
        run = room.score(call.scheme, call.city, call.period, _flags(call.flags))
    else:
        run = room.open(call.run or "")
    _show(call, room, run, width, write)


def _show(call: RunCall, room: ScoreRoom, run: StoredRun, width: int, write: Write) -> None:
    if call.html_file is not None:
        from chengjian.overview_room import run_overview_page  # here: the templates take long to load

        write(call.html_file, run_overview_page(room, run).encode("utf-8", "replace"))
    if call.values_out is not None:
        write(call.values_out, values_document(run.inputs) + b"\n")
        if str(call.values_out) == "-":
            return
    if call.documents:
        city = run.inputs.city
        briefs = RoundBook(RoundRepository(room.runs.engine)).briefs(city)
        wanted = replace(call.documents, unit=call.explain)
        write_documents(wanted, run, room.runs, round_of_run(briefs, run.head.id), now(), write)
    trusted = trust(run)
    if call.explain is not None:
        unit = _unit(run, call.explain)
        gains = unit_gains(run, unit)
        _out(call, write, explanation_json(run, unit, gains, trusted), run_explanation(run, unit, gains, trusted))
        return
    found = tasks(run)
    if call.tasks:
        _out(call, write, tasks_json(run, found), tasks_text(run, found))
        return
    _out(call, write, run_json(run, trusted), run_overview(run, trusted, found, width))


def _out(call: RunCall, write: Write, body: bytes, text: str) -> None:
    if call.json_file is not None:
        write(call.json_file, body)
    if str(call.json_file) != "-":
        answer(text)


def _unit(run: StoredRun, wanted: str) -> UnitScore:
    found = [unit for unit in run.run.units if wanted in (unit.id, unit.name)]
    if not found:
        raise WrongCallError(f"评分存档 {run.head.id} 中没有单位 {wanted!r}，请写单位的 id 或名称")
    return found[0]


def _flags(given: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    flags: dict[str, tuple[str, ...]] = {}
    for text in given:
        unit, mark, flag = text.partition("=")
        if not mark or not unit.strip() or not flag.strip():
            raise WrongCallError(f"--flag 应写作 单位编号=标记，得到 {text!r}")
        flags[unit.strip()] = tuple(dict.fromkeys((*flags.get(unit.strip(), ()), flag.strip())))
    return flags
