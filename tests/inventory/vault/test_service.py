from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, text, update

from inventory.kernel.errors import Conflict, Invalid, NotFound
from inventory.storage.audit import verify
from inventory.storage.engine import writing
from inventory.storage.rows import col, table_of
from inventory.storage.work import UnitOfWork
from inventory.vault import credentials, data_keys, lockout
from inventory.vault.credentials import Scope
from inventory.vault.envelope import (
    Key,
    KeyLost,
    Tampered,
    master_key,
    new_master_text,
)
from inventory.vault.tables import StoredCredential, VaultKey

NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
MARK = "Hx7-unique-secret-9Qz"
_credential = table_of(StoredCredential)

Work = Callable[[], UnitOfWork]


@pytest.fixture
def masters() -> list[Key]:
    return [master_key(new_master_text())]


@pytest.fixture
def work(engine: Engine) -> Work:
    return lambda: UnitOfWork(engine, actor="cli:test", clock=lambda: NOW)


def _add(work: Work, masters: list[Key], name: str = "core", **more: object) -> None:
    with work() as unit:
        credentials.add_credential(
            unit,
            masters,
            name,
            "ssh",
            public={"user": "netops"},
            secret={"password": MARK},
            **more,  # type: ignore[arg-type]
        )
        unit.commit()


def test_a_stored_credential_opens_with_its_secret_and_lists_without(
    engine: Engine, work: Work, masters: list[Key]
) -> None:
    _add(work, masters, scope=Scope(site="HQ", networks=("10.1.0.1-10.1.0.6",)))
    with engine.connect() as connection:
        (opened,) = credentials.unsealed(connection, masters, NOW)
        (row,) = credentials.list_credentials(connection)
    assert opened.fields == {"user": "netops", "password": MARK}
    assert opened.scope.networks == (
        "10.1.0.1/32",
        "10.1.0.2/31",
        "10.1.0.4/31",
        "10.1.0.6/32",
    )
    assert MARK not in repr(opened)
    assert "sealed" not in row
    assert MARK not in repr(row)


def test_no_table_holds_the_secret_in_the_open(
    engine: Engine, work: Work, masters: list[Key]
) -> None:
    _add(work, masters)
    with work() as unit:
        credentials.change_credential(
            unit, masters, "core", secret={"password": MARK + "2"}
        )
        unit.commit()
    with engine.connect() as connection:
        kept = " ".join(
            str(tuple(row))
            for table in ("credential", "vault_key", "audit_entry", "login_failures")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        )
    assert verify(engine) == []
    assert "netops" in kept
    assert MARK not in kept


def test_a_secret_moved_to_a_wider_network_is_refused(
    engine: Engine, work: Work, masters: list[Key]
) -> None:
    _add(work, masters, scope=Scope(networks=("10.0.0.0/24",)))
    with writing(engine) as connection:
        connection.execute(update(_credential).values(networks=["0.0.0.0/0"]))
    with engine.connect() as connection, pytest.raises(Tampered) as refused:
        credentials.unsealed(connection, masters, NOW)
    assert "core" in str(refused.value)
    assert MARK not in str(refused.value)


def test_another_master_key_is_told_with_its_remedy(
    engine: Engine, work: Work, masters: list[Key]
) -> None:
    _add(work, masters)
    wrong = [master_key(new_master_text())]
    with engine.connect() as connection, pytest.raises(KeyLost) as lost:
        credentials.unsealed(connection, wrong, NOW)
    assert masters[0].name in lost.value.problem
    assert wrong[0].name in lost.value.problem
    with work() as unit, pytest.raises(KeyLost):
        credentials.add_credential(
            unit, wrong, "x", "snmp-v2c", public={}, secret={"community": "c"}
        )


def test_rotation_seals_everything_anew_and_forgets_the_old_keys(
    engine: Engine, work: Work, masters: list[Key]
) -> None:
    _add(work, masters)
    _add(work, masters, "edge")
    fresh = master_key(new_master_text())
    with engine.connect() as connection:
        before = set(connection.scalars(select(col(StoredCredential.sealed))))
    with work() as unit:
        assert data_keys.rotate(unit, [fresh, *masters]) == 2
        unit.commit()
    with engine.connect() as connection:
        after = set(connection.scalars(select(col(StoredCredential.sealed))))
        opened = credentials.unsealed(connection, [fresh], NOW)
        kept = list(connection.execute(select(table_of(VaultKey))))
        with pytest.raises(KeyLost):
            credentials.unsealed(connection, masters, NOW)
    assert before.isdisjoint(after)
    assert [o.fields["password"] for o in opened] == [MARK, MARK]
    assert [row.master for row in kept] == [fresh.name]


def test_a_rotation_that_is_broken_off_changes_nothing(
    engine: Engine, work: Work, masters: list[Key]
) -> None:
    _add(work, masters)
    with work() as unit:
        data_keys.rotate(unit, [master_key(new_master_text()), *masters])
    with engine.connect() as connection:
        assert (
            credentials.unsealed(connection, masters, NOW)[0].fields["password"] == MARK
        )


def test_a_damaged_row_stops_a_rotation_before_anything_is_written(
    engine: Engine, work: Work, masters: list[Key]
) -> None:
    _add(work, masters)
    _add(work, masters, "edge")
    with writing(engine) as connection:
        connection.execute(
            update(_credential)
            .where(col(StoredCredential.name) == "edge")
            .values(public={"user": "root"})
        )
    with work() as unit, pytest.raises(Tampered, match="edge"):
        data_keys.rotate(unit, masters)
    with work() as unit:
        credentials.remove_credential(unit, "edge")
        unit.commit()
    with engine.connect() as connection:
        assert (
            credentials.unsealed(connection, masters, NOW)[0].fields["password"] == MARK
        )


def test_only_credentials_of_their_time_are_opened(
    engine: Engine, work: Work, masters: list[Key]
) -> None:
    day = timedelta(days=1)
    _add(work, masters, "past", scope=Scope(valid_until=NOW))
    _add(work, masters, "now", scope=Scope(valid_from=NOW, valid_until=NOW + day))
    _add(work, masters, "future", scope=Scope(valid_from=NOW + day))
    with engine.connect() as connection:
        opened = credentials.unsealed(connection, masters, NOW)
    assert [o.name for o in opened] == ["now"]


def test_a_name_is_given_once(work: Work, masters: list[Key]) -> None:
    _add(work, masters)
    with pytest.raises(Conflict, match="taken"):
        _add(work, masters)


def test_a_new_secret_gives_its_account_new_chances_another_order_does_not(
    engine: Engine, work: Work, masters: list[Key]
) -> None:
    _add(work, masters)
    with writing(engine) as connection:
        lockout.note_failure(
            connection, "account", "core", now=NOW, limit=1, reason="refused"
        )
    with work() as unit:
        credentials.change_credential(unit, masters, "core", scope={"position": 5})
        unit.commit()
    with engine.connect() as connection:
        assert lockout.failures(connection, "core", "x") == (1, 0)
    with work() as unit:
        assert credentials.change_credential(
            unit, masters, "core", secret={"password": "another"}
        )
        assert not credentials.change_credential(
            unit, masters, "core", secret={"password": "another"}
        )
        unit.commit()
    with engine.connect() as connection:
        assert lockout.failures(connection, "core", "x") == (0, 0)


def test_a_lost_key_leaves_the_way_to_empty_the_vault(
    engine: Engine, work: Work, masters: list[Key]
) -> None:
    _add(work, masters)
    with work() as unit:
        assert credentials.remove_all(unit) == 1
        unit.commit()
    _add(work, [master_key(new_master_text())])
    with engine.connect() as connection:
        assert credentials.count(connection) == 1


def test_what_is_not_there_is_told(work: Work, masters: list[Key]) -> None:
    with work() as unit:
        with pytest.raises(NotFound, match="'nobody'"):
            credentials.remove_credential(unit, "nobody")
        with pytest.raises(NotFound):
            credentials.change_credential(unit, masters, "nobody")


@pytest.mark.parametrize(
    ("kind", "public", "secret", "where"),
    [
        ("snmp-v2c", {}, {}, "community"),
        ("snmp-v3", {"user": "u", "auth": "sha256"}, {}, "auth"),
        (
            "snmp-v3",
            {"user": "u", "auth": "rot13"},
            {"auth_secret": "longer8!"},
            "auth",
        ),
        (
            "snmp-v3",
            {"user": "u", "auth": "sha1"},
            {"auth_secret": "short"},
            "auth_secret",
        ),
        ("ssh", {"user": "u"}, {}, "password"),
        ("ssh", {"user": "u", "password": "in the open"}, {}, "password"),
        ("ssh", {"user": "u"}, {"password": "p", "key_secret": "k"}, "key_secret"),
        ("jump", {"user": "u"}, {"password": "p"}, "host"),
        ("jump", {"user": "u", "host": "h", "port": 0.5}, {"password": "p"}, "port"),
        ("telnet", {}, {}, "kind"),
    ],
)
def test_what_does_not_go_together_is_refused_by_its_field(
    work: Work,
    masters: list[Key],
    kind: str,
    public: dict[str, object],
    secret: dict[str, str],
    where: str,
) -> None:
    with work() as unit, pytest.raises(Invalid) as refused:
        credentials.add_credential(
            unit, masters, "x", kind, public=public, secret=secret
        )
    assert refused.value.where == where
