"""How a telephone system is reached: address, account, limits. Pure.

The values come from the settings through `api.compose.wiring`. Secrets are `SecretStr`,
so no repr, log line or error shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import SecretStr

PORTS = {
    "asterisk": (5038, 5039),
    "freeswitch": (8021, 8021),
    "kamailio": (80, 443),
    "cucm": (8443, 8443),
    "3cx": (443, 443),
    "teams": (443, 443),
}
"""Kind -> usual port without and with TLS."""

KINDS = (*PORTS, "csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for one telephone system; past them the rest is left out and said so.

    Attributes:
        connect: Seconds until the connection stands and somebody greets.
        idle: Seconds without a byte.
        total: Seconds for the whole reading.
        line: Bytes of one line.
        answer: Bytes of one answer.
        size: Bytes of all answers together.
        rows: Rows of one table.
    """

    connect: float = 10.0
    idle: float = 30.0
    total: float = 600.0
    line: int = 65_536
    answer: int = 32_000_000
    size: int = 100_000_000
    rows: int = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxSource:
    """A telephone system to read.

    Attributes:
        name: Name in the settings.
        kind: One of `KINDS`.
        host: Name or address; empty for `csv`.
        port: None for the usual one.
        tls: Speak TLS; the certificate is checked unless `verify` is off.
        ca_file: Certificates to trust instead of the system's: a pinned authority or
            the server's own certificate.
        authority: The same certificates as PEM, where there is no file.
        user: Account or client id.
        secret: Its password or client secret.
        tenant: Directory id of Microsoft Entra.
        path: Of the HTTP interface where it is not the usual one; of the CSV file.
        site: Whose addresses the registrations carry.
        region: ISO 3166 code for numbers written without a country.
        base_url: Other addresses of cloud services, for national clouds and tests.
    """

    name: str
    kind: str
    host: str = ""
    port: int | None = None
    tls: bool = False
    verify: bool = True
    ca_file: str | None = None
    authority: str = ""
    user: str = ""
    secret: SecretStr = field(default=SecretStr(""))
    tenant: str = ""
    path: str = ""
    site: str = ""
    region: str = ""
    base_url: str = ""
    limits: Limits = Limits()

    @property
    def number(self) -> int:
        """The port to connect to."""
        return self.port or PORTS[self.kind][self.tls]

    @property
    def place(self) -> str:
        """Where it is asked, for a person."""
        if self.kind == "csv":
            return self.path
        return f"{self.host}:{self.number}" if self.host else self.kind
