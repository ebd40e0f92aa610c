"""Read one saved page: no network, one page in, one reading out."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from extract.reader import Reader
from records.page import PageReading

_MOST: Final = 64 * 1024 * 1024  # bytes of a saved page


class UnreadableFileError(Exception):
    """A file that the call names cannot be used; the text is one Chinese line for the user."""


def parse_headers(text: str) -> tuple[int | None, dict[str, str]]:
    """Status and headers of a saved response, from lines ``Name: value`` (as ``curl -D`` writes) or from a JSON object.

    Names come back in lower case; where a response was redirected, the last block of headers counts.
    """
    stripped = text.strip()
    if stripped.startswith("{"):
        try:
            document = json.loads(stripped)
        except ValueError as error:
            raise UnreadableFileError(f"响应头文件不是有效的 JSON：{error}") from error
        return None, {str(name).lower(): str(value) for name, value in document.items()}
    status: int | None = None
    headers: dict[str, str] = {}
    for line in stripped.splitlines():
        if line.upper().startswith("HTTP/"):
            parts = line.split()
            status = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None
            headers = {}
            continue
        name, colon, value = line.partition(":")
        if colon and name.strip():
            key = name.strip().lower()
            headers[key] = f"{headers[key]}, {value.strip()}" if key in headers else value.strip()
    return status, headers


def read_file(
    path: Path, *, as_of: date, url: str | None = None, status: int = 200, headers: Mapping[str, str] | None = None
) -> PageReading:
    """The reading of the page that is saved in ``path``.

    Raises ``UnreadableFileError`` where the file cannot be read or is larger than 64 MiB.
    """
    try:
        if path.stat().st_size > _MOST:
            raise UnreadableFileError(f"文件太大（上限 {_MOST // 1024 // 1024} MiB）：{path}")
        body = path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFileError(f"找不到文件：{path}") from error
    except IsADirectoryError as error:
        raise UnreadableFileError(f"这是文件夹，不是文件：{path}") from error
    except OSError as error:
        raise UnreadableFileError(f"不能读取文件 {path}：{error.strerror or error}") from error
    return Reader(as_of).read(body, url=url, status=status, headers=dict(headers or {}))
