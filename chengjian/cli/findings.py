"""``chengjian findings``: what the audits found, how it lives, and what people decide about it."""

import getpass
import webbrowser
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from chengjian.cli.answers import answer
from chengjian.cli.databases import KnownDatabase
from chengjian.settings import read_settings
from records.review import ReviewState
from services.schemes import WrongCallError

if TYPE_CHECKING:
    from chengjian.finding_room import FindingRoom
    from services.finding_list import ListedFinding

findings_app = typer.Typer(
    help="门户巡查的发现：列出、查看、打开证据、确认、否定、抑制、告知、复核", no_args_is_help=False
)

Database = KnownDatabase
Site = Annotated[str | None, typer.Option("--site", metavar="URL", help="只看这个门户：地址，或名称的一部分")]
Unit = Annotated[str | None, typer.Option("--unit", metavar="UNIT", help="只看这个单位的门户：编号或名称")]
City = Annotated[str, typer.Option("--city", metavar="ID|PATH", help="城市编号或登记表，供 --unit 使用")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="经办人，缺省为登录名")]
Json = Annotated[bool, typer.Option("--json", help="以 JSON 写到标准输出")]
FindingId = Annotated[str, typer.Argument(metavar="ID", help="发现的编号")]

_STATE_HELP = (
    "open 未复核、dismissed 已否定，或 suspected 疑似、confirmed 已确认、notified 已告知、under_review 申诉复核中、"
    "final 已定、recovered 已恢复、unverifiable 无法核实、suppressed 已抑制、voided 所见作废"
)


@findings_app.command("list")
def list_all(
    site: Site = None,
    unit: Unit = None,
    city: City = "nanyang",
    check: Annotated[str | None, typer.Option("--check", metavar="ID", help="只看这类检查，如 broken_link")] = None,
    state: Annotated[str | None, typer.Option("--state", metavar="STATE", help=_STATE_HELP)] = None,
    as_json: Json = False,
    db: Database = None,
) -> None:
    """列出发现：状态、从何时起、离确认还差什么、复核情况。退出码：0；2 调用有误。"""
    from services.reports.finding_text import findings_json, findings_text  # here: SQLAlchemy takes long to load

    check_known(check)
    found = open_room(db).list(site=site, unit=unit, city=city, check=check, state=state)
    answer(findings_json(found) if as_json else findings_text(found))


@findings_app.command("show")
def show(finding: FindingId, site: Site = None, as_json: Json = False, db: Database = None) -> None:
    """查看一项发现：怎样看到的、历次看到的情况、证据在哪里、每次复核由谁作出。"""
    from services.reports.finding_text import finding_detail, finding_detail_json

    room = open_room(db)
    found = [one for one in in_site(room, site) if one.finding.id == finding]
    if not found:
        raise WrongCallError(f"没有编号为 {finding!r} 的发现，用 chengjian findings list 查看")
    for one in found:
        history = room.reviews.history(one.site, finding)
        steps = [step for step in room.nights.tries.steps((one.site,)) if step.finding == finding]
        answer(finding_detail_json(one, history, steps) if as_json else finding_detail(one, history, steps))


@findings_app.command("open")
def open_evidence(
    finding: FindingId,
    site: Site = None,
    path_only: Annotated[bool, typer.Option("--path", help="只打印路径，不打开浏览器")] = False,
    db: Database = None,
) -> None:
    """打开一项发现的证据：截图，没有截图时为证据文件夹。没有图形界面时打印路径。"""
    from services.finding_list import find_finding
    from services.open_evidence import evidence_of

    room = open_room(db)
    found = find_finding(in_site(room, site), finding)
    place = evidence_of(found.finding, found.audit_id, room.pieces, room.evidence)
    answer(f"{place}\n")
    if not path_only:
        webbrowser.open(place.as_uri())  # says whether it could; the path was printed in any case


@findings_app.command("confirm")
def confirm(
    finding: FindingId,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="说明，可不写")] = "",
    by: By = "",
    site: Site = None,
    db: Database = None,
) -> None:
    """确认一项发现。夜间巡查的门户，还须至少在一次自检合格的巡查中看到过才计入。"""
    from services.finding_list import REVIEW_NAMES
    from services.review_finding import review_finding

    room = open_room(db)
    listed, review = review_finding(
        in_site(room, site), room.reviews, finding, ReviewState.CONFIRMED, why=why, by=by or login(), at=now()
    )
    answer(_decided(REVIEW_NAMES[review.state], listed, review.by, review.why))


@findings_app.command("dismiss")
def dismiss(
    finding: FindingId,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="理由，必须写")] = "",
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="只否定到这一天（含），此后重新看待")
    ] = None,
    by: By = "",
    site: Site = None,
    db: Database = None,
) -> None:
    """否定一项发现：此后不计入，直到撤销（再次确认）或 --until 的日期。记录只增不改。"""
    from services.finding_list import REVIEW_NAMES, find_finding
    from services.review_finding import review_finding
    from services.suppress_findings import suppress

    room = open_room(db)
    listed = in_site(room, site)
    name = by or login()
    if until is None:
        one, review = review_finding(listed, room.reviews, finding, ReviewState.DISMISSED, why=why, by=name, at=now())
        answer(_decided(REVIEW_NAMES[review.state], one, review.by, review.why))
        return
    one = find_finding(listed, finding)
    made = suppress(
        listed, room.suppressions, subject=finding, site=None, check=None, reason=why, owner=name,
        begins=now().date(), ends=day(until, "--until"),
    )  # fmt: skip
    answer(_decided(f"已否定到 {made.ends}（抑制 {made.id}）", one, made.owner, made.reason))


def _decided(what: str, one: "ListedFinding", by: str, why: str) -> str:
    reason = f"：{why}" if why else ""
    return f"{what} {one.finding.id}（{one.site_name}）{one.finding.message}由 {by}{reason}\n"


def in_site(room: "FindingRoom", site: str | None) -> "tuple[ListedFinding, ...]":
    from services.finding_list import is_site

    every = room.every()
    return every if site is None else tuple(one for one in every if is_site(site, one.site, one.site_name))


def check_known(check: str | None) -> None:
    from checks.registry import CHECKS  # here: the checks load the page reader

    known = [one.id for one in CHECKS]
    if check is not None and check not in known:
        raise WrongCallError(f"不认识的检查 {check!r}，可用：{'、'.join(known)}")


def open_room(db: str | None) -> "FindingRoom":
    from chengjian.finding_room import open_finding_room  # here: SQLAlchemy takes long to load

    return open_finding_room(read_settings(), db)


def now() -> datetime:
    return datetime.now(ZoneInfo("Asia/Shanghai"))


def day(text: str, option: str) -> date:
    """``WrongCallError`` where it is no date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongCallError(f"{option} 应为日期，如 2026-12-31，得到 {text!r}") from None


def login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a user entry
        return ""
