"""Driver errors -> errors that say what to do. Imports `errors` and `refusal` only.

Constraint violations are left as SQLAlchemy raises them: what they mean is for the
service that caused them to say.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeGuard

from sqlalchemy import URL
from sqlalchemy.engine import ExceptionContext

from inventory.kernel.errors import (
    DatabaseCrowded,
    DatabaseDamaged,
    DatabaseFull,
    DatabaseLocked,
    DatabaseNotReady,
    DatabaseUnreachable,
    DatabaseUnwritable,
    Invalid,
    InventoryError,
    SchemaMismatch,
    StorageError,
)
from inventory.kernel.texts import N_
from inventory.storage.driver_errors.refusal import refused_with

if TYPE_CHECKING:
    import psycopg

_SQLITE: dict[int, type[StorageError]] = {
    sqlite3.SQLITE_BUSY: DatabaseLocked,
    sqlite3.SQLITE_LOCKED: DatabaseLocked,
    sqlite3.SQLITE_FULL: DatabaseFull,
    sqlite3.SQLITE_CANTOPEN: DatabaseUnwritable,
    sqlite3.SQLITE_READONLY: DatabaseUnwritable,
    sqlite3.SQLITE_PERM: DatabaseUnwritable,
    sqlite3.SQLITE_CORRUPT: DatabaseDamaged,
    sqlite3.SQLITE_NOTADB: DatabaseDamaged,
}
"""Primary result codes (https://www.sqlite.org/rescode.html); low byte of a code."""

_UNFIT = (OverflowError, UnicodeEncodeError)
"""A number or a character that a column cannot hold. What comes in is checked before;
this is the net under it, and `psycopg.DataError` another part of it."""
_CROWDED = (
    *("too many clients", "connection slots are reserved", "too many connections"),
    "no more connections allowed",
)
"""What is said when nobody else is let in, where no SQLSTATE tells it: by PgBouncer,
whose own says less, or by PostgreSQL just before it lets us in."""
_REFUSALS: dict[str, type[DatabaseUnreachable]] = {
    "53300": DatabaseCrowded,  # too_many_connections
    "53400": DatabaseCrowded,  # configuration_limit_exceeded
    "57P03": DatabaseNotReady,  # cannot_connect_now
}
"""https://www.postgresql.org/docs/current/errcodes-appendix.html"""
SMALLER = N_("Send a smaller number, or a text without hidden characters.")


def shown(url: URL) -> str:
    """Return a database URL as it may be shown: never with its password."""
    return url.set(query={}).render_as_string(hide_password=True)


def hide_rows(context: ExceptionContext) -> None:
    """Take out of an error of PostgreSQL what quotes rows: its texts are logged.

    `Key (email)=(sari@example.com) already exists` and `Failing row contains (...)`
    stand in the detail; the constraint stays named in the message itself.
    """
    cause = context.original_exception
    if not _is_postgres(cause):
        return
    told = (cause.diag.message_detail, cause.diag.context)
    parts = [part for part in told if part]
    for error in (cause, context.sqlalchemy_exception):
        if error is not None and parts:
            error.args = tuple(_without(arg, parts) for arg in error.args)


def _without(arg: object, parts: Sequence[str]) -> object:
    if not isinstance(arg, str):
        return arg
    for part in parts:
        arg = arg.replace(part, "(hidden)")
    return arg


def translate(context: ExceptionContext, url: URL) -> InventoryError | None:
    """Return the error the user should see instead of the driver's, if any."""
    error = context.original_exception
    if isinstance(error, _UNFIT):
        return Invalid(N_("The database cannot keep this value."), remedy=SMALLER)
    if isinstance(error, sqlite3.Error):
        kind = _sqlite_kind(error)
        # The path is the user's own and names what has to be mended.
        return kind(where=url.database or "") if kind else None
    if _is_postgres(error):
        return _postgres(error, context, url)
    return None


def _is_postgres(error: BaseException | None) -> TypeGuard[psycopg.Error]:
    # The driver is loaded with the first connection to such a server, not before.
    driver = sys.modules.get("psycopg")
    return driver is not None and isinstance(error, driver.Error)


@cache
def _kinds() -> tuple[tuple[type[psycopg.Error], type[StorageError]], ...]:
    from psycopg import errors

    return (
        (errors.LockNotAvailable, DatabaseLocked),
        (errors.DeadlockDetected, DatabaseLocked),
        (errors.DiskFull, DatabaseFull),
        (errors.ReadOnlySqlTransaction, DatabaseUnwritable),
        (errors.InsufficientPrivilege, DatabaseUnwritable),
        (errors.DataCorrupted, DatabaseDamaged),
        (errors.IndexCorrupted, DatabaseDamaged),
        (errors.UndefinedTable, SchemaMismatch),
        (errors.UndefinedColumn, SchemaMismatch),
    )


def _sqlite_kind(error: sqlite3.Error) -> type[StorageError] | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and (code & 0xFF) in _SQLITE:
        return _SQLITE[code & 0xFF]
    text = str(error)
    if "no such table" in text or "no such column" in text:
        return SchemaMismatch
    return None


def _postgres(
    error: psycopg.Error, context: ExceptionContext, url: URL
) -> InventoryError | None:
    from psycopg import DataError, OperationalError

    if isinstance(error, DataError):
        return Invalid(N_("The database cannot keep this value."), remedy=SMALLER)
    for cause, kind in _kinds():
        if isinstance(error, cause):
            return kind(where=shown(url))
    if isinstance(error, OperationalError) and (
        context.is_disconnect or context.connection is None or error.sqlstate is None
    ):
        return unreachable(error, url, connecting=context.connection is None)
    return None


def unreachable(
    error: BaseException, url: URL, *, connecting: bool
) -> DatabaseUnreachable:
    """Return the error for a server that does not answer or does not let us in."""
    from psycopg.errors import ConnectionTimeout

    if connecting and not isinstance(error, ConnectionTimeout):
        refusal = _REFUSALS.get(refused_with(url))
        if refusal is None and any(said in str(error) for said in _CROWDED):
            refusal = DatabaseCrowded
        if refusal is not None:
            return refusal(where=shown(url))
    lines = (line.strip() for line in str(error).splitlines())
    lines_shown = [line for line in lines if line and not line.endswith("?")]
    reason = " ".join(lines_shown).rstrip(".") or type(error).__name__
    if url.password:
        reason = reason.replace(str(url.password), "***")
    return DatabaseUnreachable(
        N_("The database server does not let us in: {reason}."),
        where=shown(url),
        reason=reason,
    )
