"""The second factor: codes of an authenticator app (TOTP, RFC 6238), six digits, a new one every 30 seconds."""

import secrets
from datetime import datetime
from typing import Final

import pyotp
import segno

from records.accounts import Role

_WINDOW: Final = 1  # steps before and after: a phone's clock may be half a minute off
_STEP: Final = 30  # seconds

#: Who decides or manages: they are told to set it up, or must where the operator demands it.
DECIDING: Final = (Role.OPERATOR, Role.OFFICE, Role.VERIFIER, Role.ANALYST)


def new_secret() -> str:
    return pyotp.random_base32()


def step_of(secret: str, code: str, *, at: datetime, after: int | None) -> int | None:
    """The time step that a code is of; None where it is of none, or not ``after`` the one that was taken last."""
    given = "".join(code.split())
    if len(given) != 6 or not given.isascii() or not given.isdigit():
        return None
    now = int(at.timestamp()) // _STEP
    codes = pyotp.TOTP(secret)
    found = None
    for step in range(now - _WINDOW, now + _WINDOW + 1):  # all of them, whichever fits: it takes as long
        if secrets.compare_digest(codes.generate_otp(step), given) and (after is None or step > after):
            found = step
    return found


def address_of(secret: str, *, login: str, issuer: str) -> str:
    """What an authenticator app reads: ``otpauth://totp/…``."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def picture_of(address: str) -> str:
    """The address as a QR code: SVG in a ``data:`` address."""
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=4, dark="#1b2430", light="#ffffff"))
