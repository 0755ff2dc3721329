"""What follows the right password where a second factor is asked.

The right password gives no session but a proof that it was right, sealed and good for
minutes. Codes are counted by the same throttle as passwords, and only a right code
takes the attempts back: who knows the password cannot guess on for ever.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken

from api.compose.wiring import App
from api.login.codes import step_of_code
from inventory.people import second_factors

SECONDS = 600
"""So long the second step may take."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody whose password was right, and who has to show a second factor.

    Attributes:
        user_id: The login.
        stamp: Of the password: a changed one makes the proof worthless.
        enrols: There is no factor yet, and one is required: it is set up now.
    """

    user_id: int
    stamp: str
    enrols: bool

    def sealed(self, app: App) -> str:
        """Return the proof that the form carries to the second step."""
        return app.seal.pass_for(
            json.dumps(["second", self.user_id, self.stamp, self.enrols])
        )


def asked_of(app: App, user_id: int, stamp: str) -> Pending | None:
    """Return what is asked of somebody after the password; None if nothing is."""
    with app.engine.connect() as connection:
        has = bool(second_factors.factors_of(connection, user_id))
    required = app.settings.login.second_factor == "required"
    if not has and not required:
        return None
    return Pending(user_id, stamp, enrols=not has)


def opened(app: App, proof: str) -> Pending | None:
    """Return what a form carries; None if it is forged or took too long."""
    told = app.seal.read_pass(proof, SECONDS)
    if told is None:
        return None
    kind, user_id, stamp, enrols = json.loads(told)
    return Pending(user_id, stamp, enrols) if kind == "second" else None


def sealed_secret(app: App, secret: str) -> str:
    """Return a shared secret as it is kept."""
    return _sealer(app).encrypt(secret.encode()).decode()


def code_key(app: App) -> bytes:
    """Return the key of the digests of recovery codes."""
    return app.seal.derive("recovery codes")


def is_right(app: App, user_id: int, code: str) -> bool:
    """Use up a one-time code or a recovery code; return whether it was right."""
    with app.work(f"user:{user_id}") as work:
        for one in second_factors.factors_of(work.connection, user_id, "totp"):
            secret = _opened_secret(app, one["sealed_secret"])
            step = step_of_code(secret, code, app.clock()) if secret else None
            if step is not None and second_factors.note_use(work, one["id"], step):
                work.commit()
                return True
        if second_factors.use_code(work, user_id, code, code_key(app)):
            work.commit()
            return True
    return False


def _sealer(app: App) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(app.seal.derive("second factor")))


def _opened_secret(app: App, sealed: str | None) -> str | None:
    try:
        return _sealer(app).decrypt((sealed or "").encode()).decode()
    except InvalidToken:  # sealed by a session.key that is gone
        return None
