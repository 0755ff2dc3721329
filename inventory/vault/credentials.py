"""Credentials: added, changed, removed, listed without secrets, opened for a scan.

Audit rows carry names and scopes, never secrets. Imports `kinds`, `keys`, `storage`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from inventory.kernel.errors import Conflict, Invalid, NotFound
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, col, explained, find, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.vault import data_keys as keys
from inventory.vault import envelope, lockout
from inventory.vault.credential_kinds import check_networks, checked_fields
from inventory.vault.envelope import Key
from inventory.vault.tables import KeptSecret, StoredCredential, VaultKey

DEFAULT_SET = "stored"
MAX_SECRET = 65_536
_NAME = re.compile(r"[\w .,:()@+-]{1,100}")

_table = table_of(StoredCredential)
_SHOWN = [c for c in _table.columns if c.name not in ("key", "sealed")]
_SCOPE = (
    "set_name",
    "site",
    "networks",
    "valid_from",
    "valid_until",
    "position",
    "offer_to_new",
    "types",
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and when a credential may be used, and before which others.

    Attributes:
        set_name: See `tables.StoredCredential`, likewise the others.
    """

    set_name: str = DEFAULT_SET
    site: str | None = None
    networks: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    position: int = 0
    offer_to_new: bool = False
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenCredential:
    """A credential with its secrets.

    Attributes:
        fields: Public fields, and the secrets, by name; never shown.
    """

    name: str
    kind: str
    scope: Scope
    fields: Mapping[str, Any] = field(repr=False)


def add_credential(
    work: UnitOfWork,
    masters: Sequence[Key],
    name: str,
    kind: str,
    *,
    public: Mapping[str, object],
    secret: Mapping[str, str],
    scope: Scope = Scope(),
) -> int:
    """Add a credential; return its id.

    Raises:
        Invalid: A field is wrong or missing.
        Conflict: The name is taken.
        VaultError: The vault cannot be opened with these keys.
    """
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise Invalid(
            N_("A name has 1 to 100 letters, digits, blanks and . , : ( ) @ + _ -"),
            where="name",
        )
    shown, hidden = checked_fields(kind, public, _sized(secret))
    where = _scope_values(scope)
    key = keys.current_key(work, masters)
    row: Row = {"name": name, "kind": kind, "public": shown, **where}
    now = work.clock()
    row |= {
        "key": key.name,
        "sealed": envelope.seal(key, keys.authenticated_fields(row), hidden),
        "made_at": now,
        "changed_at": now,
    }
    taken = Conflict(
        N_("The name {name!r} is taken."),
        where="name",
        name=name,
    )
    with explained({"credential.name": taken, "uq_credential_name": taken}):
        row_id = int(
            work.connection.execute(
                _table.insert().values(row).returning(id_of(StoredCredential))
            ).scalar_one()
        )
    work.audit("credential", row_id, "create", None, _audited_fields(row, hidden))
    return row_id


def change_credential(
    work: UnitOfWork,
    masters: Sequence[Key],
    name: str,
    *,
    public: Mapping[str, object] | None = None,
    secret: Mapping[str, str] | None = None,
    scope: Mapping[str, object] | None = None,
) -> bool:
    """Change fields of a credential; return whether anything differed.

    A new secret gives its account new chances with the lock-out guard.

    Args:
        work: Not committed here.
        masters: The keys at hand.
        name: Which credential.
        public: Fields to set; an empty value takes a field away.
        secret: Likewise.
        scope: Fields of `Scope` to set.

    Raises:
        NotFound: There is no such credential.
        Invalid: A field is wrong or missing.
        VaultError: The vault cannot be opened with these keys.
    """
    row = _row(work.connection, name)
    data_keys = keys.all_keys(work.connection, masters)
    old = _unsealed(row, data_keys)
    shown, hidden = checked_fields(
        row["kind"], row["public"] | dict(public or {}), old | _sized(secret or {})
    )
    where = _scope_values(_scope_of(row | dict(scope or {})))
    key = keys.current_key(work, masters)
    new = row | where | {"public": shown}
    if new == row and hidden == old:
        return False
    new |= {
        "key": key.name,
        "sealed": envelope.seal(key, keys.authenticated_fields(new), hidden),
        "changed_at": work.clock(),
    }
    work.connection.execute(
        update(_table).where(id_of(StoredCredential) == row["id"]).values(new)
    )
    if hidden != old:
        lockout.unlock(work, account=name)
    work.audit(
        "credential",
        row["id"],
        "change",
        _audited_fields(row, old),
        _audited_fields(new, hidden, old),
    )
    return True


def remove_credential(work: UnitOfWork, name: str) -> None:
    """Remove a credential with its secrets; works without the master key.

    Raises:
        NotFound: There is no such credential.
    """
    row = _row(work.connection, name)
    work.connection.execute(delete(_table).where(id_of(StoredCredential) == row["id"]))
    lockout.unlock(work, account=name)
    work.audit("credential", row["id"], "remove", _audited_fields(row, {}), None)


def remove_all(work: UnitOfWork) -> int:
    """Empty the vault, its keys included; return how many credentials went."""
    rows = list_credentials(work.connection)
    for row in rows:
        remove_credential(work, row["name"])
    work.connection.execute(delete(table_of(KeptSecret)))
    work.connection.execute(delete(table_of(VaultKey)))
    return len(rows)


def list_credentials(connection: Connection) -> list[Row]:
    """Return all credentials without secrets, in the order they are tried."""
    query = select(*_SHOWN).order_by(
        col(StoredCredential.position), col(StoredCredential.name)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def get_credential(connection: Connection, name: str) -> Row:
    """Return one credential without secrets.

    Raises:
        NotFound: There is no such credential.
    """
    row = _row(connection, name)
    return {column.name: row[column.name] for column in _SHOWN}


def unsealed(
    connection: Connection, masters: Sequence[Key], now: datetime
) -> list[OpenCredential]:
    """Return the credentials that are valid now, with their secrets, in order.

    Raises:
        VaultError: One cannot be opened; a scan must not go on with half of them.
    """
    data_keys = keys.all_keys(connection, masters)
    query = select(_table).order_by(
        col(StoredCredential.position), col(StoredCredential.name)
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return [
        OpenCredential(
            row["name"],
            row["kind"],
            _scope_of(row),
            row["public"] | _unsealed(row, data_keys),
        )
        for row in rows
        if (row["valid_from"] is None or row["valid_from"] <= now)
        and (row["valid_until"] is None or now < row["valid_until"])
    ]


def count(connection: Connection) -> int:
    """Return how many credentials are stored."""
    return int(
        connection.execute(select(func.count()).select_from(_table)).scalar_one()
    )


def _unsealed(row: Row, data_keys: Mapping[str, Key]) -> dict[str, str]:
    what = f"credential {row['name']!r}"
    return envelope.unseal(
        data_keys[row["key"]], keys.authenticated_fields(row), row["sealed"], what
    )


def _row(connection: Connection, name: str) -> Row:
    found = find(connection, StoredCredential, name=name)
    if found is None:
        raise NotFound(
            N_("There is no stored credential {name!r}."),
            remedy=N_(
                "`purser credential list` shows them; those of purser.toml are "
                "changed there."
            ),
            name=name,
        )
    return found


def _scope_of(row: Mapping[str, Any]) -> Scope:
    values = {field: row[field] for field in _SCOPE}
    lists = {name: tuple(row[name]) for name in ("networks", "types")}
    return Scope(**values | lists)


def _scope_values(scope: Scope) -> Row:
    if scope.valid_from and scope.valid_until and scope.valid_until <= scope.valid_from:
        raise Invalid(
            N_("It ends before it begins."),
            where="valid_until",
        )
    return {
        "set_name": scope.set_name.strip() or DEFAULT_SET,
        "site": scope.site or None,
        "networks": check_networks(list(scope.networks)),
        "valid_from": scope.valid_from,
        "valid_until": scope.valid_until,
        "position": scope.position,
        "offer_to_new": scope.offer_to_new,
        "types": sorted({one.strip() for one in scope.types if one.strip()}),
    }


def _sized(secret: Mapping[str, str]) -> dict[str, str]:
    for name, text in secret.items():
        if len(text) > MAX_SECRET:
            raise Invalid(
                N_("The secret is too long."),
                where=name,
            )
    return dict(secret)


def _audited_fields(
    row: Row, hidden: Mapping[str, str], before: Mapping[str, str] | None = None
) -> Row:
    """Return what the audit trail keeps: no secret, only which ones there are."""
    changed = [n for n in hidden if before is not None and before.get(n) != hidden[n]]
    values = {
        "name": row["name"],
        "kind": row["kind"],
        "public": row["public"],
        "secrets": sorted(hidden),
        "secrets_changed": changed,
        "set_name": row["set_name"],
        "site": row["site"],
        "networks": row["networks"],
        "position": row["position"],
        "offer_to_new": row["offer_to_new"] or None,
        "types": row["types"],
    }
    for name in ("valid_from", "valid_until"):
        values[name] = row[name].isoformat() if row[name] else None
    return {name: value for name, value in values.items() if value not in (None, [])}
