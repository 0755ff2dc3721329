"""Passwords, tokens and session cookies."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from api.compose import keys
from api.compose.keys import Seal, Session
from inventory.people.accounts import hash_password


def test_a_password_is_recognised_by_its_hash() -> None:
    stored = hash_password("Adelaide-1904")
    assert keys.check_password("Adelaide-1904", stored)
    assert not keys.check_password("adelaide-1904", stored)


def test_an_unknown_account_costs_a_hash_and_is_refused() -> None:
    assert not keys.check_password("anything", None)


def test_a_cookie_comes_back_as_it_was_sealed() -> None:
    seal = Seal(Fernet.generate_key(), 1)
    session = Session(7, "stamp")
    assert seal.open(seal.close(session)) == session


@pytest.mark.parametrize("cookie", ["", "x", "gAAAAA", "\u20ac", "a" * 5000])
def test_a_forged_cookie_is_nobody(cookie: str) -> None:
    assert Seal(Fernet.generate_key(), 1).open(cookie) is None


def test_a_cookie_of_another_installation_is_nobody() -> None:
    cookie = Seal(Fernet.generate_key(), 1).close(Session(7, "stamp"))
    assert Seal(Fernet.generate_key(), 1).open(cookie) is None


def test_a_cookie_ends_with_its_hours() -> None:
    key = Fernet.generate_key()
    old = Fernet(key).encrypt_at_time(b'[7, "stamp"]', 1_000_000).decode()
    assert Seal(key, 1).open(old) is None


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    place = tmp_path / "data"
    key = keys.load_key(place)
    assert keys.load_key(place) == key
    assert stat.S_IMODE((place / keys.KEY_FILE).stat().st_mode) == 0o600


def test_a_new_password_changes_the_stamp() -> None:
    assert keys.stamp_of("hash one") != keys.stamp_of("hash two")


def test_made_up_passwords_are_long_and_unlike() -> None:
    made = {keys.new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) == 19 for password in made)
