"""Devices that tell of a change are collected again: `purser serve` and net-snmp."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.compose.rulebooks import office_document
from api.compose.wiring import App
from api.demo import RunningOffice
from api.jobs import trapping
from api.pages.site import create_pages
from collectors.snmp.notifications import Notice
from config.settings import Settings, Traps
from inventory.kernel.errors import Invalid
from inventory.people import accounts
from inventory.storage.engine import default_url, make_engine
from inventory.storage.upgrade import upgrade
from inventory.storage.work import UnitOfWork
from tests.api.conftest import bearer, calling
from tests.needs import missing
from tests.pages.conftest import Office

PURSER = (sys.executable, "-c", "from api.cli import main; main()")
PATIENCE = 120.0
CORE, SWITCH, PRINTER = "127.10.99.1", "127.10.99.11", "127.10.99.31"
LINK_DOWN = ("", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.7", "i", "7")
OLD_LINK_DOWN = ("1.3.6.1.4.1.9", PRINTER, "2", "0", "1")
V3 = (
    *("-v3", "-u", "purser", "-l", "authPriv", "-a", "SHA-256"),
    *("-A", "cengkeh-dan-pala", "-x", "AES", "-X", "lada-hitam-putih"),
)


@dataclass
class Service:
    """A running `purser serve` with its API."""

    api: httpx.Client
    port: int

    def send(self, program: str, *words: str, bindings: tuple[str, ...]) -> None:
        target = f"127.0.0.1:{self.port}"
        command = (program, "-m", "", *words, target, *bindings)
        subprocess.run(command, check=True, timeout=PATIENCE)

    def traps(self) -> dict[str, Any]:
        """Return the notifications, and what the listener says of itself."""
        told: dict[str, Any] = {}
        for path in ("api/v1/traps", "api/v1/trap-listener"):
            answer = self.api.get(path)
            assert answer.status_code == 200, answer.text
            told |= answer.json()
        return told

    def until(self, done: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return what is told of traps as soon as it is as expected."""
        end = time.monotonic() + PATIENCE
        while not done(told := self.traps()):
            assert time.monotonic() < end, told
            time.sleep(0.2)
        return told

    def hosts(self, scan_id: int) -> dict[str, str]:
        """Return address -> outcome of a scan, once it is over."""
        end = time.monotonic() + PATIENCE
        path = f"api/v1/scans/{scan_id}"
        while self.api.get(path).json()["state"] in {"queued", "running"}:
            assert time.monotonic() < end
            time.sleep(0.2)
        found = self.api.get(f"api/v1/scan-hosts?scan={scan_id}").json()["items"]
        return {host["address"]: host["outcome"] for host in found}


def settings_text(office: RunningOffice, folder: Path) -> str:
    """A settings file for the office, as an administrator would write it."""
    plan = office.plan
    lines = [
        f'data_dir = "{folder / "data"}"',
        *("[traps]", "enabled = true", "port = 0", "settle = 0.5", "quiet = 3600"),
        *("[scan]", "icmp = false", "tcp_ports = []", "timeout = 1.0"),
        f"snmp_port = {plan.ports.snmp}",
        f"ssh_ports = [{plan.ports.ssh}]",
        f"sip_port = {plan.ports.sip}",
        *("[[sites]]", f'name = "{plan.site}"'),
        f"networks = {json.dumps([str(n) for n in plan.networks])}",
    ]
    lines += ["[credentials]", "offer_to_new = true"]
    for login in office_document("scan")["snmp"]:
        lines.append("[[credentials.snmp]]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in login.items()]
    return "\n".join(lines)


def token_for(folder: Path) -> str:
    """Make the database with a token in it."""
    (folder / "data").mkdir()
    engine = make_engine(default_url(folder / "data"))
    upgrade(engine)
    with UnitOfWork(engine, actor="test", clock=lambda: datetime.now(UTC)) as work:
        _, token = accounts.add_token(work, "test", ["it"])
        work.commit()
    engine.dispose()
    return token


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Purser as it is run, beside the office."""
    if shutil.which("snmptrap") is None:
        missing("lab", "snmptrap is not installed (Debian package snmp)")
    folder = tmp_path_factory.mktemp("serve")
    office = RunningOffice()
    office.start()
    (folder / "purser.toml").write_text(settings_text(office, folder))
    token = token_for(folder)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PURSER_")}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*PURSER, "--config", folder / "purser.toml", "serve", "--port", "0"],
            env=clean | {"HOME": str(folder)},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "serves" in line, (folder / "log").read_text()
    url = line.split()[2]
    with httpx.Client(base_url=url, headers=bearer(token), timeout=PATIENCE) as api:
        port = int(
            api.get("api/v1/trap-listener").json()["listening"].rpartition(" ")[2]
        )
        yield Service(api, port)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    office.stop()
    assert process.returncode == 0, (folder / "log").read_text()


def test_whoever_tells_of_a_change_is_collected_again(service: Service) -> None:
    public = ("-c", "rempah-ro")
    service.send("snmptrap", "-v1", *public, bindings=OLD_LINK_DOWN)
    service.send(
        *("snmptrap", "-v2c", *public, f"--clientaddr={CORE}"), bindings=LINK_DOWN
    )
    service.send("snmpinform", *V3, f"--clientaddr={SWITCH}", bindings=LINK_DOWN)
    told = service.until(
        lambda told: [i["state"] for i in told["items"]] == ["collected"] * 3
    )
    assert [(item["address"], item["kind"]) for item in told["items"]] == [
        (SWITCH, "link-down"),
        (CORE, "link-down"),
        (PRINTER, "link-down"),
    ]
    assert {item["if_index"] for item in told["items"]} == {7, None}
    scans = {item["scan_id"] for item in told["items"]}
    visited = [host for scan in sorted(scans) for host in service.hosts(scan).items()]
    assert sorted(address for address, _ in visited) == [CORE, SWITCH, PRINTER]
    # The switch is the core's neighbour: who is collected after it was known by it.
    assert {outcome for address, outcome in visited if address != SWITCH} == {"new"}
    assert dict(visited)[SWITCH] in {"new", "first-read", "same"}


def test_strangers_start_no_scan_and_are_counted(service: Service) -> None:
    before = service.traps()
    scans = len(service.api.get("api/v1/scans").json()["items"])
    service.send(
        *("snmptrap", "-v2c", "-c", "guessed", f"--clientaddr={CORE}"),
        bindings=LINK_DOWN,
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"garbage", ("127.0.0.1", service.port))
    service.send(
        *("snmptrap", "-v2c", "-c", "rempah-ro", "--clientaddr=127.77.0.1"),
        bindings=LINK_DOWN,
    )
    told = service.until(lambda told: len(told["items"]) > len(before["items"]))
    newest = told["items"][0]
    assert (newest["state"], newest["source"]) == ("stranger", "127.77.0.1")
    for name in ("stranger", "garbage", "notices_stranger"):
        assert told["counts"][name] == before["counts"].get(name, 0) + 1, name
    assert len(service.api.get("api/v1/scans").json()["items"]) == scans


def with_traps(app: App, **wanted: object) -> App:
    traps = Traps.model_validate({"enabled": True, "port": 0} | wanted)
    return replace(app, settings=app.settings.model_copy(update={"traps": traps}))


def test_a_taken_port_is_a_sentence_with_a_remedy(app: App) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with (
            pytest.raises(Invalid, match="annot listen for traps") as error,
            trapping.listening(with_traps(app, port=port)),
        ):
            pass
    assert "traps.port" in error.value.remedy


async def test_nothing_listens_unless_it_is_wanted(app: App) -> None:
    assert not Settings(data_dir=app.settings.data_dir).traps.enabled
    with trapping.listening(app):
        assert app.traps.listening is None
    async with calling(app, "it") as it:
        assert (await it.get("/api/v1/trap-listener")).json()["listening"] is None
        assert (await it.get("/api/v1/traps")).json() == {"items": [], "next": None}


async def test_traps_are_for_those_who_run_the_network(app: App) -> None:
    async with calling(app, "hr") as hr:
        assert (await hr.get("/api/v1/traps")).status_code == 403
        assert (await hr.get("/api/v1/trap-listener")).status_code == 403


def test_the_page_shows_what_was_heard_and_what_came_of_it(app: App) -> None:
    with app.work("test") as work:
        accounts.add_account(work, "it", "maple-street-7", ["it"], name="Sari")
        work.commit()
    book = app.traps
    book.listening = "127.0.0.1 port 162"
    visitor = Office(app, create_pages(app))("it")
    assert visitor.see("/traps").rows() == []
    notice = Notice(source=CORE, kind="link-down", if_index=7)
    book.enter(app.clock(), notice, CORE, "delft", "waiting")
    book.enter(app.clock(), notice, "<b>", "delft", "stranger")
    book.settle("delft", [CORE], "collected", 12)
    page = visitor.see("/traps")
    told = page.text("table.list")
    for part in (CORE, "link-down", "stranger", "<b>"):
        assert part in told, part
    assert "/scans/12" in [a.get("href") for a in page.tree.cssselect("table a")]
