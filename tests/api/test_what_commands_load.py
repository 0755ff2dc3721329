"""What a command loads before it does anything: counted in modules, not in seconds."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "alembic",
    "asyncssh",
    "fastapi",
    "holidays",
    "httpx",
    "netmiko",
    "openpyxl",
    "psycopg",
    "scapy",
    "starlette",
)
"""Whole libraries that the question for help must not load."""

MOST = 950
"""Modules of Python, of libraries and of ours. With FastAPI there were 1,500."""

_COUNT = """
import contextlib, io, sys
from api.cli import run
with contextlib.redirect_stdout(io.StringIO()):
    code = run(sys.argv[1:])
print(code, *sys.modules)
"""


def loaded_by(*words: str) -> set[str]:
    """Return the modules that a command line loads in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _COUNT, *words],
        capture_output=True,
        text=True,
        check=True,
    )
    code, *modules = done.stdout.split()
    assert code == "0", done.stderr
    return set(modules)


@pytest.mark.parametrize("command", ["asset", "device", "book"])
def test_help_of_a_list_loads_what_lists_need(command: str) -> None:
    modules = loaded_by(command, "list", "--help")
    assert sorted(modules & set(HEAVY)) == []
    assert len(modules) < MOST


def test_help_of_the_whole_loads_no_tables() -> None:
    modules = loaded_by("--help")
    assert sorted(modules & {*HEAVY, "sqlalchemy", "pydantic"}) == []
