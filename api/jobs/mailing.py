"""Mail goes out: what waits is handed to the SMTP server, digest or one by one."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from itertools import groupby

from api.compose.wiring import App
from api.http.streams import XLSX
from inventory.kernel.errors import NotAllowed
from inventory.kernel.texts import N_
from inventory.outbox.key_sealing import Sealer
from inventory.outbox.mails import (
    TOKEN,
    due_mails,
    mail_settings,
    note_failed,
    note_sent,
)
from inventory.provisioning.notices import as_html
from inventory.storage.rows import Row

TIMEOUT = 20.0
"""Seconds to wait for the server."""


def password_sealer(app: App) -> Sealer:
    """Return what seals the password of the mail server."""
    return Sealer(app.seal.derive("mail"))


def send_due(app: App) -> dict[str, int]:
    """Send what is due; return how many mails were sent and how many were not.

    Raises:
        NotAllowed: Nobody said how mail is sent, or it is switched off.
    """
    counts = {"sent": 0, "failed": 0}
    with app.work("mail") as work:
        settings = mail_settings(work.connection)
        if settings is None or not settings["enabled"]:
            raise NotAllowed(
                N_("Mail is not sent here."),
                remedy=N_("Say how: mail settings, or `purser mail-setting set`."),
            )
        due = due_mails(work.connection, work.clock())
        if not due:
            return counts
        try:
            server = _connected(app, settings)
        except (OSError, smtplib.SMTPException) as error:
            note_failed(work, due, f"{type(error).__name__}: {error}")
            work.commit()
            return counts | {"failed": len(due)}
        with server:
            for together in _bundles(settings, due):
                ids = [mail["id"] for mail in together]
                try:
                    server.send_message(_message(app, settings, together))
                except (OSError, smtplib.SMTPException) as error:
                    note_failed(work, together, f"{type(error).__name__}: {error}")
                    counts["failed"] += len(ids)
                else:
                    note_sent(work, ids)
                    counts["sent"] += len(ids)
        work.commit()
    return counts


def send_if_wanted(app: App) -> dict[str, int]:
    """Send what is due where mail is sent at all."""
    with app.engine.connect() as connection:
        settings = mail_settings(connection)
    wanted = settings is not None and settings["enabled"]
    return send_due(app) if wanted else {"sent": 0, "failed": 0}


def _connected(app: App, settings: Row) -> smtplib.SMTP:
    """Return a connection to the server, logged in if a name is given."""
    host, port = settings["host"], settings["port"]
    if settings["security"] == "tls":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, timeout=TIMEOUT, context=context
        )
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        if settings["security"] == "starttls":
            server.starttls(context=ssl.create_default_context())
    if settings["username"] and settings["password"]:
        secret = password_sealer(app).open(settings["password"], settings["id"])
        server.login(settings["username"], secret)
    return server


def _bundles(settings: Row, mails: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield what goes together: with digests, all of one recipient."""
    if not settings["digest"]:
        yield from ([mail] for mail in mails)
        return
    for _, group in groupby(mails, key=lambda mail: str(mail["recipient"])):
        yield list(group)


def _text(mail: Row) -> str:
    """Return the text of a mail with the secret part of its link."""
    return str(mail["body"]).replace(TOKEN, mail["token"] or "")


def _message(app: App, settings: Row, mails: Sequence[Row]) -> EmailMessage:
    first = mails[0]
    message = EmailMessage()
    message["From"] = settings["sender"]
    message["To"] = first["recipient"]
    more = f" (+{len(mails) - 1})" if len(mails) > 1 else ""
    message["Subject"] = first["subject"] + more
    message["Date"] = format_datetime(app.clock())
    message["Message-ID"] = make_msgid(domain=settings["sender"].rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = settings["language"]
    text = _text(first)
    if more:
        parts = (f"{mail['subject']}\n\n{_text(mail)}" for mail in mails)
        text = "\n\n---\n\n".join(parts)
    message.set_content(text)
    message.add_alternative(as_html(text), subtype="html")
    for mail in mails:
        if mail["calendar"]:
            message.add_attachment(
                mail["calendar"].encode(),
                maintype="text",
                subtype="calendar",
                filename="day.ics",
                params={"method": "PUBLISH", "charset": "utf-8"},
            )
        if mail["attachment"]:
            message.add_attachment(
                bytes(mail["attachment"]),
                maintype="application",
                subtype=XLSX.partition("/")[2],
                filename=mail["attachment_name"],
            )
    return message
