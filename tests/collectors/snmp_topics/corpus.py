"""Answers for the practice corpus, from recordings, in the form its scorer reads.

As a script:  python tests/collectors/snmp_topics/corpus.py CORPUS ANSWERS [NAME ...]
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.errors import CollectError
from collectors.facts import Interface, Neighbour, Observation
from collectors.ports import Snmp, SnmpEngine
from collectors.recordings.record import format_recording
from collectors.recordings.replay import Recording, ReplaySnmp, load_recording
from collectors.snmp.collect import collect_snmp
from collectors.snmp.engine.own_engine import OwnEngine
from collectors.snmp.reference.pysnmp_engine import PysnmpEngine
from collectors.snmp.topics.host import FIRST_INDEX
from tests.collectors.snmp_topics.agent import USER, serving

_SEEN_AT = datetime(2026, 1, 1, tzinfo=UTC)
PORT = 26188
_CREDENTIAL = SnmpCredential(name="farm", community=SecretStr("public"))
_STATES = {True: "up", False: "down", None: None}


async def observe(session: Snmp) -> Observation:
    """Collect from one session."""
    return await collect_snmp(
        session,
        address="192.0.2.1",
        port=161,
        site="corpus",
        credential="replay",
        seen_at=_SEEN_AT,
    )


def answer(seen: Observation) -> dict[str, Any]:
    """Turn an observation into the scorer's tables."""
    return {
        "name": seen.system.name if seen.system else None,
        "ports": [_port(i) for i in seen.interfaces],
        "links": [_link(n) for n in seen.neighbours],
        "fdb": [
            {"mac": e.mac, "ifIndex": e.if_index, "vlan": e.vlan}
            for e in seen.fdb
            if e.if_index is not None
        ],
        "arp": [{"ip": e.ip, "mac": e.mac} for e in seen.arp],
        "vlans": [{"vlan": v.vlan, "name": v.name} for v in seen.vlans],
        "ipv4": [
            {"ip": a.ip, "prefixlen": a.prefix_length}
            for a in seen.addresses
            if ":" not in a.ip
        ],
        "entities": [
            {
                "index": c.index,
                "class": c.kind.replace("-", ""),
                "name": c.name,
                "descr": c.descr,
                "model": c.model,
                "serial": c.serial,
                "hw_rev": c.hardware_rev,
                "fw_rev": c.firmware_rev,
                "sw_rev": c.software_rev,
                "manufacturer": c.manufacturer,
            }
            for c in seen.components
            if c.index < FIRST_INDEX
        ],
    }


def _port(interface: Interface) -> dict[str, Any]:
    return {
        "ifIndex": interface.if_index,
        "name": interface.name,
        "descr": interface.descr,
        "alias": interface.alias,
        "speed": interface.speed,
        "mac": interface.mac,
        "admin": _STATES[interface.admin_up],
        "oper": _STATES[interface.oper_up],
    }


def _link(neighbour: Neighbour) -> dict[str, Any]:
    mac = neighbour.port_id if neighbour.port_id_type == "mac" else None
    if mac is None and neighbour.chassis_id_type == "mac":
        mac = neighbour.chassis_id
    return {
        "local_ifIndex": neighbour.local_if_index,
        "local_port": neighbour.local_port,
        "protocol": neighbour.protocol,
        "remote_name": neighbour.sys_name,
        "remote_chassis": neighbour.chassis_id,
        "remote_port": neighbour.port_id,
        "remote_mac": mac,
    }


def recordings(corpus: Path, names: Sequence[str] = ()) -> Iterator[Path]:
    """Yield the recordings of default contexts, all or the named ones."""
    for path in sorted((corpus / "recordings").glob("*.snmprec")):
        if "@" not in path.stem and (not names or path.stem in names):
            yield path


def write_answers(corpus: Path, answers: Path, names: Sequence[str] = ()) -> None:
    """Write one answer a recording."""
    answers.mkdir(parents=True, exist_ok=True)
    for path in recordings(corpus, names):
        try:
            seen = asyncio.run(observe(ReplaySnmp(load_recording(path))))
        except CollectError as error:
            print(path.stem, error)
            continue
        (answers / f"{path.stem}.json").write_text(json.dumps(answer(seen)))


@dataclass(frozen=True)
class Comparison:
    """How many recordings gave the same facts, and which did not and where."""

    same: int
    different: list[str]


def compare_over_the_wire(
    corpus: Path, folder: Path, farm: Path, engine: str
) -> Comparison:
    """Serve the recordings from a farm of agents and collect from it."""
    paths = list(recordings(corpus))
    command = [sys.executable, str(farm), "--port", str(PORT), "--overlay", "none"]
    addresses = []
    for number, path in enumerate(paths):
        clean = folder / f"r{number}.snmprec"
        clean.write_text(format_recording(load_recording(path).objects))
        addresses.append(f"127.88.{number // 250}.{number % 250 + 1}")
        command += ["--rec", f"r{number}={clean}"]
    rules = [f"{address} r{n}" for n, address in enumerate(addresses)]
    (folder / "map").write_text("\n".join(rules))
    ready = folder / "ready"
    command += ["--map", str(folder / "map"), "--ready", str(ready)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as agents:
        try:
            while not ready.exists() and agents.poll() is None:
                time.sleep(0.2)
            served = dict(zip(addresses, paths, strict=True))
            return asyncio.run(_compare(served, engine))
        finally:
            agents.terminate()


def compare_encrypted(corpus: Path, engine: str) -> Comparison:
    """Serve each recording from an agent of its own, by SNMPv3 authPriv."""
    return asyncio.run(_compare_encrypted(list(recordings(corpus)), engine))


async def _compare_encrypted(paths: list[Path], engine: str) -> Comparison:
    """Compare with a new engine each, as agents come back on ports of earlier ones."""
    different = []
    for path in paths:
        source = Recording(load_recording(path).objects)
        made: SnmpEngine = OwnEngine() if engine == "own" else PysnmpEngine()
        async with serving(source) as port:
            seen = await observe(made.session("127.0.0.1", port, USER))
        await made.close()
        different += await _differences(path, source, seen)
    return _comparison(len(paths), different)


async def _compare(paths: dict[str, Path], engine: str) -> Comparison:
    made: SnmpEngine = OwnEngine() if engine == "own" else PysnmpEngine()
    different = []
    for address, path in paths.items():
        source = Recording(load_recording(path).objects)
        seen = await observe(made.session(address, PORT, _CREDENTIAL))
        different += await _differences(path, source, seen)
    await made.close()
    return _comparison(len(paths), different)


async def _differences(path: Path, source: Recording, seen: Observation) -> list[str]:
    """Name the fields in which an observation differs from the recording's own.

    Of problems the wording may differ.
    """
    expected = await observe(ReplaySnmp(source))
    found = []
    for field in fields(Observation):
        ours, theirs = getattr(seen, field.name), getattr(expected, field.name)
        if field.name == "problems":
            ours, theirs = ([(p.where, p.reason) for p in ps] for ps in (ours, theirs))
        if field.name != "latency" and ours != theirs:
            found.append(f"{path.stem}: {field.name}")
    return found


def _comparison(total: int, different: list[str]) -> Comparison:
    wrong = {line.split(":")[0] for line in different}
    return Comparison(total - len(wrong), different)


if __name__ == "__main__":
    write_answers(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
