"""The text of a page beside its list: what an article has and a column has not."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from extract.dates import full_days, loose_days, narrow
from extract.document import Document

_LABEL = re.compile(
    r"(?:(?:发布|发稿|发表|公开|上网|录入|添加|更新|发文)(?:时间|日期|于)|(?<![成印签生到截起开结修])(?:时\s?间|日\s?期))\s*[：:]"
)
_FOOT = re.compile(
    r"版权所有|copyright|ICP备|公网安备|标识码|技术支持|(?:主|承)办(?:单位|方)?\s*[：:]|建议使用|最佳分辨率|扫一扫",
    re.I,
)
_BANNER = re.compile(r"今天是|今日|当前时间|现在(?:时间|是)|欢迎您|星期[一二三四五六日天]")
_END = re.compile(r"上一[篇条]|下一[篇条]|责任编辑|^(?:相关|推荐|热门|热点)\S{0,8}$")
_NO_LIMIT: Final = date(2100, 1, 1)  # whether it is a day is asked, not which
_LONGEST_INFO: Final = 60  # characters of a line that tells its day in a loose form
_BELOW: Final = 6  # lines under a heading in which its day is sought
_LEAST: Final = 12  # characters: what is shorter is a label
_LONGEST_FOOT: Final = 200  # characters: a longer line is text, and looking through all of it costs more than all else
_LABELLED_BESIDE: Final = 3  # lines above a labelled day among which the title of a list's row would stand


@dataclass(frozen=True, slots=True)
class Prose:
    """Where the text stands to the list."""

    headed: bool  # a heading with its own day below it, and not the title of a row
    under_heading: int  # visible characters between that heading and the first row after it
    before_list: int  # … of the longest stretch of text before a row, wherever it begins


NO_PROSE: Final = Prose(False, 0, 0)


def find_prose(document: Document, heading: str | None, titles: tuple[str, ...], rows: Collection[str]) -> Prose:
    """``titles`` are what the page may be headed by beside ``heading``; ``rows`` the texts of the rows of its list."""
    lines = document.lines
    anchored = document.anchored
    before = _longest_stretch(lines, anchored, rows)
    best = 0
    headed = False
    for start, needed in _heads(lines, heading, titles, anchored, rows):
        text = _stretch(lines, start + 1, anchored, rows)
        if text >= needed:
            headed = True
            best = max(best, text)
    return Prose(headed, best, before)


def _heads(
    lines: list[str], heading: str | None, titles: tuple[str, ...], anchored: frozenset[str], rows: Collection[str]
) -> list[tuple[int, int]]:
    """Lines under which an article begins, and how many characters it must have to be one."""
    found: list[tuple[int, int]] = []
    bare_titles = {_bare(title) for title in titles if len(title) >= 6}
    least = min(map(len, bare_titles), default=10_000)
    most = max(map(len, bare_titles), default=0) + 20  # with the marks that stand in it
    for index, line in enumerate(lines):
        if len(found) >= 4:
            break
        if line in rows:
            continue
        if line == heading or (least <= len(line) <= most and line not in anchored and _bare(line) in bare_titles):
            for below in lines[index + 1 : index + 1 + _BELOW]:
                if below in rows:
                    break
                if _is_own_day(below):
                    found.append((index, 0))
                    break
        elif len(line) <= 120 and _LABEL.search(line):
            above = lines[max(0, index - _LABELLED_BESIDE) : index]
            day = loose_days(narrow(line), _NO_LIMIT) or full_days(
                narrow(lines[index + 1])[:24] if index + 1 < len(lines) else ""
            )
            if day and not any(other in rows for other in above):
                found.append((index, 60))
    return found


def _is_own_day(line: str) -> bool:
    """``发布时间：2026-04-05 来源：…``, or a day alone."""
    if len(line) > 120 or _BANNER.search(line):
        return False
    line = narrow(line)
    days = loose_days(line, _NO_LIMIT) if len(line) <= _LONGEST_INFO else full_days(line)
    if not days:
        return False
    if _LABEL.search(line):
        return True
    return days[0].start <= 4 and len(line) - (days[0].end - days[0].start) <= 24


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def _stretch(lines: list[str], start: int, anchored: frozenset[str], rows: Collection[str]) -> int:
    """Characters of running text from a line on, until a row of the list or what stands under articles."""
    length = 0
    for line in lines[start:]:
        if line in rows:
            break
        size = len(line)
        if size <= _LONGEST_FOOT and (_FOOT.search(line) or _END.search(line)):
            break
        if size >= _LEAST and line not in anchored and not (size <= 120 and _LABEL.search(line)):
            length += size
    return length


def _longest_stretch(lines: list[str], anchored: frozenset[str], rows: Collection[str]) -> int:
    longest = length = 0
    for line in lines:
        if line in rows:
            longest, length = max(longest, length), 0
        elif len(line) >= 3 * _LEAST and line not in anchored and not _is_foot(line):
            length += len(line)
    return longest


def _is_foot(line: str) -> bool:
    return len(line) <= _LONGEST_FOOT and _FOOT.search(line) is not None


__all__ = ["NO_PROSE", "Prose", "find_prose"]
