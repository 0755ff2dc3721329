"""Whether the stored credentials open, and where logins are stopped; for the doctor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from api.compose.device_logins import master_source
from api.compose.wiring import Settings, database_url, now
from inventory.kernel.errors import InventoryError
from inventory.storage import upgrade
from inventory.storage.engine import make_engine
from inventory.vault import credentials, lockout, uses

Finding = tuple[Literal["ok", "missing", "failed"], str, str]
"""State, what was found, and what to do about it; as in `doctor.Check`."""


def examine_vault(settings: Settings) -> Iterator[Finding]:
    """Yield the findings; none where the database has no tables of this version."""
    try:
        engine = make_engine(database_url(settings))
        upgrade.check(engine)
    except InventoryError:
        return  # the database is a subject of its own
    try:
        with engine.connect() as connection:
            number = credentials.count(connection)
            if number:
                masters = master_source(settings).read()
                credentials.unsealed(connection, masters, now())
            yield "ok", f"{number} stored credentials open", ""
            off = lockout.list_failures(connection, off_only=True)
            changed = uses.list_host_keys(connection, changed_only=True)
    except (InventoryError, OSError) as error:
        remedy = error.remedy if isinstance(error, InventoryError) else ""
        problem = error.problem if isinstance(error, InventoryError) else str(error)
        yield "failed", problem, remedy or "Check the key file and its permissions."
        return
    finally:
        engine.dispose()
    if off:
        names = ", ".join(row["subject"] for row in off[:5])
        yield (
            "missing",
            f"logins are off for {len(off)} accounts or devices: {names}",
            "See `purser login-failure list`, then `purser login-failure unlock`.",
        )
    if changed:
        places = ", ".join(row["address"] for row in changed[:5])
        yield (
            "missing",
            f"{len(changed)} machines show another host key: {places}",
            "Find out why; then `purser host-key delete ADDRESS`.",
        )
