"""The account and the session of somebody whom another vouches for."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, select

from api.compose.wiring import App
from inventory.directory.tables import DirectoryRecord
from inventory.kernel.errors import NotAllowed
from inventory.kernel.texts import N_
from inventory.people.outside_accounts import OutsidePerson, enter
from inventory.storage.rows import Row, col, table_of

_record = table_of(DirectoryRecord)
log = structlog.get_logger("purser.auth")


def entered(app: App, who: OutsidePerson) -> Row:
    """Return the account of somebody who was vouched for.

    What an identity provider told by SCIM counts: somebody blocked there does not come
    in, and the person of the record sees the own things.

    Raises:
        NotAllowed: No group has a role, or the login is disabled here or there.
        Conflict: The login is another's.
    """
    with app.work(f"{who.provider}:{who.subject}"[:200]) as work:
        record = _record_of(work.connection, who.login)
        if record is not None and not record["active"]:
            raise NotAllowed(
                N_("Your identity provider has blocked this account."), where="login"
            )
        if record is not None:
            who = _known(who, record)
        row = enter(work, who)
        work.commit()
    return row


def _known(who: OutsidePerson, record: Row) -> OutsidePerson:
    return OutsidePerson(
        who.provider, who.subject, who.login, who.name, who.groups, record["person_id"]
    )


def _record_of(connection: Connection, login: str) -> Row | None:
    query = select(_record).where(
        col(DirectoryRecord.kind) == "User",
        col(DirectoryRecord.name_key) == login.strip().casefold(),
        col(DirectoryRecord.deleted_at).is_(None),
    )
    rows = connection.execute(query).mappings().all()
    # Two providers may have somebody of that name; then none of them is believed.
    return dict(rows[0]) if len(rows) == 1 else None
