"""What collectors return: frozen records of facts, each row as the device told it.

A fact is one value a collector read; an `Observation` holds all facts that one
collector read from one device at one address in one scan. Facts are never edited:
`discovery` weighs them, `inventory` stores what came of it. Pure: no I/O, no clock.

Conventions used throughout:

* `None` means "the device did not say"; zero, empty string and empty tuple are answers.
* MAC addresses are lower-case, colon-separated (`aa:bb:cc:dd:ee:ff`).
* IP addresses are canonical text as `ipaddress` prints them (no zone, no prefix).
* Octet strings that identify something (engine id, chassis id) are text when the
  subtype says text, else lower-case hex without separators.
* Speeds are bits per second, memory and disk sizes bytes, durations seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """Why something is missing: a result that is shown, never an exception.

    The value is stable: it is stored, filtered on and translated.
    """

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed-out"
    REFUSED = "refused"
    AUTH_FAILED = "auth-failed"
    NO_CREDENTIAL = "no-credential"
    LOCKED_OUT = "locked-out"
    HOST_KEY_CHANGED = "host-key-changed"
    UNSUPPORTED = "unsupported"
    MALFORMED = "malformed"
    LOOP = "loop"
    PROXY = "proxy"
    RANDOMISED = "randomised"
    TOO_MUCH = "too-much"
    EXCLUDED = "excluded"
    CANCELLED = "cancelled"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Problem:
    """A table, a login or a whole device that did not answer as it should.

    Attributes:
        where: What was asked, e.g. `snmp:fdb`, `ssh:login`, `sip:options`.
        reason: The kind of trouble.
        detail: One sentence for a person; never contains a secret.
    """

    where: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Clue:
    """A single value that tells what a device is, with where it was read.

    Attributes:
        kind: A word of a small vocabulary: `sysObjectID`, `sysDescr`, `oui`,
            `ssh-banner`, `sip-user-agent`, `http-server`, `open-port`,
            `lldp-capability`, `med-class`, `dmi`, `os-release`, ...
        value: The value as text.
        source: Protocol and object, e.g. `snmp SNMPv2-MIB::sysDescr.0`.
    """

    kind: str
    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """The SNMPv2-MIB system group and the agent's identity (RFC 3418, RFC 3411).

    Attributes:
        descr: sysDescr.
        object_id: sysObjectID in dotted form without a leading dot.
        name: sysName.
        contact: sysContact.
        location: sysLocation.
        services: sysServices bit field.
        uptime: Seconds since the agent started, from snmpEngineTime or
            hrSystemUptime where given, since sysUpTime wraps after 497 days.
        engine_id: snmpEngineID as lower-case hex.
        engine_boots: snmpEngineBoots.
        base_mac: dot1dBaseBridgeAddress (RFC 4188).
        or_ids: sysORID values: MIB modules the agent says it supports.
    """

    descr: str | None = None
    object_id: str | None = None
    name: str | None = None
    contact: str | None = None
    location: str | None = None
    services: int | None = None
    uptime: float | None = None
    engine_id: str | None = None
    engine_boots: int | None = None
    base_mac: str | None = None
    or_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """What the box says of itself as a whole (SMBIOS, ENTITY chassis, vendor objects).

    Attributes:
        manufacturer: As the device writes it; normalised later.
        model: Product name or model code.
        part_number: Orderable part number.
        serial: Chassis serial number.
        uuid: SMBIOS system UUID, lower case with dashes.
        asset_tag: Tag stored in the device (SMBIOS, LLDP-MED, entPhysicalAssetID).
        chassis_type: SMBIOS chassis type name, e.g. `laptop`, `desktop`.
        hardware_rev: Hardware revision.
        firmware: Firmware or BIOS version.
        bios_date: BIOS date as the device writes it.
        source: Where it was read.
    """

    manufacturer: str | None = None
    model: str | None = None
    part_number: str | None = None
    serial: str | None = None
    uuid: str | None = None
    asset_tag: str | None = None
    chassis_type: str | None = None
    hardware_rev: str | None = None
    firmware: str | None = None
    bios_date: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingSystem:
    """The operating system: name and version as released by its maker.

    Attributes:
        name: e.g. `Debian GNU/Linux`, `IOS-XE`, `Windows 11 Pro`.
        version: e.g. `12`, `17.9.4`.
        build: Build or kernel.
        architecture: e.g. `x86_64`.
        hostname: What the machine calls itself.
        uptime: Seconds since boot.
        last_user: The last interactive user.
        virtualisation: Hypervisor name where the machine is virtual, else None.
    """

    name: str | None = None
    version: str | None = None
    build: str | None = None
    architecture: str | None = None
    hostname: str | None = None
    uptime: float | None = None
    last_user: str | None = None
    virtualisation: str | None = None


PARTS = "components"
"""The table of parts, in `Observation.reads`."""


def part_table(kind: str) -> str:
    """Return the name, in `Observation.reads`, of all parts of a kind."""
    return f"{PARTS}/{kind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A physical part (ENTITY-MIB entPhysicalTable, RFC 6933; SMBIOS; PCI).

    Attributes:
        index: entPhysicalIndex, or a number given by the collector.
        parent: Index of the containing component; None at the root.
        kind: `chassis`, `stack`, `module`, `power-supply`, `fan`, `port`,
            `transceiver`, `cpu`, `memory`, `disk`, `graphics`, `monitor`,
            `battery`, `container`, `backplane`, `sensor`, `other`.
        position: entPhysicalParentRelPos.
        size: Bytes for memory and disks.
        if_index: The interface this part carries (entAliasMappingIdentifier).
    """

    index: int
    parent: int | None = None
    kind: str = "other"
    position: int | None = None
    name: str | None = None
    descr: str | None = None
    vendor_type: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    hardware_rev: str | None = None
    firmware_rev: str | None = None
    software_rev: str | None = None
    alias: str | None = None
    asset_id: str | None = None
    manufactured: str | None = None
    uuid: str | None = None
    is_fru: bool | None = None
    size: int | None = None
    if_index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """A network interface (IF-MIB, RFC 2863; or the host's own list).

    Attributes:
        if_index: ifIndex; an attribute, not an identity (it may be renumbered).
        name: ifName, else ifDescr.
        descr: ifDescr.
        alias: ifAlias: what the administrator calls it.
        type: IANAifType number.
        mtu: Bytes.
        speed: Bits per second, from ifHighSpeed where ifSpeed is saturated.
        mac: ifPhysAddress.
        admin_up: ifAdminStatus is up.
        oper_up: ifOperStatus is up.
        duplex: `full`, `half` or None.
        lag_if_index: The aggregate this port is an attached member of.
        lower: ifIndex values below this interface (ifStackTable).
        physical: The interface has a connector or is a plain Ethernet or radio port.
        pvid: Untagged VLAN of the port.
        voice_vlan: Voice VLAN of the port.
        last_change: Seconds of agent uptime at the last change of oper status.
    """

    if_index: int
    name: str
    descr: str | None = None
    alias: str | None = None
    type: int | None = None
    mtu: int | None = None
    speed: int | None = None
    mac: str | None = None
    admin_up: bool | None = None
    oper_up: bool | None = None
    duplex: str | None = None
    lag_if_index: int | None = None
    lower: tuple[int, ...] = ()
    physical: bool | None = None
    pvid: int | None = None
    voice_vlan: int | None = None
    last_change: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An IP address the device holds (ipAddressTable, RFC 4293)."""

    ip: str
    prefix_length: int | None = None
    if_index: int | None = None
    vrf: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArpEntry:
    """An IP to MAC binding the device has seen (ipNetToPhysicalTable)."""

    ip: str
    mac: str
    if_index: int | None = None
    vrf: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FdbEntry:
    """A MAC learned on a bridge port (BRIDGE-MIB, Q-BRIDGE-MIB; RFC 4188, 4363).

    Attributes:
        mac: The learned address.
        if_index: Interface it was learned on; None if the bridge port is unmapped.
        vlan: VLAN id; None for a VLAN-unaware table.
        bridge_port: dot1dBasePort number.
        status: `learned`, `self`, `mgmt`, `static`, `other`.
    """

    mac: str
    if_index: int | None = None
    vlan: int | None = None
    bridge_port: int | None = None
    status: str = "learned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vlan:
    """A VLAN with the interfaces (ifIndex) that carry it."""

    vlan: int
    name: str | None = None
    tagged: tuple[int, ...] = ()
    untagged: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MedInventory:
    """LLDP-MED data of one neighbour (ANSI/TIA-1057).

    LLDP-EXT-MED-MIB, which agents root at 1.0.8802.1.1.2.1.5.4795.

    Attributes:
        device_class: 1 generic, 2 media, 3 communication endpoint, 4 network device.
        policies: (application type, VLAN id) pairs; 1 is voice.
        location: Civic or ELIN location as text.
        power: Requested or available power in tenths of a watt.
    """

    device_class: int | None = None
    hardware_rev: str | None = None
    firmware_rev: str | None = None
    software_rev: str | None = None
    serial: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    asset_id: str | None = None
    policies: tuple[tuple[int, int], ...] = ()
    location: str | None = None
    power: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """What the other end of a cable announced (LLDP, CDP, FDP, EDP).

    Attributes:
        protocol: `lldp`, `cdp`, `fdp` or `edp`.
        local_if_index: Our interface; None if the agent's number could not be mapped.
        local_port: Our port as the agent names it.
        remote_index: Tells several neighbours on one port apart.
        chassis_id: MAC, address or text by `chassis_id_type`.
        chassis_id_type: `mac`, `ip`, `ifname`, `local`, `component`, `other`.
        port_id: MAC, address or text by `port_id_type`.
        capabilities: Enabled capabilities: `bridge`, `router`, `wlan-ap`,
            `telephone`, `station`, `repeater`, `docsis`, `other`.
        platform: CDP platform.
        version: CDP version text; LLDP has it in `sys_descr`.
    """

    protocol: str
    local_if_index: int | None = None
    local_port: str | None = None
    remote_index: int = 0
    chassis_id: str | None = None
    chassis_id_type: str = "other"
    port_id: str | None = None
    port_id_type: str = "other"
    port_descr: str | None = None
    sys_name: str | None = None
    sys_descr: str | None = None
    capabilities: tuple[str, ...] = ()
    management_addresses: tuple[str, ...] = ()
    platform: str | None = None
    version: str | None = None
    native_vlan: int | None = None
    voice_vlan: int | None = None
    med: MedInventory | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """An installed program with its version."""

    name: str
    version: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """A printer supply (Printer-MIB prtMarkerSuppliesTable, RFC 3805).

    Attributes:
        level: Percent left, 0-100; None where the printer gives no number.
        state: `ok`, `some-left`, `unknown`, `unrestricted`, `empty`.
    """

    name: str
    kind: str | None = None
    level: float | None = None
    state: str = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number a device reports about itself, such as battery charge or page count.

    Attributes:
        name: e.g. `page-count`, `battery-charge`, `battery-runtime`, `load`.
        value: The number.
        unit: e.g. `pages`, `percent`, `seconds`, `W`.
    """

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Poe:
    """Power over Ethernet of a port (POWER-ETHERNET-MIB, RFC 3621).

    Attributes:
        port: Group and port, or the name of the port.
        if_index: Its interface.
        enabled: It may give power.
        delivering: It gives power.
        device_class: Class of what takes it (IEEE 802.3), 0 to 8.
        milliwatts: What is taken, where the device measures it.
    """

    port: str
    if_index: int | None = None
    enabled: bool | None = None
    delivering: bool | None = None
    device_class: int | None = None
    milliwatts: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedPort:
    """What a device calls one of its own ports in LLDP (lldpLocPortTable, 802.1AB).

    Attributes:
        if_index: Its interface.
        port_id: MAC, address or text by `port_id_type`, as in `Neighbour`.
    """

    if_index: int
    port_id: str
    port_id_type: str = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class WirelessClient:
    """A station associated with an access point."""

    mac: str
    ip: str | None = None
    ap_mac: str | None = None
    ap_name: str | None = None
    ssid: str | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPoint:
    """An access point as its controller knows it."""

    mac: str
    name: str | None = None
    model: str | None = None
    serial: str | None = None
    ip: str | None = None
    ethernet_mac: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortUser:
    """A user or MAC authenticated on a port (802.1X, port security)."""

    if_index: int
    mac: str | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A telephone as itself, a SIP answer or a PBX describes it.

    Attributes:
        mac: The phone's MAC, often part of its user agent or device name.
        device_name: Name in the PBX, e.g. `SEP001122334455`.
        extension: The extension it is registered under.
        user: Display name or user id in the PBX.
        contact_ip: Address of its registration.
        user_agent: SIP User-Agent or Server header.
        registered: Whether the registration is current.
        source: Which system said so.
    """

    mac: str | None = None
    device_name: str | None = None
    extension: str | None = None
    user: str | None = None
    contact_ip: str | None = None
    user_agent: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None
    registered: bool | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Modem:
    """A cellular modem of a device, and the SIM in it.

    Attributes:
        index: Place in the table of the device.
        imei: 15 digits with their check digit.
        iccid: Of the SIM, 18 to 20 digits.
        imsi: Of the SIM, 14 or 15 digits.
        msisdn: Telephone number as the SIM has it, with +.
        network: Name of the network it is in.
        source: Table that said so.
    """

    index: str
    imei: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    msisdn: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None
    network: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A router this one exchanges routes with: a hint where to look next.

    Attributes:
        ip: Address of the peer.
        protocol: `bgp`, `ospf`, `eigrp`, or `gateway` for the default route.
        router_id: The peer's router id.
        up: Whether the session is established, the adjacency full or two-way.
        remote_as: Autonomous system of a BGP peer.
    """

    ip: str
    protocol: str
    router_id: str | None = None
    up: bool | None = None
    remote_as: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostKey:
    """An SSH host key: a strong identifier unless the image was cloned.

    Attributes:
        algorithm: e.g. `ssh-ed25519`.
        fingerprint: `SHA256:...` as OpenSSH prints it.
    """

    algorithm: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """An X.509 certificate that a server showed (RFC 5280).

    Attributes:
        subject: Distinguished name as RFC 4514 writes it.
        issuer: The same of who signed it.
        names: DNS names among its alternative names.
        not_before: From when it is valid.
        not_after: Until when it is valid.
        key: SHA-256 of the public key (SubjectPublicKeyInfo), `SHA256:...`.
        self_signed: Subject and issuer are the same.
    """

    subject: str
    issuer: str
    names: tuple[str, ...] = ()
    not_before: datetime
    not_after: datetime
    key: str
    self_signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What listens on a port and answered in its protocol.

    Attributes:
        transport: `tcp` or `udp`.
        port: The port, as it is registered for the protocol.
        protocol: e.g. `http`, `ssh`, `smb`, `smb1`, `telnet`, `mdns`, `tls`.
        product: What it calls itself: a Server header, a banner, a model.
        certificate: The one it showed, where it speaks TLS.
    """

    transport: str
    port: int
    protocol: str
    product: str | None = None
    certificate: Certificate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """All facts of one device from one collector at one address in one scan.

    Attributes:
        address: The address that was asked.
        port: The port, where it is not the protocol's usual one.
        collector: `snmp`, `ssh`, `netmiko`, `sip`, `link`, `pbx`, `probe`, `sweep`,
            `dns`.
        seen_at: When the first answer came, aware UTC.
        site: The site whose network this is; addresses are unique per site only.
        credential: Name (never the secret) of the credential that worked.
        latency: Round-trip time of the first answer in seconds.
        reads: Names of the tables that were read completely, even if empty: only
            these may shrink what is known (`interfaces`, `fdb`, ...). Of parts one kind
            may be complete: `components/disk`.
        problems: What did not work.
    """

    address: str
    collector: str
    seen_at: datetime
    port: int | None = None
    site: str = ""
    credential: str | None = None
    latency: float | None = None
    system: System | None = None
    hardware: Hardware | None = None
    operating_system: OperatingSystem | None = None
    components: tuple[Component, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    addresses: tuple[Address, ...] = ()
    arp: tuple[ArpEntry, ...] = ()
    fdb: tuple[FdbEntry, ...] = ()
    vlans: tuple[Vlan, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    phones: tuple[Phone, ...] = ()
    modems: tuple[Modem, ...] = ()
    software: tuple[Software, ...] = ()
    supplies: tuple[Supply, ...] = ()
    measures: tuple[Measure, ...] = ()
    poe: tuple[Poe, ...] = ()
    announced_ports: tuple[AnnouncedPort, ...] = ()
    access_points: tuple[AccessPoint, ...] = ()
    wireless_clients: tuple[WirelessClient, ...] = ()
    port_users: tuple[PortUser, ...] = ()
    peers: tuple[Peer, ...] = ()
    host_keys: tuple[HostKey, ...] = ()
    services: tuple[Service, ...] = ()
    clues: tuple[Clue, ...] = ()
    reads: frozenset[str] = field(default_factory=frozenset)
    problems: tuple[Problem, ...] = ()
