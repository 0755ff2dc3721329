from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from inventory.kernel.errors import NotFound
from inventory.storage.engine import writing
from inventory.storage.work import UnitOfWork
from inventory.vault import lockout, uses

NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def _fail(engine: Engine, account: str, device: str, at: datetime = NOW) -> None:
    with writing(engine) as connection:
        for kind, subject in (("account", account), ("device", device)):
            lockout.note_failure(
                connection, kind, subject, now=at, limit=2, reason="refused it"
            )


def test_failures_are_counted_and_the_time_of_turning_off_stays(
    engine: Engine,
) -> None:
    _fail(engine, "core", "HQ/10.0.0.1")
    with engine.connect() as connection:
        assert lockout.list_failures(connection, off_only=True) == []
    _fail(engine, "core", "HQ/10.0.0.2", LATER)
    _fail(engine, "core", "HQ/10.0.0.3", LATER + timedelta(hours=1))
    with engine.connect() as connection:
        assert lockout.failures(connection, "core", "HQ/10.0.0.1") == (3, 1)
        (off,) = lockout.list_failures(connection, off_only=True)
        assert len(lockout.list_failures(connection)) == 4
    assert (off["subject"], off["off_at"], off["reason"]) == (
        "core",
        LATER,
        "refused it",
    )


def test_a_success_sets_both_counts_back(engine: Engine) -> None:
    _fail(engine, "core", "10.0.0.1")
    with writing(engine) as connection:
        lockout.note_success(connection, "core", "10.0.0.1")
    with engine.connect() as connection:
        assert lockout.failures(connection, "core", "10.0.0.1") == (0, 0)


def test_unlocking_takes_an_account_or_an_address_with_or_without_its_site(
    engine: Engine,
) -> None:
    _fail(engine, "core", "HQ/10.0.0.1")
    with UnitOfWork(engine, actor="cli:test", clock=lambda: NOW) as work:
        assert lockout.unlock_named(work, "10.0.0.1") == ["device HQ/10.0.0.1"]
        assert lockout.unlock_named(work, "core") == ["account core"]
        with pytest.raises(NotFound, match="login-failure list"):
            lockout.unlock_named(work, "core")
        work.commit()


def test_uses_tell_first_last_and_how_often(engine: Engine) -> None:
    with writing(engine) as connection:
        for at, device in ((NOW, None), (LATER, 7)):
            uses.note_use(
                connection,
                "core",
                "ssh",
                site="HQ",
                address="10.0.0.1",
                device_id=device,
                at=at,
            )
    with engine.connect() as connection:
        (row,) = uses.list_uses(connection, credential="core")
        assert uses.list_uses(connection, device_id=8) == []
    assert (row["uses"], row["first_at"], row["last_at"]) == (2, NOW, LATER)
    assert row["device_id"] == 7


def test_a_host_key_stays_pinned_when_another_one_is_shown(engine: Engine) -> None:
    where = {"site": "HQ", "address": "10.0.0.1", "port": 22}
    with writing(engine) as connection:
        uses.note_host_key(connection, "SHA256:a", at=NOW, **where)  # type: ignore[arg-type]
        uses.note_changed_key(connection, "SHA256:b", at=LATER, **where)  # type: ignore[arg-type]
        assert uses.pinned(connection, "HQ", "10.0.0.1", 22) == "SHA256:a"
        (row,) = uses.list_host_keys(connection, changed_only=True)
    assert (row["changed_to"], row["changed_at"]) == ("SHA256:b", LATER)
    with UnitOfWork(engine, actor="cli:test", clock=lambda: NOW) as work:
        assert uses.forget_host_key(work, "10.0.0.1") == 1
        with pytest.raises(NotFound):
            uses.forget_host_key(work, "10.0.0.1")
        work.commit()
