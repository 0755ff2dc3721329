"""The help of a group loads no table once it was shown, and is the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.resources.cli import remembered

SHOWN = """
import sys
from api.cli import run
run(["department", "--help"])
print("tables loaded:", "sqlalchemy" in sys.modules)
"""


def shown(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SHOWN],
        env=os.environ | {"XDG_CACHE_HOME": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_help_that_was_shown_before_loads_nothing(tmp_path: Path) -> None:
    first, again = shown(tmp_path), shown(tmp_path)
    assert "create" in first
    assert first.endswith("tables loaded: True\n")
    assert again == first.replace("loaded: True", "loaded: False")
    (kept,) = (tmp_path / "purser/commands").iterdir()
    kept.write_text('{"of": "another program", "commands": {"odd": "Odd."}}', "utf-8")
    assert shown(tmp_path) == first


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"of": 1}'])
def test_what_cannot_be_read_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    remembered.write("asset", {"list": "List assets."})
    assert remembered.read("asset") == {"list": "List assets."}
    (tmp_path / "purser/commands/asset.json").write_text(text, "utf-8")
    assert remembered.read("asset") is None


def test_where_nothing_can_be_kept_help_does_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    remembered.write("asset", {"list": "List assets."})
    assert remembered.read("asset") is None
