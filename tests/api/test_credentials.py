"""Credentials over HTTP: stored, changed, removed; secrets only go in."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from api.compose.device_logins import (
    all_credentials,
    credentials_of,
    master_source,
    set_names,
)
from api.compose.wiring import App, fixed_settings
from config.settings import Settings
from inventory.storage.engine import writing
from inventory.storage.rows import col, table_of
from inventory.vault import lockout, uses
from inventory.vault.tables import StoredCredential
from tests.api.conftest import calling

MARK = "zQ8-marked-secret-Wx3"
NEW = {
    "name": "branch",
    "kind": "ssh",
    "public": {"user": "netops", "device_type": "cisco_ios", "jumps": ["gate"]},
    "secrets": {"password": MARK, "enable_secret": MARK + "2"},
    "networks": ["10.20.0.0/16"],
    "site": "North",
}
JUMP = {
    "name": "gate",
    "kind": "jump",
    "public": {"user": "hop", "host": "192.0.2.9", "port": 2222},
    "secrets": {"password": MARK},
}


async def test_a_credential_goes_in_and_its_secret_never_comes_out(app: App) -> None:
    async with calling(app, "it") as client:
        for each in (JUMP, NEW):
            made = await client.post("/api/v1/credentials", json=each)
            assert made.status_code == 201, made.text
        answers = [
            made,
            await client.get("/api/v1/credentials"),
            await client.get("/api/v1/credentials/branch"),
            await client.post("/api/v1/credentials", json=NEW),
            await client.patch(
                "/api/v1/credentials/branch", json={"secrets": {"password": "another"}}
            ),
            await client.post("/api/v1/credentials:rotate", json={}),
        ]
    assert [a.status_code for a in answers] == [201, 200, 200, 409, 200, 200]
    assert answers[2].json()["public"]["user"] == "netops"
    assert answers[5].json() == {"sealed": 2}
    assert not any(MARK in a.text for a in answers)


async def test_a_scan_gets_what_was_stored_where_it_fits(app: App) -> None:
    async with calling(app, "it") as client:
        for each in (JUMP, NEW):
            await client.post("/api/v1/credentials", json=each)
        await client.post(
            "/api/v1/credentials",
            json={
                "name": "wide",
                "kind": "snmp-v2c",
                "secrets": {"community": MARK},
                "set_name": "all sites",
            },
        )
    found = all_credentials(app.settings, app.engine, app.clock)
    (account,) = found.ssh("North", "10.20.1.1", network=True)
    assert account.password is not None
    assert account.password.get_secret_value() == MARK
    assert [(j.host, j.port) for j in account.jumps] == [("192.0.2.9", 2222)]
    assert found.ssh("South", "10.20.1.1", network=True) == []
    assert found.ssh("North", "10.21.1.1", network=True) == []
    assert [c.name for c in found.snmp("South", "10.9.9.9")] == ["wide"]
    assert set_names(app.settings, app.engine) == {"all", "stored", "all sites"}


@pytest.mark.parametrize("broken", ["gone", "others may read it", "another"])
async def test_a_vault_that_cannot_be_opened_says_how_to_mend_it(
    app: App, broken: str
) -> None:
    file = master_source(app.settings).file
    async with calling(app, "it") as client:
        await client.post("/api/v1/credentials", json=JUMP)
        if broken == "gone":
            file.unlink()
        elif broken == "another":
            file.write_text("A" * 43 + "=\n")
        else:
            file.chmod(0o644)
        refused = await client.post("/api/v1/credentials:rotate", json={})
    assert refused.status_code in (400, 422, 503), refused.text
    assert refused.json()["remedy"]
    assert MARK not in refused.text
    assert not file.exists() or broken != "gone"


async def test_a_row_given_another_host_does_not_open(app: App) -> None:
    table = table_of(StoredCredential)
    async with calling(app, "it") as client:
        await client.post("/api/v1/credentials", json=JUMP)
        with writing(app.engine) as connection:
            public = connection.scalar(select(col(StoredCredential.public)))
            assert isinstance(public, dict)
            changed = public | {"host": "203.0.113.66"}
            connection.execute(table.update().values(public=changed))
        refused = await client.post("/api/v1/credentials:rotate", json={})
    assert refused.json()["type"].endswith("vault-tampered")
    assert "backup" in refused.json()["remedy"]


@pytest.mark.parametrize(
    "body",
    [
        NEW | {"secrets": {"password": 5}},
        NEW | {"secrets": {"password": MARK, "pin": MARK}},
        NEW | {"secrets": MARK},
        NEW | {"kind": MARK},
        NEW | {"networks": ["10.0.0.0/99"]},
        NEW | {"public": {"user": "x", "password": MARK}},
        NEW | {"name": "a/b"},
        NEW | {"valid_from": "2026-01-01T00:00:00"},
        NEW | {"surplus": MARK},
    ],
)
async def test_a_wrong_body_is_refused_and_not_repeated(
    app: App, body: dict[str, object]
) -> None:
    async with calling(app, "it") as client:
        refused = await client.post("/api/v1/credentials", json=body)
    assert refused.status_code == 422
    assert MARK not in refused.text


async def test_roles_decide_who_may_see_and_who_may_change(app: App) -> None:
    async with calling(app, "auditor") as client:
        assert (await client.get("/api/v1/credentials")).status_code == 200
        assert (await client.get("/api/v1/login-failures")).status_code == 200
        assert (await client.post("/api/v1/credentials", json=NEW)).status_code == 403
        assert (await client.delete("/api/v1/credentials/x")).status_code == 403
    async with calling(app, "hr", "accounting") as client:
        for path in ("credentials", "login-failures", "host-keys"):
            assert (await client.get(f"/api/v1/{path}")).status_code == 403


async def test_scope_is_changed_and_taken_away(app: App) -> None:
    async with calling(app, "it") as client:
        await client.post("/api/v1/credentials", json=JUMP)
        await client.post("/api/v1/credentials", json=NEW)
        changed = await client.patch(
            "/api/v1/credentials/branch",
            json={"site": None, "networks": ["10.30.0.1-10.30.0.2"], "position": 7},
        )
        assert changed.json()["position"] == 7
        again = await client.patch("/api/v1/credentials/branch", json={"position": 7})
        assert again.headers["ETag"] == changed.headers["ETag"]
        seen = (await client.get("/api/v1/credentials/branch")).json()
        gone = await client.delete("/api/v1/credentials/branch")
        missing = await client.get("/api/v1/credentials/branch")
    assert (seen["site"], seen["networks"]) == (None, ["10.30.0.1/32", "10.30.0.2/32"])
    assert (gone.status_code, missing.status_code) == (204, 404)


async def test_locks_uses_and_host_keys_are_shown_and_lifted(app: App) -> None:
    now = app.clock()
    with writing(app.engine) as connection:
        lockout.note_failure(
            connection, "device", "HQ/10.0.0.1", now=now, limit=1, reason="refused"
        )
        where = {"site": "HQ", "address": "10.0.0.1"}
        uses.note_host_key(connection, "SHA256:a", port=22, at=now, **where)
        uses.note_changed_key(connection, "SHA256:b", port=22, at=now, **where)
        uses.note_use(connection, "core", "ssh", device_id=None, at=now, **where)
    async with calling(app, "it") as client:
        (lock,) = (await client.get("/api/v1/login-failures?off=true")).json()["items"]
        assert (lock["subject"], lock["reason"]) == ("HQ/10.0.0.1", "refused")
        (key,) = (await client.get("/api/v1/host-keys?changed=true")).json()["items"]
        assert key["changed_to"] == "SHA256:b"
        (use,) = (await client.get("/api/v1/credential-uses?credential=core")).json()[
            "items"
        ]
        assert use["uses"] == 1
        lifted = await client.post("/api/v1/login-failures/10.0.0.1:unlock", json={})
        assert lifted.json() == {"kind": "device", "subject": "HQ/10.0.0.1"}
        gone = await client.delete("/api/v1/host-keys/10.0.0.1")
        assert gone.status_code == 204
        again = await client.delete("/api/v1/host-keys/10.0.0.1")
        assert again.status_code == 404


async def test_a_trial_of_what_is_not_there_is_told(app: App) -> None:
    async with calling(app, "it") as calls:
        tried = await calls.post(
            "/api/v1/credentials:test", json={"name": "nobody", "address": "127.0.0.1"}
        )
    assert tried.status_code == 404


def test_a_jump_host_that_is_missing_is_named(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        credentials={  # type: ignore[arg-type]
            "jump": [{"name": "gate", "user": "u", "host": "h", "password": "p"}],
            "ssh": [{"name": "in", "user": "u", "password": "p", "jumps": ["gate"]}],
        },
    )
    (account,) = credentials_of(settings).sets[0].ssh
    assert account.jumps[0].login.user == "u"
    with pytest.raises(ValueError, match=r"none of.*jump"):
        Settings(
            data_dir=tmp_path,
            credentials={  # type: ignore[arg-type]
                "ssh": [{"name": "in", "user": "u", "password": "p", "jumps": ["x"]}]
            },
        )


async def test_the_networks_of_a_stored_jump_host_are_reached_through_it(
    app: App,
) -> None:
    async with calling(app, "it") as client:
        stored = {**JUMP, "networks": ["10.30.0.0/16"]}
        assert (
            await client.post("/api/v1/credentials", json=stored)
        ).status_code == 201
    found = all_credentials(app.settings, app.engine, app.clock)
    assert [jump.host for jump in found.via("North", "10.30.1.1")] == ["192.0.2.9"]
    assert found.via("North", "10.31.1.1") == ()


def test_a_missing_key_file_is_the_failure_of_its_own_credential() -> None:
    ssh = [
        {"name": "lost", "user": "a", "private_key_file": "/nowhere/key"},
        {"name": "kept", "user": "b", "password": "right"},
    ]
    settings = fixed_settings({"credentials": {"ssh": ssh}})
    lost, kept = credentials_of(settings).ssh("", "10.0.0.1", network=False)
    assert lost.trouble is not None
    assert "/nowhere/key" in lost.trouble
    assert kept.trouble is None
