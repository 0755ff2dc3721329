"""One-time codes of authenticator programs (RFC 6238: 6 digits, 30 seconds). Pure."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

ISSUER = "Purser"
STEP_SECONDS = 30
AROUND = 1
"""Steps before and after the present one: clocks differ (RFC 6238, section 5.2)."""
DIGITS = 6


def new_secret() -> str:
    """Return a new shared secret, base32."""
    return pyotp.random_base32()


def uri_of(secret: str, login: str) -> str:
    """Return what an authenticator program reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of_code(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step that a code is of; None if it is of none around now.

    Args:
        secret: The shared secret, base32.
        code: As it was typed.
        now: The present moment.
    """
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit()) or len(typed) != DIGITS:
        return None
    present = int(now.timestamp()) // STEP_SECONDS
    codes = pyotp.TOTP(secret)
    found = None
    for step in range(present - AROUND, present + AROUND + 1):
        if hmac.compare_digest(codes.generate_otp(step), typed):
            found = step
    return found
