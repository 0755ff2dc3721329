"""A shell of a Linux computer that knows a table of commands. Pure.

It also plays Purser's own inventory script, which asks for everything at once: what
comes back has the sections the script prints, from the same texts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from collectors.office.shells.machine import LinuxMachine

_MARK = "#:purser:"
_DMI = "/sys/class/dmi/id/"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command printed and how it ended."""

    stdout: str = ""
    stderr: str = ""
    status: int = 0


class LinuxShell:
    """Answers commands of one login.

    Args:
        machine: The computer.
        user: Who is logged in.
    """

    def __init__(self, machine: LinuxMachine, user: str) -> None:
        self._machine = machine
        self._user = user
        self.prompt = f"{user}@{machine.hostname}:~$ "

    def run(self, command: str, script: str = "") -> Outcome:
        """Return what a command prints.

        Args:
            command: The command line; `sh -s` and its like read the script.
            script: What came through standard input.
        """
        words = command.split()
        if words[:1] in (["sh"], ["bash"], ["/bin/sh"]) and words[1:] in ([], ["-s"]):
            return self._script(script)
        return self._line(command)

    def _script(self, script: str) -> Outcome:
        if _MARK in script:
            return Outcome(self.transcript())
        outcome = Outcome()
        for line in filter(None, map(str.strip, script.splitlines())):
            found = self._line(line)
            outcome = Outcome(
                outcome.stdout + found.stdout,
                outcome.stderr + found.stderr,
                found.status,
            )
        return outcome

    def _line(self, line: str) -> Outcome:
        words = tuple(line.split())
        if not words or words[0] in ("true", "exit"):
            return Outcome()
        if words[0] == "cat":
            return self._cat(words[1:])
        text = self._commands().get(words)
        if text is None:
            return Outcome(stderr=f"-sh: {words[0]}: command not found\n", status=127)
        return Outcome(text() + "\n")

    def _cat(self, paths: tuple[str, ...]) -> Outcome:
        out, err = [], []
        files = self._files()
        for path in paths:
            text = files.get(path)
            if text is None:
                err.append(f"cat: {path}: No such file or directory\n")
            else:
                out.append(text() + "\n")
        return Outcome("".join(out), "".join(err), 1 if err else 0)

    def _files(self) -> dict[str, Callable[[], str]]:
        machine = self._machine
        files: dict[str, Callable[[], str]] = {
            "/etc/os-release": machine.os_release,
            "/etc/hostname": lambda: machine.hostname,
            "/proc/cpuinfo": machine.cpuinfo,
            "/proc/meminfo": machine.meminfo,
            "/proc/uptime": lambda: f"{machine.uptime}.00 {machine.uptime}.00",
            "/etc/ssh/ssh_host_ed25519_key.pub": machine.public_key,
        }
        for name, value in machine.dmi().items():
            files[_DMI + name] = lambda value=value: value  # type: ignore[misc]
        return files

    def _commands(self) -> dict[tuple[str, ...], Callable[[], str]]:
        machine = self._machine
        identity = machine.identity()
        system = f"{identity['release']} {identity['version']}"
        uname = f"Linux {machine.hostname} {system} x86_64"
        table: dict[str, Callable[[], str]] = {
            "hostname": lambda: machine.hostname,
            "uname": lambda: "Linux",
            "uname -s": lambda: "Linux",
            "uname -r": lambda: identity["release"],
            "uname -m": lambda: "x86_64",
            "uname -a": lambda: f"{uname} GNU/Linux",
            "id -u": lambda: identity["uid"],
            "whoami": lambda: self._user,
            "ip address show": machine.ip_address,
            "ip addr": machine.ip_address,
            "ip a": machine.ip_address,
            "ip neigh": machine.neighbours,
            "ip neigh show": machine.neighbours,
            "df -P -k -T": machine.df,
            "df": machine.df,
            "last -w": machine.last,
            "dpkg-query -W": machine.packages,
            "systemd-detect-virt": lambda: "none",
        }
        return {tuple(line.split()): text for line, text in table.items()}

    def transcript(self) -> str:
        """Return what Purser's inventory script would print on this computer."""
        machine = self._machine
        identity = "\n".join(f"{n}={v}" for n, v in machine.identity().items())
        sections = {
            "identity": identity,
            "hostkeys": machine.public_key(),
            "os-release": machine.os_release(),
            "uptime": f"{machine.uptime}.00 {machine.uptime}.00",
            "dmi": "\n".join(f"dmi.{n}={v}" for n, v in machine.dmi().items()),
            "cpuinfo": machine.cpuinfo(),
            "meminfo": machine.meminfo(),
            "block": machine.block(),
            "df": machine.df(),
            "battery": _battery(machine),
            "net": machine.net(),
            "ip": machine.ip_address(),
            "neigh": machine.neighbours(),
            "virt": "none",
            "last": machine.last(),
            "dpkg": machine.packages(),
        }
        if machine.release[0] == "debian":
            sections["debian_version"] = machine.model.version
        written = [f"\n{_MARK}{name}\n{text}\n" for name, text in sections.items()]
        return "".join(written) + f"\n{_MARK}end\n"


def _battery(machine: LinuxMachine) -> str:
    if not machine.is_portable():
        return ""
    values = {
        "type": "Battery",
        "manufacturer": "Sunwoda",
        "model_name": "5B10W51867",
        "serial_number": f"{int.from_bytes(machine.device.mac.encode()) % 9973:05d}",
        "technology": "Li-poly",
        "cycle_count": "112",
        "capacity": "93",
    }
    return "\n".join(f"BAT0.{name}={value}" for name, value in values.items())
