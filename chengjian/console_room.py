"""Builds what the console works with.  Apart from ``bootstrap``: the console never loads the crawler."""

import secrets
from collections.abc import Callable
from datetime import datetime

from chengjian.cli.manners import UserError
from chengjian.round_room import open_evaluation, open_rounds
from chengjian.score_room import night_view
from chengjian.settings import Settings, program_version
from console.tools import ConsoleTools
from services.accounts import AccountDesk
from services.factor_key import NAME, FactorKey, KeyMissingError
from services.model_card import ModelFile
from services.registry import load_city
from services.schemes import WrongCallError
from storage.accounts import AccountRepository
from storage.clock import now as clock_now
from storage.console_log import ConsoleLog
from storage.database import StorageError, open_database


def _model_file() -> ModelFile:
    """The model that is judged with; loaded when somebody looks at it."""
    from chengjian.bootstrap_news import corpus_texts, model_text, own_model_file
    from nlp.corpus_items import corpus_hash

    where = "本单位训练的模型" if own_model_file().is_file() else "随程序提供的模型"
    return ModelFile(model_text(), where, corpus_hash(corpus_texts()))


def open_accounts(settings: Settings, accounts: AccountRepository) -> AccountDesk:
    """The accounts, with the file that the secrets of their second factor are locked with."""
    return AccountDesk(accounts, key=FactorKey(settings.key_file or settings.home / NAME))


def lock_factors(desk: AccountDesk) -> str:
    """Make the first key, and lock what an earlier version kept in clear.  Chinese: what somebody has to do; or "".

    The watch goes on without it: only who has a second factor cannot sign in.  A key that is missing is not made anew
    while there are secrets that it could have been for: the old one may come back.
    """
    key = desk.key
    assert key is not None  # noqa: S101  opened above
    try:
        if not desk.any_locked():
            key.make()
        lost = desk.lock_factors()
    except KeyMissingError as missing:
        return "；".join(missing.lines) + "。在此之前，设有动态验证码的账户不能登录"
    except WrongCallError as wrong:
        return "；".join(wrong.lines)
    if lost:
        some = f"{len(lost)} 个账户不能登录（{'、'.join(lost[:5])}）"
        return f"动态验证码的密钥文件 {key.path} 与数据库不配套，{some}：请换回原来的文件"
    return ""


def open_console(
    settings: Settings,
    city_name: str,
    database: str | None = None,
    *,
    now: Callable[[], datetime] = clock_now,
    secure: bool = False,
    evidence_origin: str = "",
) -> ConsoleTools:
    """The console of one city.  Raises ``UserError`` and ``WrongCallError``."""
    url = database or settings.database
    url = url if "://" in url else f"sqlite:///{url}"
    city = load_city(city_name)
    try:
        engine = open_database(url)
        desk = open_accounts(settings, AccountRepository(engine))
        first_token = "" if desk.accounts.any() else secrets.token_urlsafe(12)
        wants = lock_factors(desk)
    except StorageError as error:
        raise UserError(str(error)) from error
    room = open_rounds(settings, url, now=now)
    return ConsoleTools(
        engine=engine,
        city=city,
        city_name=city_name,
        home=settings.home,
        now=now,
        accounts=desk,
        log=ConsoleLog(engine),
        view=lambda: night_view(engine, settings),
        rounds=room.office,
        program=program_version(),
        evaluation=open_evaluation(room, city, engine, lambda: night_view(engine, settings)),
        secure=secure,
        first_token=first_token,
        evidence_origin=evidence_origin,
        model=_model_file,
        hosts=settings.hosts,
        factor_needed=settings.factor_needed,
        contact=settings.contact,
        wants=wants,
    )
