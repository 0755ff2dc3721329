from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from collectors.office.__main__ import main
from collectors.office.errors import PortTaken
from collectors.office.model import Office
from collectors.office.server import OfficeServer
from collectors.office.settings import Plan
from tests.office.conftest import FOLDER, _free, read


def fresh(plan: Plan) -> Plan:
    datagram, stream = socket.SOCK_DGRAM, socket.SOCK_STREAM
    return plan.on_ports(snmp=_free(datagram), ssh=_free(stream), sip=_free(datagram))


def taken(kind: socket.SocketKind, address: str, port: int) -> socket.socket:
    holder = socket.socket(socket.AF_INET, kind)
    holder.bind((address, port))
    if kind is socket.SOCK_STREAM:
        holder.listen()
    return holder


def test_seeds_are_the_switches_and_addresses_are_everybody(
    running: OfficeServer,
) -> None:
    assert running.seeds == (
        "127.10.99.1",
        "127.10.99.11",
        "127.10.99.12",
        "127.10.99.13",
    )
    assert len(set(running.addresses)) == len(running.office.devices)
    assert "127.10.10.0/24" in running.networks


@pytest.mark.parametrize(
    ("protocol", "kind", "address"),
    [
        ("snmp", socket.SOCK_DGRAM, "127.10.99.12"),
        ("sip", socket.SOCK_DGRAM, "127.10.20.104"),
        ("ssh", socket.SOCK_STREAM, "127.10.30.11"),
    ],
)
async def test_a_taken_port_is_named_with_its_setting_and_nothing_stays_open(
    office: Office,
    plan: Plan,
    protocol: str,
    kind: socket.SocketKind,
    address: str,
) -> None:
    ours = fresh(plan)
    port = getattr(ours.ports, protocol)
    server = OfficeServer(office, ours)
    with taken(kind, address, port), pytest.raises(PortTaken) as caught:
        await server.start()
    assert f"{address} port {port}" in str(caught.value)
    assert f"ports.{protocol}" in str(caught.value)
    with taken(socket.SOCK_DGRAM, "127.10.99.1", ours.ports.snmp):
        pass


async def test_a_stopped_office_can_start_again(office: Office, plan: Plan) -> None:
    server = OfficeServer(office, fresh(plan))
    await server.start()
    await server.stop()
    await server.start()
    await server.stop()
    await server.stop()


def test_the_foreground_command_runs_until_it_is_told_to_stop(
    tmp_path: Path, plan: Plan
) -> None:
    ports = fresh(plan).ports
    scan = tmp_path / "scan.yaml"
    scan.write_text(yaml.safe_dump(read("scan.yaml") | {"ports": ports.model_dump()}))
    command = [sys.executable, "-m", "collectors.office"]
    command += ["--truth", str(FOLDER / "truth.yaml"), "--scan", str(scan)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "62 devices" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "No such file"),
        ("a: [", "is not YAML"),
        ("- a", "holds no mapping"),
        ("site: x", "Field required"),
    ],
)
def test_a_bad_truth_file_ends_the_command_with_a_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, told: str
) -> None:
    path = tmp_path / "truth.yaml"
    if text is not None:
        path.write_text(text)
    assert main(["--truth", str(path), "--scan", str(FOLDER / "scan.yaml")]) == 2
    assert told in capsys.readouterr().err
