"""Windows: the script in its parts, what its answers mean, what goes wrong."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from collectors.errors import TimedOut, Unsupported
from collectors.facts import Observation
from collectors.ports import CommandResult
from collectors.ssh.computers.read import (
    collect_shell,
    encoded,
    windows_commands,
    windows_parts,
)
from collectors.ssh.computers.sections import MARK, Sections
from tests.collectors.ssh.test_computers import Played
from tests.collectors.ssh.test_other_systems import WINDOWS

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SCRIPT = "\n".join(windows_parts())
NO_SH = CommandResult("", "'sh' is not recognized", 1)


def played(sections: Sections) -> list[CommandResult]:
    """Each part of the script prints the sections that it names."""
    made = []
    for part in windows_parts():
        named = set(re.findall(r"(?:purser:|Show-\w+ )(\w+)", part))
        printed = [f"{MARK}{n}\r\n{t}" for n, t in sections.items() if n in named]
        printed += [f"{MARK}end"] if "end" in named else []
        made.append(CommandResult("\r\n".join(printed) + "\r\n"))
    assert sum(r.stdout.count(MARK) for r in made) == len(sections) + 1
    return made


async def windows(sections: Sections, *before: CommandResult) -> Observation:
    shell = Played(*before, *played(sections))
    return await collect_shell(shell, address="10.1.2.7", seen_at=NOON)


async def test_windows_is_asked_through_powershell_where_there_is_no_posix_shell() -> (
    None
):
    refusal = CommandResult("", "'sh' is not recognized", 1)
    found = await windows(WINDOWS, refusal)
    assert found.hardware is not None
    assert found.operating_system is not None
    hardware, system = found.hardware, found.operating_system
    assert (hardware.serial, hardware.asset_tag) == ("PF1", "IT-00412")
    assert hardware.chassis_type == "notebook"
    assert (system.name, system.build, system.last_user) == (
        "Windows 11 Pro",
        "22631",
        "sari",
    )
    kinds = {c.kind: c for c in found.components}
    assert (kinds["disk"].name, kinds["memory"].size) == ("PHYSICALDRIVE0", 16 << 30)
    assert (kinds["monitor"].manufacturer, kinds["monitor"].serial) == (
        "DEL",
        "ABC1234",
    )
    assert [(i.name, i.type, i.physical) for i in found.interfaces] == [
        ("WLAN", 71, True)
    ]
    assert [(a.ip, a.prefix_length) for a in found.addresses] == [("10.1.2.9", 24)]
    assert [e.mac for e in found.arp] == ["00:00:5e:00:53:01"]
    clues = {(c.kind, c.value) for c in found.clues}
    assert ("disk-encryption", "BitLocker C:") in clues
    assert ("antivirus", "Windows Defender") in clues
    assert found.problems == ()


def test_every_command_line_for_windows_is_short_enough_for_cmd() -> None:
    lengths = [len(line) for line in windows_commands()]
    assert len(lengths) > 1
    assert max(lengths) < 8_191
    assert "#:purser:end" in SCRIPT


def test_no_function_of_the_windows_script_has_the_name_of_a_keyword() -> None:
    keywords = {
        *"begin break catch class clean continue data define do dynamicparam".split(),
        *"else elseif end enum exit filter finally for foreach from function".split(),
        *"hidden if in inlinescript parallel param process return sequence".split(),
        *"static switch throw trap try until using var while workflow".split(),
    }
    names = re.findall(r"^function (\S+?)\(", SCRIPT, re.MULTILINE)
    assert names
    assert keywords.isdisjoint(name.lower() for name in names)


async def test_what_state_the_machine_is_in_is_told() -> None:
    disk = {"Index": 0, "DeviceID": "\\\\.\\PHYSICALDRIVE0", "Model": "ACME"}
    state = {"DeviceId": "0", "MediaType": 4, "BusType": 17, "HealthStatus": 1}
    scanner = {"displayName": "Acme AV", "productState": 0x61110}
    found = await windows(
        {
            **WINDOWS,
            "Win32_DiskDrive": json.dumps(disk),
            "MSFT_PhysicalDisk": json.dumps(state),
            "AntiVirusProduct": json.dumps(scanner),
            "release": '{"DisplayVersion":"23H2","UBR":3593}',
            "services": '{"Name":"vmms","State":"Running"}\n'
            '{"Name":"docker","State":"Stopped"}',
            "BatteryStaticData": '{"SerialNumber":"B1","DeviceName":"5B10"}',
            "Win32_BIOS": '{"SerialNumber":"PF1","Released":"2024-03-01"}',
            "MSFT_NetAdapter": '{"InterfaceIndex":5,"PermanentAddress":"8C8CAA998877"}',
        },
        NO_SH,
    )
    kinds = {c.kind: c for c in found.components}
    assert kinds["disk"].descr == "nvme ssd, health warning"
    assert (kinds["battery"].model, kinds["battery"].serial) == ("5B10", "B1")
    clues = {(c.kind, c.value) for c in found.clues}
    assert ("antivirus-state", "Acme AV: on, outdated") in clues
    assert ("os-release", "Microsoft Windows 11 Pro 23H2") in clues
    assert [v for k, v in clues if k == "virtualisation-host"] == ["hyper-v"]
    assert found.operating_system is not None
    assert found.operating_system.build == "22631.3593"
    assert found.hardware is not None
    assert found.hardware.bios_date == "2024-03-01"
    assert [i.mac for i in found.interfaces] == ["8c:8c:aa:99:88:77"]


async def test_a_server_without_a_list_of_scanners_tells_of_defender() -> None:
    defender = {
        "AMServiceEnabled": True,
        "RealTimeProtectionEnabled": False,
        "AntivirusSignatureAge": 9,
    }
    found = await windows(
        {**WINDOWS, "AntiVirusProduct": "", "defender": json.dumps(defender)}, NO_SH
    )
    clues = {(c.kind, c.value) for c in found.clues}
    assert ("antivirus", "Windows Defender") in clues
    assert ("antivirus-state", "Windows Defender: off, signatures 9 days old") in clues


@pytest.mark.parametrize(
    ("maker", "model", "expected"),
    [
        ("VMware, Inc.", "VMware7,1", "vmware"),
        ("Microsoft Corporation", "Virtual Machine", "microsoft"),
        ("QEMU", "Standard PC (Q35 + ICH9, 2009)", "qemu"),
        ("Dell Inc.", "Latitude 7440", None),
    ],
)
async def test_a_virtual_machine_is_known_by_its_maker(
    maker: str, model: str, expected: str | None
) -> None:
    computer = {"Manufacturer": maker, "Model": model, "HypervisorPresent": True}
    found = await windows(
        {**WINDOWS, "Win32_ComputerSystem": json.dumps(computer)}, NO_SH
    )
    assert found.operating_system is not None
    assert found.operating_system.virtualisation == expected


async def test_the_last_user_is_told_where_nobody_is_logged_in() -> None:
    found = await windows(
        {
            **WINDOWS,
            "Win32_ComputerSystem": '{"Manufacturer":"HP","UserName":null}',
            "logon": json.dumps({"LastLoggedOnUser": "ACME\\mika"}),
        },
        NO_SH,
    )
    assert found.operating_system is not None
    assert found.operating_system.last_user == "mika"


async def test_an_account_without_rights_is_told_what_it_misses() -> None:
    identity = "kernel=Windows_NT\nhostname=PC-42\nadmin=False"
    found = await windows({**WINDOWS, "identity": identity}, NO_SH)
    (problem,) = found.problems
    assert (problem.where, problem.reason.value) == ("ssh:rights", "auth-failed")
    assert "BitLocker" in problem.detail


async def test_many_programs_are_read_and_a_broken_line_costs_only_itself() -> None:
    programs = [{"DisplayName": f"Tool {n}", "DisplayVersion": "1"} for n in range(900)]
    lines = [json.dumps(p) for p in programs]
    lines[7] = lines[7][:20]
    found = await windows({**WINDOWS, "uninstall": "\n".join(lines)}, NO_SH)
    assert len(found.software) == 899


async def test_a_posix_shell_on_windows_is_not_taken_for_the_machine() -> None:
    git_bash = CommandResult(f"{MARK}identity\nkernel=MINGW64_NT-10.0\n{MARK}end\n")
    found = await windows(WINDOWS, git_bash)
    assert found.hardware is not None
    assert found.hardware.serial == "PF1"


async def test_a_part_that_does_not_end_leaves_what_the_others_told() -> None:
    class Slow(Played):
        async def run(
            self, command: str, *, stdin: str = "", timeout: float = 60.0
        ) -> CommandResult:
            if len(self.results) == 1:
                raise TimedOut("longer than allowed")
            return await super().run(command, stdin=stdin, timeout=timeout)

    shell = Slow(NO_SH, *played(WINDOWS))
    found = await collect_shell(shell, address="10.1.2.7", seen_at=NOON)
    assert found.hardware is not None
    assert found.software == ()
    assert [p.where for p in found.problems] == ["ssh:inventory"]
    assert found.reads == frozenset()


async def test_a_machine_that_knows_neither_shell_is_said_so() -> None:
    with pytest.raises(Unsupported, match="PowerShell"):
        await collect_shell(
            Played(NO_SH, CommandResult("", "unknown command", 1)),
            address="10.1.2.7",
            seen_at=NOON,
        )


def test_an_encoded_command_is_what_powershell_decodes() -> None:
    assert encoded("dir") == "ZABpAHIA"
