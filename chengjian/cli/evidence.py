"""`chengjian evidence`: what the evidence takes, sealing it by hand, and removing what is due."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.databases import KnownDatabase
from chengjian.cli.manners import complain

if TYPE_CHECKING:
    from chengjian.evidence_room import EvidenceRoom

evidence_app = typer.Typer(help="证据：占用的空间、封存、按保存期限清除", no_args_is_help=False)

_Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
_Rules = Annotated[Path | None, typer.Option("--rules", metavar="FILE", help="保存期限文件，缺省为程序自带的期限")]


@evidence_app.command("show")
def show(as_json: _Json = False, rules: _Rules = None, db: KnownDatabase = None) -> None:
    """证据占用多少空间，各保存到何时，有多少到期，链头是什么。"""
    from chengjian.cli.answers import answer
    from chengjian.evidence_room import today
    from services.evidence_space import evidence_space
    from services.reports.evidence_text import space_json, space_text
    from services.retention import load_retention

    room = _room(db)
    space = evidence_space(room.chain, room.terms(load_retention(rules)), today())
    answer(space_json(space) if as_json else space_text(space))


@evidence_app.command("seal")
def seal(db: KnownDatabase = None) -> int:
    """封存上次清单之后写入的证据（每夜巡查结束时自动进行），补写中断时没有写完的清单。

    退出码：0 已封存，或没有新证据；1 已封存，但有文件在封存之前就缺失或被改动；2 无法封存。
    """
    from chengjian.cli.answers import answer
    from services.reports.evidence_text import sealed_text

    sealed = _room(db).close_day()
    answer(sealed_text(sealed))
    told = sealed.told if sealed is not None else ()
    for line in told:
        complain(line)
    return 1 if told else 0


@evidence_app.command("purge")
def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出到期的，不清除")] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="以哪一天判断到期，缺省为今天；以后的日期只能试算")
    ] = None,
    as_json: _Json = False,
    rules: _Rules = None,
    db: KnownDatabase = None,
) -> int:
    """清除到期的证据，清除记录写入清单链。未了结的事项所依据的证据不清除。

    退出码：0 已清除，或没有到期的；1 有应清除的文件已被改动，没有动它；2 调用有误或无法清除。
    """
    from chengjian.cli.answers import answer
    from services.reports.evidence_text import purge_json, purge_text
    from services.retention import load_retention

    day = _day(as_of) if as_of is not None else None
    done = _room(db).purge(load_retention(rules), as_of=day, dry_run=dry_run)
    answer(purge_json(done, dry_run=dry_run) if as_json else purge_text(done, dry_run=dry_run))
    for line in done.told:
        complain(line)
    return 1 if done.told else 0


def _room(db: str | None) -> "EvidenceRoom":
    from chengjian.evidence_room import open_evidence
    from chengjian.settings import read_settings

    return open_evidence(read_settings(), db)


def _day(text: str) -> date:
    from services.schemes import WrongCallError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongCallError(f"--as-of 的日期“{text}”无法识别，应写作 2026-12-31") from None
