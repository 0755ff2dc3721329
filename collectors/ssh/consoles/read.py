"""What to ask a network device: the entry point of discovery for command lines.

Commands and columns are data (`CliKnowledge`), so that a platform is a file, not code.
A command the device refuses is not an error: others may tell the same. One that answers
something its template does not expect is a problem beside what the others told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from collectors.errors import CollectError, TimedOut, Unsupported
from collectors.facts import Clue, HostKey, Observation, Problem
from collectors.failed_parts import failed_part
from collectors.ports import Cli
from collectors.ssh.consoles import templates
from collectors.ssh.consoles.cells import Row
from collectors.ssh.consoles.platforms import CliKnowledge, Platform, Read
from collectors.ssh.consoles.rows import Console

TIMEOUT = 60.0
"""Seconds per command; a full MAC table of a chassis takes about 20."""

LONG = 16_384
"""Characters of an output that is parsed in a thread; a shorter one takes less than the
way there."""

MAX_SILENCE = 2
"""Commands that may time out before the device is given up."""

_TABLES = frozenset(("interfaces", "neighbours", "fdb", "arp", "vlans"))


async def collect_cli(
    cli: Cli,
    *,
    knowledge: CliKnowledge,
    address: str,
    port: int = 22,
    site: str = "",
    credential: str | None = None,
    seen_at: datetime,
) -> Observation:
    """Read one network device through its command line.

    Args:
        cli: A logged-in session.
        knowledge: The platforms.
        address: Where.
        port: Port; 22 is left out of the observation.
        site: Site of the address.
        credential: Name of the credential that worked.
        seen_at: Aware time.

    Raises:
        Unsupported: Nothing is known of this kind of device.
        TimedOut: The device does not answer.
    """
    platform = knowledge.platform(cli.device_type)
    if not any(templates.known(platform.name, r.command) for r in platform.reads):
        raise Unsupported(
            f"no commands are known for {cli.device_type or 'this device'}: add a file "
            "to the platforms"
        )
    console = Console(platform, knowledge)
    reads, problems = await _ask_all(cli, platform, console)
    silent = [p for p in problems if p.reason is TimedOut.reason]
    if silent and not reads and not console.box.identity:
        raise TimedOut(f"no command was answered: {silent[0].detail}")
    console.box.named_by_prompt(getattr(cli, "prompt", ""))
    key = getattr(cli, "host_key", "")
    return Observation(
        address=address,
        collector="netmiko",
        seen_at=seen_at,
        port=None if port == 22 else port,
        site=site,
        credential=credential,
        system=console.box.system(),
        hardware=console.box.hardware(platform),
        operating_system=console.box.operating_system(platform),
        components=tuple(console.box.components()),
        interfaces=tuple(console.ports.values()),
        addresses=tuple(console.addresses.values()),
        arp=tuple(console.arp.values()),
        fdb=tuple(console.fdb.values()),
        vlans=tuple(console.vlans.values()),
        neighbours=tuple(n for rows in console.neighbours.values() for n in rows),
        host_keys=(HostKey(algorithm="", fingerprint=key),) if key else (),
        clues=(Clue("cli-platform", cli.device_type, "ssh prompt"),),
        reads=frozenset(reads),
        problems=tuple(problems),
    )


async def _ask_all(
    cli: Cli, platform: Platform, console: Console
) -> tuple[set[str], list[Problem]]:
    """Ask everything; return the tables that were answered and what went wrong."""
    reads: set[str] = set()
    problems: list[Problem] = []
    outputs: dict[str, str] = {}
    for read in platform.reads:
        try:
            rows = await _rows(cli, platform, read, console.knowledge, outputs)
        except CollectError as error:
            problems.append(failed_part(error.as_problem(f"ssh:{read.command}")))
            silent = [p for p in problems if p.reason is TimedOut.reason]
            if len(silent) >= MAX_SILENCE:
                break
            continue
        if rows is not None:
            console.take(read, rows)
            reads.update(_TABLES.intersection(read.facts))
    return reads, problems


async def _rows(
    cli: Cli,
    platform: Platform,
    read: Read,
    knowledge: CliKnowledge,
    outputs: dict[str, str],
) -> Sequence[Row] | None:
    """Return the rows of a command or of what stands in for it, None if refused.

    A command whose output is read in several ways is asked once; `outputs` remembers.
    """
    refused = True
    for command in (read.command, *read.instead):
        name = (read.template or command) if command == read.command else command
        if not templates.known(platform.name, name):
            continue
        if command not in outputs:
            outputs[command] = await cli.run(command, timeout=TIMEOUT)
        text = outputs[command]
        if knowledge.refusals.search(text[:400]) or not text.strip():
            continue
        refused = False
        parsed = partial(templates.parse, platform.name, name, text)
        rows = parsed() if len(text) < LONG else await asyncio.to_thread(parsed)
        if rows:
            return rows
    return None if refused else []
