"""A router tells of its modem: from `purser scan` to what is said of its SIM."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from collectors.ports import Value
from collectors.recordings.replay import Recording
from collectors.snmp.smi_values import oid
from tests.api.test_cli import Terminal, purser
from tests.collectors.probes.servers import in_thread
from tests.collectors.snmp_topics.agent import serving
from tests.collectors.snmp_topics.seen import observe

__all__ = ["purser"]

IMEI = "490154203237518"
ICCID = "8931041000000000011"
IMSI = "204990000000001"
MODEM = "1.3.6.1.4.1.48690.2.2.1"


def router(**modem: str) -> Recording:
    """A router with a modem; the columns by their numbers: `c3="..."`."""
    objects: dict[str, Value] = {
        "1.3.6.1.2.1.1.1.0": b"Linux edge-7 5.10.199 mips",
        "1.3.6.1.2.1.1.2.0": oid("1.3.6.1.4.1.48690"),
        "1.3.6.1.2.1.1.3.0": 4711,
        "1.3.6.1.2.1.1.5.0": b"edge-7",
        "1.3.6.1.4.1.48690.1.1.0": b"1126284688",
        "1.3.6.1.4.1.48690.1.2.0": b"RUT955",
    }
    for name, text in modem.items():
        objects[f"{MODEM}.{name[1:]}.1"] = text.encode()
    return Recording({oid(name): value for name, value in objects.items()})


async def test_numbers_are_told_apart_by_what_they_are_not_by_their_place() -> None:
    told = {"c3": IMEI, "c4": "EG25-G", "c8": IMSI, "c13": "Net", "c27": f"{ICCID}F"}
    (modem,) = (await observe(router(**told))).modems
    assert (modem.imei, modem.iccid, modem.imsi) == (IMEI, ICCID, IMSI)
    assert (modem.model, modem.network) == ("EG25-G", "Net")
    moved = {"c3": ICCID, "c8": IMEI, "c27": IMSI}
    (modem,) = (await observe(router(**moved))).modems
    assert (modem.imei, modem.iccid, modem.imsi) == (IMEI, ICCID, IMSI)


@pytest.mark.parametrize(
    "told",
    [
        {"c3": "000000000000000", "c8": "", "c27": "N/A"},
        {"c3": "490154203237517", "c27": "1234567890123456789"},
        {"c4": "EG25-G", "c13": "Net"},
    ],
    ids=["empty slot", "wrong check digit, no ICCID", "names only"],
)
async def test_a_modem_that_does_not_say_who_it_is_is_none(
    told: dict[str, str],
) -> None:
    observed = await observe(router(**told))
    wrong = [one for one in observed.modems if one.imei or one.iccid]
    assert wrong == []


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_a_scan_finds_a_sim_that_is_in_no_inventory_and_then_in_use(
    purser: Terminal, tmp_path: Path
) -> None:
    port = free_port()
    text = f"""
[scan]
icmp = false
tcp_ports = []
ssh_ports = []
snmp_port = {port}
probes = false

[credentials]
offer_to_new = true

[[credentials.snmp]]
name = "site"
community = "public"


[[sites]]
name = "depot"
networks = ["127.0.0.1/32"]
"""
    (tmp_path / "purser.toml").write_text(text, encoding="utf-8")

    def found(*words: str) -> list[dict[str, Any]]:
        said = purser(*words, "--json")
        assert said.code == 0, said.err
        items: list[dict[str, Any]] = json.loads(said.out)["items"]
        return items

    def done(*words: str) -> None:
        said = purser(*words)
        assert said.code == 0, said.err

    done("db", "upgrade")
    told = {"c3": IMEI, "c4": "EG25-G", "c8": IMSI, "c13": "Net", "c27": ICCID}
    with in_thread(lambda: serving(router(**told), port=port)):
        done("scan")
    (modem,) = found("device-modem", "list")
    assert (modem["imei"], modem["iccid"], modem["network"]) == (IMEI, ICCID, "Net")
    (waste,) = found("telecom-waste", "list")
    assert waste["kind"] == "sim-not-in-inventory"
    assert waste["about"].startswith(ICCID)

    # The SIM is entered as one in stock: it is in use, says the router.
    done("legal-entity", "create", "--code", "100", "--name", "E", "--currency", "EUR")
    done("telecom-provider", "create", "--name", "Netz AG", "--country", "NL")
    account = ("--number", "501", "--legal-entity", "100", "--currency", "EUR")
    done("telecom-account", "create", "--provider", "Netz AG", *account)
    done("sim", "create", "--iccid", ICCID, "--account", "501")
    (waste,) = found("telecom-waste", "list")
    assert waste["kind"] == "sim-in-unexpected-use"

    # The router is an asset: its modem and the SIM in it are recorded by themselves.
    done("worklist", "adopt", "1")
    done("telecom", "daily")
    (recorded,) = found("modem", "list")
    assert (recorded["imei"], recorded["iccid"]) == (IMEI, ICCID)

    # Other firmware does not tell the SIM: what is known of it stays.
    told.pop("c27")
    with in_thread(lambda: serving(router(**told), port=port)):
        done("scan")
    (modem,) = found("device-modem", "list")
    assert modem["iccid"] is None
    done("telecom", "daily")
    (recorded,) = found("modem", "list")
    assert recorded["iccid"] == ICCID
