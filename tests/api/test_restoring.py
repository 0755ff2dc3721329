"""Putting a backup back: prepared while everybody works, done once nobody does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from api.compose.wiring import App
from api.http.actions import Acting
from api.http.callers import Role
from api.resources.cli.options import local_caller
from api.resources.house.backups import take_backup
from config.settings import Settings
from inventory.assets.register.tables import Asset
from inventory.backup.tables import Backup
from inventory.storage.audit import read_head
from inventory.storage.engine import writing
from inventory.storage.rows import table_of
from inventory.storage.tables import AuditEntry
from tests.api import test_cli
from tests.api.conftest import calling
from tests.api.jobs.test_long_requests import at_work
from tests.api.test_cli import Terminal
from tests.api.test_frame import assert_problem
from tests.discovery.work.jobs import ended

purser, ready = test_cli.purser, test_cli.ready
API = "/api/v1"


@pytest.fixture
def house(app: App, tmp_path: Path) -> App:
    """A house of the database that commands use, too."""
    return replace(app, settings=Settings(data_dir=tmp_path / "data"))


@contextmanager
def working(house: App) -> Iterator[None]:
    """Work on jobs, and let go of the database at the end."""
    with at_work(house):
        yield
    house.engine.dispose()


async def add(it: httpx.AsyncClient, serial: str) -> None:
    made = await it.post(f"{API}/assets", json={"kind": "laptop", "serial": serial})
    assert made.status_code == 201, made.text


async def done(house: App, it: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """Ask for something that is a job; return its result."""
    asked = await it.post(f"{API}/backups{path}", json={})
    assert asked.status_code == 202, asked.text
    job = ended(house.engine, asked.json()["job"])
    assert job["state"] == "done", job["error"]
    return dict((await it.get(asked.json()["result"])).json())


def backups(house: App) -> list[dict[str, Any]]:
    with house.engine.connect() as connection:
        found = connection.execute(select(table_of(Backup))).mappings()
        return [dict(row) for row in found]


def audited(house: App, action: str) -> list[Any]:
    trail = table_of(AuditEntry)
    with house.engine.connect() as connection:
        found = connection.execute(select(trail).where(trail.c.action == action))
        return list(found.all())


def serials(house: App) -> list[str]:
    assets = table_of(Asset)
    with house.engine.connect() as connection:
        return sorted(connection.scalars(select(assets.c.serial)))


async def test_a_restore_is_prepared_as_a_job_and_done_by_the_command(
    house: App, ready: Terminal, tmp_path: Path
) -> None:
    async with calling(house, "it") as it:
        with working(house):
            await add(it, "A1")
            taken = await done(house, it, ":take")
            nobody = ready("restore")
            assert (nobody.code, "prepare-restore" in nobody.err) == (1, True)
            for serial in ("A2", "A3"):
                await add(it, serial)
            told = await done(house, it, f"/{taken['id']}:prepare-restore")
            assert (told["same_house"], told["older_tables"]) == (True, False)
            assert (told["by_entity"]["asset"], told["rows"]["asset"]) == (2, 2)
            assert told["changes"] == sum(told["by_entity"].values())
            # Nothing is put back yet, and a second time says the same.
            assert serials(house) == ["A1", "A2", "A3"]
            again = await done(house, it, f"/{taken['id']}:prepare-restore")
            assert again["by_entity"]["asset"] == 2
            row = (await it.get(f"{API}/backups/{taken['id']}")).json()
            assert row["prepared_at"]
            assert row["verified_at"]
            async with calling(house, Role.HR) as hr:
                path = f"{API}/backups/{taken['id']}:prepare-restore"
                assert (await hr.post(path, json={})).status_code == 403
            await add(it, "A4")
        late = ready("restore")
        assert (late.code, "asset 1" in late.err) == (1, True), late.err
        with working(house):
            job = ready("backups", "prepare-restore", str(taken["id"]), "--json")
            assert job.code == 0, job.err
            assert job.json["by_entity"]["asset"] == 3
        engine_file = Path(f"{house.engine.url.database}.jobs")
        engine_file.write_bytes(b"what the engine of jobs keeps")
        with house.engine.connect() as connection:
            connection.execute(select(func.count()).select_from(table_of(Asset)))
            used = ready("restore")
            assert (used.code, "Another program uses" in used.err) == (1, True)
        house.engine.dispose()
        restored = ready("restore", "--json")
        assert restored.code == 0, restored.err
        if house.engine.dialect.name == "sqlite":
            assert not engine_file.exists()
        assert serials(house) == ["A1"]
        proof = ready("db", "verify-audit", "--json")
        assert (proof.code, proof.json["problems"]) == (0, [])
    house.engine.dispose()
    # It is of the time before it was prepared: nothing waits to be put back.
    assert ready("restore").code == 1


async def test_a_backup_that_is_damaged_is_not_prepared(
    house: App, ready: Terminal
) -> None:
    async with calling(house, "it") as it:
        with working(house):
            taken = await done(house, it, ":take")
            path = Path(taken["path"])
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            path.write_bytes(data)
            asked = await it.post(
                f"{API}/backups/{taken['id']}:prepare-restore", json={}
            )
            job = ended(house.engine, asked.json()["job"])
            assert job["state"] == "failed"
            assert "altered or cut off" in job["error"]
            path.unlink()
            asked = await it.post(
                f"{API}/backups/{taken['id']}:prepare-restore", json={}
            )
            job = ended(house.engine, asked.json()["job"])
            assert "It cannot be read" in job["error"]
        table = table_of(Backup)
        with writing(house.engine) as connection:
            connection.execute(update(table).values(removed_at=house.clock()))
        removed = await it.post(f"{API}/backups/{taken['id']}:prepare-restore", json={})
        assert_problem(removed, 409, "conflict")
    assert [row["prepared_at"] for row in backups(house)] == [None]
    house.engine.dispose()
    assert ready("restore").code == 1


async def test_a_backup_of_a_time_that_was_undone_is_listed_and_told_apart(
    house: App, ready: Terminal
) -> None:
    """The trail does not go on from its own: all that is here would go."""
    async with calling(house, "it") as it:
        with working(house):
            first = await done(house, it, ":take")
            await add(it, "A2")
            house_clock = house.clock
            later = replace(house, clock=lambda: house_clock() + timedelta(hours=1))
            take_backup(Acting(later, local_caller(), later.work("test")))
        taken = {row["path"]: row["taken_at"] for row in backups(house)}
        assert len(taken) == 2
        with house.engine.connect() as connection:
            lost = read_head(connection)
        assert lost is not None
        house.engine.dispose()
        assert ready("restore", first["path"], "--replace").code == 0
        assert {row["path"]: row["taken_at"] for row in backups(house)} == taken
        (undone,) = (r for r in backups(house) if r["path"] != first["path"])
        (restored,) = audited(house, "restore")
        assert json.loads(restored.before) == {"head": f"{lost.count}:{lost.hash}"}
        assert json.loads(restored.after) == {"path": first["path"]}
        with working(house):
            await add(it, "A3")
            told = await done(house, it, f"/{undone['id']}:prepare-restore")
    assert told["same_house"] is False
    assert told["by_entity"]["asset"] == 1


async def test_files_that_no_row_names_are_found_if_they_could_be_put_back(
    house: App, ready: Terminal
) -> None:
    async with calling(house, "it") as it:
        with working(house):
            taken = await done(house, it, ":take")
            whole = Path(taken["path"])
            (whole.parent / "cut.backup").write_bytes(whole.read_bytes()[:-1])
            (whole.parent / "other.backup").write_bytes(b"not a backup")
            brought = whole.parent / "brought.backup"
            brought.write_bytes(whole.read_bytes())
            found = await done(house, it, ":find")
            assert found["noted"] == [str(brought)]
            assert {Path(each["file"]).name for each in found["left"]} == {
                "cut.backup",
                "other.backup",
            }
            assert all(each["problem"] for each in found["left"])
            row = next(row for row in backups(house) if row["path"] == str(brought))
            assert (row["row_count"], row["audit_hash"]) == (
                taken["row_count"],
                taken["audit_hash"],
            )
            told = await done(house, it, f"/{row['id']}:prepare-restore")
            assert told["same_house"] is True
        again = ready("backups", "find", "--json")
        assert (again.code, again.json["noted"]) == (0, [])
        brought.unlink()
        with writing(house.engine) as connection:
            gone = table_of(Backup).c.path == str(brought)
            values = {"removed_at": house.clock()}
            connection.execute(update(table_of(Backup)).where(gone).values(values))
        brought.write_bytes(whole.read_bytes())
        assert ready("backups", "find", "--json").json["noted"] == [str(brought)]
    assert [row["removed_at"] for row in backups(house)] == [None, None]
    house.engine.dispose()
