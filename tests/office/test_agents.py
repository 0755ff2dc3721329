"""The agents against the tools of net-snmp, which are not ours."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence

import pytest

from collectors.office.mibs.values import (
    IP_ADDRESS,
    OBJECT_ID,
    SECONDS,
    UPTIME,
    Cell,
    Oid,
    Rows,
    parse_oid,
)
from collectors.office.mibs.view import view
from collectors.office.server import OfficeServer

needs_net_snmp = pytest.mark.skipif(
    shutil.which("snmpbulkwalk") is None, reason="net-snmp's tools are not installed"
)
pytestmark = needs_net_snmp

_ROW = re.compile(r"^\.([\d.]+) = (?:([A-Za-z0-9 -]+): ?)?", re.MULTILINE)
_BOOTS = parse_oid("1.3.6.1.6.3.10.2.1.2.0")
_AUTH = {"sha256": "SHA-256", "sha512": "SHA-512"}
_PRIV = {"aes128": "AES", "aes256": "AES-256"}


def security(server: OfficeServer, name: str, context: str = "") -> list[str]:
    """The options of net-snmp for a credential of the scan file."""
    found = server.plan.snmp[name]
    if found.community is not None:
        secret = found.community.get_secret_value()
        return ["-v2c", "-c", f"{secret}@{context}" if context else secret]
    assert found.user
    assert found.auth_secret
    assert found.priv_secret
    options = ["-v3", "-l", "authPriv", "-u", found.user]
    options += ["-a", _AUTH[found.auth or ""], "-A"]
    options += [found.auth_secret.get_secret_value()]
    options += ["-x", _PRIV[found.priv or ""], "-X"]
    options += [found.priv_secret.get_secret_value()]
    return [*options, "-n", f"vlan-{context}"] if context else options


def ask(
    server: OfficeServer, tool: str, key: str, options: Sequence[str], *oids: str
) -> subprocess.CompletedProcess[str]:
    address = f"{server.office.devices[key].address}:{server.plan.ports.snmp}"
    settings = ["-Onextb", "-m", "", "-t", "1", "-r", "0"]
    return subprocess.run(
        [tool, *settings, *options, address, *oids],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def walked(server: OfficeServer, key: str, options: Sequence[str]) -> dict[Oid, str]:
    done = ask(server, "snmpbulkwalk", key, options, ".1")
    assert done.returncode == 0, done.stderr
    marks = list(_ROW.finditer(done.stdout))
    ends = [m.start() for m in marks[1:]] + [len(done.stdout)]
    return {
        parse_oid(mark[1]): done.stdout[mark.end() : end].strip()
        for mark, end in zip(marks, ends, strict=True)
    }


def printed(cell: Cell) -> str:
    """A value as net-snmp prints it with -x and -e, without its type."""
    match cell:
        case Cell(tag=tag, value=bytes() as octets) if tag != IP_ADDRESS:
            return octets.hex(" ").upper()
        case Cell(tag=tag, value=bytes() as octets) if tag == IP_ADDRESS:
            return ".".join(map(str, octets))
        case Cell(tag=tag, value=tuple() as oid) if tag == OBJECT_ID:
            return "." + ".".join(map(str, oid))
        case _:
            return str(cell.value)


def assert_same(told: dict[Oid, str], rows: Rows) -> None:
    ends = [k for k, text in told.items() if text.startswith("No more variables")]
    assert set(told) == set(rows)
    assert len(ends) <= 1
    for name, cell in rows.items():
        if cell.tag in (UPTIME, SECONDS) or name == _BOOTS or name in ends:
            continue
        text = " ".join(told[name].split()).strip('"')
        assert text == printed(cell), name


@pytest.mark.parametrize("key", ["core", "sw-b", "sw-c", "rt-1", "printer-1", "pc-01"])
def test_a_walk_by_community_brings_the_whole_view(
    running: OfficeServer, key: str
) -> None:
    name = running.office.devices[key].snmp[0]
    told = walked(running, key, security(running, name))
    assert_same(told, view(running.scene, key).rows)


@pytest.mark.parametrize(
    ("key", "name"), [("sw-a", "office-v3"), ("fw-1", "firewall-v3")]
)
def test_a_walk_with_authentication_and_privacy_brings_the_whole_view(
    running: OfficeServer, key: str, name: str
) -> None:
    told = walked(running, key, security(running, name))
    assert_same(told, view(running.scene, key).rows)


@pytest.mark.parametrize(
    ("key", "name"), [("core", "office-v2c"), ("sw-a", "office-v3")]
)
def test_a_context_shows_one_vlan(running: OfficeServer, key: str, name: str) -> None:
    told = walked(running, key, security(running, name, "20"))
    assert_same(told, view(running.scene, key).contexts["20"])


def test_a_single_get_brings_uptime_in_hundredths(running: OfficeServer) -> None:
    options = security(running, "office-v2c")
    done = ask(running, "snmpget", "rt-1", options, ".1.3.6.1.2.1.1.3.0")
    ticks = int(done.stdout.split()[-1].strip("()"))
    uptime = running.office.devices["rt-1"].uptime
    assert uptime * 100 <= ticks < uptime * 100 + 60_000


def test_a_wrong_community_is_met_with_silence(running: OfficeServer) -> None:
    done = ask(running, "snmpget", "core", ["-v2c", "-c", "nope"], ".1.3.6.1.2.1.1.5.0")
    assert "Timeout" in done.stderr


def test_a_v3_only_device_does_not_answer_a_community(running: OfficeServer) -> None:
    options = security(running, "office-v2c")
    done = ask(running, "snmpget", "sw-a", options, ".1.3.6.1.2.1.1.5.0")
    assert "Timeout" in done.stderr


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"-A": "not-the-secret"}, "Authentication failure"),
        ({"-X": "not-the-secret"}, "Decryption error"),
        ({"-u": "stranger"}, "Unknown user name"),
        ({"-l": "authNoPriv"}, "authorizationError"),
        ({"-n": "vlan-4000"}, "Bad context specified"),
    ],
)
def test_v3_mistakes_are_reported_as_what_they_are(
    running: OfficeServer, change: dict[str, str], told: str
) -> None:
    options = security(running, "office-v3", "10")
    for flag, value in change.items():
        options[options.index(flag) + 1] = value
    done = ask(running, "snmpget", "sw-a", options, ".1.3.6.1.2.1.17.1.1.0")
    assert told in done.stdout + done.stderr


def test_nothing_can_be_set(running: OfficeServer) -> None:
    oid = ".1.3.6.1.2.1.1.5.0"
    done = ask(
        running, "snmpset", "core", security(running, "office-v2c"), oid, "s", "x"
    )
    assert "notWritable" in done.stderr
