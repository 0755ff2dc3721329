"""Discovery without credentials, from `purser scan` to what is shown of a device."""

from __future__ import annotations

import json
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.office.announce import encode as answers
from tests.api.test_cli import Terminal, purser
from tests.collectors.probes.servers import (
    OFFSET,
    certificate,
    in_thread,
    machine,
    saying,
    serving,
)

__all__ = ["purser"]

PRINTER = "127.88.10.9"
UUID = "e3248000-80ce-11db-8000-3c528a5e1101"


def printer(folder: Path, days: int = 9) -> AbstractAsyncContextManager[None]:
    """A printer whose SNMP is off, but Telnet is open; its certificate ends soon."""
    attributes = {
        "printer-make-and-model": (0x41, "HP LaserJet Pro M404dn"),
        "printer-uuid": (0x45, f"urn:uuid:{UUID}"),
        "printer-dns-sd-name": (0x42, "Copy corner"),
        "printer-device-id": (0x41, "MFG:HP;MDL:LaserJet Pro M404dn;SN:VNB3K07799;"),
    }
    told = answers.ipp_answer(attributes)
    name = answers.dns_name("NPI5E1101.local")
    own = answers.dns_answer(("9.10.88.127.in-addr.arpa", 12, name))
    page = answers.http_answer(b"<title>HP LaserJet Pro M404dn</title>")
    soon = datetime.now(UTC) + timedelta(days=days)
    return machine(
        PRINTER,
        udp={5353: lambda _: [own]},
        tcp={
            631: serving(lambda _: told),
            443: serving(lambda _: page),
            23: saying(b"\xff\xfb\x01HP JetDirect\r\nlogin: "),
        },
        tls={443: certificate(folder, "NPI5E1101.depot.example", soon)},
    )


@pytest.fixture
def settings(tmp_path: Path) -> None:
    """Settings that ask the printer's port and probe."""
    text = f"""
[scan]
icmp = false
tcp_ports = [{OFFSET + 631}]
ssh_ports = []
timeout = 0.5
retries = 0
probe_offset = {OFFSET}

[[sites]]
name = "depot"
networks = ["127.88.10.0/28"]
"""
    (tmp_path / "purser.toml").write_text(text, encoding="utf-8")


@pytest.mark.usefixtures("settings")
def test_a_printer_that_speaks_no_snmp_is_known_with_its_evidence(
    purser: Terminal, tmp_path: Path
) -> None:
    assert purser("db", "upgrade").code == 0
    with in_thread(lambda: printer(tmp_path)):
        said = purser("scan", "--json")
    assert said.code == 0, said.err
    host = json.loads(said.out)["hosts"][0]
    assert (host["outcome"], host["collectors"]["probe"]) == ("new", "ok")
    device = json.loads(purser("device", "show", "1", "--json").out)
    assert [device[name] for name in ("type", "vendor", "model", "serial", "name")] == [
        *("printer", "HP", "LaserJet Pro M404dn", "VNB3K07799", "NPI5E1101")
    ]
    fields = json.loads(purser("device-field", "list", "--json").out)
    model = next(f for f in fields["items"] if f["field"] == "model" and f["chosen"])
    assert "ipp printer-make-and-model" in " ".join(model["reasons"])
    services = json.loads(purser("service", "list", "--json").out)["items"]
    listed = {each["protocol"]: each for each in services}
    assert {"ipp", "telnet", "https", "tls", "mdns"} <= set(listed)
    assert listed["tls"]["subject"] == "CN=NPI5E1101.depot.example"
    assert listed["tls"]["self_signed"] is True
    found = json.loads(purser("network-finding", "list", "--json").out)["items"]
    assert [(each["kind"], each["place"]) for each in found] == [
        ("certificate-ends-soon", "tcp 443"),
        ("telnet-open", "tcp 23"),
    ]


@pytest.mark.usefixtures("settings")
def test_the_traffic_is_explained_and_none_is_sent(purser: Terminal) -> None:
    assert purser("db", "upgrade").code == 0
    said = purser("scan", "--explain-traffic", "--json")
    assert said.code == 0, said.err
    rows = said.json
    names = {row["name"] for row in rows}
    assert {"mdns", "ipp", "smb", "connect", "snmp"} <= names
    assert not {"modbus", "bacnet"} & names
    assert not any("9100" in row["to"] for row in rows)
    rows = json.loads(purser("scan", "--no-probes", "--explain-traffic", "--json").out)
    assert "mdns" not in {row["name"] for row in rows}


def listed(purser: Terminal, *more: str) -> list[dict[str, Any]]:
    said = purser("network-finding", "list", *more, "--json")
    assert said.code == 0, said.err
    rows: list[dict[str, Any]] = json.loads(said.out)["items"]
    return rows


@pytest.mark.usefixtures("settings")
def test_what_was_acknowledged_stays_so_until_the_fact_is_another(
    purser: Terminal, tmp_path: Path
) -> None:
    assert purser("db", "upgrade").code == 0
    with in_thread(lambda: printer(tmp_path)):
        assert purser("scan").code == 0
        ends, telnet = listed(purser)
        for row, why in ((ends, "renewed in May"), (telnet, "new firmware comes")):
            name = str(row["id"])
            done = purser("network-finding", "acknowledge", name, "--note", why)
            assert done.code == 0, done.err
        assert purser("scan").code == 0
    assert listed(purser) == []
    rows = listed(purser, "--acknowledged", "yes")
    assert [row["note"] for row in rows] == ["renewed in May", "new firmware comes"]
    assert all(row["acknowledged_by"] for row in rows)
    with in_thread(lambda: printer(tmp_path, days=5)):
        assert purser("scan").code == 0
    (again,) = listed(purser)
    assert (again["kind"], again["note"]) == ("certificate-ends-soon", None)
    assert again["follows_id"] == ends["id"]
    (still,) = listed(purser, "--acknowledged", "yes")
    assert still["id"] == telnet["id"]
    assert purser("network-finding", "reopen", str(still["id"])).code == 0
    assert [row["id"] for row in listed(purser)] == [again["id"], telnet["id"]]
