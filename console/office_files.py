"""Answering with a document that we made: Word or Excel."""

from typing import Final
from urllib.parse import quote

from fastapi.responses import Response

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def office_file(body: bytes, name: str, media_type: str) -> Response:
    """A file under a name in Chinese (RFC 6266); nothing of the name can end the header."""
    plain = "".join(c if c.isprintable() and c not in '\\/:*?"<>|' else "-" for c in name)[:120]
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(plain, safe='')}"}
    return Response(body, media_type=media_type, headers=headers)
