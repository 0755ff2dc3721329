"""Topic port_users: who is authenticated on, or pinned to, which port. Pure.

IEEE8021-PAE-MIB (802.1X), CISCO-AUTH-FRAMEWORK-MIB, CISCO-PORT-SECURITY-MIB. MACs on
secured ports are missing from the forwarding table of some switches.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.facts import PortUser
from collectors.snmp.smi_values import mac, mac_arcs, oid, some_text
from collectors.snmp.topic import Cells, Group, Topic, columns

DOT1X_USER = oid("1.0.8802.1.1.1.1.2.4.1.9")
SESSION_ENTRY = oid("1.3.6.1.4.1.9.9.656.1.4.1.1")
LAST_MAC = oid("1.3.6.1.4.1.9.9.315.1.2.1.1.10")
SECURE_MAC_TYPE = oid("1.3.6.1.4.1.9.9.315.1.2.2.1.2")

TOPIC = Topic(
    "port_users",
    (
        Group((DOT1X_USER,)),
        Group(columns(SESSION_ENTRY, 2, 10)),
        Group((SECURE_MAC_TYPE,)),
        Group((LAST_MAC,)),
    ),
)
_NOBODY = "00:00:00:00:00:00"


def parse_port_users(cells: Cells) -> tuple[PortUser, ...]:
    """Return each user or MAC once a port.

    The last MAC seen on a secured port counts only where the port has none pinned.
    """
    found = dict.fromkeys((*_sessions(cells), *_dot1x(cells), *_secured(cells)))
    known = {user.if_index for user in found if user.mac}
    for user in _last(cells):
        if user.if_index not in known:
            found[user] = None
    return tuple(found)


def _sessions(cells: Cells) -> Iterator[PortUser]:
    for index, row in cells.rows(SESSION_ENTRY, 2, 10):
        address, user = mac(row.get(2)), some_text(row.get(10))
        if address or user:
            yield PortUser(if_index=index[0], mac=address, user=user)


def _dot1x(cells: Cells) -> Iterator[PortUser]:
    for index, value in cells.column(DOT1X_USER).items():
        user = some_text(value)
        if user and len(index) == 1:
            yield PortUser(if_index=index[0], user=user)


def _secured(cells: Cells) -> Iterator[PortUser]:
    for index in cells.column(SECURE_MAC_TYPE):
        address = mac_arcs(index[1:7])
        if address and address != _NOBODY:
            yield PortUser(if_index=index[0], mac=address)


def _last(cells: Cells) -> Iterator[PortUser]:
    for index, value in cells.column(LAST_MAC).items():
        address = mac(value)
        if address and address != _NOBODY and len(index) == 1:
            yield PortUser(if_index=index[0], mac=address)
