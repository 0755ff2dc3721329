"""One account of a directory (TACACS+) reads six kinds of consoles by `purser scan`."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from inventory.storage.engine import make_engine
from inventory.storage.upgrade import upgrade
from tests.collectors.ssh.servers import Account, ssh_server
from tests.collectors.ssh.test_console_kinds import KINDS, Console

SETTINGS = """
data_dir = "{folder}"
database_url = "sqlite:///{folder}/purser.sqlite"

[scan]
icmp = false
tcp_ports = [{port}]
ssh_ports = [{port}]
probes = false
collect_timeout = 30

[credentials]
offer_to_new = true

[[credentials.ssh]]
name = "tacacs"
user = "reader"
password = "right"
"""

MORE = {
    "cisco_ios": {
        "show inventory": (
            'NAME: "1", DESCR: "WS-C2960X-48FPD-L"\n'
            "PID: WS-C2960X-48FPD-L , VID: V02  , SN: FOC2222B2BB"
        )
    },
    "juniper_junos": {
        "show chassis hardware": (
            "Hardware inventory:\n"
            "Item             Version  Part number  Serial number     Description\n"
            "Chassis                                PE3714100183      EX4300-48T"
        )
    },
    "hp_comware": {
        "display version": (
            "HPE Comware Platform Software, Version 7.1.070, Release 3506P02\n"
            "Copyright (c) 2010-2020 Hewlett Packard Enterprise Development LP\n"
            "HPE 5130 24G 4SFP+ EI uptime is 0 weeks, 1 day, 2 hours, 3 minutes"
        ),
        "display device manuinfo": (
            "Slot 1 CPU 0:\nDEVICE_NAME          : 5130 24G 4SFP+ EI JG932A\n"
            "DEVICE_SERIAL_NUMBER : CN61GDC0X1\n"
            "MAC_ADDRESS          : 70C6-DD01-0203\n"
            "MANUFACTURING_DATE   : 2021-03-04\nVENDOR_NAME          : HPE"
        ),
    },
    "huawei_vrp": {
        "display version": (
            "Huawei Versatile Routing Platform Software\n"
            "VRP (R) software, Version 5.170 (S5735 V200R021C00SPC500)\n"
            "Copyright (C) 2000-2021 HUAWEI TECH Co., Ltd.\n"
            "HUAWEI S5735-L24T4S-A Routing Switch uptime is 2 weeks, 3 days"
        ),
        "display sn license": "ESN of device: 2102353TYW10K9000042",
    },
    "mikrotik_routeros": {
        "/system identity print": "  name: hex",
        "/system resource print": (
            "                   uptime: 1w2d3h\n"
            "                  version: 7.14.3 (stable)\n"
            "               board-name: hEX\n"
            "                 platform: MikroTik"
        ),
        "/system routerboard print": (
            "       routerboard: yes\n             model: RB750Gr3\n"
            "     serial-number: 8AFF0ABCDEF0\n     firmware-type: mt7621L\n"
            "  current-firmware: 7.14.3"
        ),
    },
    "arista_eos": {
        "show version": (
            "Arista DCS-7050TX-64-R\nHardware version: 01.00\n"
            "Serial number: JPE14123456\nSoftware image version: 4.28.3M\n"
            "Total memory: 4000000 kB\nFree memory: 2000000 kB"
        )
    },
}
"""Kind -> what its console says beside what tells the kind."""

TRUTH = {
    "cisco_ios": ("switch", "Cisco", "FOC2222B2BB"),
    "juniper_junos": ("switch", "Juniper", "PE3714100183"),
    "hp_comware": ("switch", "HPE", "CN61GDC0X1"),
    "huawei_vrp": ("switch", "Huawei", "2102353TYW10K9000042"),
    "mikrotik_routeros": ("router", "MikroTik", "8AFF0ABCDEF0"),
    "arista_eos": ("switch", "Arista", "JPE14123456"),
}
PLACES = {kind: f"127.66.0.{number}" for number, kind in enumerate(TRUTH, 11)}


def console(kind: str) -> Console:
    plain = KINDS[kind]
    return Console({**plain.answers, **MORE[kind]}, plain.name, plain.refusal)


@pytest.fixture
def floor() -> Iterator[tuple[int, dict[str, Account]]]:
    """Six consoles on one port, in a thread of their own; what their servers saw."""
    ready, ports = threading.Event(), list[int]()
    seen = {kind: Account() for kind in TRUTH}
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def play() -> None:
        async with AsyncExitStack() as stack:
            for kind, place in PLACES.items():
                server = ssh_server(
                    console(kind).serve,
                    account=seen[kind],
                    host=place,
                    keys=[asyncssh.generate_private_key("ssh-ed25519")],
                    port=ports[0] if ports else 0,
                )
                ports.append(await stack.enter_async_context(server))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(play()))
    thread.start()
    assert ready.wait(120)
    yield ports[0], seen
    loop.call_soon_threadsafe(stop.set)
    thread.join(120)
    loop.close()


def purser(folder: Path, *arguments: str) -> None:
    program = Path(sys.executable).with_name("purser")
    subprocess.run(
        [str(program), "--config", str(folder / "purser.toml"), *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
        env={k: v for k, v in os.environ.items() if not k.startswith("PURSER_")},
    )


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "purser.sqlite")) as connection:
        return connection.execute(query).fetchall()


STORED = """SELECT h.address, d.type, d.vendor, d.serial, d.id
    FROM device d JOIN scan_host h ON h.device_id = d.id
    WHERE d.merged_at IS NULL AND h.scan_id = (SELECT max(id) FROM scan)"""


@pytest.mark.timeout(300)
def test_one_account_reads_consoles_of_six_kinds_and_they_stay_themselves(
    tmp_path: Path, floor: tuple[int, dict[str, Account]]
) -> None:
    port, seen = floor
    text = SETTINGS.format(folder=tmp_path, port=port)
    (tmp_path / "purser.toml").write_text(text, "utf-8")
    upgrade(make_engine(f"sqlite:///{tmp_path}/purser.sqlite"))
    purser(tmp_path, "scan", f"{PLACES['cisco_ios']}-{PLACES['arista_eos']}")
    first = rows(tmp_path, STORED)
    problems = rows(tmp_path, "SELECT address, problems FROM scan_host")
    found = {row[0]: row[1:4] for row in first}
    assert found == {PLACES[kind]: told for kind, told in TRUTH.items()}, problems
    logins = {kind: len(account.secrets) for kind, account in seen.items()}
    assert all(account.secrets.count("right") for account in seen.values())
    assert rows(tmp_path, "SELECT count(*) FROM login_failures") == [(0,)]
    purser(tmp_path, "scan", f"{PLACES['cisco_ios']}-{PLACES['arista_eos']}")
    assert rows(tmp_path, STORED) == first
    assert rows(tmp_path, "SELECT count(*) FROM device") == [(len(TRUTH),)]
    again = {k: len(a.secrets) - logins[k] for k, a in seen.items()}
    assert again == dict.fromkeys(TRUTH, 1), json.dumps(again)
