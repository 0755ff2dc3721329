"""Machines that hang, break off or have no firmware tables: what was read is kept."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors.errors import CollectError, TimedOut, Unreachable, Unsupported
from collectors.facts import Observation, Reason
from collectors.ports import CommandResult
from collectors.ssh.computers.linux import parse_linux
from collectors.ssh.computers.read import collect_shell, machine_of, unix_script
from collectors.ssh.computers.sections import parse_sections, render
from config import catalog
from discovery.identity.identify import build_knowledge, identify
from discovery.observations.overlay import overlay
from tests.collectors.ssh.machines import LAPTOP

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Breaking:
    """A `Shell` that fails after it has printed something."""

    host_key = "SHA256:new"

    def __init__(self, error: CollectError, printed: str) -> None:
        self.error = error
        self.error.printed = printed

    async def run(
        self, command: str, *, stdin: str = "", timeout: float = 60.0
    ) -> CommandResult:
        raise self.error

    async def close(self) -> None:
        """Nothing is open."""


class Printing(Breaking):
    """A `Shell` that prints one text to everything."""

    def __init__(self, printed: str) -> None:
        super().__init__(TimedOut(), printed)

    async def run(
        self, command: str, *, stdin: str = "", timeout: float = 60.0
    ) -> CommandResult:
        return CommandResult(self.error.printed)


async def read(shell: Breaking) -> Observation:
    return await collect_shell(shell, address="10.1.2.3", seen_at=NOON)


@pytest.mark.parametrize("error", [TimedOut("late"), Unreachable("gone")])
async def test_what_came_before_the_line_broke_is_kept(error: CollectError) -> None:
    whole = render(LAPTOP)
    seen = await read(Breaking(error, whole[: whole.index("#:purser:meminfo")]))
    assert seen.hardware is not None
    assert seen.hardware.model == "ThinkPad T14 Gen 4"
    assert seen.reads == frozenset()
    problem = next(p for p in seen.problems if p.where == "ssh:inventory")
    assert problem.reason is error.reason
    assert "'cpuinfo'" in problem.detail


async def test_a_line_that_breaks_before_anything_was_told_is_the_error() -> None:
    with pytest.raises(Unreachable):
        await read(Breaking(Unreachable("gone"), "Welcome!"))


@pytest.mark.parametrize(
    ("printed", "meaning"),
    [
        ("This account is currently not available.", "may not log in"),
        ("WARNING: Your password has expired.", "password has expired"),
        ("1) Backup\n2) Quit\nEnter your choice: ", "leads to a menu"),
        ("what?", "neither a POSIX shell"),
    ],
)
async def test_what_keeps_a_shell_away_is_said(printed: str, meaning: str) -> None:
    with pytest.raises(Unsupported, match=meaning):
        await read(Printing(printed))


async def test_a_linux_shell_on_windows_is_no_linux_machine() -> None:
    wsl = {**LAPTOP, "identity": "kernel=Linux\nrelease=5.15.90.1-microsoft-WSL2"}
    with pytest.raises(Unsupported, match="PowerShell did not"):
        await read(Printing(render(wsl)))


SHELLS = [name for name in ("dash", "bash", "busybox") if shutil.which(name)]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_command_that_cannot_be_ended_costs_its_part_only(
    tmp_path: Path, shell: str
) -> None:
    """Whatever `sh` is there; the one of Debian waits for all of a pipeline."""
    hung, number = tmp_path / "df", tmp_path / "number"
    lines = ("#!/bin/sh", "trap '' TERM", f"echo $$ >{number}", "echo stuck")
    hung.write_text("\n".join((*lines, "while :; do sleep 1; done")), "utf-8")
    hung.chmod(0o755)
    try:
        done = subprocess.run(
            [shell, *(["sh"] if shell == "busybox" else []), "-s"],
            input=unix_script(1),
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
            check=False,
        )
    finally:
        os.kill(int(number.read_text("ascii")), signal.SIGKILL)
    sections = parse_sections(done.stdout)
    assert sections["df"] == "stuck"
    assert "end" in sections
    assert sections["late"].split() == ["df"]
    machine = machine_of("Linux", CommandResult(done.stdout), sections)
    late = [p for p in machine.problems if p.where == "ssh:df"]
    assert [p.reason for p in late] == [Reason.TIMED_OUT]
    assert not any(p.where == "ssh:inventory" for p in machine.problems)


DF = """\
Filesystem Type 1024-blocks    Used Available Capacity Mounted on
/dev/sda1  ext4    40000000 9000000  31000000      23% /
/dev/sdb1  ext4    80000000 9000000  71000000      12% /srv
"""
USB = "1-1.idVendor=0951\n1-1.idProduct=1666\n1-1.product=DataTraveler"
MICE = "2-1.idVendor=046d\n2-1.idProduct=c077\n2-1.product=Mouse"
PARTS = {"df": DF, "usb": f"{USB}\n{MICE}"}


async def visit(day: int, **sections: str) -> Observation:
    told = {**LAPTOP, **sections}
    at = NOON + timedelta(days=day)
    return await collect_shell(Printing(render(told)), address="10.1.0.9", seen_at=at)


def kept(observation: Observation) -> set[str | None]:
    kinds = {"filesystem", "usb"}
    return {p.name for p in observation.components if p.kind in kinds}


async def test_a_late_command_loses_nothing_that_was_known_and_hides_nothing_new() -> (
    None
):
    whole = await visit(0, **PARTS)
    assert kept(whole) == {"/", "/srv", "1-1", "2-1"}
    late = overlay(whole, await visit(1, df="", late="df", usb=MICE))
    assert kept(late) == {"/", "/srv", "2-1"}
    again = overlay(late, await visit(2, df=DF.rpartition("/dev/sdb1")[0], usb=MICE))
    assert kept(again) == {"/", "2-1"}
    parts = Counter((p.kind, p.name) for p in again.components)
    assert set(parts.values()) == {1}


async def test_programs_are_not_gone_because_the_package_manager_hung() -> None:
    first = "vim\t9\tDebian\tinstall ok installed\ngit\t2\tDebian\tinstall ok installed"
    whole = await visit(0, dpkg=first)
    late = await visit(1, dpkg=first.splitlines()[0], late="dpkg")
    assert "software" in whole.reads
    assert "software" not in late.reads
    assert {s.name for s in overlay(whole, late).software} >= {"vim", "git"}


BARE = {
    "identity": "uid=1000\nkernel=Linux\nrelease=6.1.0\nmachine=x86_64\nhostname=box",
    "cpuinfo": (
        "processor\t: 0\nvendor_id\t: GenuineIntel\n"
        "model name\t: Intel(R) Xeon(R) Gold 6230\ncpu cores\t: 1\nphysical id\t: 0\n"
    ),
    "block": "vda.size=41943040\nvda.serial=DISK0001",
}


async def test_the_maker_of_a_part_is_not_the_maker_of_the_machine() -> None:
    seen = await read(Printing(render(BARE)))
    found = identify([seen], build_knowledge(catalog.vendors(), catalog.fingerprints()))
    assert found.fields["vendor"].value is None
    assert found.fields["model"].value is None
    assert found.fields["type"].value == "computer"


FLASH = """\
Handle 0x0038, DMI type 16, 15 bytes
Physical Memory Array
\tUse: System Memory

Handle 0x0039, DMI type 16, 15 bytes
Physical Memory Array
\tUse: Flash Memory

Handle 0x003A, DMI type 17, 28 bytes
Memory Device
\tArray Handle: 0x0038
\tSize: 1024 MB
\tLocator: XMM1

Handle 0x003C, DMI type 17, 28 bytes
Memory Device
\tArray Handle: 0x0039
\tSize: 4096 kB
\tLocator: SYSTEM ROM
"""


def test_flash_is_no_memory() -> None:
    parts = parse_linux({"dmidecode": FLASH}).components
    assert [(p.name, p.size) for p in parts if p.kind == "memory"] == [
        ("XMM1", 1 << 30)
    ]


def test_filesystems_usb_and_cards_are_parts_and_an_arm_chip_has_a_name() -> None:
    machine = parse_linux(
        {
            "df": (
                "Filesystem Type 1024-blocks Used Available Capacity Mounted on\n"
                "/dev/sda2 ext4 1000 500 500 50% /\ntmpfs tmpfs 9 1 8 1% /run"
            ),
            "usb": (
                "1-1.idVendor=046d\n1-1.idProduct=c52b\n1-1.manufacturer=Logitech\n"
                "1-1.product=USB Receiver\n1-1.bDeviceClass=00\n"
                "usb1.idVendor=1d6b\nusb1.idProduct=0002\nusb1.bDeviceClass=09"
            ),
            "lspci": (
                '0000:00:1c.0 "PCI bridge [0604]" "Intel [8086]" "Port [1234]"\n'
                '0000:01:00.0 "Ethernet controller [0200]" "Intel [8086]" "I210 [1533]"'
            ),
            "cpuinfo": (
                "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd08\n\n"
                "processor\t: 1\nCPU implementer\t: 0x41\nCPU part\t: 0xd08\n"
            ),
        }
    )
    assert {(p.kind, p.name, p.model) for p in machine.components} == {
        ("filesystem", "/", "/dev/sda2"),
        ("usb", "1-1", "USB Receiver"),
        ("pci", "0000:01:00.0", "I210"),
        ("cpu", "CPU 0", "Cortex-A72"),
    }


def test_sockets_that_a_hypervisor_turned_off_are_no_processors() -> None:
    sockets = "\n\n".join(
        f"Handle 0x{n + 4:04x}, DMI type 4, 42 bytes\nProcessor Information\n"
        f"\tSocket Designation: CPU #{n:03}\n\tType: Central Processor\n"
        f"\tManufacturer: GenuineIntel\n\tVersion: Xeon Example\n"
        f"\tStatus: Populated, {'Enabled' if n == 0 else 'Disabled By BIOS'}\n"
        "\tCore Count: 4"
        for n in range(128)
    )
    system = (
        "# dmidecode 3.0\nSMBIOS 2.7 present.\n\n"
        "Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n"
        "\tManufacturer: Example Virtual\n\tProduct Name: VM Platform\n"
        "\tSerial Number: VMX-77\n\n"
    )
    found = parse_linux(
        {
            "identity": "uid=0\nkernel=Linux\nmachine=x86_64\nhostname=vm",
            "dmidecode": system + sockets,
        }
    )
    processors = [c.name for c in found.components if c.kind == "cpu"]
    assert processors == ["CPU #000"]
