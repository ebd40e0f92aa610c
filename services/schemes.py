"""The schemes that come with the program, and those of a file: reading, checking, refusing."""

import errno
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # most of those who ask this module want its errors: the rules take a while to load
    from scoring.model import Scheme
    from scoring.scheme_text import SchemeReading

SCHEME_IDS: Final = ("nanyang-county", "nanyang-department", "jiyuan", "huaian", "nanyang-2020", "jiaxian")
MAX_BYTES: Final = 64 * 1024 * 1024


# Causes that Python has no exception of its own for.
_CAUSES: Final = {
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘是只读的",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ELOOP: "符号链接绕成了圈",
    errno.EIO: "磁盘读写出错",
}


class WrongCallError(Exception):
    """The call, or a file that it names, is wrong: one Chinese line for each thing.  Exit status 2."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def why(error: OSError) -> str:
    """The reason of a failed reading or writing, in Chinese where it is a common one."""
    match error:
        case FileNotFoundError():
            return "文件或目录不存在"
        case IsADirectoryError():
            return "它是一个目录"
        case PermissionError():
            return "没有权限"
        case NotADirectoryError():
            return "路径中有一段不是目录"
        case FileExistsError():
            return "已经存在"
        case _:
            told = _CAUSES.get(error.errno or 0)
            return told or error.strerror or type(error).__name__


def read_text(path: Path, what: str) -> str:
    """A text file given by the user: bounded, UTF-8 with or without a mark.  WrongCallError where that fails."""
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)  # a device has no end
        if len(body) > MAX_BYTES:
            raise WrongCallError(f"{what} {path} 过大（超过 {MAX_BYTES // 1024 // 1024} MB）")
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongCallError(f"{what} {path} 不是 UTF-8 文本（第 {error.start} 字节），请另存为 UTF-8") from None
    except ValueError:
        raise WrongCallError(f"{what}的路径不合法：{str(path)!r}") from None
    except OSError as error:
        raise WrongCallError(f"读不了{what} {path}：{why(error)}，请检查路径和权限") from None


def scheme_text(name: str) -> tuple[str, str]:
    """The YAML of a scheme and what to call it in messages; `name` is an id, or a file that ends in .yml or .yaml."""
    if name in SCHEME_IDS:
        return files("scoring").joinpath("schemes", f"{name}.yml").read_text(encoding="utf-8"), f"{name}.yml"
    if name.endswith((".yml", ".yaml")):
        return read_text(Path(name), "方案文件"), Path(name).name
    known = "、".join(SCHEME_IDS)
    raise WrongCallError(f"不认识的方案 {name!r}：可用 {known}，或一个 .yml 文件；用 chengjian scheme list 查看")


def check_scheme(name: str, what_if: Path | None = None) -> "SchemeReading":
    """Read a scheme, with an overlay if there is one, and say all that is wrong with it."""
    from scoring.scheme_text import parse_scheme

    text, source = scheme_text(name)
    if what_if is None:
        return parse_scheme(text, source)
    return parse_scheme(text, source, read_text(what_if, "假设文件"), what_if.name)


def load_scheme(name: str) -> "Scheme":
    """A scheme that can be scored with; WrongCallError with every fault and its line."""
    reading = check_scheme(name)
    if reading.scheme is None:
        raise WrongCallError(*(str(fault) for fault in reading.faults))
    return reading.scheme
