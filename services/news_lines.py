"""JSON Lines of news items, as strangers write them (`docs/contracts.md` §2): read line by line, nothing lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import orjson

from records.news import Article

MAX_LINE: Final = 16 * 1024 * 1024  # bytes of one item
_MOST_EXACT: Final = 2.0**53  # beyond, neighbouring numbers are one: two items would share an id
_KNOWN_TEXTS: Final = ("title", "text", "source", "url", "author", "outlet_place")


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line of the input: an article, or why there is none.  ``id`` is given back as it was written."""

    number: int
    id: Any
    article: Article | None
    error: str = ""
    remarks: tuple[str, ...] = ()


def decode_file(body: bytes) -> Iterator[bytes | str]:
    """The lines of a file; UTF-16 with its mark is decoded whole.  Blank lines at the end are no lines."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield from body.decode("utf-16", errors="replace").rstrip().split("\n")
        return
    yield from body.removeprefix(b"\xef\xbb\xbf").rstrip().split(b"\n")


def read_lines(body: bytes) -> Iterator[ReadLine]:
    """Each line of the file in order.  An empty file has no lines."""
    if not body.strip(b"\xef\xbb\xbf\r\n\t \0"):
        return
    for number, line in enumerate(decode_file(body), start=1):
        yield _read(number, line)


def _read(number: int, line: bytes | str) -> ReadLine:
    def refuse(why: str, item_id: Any = None) -> ReadLine:
        return ReadLine(number, item_id, None, f"第 {number} 行：{why}")

    if len(line) > MAX_LINE:
        return refuse(f"超过 {MAX_LINE // 1024 // 1024} MB，未研判")
    text, remark = _text(line)
    if text is None:
        return refuse("既不是 UTF-8 也不是 GBK 编码，请另存为 UTF-8")
    if not text.strip():
        return refuse("空行")
    try:
        item = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return refuse(f"不是有效的 JSON（第 {error.colno} 字符处有误），每行应是一个 JSON 对象")
    if not isinstance(item, dict):
        return refuse('不是 JSON 对象，每行应为 {"id", "title", "text"}')
    item_id = item.get("id")
    if item_id is None or isinstance(item_id, dict | list | bool) or item_id == "":
        return refuse("缺少编号 id", item_id)
    if isinstance(item_id, float) and abs(item_id) >= _MOST_EXACT:
        return refuse("编号 id 的数字过长，会失去末位，请写成文字（加引号）", str(item_id))
    texts: dict[str, str] = {}
    for name in _KNOWN_TEXTS:
        value = item.get(name)
        if value is not None and not isinstance(value, str):
            return refuse(f"{name} 应为文字", item_id)
        texts[name] = value or ""
    if not texts["title"].strip() and not texts["text"].strip():
        return refuse("标题和正文都为空，无法研判", item_id)
    published, wrong_day = _day(item.get("published_at"))
    remarks = tuple(told for told in (remark, wrong_day) if told)
    article = Article(
        id=str(item_id),
        title=texts["title"],
        text=texts["text"],
        published=published,
        source=texts["source"],
        url=texts["url"] or None,
        author=texts["author"],
        outlet_place=texts["outlet_place"],
    )
    return ReadLine(number, item_id, article, remarks=remarks)


def _text(line: bytes | str) -> tuple[str | None, str]:
    """The line as text, and a remark where it is not UTF-8."""
    if isinstance(line, str):
        return line, ""
    try:
        return line.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    try:
        return line.decode("gb18030"), "按 GBK 编码读取"
    except UnicodeDecodeError:
        return None, ""


def _day(value: Any) -> tuple[date | None, str]:
    """The day, and a remark where there is something that is none."""
    if value is None or value == "":
        return None, ""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value.strip()).date(), ""
        except ValueError:
            pass
    return None, f"published_at 不是 ISO 日期，按无日期处理：{str(value)[:40]}"
