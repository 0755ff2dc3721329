from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.kernel.errors import Invalid
from inventory.vault.envelope import (
    KeyLost,
    Tampered,
    master_key,
    new_data_key,
    new_master_text,
    seal,
    unseal,
    unwrap,
    wrap,
)

PUBLIC = {"name": "core", "kind": "ssh", "networks": ["10.0.0.0/8"], "site": None}


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=200), max_size=5))
def test_what_is_sealed_opens_again(hidden: dict[str, str]) -> None:
    key = new_data_key()
    assert unseal(key, PUBLIC, seal(key, PUBLIC, hidden), "core") == hidden


def test_sealing_twice_never_gives_the_same_text() -> None:
    key = new_data_key()
    assert seal(key, PUBLIC, {"a": "b"}) != seal(key, PUBLIC, {"a": "b"})


@given(st.data())
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    key = new_data_key()
    raw = bytearray(urlsafe_b64decode(seal(key, PUBLIC, {"password": "hunter2"})))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Tampered):
        unseal(key, PUBLIC, urlsafe_b64encode(raw).decode(), "core")


@pytest.mark.parametrize("sealed", ["", "AAAA", "\u00fc", "not base64 at all", "A"])
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(Tampered):
        unseal(new_data_key(), PUBLIC, sealed, "core")


def test_a_secret_does_not_open_for_another_network_or_user() -> None:
    key = new_data_key()
    sealed = seal(key, PUBLIC, {"password": "x"})
    with pytest.raises(Tampered, match="credential 'core'"):
        unseal(key, PUBLIC | {"networks": ["0.0.0.0/0"]}, sealed, "credential 'core'")


def test_a_data_key_opens_with_its_master_key_only() -> None:
    mine, other = master_key(new_master_text()), master_key(new_master_text())
    data = new_data_key()
    wrapped = wrap(mine, data)
    assert unwrap([other, mine], mine.name, data.name, wrapped) == data
    with pytest.raises(KeyLost, match=mine.name) as lost:
        unwrap([other], mine.name, data.name, wrapped)
    assert "PURSER_VAULT__KEY" in lost.value.remedy
    with pytest.raises(Tampered):
        unwrap([mine], mine.name, "another", wrapped)


@pytest.mark.parametrize("text", ["", "short", "ü" * 44, "A" * 43, "!" * 44])
def test_a_text_that_is_no_key_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(Invalid, match="not a master key") as refused:
        master_key(text)
    assert not text or text not in str(refused.value)


def test_keys_do_not_show_in_their_repr() -> None:
    text = new_master_text()
    key = master_key(text)
    assert text not in repr(key)
    assert repr(key.secret) not in repr(key)
