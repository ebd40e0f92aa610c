"""Handing out files that strangers sent: always as an attachment, never shown by the browser, never run."""

from typing import Final
from urllib.parse import quote

from fastapi.responses import Response

from services.staged_files import safe_name

_POLICY: Final = "sandbox; default-src 'none'"


def attachment(body: bytes, name: str, media_type: str = "application/octet-stream") -> Response:
    """A download under the sender's name, cleaned of what a file system or a header may take for something else."""
    clean = safe_name(name)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in clean)
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}",
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, media_type=media_type, headers=headers)
