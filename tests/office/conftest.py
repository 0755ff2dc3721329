"""The office of `config/office`, as records and running in a thread on free ports."""

from __future__ import annotations

import asyncio
import copy
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from collectors.office.cabling import Scene
from collectors.office.expected_findings import Expected, expected
from collectors.office.model import Office
from collectors.office.server import OfficeServer
from collectors.office.settings import Plan, read_plan
from collectors.office.truth import load_office

FOLDER = Path(__file__).resolve().parents[2] / "config" / "office"


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def _parsed() -> dict[str, Any]:
    return read("truth.yaml")


@pytest.fixture
def truth(_parsed: dict[str, Any]) -> dict[str, Any]:
    """A copy of the parsed truth file, to be changed freely."""
    return copy.deepcopy(_parsed)


@pytest.fixture(scope="session")
def office(_parsed: dict[str, Any]) -> Office:
    return load_office(_parsed)


@pytest.fixture(scope="session")
def scene(office: Office) -> Scene:
    return Scene(office)


@pytest.fixture(scope="session")
def wanted(office: Office) -> Expected:
    return expected(office)


def _free(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.10.99.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The scan file, on ports that are free now."""
    datagrams = socket.SOCK_DGRAM
    return read_plan(read("scan.yaml")).on_ports(
        snmp=_free(datagrams), ssh=_free(socket.SOCK_STREAM), sip=_free(datagrams)
    )


@pytest.fixture(scope="session")
def running(office: Office, plan: Plan) -> Iterator[OfficeServer]:
    """The office, running in a loop of its own."""
    server = OfficeServer(office, plan)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(120)
    yield server
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(120)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(60)
    loop.close()
