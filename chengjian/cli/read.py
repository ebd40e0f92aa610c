"""``chengjian read FILE``: what the reader sees on one saved page, and why."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import typer

from chengjian.cli.manners import UserError


def read(
    file: Annotated[Path, typer.Argument(help="保存的网页文件", show_default=False)],
    url: Annotated[str | None, typer.Option(help="网页原来的地址；不给则条目地址按原样输出")] = None,
    status: Annotated[int | None, typer.Option(help="当时的 HTTP 状态码（默认 200，或响应头文件中的状态）")] = None,
    headers: Annotated[Path | None, typer.Option(help="响应头文件：每行“名称: 值”，或一个 JSON 对象")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="评判日 YYYY-MM-DD（默认北京时间今天）")] = None,
    json_file: Annotated[
        str | None, typer.Option("--json", help="把 chengjian.page/1 文档写入此文件；- 或不给则写到标准输出")
    ] = None,
) -> None:
    """读一个保存的网页，说明看到了什么、为什么这样判断。不联网。"""
    from services.read_file import UnreadableFileError, parse_headers, read_file
    from services.reports.page_document import page_document

    day = _day(as_of)
    if url is not None and urlsplit(url).scheme not in ("http", "https"):
        _refuse(f"--url 要以 http:// 或 https:// 开头：{url}")
    if status is not None and not 100 <= status <= 999:
        _refuse(f"--status 应为 100 至 999：{status}")
    try:
        saved_status, saved_headers = (None, {}) if headers is None else parse_headers(_text(headers))
        reading = read_file(file, as_of=day, url=url, status=status or saved_status or 200, headers=saved_headers)
    except UnreadableFileError as error:
        _refuse(str(error))
    document = json.dumps(page_document(reading), ensure_ascii=False, indent=2) + "\n"
    if json_file is None or json_file == "-":
        sys.stdout.write(document)
        return
    try:
        Path(json_file).write_text(document, encoding="utf-8")
    except OSError as error:
        _refuse(f"不能写入 {json_file}：{error.strerror or error}")
    for sentence in reading.because:
        sys.stdout.write(sentence + "\n")


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(ZoneInfo("Asia/Shanghai")).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        _refuse(f"--as-of 应为 YYYY-MM-DD 形式的日期：{text}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        _refuse(f"不能读取响应头文件 {path}：{error.strerror or error}")


def _refuse(message: str) -> NoReturn:
    raise UserError(message)
