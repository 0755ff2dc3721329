"""Signed links by which a person says what they have of a stock-take. Pure."""

from __future__ import annotations

import hashlib
import hmac


def person_token(key: bytes, take_id: int, person_id: int) -> str:
    """Return the signed name of a person in a campaign, for a link."""
    name = f"{take_id}.{person_id}"
    return f"{name}.{hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:40]}"


def person_of(key: bytes, token: str) -> tuple[int, int] | None:
    """Return campaign and person of a token; None for one not made here."""
    take, _, rest = token.partition(".")
    person, _, _ = rest.partition(".")
    if not (take.isdecimal() and person.isdecimal()):
        return None
    expected = person_token(key, int(take), int(person))
    same = hmac.compare_digest(expected.encode(), token.encode())
    return (int(take), int(person)) if same else None
