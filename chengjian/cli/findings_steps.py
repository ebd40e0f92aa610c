"""``chengjian findings``: suppressions, the notice to the unit, its request for review, and oddities."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.findings import (
    By,
    City,
    Database,
    FindingId,
    Json,
    Site,
    check_known,
    day,
    findings_app,
    in_site,
    login,
    now,
    open_room,
)
from records.oddities import OddityKind
from records.sightings import LifeState, Step
from services.schemes import WrongCallError

__all__ = ["findings_app"]  # with all its commands: those of ``findings`` and these

_USUAL_DAYS = 90  # of a suppression: one season, then somebody looks again

_Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="理由，必须写")]


@findings_app.command("suppress")
def suppress_one(
    subject: Annotated[str, typer.Argument(metavar="ID|URL", help="发现的编号，或一个地址")],
    why: _Why = "",
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help=f"截止日（含），缺省 {_USUAL_DAYS} 天后，最长一年")
    ] = None,
    check: Annotated[str | None, typer.Option("--check", metavar="ID", help="地址上只抑制这类检查")] = None,
    by: By = "",
    site: Site = None,
    db: Database = None,
) -> None:
    """抑制一项发现或一个地址：到截止日为止不再提出，也不计分；看到的情况照常记录。"""
    from services.suppress_findings import suppress

    check_known(check)
    room = open_room(db)
    today = now().date()
    ends = today + timedelta(days=_USUAL_DAYS) if until is None else day(until, "--until")
    made = suppress(
        in_site(room, site) if site is None or "://" not in subject else room.every(), room.suppressions,
        subject=subject, site=site, check=check, reason=why, owner=by or login(), begins=today, ends=ends,
    )  # fmt: skip
    answer(f"已抑制 {made.subject}（编号 {made.id}），到 {made.ends} 为止，由 {made.owner}：{made.reason}\n")


@findings_app.command("suppressions")
def suppressions(
    all_of_them: Annotated[bool, typer.Option("--all", help="也列出已到期和已解除的")] = False,
    ends: Annotated[
        int | None, typer.Option("--ends-within", metavar="DAYS", min=0, help="只列这么多天内到期的")
    ] = None,
    as_json: Json = False,
    db: Database = None,
) -> None:
    """列出抑制：对象、理由、负责人、截止日。错误的抑制用 lift 解除。"""
    from services.reports.finding_text import suppressions_json, suppressions_text

    today = now().date()
    found = [one for one in open_room(db).suppressions.all() if all_of_them or one.holds_on(today)]
    if ends is not None:
        found = [one for one in found if today <= one.ends <= today + timedelta(days=ends)]
    answer(suppressions_json(found, today) if as_json else suppressions_text(found, today))


@findings_app.command("lift")
def lift(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="抑制的编号")],
    why: _Why = "",
    by: By = "",
    db: Database = None,
) -> None:
    """解除一条抑制：从今天起不再有效。"""
    from services.review_finding import one_line

    name, reason = one_line(by or login()), one_line(why)
    if not reason or not name:
        raise WrongCallError("解除抑制须写明理由和经办人：--why、--by")
    lifted = open_room(db).suppressions.lift(number, by=name, why=reason, day=now().date())
    answer(f"已解除抑制 {lifted.id}（{lifted.subject}），由 {name}：{reason}\n")


@findings_app.command("notify")
def notify(
    unit: Annotated[str, typer.Option("--unit", metavar="UNIT", help="单位编号或名称")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="写出的 Excel 清单（.xlsx）")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="说明，如文号、送达方式")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只写出清单，不记录为已告知")] = False,
    by: By = "",
    city: City = "nanyang",
    db: Database = None,
) -> None:
    """把一个单位已确认、尚未告知的发现写成 Excel，并记录为已告知。退出码：0；1 没有可告知的；2 调用有误。"""
    from services.finding_steps import notified, to_notify
    from services.reports.finding_text import write_notice

    if out.suffix.lower() != ".xlsx":
        raise WrongCallError(f"--out 应为 .xlsx 文件，得到 {out}")
    room = open_room(db)
    listed = room.list(unit=unit, city=city, check=None, state=LifeState.CONFIRMED.value)
    found = to_notify(one for one in listed.found if one.watched)
    if not found:
        answer(f"{unit} 没有已确认而未告知的发现\n")
        raise typer.Exit(1)
    try:
        write_notice(found, out)
    except OSError as error:
        raise WrongCallError(f"写不了 {out}：{error.strerror or error}") from error
    if not dry_run:
        notified(found, room.nights.tries, by=by or login(), why=why, at=now())
    answer(f"{'已写出' if dry_run else '已告知'} {len(found)} 项，清单在 {out}\n")


@findings_app.command("review")
def review(
    finding: FindingId,
    ask: Annotated[bool, typer.Option("--ask", help="登记单位的申诉")] = False,
    uphold: Annotated[bool, typer.Option("--uphold", help="复核维持")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="复核撤销：不再计入")] = False,
    close: Annotated[bool, typer.Option("--close", help="期满无申诉，定案")] = False,
    why: _Why = "",
    by: By = "",
    site: Site = None,
    db: Database = None,
) -> None:
    """登记申诉（--ask）和复核决定（--uphold、--withdraw），或期满定案（--close）。"""
    from services.finding_steps import take_step
    from services.reports.finding_text import STEP_NAMES

    wanted = {Step.REVIEW_ASKED: ask, Step.UPHELD: uphold, Step.WITHDRAWN: withdraw, Step.CLOSED: close}
    chosen = [step for step, given in wanted.items() if given]
    if len(chosen) != 1:
        raise WrongCallError("请在 --ask、--uphold、--withdraw、--close 中选一个")
    room = open_room(db)
    found = take_step(in_site(room, site), room.nights.tries, finding, chosen[0], by=by or login(), why=why, at=now())
    answer(f"{STEP_NAMES[chosen[0]]} {finding}（{found.site_name}）{found.finding.message}\n")


@findings_app.command("oddities")
def oddities(
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="KIND", help=f"只列一种：{'、'.join(one.value for one in OddityKind)}"),
    ] = None,
    site: Site = None,
    as_json: Json = False,
    db: Database = None,
) -> None:
    """列出日期可疑之处：首次看到晚于标注日期、旧文新日期、疑似迁移。只供人判断，不作认定、不计分。"""
    from services.finding_list import is_site
    from services.reports.oddity_text import oddities_json, oddities_text

    if kind is not None and kind not in list(OddityKind):
        raise WrongCallError(f"不认识的种类 {kind!r}，可用：{'、'.join(one.value for one in OddityKind)}")
    room = open_room(db)
    room.nights.catch_up()
    found = [
        one
        for one in room.items.oddities()
        if (kind is None or one.oddity.kind.value == kind) and (site is None or is_site(site, one.site, ""))
    ]
    answer(oddities_json(found) if as_json else oddities_text(found))
