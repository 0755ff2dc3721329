"""Windows read by WinRM, from the sweep to the database; who is sent a password."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.compose.scanning import make_request
from api.compose.wiring import App, build, fixed_settings
from api.diagnose.try_credential import try_credential
from inventory.network.queries.devices import list_devices
from inventory.network.queries.worklist import scan_hosts
from inventory.storage.engine import make_engine
from inventory.storage.upgrade import upgrade
from tests.collectors.ssh.test_other_systems import WINDOWS
from tests.collectors.winrm.played import (
    PASSWORD,
    USER,
    Machine,
    certificate,
    scripted,
    service,
)

FIRST, SECOND, THIRD = "127.63.0.5", "127.63.0.6", "127.63.0.7"
TARGETS = ["127.63.0.4-127.63.0.7"]


@pytest.fixture(autouse=True)
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "accounts"
    file.write_text(f":{USER}:{PASSWORD}\n", "ascii")
    monkeypatch.setenv("NTLM_USER_FILE", str(file))


def site(
    folder: Path,
    port: int,
    password: str = PASSWORD,
    *,
    http_port: int | None = None,
    **more: Any,  # noqa: ANN401
) -> App:
    url = f"sqlite:///{folder}/purser.sqlite"
    upgrade(make_engine(url))
    scan = {
        **{"tcp_ports": [], "ssh_ports": [], "icmp": False, "timeout": 1},
        **{"winrm_port": port, "winrm_http_port": http_port, "sip_port": None},
    }
    login = {"name": "windows", "user": USER, "password": password}
    return build(
        fixed_settings(
            {
                **{"data_dir": folder, "database_url": url, "scan": scan},
                "credentials": {"winrm": [login], "offer_to_new": True} | more,
            }
        )
    )


def scanned(app: App) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Scan and return the hosts and all devices."""
    request = make_request(app.settings, TARGETS, engine=app.engine)
    jobs = app.scans()
    progress = jobs.wait(jobs.start(request, requested_by="test"), 90)
    with app.engine.connect() as connection:
        hosts = scan_hosts(connection, progress.scan_id, limit=9).rows
        return hosts, list_devices(connection, limit=9).rows


def test_a_windows_computer_is_read_and_stays_itself_at_another_address(
    tmp_path: Path,
) -> None:
    tls, machine = certificate(tmp_path, "laptop"), Machine(scripted(WINDOWS))
    with service(machine, address=FIRST, tls=tls) as port:
        app = site(tmp_path, port)
        (host,), (device,) = scanned(app)
    assert host["collectors"]["winrm"] == "ok"
    assert (device["type"], device["vendor"], device["serial"]) == (
        *("computer", "Lenovo", "PF1"),
    )
    with service(replace(machine), address=SECOND, tls=tls, port=port):
        (again,), (only,) = scanned(app)
    assert (again["outcome"], only["id"]) == ("same", device["id"])
    app.scans().close()
    app.engine.dispose()


def test_a_host_nobody_opened_before_is_sent_nothing(tmp_path: Path) -> None:
    machine = Machine(scripted(WINDOWS))
    with service(machine, address=FIRST, tls=certificate(tmp_path, "new")) as port:
        app = site(tmp_path, port, offer_to_new=False)
        (host,), _ = scanned(app)
    assert machine.logins == []
    assert [p[0] for p in host["problems"]] == ["winrm:offer"]
    app.scans().close()
    app.engine.dispose()


def test_a_known_computer_is_read_at_an_address_nobody_opened_before(
    tmp_path: Path,
) -> None:
    own, other = (certificate(tmp_path, name) for name in ("own", "other"))
    with service(Machine(scripted(WINDOWS)), address=FIRST, tls=own) as port:
        app = site(tmp_path, port)
        _, (device,) = scanned(app)
    careful = site(tmp_path, port, offer_to_new=False)
    stranger = Machine(scripted(WINDOWS))
    moved = Machine(scripted(WINDOWS))
    with (
        service(moved, address=SECOND, tls=own, port=port),
        service(stranger, address=THIRD, tls=other, port=port),
    ):
        hosts, devices = scanned(careful)
    by = {host["address"]: host["collectors"].get("winrm") for host in hosts}
    assert by == {SECOND: "ok", THIRD: None}
    assert [d["id"] for d in devices if d["serial"]] == [device["id"]]
    assert stranger.logins == []
    for each in (app, careful):
        each.scans().close()
        each.engine.dispose()


def test_a_wrong_password_is_counted_and_stops(tmp_path: Path) -> None:
    machine = Machine(scripted(WINDOWS))
    with service(machine, address=FIRST, tls=certificate(tmp_path, "own")) as port:
        app = site(tmp_path, port, password="temulawak")
        outcomes = [scanned(app)[0][0]["collectors"]["winrm"] for _ in range(5)]
    assert outcomes == ["auth-failed"] * 3 + ["locked-out"] * 2
    app.scans().close()
    app.engine.dispose()


def test_a_known_address_with_another_certificate_is_sent_nothing(
    tmp_path: Path,
) -> None:
    own, other = (certificate(tmp_path, name) for name in ("own", "other"))
    with service(Machine(scripted(WINDOWS)), address=FIRST, tls=own) as port:
        app = site(tmp_path, port)
        scanned(app)
    thief = Machine(scripted(WINDOWS))
    with service(thief, address=FIRST, tls=other, port=port):
        (host,), _ = scanned(app)
    assert host["collectors"]["winrm"] == "host-key-changed"
    assert thief.logins == []
    app.scans().close()
    app.engine.dispose()


def test_a_host_that_lets_everybody_in_is_sent_no_password(
    tmp_path: Path,
) -> None:
    machine = Machine(scripted(WINDOWS), anybody=True, offers="Basic")
    login = {"name": "windows", "user": USER, "password": PASSWORD, "auth": "basic"}
    with service(machine, address=FIRST, tls=certificate(tmp_path, "x")) as port:
        app = site(tmp_path, port, winrm=[login])
        (host,), _ = scanned(app)
    assert [p[0] for p in host["problems"]] == ["winrm:canary"]
    assert USER not in machine.logins
    app.scans().close()
    app.engine.dispose()


def test_one_credential_is_tried_by_hand(tmp_path: Path) -> None:
    machine = Machine(scripted(WINDOWS))
    with service(machine, address=FIRST, tls=certificate(tmp_path, "own")) as port:
        app = site(tmp_path, port)
        tried = asyncio.run(try_credential(app, "windows", FIRST))
    assert (tried["worked"], tried["way"]) == (True, "winrm")
    app.scans().close()
    app.engine.dispose()
