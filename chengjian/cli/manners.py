"""How the program speaks when something is wrong: one line, what is wrong and what to do, never a traceback."""

import re
import sys

from typer import TyperException

USAGE = 2

# The command-line library words its complaints in English; our users read Chinese.
_WORDING: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"No such option:? '?(?P<what>[^ ']+)'?.*", re.S), "没有选项 {what}"),
    (re.compile(r"No such command '?(?P<what>[^']+?)'?\.?$"), "没有命令 {what}"),
    (re.compile(r"Missing (?:argument|parameter) '?(?P<what>[^'.]+)'?\..*", re.S), "缺少参数 {what}"),
    (re.compile(r"Missing option '?(?P<what>[^'.]+)'?\..*", re.S), "缺少选项 {what}"),
    (re.compile(r"Missing command\."), "缺少命令"),
    (re.compile(r"Option '?(?P<what>[^' ]+)'? requires an argument\."), "选项 {what} 缺少取值"),
    (
        re.compile(r"Option '?(?P<what>[^' ]+)'? requires (?P<number>\d+) arguments\."),
        "选项 {what} 要写 {number} 个取值",
    ),
    (re.compile(r"Got unexpected extra arguments? \((?P<what>.+)\)"), "多余的参数：{what}"),
    (
        re.compile(r"Invalid value for '?(?P<what>.+?)'?: '(?P<value>.*)' is not a valid (?:int|float).*", re.S),
        "选项 {what} 的取值 {value} 不是数字",
    ),
    (
        re.compile(r"Invalid value for '?(?P<what>.+?)'?: Input should be a valid (?:integer|number).*", re.S),
        "{what} 的取值不是数字",
    ),
    (
        re.compile(
            r"Invalid value for '?(?P<what>.+?)'?: Input should be greater than or equal to (?P<least>\S+?)\.?$"
        ),
        "{what} 的取值太小，至少 {least}",
    ),
    (
        re.compile(r"Invalid value for '?(?P<what>.+?)'?: Input should be less than or equal to (?P<most>\S+?)\.?$"),
        "{what} 的取值太大，至多 {most}",
    ),
    (
        re.compile(r"Invalid value for '?(?P<what>.+?)'?: (?P<value>\S+) is not in the range (?P<range>.+?)\.?$"),
        "选项 {what} 的取值 {value} 超出范围 {range}",
    ),
    (
        re.compile(r"Invalid value for '?(?P<what>.+?)'?: '(?P<value>.*)' is not one of (?P<range>.+?)\.?$"),
        "选项 {what} 的取值 {value} 无效，可选：{range}",
    ),
    (re.compile(r"Invalid value for '?(?P<what>.+?)'?: (?P<value>.+)", re.S), "{what}：{value}"),
)


class UserError(Exception):
    """The call or the configuration is wrong.  The message is one Chinese line for the user."""


def lines_of(error: Exception) -> tuple[str, ...]:
    """What a wrong call, or a database that cannot be used, has to say to the user; nothing where the fault is ours."""
    from services.schemes import WrongCallError  # here: only a call that went wrong pays for loading them
    from storage.errors import StorageError

    match error:
        case WrongCallError():
            return error.lines
        case UserError() | StorageError():
            return (str(error),)
        case _:
            return ()


def complain(message: str) -> None:
    """Print one line on standard error."""
    line = " ".join(message.split())
    sys.stderr.write(f"chengjian: {line}\n")


def wording(error: TyperException) -> str:
    """The Chinese wording of a complaint of the command-line library."""
    format_message = getattr(error, "format_message", None)
    text = str(format_message() if callable(format_message) else error)
    for pattern, chinese in _WORDING:
        if found := pattern.fullmatch(text):
            return chinese.format(**found.groupdict())
    return text
