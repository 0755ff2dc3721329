"""What logs in to devices: the settings and the vault together, as a scan uses them.

Settings come first where both fit equally well, and win where both use one name.
Part of the wiring.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from sqlalchemy import Engine

from collectors.credentials import (
    JumpHost,
    PbxCredential,
    SnmpCredential,
    SshCredential,
    WinRmCredential,
)
from discovery.access.credentials import Credentials, CredentialSet
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.storage import upgrade
from inventory.storage.work import Clock
from inventory.vault import credentials
from inventory.vault.credentials import OpenCredential, Scope
from inventory.vault.master_key import MasterSource

if TYPE_CHECKING:
    from config.logins import JumpLogin, SnmpLogin, SshLogin, WinRmLogin
    from config.settings import Settings

KEY_FILE = "vault.key"


def master_source(settings: Settings) -> MasterSource:
    """Return where the settings say the master key is."""
    vault = settings.vault
    return MasterSource(
        vault.key_file or settings.data_dir / KEY_FILE,
        given=vault.key.get_secret_value() if vault.key is not None else None,
        keyring=vault.keyring,
    )


def all_credentials(settings: Settings, engine: Engine, clock: Clock) -> Credentials:
    """Return the credentials of the settings and of the vault.

    Raises:
        Invalid: A jump host is missing.
        VaultError: The stored secrets cannot be opened.
    """
    return credentials_of(settings, stored(settings, engine, clock))


def stored(settings: Settings, engine: Engine, clock: Clock) -> list[OpenCredential]:
    """Return what the vault holds for now, with its secrets.

    The key is not asked for while nothing is stored, nor are the tables of a
    database that has none yet.
    """
    if upgrade.current(engine) is None:
        return []
    with engine.connect() as connection:
        if not credentials.count(connection):
            return []
        masters = master_source(settings).read()
        return credentials.unsealed(connection, masters, clock())


def set_names(settings: Settings, engine: Engine) -> set[str]:
    """Return the names of all sets; works without the master key."""
    names = {each.name for each in settings.credentials.sets} or {"all"}
    if upgrade.current(engine) is None:
        return names
    with engine.connect() as connection:
        rows = credentials.list_credentials(connection)
    return names | {row["set_name"] for row in rows}


def credentials_of(
    settings: Settings, opened: Sequence[OpenCredential] = ()
) -> Credentials:
    """Return the credentials as a scan uses them.

    Args:
        settings: Theirs come first.
        opened: From the vault.

    Raises:
        Invalid: A jump host is missing.
    """
    logins = settings.credentials
    jumps = {each.name: _stored_jump(each) for each in opened if each.kind == "jump"}
    jumps |= {login.name: _jump(login) for login in logins.jump}
    snmp = {login.name: _snmp(login) for login in logins.snmp}
    ssh = {login.name: _ssh(login, jumps) for login in logins.ssh}
    winrm = {login.name: _winrm(login) for login in logins.winrm}
    sets = [
        CredentialSet(
            name=each.name,
            site=each.site,
            networks=each.networks,
            snmp=tuple(snmp[name] for name in each.snmp),
            ssh=tuple(ssh[name] for name in each.ssh),
            winrm=tuple(winrm[name] for name in each.winrm),
            offer_to_new=each.offer_to_new,
            types=each.types,
            via=_way(each.name, (each.via,), jumps) if each.via else (),
        )
        for each in logins.sets
    ]
    if not logins.sets:
        sets = [
            CredentialSet(
                "all",
                snmp=tuple(snmp.values()),
                ssh=tuple(ssh.values()),
                winrm=tuple(winrm.values()),
                offer_to_new=logins.offer_to_new,
            )
        ]
    taken = snmp.keys() | ssh.keys() | winrm.keys()
    fresh = [each for each in opened if each.name not in taken]
    return Credentials((*sets, *_stored_sets(fresh, jumps), *_ways(opened, jumps)))


def _ways(
    opened: Iterable[OpenCredential], jumps: Mapping[str, JumpHost]
) -> list[CredentialSet]:
    """Return the networks of stored jump hosts, which are reached through them."""
    return [
        CredentialSet(
            name=each.scope.set_name,
            site=each.scope.site,
            networks=each.scope.networks,
            via=(jumps[each.name],),
        )
        for each in opened
        if each.kind == "jump" and each.scope.networks
    ]


def _stored_sets(
    opened: Iterable[OpenCredential], jumps: Mapping[str, JumpHost]
) -> list[CredentialSet]:
    """Gather what has one name and one scope, in the order it is tried."""
    places: dict[tuple[Any, ...], list[OpenCredential]] = {}
    for each in opened:
        if each.kind != "jump":
            places.setdefault(_place(each.scope), []).append(each)
    return [
        CredentialSet(
            name=name,
            site=site,
            networks=networks,
            snmp=tuple(_stored_snmp(e) for e in members if e.kind.startswith("snmp")),
            ssh=tuple(_stored_ssh(e, jumps) for e in members if e.kind == "ssh"),
            pbx=tuple(_stored_pbx(e) for e in members if e.kind == "pbx"),
            winrm=tuple(_stored_winrm(e) for e in members if e.kind == "winrm"),
            offer_to_new=to_new,
            types=types,
        )
        for (name, site, networks, to_new, types), members in places.items()
    ]


def _place(scope: Scope) -> tuple[Any, ...]:
    return (
        scope.set_name,
        scope.site,
        scope.networks,
        scope.offer_to_new,
        scope.types,
    )


_SECRETS = frozenset(
    "community auth_secret priv_secret password private_key key_secret"
    " enable_secret".split()
)


def _values(each: OpenCredential, *without: str) -> dict[str, Any]:
    found: dict[str, Any] = {"name": each.name}
    for name, value in each.fields.items():
        if name not in without:
            found[name] = SecretStr(value) if name in _SECRETS else value
    return found


def _stored_snmp(each: OpenCredential) -> SnmpCredential:
    return SnmpCredential(version=each.kind.removeprefix("snmp-v"), **_values(each))


def _stored_pbx(each: OpenCredential) -> PbxCredential:
    return PbxCredential(**_values(each))


def _stored_winrm(each: OpenCredential) -> WinRmCredential:
    return WinRmCredential(**_values(each))


def _stored_ssh(each: OpenCredential, jumps: Mapping[str, JumpHost]) -> SshCredential:
    way = _way(each.name, each.fields.get("jumps", ()), jumps)
    return SshCredential(**_values(each, "jumps"), jumps=way)


def _stored_jump(each: OpenCredential) -> JumpHost:
    login = SshCredential(**_values(each, "host", "port"))
    port = each.fields.get("port", 22)
    return JumpHost(host=each.fields["host"], port=port, login=login)


def _way(
    name: str, jumps: Iterable[str], known: Mapping[str, JumpHost]
) -> tuple[JumpHost, ...]:
    found = []
    for jump in jumps:
        if jump not in known:
            raise Invalid(
                N_(
                    "The credential {name!r} goes through the jump host {jump!r}, "
                    "which is not there or not valid now."
                ),
                where="jumps",
                remedy=N_("Add a credential of kind jump with this name."),
                name=name,
                jump=jump,
            )
        found.append(known[jump])
    return tuple(found)


def _snmp(login: SnmpLogin) -> SnmpCredential:
    return SnmpCredential(**{name: getattr(login, name) for name in _fields(login)})


def _ssh(login: SshLogin, jumps: Mapping[str, JumpHost]) -> SshCredential:
    given = {name: getattr(login, name) for name in _fields(login)}
    for only_jump in ("host", "port"):
        given.pop(only_jump, None)
    file: Path | None = given.pop("private_key_file")
    way = _way(login.name, given.pop("jumps"), jumps)
    return SshCredential(**given, jumps=way, **_key(login.name, file))


def _winrm(login: WinRmLogin) -> WinRmCredential:
    given = {name: getattr(login, name) for name in _fields(login)}
    certificate: Path | None = given.pop("certificate_file")
    key = _key(login.name, given.pop("private_key_file"))
    if certificate is not None:
        read = _key(login.name, certificate)
        key["trouble"] = read.get("trouble") or key.get("trouble")
        if shown := read.get("private_key"):
            key["certificate"] = shown.get_secret_value()
    return WinRmCredential(**given, **key)


def _jump(login: JumpLogin) -> JumpHost:
    return JumpHost(host=login.host, port=login.port, login=_ssh(login, {}))


def _key(name: str, file: Path | None) -> dict[str, Any]:
    """Return the key of a file; one that cannot be read is this login's failure."""
    if file is None:
        return {}
    try:
        return {"private_key": SecretStr(file.read_text(encoding="ascii"))}
    except (OSError, UnicodeDecodeError) as error:
        told = f"the file {file} of {name!r} cannot be read: {error}"
        return {"trouble": told}


def _fields(login: SnmpLogin | SshLogin | WinRmLogin) -> Iterable[str]:
    return type(login).model_fields
