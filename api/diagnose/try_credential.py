"""Try one credential on one device, guarded like the logins of a scan.

For `purser credential test` and the API. What was tried says which way; nothing of the
device is kept but a failure or a success in the guard, and its host key.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime

from api.compose.rulebooks import known
from api.compose.scanning import open_scan_context
from api.compose.wiring import App
from collectors.credentials import SnmpCredential, SshCredential, WinRmCredential
from collectors.errors import CollectError
from collectors.text import printable
from discovery.scan.context import ScanContext
from discovery.sentences import said
from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.texts import N_, Said
from inventory.storage.engine import writing
from inventory.vault import uses

Tried = SnmpCredential | SshCredential | WinRmCredential

SYS_DESCR = (1, 3, 6, 1, 2, 1, 1, 1, 0)


async def try_credential(
    app: App, name: str, address: str, *, port: int | None = None, site: str = ""
) -> dict[str, object]:
    """Log in to `address` with the credential `name`.

    Returns:
        `worked`, `way` (`snmp`, `shell`, `console`, `winrm`), `detail`, and the
        `reason` of a failure.

    Raises:
        NotFound: There is no such credential, in the settings or the vault.
        Invalid: It cannot be tried this way.
    """
    async with AsyncExitStack() as stack:
        context = await stack.enter_async_context(
            open_scan_context(
                app.settings, app.engine, app.clock, known(app.settings), site
            )
        )
        credential = _there(context, _named(context, name), site, address)
        way = _way(credential)
        try:
            if isinstance(credential, SnmpCredential):
                detail = await _snmp(
                    context,
                    credential,
                    address,
                    port or app.settings.scan.snmp_port or 161,
                )
            elif isinstance(credential, WinRmCredential):
                scan = app.settings.scan
                usual = scan.winrm_http_port if credential.http else scan.winrm_port
                detail = await _winrm(
                    context, credential, address, port or usual or 5986
                )
            else:
                detail = await _ssh(
                    context, credential, address, port or app.settings.scan.ssh_ports[0]
                )
        except CollectError as error:
            return {
                "worked": False,
                "way": way,
                "reason": error.reason.value,
                "detail": said(error.detail),
            }
    _note(app, name, way, site, address, app.clock())
    return {"worked": True, "way": way, "reason": None, "detail": detail}


def _named(context: ScanContext, name: str) -> Tried:
    for each in context.credentials.sets:
        logins: list[Tried] = [*each.snmp, *each.ssh, *each.winrm]
        for login in logins:
            if login.name == name:
                return login
        if any(credential.name == name for credential in each.pbx):
            raise Invalid(
                N_("A credential of a telephone system is tried by its own command."),
                where="name",
            )
    raise NotFound(
        N_("There is no credential {name!r} that may be used now."),
        remedy=N_(
            "`purser credential list` shows them. A jump host is tried through a"
            " credential that uses it."
        ),
        name=name,
    )


def _there(context: ScanContext, login: Tried, site: str, address: str) -> Tried:
    """Return a login with the jump hosts on the way, as a scan would take it."""
    if isinstance(login, SnmpCredential) or login.jumps:
        return login
    return replace(login, jumps=context.credentials.via(site, address))


def _way(credential: Tried) -> str:
    if isinstance(credential, SnmpCredential):
        return "snmp"
    if isinstance(credential, WinRmCredential):
        return "winrm"
    return "shell" if credential.device_type is None else "console"


async def _snmp(
    context: ScanContext, credential: SnmpCredential, address: str, port: int
) -> str:
    if context.snmp is None:
        return ""
    session = context.snmp.session(address, port, credential)
    try:
        value = (await session.get([SYS_DESCR])).get(SYS_DESCR, b"")
    finally:
        await session.close()
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else ""
    return printable(text)[:200]


async def _ssh(
    context: ScanContext, credential: SshCredential, address: str, port: int
) -> str:
    if credential.device_type is not None and context.clis is not None:
        line = await context.clis.open(
            address, port, credential, credential.device_type
        )
        await line.close()
        return Said(N_("at the prompt of {kind}"), kind=line.device_type)
    if context.shells is None:
        return ""
    shell = await context.shells.open(address, port, credential)
    await shell.close()
    return Said(N_("host key {key}"), key=shell.host_key)


async def _winrm(
    context: ScanContext, credential: WinRmCredential, address: str, port: int
) -> str:
    if context.remotings is None:
        return ""
    session = await context.remotings.open(address, port, credential)
    await session.close()
    if not session.host_key:
        return N_("over HTTP")
    return Said(N_("certificate {key}"), key=session.host_key)


def _note(
    app: App, name: str, way: str, site: str, address: str, now: datetime
) -> None:
    collectors = {"shell": "ssh", "console": "netmiko"}
    with writing(app.engine) as connection:
        uses.note_use(
            connection,
            name,
            collectors.get(way, way),
            site=site,
            address=address,
            device_id=None,
            at=now,
        )
