"""An App on each database, its API over ASGI, and tokens of every role."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest
import structlog
from cryptography.fernet import Fernet
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine

from api.app import create_api
from api.compose import keys, logs
from api.compose.keys import Seal
from api.compose.wiring import App, compose
from config.settings import Settings
from inventory.people import accounts

Clock = Callable[[], datetime]


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 at its least cost: what it costs is not what these tests are about."""
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    monkeypatch.setattr(PasswordHash, "recommended", lambda: cheap)
    monkeypatch.setattr(keys, "_PASSWORDS", cheap)
    monkeypatch.setattr(keys, "_DECOYS", [])


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Log lines go nowhere: printing tracebacks takes longer than the tests."""
    logs.configure("info", as_json=True, stream=io.StringIO())
    yield
    structlog.reset_defaults()


@pytest.fixture
def app(engine: Engine, clock: Clock, tmp_path: Path) -> Iterator[App]:
    """The composition on a test database."""
    settings = Settings(data_dir=tmp_path)
    app = compose(settings, engine, clock, Seal(Fernet.generate_key(), 12))
    yield app
    app.close()


@pytest.fixture
async def client(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API without a token."""
    async with calling(app) as client:
        yield client


@asynccontextmanager
async def calling(app: App, *roles: str) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of the API of `app`, with a token of `roles` if any are given."""
    transport = httpx.ASGITransport(create_api(app))
    headers = bearer(make_token(app, *roles)) if roles else {}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://purser.example", headers=headers
    ) as client:
        yield client


def make_token(
    app: App, *roles: str, name: str = "test", expires_at: datetime | None = None
) -> str:
    """Make an API token and return it."""
    with app.work("test") as work:
        _, token = accounts.add_token(work, name, roles, expires_at=expires_at)
        work.commit()
    return token


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {token}"}
