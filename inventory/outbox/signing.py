"""Standard Webhooks: headers and signatures of a message. Pure.

`webhook-signature` holds one signature for each key that is valid, so that a receiver
goes on to verify while one key replaces another.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

SECRET_MARK = "whsec_"  # noqa: S105 - begins every key, so that leaks can be found
KEY_BYTES = 32


def new_secret() -> str:
    """Return a fresh signing key as the receiver is given it."""
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def headers(
    uid: str, at: datetime, body: str, keys: Sequence[str], *, own: bool = False
) -> dict[str, str]:
    """Return the headers of a message.

    Args:
        uid: The id of the message, the same in each try.
        at: When this try is made.
        body: The exact text that is sent.
        keys: Signing keys, the newest first.
        own: The receiver caused it himself.
    """
    # The library reads the local numbers of the moment as UTC.
    moment = at.astimezone(UTC).replace(microsecond=0)
    signed = (
        Webhook(key).sign(msg_id=uid, timestamp=moment, data=body) for key in keys
    )
    marks = {"purser-own": "true"} if own else {}
    return {
        "content-type": "application/json",
        "webhook-id": uid,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signed),
        **marks,
    }
