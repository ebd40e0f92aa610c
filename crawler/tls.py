"""The TLS manners of every HTTP stack of ours."""

import ssl
from functools import cache


@cache  # reading the authorities' certificates costs more than a request
def client_context() -> ssl.SSLContext:
    """A context that verifies chain and host name, but still speaks to servers of long ago.

    Old protocol versions and unsafe renegotiation are allowed, because a county's server that speaks TLS 1.0 is
    reachable for its readers; what is never given up is the verification of the certificate.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context
