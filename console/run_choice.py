"""Which run somebody looks at, and how much of it they may see."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from console.acting import Actor, NotFoundError
from console.tools import ConsoleTools
from records.accounts import Role
from records.rounds import STAGE_NAMES
from scoring.result import UnitScore
from services.rounds.book import RoundBrief
from services.rounds.visible import Sight
from services.run_shelf import OpenedRun
from services.schemes import SCHEME_IDS, load_scheme
from storage.runs import RunHead

MOST_TO_CHOOSE: Final = 80


@dataclass(frozen=True, slots=True)
class RunChoice:
    """The runs that an account may see, newest first, with what they are to a round."""

    heads: tuple[RunHead, ...]
    parts: dict[str, str]  # by run: "2026年第4季度 初评"
    rounds: dict[str, str]  # by run: id of the newest round that it belongs to
    sights: dict[str, Sight]

    def options(self) -> list[tuple[str, str]]:
        """For a list to choose from."""
        return [(head.id, self.label(head)) for head in self.heads[:MOST_TO_CHOOSE]]

    def label(self, head: RunHead) -> str:
        part = self.parts.get(head.id)
        told = f"（{part}）" if part else ""
        return f"{head.period} {scheme_name(head.scheme)}{told} · 计分 {head.id} · {head.made_at:%Y-%m-%d %H:%M}"

    def head(self, run_id: str) -> RunHead | None:
        return next((one for one in self.heads if one.id == run_id), None)


@dataclass(frozen=True, slots=True)
class Looking:
    """A run as one account sees it."""

    run: OpenedRun
    head: RunHead
    sight: Sight
    choice: RunChoice
    own: str | None  # the unit of the account, where it is a unit's

    def unit(self, unit_id: str) -> UnitScore:
        """A unit whose rows this account may see.  ``NotFoundError`` alike for another's and for none."""
        found = self.run.units.get(unit_id)
        if found is None or (self.sight is not Sight.ALL and unit_id != self.own):
            raise NotFoundError
        return found

    @property
    def sees_all(self) -> bool:
        return self.sight is Sight.ALL


def run_choice(tools: ConsoleTools, actor: Actor) -> RunChoice:
    """Everybody who evaluates sees every run of the city; a unit sees what was delivered or made public."""
    briefs = tools.evaluation.briefs()
    heads = tools.evaluation.shelf.heads(tools.city.id)
    parts, rounds = _parts(briefs)
    if actor.role is Role.UNIT:
        sights = dict(tools.evaluation.sights())
        heads = tuple(head for head in heads if head.id in sights)
    else:
        sights = {head.id: Sight.ALL for head in heads}
    return RunChoice(heads, parts, rounds, sights)


def _parts(briefs: tuple[RoundBrief, ...]) -> tuple[dict[str, str], dict[str, str]]:
    parts: dict[str, str] = {}
    rounds: dict[str, str] = {}
    for brief in briefs:
        for run, word in ((brief.final_run, "最终"), (brief.audited_run, "送审"), (brief.preliminary_run, "初评")):
            if run is not None and run not in parts:
                parts[run] = word if brief.is_public else f"{word}，{STAGE_NAMES[brief.stage]}"
                rounds[run] = brief.id
    return parts, rounds


def look_at(tools: ConsoleTools, actor: Actor, run_id: str) -> Looking:
    """The run by its number.  ``NotFoundError`` where there is none for this account."""
    choice = run_choice(tools, actor)
    head = choice.head(run_id)
    if head is None:
        raise NotFoundError("没有这次计分，或您无权查看")
    run = tools.evaluation.shelf.open(run_id)
    looking = Looking(run, head, choice.sights[run_id], choice, actor.unit)
    if looking.sight is Sight.OWN and (actor.unit is None or actor.unit not in run.units):
        raise NotFoundError("没有这次计分，或您无权查看")
    return looking


@lru_cache(maxsize=32)
def scheme_name(scheme: str) -> str:
    """The name of a scheme that comes with the program; of another one its id."""
    return load_scheme(scheme).name if scheme in SCHEME_IDS else scheme
