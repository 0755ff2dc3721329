"""`[[pbx]]`: telephone systems that are read. Imports `config.shapes`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr
from pydantic import model_validator as check

from config.shapes import Port, Section, UserPath


class Pbx(Section):
    """`[[pbx]]`: one telephone system."""

    name: str = Field(min_length=1, description="a name for this telephone system")
    kind: Literal[
        "asterisk", "freeswitch", "kamailio", "cucm", "3cx", "teams", "csv"
    ] = Field(
        description="asterisk, freeswitch, kamailio, cucm, 3cx, teams or csv",
    )
    host: str = Field(
        default="", max_length=253, description="the address or name of the system"
    )
    port: Port | None = Field(
        default=None, description="a port; without it the usual one of the kind"
    )
    tls: bool | None = Field(
        default=None,
        description="true or false; without it true for cucm, 3cx and teams",
    )
    verify: bool = Field(
        default=True, description="true or false: check the certificate"
    )
    ca_file: UserPath | None = Field(
        default=None,
        description="the path of the certificates to trust, instead of the system's",
    )
    user: str = Field(default="", description="the account or client id")
    secret: SecretStr = Field(
        default=SecretStr(""), description="the password or client secret"
    )
    credential: str | None = Field(
        default=None,
        min_length=1,
        description="the name of a stored credential of kind pbx, instead of secret",
    )
    tenant: str = Field(
        default="", description="the directory id of Microsoft Entra, for teams"
    )
    path: str = Field(
        default="",
        description="the path of the HTTP interface of kamailio, or of the CSV file",
    )
    site: str = Field(
        default="", description="the site whose addresses its phones carry"
    )
    region: str = Field(
        default="",
        pattern="^([A-Z]{2})?$",
        description="an ISO 3166 code such as DE for numbers without a country",
    )

    @check(mode="after")
    def _complete(self) -> Pbx:
        if self.kind == "csv":
            if not self.path:
                raise ValueError("the kind csv needs path, the CSV file")
            return self
        if self.kind == "teams":
            if not self.tenant and self.credential is None:
                raise ValueError("the kind teams needs tenant")
        elif not self.host:
            raise ValueError(f"the kind {self.kind} needs host")
        if self.credential is not None:
            return self
        secret = self.secret.get_secret_value()
        if self.kind not in {"kamailio"} and not secret:
            raise ValueError(f"the kind {self.kind} needs secret")
        if self.kind not in {"kamailio", "freeswitch"} and not self.user:
            raise ValueError(f"the kind {self.kind} needs user")
        return self

    @property
    def speaks_tls(self) -> bool:
        """Whether the connection is encrypted."""
        if self.tls is None:
            return self.kind in {"cucm", "3cx", "teams"}
        return self.tls
