"""A real SMTP server that keeps what it is given."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


class Postbox:
    """Keeps what a mail server was given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(
        self,
        _server: object,
        _session: object,
        envelope: Any,  # noqa: ANN401
    ) -> str:
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 OK"

    def to(self, recipient: str) -> list[EmailMessage]:
        """Return what somebody got."""
        return [mail for mail in self.mails if mail["To"] == recipient]


@contextmanager
def listening() -> Iterator[tuple[Postbox, int]]:
    """A mail server on a free port of this machine."""
    box = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def part(mail: EmailMessage, kind: str) -> str:
    """Return the text of a mail: `plain`, `html`."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())
