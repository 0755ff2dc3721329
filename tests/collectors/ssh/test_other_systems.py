"""FreeBSD, macOS and Windows: invented machines are read right, anything is read."""

from __future__ import annotations

import json
import plistlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.facts import Observation
from collectors.ports import CommandResult
from collectors.ssh.computers.bsd import parse_bsd
from collectors.ssh.computers.darwin import parse_darwin
from collectors.ssh.computers.read import collect_shell, unix_script, windows_parts
from collectors.ssh.computers.sections import Machine, Sections, render
from collectors.ssh.computers.windows import parse_windows
from tests.collectors.ssh.test_computers import Played

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

IFCONFIG = (
    "em0: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500\n"
    "\tether 8c:8c:aa:11:22:33\n"
    "\tinet 10.1.2.7 netmask 0xffffff00 broadcast 10.1.2.255\n"
    "\tmedia: Ethernet autoselect (1000baseT <full-duplex>)\n"
    "\tstatus: active\n"
    "lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> metric 0 mtu 16384\n"
    "\tinet 127.0.0.1 netmask 0xff000000\n"
)
ARP = "? (10.1.2.1) at 00:00:5e:00:53:01 on em0 expires in 1175 seconds [ethernet]"

BSD = {
    "identity": (
        "uid=0\nkernel=FreeBSD\nrelease=14.1-RELEASE\nmachine=amd64\nhostname=nas1"
    ),
    "sysctl": (
        "hw.model=Acme CPU 1200\nhw.ncpu=8\nhw.physmem=17079828480\nkern.vm_guest=none"
    ),
    "freebsd-version": "14.1-RELEASE-p5",
    "kenv": (
        'system.maker="Acme Inc."\nsystem.product="Box 9"\nsystem.serial="AC00077"\n'
        'chassis.type="Tower"\nbios.version="1.2"'
    ),
    "geom": (
        "Geom name: ada0\n1. Name: ada0\n   Mediasize: 500107862016 (466G)\n"
        "   descr: ACME SSD 500\n   ident: S3Z1NB0K\n   rotationrate: 0\n"
        "Geom name: cd0\nProviders:\n1. Name: cd0\n   Mediasize: 0 (0B)\n"
    ),
    "ifconfig": IFCONFIG,
    "arp": ARP,
    "pkg": "bash-5.2.26           GNU Project's Bourne Again SHell",
}


def profile(kind: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"_dataType": kind, "_items": list(items)}


MAC_PROFILE = plistlib.dumps(
    [
        profile(
            "SPHardwareDataType",
            {
                "machine_name": "MacBook Pro",
                "machine_model": "MacBookPro18,3",
                "serial_number": "C02ACME1",
                "platform_UUID": "4C4C4544-0042-3510-8051-B4C04F463333",
                "boot_rom_version": "10151.121.1",
                "chip_type": "Apple M1 Pro",
            },
        ),
        profile(
            "SPSoftwareDataType",
            {"os_version": "macOS 14.5 (23F79)", "uptime": "up 3:01:02:03"},
        ),
        profile(
            "SPNVMeDataType",
            {
                "_items": [
                    {
                        "bsd_name": "disk0",
                        "device_model": "APPLE SSD AP0512R",
                        "device_serial": "0ba0123",
                        "size_in_bytes": 500277792768,
                    }
                ]
            },
        ),
        profile(
            "SPDisplaysDataType",
            {
                "sppci_model": "Apple M1 Pro",
                "spdisplays_ndrvs": [
                    {
                        "_name": "DELL U2722D",
                        "_spdisplays_display-serial-number": "ABC1234",
                    }
                ],
            },
        ),
    ]
).decode()

MAC = {
    "identity": "uid=501\nkernel=Darwin\nrelease=23.5.0\nmachine=arm64\nhostname=mac-7",
    "profile": MAC_PROFILE,
    "sw_vers": "ProductName:\t\tmacOS\nProductVersion:\t\t14.5\nBuildVersion:\t\t23F79",
    "memsize": "17179869184",
    "ifconfig": IFCONFIG.replace("em0", "en0"),
    "ports": "\nHardware Port: Wi-Fi\nDevice: en0\nEthernet Address: 8c:8c:aa:11:22:33",
    "filevault": "FileVault is On.",
    "apps": plistlib.dumps(
        [
            profile(
                "SPApplicationsDataType",
                {"_name": "Safari", "version": "17.5", "obtained_from": "apple"},
                {
                    "_name": "Tool",
                    "version": "2",
                    "signed_by": ["Developer ID Application: Acme Ltd (AB12CD34EF)"],
                },
            )
        ]
    ).decode(),
}


def codes(text: str) -> list[int]:
    return [*map(ord, text), 0, 0]


WINDOWS = {
    "identity": "kernel=Windows_NT\nhostname=PC-42\nadmin=True",
    "Win32_ComputerSystem": json.dumps(
        [
            {
                "Manufacturer": "LENOVO",
                "Model": "21HDCTO1WW",
                "TotalPhysicalMemory": 16871350272,
                "UserName": "ACME\\sari",
                "Domain": "acme.example",
            }
        ]
    ),
    "Win32_ComputerSystemProduct": json.dumps(
        [{"UUID": "4C4C4544-0042-3510-8051-B4C04F463333", "Version": "ThinkPad T14"}]
    ),
    "Win32_BIOS": json.dumps(
        [{"SMBIOSBIOSVersion": "N3QET36W", "SerialNumber": "PF1"}]
    ),
    "Win32_SystemEnclosure": json.dumps(
        [{"ChassisTypes": [10], "SMBIOSAssetTag": "IT-00412"}]
    ),
    "Win32_PhysicalMemory": json.dumps(
        [{"Capacity": 17179869184, "SerialNumber": "93E1", "DeviceLocator": "DIMM A"}]
    ),
    "Win32_DiskDrive": json.dumps(
        [{"DeviceID": "\\\\.\\PHYSICALDRIVE0", "Model": "ACME", "SerialNumber": "S1"}]
    ),
    "Win32_OperatingSystem": json.dumps(
        [
            {
                "Caption": "Microsoft Windows 11 Pro",
                "Version": "10.0.22631",
                "BuildNumber": "22631",
                "CSName": "PC-42",
                "Uptime": 4711,
            }
        ]
    ),
    "WmiMonitorID": json.dumps(
        [
            {
                "ManufacturerName": codes("DEL"),
                "UserFriendlyName": codes("DELL U2722D"),
                "SerialNumberID": codes("ABC1234"),
                "WeekOfManufacture": 12,
                "YearOfManufacture": 2021,
            }
        ]
    ),
    "Win32_NetworkAdapter": json.dumps(
        [
            {
                "InterfaceIndex": 5,
                "Name": "Intel(R) Wi-Fi 6E",
                "NetConnectionID": "WLAN",
                "MACAddress": "8C:8C:AA:11:22:33",
                "PhysicalAdapter": True,
                "NetEnabled": True,
                "Speed": 866700000,
            },
            {"InterfaceIndex": 6, "Name": "WAN Miniport", "MACAddress": None},
        ]
    ),
    "Win32_NetworkAdapterConfiguration": json.dumps(
        [
            {
                "InterfaceIndex": 5,
                "IPAddress": ["10.1.2.9", "fe80::1"],
                "IPSubnet": ["255.255.255.0", "64"],
            }
        ]
    ),
    "Win32_EncryptableVolume": '[{"DriveLetter":"C:","ProtectionStatus":1}]',
    "AntiVirusProduct": '[{"displayName":"Windows Defender"}]',
    "uninstall": json.dumps(
        [{"DisplayName": "Acme Tool", "DisplayVersion": "1.2", "Publisher": "Acme"}]
    ),
    "neighbours": json.dumps(
        [
            {
                "IPAddress": "10.1.2.1",
                "LinkLayerAddress": "00-00-5E-00-53-01",
                "InterfaceIndex": 5,
            }
        ]
    ),
}


async def seen(sections: Sections, *before: CommandResult) -> Observation:
    shell = Played(*before, CommandResult(render(sections)))
    return await collect_shell(shell, address="10.1.2.7", seen_at=NOON)


async def test_a_bsd_machine_tells_maker_disks_cards_and_packages() -> None:
    found = await seen(BSD)
    assert found.hardware is not None
    assert found.operating_system is not None
    assert (found.hardware.manufacturer, found.hardware.serial) == (
        "Acme Inc.",
        "AC00077",
    )
    assert found.hardware.chassis_type == "tower"
    assert found.operating_system.version == "14.1-RELEASE-p5"
    disks = [(c.name, c.model, c.serial) for c in found.components if c.kind == "disk"]
    assert disks == [("ada0", "ACME SSD 500", "S3Z1NB0K")]
    card = found.interfaces[0]
    assert (card.name, card.mac, card.speed) == ("em0", "8c:8c:aa:11:22:33", 10**9)
    assert [a.ip for a in found.addresses] == ["10.1.2.7"]
    assert [(e.ip, e.if_index) for e in found.arp] == [("10.1.2.1", card.if_index)]
    assert [(s.name, s.version) for s in found.software] == [("bash", "5.2.26")]


async def test_a_mac_tells_model_serial_screens_and_applications() -> None:
    found = await seen(MAC)
    assert found.hardware is not None
    assert found.operating_system is not None
    assert (found.hardware.model, found.hardware.serial) == (
        "MacBookPro18,3",
        "C02ACME1",
    )
    assert found.hardware.chassis_type == "notebook"
    assert (found.operating_system.name, found.operating_system.version) == (
        "macOS",
        "14.5",
    )
    assert found.operating_system.uptime == 3 * 86400 + 3723
    kinds = {c.kind: c for c in found.components}
    assert kinds["disk"].serial == "0ba0123"
    assert (kinds["monitor"].model, kinds["monitor"].serial) == (
        "DELL U2722D",
        "ABC1234",
    )
    assert (found.interfaces[0].descr, found.interfaces[0].type) == ("Wi-Fi", 71)
    assert [(s.name, s.publisher) for s in found.software] == [
        ("Safari", "Apple"),
        ("Tool", "Acme Ltd"),
    ]
    assert ("disk-encryption", "FileVault") in {(c.kind, c.value) for c in found.clues}


async def test_encryption_hosts_and_scanners_are_told_of_every_family() -> None:
    more = {
        "antivirus": "ClamAV=/usr/sbin/clamd\nSophos=/opt/sophos-spl",
        "virtual": "runs=bhyve\nruns=jail",
    }
    geli = "      Name  Status  Components\nada0p3.eli  ACTIVE  ada0p3\n"
    bsd = await seen({**BSD, **more, "geli": geli})
    mac = await seen({**MAC, **more, "guest": "1"})
    for found in (bsd, mac):
        clues = {(c.kind, c.value) for c in found.clues}
        assert ("antivirus", "ClamAV") in clues
        assert ("antivirus", "Sophos") in clues
        assert ("virtualisation-host", "jail") in clues
    assert ("disk-encryption", "GELI ada0p3") in {(c.kind, c.value) for c in bsd.clues}
    assert mac.operating_system is not None
    assert mac.operating_system.virtualisation == "unknown"


async def test_an_xml_bomb_is_a_problem_and_not_a_gigabyte() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY a "aaaaaaaa">'
        '<!ENTITY b "&a;&a;&a;&a;">]><plist><string>&b;</string></plist>'
    )
    found = await seen({**MAC, "profile": bomb})
    assert [p.where for p in found.problems] == ["ssh:profile"]
    assert found.operating_system is not None


def test_the_scripts_only_read() -> None:
    writing = ("Set-", "Remove-", "New-Item", "Out-File", "Stop-", "Start-", "Add-")
    assert [verb for verb in writing if verb in "".join(windows_parts())] == []
    for family in ("inventory_Linux", "inventory_BSD", "inventory_Darwin"):
        assert f"{family}() {{" in unix_script()


CASES: list[tuple[Callable[[Sections], Machine], dict[str, str]]] = [
    (parse_bsd, BSD),
    (parse_darwin, MAC),
    (parse_windows, WINDOWS),
]


@pytest.mark.parametrize(("parse", "whole"), CASES)
@settings(max_examples=60)
@given(data=st.data())
def test_a_transcript_cut_or_spoiled_anywhere_is_read_without_an_error(
    parse: Callable[[Sections], Machine], whole: dict[str, str], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(whole)))
    text = whole[name]
    cut = data.draw(st.integers(0, len(text)))
    spoiled = text[:cut] + data.draw(st.text(max_size=40))
    assert isinstance(parse({**whole, name: spoiled}), Machine)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Name", "UUID", "Speed", "IPAddress"]), inner
        )
    ),
    max_leaves=8,
)


@given(name=st.sampled_from(sorted(WINDOWS)), value=json_values)
def test_any_json_in_any_class_is_read_without_an_error(
    name: str, value: object
) -> None:
    assert isinstance(parse_windows({**WINDOWS, name: json.dumps(value)}), Machine)
