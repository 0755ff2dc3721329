"""Every list command in a process of its own: none needs what another one loads."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from api.resources.registry import ENTRIES
from tests.api.test_cli import PURSER

COMMANDS = sorted({entry.command for entry in ENTRIES})
SOME = ("worklist",)


def listed(command: str, folder: Path, template: Path) -> str:
    """Return what a list command complains of on an empty database."""
    database = folder / f"{command}.sqlite"
    shutil.copyfile(template, database)
    done = subprocess.run(
        [*PURSER, *command.split(), "list", "--json"],
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ | {"PURSER_DATABASE_URL": f"sqlite:///{database}"},
        check=False,
    )
    return "" if done.returncode == 0 else f"{command}: {done.stderr[-500:]}"


@pytest.mark.parametrize("command", SOME)
def test_a_list_needs_no_other_command(
    command: str, tmp_path: Path, sqlite_template: Path
) -> None:
    assert listed(command, tmp_path, sqlite_template) == ""


@pytest.mark.slow
def test_no_list_needs_another_command(tmp_path: Path, sqlite_template: Path) -> None:
    wrong = [listed(command, tmp_path, sqlite_template) for command in COMMANDS]
    assert [each for each in wrong if each] == []
