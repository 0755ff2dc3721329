"""Mail that waits: put in line, taken out, tried again. Imports `storage`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import Connection, select, update

from inventory.outbox.mail_tables import Mail, MailSettings
from inventory.storage.rows import Row, add, add_many, change, col, id_of, table_of
from inventory.storage.work import UnitOfWork

_MAIL, _SETTINGS = table_of(Mail), table_of(MailSettings)
MOST_ATTEMPTS = 8
DIGEST_AT = time(6)
"""When digests go out, in UTC."""
TOKEN = "{token}"  # noqa: S105 - the name of a place in a text
"""Stands in the text of a mail for the secret part of a link."""


def mail_settings(connection: Connection) -> Row | None:
    """Return how mail is sent; None if nobody said it."""
    query = select(_SETTINGS).order_by(id_of(MailSettings)).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def set_mail_settings(work: UnitOfWork, values: Row) -> int:
    """Say how mail is sent; return the id of the row."""
    known = mail_settings(work.connection)
    if known is None:
        return add(work, MailSettings, values)
    change(work, MailSettings, known["id"], values)
    return int(known["id"])


def queue(work: UnitOfWork, settings: Row, mails: Sequence[Row]) -> int:
    """Put mails in line that were not said before; return how many are new."""
    keys = [mail["key"] for mail in mails]
    query = select(col(Mail.key)).where(col(Mail.key).in_(keys))
    known = set(work.connection.execute(query).scalars())
    due = next_digest(work.clock()) if settings["digest"] else work.clock()
    new = {m["key"]: {**m, "next_at": due} for m in mails if m["key"] not in known}
    add_many(work, Mail, list(new.values()))
    return len(new)


def attach(work: UnitOfWork, keys: Sequence[str], name: str, data: bytes) -> None:
    """Let a file go along with mails that wait; the audit trail has the mails alone."""
    work.session.flush()
    work.connection.execute(
        update(_MAIL)
        .where(col(Mail.key).in_(keys))
        .values(attachment=data, attachment_name=name)
    )


def next_digest(now: datetime) -> datetime:
    """Return when the next digest goes out."""
    today = datetime.combine(now.date(), DIGEST_AT, now.tzinfo)
    return today if now < today else today + timedelta(days=1)


def due_mails(connection: Connection, now: datetime, most: int = 200) -> list[Row]:
    """Return mails to send now, the oldest first."""
    query = (
        select(_MAIL)
        .where(col(Mail.state) == "queued", col(Mail.next_at) <= now)
        .order_by(col(Mail.recipient), id_of(Mail))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def note_sent(work: UnitOfWork, ids: Sequence[int]) -> None:
    """Note that mails were taken by the server."""
    values = {"state": "sent", "sent_at": work.clock(), "error": ""}
    values |= {"token": None, "attachment": None}
    work.connection.execute(update(_MAIL).where(id_of(Mail).in_(ids)).values(**values))


def note_failed(work: UnitOfWork, mails: Sequence[Row], reason: str) -> None:
    """Note that mails were not taken; they are tried again, later each time."""
    for mail in mails:
        attempts = mail["attempts"] + 1
        state = "failed" if attempts >= MOST_ATTEMPTS else "queued"
        wait = timedelta(minutes=min(5 * 2**attempts, 24 * 60))
        values = {
            "attempts": attempts,
            "state": state,
            "error": reason[:500],
            "next_at": work.clock() + wait,
        }
        work.connection.execute(
            update(_MAIL).where(id_of(Mail) == mail["id"]).values(**values)
        )
