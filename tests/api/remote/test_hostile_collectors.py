"""A collector in wrong hands, or of another release: its hosts, and nobody else's."""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.compose.wiring import App, compose, fixed_settings
from collectors.facts import Clue, Interface, Observation, System
from collectors.sweep.sweep import Answer
from discovery.remote import wire
from discovery.scan.hosts import Host
from discovery.scan.requests import ScanOptions, ScanRequest
from inventory.jobs.collector_tables import SiteSlice
from inventory.network.scan_tables import ScanHost
from inventory.network.tables import Device
from inventory.storage.rows import table_of
from tests.api.conftest import calling
from tests.api.remote.test_line import SITES, Remote, enrolled

NETWORK = "198.51.100.0/25"
NASTY: tuple[Any, ...] = (
    *(None, "", -1, 2**70, 1e308, True, [], {}, [[[]]], {"a": {"b": []}}),
    *("\x00", "\ud800", "x" * 70_000, "0000-99-99", "9999-12-31T23:59:59-12:00"),
    *("2026-06-01T12:00:00", "<script>", "203.0.113.9"),
)


TOO_LARGE = base64.b64encode(zlib.compress(b"x" * (wire.MOST_BYTES + 9))).decode()


class Now:
    """A clock that goes, with the name that `Remote` reads it by."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    @property
    def now(self) -> datetime:
        return self()


@pytest.fixture
def clock() -> Now:
    return Now()


@pytest.fixture
def centre(app: App, tmp_path: Path) -> Iterator[App]:
    settings = fixed_settings({"data_dir": tmp_path, "sites": SITES})
    centre = compose(settings, app.engine, app.clock, app.seal)
    yield centre
    centre.close()


def good(address: str, number: int) -> Host:
    """A host that can be told from others."""
    now = datetime.now(UTC)
    seen = Observation(
        address=address,
        collector="snmp",
        seen_at=now,
        site="HQ",
        latency=0.01,
        system=System(
            name=f"host{number}",
            descr="Some system",
            engine_id=f"8000000003{number:012x}",
            base_mac=f"00:00:5e:00:53:{number:02x}",
        ),
        interfaces=(
            Interface(if_index=1, name="eth0", mac=f"00:00:5e:00:53:{number:02x}"),
        ),
        clues=(Clue("sysDescr", "Some system", "snmp"),),
        reads=frozenset({"interfaces"}),
    )
    answers = [Answer(address, "snmp", 161, 0.01, {"descr": "Some system"})]
    return Host(address, now, answers, [seen], {"snmp": "ok"})


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    """Yield the way to each part of a JSON value that has something to tell."""
    inside: dict[Any, Any] = value if isinstance(value, dict) else {}
    if isinstance(value, list):
        inside = dict(enumerate(value))
    for key, each in inside.items():
        if each not in (None, [], {}, ""):
            yield (*path, key)
            yield from places(each, (*path, key))


def spoilt(plain: Any, path: tuple[Any, ...], value: Any) -> Any:  # noqa: ANN401
    """Return a JSON value with one part replaced."""
    whole = copy.deepcopy(plain)
    part = whole
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return whole


def packed(plain: Any) -> str:  # noqa: ANN401
    return base64.b64encode(zlib.compress(json.dumps(plain).encode())).decode()


def body_of(address: str, number: int) -> Any:  # noqa: ANN401
    """Return what comes in place of a host: some are no host at all."""
    plain = wire.to_plain(good(address, number))
    whole = [
        *(None, 5, "%%%", "", "AAAA", packed(5), packed([]), packed({}), packed("a")),
        base64.b64encode(zlib.compress(b"[" * 100_000)).decode(),
        TOO_LARGE,
        base64.b64encode(zlib.compress(json.dumps(plain).encode())[:-9]).decode(),
    ]
    ways = list(places(plain))
    turn = number % (len(whole) + len(ways) * 3)
    if turn < len(whole):
        return whole[turn]
    # Every part meets something, and every nasty value meets many parts.
    turn -= len(whole)
    part = spoilt(plain, ways[turn % len(ways)], NASTY[turn * 7 % len(NASTY)])
    return packed(part)


async def leased(remote: Remote) -> tuple[int, list[str]]:
    async with asyncio.timeout(60):
        while True:
            answer = (await remote.ask("/lease", holding=[], most=1)).json()
            for each in answer["slices"]:
                return int(each["id"]), list(each["spec"]["addresses"])
            await asyncio.sleep(0.05)


def stored(app: App, model: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    with app.engine.connect() as connection:
        rows = connection.execute(select(table_of(model))).mappings()
        return [dict(row) for row in rows]


async def test_what_cannot_be_read_is_a_reason_of_that_host_and_costs_no_other(
    centre: App, clock: Now
) -> None:
    options = ScanOptions(icmp=False, snmp_port=None, sip_port=None, concurrency=16)
    request = ScanRequest(targets=(NETWORK,), site="HQ", options=options)
    async with calling(centre) as client:
        remote = await enrolled(centre, client, "van")
        scan_id = centre.scans().start(request)
        brought: dict[str, bool] = {}
        while len(brought) < 126:
            slice_id, addresses = await leased(remote)
            for start in range(0, len(addresses), 50):
                sent: list[Any] = []
                for address in addresses[start : start + 50]:
                    number = int(address.rpartition(".")[2])
                    brought[address] = number % 8 == 0 or number > 110
                    body = (
                        base64.b64encode(wire.pack(good(address, number))).decode()
                        if brought[address]
                        else body_of(address, number)
                    )
                    sent.append(
                        {
                            "uid": f"{slice_id}/{address}",
                            "slice": slice_id,
                            "address": address,
                            "seen_at": NASTY[number % len(NASTY)]
                            if number % 5 == 0
                            else clock().timestamp(),
                            "body": body,
                        }
                    )
                other = "203.0.113.7"
                sent += [
                    None,
                    {"uid": 5},
                    {"slice": "x" * 300, "address": [], "uid": "no"},
                    {**sent[0], "uid": f"{slice_id}/{start}/{other}", "address": other},
                ]
                answer = await remote.ask("/hosts", hosts=sent)
                assert answer.status_code == 200, answer.text
                assert len(answer.json()["refused"]) == 3
            done = await remote.ask("/done", slice=slice_id)
            assert done.status_code == 200, done.text
        progress = await asyncio.to_thread(centre.scans().wait, scan_id, 120)
    assert progress.state == "finished", progress.error
    assert {part["state"] for part in stored(centre, SiteSlice)} == {"done"}
    hosts = {row["address"]: row for row in stored(centre, ScanHost)}
    assert hosts.keys() == brought.keys(), "none is lost, none was not asked for"
    wrong = {a: h for a, h in hosts.items() if brought[a] and h["outcome"] != "new"}
    assert not wrong
    unread = [row for row in hosts.values() if row["reason"] == "malformed"]
    assert len(unread) > 25
    for row in unread:
        assert row["outcome"] == "failed"
        (where, reason, detail), *_ = row["problems"]
        assert (where, reason) == ("collector:host", "malformed")
        assert "cannot be read" in detail
    assert {device["site"] for device in stored(centre, Device)} == {"HQ"}
