"""Failed logins in a row, stored: a restart or a second process is no way round.

What the numbers mean is for `collectors.pacing`; here they are kept, shown and
reset.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from inventory.kernel.errors import NotFound
from inventory.kernel.texts import N_
from inventory.storage.exclusive import lock_for_transaction
from inventory.storage.rows import Row, col, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.vault.tables import LoginFailures, LoginLease

_table, _lease = table_of(LoginFailures), table_of(LoginLease)
LEASE = timedelta(minutes=2)
"""Longer than any login takes."""


def device_subject(site: str, address: str) -> str:
    """Return the subject of a device: the same address may be at two sites."""
    return f"{site}/{address}" if site else address


def failures(connection: Connection, account: str, device: str) -> tuple[int, int]:
    """Return the failures in a row of an account and at a device."""
    rows = _of_both(connection, account, device)
    found = {row["kind"]: row["failures"] for row in rows}
    return found.get("account", 0), found.get("device", 0)


def last_reasons(connection: Connection, account: str, device: str) -> tuple[str, str]:
    """Return how the last login of an account failed, and that at a device."""
    rows = _of_both(connection, account, device)
    found = {row["kind"]: row["reason"] for row in rows}
    return found.get("account", ""), found.get("device", "")


def _of_both(connection: Connection, account: str, device: str) -> list[Row]:
    pairs = (("account", account), ("device", device))
    mine = [
        and_(col(LoginFailures.kind) == kind, col(LoginFailures.subject) == subject)
        for kind, subject in pairs
    ]
    query = select(_table).where(or_(*mine))
    return [dict(row) for row in connection.execute(query).mappings()]


def note_failure(
    connection: Connection,
    kind: str,
    subject: str,
    *,
    now: datetime,
    limit: int,
    reason: str,
) -> int:
    """Count one more failure; from `limit` on the subject is off.

    Returns:
        Failures in a row.
    """
    mine = and_(col(LoginFailures.kind) == kind, col(LoginFailures.subject) == subject)
    # There is no row yet that the first failures of two processes could wait for.
    lock_for_transaction(connection, f"login {kind} {subject}")
    row = connection.execute(select(_table).where(mine).with_for_update()).first()
    number = 1 if row is None else row.failures + 1
    values: dict[str, Any] = {"failures": number, "last_at": now, "reason": reason}
    if number >= limit and (row is None or row.off_at is None):
        values["off_at"] = now
    if row is None:
        connection.execute(insert(_table).values(kind=kind, subject=subject, **values))
    else:
        connection.execute(update(_table).where(mine).values(values))
    return number


def reserve(
    connection: Connection,
    account: str,
    device: str,
    *,
    now: datetime,
    limits: tuple[int, int],
) -> int | None:
    """Lease a login that may fail, so that no other process counts on it.

    Args:
        connection: A transaction that writes.
        account: Name of the credential.
        device: Site and address.
        now: The present moment.
        limits: Failures from which an account, and a device, is off.

    Returns:
        The lease; None while those under way could use up what is left.
    """
    for name in sorted((f"login account {account}", f"login device {device}")):
        lock_for_transaction(connection, name)
    connection.execute(delete(_lease).where(col(LoginLease.until) < now))
    failed = failures(connection, account, device)
    query = select(func.count()).select_from(_lease)
    of_both = (col(LoginLease.account) == account, col(LoginLease.device) == device)
    under_way = [connection.execute(query.where(one)).scalar_one() for one in of_both]
    if any(f + u >= most for f, u, most in zip(failed, under_way, limits, strict=True)):
        return None
    added = connection.execute(
        insert(_lease)
        .values(account=account, device=device, until=now + LEASE)
        .returning(id_of(LoginLease))
    )
    return added.scalar_one()


def release(connection: Connection, lease_id: int) -> None:
    """Give a lease back: its login has ended, and was counted if it failed."""
    connection.execute(delete(_lease).where(id_of(LoginLease) == lease_id))


def note_success(connection: Connection, account: str, device: str) -> None:
    """Set both counts back."""
    connection.execute(
        delete(_table).where(
            or_(
                and_(
                    col(LoginFailures.kind) == "account",
                    col(LoginFailures.subject) == account,
                ),
                and_(
                    col(LoginFailures.kind) == "device",
                    col(LoginFailures.subject) == device,
                ),
            )
        )
    )


def list_failures(connection: Connection, *, off_only: bool = False) -> list[Row]:
    """Return accounts and devices with failures, those that are off first."""
    query = select(_table).order_by(
        col(LoginFailures.off_at).is_(None),
        col(LoginFailures.last_at).desc(),
        id_of(LoginFailures),
    )
    if off_only:
        query = query.where(col(LoginFailures.off_at).is_not(None))
    return [dict(row) for row in connection.execute(query).mappings()]


def unlock(
    work: UnitOfWork, *, account: str | None = None, device: str | None = None
) -> bool:
    """Forget the failures of an account or a device; return whether there were any."""
    found = False
    for kind, subject in (("account", account), ("device", device)):
        if subject is None:
            continue
        mine = and_(
            col(LoginFailures.kind) == kind, col(LoginFailures.subject) == subject
        )
        row = work.connection.execute(select(_table).where(mine)).mappings().first()
        if row is None:
            continue
        found = True
        work.connection.execute(delete(_table).where(id_of(LoginFailures) == row["id"]))
        told = {"kind": kind, "subject": subject, "failures": row["failures"]}
        work.audit("login_failures", row["id"], "unlock", told, None)
    return found


def unlock_named(work: UnitOfWork, subject: str) -> list[str]:
    """Unlock what is called `subject`: an account, or a device with or without site.

    Returns:
        What was unlocked.

    Raises:
        NotFound: No login failed there.
    """
    rows = [
        row
        for row in list_failures(work.connection)
        if row["subject"] == subject
        or (row["kind"] == "device" and row["subject"].endswith(f"/{subject}"))
    ]
    if not rows:
        raise NotFound(
            N_("No login of or at {subject!r} failed."),
            remedy=N_("`purser login-failure list` shows where logins failed."),
            subject=subject,
        )
    for row in rows:
        unlock(work, **{row["kind"]: row["subject"]})
    return [f"{row['kind']} {row['subject']}" for row in rows]
