"""The inventory of a Windows computer over WinRM.

The same read-only script as over SSH, part by part, and the same parsers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from collectors.errors import Unsupported
from collectors.facts import HostKey, Observation
from collectors.ports import Remoting
from collectors.sentences import N_
from collectors.ssh.computers.read import (
    TIMEOUT,
    machine_of,
    observation_of,
    run_parts,
    windows_parts,
)
from collectors.ssh.computers.sections import pairs, parse_sections
from collectors.text import printable

HTTPS_PORT = 5986
"""Where WinRM is spoken by default; it is left out of observations."""


async def collect_winrm(
    session: Remoting,
    *,
    address: str,
    port: int = HTTPS_PORT,
    site: str = "",
    credential: str | None = None,
    seen_at: datetime,
    timeout: float = TIMEOUT,
) -> Observation:
    """Take the inventory of one Windows computer.

    Args:
        session: A logged-in runspace.
        address: Where.
        port: Port.
        site: Site of the address.
        credential: Name of the credential that worked.
        seen_at: Aware time.
        timeout: Seconds for the whole script.

    Raises:
        TimedOut: The first part of the script did not end.
        Unsupported: PowerShell ran no script: an endpoint for some commands only.
    """
    result = await run_parts(session.run, windows_parts(), timeout)
    sections = parse_sections(result.stdout)
    if "identity" not in sections:
        said = printable(" ".join(result.stderr.split()))[:120]
        detail = f": {said}" if said else ""
        raise Unsupported(
            N_("PowerShell does not run the inventory script{what}"), what=detail
        )
    kernel = pairs(sections["identity"]).get("kernel", "")
    machine = machine_of(kernel, result, sections)
    machine.problems = [
        replace(each, where=each.where.replace("ssh:", "winrm:"))
        for each in machine.problems
    ]
    shown = session.host_key
    mine = [HostKey(algorithm="x509", fingerprint=shown)] if shown else []
    return observation_of(
        machine,
        (*mine, *machine.host_keys),
        address=address,
        collector="winrm",
        port=None if port == HTTPS_PORT else port,
        site=site,
        credential=credential,
        seen_at=seen_at,
    )
