"""Score the links that are drawn from recordings of single devices.

    python -m tests.tools.topology_score CORPUS [--only N]

CORPUS is the unpacked folder with `recordings/`, `expected/` and `score.py`; its own
scorer judges. Each recording goes the whole way of a scan of one host: collected,
matched, applied, its neighbours made devices by what they announced, the topology
drawn and stored; what is scored are the edges of the map.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, select
from sqlmodel import SQLModel

from api.compose.rulebooks import knowledge
from collectors.recordings.replay import ReplaySnmp, load_recording
from collectors.sweep.sweep import sweep
from discovery.access.credentials import Credentials
from discovery.identity.identification import RuleIdentification
from discovery.observations.apply import apply_visit
from discovery.observations.visit import make_visit
from discovery.scan.context import ScanContext
from discovery.scan.ending.conclude import finish_scan
from discovery.scan.requests import ScanRequest
from discovery.scan.scan_rows import create_scan, start_or_resume
from inventory.network.queries.map import network_map
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import make_engine, repeatable
from inventory.storage.upgrade import upgrade
from inventory.storage.work import UnitOfWork
from tests.collectors.snmp_topics.corpus import observe
from tests.discovery.fakes import T0


def has_links(expected: Path) -> bool:
    """Whether links are expected of a recording."""
    said = json.loads(expected.read_text("utf-8"))
    fair = said["identity"]["fair"]
    return bool(
        (fair["links"] and said["librenms"].get("links"))
        or (fair["links_derived"] and said["derived"].get("links"))
    )


def links(engine: Engine, identify: RuleIdentification, recording: Path) -> list[Any]:
    """Return the links of a recorded device, as the scorer wants them."""
    seen = asyncio.run(observe(ReplaySnmp(load_recording(recording))))
    with UnitOfWork(engine, actor="score", clock=lambda: T0) as work:
        visit = make_visit([seen], identify)
        device = apply_visit(work, visit, identify).device_id
        work.commit()
    kit = ScanContext(
        engine=engine,
        clock=lambda: T0,
        identify=identify,
        credentials=Credentials(()),
        sweep=sweep,
    )
    request = ScanRequest(targets=(seen.address,), site=seen.site)
    scan = create_scan(engine, kit.clock, request, "score")
    claim = start_or_resume(engine, kit.clock, scan, "score").claim
    finish_scan(kit, request, claim, T0)
    assert device is not None
    return _links(engine, device)


def _links(engine: Engine, device: int) -> list[dict[str, Any]]:
    tables = SQLModel.metadata.tables
    with engine.connect() as connection:
        port = tables["interface"].c
        query = select(port.name, port.if_index).where(port.device_id == device)
        indexes = {row.name: row.if_index for row in connection.execute(query)}
        other, heard = tables["device"].c, tables["neighbour"].c
        known = {
            row.id: {"name": row.name, "mac": row.mac}
            for row in connection.execute(select(other.id, other.name, other.mac))
        }
        for row in connection.execute(
            select(heard.id, heard.sys_name, heard.chassis_id)
        ):
            known[-row.id] = {"name": row.sys_name, "mac": row.chassis_id}
        drawn = network_map(connection, None, endpoints=True)
    return [
        _link(edge | {"a_port": a, "b_port": b}, device, indexes, known)
        for edge in drawn["edges"]
        if device in (edge["a"], edge["b"]) and edge["evidence"] != ["fdb"]
        for a, b in edge["members"] or [(edge["a_port"], edge["b_port"])]
    ]


def _link(
    edge: Mapping[str, Any],
    device: int,
    indexes: Mapping[str, int | None],
    known: Mapping[int, Mapping[str, Any]],
) -> dict[str, Any]:
    near, far = ("a", "b") if edge["a"] == device else ("b", "a")
    name = edge[f"{near}_port"]
    return {
        "local_ifIndex": indexes.get(name),
        "local_port": name,
        "remote_name": known[edge[far]]["name"],
        "remote_mac": known[edge[far]]["mac"],
        "remote_chassis": known[edge[far]]["mac"],
        "remote_port": edge[f"{far}_port"],
    }


def empty(engine: Engine) -> None:
    """Take everything out of the tables that a scan fills."""
    names = [t.name for t in SQLModel.metadata.sorted_tables]
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for name in reversed(names):
            if not name.startswith("audit"):
                connection.execute(delete(SQLModel.metadata.tables[name]))


def main() -> None:
    """Answer for the recordings with links and print what the scorer says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", type=int, default=None)
    parser.add_argument("--errors", type=Path, default=None)
    given = parser.parse_args()
    load_tables()
    identify = RuleIdentification(knowledge())
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder, "answers")
        answers.mkdir()
        engine = repeatable(make_engine(f"sqlite:///{folder}/score.sqlite"))
        upgrade(engine)
        found = sorted((given.corpus / "expected").glob("*.json"))
        wanted = [each.stem for each in found if has_links(each)][: given.only]
        for name in wanted:
            recording = given.corpus / "recordings" / f"{name}.snmprec"
            said = {"links": links(engine, identify, recording)}
            (answers / f"{name}.json").write_text(json.dumps(said))
            empty(engine)
        print(f"{len(wanted)} recordings with links")
        more = ["--errors", str(given.errors)] if given.errors else []
        score = [sys.executable, str(given.corpus / "score.py"), str(answers)]
        told = subprocess.run(
            [*score, "--corpus", str(given.corpus), "--all-copies", *more],
            check=True,
            capture_output=True,
            text=True,
        )
        for line in told.stdout.splitlines():
            if "link" in line.lower() or "precision" in line.lower():
                print(line)


if __name__ == "__main__":
    main()
