"""`[login]`: how people prove who they are. All of it is off by default.

Imports `config.shapes`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, model_validator

from config.shapes import Section, UserPath


class Oidc(Section):
    """`[login.oidc]`: log in through an OpenID Connect provider."""

    issuer: str = Field(
        pattern="^https?://", description="the issuer, such as https://login.example"
    )
    client_id: str = Field(min_length=1, description="our name at the provider")
    client_secret: SecretStr = Field(
        default=SecretStr(""),
        description="its secret, best in PURSER_LOGIN__OIDC__CLIENT_SECRET; without it"
        " a public client (PKCE is used always)",
    )
    title: str = Field(
        default="single sign-on", max_length=60, description="what people call it"
    )
    scopes: tuple[str, ...] = Field(
        default=("openid", "profile", "email"),
        description="a list of scopes; openid is one of them",
    )
    login_claim: str = Field(
        default="preferred_username", description="the claim that is the login"
    )
    groups_claim: str = Field(
        default="groups", description="the claim that lists the groups"
    )
    ca_file: UserPath | None = Field(
        default=None, description="certificates that vouch for the provider"
    )


class Ldap(Section):
    """`[login.ldap]`: passwords are checked by an LDAP directory."""

    url: str = Field(
        pattern="^ldaps?://", description="the server, such as ldaps://ldap.example"
    )
    start_tls: bool = Field(
        default=False, description="true or false: begin TLS on a plain connection"
    )
    ca_file: UserPath | None = Field(
        default=None, description="certificates that vouch for the server"
    )
    plain: bool = Field(
        default=False,
        description="true or false: passwords may cross the network unencrypted",
    )
    bind_dn: str = Field(default="", description="who searches; empty: anonymous")
    bind_password: SecretStr = Field(
        default=SecretStr(""),
        description="its password, best in PURSER_LOGIN__LDAP__BIND_PASSWORD",
    )
    base: str = Field(min_length=1, description="where people are searched below")
    filter: str = Field(
        default="(&(objectClass=person)(uid={login}))",
        description="the filter that finds somebody, with {login}",
    )
    id_attribute: str = Field(
        default="entryUUID",
        description="what never changes: entryUUID; objectGUID with Active Directory",
    )
    name_attribute: str = Field(default="cn", description="what a person is called")
    group_base: str = Field(
        default="", description="where groups are searched below; empty: memberOf only"
    )
    group_filter: str = Field(
        default="(&(objectClass=groupOfNames)(member={dn}))",
        description="the filter that finds somebody's groups, with {dn}",
    )
    timeout: float = Field(
        default=5.0, gt=0, le=60, description="seconds to wait for it, up to 60"
    )

    @model_validator(mode="after")
    def _protected(self) -> Ldap:
        tls = self.url.startswith("ldaps:") or self.start_tls
        if not tls and not self.plain:
            raise ValueError(
                "passwords would cross the network unencrypted; use ldaps:// or"
                " start_tls = true, or say plain = true"
            )
        if "{login}" not in self.filter or "{dn}" not in self.group_filter:
            raise ValueError("filter needs {login} and group_filter needs {dn}")
        return self


class Login(Section):
    """`[login]`: what is asked beside a password, and who else vouches for people."""

    second_factor: Literal["off", "optional", "required"] = Field(
        default="off",
        description="off, optional (whoever sets one up is asked) or required",
    )
    oidc: Oidc | None = Field(default=None, description="the section [login.oidc]")
    ldap: Ldap | None = Field(default=None, description="the section [login.ldap]")
