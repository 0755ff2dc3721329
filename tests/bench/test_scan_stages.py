"""What a whole scan costs per device and stage, beside snmpbulkwalk of the same tables.

`STAGES_DEVICES=1000 pytest -m bench -n0 -s tests/bench/test_scan_stages.py`. One
process, as `purser scan`: a first scan, a second one of the same, CPU seconds. What is
not identified, applied or concluded is the sweep and the collecting. `STAGES_PROFILE`
names a folder for the profiles of the first scan.
"""

from __future__ import annotations

import asyncio
import cProfile
import gc
import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from api.compose import logs
from api.compose.rulebooks import known
from api.compose.scanning import make_request, open_scan_context
from api.compose.wiring import App, build, read_settings
from discovery.scan import scan, write_host
from discovery.scan.ending import together
from discovery.scan.scan_rows import create_scan
from inventory.network.scan_tables import ScanHost
from inventory.network.tables import Device
from inventory.storage.all_tables import load_tables
from tests.bench import test_workers as workers
from tests.bench.farm import farm, measured, report

DEVICES = int(os.environ.get("STAGES_DEVICES", "1000"))
PROFILE = os.environ.get("STAGES_PROFILE")
BESIDE = 100
"""Devices that snmpbulkwalk walks."""
STAGES = (
    ("identify", write_host, "make_visit"),
    ("match and apply", write_host, "apply_visit"),
    ("conclude", together, "finish_scan"),
)


@contextmanager
def timed(
    monkeypatch: pytest.MonkeyPatch, folder: str | None = None
) -> Iterator[dict[str, float]]:
    """Count the CPU seconds of the thread that writes, by stage.

    With a folder, the profile of each stage is written to a file in it.
    """
    profiles = {name: cProfile.Profile(time.thread_time) for name, *_ in STAGES}
    spent = dict.fromkeys((name for name, *_ in STAGES), 0.0)

    def counted(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timing(*given: Any, **more: Any) -> Any:  # noqa: ANN401
            began = time.thread_time()
            try:
                if folder is not None:
                    return profiles[name].runcall(work, *given, **more)
                return work(*given, **more)
            finally:
                spent[name] += time.thread_time() - began

        return timing

    with monkeypatch.context() as patch:
        for name, module, function in STAGES:
            patch.setattr(module, function, counted(name, getattr(module, function)))
        yield spent
    for name, profile in profiles.items():
        if folder is not None:
            profile.dump_stats(Path(folder, f"{name}.profile"))


def run(app: App, ends: str) -> None:
    async def whole() -> None:
        request = make_request(app.settings, (ends,), engine=app.engine, site="farm")
        scan_id = create_scan(app.engine, app.clock, request, "bench")
        async with open_scan_context(
            app.settings, app.engine, app.clock, known(app.settings), "farm"
        ) as context:
            await scan.run_scan(scan_id, context, owner="bench")

    asyncio.run(whole())


@pytest.mark.bench
@pytest.mark.timeout(3600)
def test_stages(
    engine: Engine,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load_tables()
    logs.configure("info", as_json=True, stream=io.StringIO())
    ends = f"{workers.ADDRESSES[0]}-{workers.FIRST + DEVICES - 1}"
    text = workers.SETTINGS.format(
        folder=tmp_path,
        url=database_url,
        last=workers.FIRST + DEVICES - 1,
        port=workers.PORT,
        sip=5999,
    )
    (tmp_path / "purser.toml").write_text(text)
    app = build(read_settings(tmp_path / "purser.toml"))
    rows: list[tuple[object, ...]] = []
    # As the command does: what was imported is not walked by the collector, which
    # else falls on whichever stage it begins in.
    gc.collect()
    gc.freeze()
    try:
        with farm(ends, port=workers.PORT):
            for name in ("first", "second"):
                folder = PROFILE if name == "first" else None
                with timed(monkeypatch, folder) as spent, measured() as meter:
                    profile = cProfile.Profile(time.thread_time)
                    if PROFILE is not None:
                        profile.runcall(run, app, ends)
                        profile.dump_stats(Path(PROFILE, f"collect {name}.profile"))
                    else:
                        run(app, ends)
                spent["collect"] = meter.cost.cpu - sum(spent.values())
                rows.append(line(name, meter.cost.cpu, spent))
            cells, tools = workers.by_tools_of(
                [str(workers.FIRST + n) for n in range(min(BESIDE, DEVICES))]
            )
    finally:
        app.close()
    per_tool = tools.cpu / min(BESIDE, DEVICES) * 1e3
    rows.append(("snmpbulkwalk", f"{cells} varbinds", f"{per_tool:.1f} ms/device"))
    rows.append((f"{workers.count(engine, Device)} devices in the end",))
    report(
        f"stages of a scan of {DEVICES} agents, {engine.dialect.name},"
        f" load {os.getloadavg()[0]:.1f}",
        rows,
    )
    assert workers.count(engine, ScanHost) >= 2 * DEVICES


def line(name: str, cpu: float, spent: dict[str, float]) -> tuple[object, ...]:
    """Return a row of the report, milliseconds of CPU a device."""
    stages = ("collect", "identify", "match and apply", "conclude")
    return (
        f"{name:6}",
        f"cpu {cpu:.1f} s ({cpu / DEVICES * 1e3:.1f} ms/device)",
        *(f"{stage} {spent[stage] / DEVICES * 1e3:.1f}" for stage in stages),
    )
