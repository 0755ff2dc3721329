"""What to ask a network device: the entry point of discovery for command lines.

Commands and columns are data (`CliKnowledge`), so that a platform is a file, not code.
A command the device refuses is not an error: others may tell the same. Refused for want
of rights, or answered with lines that its template does not expect, it is a problem
beside what was told. Where all are refused, the device is of another kind than was
believed, or nothing is known of it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from collectors.errors import CollectError, Malformed, TimedOut, Unsupported
from collectors.facts import (
    Clue,
    HostKey,
    Observation,
    Problem,
    Reason,
    part_table,
)
from collectors.failed_parts import failed_part
from collectors.ports import Cli
from collectors.sentences import N_, Told
from collectors.ssh.consoles import templates
from collectors.ssh.consoles.platform_of_answer import fitting
from collectors.ssh.consoles.platforms import CliKnowledge, Platform, Read
from collectors.ssh.consoles.rows import Console
from collectors.text import printable

TIMEOUT = 60.0
"""Seconds per command; a full MAC table of a chassis takes about 20."""

LONG = 16_384
"""Characters of an output that is parsed in a thread; a shorter one takes less than the
way there."""

MAX_SILENCE = 2
"""Commands that may time out before the device is given up."""

HEAD = 400
"""Characters of an answer in which a refusal stands."""

DESCRIBING = 3
"""Lines of its first answer in which a device says what it is."""

_TABLES = frozenset(("interfaces", "neighbours", "fdb", "arp", "vlans", "poe"))


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
        Unsupported: Nothing is known of this kind of device, or it refused all.
        TimedOut: The device does not answer.
    """
    visit = _Visit(cli, knowledge, _known_platform(knowledge, cli.device_type))
    await visit.ask_all()
    other = await visit.contradicted_by()
    if other is not None:
        visit = await _as_other(visit, other)
    console = visit.console
    silent = [p for p in visit.problems if p.reason is TimedOut.reason]
    if silent and not visit.answered:
        raise TimedOut(N_("no command was answered: {what}"), what=silent[0].detail)
    if not visit.answered and not visit.problems:
        raise Unsupported(visit.refusal())
    console.place_neighbours()
    console.box.named_by_prompt(getattr(cli, "prompt", ""))
    key, platform = getattr(cli, "host_key", ""), visit.platform
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
        vlans=console.carried(),
        poe=tuple(console.poe.values()),
        neighbours=tuple(n for rows in console.neighbours.values() for n in rows),
        host_keys=(HostKey(algorithm="", fingerprint=key),) if key else (),
        clues=tuple(visit.clues()),
        reads=frozenset(visit.reads | visit.parts_read()),
        problems=tuple(visit.problems),
    )


def _known_platform(knowledge: CliKnowledge, device_type: str) -> Platform:
    platform = knowledge.platform(device_type)
    if not any(templates.known(platform.name, r.command) for r in platform.reads):
        raise Unsupported(
            N_("no commands are known for {what}: add a file to the platforms"),
            what=device_type or N_("this device"),
        )
    return platform


async def _as_other(visit: _Visit, device_type: str) -> _Visit:
    """Read a device again as what its answers show it to be.

    Raises:
        Unsupported: The session cannot change its kind.
    """
    told = Told(
        N_("this is no {kind}: it answers as {other} does"),
        kind=visit.cli.device_type,
        other=device_type,
    )
    become = getattr(visit.cli, "become", None)
    if become is None:
        raise Unsupported(
            N_("{told}; give that device type with the credential"), told=told
        )
    await become(device_type)
    platform = _known_platform(visit.knowledge, device_type)
    again = _Visit(visit.cli, visit.knowledge, platform)
    again.problems.append(Problem("ssh:platform", Reason.UNSUPPORTED, told))
    await again.ask_all()
    return again


@dataclass(slots=True)
class _Visit:
    """The commands of one platform put to one device.

    Attributes:
        answered: Commands that brought rows.
        refused: Commands, and how each was refused.
        reads: Tables that were answered completely.
        given_up: The device fell silent before it was asked everything.
    """

    cli: Cli
    knowledge: CliKnowledge
    platform: Platform
    console: Console = field(init=False)
    answered: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    given_up: bool = False
    _outputs: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.console = Console(self.platform, self.knowledge)

    async def ask_all(self) -> None:
        """Ask everything, until the device has been silent too often."""
        for read in self.platform.reads:
            try:
                await self._ask(read)
            except CollectError as error:
                self._failed(read.command, error)
                silent = [p for p in self.problems if p.reason is TimedOut.reason]
                if len(silent) >= MAX_SILENCE:
                    self.given_up = True
                    break

    def parts_read(self) -> set[str]:
        """Return the kinds of parts that were told whole: nothing about them failed."""
        about = [r for r in self.platform.reads if {"identity", "modules"} & {*r.facts}]
        if self.given_up or any(self._remarked(read) for read in about):
            return set()
        return {part_table(part.kind) for part in self.console.box.components()}

    async def _ask(self, read: Read) -> None:
        """Ask a command, and what stands in for it until one is read completely."""
        complete = heard = False
        broken: CollectError | None = None
        for command in (read.command, *read.instead):
            name = (read.template or command) if command == read.command else command
            if not templates.known(self.platform.name, name):
                continue
            text = await self._output(command)
            if self._is_refusal(command, text):
                continue
            heard = True
            parsed = partial(templates.parse, self.platform.name, name, text)
            try:
                found = (
                    parsed() if len(text) < LONG else await asyncio.to_thread(parsed)
                )
            except Malformed as error:
                broken = broken or error
                continue
            if found.rows:
                self.answered.add(command)
                self.console.take(read, found.rows)
            if found.remark:
                self._failed(
                    command,
                    Malformed(
                        N_("{command}: {remark}"), command=command, remark=found.remark
                    ),
                )
            if found.rows and not found.remark:
                complete = True
                break
        if broken is not None and not complete:
            raise broken
        if complete or (heard and not self._remarked(read)):
            self.reads.update(_TABLES.intersection(read.facts))

    def _remarked(self, read: Read) -> bool:
        told = {f"ssh:{command}" for command in (read.command, *read.instead)}
        return any(problem.where in told for problem in self.problems)

    async def _output(self, command: str) -> str:
        """Return what a command prints; it is asked once, however often it is read."""
        if command not in self._outputs:
            self._outputs[command] = await self.cli.run(command, timeout=TIMEOUT)
        return self._outputs[command]

    def _is_refusal(self, command: str, text: str) -> bool:
        if not text.strip():
            return True
        head = text[:HEAD]
        if not self.knowledge.refusals.search(head):
            return False
        first = next((line for line in head.split("\n") if line.strip(" ^")), "")
        self.refused[command] = printable(first.strip())[:80]
        if self.knowledge.denials.search(head):
            denied = Problem(
                f"ssh:{command}", Reason.AUTH_FAILED, self.refused[command]
            )
            if denied not in self.problems:
                self.problems.append(failed_part(denied))
        return True

    def _failed(self, command: str, error: CollectError) -> None:
        problem = error.as_problem(f"ssh:{command}")
        if problem not in self.problems:
            self.problems.append(failed_part(problem))

    async def contradicted_by(self) -> str | None:
        """Return the device type that a device shows which answered next to nothing.

        One that refused all is asked what tells platforms apart.
        """
        if self.reads or len(self.answered) > 1:
            return None
        found = self.knowledge.detect(answer="\n".join(self._outputs.values()))
        if found is None and not self.answered:
            # Tables that are read by no template of this platform are of another one.
            found = fitting(self.knowledge, self._outputs)
            if found is None and not self.problems:
                found = await self._probed()
        if found is None or self.knowledge.same(found, self.cli.device_type):
            return None
        return found

    async def _probed(self) -> str | None:
        for probe in self.knowledge.probes:
            if probe in self._outputs:
                continue
            try:
                text = await self.cli.run(probe, timeout=TIMEOUT)
            except CollectError:
                return None
            if found := self.knowledge.detect(answer=text):
                return found
        return None

    def refusal(self) -> str:
        """Return how a device refused all that it was asked."""
        first = next(iter(self.refused.values()), "nothing was printed")
        count = len(self._outputs)
        return Told(
            N_("all {count} commands for {kind} are refused: {answer}"),
            count=count,
            kind=self.cli.device_type,
            answer=repr(first),
        )

    def clues(self) -> list[Clue]:
        """Return what tells the kind of device, beside its facts."""
        found = [Clue("cli-platform", self.cli.device_type, "ssh prompt")]
        if self.platform.type:
            found.append(Clue("cli-type", self.platform.type, self.platform.name))
        for read in self.platform.reads:
            if "identity" in read.facts and read.command in self.answered:
                lines = self._outputs[read.command].split("\n")
                said = [line.strip() for line in lines if line.strip(" -=*\r")]
                text = printable(" ".join(said[:DESCRIBING]))[:HEAD]
                found.append(Clue("cli-version", text, read.command))
                break
        return found
