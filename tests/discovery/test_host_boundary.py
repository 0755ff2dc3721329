"""A host that cannot be read back or written is a result; the others are scanned."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, text

from collectors.facts import Clue, Observation, System
from discovery.scan.write_host import HostWriter
from inventory.kernel.errors import DatabaseLocked
from tests.discovery.fake_network import FakeNetwork, Identification
from tests.discovery.fakes import HOUR
from tests.discovery.scanning import Clock, devices, hosts, request, scan
from tests.discovery.scenes import computers

TARGETS = "10.0.0.1-5"
BAD = "10.0.0.3"


def outcomes(engine: Engine, scan_id: int) -> dict[str, str]:
    return {a: row["outcome"] for a, row in hosts(engine, scan_id).items()}


def others(outcome: str) -> dict[str, str]:
    return {f"10.0.0.{n}": outcome for n in (1, 2, 4, 5)}


def test_what_the_database_refuses_is_the_reason_of_its_host(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error comes from the database, in the middle of the transaction."""
    apply = HostWriter._apply

    def refused(self: HostWriter, host: Any, visit: Any) -> Any:  # noqa: ANN401
        if host.address == BAD:
            with self._work() as work:
                work.connection.execute(
                    text("INSERT INTO scan_host (scan_id, address) VALUES (99, 'x')")
                )
        return apply(self, host, visit)

    monkeypatch.setattr(HostWriter, "_apply", refused)
    done = scan(FakeNetwork(computers(5)), engine, clock, request(TARGETS))
    assert (done.state, done.done) == ("finished", 5)
    assert outcomes(engine, 1) == others("new") | {BAD: "failed"}
    row = hosts(engine)[BAD]
    assert row["reason"] == "internal"
    assert row["detail"] == "cannot be written: IntegrityError; please report it"
    assert row["problems"][0][0] == "inventory:write"
    assert len(devices(engine)) == 4


def test_a_fault_of_identification_is_the_reason_of_its_host(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    observed = Identification.observed

    def broken(self: Identification, observations: Any) -> Any:  # noqa: ANN401
        if any(seen.address == BAD for seen in observations):
            raise ZeroDivisionError
        return observed(self, observations)

    monkeypatch.setattr(Identification, "observed", broken)
    scan(FakeNetwork(computers(5)), engine, clock, request(TARGETS))
    assert outcomes(engine, 1) == others("new") | {BAD: "failed"}
    assert hosts(engine)[BAD]["detail"].startswith("cannot be written: ZeroDivision")


def test_a_fault_beside_the_collectors_is_the_reason_of_its_host(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from discovery.scan import collect

    note = collect._note_sweep

    def broken(host: Any, site: str) -> None:  # noqa: ANN401
        if host.address == BAD:
            raise KeyError("banner")
        note(host, site)

    monkeypatch.setattr(collect, "_note_sweep", broken)
    scan(FakeNetwork(computers(5)), engine, clock, request(TARGETS))
    assert outcomes(engine, 1) == others("new") | {BAD: "failed"}
    assert hosts(engine)[BAD]["problems"] == [
        ["scan:collect", "internal", "KeyError; please report it"]
    ]


def test_a_name_that_the_database_cannot_hold_is_the_reason_of_its_host(
    engine: Engine, clock: Clock
) -> None:
    """PostgreSQL keeps no NUL in a text; SQLite does."""
    network = FakeNetwork(computers(5))
    seen = network.hosts[BAD]
    assert isinstance(seen, Observation)
    network.hosts[BAD] = replace(seen, system=System(name="pc\x003"))
    done = scan(network, engine, clock, request(TARGETS))
    assert done.state == "finished"
    found = outcomes(engine, 1)
    assert found.pop(BAD) == ("new" if engine.dialect.name == "sqlite" else "failed")
    assert found == {a: "new" for a in found}


def test_a_writer_that_met_another_one_tries_again(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply, tried = HostWriter._apply, list[str]()

    def met(self: HostWriter, host: Any, visit: Any) -> Any:  # noqa: ANN401
        tried.append(host.address)
        if tried.count(host.address) == 1:
            raise DatabaseLocked
        return apply(self, host, visit)

    monkeypatch.setattr(HostWriter, "_apply", met)
    scan(FakeNetwork(computers(5)), engine, clock, request(TARGETS))
    assert outcomes(engine, 1) == others("new") | {BAD: "new"}


@pytest.mark.parametrize("damage", [b"", b"no zlib", zlib.compress(b'{"poe":[1]}')])
def test_a_device_whose_stored_facts_are_damaged_is_scanned_again(
    engine: Engine, clock: Clock, damage: bytes
) -> None:
    network = FakeNetwork(computers(5))
    scan(network, engine, clock, request(TARGETS))
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE observation SET facts = :f, arp = :f WHERE address = :a"),
            {"f": damage, "a": BAD},
        )
    seen = network.hosts[BAD]
    assert isinstance(seen, Observation)
    network.hosts[BAD] = replace(
        seen,
        seen_at=seen.seen_at + HOUR,
        clues=(*seen.clues, Clue("open-port", "22", "tcp 22")),
    )
    done = scan(network, engine, clock, request(TARGETS))
    assert done.state == "finished"
    assert outcomes(engine, 2) == others("same") | {BAD: "same"}
    assert len(devices(engine)) == 5
