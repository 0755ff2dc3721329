"""Which agent answers for a device: by its credentials, v2c or v3 or both."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from collectors.credentials import SnmpCredential
from collectors.office.cabling import Scene
from collectors.office.mibs.system import engine_id
from collectors.office.mibs.values import integer, parse_oid
from collectors.office.mibs.view import View, view
from collectors.office.snmp.encoded import EncodedView
from collectors.office.snmp.usm import User
from collectors.office.snmp.v2c import CommunityAgent
from collectors.office.snmp.v3 import SecureAgent

Answer = Callable[[bytes, int], bytes | None]
"""Datagram and hundredths of a second since the start -> answer or silence."""

_BOOTS = parse_oid("1.3.6.1.6.3.10.2.1.2.0")


def agent_for(
    scene: Scene, key: str, credentials: Sequence[SnmpCredential], boots: int
) -> Answer:
    """Return what answers the SNMP datagrams of a device.

    Args:
        scene: The office.
        key: The device.
        credentials: Those its agent accepts.
        boots: snmpEngineBoots of this start.
    """
    shown = view(scene, key)
    if _BOOTS in shown.rows:
        shown.rows[_BOOTS] = integer(boots)
    communities = [c for c in credentials if c.community is not None]
    users = [c for c in credentials if c.user is not None]
    agents: list[Answer] = []
    if communities:
        agents.append(_community_agent(scene, key, shown, communities))
    if users:
        agents.append(_secure_agent(scene, key, shown, users, boots))
    return lambda datagram, elapsed: next(
        (a for agent in agents if (a := agent(datagram, elapsed)) is not None), None
    )


def _community_agent(
    scene: Scene, key: str, shown: View, credentials: Sequence[SnmpCredential]
) -> Answer:
    views: dict[bytes, EncodedView] = {}
    for credential in credentials:
        secret = credential.community
        community = secret.get_secret_value() if secret else ""
        views[community.encode()] = EncodedView(shown.rows)
        for context, rows in shown.contexts.items():
            views[f"{community}@{context}".encode()] = EncodedView(rows)
    return CommunityAgent(views, scene.model(key).message_size).answer


def _secure_agent(
    scene: Scene,
    key: str,
    shown: View,
    credentials: Sequence[SnmpCredential],
    boots: int,
) -> Answer:
    own = engine_id(scene, key)
    contexts = {b"": EncodedView(shown.rows)}
    for context, rows in shown.contexts.items():
        contexts[f"vlan-{context}".encode()] = EncodedView(rows)
    return SecureAgent(
        own,
        boots,
        scene.device(key).uptime,
        [User(credential, own) for credential in credentials],
        contexts,
        scene.model(key).message_size,
    ).answer
