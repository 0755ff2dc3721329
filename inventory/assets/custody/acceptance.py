"""Who got things confirms it, or disputes it, by a link that works once.

The link carries a random token and its signature: what was not made here is refused
without a look at the database, which keeps only a hash of the token. Terms and items
are frozen as they were shown, with a digest over both. Custody does not depend on the
answer. Imports `storage` and the tables.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from inventory.assets.custody.acceptance_tables import Acceptance
from inventory.assets.custody.signatures import check_drawing
from inventory.assets.register import tables
from inventory.kernel.errors import Invalid, NotAllowed, NotFound
from inventory.kernel.events import HandoverAnswered
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, add, change, col, find, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_ASSET = table_of(tables.Asset)
_CUSTODY = table_of(tables.Custody)
_SHOWN = ("tag", "kind", "name", "model", "serial")
LINK_VALIDITY = timedelta(days=14)
"""How long a link works."""

TERMS = (
    "I have received the things listed here. I use them for my work, take care of"
    " them, report loss, theft and damage at once, and give them back when I am asked"
    " to or when my employment ends."
)
"""What is confirmed where nothing else is said."""
RETURN_TERMS = (
    "I have given back the things listed here. What was said of their condition when"
    " they came back is true as far as I know."
)
"""What is confirmed of things that came back."""
RETURNED = "return:"
"""Begins the common name of what was given back together."""


@dataclass(frozen=True, slots=True)
class AcceptanceLink:
    """What is sent to the person; the token is not kept anywhere else."""

    acceptance_id: int
    token: str

    def __repr__(self) -> str:
        return f"Link({self.acceptance_id}, ...)"


def digest(terms: str, items: Any) -> str:  # noqa: ANN401
    """Return the SHA-256 over terms and items, as hexadecimal digits."""
    text = json.dumps([terms, items], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def request_acceptance(
    work: UnitOfWork,
    handover_id: str,
    person_id: int,
    terms: str,
    key: bytes,
    *,
    valid: timedelta = LINK_VALIDITY,
) -> AcceptanceLink:
    """Ask a person to confirm what was handed over together; return the link.

    Args:
        work: The unit of work.
        handover_id: Common name of the handover, as in `custody`.
        person_id: Who got it.
        terms: What the person confirms.
        key: Secret that signs links.
        valid: How long the link works.

    Raises:
        Invalid: There are no terms.
        NotFound: Nothing was handed to that person in that handover.
    """
    _with_terms(terms)
    query = (
        select(*(_ASSET.c[name] for name in _SHOWN), col(tables.Custody.valid_from))
        .join(_CUSTODY, col(tables.Custody.asset_id) == id_of(tables.Asset))
        .where(
            col(tables.Custody.handover_id) == handover_id,
            col(tables.Custody.person_id) == person_id,
        )
        .order_by(col(tables.Asset.tag))
    )
    items = [
        {**{name: row[name] for name in _SHOWN}, "from": row["valid_from"].isoformat()}
        for row in work.connection.execute(query).mappings()
    ]
    if not items:
        raise NotFound(
            N_("Nothing was handed to person {person_id} in {handover_id!r}."),
            person_id=person_id,
            handover_id=handover_id,
        )
    asked = Asked(handover_id, person_id, terms, items)
    return ask_to_sign(work, asked, key, valid=valid)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody is asked to sign for.

    Attributes:
        items: As they are shown: tag, kind, name, model, serial, from.
        lines: Ids of what is signed for with it.
    """

    handover_id: str
    person_id: int
    terms: str
    items: Sequence[Mapping[str, Any]]
    lines: Sequence[int] = ()


def ask_to_sign(
    work: UnitOfWork, asked: Asked, key: bytes, *, valid: timedelta = LINK_VALIDITY
) -> AcceptanceLink:
    """Ask a person to confirm a list of things; return the link.

    Raises:
        Invalid: There are no terms.
    """
    _with_terms(asked.terms)
    token, items = secrets.token_urlsafe(32), list(asked.items)
    values = {
        "handover_id": asked.handover_id,
        "person_id": asked.person_id,
        "terms": asked.terms,
        "items": items,
        "lines": list(asked.lines),
        "digest": digest(asked.terms, items),
        "token_hash": _hashed(token),
        "expires_at": work.clock() + valid,
    }
    acceptance_id = add(work, Acceptance, values)
    return AcceptanceLink(acceptance_id, f"{token}.{_signature(token, key)}")


def _with_terms(terms: str) -> None:
    if not terms.strip():
        raise Invalid(N_("There are no terms to confirm."), where="terms")


def renew_acceptance(
    work: UnitOfWork, acceptance_id: int, key: bytes
) -> AcceptanceLink:
    """Make a new link for what was asked, as the mail was lost or the link too old.

    The one before works no more; what was handed over stays as it is.

    Raises:
        NotAllowed: It was answered already.
    """
    row = get(work.connection, Acceptance, acceptance_id, lock=True)
    if row["state"] not in ("pending", "withdrawn"):
        raise NotAllowed(N_("It is {state} already."), state=row["state"])
    token = secrets.token_urlsafe(32)
    values = {
        "token_hash": _hashed(token),
        "expires_at": work.clock() + LINK_VALIDITY,
        "state": "pending",
        "answered_at": None,
    }
    change(work, Acceptance, acceptance_id, values, action="renew")
    return AcceptanceLink(acceptance_id, f"{token}.{_signature(token, key)}")


def open_acceptance(work: UnitOfWork, token: str, key: bytes) -> Row:
    """Return what a link asks for; looking does not use it up.

    Raises:
        NotFound: The link was not made here.
        NotAllowed: It was used, is too old, or what it shows was tampered with.
    """
    bare, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(bare, key).encode()):
        raise NotFound(N_("There is no such link."), remedy=N_("Copy it whole."))
    row = find(work.connection, Acceptance, token_hash=_hashed(bare))
    if row is None:
        raise NotFound(N_("There is no such link."), remedy=N_("Ask for a new one."))
    if row["state"] != "pending":
        raise NotAllowed(
            N_("It is {state} already."),
            remedy=N_("Ask for a new link."),
            state=row["state"],
        )
    if row["expires_at"] <= work.clock():
        raise NotAllowed(N_("The link is too old."), remedy=N_("Ask for a new one."))
    _check_unchanged(row)
    return row


def _check_unchanged(row: Row) -> None:
    if digest(row["terms"], row["items"]) != row["digest"]:
        raise NotAllowed(
            N_("What it shows was changed."), remedy=N_("Ask for a new link.")
        )


def accept(
    work: UnitOfWork,
    token: str,
    key: bytes,
    signature: str,
    drawing: object = None,
) -> int:
    """Confirm with a typed name; return the id of the acceptance.

    Args:
        work: The unit of work.
        token: As in the link.
        key: Secret that signs links.
        signature: The name as typed.
        drawing: The signature as drawn, see `signatures`; None if it was not.

    Raises:
        Invalid: No name is typed, or the drawing is none.
        NotFound: As `look`.
        NotAllowed: As `look`.
    """
    answer = _signed(signature) | {"drawing": check_drawing(drawing)}
    return _answer(work, open_acceptance(work, token, key), "accepted", answer)


def accept_own(
    work: UnitOfWork, acceptance_id: int, person_id: int | None, signature: str
) -> int:
    """Confirm what one was asked oneself, logged in, without the link.

    Args:
        work: The unit of work.
        acceptance_id: What was asked.
        person_id: Who is logged in; None: an account of no person.
        signature: The name as typed.

    Raises:
        Invalid: No name is typed.
        NotAllowed: Somebody else was asked, or it cannot be answered any more.
    """
    row = get(work.connection, Acceptance, acceptance_id, lock=True)
    if person_id is None or row["person_id"] != person_id:
        raise NotAllowed(N_("It is somebody else's."))
    # The link may be too old or lost: who is logged in needs none.
    if row["state"] != "pending":
        raise NotAllowed(N_("It is {state} already."), state=row["state"])
    _check_unchanged(row)
    return _answer(work, row, "accepted", _signed(signature))


def _signed(signature: str) -> Row:
    if not signature.strip():
        raise Invalid(N_("Type your name to sign."), where="signature")
    return {"signature": signature.strip()}


def dispute(work: UnitOfWork, token: str, key: bytes, remark: str) -> int:
    """Say what is wrong with a handover; custody stays as it is.

    Raises:
        Invalid: It is not said what is wrong.
        NotFound: As `look`.
        NotAllowed: As `look`.
    """
    if not remark.strip():
        raise Invalid(N_("Say what is wrong."), where="remark")
    answer = {"remark": remark.strip()}
    return _answer(work, open_acceptance(work, token, key), "disputed", answer)


def _answer(work: UnitOfWork, row: Row, state: str, answer: Mapping[str, Any]) -> int:
    values = {"state": state, "answered_at": work.clock(), **answer}
    change(work, Acceptance, row["id"], values, action=state)
    work.emit(
        HandoverAnswered(
            acceptance_id=row["id"],
            person_id=row["person_id"],
            handover_id=row["handover_id"],
            state=state,
        )
    )
    return int(row["id"])


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _signature(token: str, key: bytes) -> str:
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()


def withdraw_acceptance(work: UnitOfWork, acceptance_id: int) -> bool:
    """Let a link work no more; return whether it was still pending."""
    row = get(work.connection, Acceptance, acceptance_id, lock=True)
    if row["state"] != "pending":
        return False
    values = {"state": "withdrawn", "answered_at": work.clock()}
    return change(work, Acceptance, acceptance_id, values, action="withdraw")
