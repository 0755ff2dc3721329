"""What to run on a computer: the entry point of discovery for shells.

One script for all Unix systems over one `exec`, read-only and without raised rights;
where there is no POSIX shell, one PowerShell script in parts. What comes back is parsed
by pure code in the files beside this one.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Protocol
from zlib import crc32

from collectors.errors import CollectError, TimedOut, Unreachable, Unsupported
from collectors.facts import (
    PARTS,
    Clue,
    Component,
    HostKey,
    Observation,
    Problem,
    Reason,
    part_table,
)
from collectors.failed_parts import failed_part
from collectors.ports import CommandResult, Shell
from collectors.sentences import N_, Told
from collectors.ssh.computers.bsd import parse_bsd
from collectors.ssh.computers.darwin import parse_darwin
from collectors.ssh.computers.linux import parse_linux
from collectors.ssh.computers.sections import (
    MARK,
    Machine,
    Sections,
    pairs,
    parse_sections,
)
from collectors.ssh.computers.unix import parse_aix, parse_hpux, parse_solaris
from collectors.ssh.computers.windows import parse_windows
from collectors.text import printable

UNIX_COMMAND = "sh -s"
"""What is executed on Unix; the script comes through standard input."""

TIMEOUT = 100.0
"""Seconds for a whole inventory; an old server with 3,000 packages takes about 20.
What was printed until then is kept, so this is less than a collector may take."""

COMMAND = 20.0
"""Seconds for one command of the Unix script; one that cannot be ended costs 5 more."""

_SCRIPTS = ("common.sh", "linux.sh", "bsd.sh", "darwin.sh", "unix.sh", "main.sh")

_POWERSHELL = "powershell.exe -NoProfile -NonInteractive -EncodedCommand "
_OVER_WINDOWS = ("MINGW", "MSYS", "CYGWIN")
"""Kernel names of POSIX shells on Windows: what they tell is not the machine."""

_UNDER_WINDOWS = "microsoft"
"""In the kernel release of the Windows Subsystem for Linux, which is no machine."""

Parser = Callable[[Sections], Machine]

PARSERS: dict[str, Parser] = {
    "Linux": parse_linux,
    "FreeBSD": parse_bsd,
    "OpenBSD": parse_bsd,
    "NetBSD": parse_bsd,
    "DragonFly": parse_bsd,
    "Darwin": parse_darwin,
    "AIX": parse_aix,
    "HP-UX": parse_hpux,
    "SunOS": parse_solaris,
    "Windows_NT": parse_windows,
}
"""Kernel name as `uname -s` prints it -> parser of its sections."""


@cache
def unix_script(command_timeout: float = COMMAND) -> str:
    """Return the inventory script of all Unix systems.

    Args:
        command_timeout: Seconds for one command; whole ones, as `timeout` takes them.
    """
    folder = files("collectors.ssh") / "scripts"
    parts = ((folder / name).read_text("utf-8") for name in _SCRIPTS)
    return "\n".join((f"limit={max(1, round(command_timeout))}", *parts))


@cache
def windows_parts() -> tuple[str, ...]:
    """Return the inventory script of Windows in parts that are run one by one."""
    folder = files("collectors.ssh") / "scripts"
    common, *parts = (folder / "windows.ps1").read_text("utf-8").split("#:part\n")
    lines = [line for line in common.splitlines() if not line.startswith("#")]
    start = "\n".join(lines)
    return tuple(f"{start}\n{part}" for part in parts)


@cache
def windows_commands() -> tuple[str, ...]:
    """Return the command lines that run the parts, each encoded.

    PowerShell reads standard input on its own account, so a script sent there would
    not be read whole; and a command line of cmd.exe, the usual shell of OpenSSH on
    Windows, ends at 8,191 characters.
    """
    return tuple(_POWERSHELL + encoded(part) for part in windows_parts())


async def collect_shell(
    shell: Shell,
    *,
    address: str,
    port: int = 22,
    site: str = "",
    credential: str | None = None,
    seen_at: datetime,
    timeout: float = TIMEOUT,
    command_timeout: float = COMMAND,
) -> Observation:
    """Take the inventory of one computer.

    Args:
        shell: A logged-in shell.
        address: Where.
        port: Port; 22 is left out of the observation.
        site: Site of the address.
        credential: Name of the credential that worked.
        seen_at: Aware time.
        timeout: Seconds for the whole script.
        command_timeout: Seconds for one of its commands, on Unix.

    Raises:
        TimedOut: The script did not end.
        Unsupported: Neither a POSIX shell nor PowerShell answered.
    """
    result, broken = await _unix(shell, timeout, command_timeout)
    sections = parse_sections(result.stdout)
    identity = pairs(sections.get("identity", ""))
    if not identity or _is_windows(identity):
        result = await run_parts(shell.run, windows_commands(), timeout)
        sections = parse_sections(result.stdout)
        if _is_windows(pairs(sections.get("identity", ""))):
            sections = {}
    if "identity" not in sections:
        raise Unsupported(_no_shell(identity, result))
    kernel = pairs(sections["identity"]).get("kernel", "")
    machine = machine_of(kernel, result, sections, broken)
    return observation_of(
        machine,
        _host_keys(machine.host_keys, shell.host_key),
        address=address,
        collector="ssh",
        port=None if port == 22 else port,
        site=site,
        credential=credential,
        seen_at=seen_at,
    )


async def _unix(
    shell: Shell, timeout: float, command_timeout: float
) -> tuple[CommandResult, CollectError | None]:
    """Run the script; what it printed before the line broke or time ran out counts."""
    try:
        script = unix_script(command_timeout)
        return await shell.run(UNIX_COMMAND, stdin=script, timeout=timeout), None
    except (TimedOut, Unreachable) as error:
        if f"{MARK}identity" not in error.printed:
            raise
        return CommandResult(error.printed, status=-1), error


def _is_windows(identity: Mapping[str, str]) -> bool:
    kernel, release = identity.get("kernel", ""), identity.get("release", "")
    return kernel.startswith(_OVER_WINDOWS) or _UNDER_WINDOWS in release.lower()


_REFUSALS = (
    (r"account is currently not available|nologin", "the account may not log in"),
    (r"password (?:has |is )?expired|change your password", "its password has expired"),
    (r"(?:select|enter) (?:an? |your )?(?:option|choice)", "it leads to a menu"),
)
"""What is printed instead of an answer -> what it means."""


def _no_shell(identity: Mapping[str, str], result: CommandResult) -> str:
    """Say why there is no inventory."""
    if identity:
        return N_("a POSIX shell on Windows answered, but PowerShell did not")
    text = f"{result.stdout[:2000]} {result.stderr[:2000]}"
    for pattern, meaning in _REFUSALS:
        if re.search(pattern, text, re.IGNORECASE):
            said = printable(" ".join(text.split()))[:80]
            return Told(
                N_("no shell: {meaning}; the machine says {said}"),
                meaning=meaning,
                said=repr(said),
            )
    return N_("neither a POSIX shell nor PowerShell answered")


class RunsCommand(Protocol):
    """Runs one command or script; see `collectors.ports`."""

    async def __call__(self, command: str, /, *, timeout: float) -> CommandResult:
        """Run it within some seconds."""
        ...


async def run_parts(
    run: RunsCommand, parts: Iterable[str], timeout: float
) -> CommandResult:
    """Run the parts of the Windows script one by one, while PowerShell answers.

    Raises:
        CollectError: The first part brought nothing.
    """
    until = asyncio.get_running_loop().time() + timeout
    printed: list[str] = []
    result = CommandResult("")
    for part in parts:
        left = max(1.0, until - asyncio.get_running_loop().time())
        try:
            result = await run(part, timeout=left)
        except (TimedOut, Unreachable):
            if not printed:
                raise
            return CommandResult("\n".join(printed), status=-1)
        printed.append(result.stdout.replace("\ufeff", ""))
        if MARK not in result.stdout or result.truncated:
            break
    return replace(result, stdout="\n".join(printed))


def machine_of(
    kernel: str,
    result: CommandResult,
    sections: Sections,
    broken: CollectError | None = None,
) -> Machine:
    """Return what a transcript tells, with a problem where it is not whole."""
    machine = _parsed(kernel, sections)
    _note_late(machine, sections)
    machine.problems += _cut_short(result, sections, broken)
    return machine


_TOLD_BY = {
    "software": "apps dpkg flatpak lslpp pacman pkg pkg_info pkginfo rpm snap swlist",
    "interfaces": "ifconfig ip lanscan link ports",
    "addresses": "ifconfig ip",
    "arp": "arp neigh",
    part_table("filesystem"): "df",
    "": "last virt guest boottime filevault geli sw_vers oslevel freebsd-version",
}
"""Table -> sections that tell it, none for values; all others tell of parts."""


def _note_late(machine: Machine, sections: Sections) -> None:
    """Note the commands that did not end in their time.

    What they would have told is not read whole: what is missing of it is not gone.
    """
    detail = N_(
        "the command did not end in its time; what it printed until then is kept"
    )
    for name in dict.fromkeys(sections.get("late", "").split()):
        machine.problems.append(Problem(f"ssh:{name}", Reason.TIMED_OUT, detail))
        told = {table for table, by in _TOLD_BY.items() if name in by.split()}
        machine.late |= told or {PARTS}


def _parsed(kernel: str, sections: Sections) -> Machine:
    parser = PARSERS.get(kernel)
    if parser is not None:
        return parser(sections)
    detail = Told(
        N_("no inventory for {system} yet"), system=kernel or N_("this system")
    )
    return Machine(
        clues=[Clue("os-family", kernel.lower(), "uname -s")] if kernel else [],
        problems=[Problem("ssh:inventory", Reason.UNSUPPORTED, detail)],
    )


def _cut_short(
    result: CommandResult, sections: Sections, broken: CollectError | None
) -> list[Problem]:
    """Say when the transcript is not whole; what was read so far is kept."""
    if result.truncated:
        detail = N_("the machine printed more than is kept")
        return [failed_part(Problem("ssh:inventory", Reason.TOO_MUCH, detail))]
    if "end" in sections:
        return []
    last = next(reversed(list(sections)), "")
    if broken is not None:
        detail = Told(
            N_("{broken}, while it told of {part}; what came before is kept"),
            broken=broken.detail,
            part=repr(last),
        )
        return [failed_part(Problem("ssh:inventory", broken.reason, detail))]
    detail = Told(N_("the script broke off with status {status}"), status=result.status)
    return [failed_part(Problem("ssh:inventory", Reason.MALFORMED, detail))]


def observation_of(
    machine: Machine,
    host_keys: tuple[HostKey, ...],
    **place: Any,  # noqa: ANN401 - fields of Observation
) -> Observation:
    """Return what was read of a computer.

    Args:
        machine: From `machine_of`.
        host_keys: The one the machine showed first.
        place: Where, when, by which collector.
    """
    components = numbered(machine.components)
    return Observation(
        **place,
        hardware=machine.hardware,
        operating_system=machine.operating_system,
        components=components,
        interfaces=tuple(machine.interfaces),
        addresses=tuple(machine.addresses),
        arp=tuple(machine.arp),
        software=tuple(machine.software),
        measures=tuple(machine.measures),
        host_keys=host_keys,
        clues=tuple(machine.clues),
        reads=_read_whole(machine, components),
        problems=tuple(machine.problems),
    )


def _read_whole(machine: Machine, parts: Iterable[Component]) -> frozenset[str]:
    """Return the tables, and the kinds of parts, that were told to their end.

    Some parts are told to root only, and a command may hang: the kinds of the others
    are told whole all the same.
    """
    if any(p.where.endswith(":inventory") for p in machine.problems):
        return frozenset()
    kinds = {part_table(part.kind) for part in parts}
    told = (machine.reads | kinds) - machine.late
    if PARTS in machine.late:
        told -= kinds
    if any(table.startswith(PARTS) for table in machine.late):
        told -= {PARTS}
    return frozenset(told)


def numbered(parts: Iterable[Component]) -> tuple[Component, ...]:
    """Number parts by kind and name: what comes or goes leaves the others their number.

    Of parts called the same each has its own, in the order they are told.
    """
    taken: dict[int, Component] = {}
    for part in parts:
        index = crc32(f"{part.kind} {part.name}".encode()) & 0x3FFFFFFF
        while index in taken:
            index += 1
        taken[index] = replace(part, index=index)
    return tuple(taken.values())


def _host_keys(listed: list[HostKey], shown: str) -> tuple[HostKey, ...]:
    """Return the keys; the one of the connection is first, whatever was listed."""
    rest = [key for key in listed if key.fingerprint != shown]
    named = [key for key in listed if key.fingerprint == shown]
    if shown and not named:
        named = [HostKey(algorithm="", fingerprint=shown)]
    return (*named, *rest)


def encoded(script: str) -> str:
    """Return a script as PowerShell's `-EncodedCommand` takes it."""
    return base64.b64encode(script.encode("utf-16-le")).decode("ascii")
