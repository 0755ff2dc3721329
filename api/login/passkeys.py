"""Passkeys (W3C WebAuthn level 2): made, and shown instead of a code or of everything.

The challenge is sealed into the form, so no server keeps it; it is good for minutes,
and until the passkey was shown: an answer that somebody saw is worth nothing again.
The authenticator has to verify its user (a finger, a PIN): a passkey alone is two
factors. Attestation is not asked for.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from api.compose.wiring import App
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.people import second_factors
from inventory.people.sign_in_tables import SecondFactor
from inventory.storage.rows import Row, col, table_of

SECONDS = 300
MOST = 20_000
"""Characters of what an authenticator sends."""
_factor = table_of(SecondFactor)
_BROKEN = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)
"""What reading something forged raises."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser is asked.

    Attributes:
        options: For `navigator.credentials`, JSON.
        proof: The challenge, sealed; it comes back with the answer.
    """

    options: str
    proof: str


def ask_new(app: App, base: str, user_id: int, login: str) -> Asked:
    """Return what a browser is asked to make a passkey.

    Args:
        app: The composition.
        base: Address of this site.
        user_id: Whose it will be.
        login: What it is shown as.
    """
    challenge = secrets.token_bytes(32)
    with app.engine.connect() as connection:
        known = second_factors.factors_of(connection, user_id, "passkey")
    options = generate_registration_options(
        rp_id=_host(base),
        rp_name="Purser",
        user_name=login,
        user_id=f"purser:{user_id}".encode(),
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
    )
    return Asked(options_to_json(options), _sealed(app, "new", user_id, challenge))


def keep_new(
    app: App, base: str, user_id: int, proof: str, answer: str, name: str
) -> int:
    """Keep a passkey that was made; return its number.

    Raises:
        Invalid: It was not made for this challenge, site and login.
        Conflict: It is known already.
    """
    try:
        made = verify_registration_response(
            credential=_read(answer),
            expected_challenge=_opened(app, "new", user_id, proof)[0],
            expected_rp_id=_host(base),
            expected_origin=_origin(base),
            require_user_verification=True,
        )
    except _BROKEN as error:
        raise _refused() from error
    with app.work(f"user:{user_id}") as work:
        number = second_factors.add_factor(
            work,
            user_id,
            "passkey",
            name,
            credential=bytes_to_base64url(made.credential_id),
            public_key=bytes_to_base64url(made.credential_public_key),
            counter=made.sign_count,
        )
        work.commit()
    return number


def ask(app: App, base: str, user_id: int = 0) -> Asked:
    """Return what a browser is asked to show a passkey.

    Args:
        app: The composition.
        base: Address of this site.
        user_id: Whose; 0: anybody's, the passkey says it.
    """
    challenge = secrets.token_bytes(32)
    known: list[Row] = []
    if user_id:
        with app.engine.connect() as connection:
            known = second_factors.factors_of(connection, user_id, "passkey")
    options = generate_authentication_options(
        rp_id=_host(base),
        challenge=challenge,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Asked(options_to_json(options), _sealed(app, "show", user_id, challenge))


def shown(app: App, base: str, proof: str, answer: str, user_id: int = 0) -> int:
    """Return whose passkey was shown.

    Raises:
        Invalid: It is none, another's, or not for this challenge and site.
    """
    try:
        sent = _read(answer)
        row = _known(app, str(sent["id"]))
        if row is None or user_id not in (0, row["user_id"]):
            raise _refused()
        challenge, asked_at = _opened(app, "show", user_id, proof)
        checked = verify_authentication_response(
            credential=sent,
            expected_challenge=challenge,
            expected_rp_id=_host(base),
            expected_origin=_origin(base),
            credential_public_key=base64url_to_bytes(row["public_key"]),
            credential_current_sign_count=row["counter"],
            require_user_verification=True,
        )
    except _BROKEN as error:
        raise _refused() from error
    owner = int(row["user_id"])
    with app.work(f"user:{owner}") as work:
        if not second_factors.note_passkey(
            work, row["id"], checked.new_sign_count, asked_at
        ):
            raise _refused()
        work.commit()
    return owner


def _known(app: App, credential: str) -> Row | None:
    query = select(_factor).where(
        col(SecondFactor.credential) == credential,
        col(SecondFactor.removed_at).is_(None),
    )
    with app.engine.connect() as connection:
        row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _described(rows: list[Row]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(row["credential"]))
        for row in rows
    ]


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > MOST:
        raise _refused()
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise _refused()
    return found


def _sealed(app: App, kind: str, user_id: int, challenge: bytes) -> str:
    asked_at = app.clock().isoformat()
    return app.seal.pass_for(
        json.dumps(["passkey", kind, user_id, b64encode(challenge).decode(), asked_at])
    )


def _opened(app: App, kind: str, user_id: int, proof: str) -> tuple[bytes, datetime]:
    told = app.seal.read_pass(proof, SECONDS)
    found: list[Any] = json.loads(told) if told else []
    if found[:3] != ["passkey", kind, user_id]:
        raise _refused()
    return b64decode(found[3]), datetime.fromisoformat(found[4])


def _host(base: str) -> str:
    return urlsplit(base).hostname or ""


def _origin(base: str) -> str:
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}"


def _refused() -> Invalid:
    return Invalid(
        N_("The passkey was not accepted."),
        where="passkey",
        remedy=N_("Try again, or use a code."),
    )
