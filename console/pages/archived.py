"""Archived pages (存档副本), which are hostile: a signed address that soon ends, a sandbox that loads nothing.

No cookie is needed or looked at: who holds the address may see this one page, which is why a frame on another origin
can show it.  What is no page is handed out as a file and never rendered.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import Response

from console.acting import NotFoundError, Tools
from console.evidence_host import ARCHIVED
from console.routing import PageRouter
from console.tools import ConsoleTools
from services.desk.archive import Answered
from services.desk.archived_page import MARK, POLICY, Place, is_page, show
from services.desk.exhibit import Seen

router = PageRouter()
VALID_FOR: Final = timedelta(minutes=15)
_MOST: Final = 8192  # characters of a token


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a signed address lets somebody see."""

    seen: Seen
    place: Place
    masked: bool
    frames: str  # origin of the console that may frame it


def address_of(tools: ConsoleTools, ticket: Ticket) -> str:
    """Where the archived page is shown, for ``VALID_FOR``."""
    told = {
        "audit": ticket.seen.audit,
        "url": ticket.seen.url,
        "warc": ticket.seen.warc,
        "offset": ticket.seen.offset,
        "mark": ticket.place.url,
        "words": ticket.place.words,
        "masked": ticket.masked,
        "frames": ticket.frames,
        "ends": (tools.now() + VALID_FOR).isoformat(),
    }
    body = base64.urlsafe_b64encode(json.dumps(told, ensure_ascii=True).encode()).decode().rstrip("=")
    return f"{tools.evidence_origin}{ARCHIVED}{body}.{_signed(tools, body)}#{MARK}"


def origin_of(request: Request) -> str:
    """The origin under which the console itself was asked."""
    return f"{request.url.scheme}://{request.url.netloc}"


@router.get("/archived/{token}", include_in_schema=False)
def archived(request: Request, tools: Tools, token: str) -> Response:
    ticket = _read(tools, token)
    answer = tools.desk.archive().answer(
        ticket.seen.audit, ticket.seen.url, warc=ticket.seen.warc, offset=ticket.seen.offset
    )
    headers = {
        "Content-Security-Policy": f"{POLICY}; frame-ancestors {ticket.frames}",
        "X-Frame-Options": "SAMEORIGIN",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    if answer is None:
        told = "没有保留这个页面的存档，或已到期清除".encode()
        return Response(told, 404, headers, media_type="text/plain; charset=utf-8")
    if not is_page(answer):
        return Response(
            answer.body,
            headers={**headers, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(_name(answer))}"},
            media_type="application/octet-stream",
        )
    shown = show(answer, ticket.place, masked=ticket.masked)
    return Response(shown.body, headers=headers, media_type="text/html; charset=utf-8")


def _name(answer: Answered) -> str:
    """A name for a file, of letters that every system takes; never a path."""
    last = urlsplit(answer.url).path.rpartition("/")[2][-80:]
    clean = "".join(c if c.isalnum() or c in "._-" else "_" for c in last).lstrip(".")
    return clean or "archived.bin"


def _signed(tools: ConsoleTools, body: str) -> str:
    digest = hmac.new(tools.desk.secret, body.encode("ascii"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _read(tools: ConsoleTools, token: str) -> Ticket:
    """``NotFoundError`` for what we did not sign, or what ended."""
    body, _, signature = token.partition(".")
    ended = NotFoundError("存档副本的地址已失效，请回到原来的页面刷新")
    if len(token) > _MOST or not token.isascii():
        raise ended
    if not hmac.compare_digest(signature.encode(), _signed(tools, body).encode()):
        raise ended
    try:
        told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, binascii.Error):
        raise ended from None
    if datetime.fromisoformat(told["ends"]) < tools.now():
        raise ended
    return Ticket(
        Seen(told["audit"], told["url"], told["warc"], told["offset"]),
        Place(told["mark"], told["words"]),
        told["masked"],
        told["frames"],
    )
