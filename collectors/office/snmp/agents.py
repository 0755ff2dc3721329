"""Which agent answers for a device: by its credentials, v2c or v3 or both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from collectors.credentials import SnmpCredential
from collectors.office.mibs.view import View
from collectors.office.model import Model
from collectors.office.snmp.encoded import EncodedView
from collectors.office.snmp.v2c import CommunityAgent


class Agent(Protocol):
    """Answers datagrams."""

    def answer(self, datagram: bytes, elapsed: int) -> bytes | None:
        """Return the answer to a datagram; None for silence."""
        ...


def agent_for(view: View, credentials: Sequence[SnmpCredential], model: Model) -> Agent:
    """Return the agent of a device."""
    views: dict[bytes, EncodedView] = {}
    for credential in credentials:
        if credential.community is None:
            continue
        community = credential.community.get_secret_value()
        views[community.encode()] = EncodedView(view.rows)
        for context, rows in view.contexts.items():
            views[f"{community}@{context}".encode()] = EncodedView(rows)
    return CommunityAgent(views, model.message_size)
