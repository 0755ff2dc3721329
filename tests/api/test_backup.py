"""The disaster drill: a backup under load, the disk gone, another machine."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from api.compose.backing_up import take_daily
from api.compose.wiring import build, settings_file
from config.settings import Settings
from config.vault import Backup
from inventory.assets.register import attachments
from inventory.storage.audit import AUDIT_KEY
from inventory.storage.engine import make_engine
from tests.api.test_cli import Terminal, purser, ready
from tests.conftest import NOW
from tests.inventory.storage.test_writers import writer
from tests.postgres import Server

__all__ = ["purser", "ready"]

SECRET = "Kp2-marked-secret-Lm7"
PDF = b"%PDF-1.4 an invoice"
PASSPHRASE = "correct horse battery"


@pytest.fixture
def elsewhere(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> Iterator[str]:
    """The URL of an empty database without tables, of the same kind."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path}/other/data/purser.sqlite"
        return
    server: Server = request.getfixturevalue("postgres_server")
    name = database_url.partition("?")[0].rpartition("/")[2] + "_other"
    server.run(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def house(
    ready: Terminal,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Terminal:
    """A house with a secret in the vault, an attached file and settings."""
    (tmp_path / "purser.toml").write_text('currency = "IDR"\n')
    assert ready("db", "upgrade").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"password": SECRET})))
    made = ready(
        "credential", "create", "core", "--kind", "ssh", "--user", "netops",
        "--secrets-file", "-",
    )  # fmt: skip
    assert made.code == 0, made.err
    assert ready("asset", "create", "--kind", "laptop", "--serial", "A1").code == 0
    app = build(Settings(data_dir=tmp_path / "data"))
    key: bytes = app.engine.get_execution_options()[AUDIT_KEY]
    monkeypatch.setenv("WRITER_AUDIT_KEY", key.hex())
    with app.work("test") as work:
        new = attachments.NewFile("invoice.pdf", PDF)
        attachments.attach(work, tmp_path / "data" / "files", new, asset_id=1)
        work.commit()
    app.close()
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    return ready


def audit_rows(url: str) -> int:
    engine = make_engine(url)
    with engine.connect() as connection:
        count = connection.execute(text("SELECT count FROM audit_head")).scalar_one()
    engine.dispose()
    return int(count)


def test_the_disk_is_gone_and_another_machine_goes_on(
    house: Terminal,
    database_url: str,
    elsewhere: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phrase = ("--passphrase-file", str(tmp_path / "passphrase"))
    saved, keys = tmp_path / "saved.backup", tmp_path / "saved.keys"
    with writer(database_url, "load", 10_000) as load:
        wait_for(load, 5)
        before = audit_rows(database_url)
        took = house("backup", str(saved), "--json")
        assert took.code == 0, took.err
        wait_for(load, 5)
    assert took.json["checked"] is True
    assert house("backup-keys", str(keys), *phrase).code == 0
    whole = saved.read_bytes()
    # Long words: in megabytes of sealed bytes three letters stand by chance.
    words = (b"netops", b"SQLite", PDF, b'currency = "IDR"')
    assert not any(word in whole for word in words)

    monkeypatch.setenv("PURSER_DATA_DIR", str(tmp_path / "other" / "data"))
    monkeypatch.setenv("PURSER_DATABASE_URL", elsewhere)
    monkeypatch.chdir(tmp_path / "data")
    locked = house("restore", str(saved))
    assert (locked.code, "key" in locked.err) == (1, True)
    restored = house("restore", str(saved), "--keys", str(keys), *phrase, "--json")
    assert restored.code == 0, restored.err
    count, _, last = restored.json["audit"].partition(":")
    assert before < int(count) < audit_rows(database_url)
    checked = house("db", "verify-audit", "--known", f"{count}:{last}", "--json")
    assert (checked.code, checked.json["problems"]) == (0, [])
    toml = restored.json["places"]["settings/purser.toml"]
    assert Path(toml).read_text() == 'currency = "IDR"\n'
    usable(tmp_path / "other" / "data")

    again = house("restore", str(saved))
    assert (again.code, "--replace" in again.err) == (1, True)
    assert house("restore", str(saved), "--replace").code == 0
    # The trail goes on from that of the backup: it was found, and was put back.
    assert audit_rows(elsewhere) == int(count) + 2


def wait_for(load: subprocess.Popen[str], commits: int) -> None:
    assert load.stdout is not None
    for _ in range(commits):
        load.stdout.readline()


def usable(data: Path) -> None:
    """The secret of the vault and the attached file can be used."""
    from api.compose.device_logins import stored

    app = build(Settings(data_dir=data))
    with app.engine.connect() as connection:
        _, found = attachments.file_of(connection, data / "files", 1)
    (credential,) = stored(app.settings, app.engine, app.clock)
    app.close()
    assert found == PDF
    assert credential.fields["password"] == SECRET


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_backup_lacks_is_found_when_it_is_checked(
    house: Terminal, tmp_path: Path
) -> None:
    for file in (tmp_path / "data" / "files").rglob("*"):
        if file.is_file():
            file.unlink()
    said = house("backup", str(tmp_path / "x.backup"))
    assert (said.code, "attached file" in said.err) == (1, True)
    (row,) = house("backups", "list", "--json").json["items"]
    assert "attached file" in row["problem"]
    looked = house("doctor", "--json").json
    assert [one["state"] for one in looked if one["subject"] == "backup"] == ["failed"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_daily_backups_are_checked_and_old_ones_go(
    house: Terminal, tmp_path: Path
) -> None:
    settings = Settings(
        data_dir=tmp_path / "data",
        backup=Backup(
            folder=tmp_path / "daily", keep_days=1, keep_weeks=0, keep_months=0
        ),
    )  # fmt: skip
    for day in range(3):
        app = build(settings, clock=lambda d=day: NOW + timedelta(days=d))  # type: ignore[misc]
        take_daily(app)
        app.close()
    assert settings_file(None) == tmp_path / "purser.toml"
    (kept,) = (tmp_path / "daily").iterdir()
    assert kept.name == "purser-20260319-093000.backup"
    rows = house("backups", "list", "--sort", "id", "--json").json["items"]
    assert [row["removed_at"] is None for row in rows] == [False, False, True]
    assert all(row["verified_at"] and not row["problem"] for row in rows)
