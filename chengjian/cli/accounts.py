"""``chengjian accounts``: who may work with the console."""

from typing import TYPE_CHECKING, Annotated

import typer

from chengjian.cli.answers import answer
from chengjian.cli.databases import KnownDatabase
from chengjian.cli.findings import Json, login
from chengjian.settings import read_settings
from services.schemes import WrongCallError

if TYPE_CHECKING:
    from records.accounts import Doer
    from services.account_office import AccountOffice

accounts_app = typer.Typer(help="工作台的账户：列出、建立、重置、停用、启用、解锁", no_args_is_help=False)

_Login = Annotated[str, typer.Argument(metavar="LOGIN", help="登录名")]
_City = Annotated[str, typer.Option("--city", metavar="ID|PATH", help="城市编号，或城市文件夹的路径")]
_By = Annotated[str, typer.Option("--by", metavar="NAME", help="经办人，记入操作日志，缺省为操作系统的登录名")]
_ROLES = "analyst 分析员、unit 被评单位、verifier 审核员、office 信用办、operator 运维、auditor 审计员"


@accounts_app.command("list")
def list_all(city: _City = "nanyang", as_json: Json = False, db: KnownDatabase = None) -> None:
    """列出账户：角色、单位、状态。"""
    from services.reports.account_text import accounts_json, accounts_text
    from storage.clock import now

    office = _office(city, db)
    accounts, locked = office.desk.accounts.all(), office.locked(at=now())
    answer(accounts_json(accounts, locked) if as_json else accounts_text(accounts, office.units, locked))


@accounts_app.command("add")
def add(
    login_name: _Login,
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help=_ROLES)],
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="姓名，在决定和日志中这样写")],
    unit: Annotated[str | None, typer.Option("--unit", metavar="ID", help="单位编号，被评单位必须写")] = None,
    city: _City = "nanyang",
    by: _By = "",
    db: KnownDatabase = None,
) -> None:
    """建立账户，打印一次性密码。第一次登录时必须修改。"""
    from records.accounts import Role
    from services.reports.account_text import password_text
    from storage.clock import now

    chosen = next((one for one in Role if one.value == role), None)
    if chosen is None:
        raise WrongCallError(f"--role 的取值“{role}”应为 {_ROLES} 之一")
    made, password = _office(city, db).create(
        login=login_name, name=name, role=chosen, unit=unit, by=_doer(by), at=now()
    )
    answer(password_text(made, password))


@accounts_app.command("reset")
def reset(
    login_name: _Login,
    second_factor: Annotated[
        bool, typer.Option("--second-factor", help="撤除动态验证码（手机丢失），密码不变")
    ] = False,
    city: _City = "nanyang",
    by: _By = "",
    db: KnownDatabase = None,
) -> None:
    """重置密码并打印一次性密码；或撤除动态验证码。其全部登录随之结束。"""
    from services.reports.account_text import password_text
    from storage.clock import now

    office = _office(city, db)
    number = office.find(login_name).id
    if second_factor:
        office.reset_factor(number, by=_doer(by), at=now())
        answer(f"账户 {login_name} 的动态验证码已撤除\n")
    else:
        answer(password_text(*office.reset_password(number, by=_doer(by), at=now())))


@accounts_app.command("disable")
def disable(login_name: _Login, city: _City = "nanyang", by: _By = "", db: KnownDatabase = None) -> None:
    """停用账户：其登录和令牌立即失效，记录都保留。"""
    from storage.clock import now

    office = _office(city, db)
    office.disable(office.find(login_name).id, by=_doer(by), at=now())
    answer(f"账户 {login_name} 已停用\n")


@accounts_app.command("enable")
def enable(login_name: _Login, city: _City = "nanyang", by: _By = "", db: KnownDatabase = None) -> None:
    """启用停用的账户。"""
    from storage.clock import now

    office = _office(city, db)
    office.enable(office.find(login_name).id, by=_doer(by), at=now())
    answer(f"账户 {login_name} 已启用\n")


@accounts_app.command("unlock")
def unlock(login_name: _Login, city: _City = "nanyang", by: _By = "", db: KnownDatabase = None) -> None:
    """解锁连续输错密码的账户。"""
    from storage.clock import now

    office = _office(city, db)
    office.unlock(office.find(login_name).id, by=_doer(by), at=now())
    answer(f"账户 {login_name} 已解锁\n")


@accounts_app.command("rekey")
def rekey(by: _By = "", db: KnownDatabase = None) -> None:
    """另立动态验证码的密钥，全部重新加密；密钥文件丢失或泄露时用。打不开的账户会列出，须撤除后重设。"""
    from chengjian.console_room import open_accounts
    from records.accounts import LogLine
    from storage.accounts import AccountRepository
    from storage.clock import now
    from storage.console_log import ConsoleLog
    from storage.database import open_database

    settings = read_settings()
    url = db or settings.database
    desk = open_accounts(settings, AccountRepository(open_database(url if "://" in url else f"sqlite:///{url}")))
    lost = desk.renew_key()
    line = LogLine(
        now(), _doer(by), "factor_key_renewed", "second-factor", "另立动态验证码的密钥", {"lost": list(lost)}
    )
    ConsoleLog(desk.accounts.engine).write(line)
    answer("已另立密钥，动态验证码的密文全部换过：请备份新的密钥文件，与数据库的备份分开存放\n")
    for one in lost:
        answer(f"账户 {one} 的动态验证码打不开：chengjian accounts reset {one} --second-factor\n")


def _office(city: str, db: str | None) -> "AccountOffice":
    from services.account_office import AccountOffice
    from services.accounts import AccountDesk
    from services.registry import load_city
    from storage.accounts import AccountRepository
    from storage.database import open_database

    units = {unit.id: unit.name for unit in load_city(city).units}
    url = db or read_settings().database
    engine = open_database(url if "://" in url else f"sqlite:///{url}")
    return AccountOffice(AccountDesk(AccountRepository(engine)), units)


def _doer(by: str) -> "Doer":
    """Who works at the terminal has no account, and is told apart from who has one of that name."""
    from records.accounts import Doer

    return Doer(f"命令行:{by or login()}")
