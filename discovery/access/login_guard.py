"""Logins written down: failures, host keys, and which credential opened what.

The `LoginBook` of `collectors.ssh.guarded_openers` over the tables of
`inventory.vault`. Each entry is its own short transaction, so that a killed scan
forgets no failure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from collectors.facts import Observation
from collectors.pacing import LockoutGuard
from discovery.sentences import said
from inventory.kernel.texts import N_, Said
from inventory.network.tables import Device, Identifier
from inventory.storage.engine import writing
from inventory.storage.rows import col, id_of
from inventory.storage.work import Clock
from inventory.vault import lockout, uses


class StoredLogins:
    """A `LoginBook` in the database.

    Args:
        engine: The database.
        clock: Present moment as aware UTC.
        limits: Says from how many failures on an account or a device is off.
    """

    def __init__(self, engine: Engine, clock: Clock, limits: LockoutGuard) -> None:
        self._engine = engine
        self._clock = clock
        self._limits = limits

    def failures(self, account: str, device: str) -> tuple[int, int]:
        """Return the failures in a row of an account and at a device."""
        with self._engine.connect() as connection:
            return lockout.failures(connection, account, device)

    def last(self, account: str, device: str) -> tuple[str, str]:
        """Return how the last login of an account failed, and that at a device."""
        with self._engine.connect() as connection:
            return lockout.last_reasons(connection, account, device)

    def reserve(self, account: str, device: str) -> int | None:
        """Lease a login that may fail; None while others could use up what is left."""
        with writing(self._engine) as connection:
            return lockout.reserve(
                connection,
                account,
                device,
                now=self._clock(),
                limits=(self._limits.per_account, self._limits.per_device),
            )

    def release(self, lease: int) -> None:
        """Give a lease back."""
        with writing(self._engine) as connection:
            lockout.release(connection, lease)

    def failed(self, account: str, device: str, detail: str) -> None:
        """Count one more for both."""
        with writing(self._engine) as connection:
            count_failure(
                connection, self._clock(), self._limits, account, device, detail
            )

    def succeeded(self, account: str, device: str) -> None:
        """Set both back; writes only where there was a failure."""
        if self.failures(account, device) == (0, 0):
            return
        with writing(self._engine) as connection:
            lockout.note_success(connection, account, device)

    def pinned(self, device: str, port: int) -> str:
        """Return the host keys seen there, blank-separated."""
        site, address = _parts(device)
        with self._engine.connect() as connection:
            return uses.pinned(connection, site, address, port)

    def saw_key(self, device: str, port: int, fingerprint: str) -> None:
        """Pin a host key at first sight."""
        site, address = _parts(device)
        with writing(self._engine) as connection:
            uses.note_host_key(
                connection,
                fingerprint,
                site=site,
                address=address,
                port=port,
                at=self._clock(),
            )

    def saw_other_key(self, device: str, port: int, fingerprint: str) -> bool:
        """Note a key that is not the pinned one; whether it is another known host's."""
        site, address = _parts(device)
        where = {"site": site, "address": address}
        with writing(self._engine) as connection:
            known = is_of_a_device(connection, site, fingerprint)
            note = uses.move_pin if known else uses.note_changed_key
            note(connection, fingerprint, **where, port=port, at=self._clock())
        return known


def count_failure(
    connection: Connection,
    now: datetime,
    limits: LockoutGuard,
    account: str,
    device: str,
    detail: str,
) -> None:
    """Count one more failed login of an account at a device, for both."""
    lockout.note_failure(
        connection,
        "account",
        account,
        now=now,
        limit=limits.per_account,
        reason=Said(N_("at {device}: {detail}"), device=device, detail=said(detail)),
    )
    lockout.note_failure(
        connection,
        "device",
        device,
        now=now,
        limit=limits.per_device,
        reason=Said(N_("as {account}: {detail}"), account=account, detail=said(detail)),
    )


def is_of_a_device(connection: Connection, site: str, fingerprint: str) -> bool:
    """Whether a known device of the site has shown a host key."""
    query = (
        select(id_of(Identifier))
        .join(Device, col(Identifier.device_id) == id_of(Device))
        .where(
            col(Identifier.kind) == "host-key",
            col(Identifier.value) == fingerprint,
            col(Identifier.ended_at).is_(None),
            col(Device.site) == site,
        )
    )
    return connection.execute(query.limit(1)).first() is not None


def note_uses(
    connection: Connection, observations: Iterable[Observation], device_id: int | None
) -> None:
    """Note which credentials opened a device, in the transaction that writes it."""
    for each in observations:
        if each.credential:
            uses.note_use(
                connection,
                each.credential,
                each.collector,
                site=each.site,
                address=each.address,
                device_id=device_id,
                at=each.seen_at,
            )


def _parts(device: str) -> tuple[str, str]:
    """Return site and address of a device's name; addresses have no slash."""
    site, _, address = device.rpartition("/")
    return site, address
