"""``chengjian filing accept | return | queue``: what a verifier (审核员) does with filed rows."""

from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.databases import KnownDatabase
from chengjian.cli.filing import REFUSED_SOME, CityName, MaybePeriod, MaybeScheme, filing_app
from chengjian.cli.manners import complain

if TYPE_CHECKING:
    from records.filings import FilingOutcome

__all__ = ["filing_app"]  # with all its commands: those of ``filing`` and these

Numbers = Annotated[list[str], typer.Argument(metavar="ID...", help="填报的编号，见 filing queue 或 filing show")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="由谁审核，不能是报送人")]
Change = Annotated[bool, typer.Option("--change", help="改变已经作出的审核决定；缺省只审核还没有决定的")]


@filing_app.command("accept")
def accept(
    numbers: Numbers,
    by: By = "",
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="说明，可不写")] = "",
    change: Change = False,
    city: CityName = "nanyang",
    db: KnownDatabase = None,
) -> int:
    """审核通过填报的各项。退出码：0 全部办理；1 有的没有办理；2 一项也没有办理，或调用有误。"""
    from records.filings import FilingOutcome

    return _decide(numbers, FilingOutcome.ACCEPTED, by, why, change, city, db)


@filing_app.command("return")
def send_back(
    numbers: Numbers,
    by: By = "",
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="退回的理由，必须写，填报单位会看到")] = "",
    change: Change = False,
    city: CityName = "nanyang",
    db: KnownDatabase = None,
) -> int:
    """退回填报的各项：不再计入得分，等待重新填报。退出码：0 全部办理；1 有的没有办理；2 一项也没有办理，或调用有误。"""
    from records.filings import FilingOutcome

    return _decide(numbers, FilingOutcome.RETURNED, by, why, change, city, db)


@filing_app.command("queue")
def show_queue(
    state: Annotated[str, typer.Option("--state", metavar="WORD", help="new、accepted、returned 或 all")] = "new",
    scheme: MaybeScheme = None,
    period: MaybePeriod = None,
    city: CityName = "nanyang",
    db: KnownDatabase = None,
) -> None:
    """列出等待审核的填报（现行的，先报的在前），带编号。"""
    from chengjian.cli.answers import answer
    from chengjian.filing_room import open_filing_desk
    from chengjian.settings import read_settings
    from services.period import read_period
    from services.registry import load_city
    from services.reports.filing_text import show_text
    from services.schemes import WrongCallError
    from storage.filing_queue import QueueFilter, QueueState

    known = [one.value for one in QueueState]
    if state not in (*known, "all"):
        raise WrongCallError(f"不认识的状态 {state!r}，可用：{'、'.join((*known, 'all'))}")
    registry, when = load_city(city), str(read_period(period)) if period is not None else None
    wanted = QueueFilter(registry.id, QueueState(state) if state in known else None, scheme, when)
    desk = open_filing_desk(read_settings(), db)
    found = desk.queue.page(wanted, number=1, size=_MOST_LISTED)
    answer(show_text(found.values, {one.id: one.name for one in registry.units}, frozenset()))
    answer(f"共 {found.total} 项" + (f"，只列出前 {_MOST_LISTED} 项" if found.total > _MOST_LISTED else "") + "\n")


_MOST_LISTED = 1000


def _decide(
    numbers: list[str], outcome: "FilingOutcome", by: str, why: str, change: bool, city: str, db: str | None
) -> int:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from chengjian.cli.answers import answer
    from chengjian.filing_room import open_filing_desk
    from chengjian.settings import read_settings
    from services.decide_filings import OUTCOME_NAMES, Decision, decide_filings
    from services.registry import load_city

    registry = load_city(city)
    wanted = [_number(text) for text in numbers]
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    desk = open_filing_desk(read_settings(), db)
    known = desk.queue.load(wanted) if change else {}
    seen = {
        number: kept.decision.number if (kept := known.get(number)) and kept.decision is not None else 0
        for number in wanted
    }
    made = decide_filings(desk.decisions, registry, Decision(seen, outcome, by, now, why))
    for line in made.left:
        complain(line)
    answer(f"{OUTCOME_NAMES[outcome]} {len(made.made)} 项\n")
    return REFUSED_SOME if made.left else 0


def _number(text: str) -> int:
    from services.schemes import WrongCallError

    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise WrongCallError(f"填报编号 {text[:40]!r} 应为数字，用 chengjian filing queue 查看")
    return int(text)
