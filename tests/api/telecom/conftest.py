"""An App on SQLite alone, for what the other database has no part in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from api.compose.keys import Seal
from api.compose.wiring import App, compose
from config.settings import Settings
from inventory.storage.engine import make_engine


@pytest.fixture
def light(
    sqlite_template: Path, tmp_path: Path, clock: Callable[[], datetime]
) -> Iterator[App]:
    """The composition on an empty SQLite database."""
    path = tmp_path / "light.sqlite"
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    app = compose(
        Settings(data_dir=tmp_path), engine, clock, Seal(Fernet.generate_key(), 12)
    )
    yield app
    app.close()
