"""How an office is reached: networks, ports and credentials of its scan file. Pure.

The office needs them to know whom to let in; whoever scans it may read the same file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Network

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from collectors.credentials import SnmpCredential, SshCredential
from collectors.office.errors import TruthError


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ports(_Record):
    """The ports the office listens on, on each of its addresses.

    0 is refused, since a scan has to know them.
    """

    snmp: int = Field(default=1161, ge=1, le=65535)
    ssh: int = Field(default=2222, ge=1, le=65535)
    sip: int = Field(default=5070, ge=1, le=65535)
    ami: int | None = Field(default=None, ge=1, le=65535)

    @property
    def manager(self) -> int:
        """The TCP port of the telephone system's manager; next to SIP by default."""
        return self.ami or self.sip + 1

    @property
    def web(self) -> int:
        """The TCP port of the phones' web servers: the number of the agents' port."""
        return self.snmp

    @property
    def probes(self) -> int:
        """What is added to the ports of protocols that need no credential."""
        return 2_000 + self.snmp % 50_000


class _Snmp(_Record):
    name: str
    version: str = "2c"
    community: SecretStr | None = None
    user: str | None = None
    auth: str | None = None
    auth_secret: SecretStr | None = None
    priv: str | None = None
    priv_secret: SecretStr | None = None


class _Ssh(_Record):
    name: str
    user: str
    password: SecretStr
    device_type: str | None = None


class PbxAccount(_Record):
    """A telephone system of the office and who may ask its manager.

    Attributes:
        device: Key of the device it runs on.
    """

    name: str
    kind: str = "asterisk"
    device: str
    user: str
    secret: SecretStr


class _Plan(_Record):
    site: str
    networks: tuple[IPv4Network, ...]
    icmp: bool = False
    ports: Ports = Ports()
    snmp: tuple[_Snmp, ...] = ()
    ssh: tuple[_Ssh, ...] = ()
    pbx: tuple[PbxAccount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the scan file says.

    Attributes:
        site: Name of the site.
        networks: The networks to scan, as text.
        icmp: Whether a ping tells anything.
        ports: Where the office listens.
        snmp: Credentials by name.
        ssh: Accounts by name.
        pbx: Telephone systems.
    """

    site: str
    networks: tuple[str, ...]
    icmp: bool
    ports: Ports
    snmp: Mapping[str, SnmpCredential]
    ssh: Mapping[str, SshCredential]
    pbx: tuple[PbxAccount, ...] = ()

    @property
    def probed_ports(self) -> tuple[int, ...]:
        """TCP ports by which a sweep notices who answers nothing but probes."""
        return tuple(port + self.ports.probes for port in (80, 445, 7000))

    def on_ports(self, *, snmp: int, ssh: int, sip: int) -> Plan:
        """Return the same plan with other ports, e.g. free ones in a test."""
        return replace(self, ports=Ports(snmp=snmp, ssh=ssh, sip=sip))


def read_plan(scan: Mapping[str, object]) -> Plan:
    """Return the plan of a parsed scan file.

    Raises:
        TruthError: A key is missing, misspelt or has a bad value.
    """
    try:
        plan = _Plan.model_validate(scan)
    except ValidationError as error:
        told = (
            f"{'.'.join(str(step) for step in problem['loc'])}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise TruthError("; ".join(told)) from None
    return Plan(
        site=plan.site,
        networks=tuple(str(network) for network in plan.networks),
        icmp=plan.icmp,
        ports=plan.ports,
        snmp={s.name: SnmpCredential(**dict(s)) for s in plan.snmp},
        ssh={s.name: SshCredential(**dict(s)) for s in plan.ssh},
        pbx=plan.pbx,
    )
