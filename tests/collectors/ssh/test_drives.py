"""Disks behind RAID controllers: each tool's way of listing them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.ssh.computers.disks import disks_of
from collectors.ssh.computers.raid_disks import BEGINS, drives_of, size_of
from collectors.ssh.computers.sections import Group

STORCLI = {
    "Controllers": [
        {
            "Command Status": {"Status": "Success"},
            "Response Data": {
                "Drive /c0/e32/s1": [
                    {
                        "EID:Slt": "32:1",
                        "State": "Onln",
                        "Size": "1.090 TB",
                        "Intf": "SAS",
                        "Med": "HDD",
                        "Model": "AL15SEB120N     ",
                    }
                ],
                "Drive /c0/e32/s1 - Detailed Information": {
                    "Drive /c0/e32/s1 State": {"Media Error Count": 0},
                    "Drive /c0/e32/s1 Device attributes": {
                        "SN": "      58V0A0JGFWXF",
                        "Manufacturer Id": "TOSHIBA ",
                        "Model Number": "AL15SEB120N     ",
                        "Firmware Revision": "TB43",
                        "Raw size": "1.091 TB [0x8bba0cb0 Sectors]",
                    },
                },
            },
        }
    ]
}
MEGACLI_SATA = """
Enclosure Device ID: 252
Slot Number: 3
PD Type: SATA
Raw Size: 931.512 GB [0x74706db0 Sectors]
Firmware state: Online, Spun Up
Device Firmware Level: 1V02
Inquiry Data:      WD-WCAW30613234WDC WD1003FBYX-01Y7V1                   01.01V02
"""
SSACLI = """
Smart Array P440ar in Slot 0 (Embedded)
   Serial Number: PDNLH0BRH7V1AB
      physicaldrive 1I:3:1
         Port: 1I
         Status: OK
         Interface Type: SAS
         Size: 600 GB
         Firmware Revision: HPD4
         Serial Number: KWJ0ABCD
         Model: HP      EG0600FBVFP

      physicaldrive 1I:3:2
         Status: Failed
         Interface Type: Solid State SATA
         Size: 240 GB
         Serial Number: PHWL1234
         Model: ATA     VK0240GEYJR
"""
ARCCONF = """
      Device #0
         Device is a Hard drive
         State                              : Online
         Vendor                             : SEAGATE
         Model                              : ST3300657SS
         Firmware                           : 0006
         Serial number                      : 6SJ0ABCD
         Total Size                         : 286102 MB
      Device #1
         Device is an Enclosure services device
         Model                              : Virtual SGPIO
"""
SAS3IRCU = """
Device is a Hard disk
  Enclosure #                             : 2
  Slot #                                  : 5
  State                                   : Optimal (OPT)
  Size (in MB)/(in sectors)               : 953869/1953525167
  Manufacturer                            : ATA
  Model Number                            : ST1000NX0423
  Firmware Revision                       : NA05
  Serial No                               : W471ABCD
  Protocol                                : SATA
"""
HDPARM = """
/dev/sda:

ATA device, with non-removable media
\tModel Number:       ACME SSD 256GB
\tSerial Number:      S0XPNYAD412339
\tFirmware Revision:  CXM13D1Q
\tdevice size with M = 1024*1024:      244198 MBytes
\tdevice size with M = 1000*1000:      256060 MBytes (256 GB)
"""

Told = tuple[str | None, str | None, str | None, str | None, int | None]


@pytest.mark.parametrize(
    ("section", "text", "expected"),
    [
        (
            "storcli",
            json.dumps(STORCLI),
            [("/c0/e32/s1", "TOSHIBA", "AL15SEB120N", "58V0A0JGFWXF", 1200243695616)],
        ),
        (
            "megacli",
            MEGACLI_SATA,
            [
                (
                    "megacli 252:3",
                    None,
                    "WDC WD1003FBYX-01Y7V1",
                    "WD-WCAW30613234",
                    1000204886016,
                )
            ],
        ),
        (
            "ssacli",
            SSACLI,
            [
                ("ssacli 1I:3:1", "HP", "EG0600FBVFP", "KWJ0ABCD", 600 * 10**9),
                ("ssacli 1I:3:2", None, "VK0240GEYJR", "PHWL1234", 240 * 10**9),
            ],
        ),
        (
            "arcconf",
            ARCCONF,
            [("arcconf 0", "SEAGATE", "ST3300657SS", "6SJ0ABCD", 286102 << 20)],
        ),
        (
            "sas3ircu",
            SAS3IRCU,
            [("sas3ircu 2:5", None, "ST1000NX0423", "W471ABCD", 1953525167 * 512)],
        ),
        (
            "hdparm",
            HDPARM,
            [("sda", None, "ACME SSD 256GB", "S0XPNYAD412339", 256060 * 10**6)],
        ),
    ],
)
def test_a_tool_lists_maker_model_serial_and_size(
    section: str, text: str, expected: list[Told]
) -> None:
    found = [
        (d.name, d.manufacturer, d.model, d.serial, d.size)
        for d in drives_of({section: text})
    ]
    assert found == expected


def test_a_failed_disk_says_so() -> None:
    states = [d.descr for d in drives_of({"ssacli": SSACLI})]
    assert states == ["sas, health OK", "solid state sata, health Failed"]


def test_a_disk_that_the_system_sees_too_is_one_disk() -> None:
    block = {"sda": Group({"size": "1953525168", "model": "ST1000NX0423"})}
    block["sda"].values["serial"] = "W47-1ABCD"
    (disk,) = disks_of({"sas3ircu": SAS3IRCU}, block)
    assert (disk.name, disk.firmware_rev) == ("sda", "NA05")


@pytest.mark.parametrize("text", [None, "", "much", "1.2.3 GB", "12", "[0x Sectors]"])
def test_a_size_that_is_none_is_not_known(text: str | None) -> None:
    assert size_of(text) is None


@settings(max_examples=80)
@given(
    section=st.sampled_from([*BEGINS, "storcli"]),
    text=st.sampled_from([SSACLI, ARCCONF, MEGACLI_SATA, json.dumps(STORCLI)]),
    cut=st.integers(0, 700),
    more=st.text(max_size=60),
)
def test_anything_a_tool_prints_is_read_without_an_error(
    section: str, text: str, cut: int, more: str
) -> None:
    assert isinstance(list(drives_of({section: text[:cut] + more})), list)
