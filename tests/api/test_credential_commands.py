"""`purser credential`: secrets from files and prompts, never from arguments."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from api.compose.wiring import build
from config.settings import Settings
from inventory.storage.engine import writing
from inventory.vault import lockout, uses
from tests.api.test_cli import Terminal, purser, ready

__all__ = ["purser", "ready"]

MARK = "Kp2-marked-secret-Lm7"


@pytest.fixture
def shop(ready: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Commands on a database with its tables, and a way to type secrets."""
    assert ready("db", "upgrade").code == 0
    return ready


def _typed(monkeypatch: pytest.MonkeyPatch, **secret: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(secret)))


def _add(
    shop: Terminal, monkeypatch: pytest.MonkeyPatch, name: str = "core", *more: str
) -> Any:  # noqa: ANN401
    _typed(monkeypatch, password=MARK)
    return shop(
        "credential", "create", name, "--kind", "ssh", "--user", "netops",
        "--secrets-file", "-", *more,
    )  # fmt: skip


def test_a_credential_is_added_listed_shown_changed_and_removed(
    shop: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = _add(shop, monkeypatch, "core", "--site", "HQ", "--network", "10.0.0.0/8")
    assert added.code == 0, added.err
    (row,) = shop("credential", "list", "--json").json["items"]
    assert (row["site"], row["networks"]) == ("HQ", ["10.0.0.0/8"])
    shown = shop("credential", "show", "core")
    assert "netops" in shown.out
    changed = shop(
        "credential", "edit", "core", "--field", "device_type=cisco_ios", "--json"
    )
    assert changed.json == {"name": "core", "changed": True}
    said = [added, shown, changed, shop("credential", "list")]
    assert not any(MARK in each.out + each.err for each in said)
    assert shop("credential", "remove", "core").code == 0
    assert shop("credential", "show", "core").code == 1


def test_secrets_are_asked_for_only_at_a_terminal(
    shop: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    refused = shop("credential", "create", "x", "--kind", "snmp-v2c")
    assert refused.code == 2
    assert "--secrets-file" in refused.err
    asked: list[str] = []

    class Tty(io.StringIO):
        def isatty(self) -> bool:
            return True

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return MARK

    monkeypatch.setattr("sys.stdin", Tty())
    monkeypatch.setattr("api.console.secrets.getpass", answer)
    assert shop("credential", "create", "x", "--kind", "snmp-v2c").code == 0
    assert asked == ["Community (empty for none): "]


def test_a_secrets_file_that_is_no_json_is_not_repeated(
    shop: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "secret.txt"
    file.write_text(MARK)
    refused = shop(
        "credential", "create", "x", "--kind", "snmp-v2c", "--secrets-file", str(file)
    )
    assert refused.code == 2
    assert MARK not in refused.err
    assert str(file) in refused.err


def test_a_new_master_key_replaces_the_old_one(
    shop: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _add(shop, monkeypatch)
    file = tmp_path / "data" / "vault.key"
    old = file.read_text()
    turned = shop("credential", "rotate", "--new-master", "--json")
    assert turned.json == {"sealed": 1, "new_master": True}
    assert file.read_text() != old
    assert len(file.read_text().split()) == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text(old)
    lost = shop("credential", "rotate")
    assert lost.code == 1
    assert "PURSER_VAULT__KEY" in lost.err


def test_a_key_from_the_environment_seals_and_is_rotated_by_hand(
    shop: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, second = (shop("credential", "new-key").out.strip() for _ in range(2))
    monkeypatch.setenv("PURSER_VAULT__KEY", first)
    assert _add(shop, monkeypatch).code == 0
    assert not (tmp_path / "data" / "vault.key").exists()
    refused = shop("credential", "rotate", "--new-master")
    assert refused.code == 1
    assert "in front of the old" in refused.err
    monkeypatch.setenv("PURSER_VAULT__KEY", f"{second} {first}")
    assert shop("credential", "rotate").code == 0
    monkeypatch.setenv("PURSER_VAULT__KEY", second)
    assert shop("credential", "edit", "core", "--position", "3").code == 0


def test_locks_and_host_keys_are_shown_and_lifted(shop: Terminal) -> None:
    app = build(Settings())
    now = app.clock()
    with writing(app.engine) as connection:
        lockout.note_failure(
            connection, "account", "core", now=now, limit=1, reason="at 10.0.0.1: no"
        )
        where = {"site": "", "address": "10.0.0.1", "port": 22, "at": now}
        uses.note_host_key(connection, "SHA256:a", **where)  # type: ignore[arg-type]
        uses.note_changed_key(connection, "SHA256:b", **where)  # type: ignore[arg-type]
    app.close()
    locks = shop("login-failure", "list", "--off", "--json").json["items"]
    assert [(r["subject"], r["reason"]) for r in locks] == [("core", "at 10.0.0.1: no")]
    assert shop("login-failure", "unlock", "core").code == 0
    assert shop("login-failure", "unlock", "core").code == 1
    (key,) = shop("host-key", "list", "--changed", "--json").json["items"]
    assert (key["fingerprint"], key["changed_to"]) == ("SHA256:a", "SHA256:b")
    assert shop("host-key", "delete", "10.0.0.1", "--yes").code == 0
    assert shop("host-key", "list", "--json").json["items"] == []


def test_the_doctor_opens_the_vault_and_tells_what_is_off(
    shop: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def vault() -> list[tuple[str, str]]:
        found = shop("doctor", "--json").json
        rows = found["checks"] if isinstance(found, dict) else found
        return [(r["state"], r["detail"]) for r in rows if r["subject"] == "vault"]

    assert vault() == [("ok", "0 stored credentials open")]
    _add(shop, monkeypatch)
    app = build(Settings())
    with writing(app.engine) as connection:
        lockout.note_failure(
            connection, "account", "core", now=app.clock(), limit=1, reason="no"
        )
    app.close()
    assert vault() == [
        ("ok", "1 stored credentials open"),
        ("missing", "logins are off for 1 accounts or devices: core"),
    ]
    (tmp_path / "data" / "vault.key").unlink()
    ((state, detail),) = vault()
    assert (state, "is gone" in detail) == ("failed", True)
