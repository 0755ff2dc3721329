"""A backup is sent by browser or program: kept if it is whole, else nothing is left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from api.compose.backing_up import folder_of
from api.compose.wiring import App
from api.http.actions import Acting
from api.resources.cli.options import local_caller
from api.resources.house.backups import take_backup
from inventory.backup.tables import Backup
from inventory.storage.rows import table_of
from inventory.storage.tables import AuditEntry
from tests.api.conftest import calling
from tests.api.test_restoring import house

__all__ = ["house"]
UPLOAD = "/api/v1/backups:upload"
NAME = "from-elsewhere.backup"


@pytest.fixture
def sent(house: App, tmp_path: Path) -> bytes:
    """A backup of this house that lies elsewhere and that no row names."""
    file = tmp_path / "kept.backup"
    with house.work("test") as work:
        acting = Acting(house, local_caller(), work)
        take_backup(acting, file)
    with house.engine.begin() as connection:
        connection.execute(table_of(Backup).delete())
    data = file.read_bytes()
    file.unlink()
    return data


async def send(client: httpx.AsyncClient, name: str, data: bytes) -> httpx.Response:
    files = {"file": (name, data, "application/octet-stream")}
    return await client.post(UPLOAD, files=files)


def kept(house: App) -> list[str]:
    """Return what lies in the folder of backups, whatever it is called."""
    folder = folder_of(house.settings)
    return sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []


def rows(house: App) -> int:
    with house.engine.connect() as connection:
        query = select(func.count()).select_from(table_of(Backup))
        return int(connection.execute(query).scalar_one())


async def test_a_backup_that_is_sent_is_listed_and_can_be_prepared(
    house: App, sent: bytes
) -> None:
    async with calling(house, "it") as client:
        answer = await send(client, NAME, sent)
        assert answer.status_code == 201, answer.text
        number = answer.json()["id"]
        row = (await client.get(f"/api/v1/backups/{number}")).json()
        assert (row["size"], Path(row["path"]).name) == (len(sent), NAME)
        assert Path(row["path"]).read_bytes() == sent
        plan = await client.post(f"/api/v1/backups/{number}:prepare-restore", json={})
        assert plan.json().get("same_house"), plan.text
        again = await send(client, NAME, sent)
        assert again.status_code == 409
        assert kept(house) == [NAME]
    entry = table_of(AuditEntry)
    with house.engine.connect() as connection:
        query = select(entry).where(entry.c.action == "upload")
        (audited,) = connection.execute(query).mappings()
    assert (audited["entity"], audited["entity_id"]) == ("backup", str(number))
    assert audited["actor"].startswith("token:")


async def test_what_is_no_whole_backup_leaves_nothing(house: App, sent: bytes) -> None:
    middle = len(sent) // 2
    altered = sent[:middle] + bytes([sent[middle] ^ 1]) + sent[middle + 1 :]
    header = sent.index(b"\n", 20) + 1
    foreign = sent[:header].replace(b'"key": "', b'"key": "x', 1) + sent[header:]
    cases = [
        ("", b"", 422),
        (NAME, b"", 422),
        (NAME, b"PK\x03\x04 a workbook", 422),
        (NAME, sent[:middle], 422),
        (NAME, sent[:-1], 422),
        (NAME, altered, 422),
        (NAME, foreign, 422),
        *((name, sent, 422) for name in ("../up.backup", "/tmp/up.backup", ".backup")),
        *((name, sent, 422) for name in ("a\\b.backup", "C:x.backup", "up.backup.exe")),
        *((name, sent, 422) for name in ("x" * 200 + ".backup", "a b.backup")),
    ]
    async with calling(house, "it") as client:
        for name, data, status in cases:
            answer = await send(client, name, data)
            assert 400 <= answer.status_code < 500, (name, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["remedy"], (name, status)
    assert kept(house) == []
    assert rows(house) == 0


# The parser of forms leaves it to Python to close what it kept of a broken one.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_sender_that_breaks_off_leaves_nothing(house: App, sent: bytes) -> None:
    mark = "xxMARKxx"
    told = f"Content-Disposition: form-data; name=file; filename={NAME}"
    head = f"--{mark}\r\n{told}\r\n\r\n".encode()
    headers = {"content-type": f"multipart/form-data; boundary={mark}"}
    async with calling(house, "it") as client:
        body = head + sent[: len(sent) // 2]
        answer = await client.post(UPLOAD, content=body, headers=headers)
        assert answer.status_code in (400, 422)
        plain = await client.post(UPLOAD, content=sent)
        assert plain.status_code in (400, 422)
    assert kept(house) == []


async def test_administrators_alone_send_backups_of_a_size_that_is_set(
    house: App, sent: bytes
) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(3):
            read += 1
            yield b"x" * 1000

    for roles, status in (((), 401), (("hr",), 403), (("auditor",), 403)):
        async with calling(house, *roles) as client:
            answer = await client.post(
                UPLOAD,
                content=body(),
                headers={"content-type": "multipart/form-data; boundary=x"},
            )
            assert answer.status_code == status
    # Nothing of it is read before it is known who sends it.
    assert read == 0
    limited = house.settings.backup.model_copy(update={"upload_mib": 1})
    small = replace(
        house, settings=house.settings.model_copy(update={"backup": limited})
    )
    async with calling(small, "it") as client:
        answer = await send(client, NAME, b"x" * (3 << 20))
        assert answer.status_code == 413
        # Other bodies are as small as they were.
        other = await client.post("/api/v1/assets", content=b"x" * (11 << 20))
        assert other.status_code == 413
    assert kept(house) == []


@pytest.mark.usefixtures("sent")
async def test_a_large_file_is_taken_where_others_are_refused(house: App) -> None:
    async with calling(house, "it") as client:
        answer = await send(client, NAME, b"x" * (12 << 20))
        assert answer.status_code == 422, answer.text
        assert answer.json()["where"] == "backup"
    assert kept(house) == []


async def test_without_its_key_a_backup_is_refused_and_the_key_named(
    house: App, sent: bytes
) -> None:
    (house.settings.data_dir / "backup.key").unlink()
    async with calling(house, "it") as client:
        answer = await send(client, NAME, sent)
        assert answer.json()["type"].endswith("backup-key")
        assert "PURSER_BACKUP__KEY" in answer.json()["remedy"]
    assert kept(house) == []
