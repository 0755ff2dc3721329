"""Where in a recording addresses, names and serials stand: data. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from collectors.ports import Oid
from collectors.snmp.neighbours import cdp, lldp, lldp_local, lldp_med
from collectors.snmp.switching import fdb, vlans, vlans_vendor
from collectors.snmp.topics import (
    addresses,
    arp,
    entity,
    interfaces,
    phones,
    port_users,
    power,
    printer,
    routing_peers,
    system,
    wireless,
)


class Kind(Enum):
    """What stands somewhere.

    HOST names occur in other texts too and are replaced there; FREE texts are
    replaced where they stand. PREFIX is a RowPointer that ends in a network.
    """

    MAC = auto()
    IP = auto()
    INET = auto()
    HOST = auto()
    FREE = auto()
    SERIAL = auto()
    ENGINE = auto()
    PREFIX = auto()
    DROP = auto()


_FIELDS = {
    "mac": Kind.MAC,
    "ap_mac": Kind.MAC,
    "ethernet_mac": Kind.MAC,
    "ip": Kind.IP,
    "name": Kind.HOST,
    "serial": Kind.SERIAL,
    "user": Kind.FREE,
    "ssid": Kind.FREE,
}
_LLDP_MIBS = (lldp.MIB, *lldp.COPIES)
_LLDP_TABLES = (
    *((lldp.rem_entry(mib), 0) for mib in _LLDP_MIBS),
    (lldp.V2_REM_ENTRY, 1),
    (lldp.NOKIA_REM_ENTRY, 0),
)
_WIRELESS = (*wireless.ACCESS_POINTS, *wireless.CLIENTS)

VALUES: Mapping[Oid, Kind] = {
    system.SYS_NAME: Kind.HOST,
    system.SYS_CONTACT: Kind.FREE,
    system.SYS_LOCATION: Kind.FREE,
    system.ENGINE_ID: Kind.ENGINE,
    system.BASE_BRIDGE_ADDRESS: Kind.MAC,
    interfaces.IF_PHYS_ADDRESS: Kind.MAC,
    interfaces.IF_ALIAS: Kind.FREE,
    (*entity.ENTRY, 11): Kind.SERIAL,
    (*entity.ENTRY, 14): Kind.FREE,
    (*entity.ENTRY, 15): Kind.SERIAL,
    (*entity.ENTRY, 19): Kind.SERIAL,
    (*addresses.OLD_ENTRY, 1): Kind.IP,
    (*addresses.NEW_ENTRY, 5): Kind.PREFIX,
    (*addresses.CISCO_ENTRY, 5): Kind.PREFIX,
    (*arp.NEW_ENTRY, 4): Kind.MAC,
    (*arp.OLD_ENTRY, 2): Kind.MAC,
    arp.IPV6_MAC: Kind.MAC,
    arp.CISCO_MAC: Kind.MAC,
    arp.AT_MAC: Kind.MAC,
    lldp_local.CHASSIS_ID: Kind.HOST,
    lldp_local.INVENTORY[3]: Kind.SERIAL,
    lldp_local.INVENTORY[6]: Kind.SERIAL,
    (*lldp_med.INVENTORY_ENTRY, 4): Kind.SERIAL,
    (*lldp_med.INVENTORY_ENTRY, 7): Kind.SERIAL,
    lldp_med.LOCATION_INFO: Kind.DROP,
    (*cdp.CDP_ENTRY, 4): Kind.IP,
    (*cdp.CDP_ENTRY, 6): Kind.HOST,
    (*cdp.CDP_ENTRY, 17): Kind.HOST,
    (*cdp.CDP_ENTRY, 20): Kind.IP,
    (*cdp.FDP_ENTRY, 3): Kind.HOST,
    (*cdp.FDP_ENTRY, 5): Kind.IP,
    (*cdp.EDP_ENTRY, 3): Kind.HOST,
    cdp.EDP_VLAN_IP: Kind.IP,
    (*vlans.STATIC_ENTRY, 1): Kind.FREE,
    (*vlans.IEEE_STATIC_ENTRY, 3): Kind.FREE,
    (*vlans.VTP_ENTRY, 4): Kind.FREE,
    port_users.DOT1X_USER: Kind.FREE,
    port_users.LAST_MAC: Kind.MAC,
    (*port_users.SESSION_ENTRY, 2): Kind.MAC,
    (*port_users.SESSION_ENTRY, 10): Kind.FREE,
    (*routing_peers.BGP_ENTRY, 1): Kind.IP,
    (*routing_peers.OSPF_ENTRY, 3): Kind.IP,
    (*routing_peers.CISCO_BGP_ENTRY, 12): Kind.IP,
    (*routing_peers.EIGRP_ENTRY, 3): Kind.IP,
    routing_peers.DEFAULT_ROUTE: Kind.IP,
    (*phones.PHONE_ENTRY, 2): Kind.MAC,
    (*phones.PHONE_ENTRY, 4): Kind.FREE,
    (*phones.PHONE_ENTRY, 5): Kind.FREE,
    (*phones.PHONE_ENTRY, 6): Kind.IP,
    (*phones.PHONE_ENTRY, 15): Kind.IP,
    (*phones.PHONE_ENTRY, 20): Kind.HOST,
    (*phones.GATEWAY_ENTRY, 2): Kind.HOST,
    (*phones.GATEWAY_ENTRY, 4): Kind.FREE,
    (*phones.GATEWAY_ENTRY, 8): Kind.IP,
    (*printer.GENERAL_ENTRY, 16): Kind.FREE,
    (*printer.GENERAL_ENTRY, 17): Kind.SERIAL,
    **{unit.serial: Kind.SERIAL for unit in power.IDENTITIES if unit.serial},
    **{table.name: Kind.FREE for table in vlans_vendor.NAMED},
    **{(*entry, 5 + shift): Kind.HOST for entry, shift in _LLDP_TABLES},
    **{(*entry, 7 + shift): Kind.MAC for entry, shift in _LLDP_TABLES},
    **{(*entry, 9 + shift): Kind.HOST for entry, shift in _LLDP_TABLES},
    **{
        (*layout.entry, column): _FIELDS[name]
        for layout in _WIRELESS
        for column, name in layout.fields.items()
        if name in _FIELDS
    },
}
"""What a column or instance holds. Values of other objects are texts and numbers."""

INDEXES: Mapping[Oid, tuple[Kind, int]] = {
    addresses.NEW_ENTRY: (Kind.INET, 0),
    addresses.OLD_ENTRY: (Kind.IP, 0),
    addresses.IPV6_ENTRY: (Kind.IP, -16),
    addresses.CISCO_ENTRY: (Kind.INET, 0),
    arp.NEW_ENTRY: (Kind.INET, 1),
    arp.OLD_ENTRY: (Kind.IP, 1),
    arp.IPV6_MAC: (Kind.IP, -16),
    arp.CISCO_MAC: (Kind.INET, 1),
    arp.AT_MAC: (Kind.IP, -4),
    fdb.FDB_ENTRY: (Kind.MAC, -6),
    fdb.Q_FDB_ENTRY: (Kind.MAC, -6),
    fdb.IEEE_FDB_ENTRY: (Kind.MAC, -6),
    **{lldp.rem_man_if_subtype(mib): (Kind.INET, 3) for mib in _LLDP_MIBS},
    lldp.V2_REM_MAN_IF_SUBTYPE: (Kind.INET, 4),
    lldp.NOKIA_REM_MAN_IF_SUBTYPE: (Kind.INET, 4),
    cdp.EDP_ENTRY: (Kind.MAC, 3),
    cdp.EDP_VLAN_IP: (Kind.MAC, 3),
    port_users.SECURE_MAC_TYPE: (Kind.MAC, 1),
    routing_peers.BGP_ENTRY: (Kind.IP, 0),
    routing_peers.OSPF_ENTRY: (Kind.IP, 0),
    routing_peers.CISCO_BGP_ENTRY: (Kind.INET, 0),
    routing_peers.CIDR_DEFAULT_ROUTE: (Kind.IP, 1),
    routing_peers.INET_DEFAULT_ROUTE: (Kind.IP, -4),
    **{layout.entry: (Kind.MAC, 0) for layout in _WIRELESS if layout.index == "mac"},
    **{layout.entry: (Kind.MAC, 0) for layout in _WIRELESS if layout.index == "mac.ip"},
    **{
        layout.entry: (Kind.MAC, -6)
        for layout in _WIRELESS
        if layout.index == "ssid.mac"
    },
}
"""What the index below a row object or column holds, and from which arc on; counted
from its end where negative."""
