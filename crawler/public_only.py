"""Nothing of this process goes to private or loopback addresses: for what somebody typed into the console.

Looked at where a connection is made and not where an address is read: a redirect, a name that resolves to something
else the second time (DNS rebinding) and a number written oddly all end in ``connect``.  Python tells of each by an
audit event, and nobody can take the hook away again.  A browser is a process of its own, and is not started then.
"""

import errno
import ipaddress
import socket
import sys
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

_WEB_PORTS: Final = (80, 443)
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_6TO4: Final = ipaddress.ip_network("2002::/16")
#: All of IPv6 that is given out to the open network (RFC 4291, section 2.4; IANA).  What lies beside it is of a site
#: (fec0::/10), of a translator of the house (64:ff9b:1::/48), or an IPv4 address in another coat (::/96).
_GIVEN_OUT: Final = ipaddress.ip_network("2000::/3")
_OF_PROTOCOLS: Final = ipaddress.ip_network("192.0.0.0/24")  # RFC 6890

#: What the operator allowed, as addresses and ports.
Allowed = frozenset[tuple[str, int]]


def refuse_private(allowed: Iterable[str] = ()) -> Allowed:
    """From now on, for as long as this process lives.  ``allowed``: ``host`` (its web ports) or ``host:port``.

    Returns what is allowed, as ``leads_inside`` takes it.
    """
    known = frozenset(place for one in allowed for place in _places(one))

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            check(arguments[1], known)

    sys.addaudithook(look)
    return known


def leads_inside(url: str, allowed: Allowed) -> bool:
    """Whether nothing that a web address leads to now may be asked.

    For a sentence to who typed it: what is refused on the way would read like a site that does not answer.
    """
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname or "", port, type=socket.SOCK_STREAM)
    except OSError:
        return False  # a name that nobody knows is no inside address
    places = {(str(one[4][0]).partition("%")[0], port) for one in found}
    return not any(place in allowed or is_public(place[0]) for place in places)


def check(address: object, allowed: Allowed) -> None:
    """``OSError`` ("no route") for an address that is not on the open network and was not allowed.

    No route and not refused: what we would not ask must not be called broken.
    """
    if not isinstance(address, tuple) or len(address) < 2:
        return  # a socket of this machine's own file system: a database, a log
    host, port = str(address[0]).partition("%")[0], int(address[1])
    if (host, port) in allowed or is_public(host):
        return
    raise OSError(errno.EHOSTUNREACH, "内网或本机地址，未访问")


def is_public(host: str) -> bool:
    """Whether a numeric address is one of the open network; what is no number is none."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or (address.sixtofour if address in _6TO4 else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is None:
            return address in _GIVEN_OUT and address.is_global
        address = inner
    return address.is_global and not address.is_multicast and address not in _OF_PROTOCOLS


def _places(text: str) -> Iterable[tuple[str, int]]:
    host, _, port = text.rpartition(":") if text.rpartition(":")[2].isdigit() else (text, "", "")
    ports = (int(port),) if port else _WEB_PORTS
    for one in ports:
        try:
            for found in socket.getaddrinfo(host.strip("[]"), one, type=socket.SOCK_STREAM):
                yield str(found[4][0]), one
        except OSError:
            continue  # a name that nobody knows allows nothing
