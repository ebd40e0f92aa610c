"""Which machine an address means, as far as its words tell."""

import ipaddress
from urllib.parse import urlsplit


def is_private(url: str) -> bool:
    """Whether the host is written as an address inside some network: from elsewhere it is another machine or none."""
    address = _address(url)
    return address is not None and (address.is_private or address.is_loopback or address.is_link_local)


def is_loopback(url: str) -> bool:
    """Whether the host is this very machine."""
    address = _address(url)
    return address is not None and address.is_loopback


def _address(url: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The network address that a host is written as, ``None`` for a name."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    if host == "localhost" or host.endswith(".localhost"):
        return ipaddress.IPv4Address("127.0.0.1")
    if not host or not (host[-1].isdigit() or ":" in host):
        return None
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
