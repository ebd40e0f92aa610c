"""What every answer carries, so that a browser does nothing that our pages never ask for; and who we are called."""

import ipaddress
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; frame-src 'self' {evidence}"
)
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
HTTPS_ONLY: Final = {"Strict-Transport-Security": "max-age=31536000"}  # a year: RFC 6797
_MACHINES: Final = ("/healthz", "/metrics")  # asked by whatever name the monitoring knows


class SecurityHeaders:
    """Adds them to what does not carry its own (archived pages do: ``console.archived``)."""

    def __init__(self, app: ASGIApp, evidence_origin: str = "", secure: bool = False) -> None:
        self.app = app
        self._secure = secure
        self._always = ALWAYS | (HTTPS_ONLY if secure else {})
        self._policy = CONTENT_SECURITY.format(evidence=evidence_origin).strip()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", self._policy)
                for name, value in self._always.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
                if self._secure:
                    message["headers"] = [_secured(name, value) for name, value in message["headers"]]
            await send(message)

        await self.app(scope, receive, send_with)


class AllowedHosts:
    """Refuses a request for another name than ours: a page elsewhere cannot give its own name our address.

    An address in the place of a name and ``localhost`` are always ours: no name can be made to lead to them.
    """

    def __init__(self, app: ASGIApp, names: tuple[str, ...] = ()) -> None:
        self.app = app
        self._names = {name.lower() for name in (*names, "localhost")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in _MACHINES and not self._ours(scope):
            answer = PlainTextResponse(
                "本服务不以这个名称提供：请用登记的网址打开，或请运维把它加入 CHENGJIAN_HOSTS", 421
            )
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _ours(self, scope: Scope) -> bool:
        given = Headers(scope=scope).getlist("host")
        if len(given) != 1:
            return False
        name, port = _parted(given[0])
        if port and not port.isdigit():
            return False
        return name in self._names or _is_address(name)


def _parted(host: str) -> tuple[str, str]:
    """Name and port of a ``Host``."""
    if host.startswith("["):
        name, closed, rest = host[1:].partition("]")
        return (name, rest.removeprefix(":")) if closed else ("", "")
    name, _, port = host.partition(":")
    return name.rstrip(".").lower(), port


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _secured(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Every cookie over HTTPS only, whoever set it."""
    if name.lower() != b"set-cookie" or b"; secure" in value.lower():
        return name, value
    return name, value + b"; Secure"
