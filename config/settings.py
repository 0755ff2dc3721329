"""Settings: what an administrator decides, in `purser.toml` and `PURSER_*` variables.

Only the shapes and their rules; `config.reader` finds, reads and merges the sources
and turns a mistake into a sentence. Imports nothing of ours. Secrets are `SecretStr`:
no repr, log line or traceback shows them. Every field has a description, which the
error messages quote as the remedy.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic import model_validator as check
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

Port = Annotated[int, Field(ge=1, le=65535)]
_RANGE = re.compile(r"^(?P<first>[0-9a-fA-F.:]+)-(?P<last>[0-9a-fA-F.:]+)$")


def _network(text: str) -> str:
    """Accept an address, a CIDR network or `first-last`; return it unchanged."""
    parts = _RANGE.match(text)
    if parts:
        last = parts["last"]
        if "." not in last and ":" not in last:
            last = f"{parts['first'].rpartition('.')[0]}.{last}"
        first, end = ipaddress.ip_address(parts["first"]), ipaddress.ip_address(last)
        if first.version != end.version or int(first) > int(end):
            raise ValueError(f"{text} is not a range from a lower to a higher address")
        return text
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        hint = ""
        if "host bits" in str(error):
            hint = f"; write {ipaddress.ip_network(text, strict=False)}"
        raise ValueError(f"{text} is not a network or a range{hint}") from None
    return text


UserPath = Annotated[Path, AfterValidator(Path.expanduser)]
NetworkText = Annotated[str, AfterValidator(_network)]


class Section(BaseModel):
    """Base of all sections: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
    sip_port: Port | None = Field(
        default=5060, description="the UDP port of SIP phones"
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
        description="seconds one collector may take on one host, up to 3600",
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


class SnmpLogin(Section):
    """`[[credentials.snmp]]`: a community (v1, v2c) or a user (v3)."""

    name: str = Field(min_length=1, description="a name for this credential")
    version: Literal["1", "2c", "3"] = Field(
        default="2c", description='"1", "2c" or "3"'
    )
    community: SecretStr | None = Field(
        default=None, description="the community, for versions 1 and 2c"
    )
    user: str | None = Field(
        default=None, description="the USM user name, for version 3"
    )
    auth: Literal["md5", "sha1", "sha224", "sha256", "sha384", "sha512"] | None = Field(
        default=None, description="md5, sha1, sha224, sha256, sha384 or sha512"
    )
    auth_secret: SecretStr | None = Field(
        default=None, description="the authentication pass phrase"
    )
    priv: (
        Literal["des", "3des", "aes128", "aes192", "aes256", "aes192c", "aes256c"]
        | None
    ) = Field(
        default=None,
        description="des, 3des, aes128, aes192, aes256, aes192c or aes256c",
    )
    priv_secret: SecretStr | None = Field(
        default=None, description="the privacy pass phrase"
    )
    context: str = Field(default="", description="the SNMPv3 context name")

    @check(mode="after")
    def _complete(self) -> SnmpLogin:
        if self.version == "3":
            self._complete_user()
        elif self.community is None:
            raise ValueError(f"version {self.version} needs a community")
        return self

    def _complete_user(self) -> None:
        if not self.user:
            raise ValueError("version 3 needs a user")
        if (self.auth is None) != (self.auth_secret is None):
            raise ValueError("auth and auth_secret are given together or not at all")
        if (self.priv is None) != (self.priv_secret is None):
            raise ValueError("priv and priv_secret are given together or not at all")
        if self.priv is not None and self.auth is None:
            raise ValueError("privacy needs authentication: give auth and auth_secret")


class SshLogin(Section):
    """`[[credentials.ssh]]`: an account with a password or a key."""

    name: str = Field(min_length=1, description="a name for this credential")
    user: str = Field(min_length=1, description="the account name")
    password: SecretStr | None = Field(default=None, description="the password")
    private_key_file: UserPath | None = Field(
        default=None, description="the path of a private key in PEM or OpenSSH form"
    )
    key_secret: SecretStr | None = Field(
        default=None, description="the pass phrase of the private key"
    )
    enable_secret: SecretStr | None = Field(
        default=None, description="the second secret of network devices"
    )
    device_type: str | None = Field(
        default=None, description="a netmiko device type such as cisco_ios"
    )

    @check(mode="after")
    def _can_log_in(self) -> SshLogin:
        if self.password is None and self.private_key_file is None:
            raise ValueError("a password or a private_key_file is needed")
        return self


class Credentials(Section):
    """`[credentials]`: tried in the order they are written."""

    snmp: tuple[SnmpLogin, ...] = Field(
        default=(), description="a list of SNMP credentials"
    )
    ssh: tuple[SshLogin, ...] = Field(
        default=(), description="a list of SSH credentials"
    )

    @check(mode="after")
    def _names_differ(self) -> Credentials:
        for kind in (self.snmp, self.ssh):
            names = [login.name for login in kind]
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"the name {min(twice)} is given twice")
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


class Settings(BaseSettings):
    """Everything an administrator decides. Frozen; read once, by `api.wiring`."""

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
    credentials: Credentials = Field(
        default=Credentials(), description="the section [credentials]"
    )
    sites: tuple[Site, ...] = Field(default=(), description="a list of [[sites]]")

    @check(mode="after")
    def _sites_differ(self) -> Settings:
        names = [site.name for site in self.sites]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"the site {min(twice)} is given twice")
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
