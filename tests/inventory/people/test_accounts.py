from __future__ import annotations

from datetime import timedelta

import pytest
from pwdlib import PasswordHash
from sqlalchemy import Engine, text

from inventory.kernel.errors import Conflict, Invalid, NotFound
from inventory.people.account_tables import ApiToken, UserAccount
from inventory.people.accounts import (
    add_account,
    add_token,
    digest,
    disable_account,
    name_of_actor,
    revoke_token,
    set_password,
)
from inventory.people.persons import NewPerson, add_person
from inventory.storage.rows import find
from tests.conftest import NOW
from tests.inventory.world import Clock, work_on

SECRET = "correct horse battery"


def test_a_password_is_kept_as_a_hash_and_never_told(
    engine: Engine, clock: Clock
) -> None:
    with work_on(engine, clock) as work:
        add_account(work, " Sari ", SECRET, ["hr", "it"])
        set_password(work, "sari", SECRET + "!")
        work.commit()
    with engine.connect() as connection:
        row = find(connection, UserAccount, login="sari")
        trail = connection.execute(text("SELECT before, after FROM audit_entry"))
        told = str([tuple(one) for one in trail])
    assert row is not None
    assert row["roles"] == ["it", "hr"]
    assert PasswordHash.recommended().verify(SECRET + "!", row["password_hash"])
    assert SECRET not in told
    assert "argon2" not in told


def test_bad_accounts_are_refused(engine: Engine, clock: Clock) -> None:
    with work_on(engine, clock) as work:
        with pytest.raises(Invalid, match="too short"):
            add_account(work, "a", "short", ["it"])
        with pytest.raises(Invalid, match="no role king"):
            add_account(work, "a", SECRET, ["king"])
        with pytest.raises(Invalid, match="login is empty"):
            add_account(work, " ", SECRET, [])
        with pytest.raises(NotFound, match="'nobody'"):
            set_password(work, "nobody", SECRET)
        add_account(work, "a", SECRET, ["it"])
        with pytest.raises(Conflict, match="'a' is taken"):
            add_account(work, "A", SECRET, ["it"])


def test_an_account_is_disabled_once(engine: Engine, clock: Clock) -> None:
    with work_on(engine, clock) as work:
        add_account(work, "sari", SECRET, [])
        assert disable_account(work, "SARI")
        assert not disable_account(work, "sari")


def test_a_token_is_shown_once_and_kept_as_a_digest(
    engine: Engine, clock: Clock
) -> None:
    with work_on(engine, clock) as work:
        token_id, token = add_token(work, "erp", ["accounting"])
        work.commit()
        assert revoke_token(work, token_id)
        assert not revoke_token(work, token_id)
        work.commit()
        with pytest.raises(NotFound, match="token 99"):
            revoke_token(work, 99)
    with engine.connect() as connection:
        row = find(connection, ApiToken, digest=digest(token))
        trail = str(connection.execute(text("SELECT after FROM audit_entry")).all())
    assert row is not None
    assert row["id"] == token_id
    assert row["revoked_at"] == NOW
    assert token.startswith(row["hint"])
    assert len(row["hint"]) < len(token) / 3
    assert token not in trail
    assert digest(token) not in trail


def test_bad_tokens_are_refused(engine: Engine, clock: Clock) -> None:
    with work_on(engine, clock) as work:
        with pytest.raises(Invalid, match="no name"):
            add_token(work, " ", ["it"])
        with pytest.raises(Invalid, match="no role"):
            add_token(work, "x", [])
        with pytest.raises(Invalid, match="expired"):
            add_token(work, "x", ["it"], expires_at=NOW - timedelta(days=1))


def test_who_acted_is_told_as_people_know_him(engine: Engine, clock: Clock) -> None:
    with work_on(engine, clock) as work:
        named = add_account(work, "ada", SECRET, ["it"], name="Ada Berg")
        bare = add_account(work, "ben", SECRET, ["it"])
        person = add_person(work, NewPerson(key="p", family_name="Oak"))
        work.commit()
    actors = [f"user:{named}", f"user:{bare}", f"person:{person}", "user:99", "scan:1"]
    with engine.connect() as reading:
        told = [name_of_actor(reading, actor) for actor in actors]
    assert told == ["Ada Berg", "ben", "Oak", "user:99", "scan:1"]
