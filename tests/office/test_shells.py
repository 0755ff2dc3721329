from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import asyncssh
import pytest

from collectors.office.cabling import Scene
from collectors.office.expected_findings import Expected
from collectors.office.model import Office
from collectors.office.server import OfficeServer
from collectors.office.shells.cisco import CiscoSwitch
from collectors.office.shells.consoles import Console
from collectors.office.shells.keys import host_key
from collectors.office.shells.linux import LinuxShell
from collectors.office.shells.machine import LinuxMachine
from collectors.ssh.computers.read import collect_shell
from collectors.ssh.shell import AsyncsshOpener

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@asynccontextmanager
async def connect(
    server: OfficeServer, key: str, account: str, password: str | None = None
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    known = server.plan.ssh[account]
    assert known.password
    connection = await asyncssh.connect(
        str(server.office.devices[key].address),
        server.plan.ports.ssh,
        known_hosts=None,
        username=known.user,
        password=password or known.password.get_secret_value(),
        client_keys=None,
        config=None,
    )
    async with connection:
        yield connection


async def test_a_command_over_ssh_prints_what_the_file_says(
    running: OfficeServer,
) -> None:
    async with connect(running, "ws-01", "office-linux") as connection:
        serial = await connection.run("cat /sys/class/dmi/id/product_serial")
        missing = await connection.run("cat /nowhere")
    assert serial.stdout == "MJ0LAB01\n"
    assert missing.exit_status == 1


async def test_a_script_may_come_through_standard_input(running: OfficeServer) -> None:
    async with connect(running, "nb-01", "office-linux") as connection:
        done = await connection.run("sh -s", input="uname -s\nhostname\n")
    assert done.stdout == "Linux\nnb-bagus\n"


@pytest.mark.parametrize("key", ["ws-01", "ws-04", "rogue-1", "core"])
async def test_a_wrong_password_is_refused(running: OfficeServer, key: str) -> None:
    with pytest.raises(asyncssh.PermissionDenied):
        async with connect(running, key, "office-linux", "not-the-secret"):
            pass


async def test_the_inventory_of_a_computer_is_what_the_truth_says(
    running: OfficeServer, wanted: Expected
) -> None:
    opener = AsyncsshOpener()
    account = running.plan.ssh["office-linux"]
    for device in wanted.devices:
        if "ssh" not in device.seen_by or device.type == "switch":
            continue
        assert device.address is not None
        port = running.plan.ports.ssh
        shell = await opener.open(device.address, port, account)
        told = await collect_shell(
            shell, address=device.address, port=port, seen_at=NOW
        )
        await shell.close()
        assert told.hardware is not None
        assert told.operating_system is not None
        assert told.hardware.serial == device.serial
        assert told.hardware.model == device.model
        assert told.operating_system.name == device.os
        assert told.operating_system.version == device.version
        assert told.operating_system.hostname == device.name
        assert device.mac in {i.mac for i in told.interfaces}
        assert not told.problems


def test_a_device_keeps_its_host_key_and_shares_it_with_nobody(office: Office) -> None:
    keys = {
        host_key(device.serial or key).get_fingerprint()
        for key, device in office.devices.items()
    }
    assert len(keys) == len(office.devices)
    again = host_key("MJ0LAB01").get_fingerprint()
    assert again == host_key("MJ0LAB01").get_fingerprint()


def test_unknown_commands_are_not_found(scene: Scene) -> None:
    shell = LinuxShell(LinuxMachine(scene, "ws-01", 10), "inventory")
    outcome = shell.run("reboot --now")
    assert outcome.status == 127
    assert "reboot: command not found" in outcome.stderr


def test_the_console_takes_shortened_commands_and_refuses_others(
    scene: Scene,
) -> None:
    console = Console("sw-core-1", CiscoSwitch(scene, "core", 10).commands)
    assert console.run("sh ver") == console.run("show version")
    assert console.run("terminal length 0") == ""
    assert "% Invalid input" in console.run("show the way")
    assert console.run("show vlan").startswith("\nVLAN Name")


def test_the_console_agrees_with_the_cables(scene: Scene) -> None:
    switch = CiscoSwitch(scene, "core", 10)
    table = re.findall(r"(\d+)    (\S+)    DYNAMIC +(\S+)", switch.mac_table())
    assert len(table) == len(list(scene.learned("core")))
    assert ("10", "d89e.f34a.0101", "Po1") in table
    assert "SN: FCW2417L0KD" in switch.inventory()
    names = re.findall(r"System Name: (\S+)", switch.lldp())
    assert names.count("sw-floor1") == 2
    assert set(names) >= {"sw-floor2", "sw-warehouse", "rt-branch", "fw-edge"}
    assert "Device ID: sw-floor1" in switch.cdp()


async def test_netmiko_logs_in_to_the_core_switch(running: OfficeServer) -> None:
    told = await asyncio.to_thread(_by_netmiko, running)
    assert told[0] == "sw-core-1#"
    assert "Processor board ID FCW2417L0KD" in told[1]
    assert re.search(r"10 +d89e\.f34a\.0101 +DYNAMIC +Po1", told[2])


def _by_netmiko(server: OfficeServer) -> tuple[str, str, str]:
    from netmiko import ConnectHandler

    account = server.plan.ssh["office-network"]
    assert account.password
    session = ConnectHandler(
        device_type=account.device_type,
        host=str(server.office.devices["core"].address),
        port=server.plan.ports.ssh,
        username=account.user,
        password=account.password.get_secret_value(),
    )
    try:
        version = str(session.send_command("show version"))
        table = str(session.send_command("show mac address-table"))
        return str(session.find_prompt()), version, table
    finally:
        session.disconnect()
