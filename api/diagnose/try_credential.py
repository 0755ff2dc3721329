"""Try one credential on one device, guarded like the logins of a scan.

For `purser credential test` and the API. What was tried says which way; nothing of the
device is kept but a failure or a success in the guard, and its host key.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import datetime

from api.compose.scanning import open_scan_context
from api.compose.wiring import App, known
from collectors.credentials import SnmpCredential, SshCredential
from collectors.errors import CollectError
from collectors.text import printable
from discovery.scan.context import ScanContext
from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.texts import N_
from inventory.storage.engine import writing
from inventory.vault import uses

SYS_DESCR = (1, 3, 6, 1, 2, 1, 1, 1, 0)


async def try_credential(
    app: App, name: str, address: str, *, port: int | None = None, site: str = ""
) -> dict[str, object]:
    """Log in to `address` with the credential `name`.

    Returns:
        `worked`, `way` (`snmp`, `shell`, `console`), `detail`, and the `reason` of a
        failure.

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
        credential = _named(context, name)
        way = _way(credential)
        try:
            if isinstance(credential, SnmpCredential):
                detail = await _snmp(
                    context,
                    credential,
                    address,
                    port or app.settings.scan.snmp_port or 161,
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
                "detail": str(error),
            }
    _note(app, name, way, site, address, app.clock())
    return {"worked": True, "way": way, "reason": None, "detail": detail}


def _named(context: ScanContext, name: str) -> SnmpCredential | SshCredential:
    for each in context.credentials.sets:
        logins: list[SnmpCredential | SshCredential] = [*each.snmp, *each.ssh]
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


def _way(credential: SnmpCredential | SshCredential) -> str:
    if isinstance(credential, SnmpCredential):
        return "snmp"
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
        return f"at the prompt of {line.device_type}"
    if context.shells is None:
        return ""
    shell = await context.shells.open(address, port, credential)
    await shell.close()
    return f"host key {shell.host_key}"


def _note(
    app: App, name: str, way: str, site: str, address: str, now: datetime
) -> None:
    collectors = {"snmp": "snmp", "shell": "ssh", "console": "netmiko"}
    with writing(app.engine) as connection:
        uses.note_use(
            connection,
            name,
            collectors[way],
            site=site,
            address=address,
            device_id=None,
            at=now,
        )
