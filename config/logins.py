"""`[credentials]`: communities, users, accounts and keys. Imports `config.shapes`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr
from pydantic import model_validator as check

from config.shapes import NetworkText, Port, Section, UserPath


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
    agent: bool = Field(
        default=False, description="true or false: use the keys of the ssh-agent"
    )
    agent_key: str | None = Field(
        default=None,
        description="the fingerprint of one key of the agent, as `ssh-add -l` shows it",
    )
    enable_secret: SecretStr | None = Field(
        default=None, description="the second secret of network devices"
    )
    device_type: str | None = Field(
        default=None, description="a netmiko device type such as cisco_ios"
    )
    jumps: tuple[str, ...] = Field(
        default=(),
        description="a list of names from [[credentials.jump]], the nearest one first",
    )

    @check(mode="after")
    def _can_log_in(self) -> SshLogin:
        if self.password is None and self.private_key_file is None and not self.agent:
            raise ValueError("a password, a private_key_file or the agent is needed")
        return self


class JumpLogin(SshLogin):
    """`[[credentials.jump]]`: a host through which others are reached."""

    host: str = Field(min_length=1, description="its address or name")
    port: Port = Field(default=22, description="its SSH port")

    @check(mode="after")
    def _one_hop(self) -> JumpLogin:
        if self.jumps:
            raise ValueError("jumps are given with the device's login, not here")
        return self


class WinRmLogin(Section):
    """`[[credentials.winrm]]`: an account of Windows computers."""

    name: str = Field(min_length=1, description="a name for this credential")
    user: str = Field(
        default="",
        description="the account: DOMAIN\\user, user@domain or a local one",
    )
    password: SecretStr | None = Field(default=None, description="the password")
    auth: Literal["negotiate", "ntlm", "kerberos", "basic", "certificate"] = Field(
        default="negotiate",
        description="negotiate, ntlm, kerberos, basic or certificate",
    )
    certificate_file: UserPath | None = Field(
        default=None, description="the path of a client certificate in PEM form"
    )
    private_key_file: UserPath | None = Field(
        default=None, description="the path of its private key in PEM form"
    )
    http: bool = Field(
        default=False,
        description="true or false: plain HTTP with encrypted messages, not HTTPS",
    )

    @check(mode="after")
    def _can_log_in(self) -> WinRmLogin:
        if self.auth == "certificate":
            if not (self.certificate_file and self.private_key_file):
                raise ValueError(
                    "certificate needs certificate_file and private_key_file"
                )
        elif self.auth != "kerberos" and not (self.user and self.password):
            raise ValueError(f"{self.auth} needs a user and a password")
        if self.http and self.auth in ("basic", "certificate"):
            raise ValueError(f"{self.auth} is used over HTTPS only")
        return self


class LoginSet(Section):
    """`[[credentials.sets]]`: which credentials are used where."""

    name: str = Field(min_length=1, description="a name for this set")
    site: str | None = Field(
        default=None, description="the site it is for; without it, all sites"
    )
    networks: tuple[NetworkText, ...] = Field(
        default=(), description="a list of networks it is for; without it, all"
    )
    via: str | None = Field(
        default=None,
        description="the name of a [[credentials.jump]] through which these networks"
        " are swept and logged in to",
    )
    snmp: tuple[str, ...] = Field(
        default=(), description="a list of names from [[credentials.snmp]]"
    )
    ssh: tuple[str, ...] = Field(
        default=(), description="a list of names from [[credentials.ssh]]"
    )
    winrm: tuple[str, ...] = Field(
        default=(), description="a list of names from [[credentials.winrm]]"
    )
    offer_to_new: bool = Field(
        default=False,
        description="true or false: communities and passwords also go to hosts that"
        " none opened before",
    )
    types: tuple[str, ...] = Field(
        default=(),
        description="a list of types or sub-types of devices it is for, such as switch;"
        " without it, all",
    )


class Credentials(Section):
    """`[credentials]`: tried in the order they are written.

    Without `sets` every credential may be used everywhere.
    """

    snmp: tuple[SnmpLogin, ...] = Field(
        default=(), description="a list of SNMP credentials"
    )
    ssh: tuple[SshLogin, ...] = Field(
        default=(), description="a list of SSH credentials"
    )
    winrm: tuple[WinRmLogin, ...] = Field(
        default=(), description="a list of WinRM accounts"
    )
    jump: tuple[JumpLogin, ...] = Field(default=(), description="a list of jump hosts")
    sets: tuple[LoginSet, ...] = Field(
        default=(), description="a list of [[credentials.sets]]"
    )

    offer_to_new: bool = Field(
        default=False,
        description="true or false: without sets, communities and passwords also go to"
        " hosts that none opened before",
    )

    @check(mode="after")
    def _names_differ(self) -> Credentials:
        for kind in (self.snmp, self.ssh, self.winrm, self.jump, self.sets):
            names = [each.name for each in kind]
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"the name {min(twice)} is given twice")
        return self

    @check(mode="after")
    def _logins_name_jumps(self) -> Credentials:
        known = {login.name for login in self.jump}
        for place in self.sets:
            if place.via is not None and not place.networks:
                raise ValueError(f"the set {place.name} has via, so it needs networks")
        for each in self.ssh:
            if unknown := set(each.jumps) - known:
                raise ValueError(
                    f"the login {each.name} names {min(unknown)}, which is none of"
                    " [[credentials.jump]]"
                )
        return self

    @check(mode="after")
    def _sets_name_credentials(self) -> Credentials:
        snmp = {login.name for login in self.snmp}
        ssh = {login.name for login in self.ssh}
        winrm = {login.name for login in self.winrm}
        for each in self.sets:
            unknown = (set(each.snmp) - snmp) | (set(each.ssh) - ssh)
            unknown |= set(each.winrm) - winrm
            if unknown:
                raise ValueError(
                    f"the set {each.name} names {min(unknown)},"
                    " which is not a credential"
                )
        return self
