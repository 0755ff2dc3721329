"""What is sealed comes back byte for byte, or not at all."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest

from inventory.backup import container
from inventory.backup.container import (
    BackupDamaged,
    OtherKey,
    SealedReader,
    SealedWriter,
)
from inventory.backup.keys import open_keys, seal_keys
from inventory.backup.retention import Retention, outdated
from inventory.kernel.errors import Invalid
from inventory.vault.envelope import Key, master_key, new_master_text

KEY = master_key(new_master_text())


def sealed(data: bytes, key: Key = KEY) -> bytes:
    below = io.BytesIO()
    with SealedWriter(below, key, {"kind": "sqlite"}) as writer:
        writer.write(data)
    return below.getvalue()


def opened(data: bytes, key: Key = KEY) -> bytes:
    return SealedReader(io.BytesIO(data), [key]).read()


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 128, 200])
def test_any_length_comes_back(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "PIECE", 64)
    data = bytes(range(256))[:length]
    whole = sealed(data)
    assert opened(whole) == data
    assert data[:40] not in whole or length < 40


def test_whatever_is_altered_cut_off_or_swapped_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(container, "PIECE", 64)
    whole = sealed(b"x" * 200)
    head, piece = len(whole) - (200 + 4 * 16), 64 + 16
    for cut in range(head, len(whole)):
        with pytest.raises(BackupDamaged):
            opened(whole[:cut])
    for place in range(len(container.MAGIC), len(whole), 7):
        edited = bytearray(whole)
        edited[place] ^= 1
        with pytest.raises((BackupDamaged, OtherKey, Invalid)):
            opened(bytes(edited))
    first, second = whole[head : head + piece], whole[head + piece : head + 2 * piece]
    with pytest.raises(BackupDamaged):
        opened(whole[:head] + second + first + whole[head + 2 * piece :])


def test_another_key_is_named_as_such() -> None:
    with pytest.raises(OtherKey, match=KEY.name):
        opened(sealed(b"x"), master_key(new_master_text()))


def test_keys_travel_under_a_passphrase() -> None:
    kept = {"vault.key": "the key itself"}
    text = seal_keys(kept, "correct horse battery")
    assert "the key itself" not in text
    assert open_keys(text, "correct horse battery") == kept
    with pytest.raises(Invalid, match="passphrase"):
        open_keys(text, "correct horse batterz")
    with pytest.raises(Invalid, match="12"):
        seal_keys({}, "short")


def test_retention_keeps_the_last_of_each_day_week_and_month() -> None:
    start = datetime(2026, 11, 29, 3, tzinfo=UTC)
    daily = [start - timedelta(days=day) for day in range(120)]
    daily.append(start - timedelta(hours=2))
    kept = set(daily) - outdated(daily, Retention(days=3, weeks=2, months=3))
    assert sorted(kept, reverse=True) == [
        start,
        start - timedelta(days=1),
        start - timedelta(days=2),
        datetime(2026, 11, 22, 3, tzinfo=UTC),
        datetime(2026, 10, 31, 3, tzinfo=UTC),
        datetime(2026, 9, 30, 3, tzinfo=UTC),
    ]
    assert outdated([start], Retention(0, 0, 0)) == set()
