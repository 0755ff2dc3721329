"""An App on each database, its API over ASGI, and tokens of every role."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, insert
from sqlmodel import SQLModel

from api.app import create_api
from api.auth import Role
from api.keys import Seal, new_token, token_hash
from api.throttle import Throttle
from api.wiring import App
from config.settings import Settings
from inventory.storage.engine import writing

Clock = Callable[[], datetime]


@pytest.fixture
def app(engine: Engine, clock: Clock, tmp_path: Path) -> App:
    """The composition on a test database."""
    settings = Settings(data_dir=tmp_path)
    return App(settings, engine, clock, Seal(Fernet.generate_key(), 12), Throttle())


@pytest.fixture
async def client(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API without a token."""
    transport = httpx.ASGITransport(create_api(app))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://purser.example"
    ) as client:
        yield client


def make_token(app: App, roles: Iterable[Role], **more: object) -> str:
    """Make an API token and return it."""
    token = new_token()
    row = {
        "name": "test",
        "digest": token_hash(token),
        "hint": token[:11],
        "roles": [str(role) for role in roles],
        "created_by": "test",
        "created_at": app.clock(),
    }
    with writing(app.engine) as connection:
        table = SQLModel.metadata.tables["api_token"]
        connection.execute(insert(table).values(row | more))
    return token


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {token}"}
