"""Processes that work, beside the tests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def kept(database_url: str) -> str:
    """Where the engine keeps its own: the server, or a file beside."""
    if database_url.startswith("sqlite"):
        return f"{database_url}.jobs"
    return database_url


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    """Where jobs leave their marks."""
    path = tmp_path / "marks"
    path.touch()
    return path


@pytest.fixture
def start(database_url: str, kept: str, marks: Path) -> Iterator[Start]:
    """Start a process that works; it takes the jobs of a dead one after 1.5 seconds.

    With a version it is of another release.
    """
    started: list[subprocess.Popen[str]] = []

    def begin(*version: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.api.engine.process"),
                *(database_url, kept, str(marks), "1.5", *version),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "works\n"
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
