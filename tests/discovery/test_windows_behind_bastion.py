"""A Windows computer that only a real sshd reaches is read by WinRM through it."""

from __future__ import annotations

import asyncio
import errno
import getpass
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.compose.wiring import App
from api.diagnose.try_credential import try_credential
from tests.collectors.ssh.test_other_systems import WINDOWS
from tests.collectors.winrm.played import (
    PASSWORD,
    USER,
    Machine,
    certificate,
    scripted,
    service,
)
from tests.discovery.test_behind_bastion import BASTION, SSHD, run_sshd
from tests.discovery.test_windows_by_winrm import FIRST, scanned, site

pytestmark = pytest.mark.skipif(not SSHD.exists(), reason="needs OpenSSH's sshd")


@pytest.fixture(autouse=True)
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "accounts"
    file.write_text(f":{USER}:{PASSWORD}\n", "ascii")
    monkeypatch.setenv("NTLM_USER_FILE", str(file))


@pytest.fixture(autouse=True)
def no_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing in this process connect to the computer itself."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, where: Any) -> None:  # noqa: ANN401
        if where[0] == FIRST:
            raise OSError(errno.ENETUNREACH, "there is no other way")
        connect(self, where)

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def machine() -> Machine:
    return Machine(scripted(WINDOWS))


@pytest.fixture(params=[True, False], ids=["https", "http"])
def port(
    request: pytest.FixtureRequest, tmp_path: Path, machine: Machine
) -> Iterator[tuple[int, bool]]:
    """Port of the service, and whether it speaks TLS."""
    tls = certificate(tmp_path, "laptop") if request.param else None
    with service(machine, address=FIRST, tls=tls) as port:
        yield port, request.param


def behind(folder: Path, bastion: int, port: tuple[int, bool]) -> App:
    jump: dict[str, Any] = {"name": "bastion", "user": getpass.getuser()}
    jump |= {"host": BASTION, "port": bastion, "private_key_file": str(folder / "user")}
    login = {"name": "windows", "user": USER, "password": PASSWORD}
    branch = {"name": "branch", "networks": ["127.63.0.0/24"], "via": "bastion"}
    number, tls = port
    app = site(
        folder,
        number if tls else 1,
        jump=[jump],
        winrm=[{**login, "http": not tls}],
        sets=[branch | {"winrm": ["windows"], "offer_to_new": True}],
        offer_to_new=False,
        http_port=None if tls else number,
    )
    return app


def test_it_is_read_through_it_and_one_account_is_tried_by_hand(
    tmp_path: Path, machine: Machine, port: tuple[int, bool]
) -> None:
    process, bastion = run_sshd(tmp_path, f"PermitOpen={FIRST}:{port[0]}")
    app = behind(tmp_path, bastion, port)
    try:
        (host,), (device,) = scanned(app)
        tried = asyncio.run(try_credential(app, "windows", FIRST))
    finally:
        process.terminate()
        process.wait(60)
    assert host["collectors"]["winrm"] == "ok", host["problems"]
    assert (device["type"], device["vendor"], device["serial"]) == (
        *("computer", "Lenovo", "PF1"),
    )
    assert (tried["worked"], tried["way"]) == (True, "winrm")
    assert machine.logins[-1].endswith(USER)
    app.scans().close()
    app.engine.dispose()


def test_a_bastion_that_is_gone_costs_the_machine_its_inventory_only(
    tmp_path: Path, machine: Machine, port: tuple[int, bool]
) -> None:
    process, bastion = run_sshd(tmp_path, "AllowTcpForwarding=no")
    app = behind(tmp_path, bastion, port)
    try:
        hosts, devices = scanned(app)
    finally:
        process.terminate()
        process.wait(60)
    assert (hosts, devices, machine.logins) == ([], [], [])
    app.scans().close()
    app.engine.dispose()
