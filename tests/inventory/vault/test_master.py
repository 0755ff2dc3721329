from __future__ import annotations

import stat
import sys
from pathlib import Path
from types import ModuleType

import pytest

from inventory.kernel.errors import Invalid
from inventory.vault.envelope import KeyLost, new_master_text
from inventory.vault.master_key import MasterSource, NotWritable


def test_a_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    source = MasterSource(tmp_path / "deep" / "vault.key")
    (key,) = source.read(make=True)
    assert source.read(make=True) == [key]
    assert stat.S_IMODE(source.file.stat().st_mode) == 0o600


def test_a_key_file_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    source = MasterSource(tmp_path / "vault.key")
    with pytest.raises(KeyLost, match=r"vault\.key is gone") as lost:
        source.read()
    assert "remove --all" in lost.value.remedy
    assert not source.file.exists()


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    source = MasterSource(tmp_path / "vault.key")
    source.read(make=True)
    source.file.chmod(0o640)
    with pytest.raises(Invalid, match="Others may read") as refused:
        source.read()
    assert "chmod 600" in refused.value.remedy


def test_a_rotation_that_is_broken_off_goes_on_with_the_same_keys(
    tmp_path: Path,
) -> None:
    source = MasterSource(tmp_path / "vault.key")
    (old,) = source.read(make=True)
    fresh, kept = source.begin_rotation()
    assert kept == old
    assert source.begin_rotation() == [fresh, old]
    source.end_rotation()
    assert source.read() == [fresh]
    assert stat.S_IMODE(source.file.stat().st_mode) == 0o600


def test_given_keys_win_and_are_not_written(tmp_path: Path) -> None:
    text = f"{new_master_text()} {new_master_text()}"
    source = MasterSource(tmp_path / "vault.key", given=text)
    assert len(source.read(make=True)) == 2
    assert not source.file.exists()
    assert text not in repr(source)
    with pytest.raises(NotWritable, match="environment"):
        source.begin_rotation()


def test_the_keyring_is_asked_where_it_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[tuple[str, str], str] = {}
    ring = ModuleType("keyring")
    ring.get_password = lambda service, user: kept.get((service, user))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)
    source = MasterSource(tmp_path / "vault.key", keyring=True)
    with pytest.raises(KeyLost, match="keyring has no master key"):
        source.read()
    kept["purser", "vault"] = new_master_text()
    assert len(source.read()) == 1


def test_a_missing_keyring_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(Invalid, match="not installed") as refused:
        MasterSource(tmp_path / "k", keyring=True).read()
    assert "pip install keyring" in refused.value.remedy
