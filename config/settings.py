"""Settings: what an administrator decides, in `purser.toml` and `PURSER_*` variables.

Only the shapes and their rules; `config.reader` finds, reads and merges the sources
and turns a mistake into a sentence. Imports the other modules of sections beside it.
Secrets are `SecretStr`: no repr, log line or traceback shows them. Every field has a
description, which the error messages quote as the remedy.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, IPvAnyAddress, SecretStr
from pydantic import model_validator as check
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from config.exchange import Directory, Webhooks
from config.jobs import Jobs, Recurring
from config.logins import Credentials
from config.shapes import NetworkText, Port, Section, UserPath
from config.sign_in import Login
from config.telephony import Pbx
from config.vault import Audit, Backup, Guard, Vault


class Http(Section):
    """`[http]`: where the API and the pages are served."""

    host: str = Field(default="127.0.0.1", description="the address to listen on")
    port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        description="a port from 1 to 65535, or 0 for any free one",
    )
    public_url: str | None = Field(
        default=None, description="the address users type, if a proxy stands in front"
    )
    names: tuple[str, ...] = Field(
        default=(), description="a list of other host names the pages are opened by"
    )
    trusted_proxies: tuple[NetworkText, ...] = Field(
        default=("127.0.0.1", "::1"),
        description="a list of addresses of proxies whose X-Forwarded-For is believed,"
        " where public_url is set",
    )
    session_hours: int = Field(
        default=12,
        ge=1,
        le=720,
        description="hours until a login to the pages ends, 1 to 720",
    )


class Scan(Section):
    """`[scan]`: how a network is asked."""

    engine: Literal["own", "pysnmp"] = Field(
        default="own", description="the SNMP engine: own or pysnmp"
    )
    icmp: bool = Field(
        default=True, description="true or false: ask by ICMP echo as well"
    )
    tcp_ports: tuple[Port, ...] = Field(
        default=(22, 80, 443),
        description="a list of TCP ports that show a host is there",
    )
    snmp_port: Port | None = Field(
        default=161, description="the UDP port of SNMP agents"
    )
    ssh_ports: tuple[Port, ...] = Field(
        default=(22,), description="a list of TCP ports where SSH is spoken"
    )
    winrm_port: Port | None = Field(
        default=5986,
        description="the TCP port of WinRM over HTTPS, tried where there is an account",
    )
    winrm_http_port: Port | None = Field(
        default=5985, description="the TCP port of WinRM over plain HTTP"
    )
    sip_port: Port | None = Field(
        default=5060, description="the UDP port of SIP phones"
    )
    probes: bool = Field(
        default=True,
        description="true or false: ask hosts what they say without a credential",
    )
    probe_rate: float = Field(
        default=200.0,
        gt=0,
        le=10_000,
        description="packets and connections of probes a second, above 0 to 10000",
    )
    probe_offset: int = Field(
        default=0,
        ge=0,
        le=52_000,
        description="a number added to the ports of probes, for a simulated network",
    )
    rate: float = Field(
        default=2000.0,
        gt=0,
        le=100_000,
        description="packets per second, above 0 to 100000",
    )
    concurrency: int = Field(
        default=50,
        ge=1,
        le=2000,
        description="hosts asked at the same time, 1 to 2000",
    )
    timeout: float = Field(
        default=1.0,
        gt=0,
        le=120,
        description="seconds to wait for an answer of the sweep, up to 120",
    )
    retries: int = Field(default=1, ge=0, le=10, description="further tries, 0 to 10")
    collect_timeout: float = Field(
        default=120.0,
        gt=0,
        le=3600,
        description="seconds one collector may take on one host, up to 3600; one"
        " command of a computer's inventory may take a sixth of it",
    )
    max_addresses: int = Field(
        default=262_144, ge=1, description="the most addresses one scan may have"
    )
    crawl: bool = Field(
        default=False, description="true or false: follow neighbours as well"
    )
    missing_after_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="days unseen until an asset is missing, 1 to 3650",
    )
    place_days: int = Field(
        default=90,
        ge=1,
        le=3650,
        description="days unconfirmed until a place is believed no more, 1 to 3650",
    )
    history_days: int = Field(
        default=1095,
        ge=1,
        le=36_500,
        description="days the history of places is kept of what is not an asset,"
        " 1 to 36500",
    )


class Traps(Section):
    """`[traps]`: notifications of devices, heard by `purser serve`.

    Communities and users are those of `[credentials]`.
    """

    enabled: bool = Field(
        default=False, description="true or false: listen for traps and informs"
    )
    address: IPvAnyAddress = Field(
        default=IPv4Address("127.0.0.1"),
        description="an address of this machine, or 0.0.0.0 or :: for all",
    )
    port: int = Field(
        default=162,
        ge=0,
        le=65535,
        description="a UDP port from 1 to 65535, or 0 for any free one",
    )
    settle: float = Field(
        default=5.0,
        ge=0,
        le=3600,
        description="seconds from a notification until its device is collected",
    )
    quiet: float = Field(
        default=60.0,
        ge=1,
        le=86_400,
        description="seconds between two collections of one device, 1 to 86400",
    )


class Metrics(Section):
    """`[metrics]`: who may read `/metrics`."""

    open: bool = Field(
        default=False,
        description="true or false: everybody may read them, not only this machine and"
        " tokens",
    )


class Adoption(Section):
    """`[[adoption]]`: which devices become assets by themselves after a scan."""

    name: str = Field(min_length=1, description="a name for the history of the asset")
    sites: tuple[str, ...] = Field(
        default=(), description="a list of sites; without it all"
    )
    types: tuple[str, ...] = Field(
        default=(),
        description="a list of types or sub-types such as switch or laptop; without"
        " it all",
    )
    vendors: tuple[str, ...] = Field(
        default=(), description="a list of makers; without it all"
    )
    kind: str = Field(
        default="", description="the kind of asset; without it the one of the type"
    )
    state: str = Field(default="in_use", description="the state of the new asset")
    prefix: str = Field(
        default="", description="the beginning of its tag, such as NET-"
    )
    seen_only: bool = Field(
        default=False,
        description="true or false: also what never answered, but was seen",
    )


class Range(Section):
    """`[[sites.ranges]]`: how some networks of a site may be asked."""

    networks: tuple[NetworkText, ...] = Field(
        min_length=1, description="a list of networks such as 10.1.0.0/24"
    )
    probes: bool = Field(
        default=True,
        description="true or false: ask hosts there what they say without a credential",
    )
    ot: bool = Field(
        default=False,
        description="true or false: fragile machines are there, to which nothing is"
        " sent; they are only heard and seen in the tables of others",
    )
    industrial: tuple[Literal["bacnet", "modbus", "ethernet-ip"], ...] = Field(
        default=(),
        description="a list of bacnet, modbus, ethernet-ip: ask controllers by these",
    )

    @check(mode="after")
    def _fragile_is_not_asked(self) -> Range:
        if self.ot and self.industrial:
            raise ValueError(
                "ot = true sends nothing, so industrial cannot name a protocol there"
            )
        return self


class Site(Section):
    """`[[sites]]`: a place whose addresses are its own."""

    name: str = Field(min_length=1, description="the site's name")
    networks: tuple[NetworkText, ...] = Field(
        default=(),
        description="a list of networks such as 10.1.0.0/24 or 10.1.0.1-10.1.0.99",
    )
    exclusions: tuple[NetworkText, ...] = Field(
        default=(), description="a list of networks that are never asked"
    )
    ranges: tuple[Range, ...] = Field(
        default=(), description="a list of [[sites.ranges]]"
    )
    name_servers: tuple[IPvAnyAddress, ...] = Field(
        default=(),
        description="a list of addresses of the site's name servers, which are asked"
        " what devices are called",
    )
    zones: tuple[str, ...] = Field(
        default=(),
        description="a list of DNS zones such as office.example, read from the name"
        " servers where they hand them over",
    )
    time_zone: str | None = Field(
        default=None,
        description="the site's time zone, such as Asia/Jakarta; else that of [jobs]",
    )


LEAST_CONNECTIONS = 30
"""To a server, by one process: fewer do not do for requests, jobs and scopes."""


class Settings(BaseSettings):
    """Everything an administrator decides. Frozen; `api.compose.wiring` reads it."""

    model_config = SettingsConfigDict(
        env_prefix="PURSER_",
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
    )

    data_dir: UserPath = Field(
        default_factory=lambda: user_data_path("purser", appauthor=False),
        description="the folder for the database and the keys",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description=(
            "sqlite:///path or postgresql+psycopg://user@host/name;"
            " without it SQLite in data_dir"
        ),
    )
    database_connections: int = Field(
        default=45,
        ge=LEAST_CONNECTIONS,
        le=1000,
        description="connections to PostgreSQL that a process opens at most, 30 to"
        " 1000; `purser doctor` compares them with what the server lets in",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug, info, warning or error"
    )
    log_json: bool = Field(
        default=False, description="true or false: log lines as JSON"
    )
    currency: str = Field(
        default="EUR", pattern="^[A-Z]{3}$", description="an ISO 4217 code such as EUR"
    )
    http: Http = Field(default=Http(), description="the section [http]")
    scan: Scan = Field(default=Scan(), description="the section [scan]")
    traps: Traps = Field(default=Traps(), description="the section [traps]")
    metrics: Metrics = Field(default=Metrics(), description="the section [metrics]")
    directory: Directory = Field(
        default=Directory(), description="the section [directory]"
    )
    webhooks: Webhooks = Field(default=Webhooks(), description="the section [webhooks]")
    jobs: Jobs = Field(default=Jobs(), description="the section [jobs]")
    credentials: Credentials = Field(
        default=Credentials(), description="the section [credentials]"
    )
    vault: Vault = Field(default=Vault(), description="the section [vault]")
    audit: Audit = Field(default=Audit(), description="the section [audit]")
    backup: Backup = Field(default=Backup(), description="the section [backup]")
    login: Login = Field(default=Login(), description="the section [login]")
    guard: Guard = Field(default=Guard(), description="the section [guard]")
    sites: tuple[Site, ...] = Field(default=(), description="a list of [[sites]]")
    recurring: tuple[Recurring, ...] = Field(
        default=(), description="a list of [[recurring]]"
    )
    pbx: tuple[Pbx, ...] = Field(default=(), description="a list of [[pbx]]")
    adoption: tuple[Adoption, ...] = Field(
        default=(), description="a list of [[adoption]]"
    )

    @check(mode="after")
    def _names_differ(self) -> Settings:
        for what, several in (
            ("site", self.sites),
            ("telephone system", self.pbx),
            ("recurring job", self.recurring),
        ):
            names = [each.name for each in several]
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f"the {what} {min(twice)} is given twice")
        return self

    @check(mode="after")
    def _sets_name_sites(self) -> Settings:
        known = {site.name for site in self.sites}
        for each in self.credentials.sets:
            if each.site is not None and each.site not in known:
                raise ValueError(
                    f"the credential set {each.name} names the site {each.site},"
                    " which is not one of [[sites]]"
                )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Variables win over the file, whose table comes as the keyword arguments."""
        return env_settings, init_settings
