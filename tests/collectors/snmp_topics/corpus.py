"""Answers for the practice corpus, from recordings, in the form its scorer reads.

As a script:  python tests/collectors/snmp_topics/corpus.py CORPUS ANSWERS [NAME ...]
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from collectors.errors import CollectError
from collectors.facts import Interface, Neighbour, Observation
from collectors.replay import ReplaySnmp, load_recording
from collectors.snmp.collect import collect_snmp

_SEEN_AT = datetime(2026, 1, 1, tzinfo=UTC)
_STATES = {True: "up", False: "down", None: None}


async def observe(path: Path) -> Observation:
    """Collect from one recording."""
    return await collect_snmp(
        ReplaySnmp(load_recording(path)),
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


def recordings(corpus: Path, names: list[str]) -> Iterator[Path]:
    """Yield the recordings of default contexts, all or the named ones."""
    for path in sorted((corpus / "recordings").glob("*.snmprec")):
        if "@" not in path.stem and (not names or path.stem in names):
            yield path


def main() -> None:
    """Write one answer a recording."""
    corpus, answers, names = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    answers.mkdir(parents=True, exist_ok=True)
    for path in recordings(corpus, names):
        try:
            seen = asyncio.run(observe(path))
        except CollectError as error:
            print(path.stem, error)
            continue
        (answers / f"{path.stem}.json").write_text(json.dumps(answer(seen)))
        for problem in seen.problems:
            print(path.stem, problem.where, problem.reason, problem.detail)


if __name__ == "__main__":
    main()
