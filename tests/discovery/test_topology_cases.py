"""Small networks out of public reports of faults, played through whole scans.

Each file of `../shared/cases/topology` builds its observations with two modules of its
own; what these take from the program comes from here.
"""

from __future__ import annotations

import importlib.util
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Engine, text

from api.compose.rulebooks import knowledge
from collectors.credentials import SnmpCredential
from collectors.facts import Observation
from collectors.ports import Oid, Table
from discovery.identity.identification import RuleIdentification
from discovery.scan.context import ScanContext
from discovery.scan.requests import ScanOptions, ScanRequest
from tests.discovery.fake_network import FakeNetwork, Session
from tests.discovery.scanning import scan
from tests.needs import SHARED

CASES = SHARED / "cases" / "topology"
NAMES = sorted(path.stem for path in CASES.glob("c[0-9]*.py"))
OPTIONS = ScanOptions(
    tcp_ports=(), ssh_ports=(), sip_port=None, chunk=4096, concurrency=1
)
Hosts = Mapping[str, Observation | None]


class EmptySession(Session):
    """Has nothing beside what was collected."""

    async def walk(self, columns: Sequence[Oid], **_: object) -> Table:
        return Table({tuple(column): {} for column in columns})


class IdentifiedNetwork(FakeNetwork):
    """A network whose devices are identified as in use."""

    def session(
        self, address: str, port: int, credential: SnmpCredential
    ) -> EmptySession:
        return EmptySession(address, credential)

    @asynccontextmanager
    async def context(
        self,
        engine: Engine,
        clock: Callable[[], datetime],
        _request: ScanRequest | None = None,
    ) -> AsyncIterator[ScanContext]:
        async with super().context(engine, clock, _request) as made:
            yield replace(made, identify=RuleIdentification(knowledge(None)))


def _rows(engine: Engine, query: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(query)).mappings()]


def _places(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Return MAC -> where it is now."""
    found = defaultdict(list)
    for row in _rows(
        engine,
        "SELECT s.mac, s.ip, s.via, s.vlan, s.reason, s.last_seen, d.name AS dev,"
        " i.name AS port, b.name AS behind FROM sighting s"
        " LEFT JOIN device d ON d.id = s.device_id"
        " LEFT JOIN device b ON b.id = s.behind_id"
        " LEFT JOIN interface i ON i.id = s.interface_id"
        " WHERE s.closed_at IS NULL ORDER BY s.id",
    ):
        found[row["mac"]].append(row)
    return dict(found)


def _links(engine: Engine) -> list[dict[str, Any]]:
    return _rows(
        engine,
        "SELECT a.name AS a, x.name AS ap, b.name AS b, y.name AS bp, l.kind,"
        " l.evidence, l.members FROM link l"
        " JOIN device a ON a.id = l.a_device_id"
        " JOIN device b ON b.id = l.b_device_id"
        " LEFT JOIN interface x ON x.id = l.a_interface_id"
        " LEFT JOIN interface y ON y.id = l.b_interface_id"
        " WHERE l.closed_at IS NULL ORDER BY l.id",
    )


def _devices(engine: Engine) -> list[dict[str, Any]]:
    return _rows(engine, "SELECT * FROM device WHERE merged_at IS NULL ORDER BY id")


@pytest.fixture
def case(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The file of a case, with the modules that it imports."""
    ours = ModuleType("e2e")
    for name, made in (
        ("scan", None),
        ("fresh", None),
        ("rows", _rows),
        ("places", _places),
        ("links", _links),
        ("devices", _devices),
    ):
        setattr(ours, name, made)
    monkeypatch.setitem(sys.modules, "e2e", ours)
    monkeypatch.setitem(sys.modules, "small", _module(CASES / "small.py"))
    return _module(CASES / f"{request.param}.py")


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.skipif(not NAMES, reason="the cases are not beside the repository")
@pytest.mark.parametrize("case", NAMES, indirect=True)
def test_what_is_believed_is_true(case: ModuleType, engine: Engine) -> None:
    for after, hosts in case.SCANS:
        play(engine, hosts, case.T0 + after)
    is_right, told = case.check(engine)
    assert is_right, f"{told}; right is: {case.RIGHT}"


@pytest.mark.skipif(not NAMES, reason="the cases are not beside the repository")
@pytest.mark.parametrize("case", NAMES, indirect=True)
def test_the_same_again_changes_nothing(case: ModuleType, engine: Engine) -> None:
    """Nor does it matter in which order the last scan meets its hosts."""
    for after, hosts in case.SCANS:
        play(engine, hosts, case.T0 + after)
    before = (_links(engine), where(engine))
    after, hosts = case.SCANS[-1]
    for number, address in enumerate(reversed(hosts), 1):
        play(engine, {address: hosts[address]}, case.T0 + after + number * case.H / 60)
    play(engine, dict(reversed(hosts.items())), case.T0 + after + case.D)
    assert (_links(engine), where(engine)) == before


def where(engine: Engine) -> dict[str, list[tuple[str | None, str | None]]]:
    return {
        mac: sorted((row["dev"], row["port"]) for row in rows if row["port"])
        for mac, rows in _places(engine).items()
    }


def play(engine: Engine, hosts: Hosts, at: datetime) -> None:
    wanted = ScanRequest(targets=tuple(sorted(hosts)), options=OPTIONS)
    scan(IdentifiedNetwork(dict(hosts)), engine, lambda: at, wanted)
