"""One company for all tests of resources that only read it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from api.app import create_api
from api.compose.keys import Seal
from api.compose.wiring import App, compose
from api.demo import load_company
from api.http.callers import Role
from api.resources.registry import ENTRIES, resource
from api.resources.resource import Resource
from config.settings import Settings
from inventory.storage.engine import make_engine
from tests.api.conftest import make_token
from tests.api.resources.client import Client
from tests.conftest import NOW
from tests.pages.sample import fill
from tests.postgres import Server

API = "/api/v1"
NAMES = [entry.name for entry in ENTRIES]


@pytest.fixture(params=NAMES)
def one(request: pytest.FixtureRequest) -> Resource[Any]:
    """Each resource."""
    return resource(request.param)


class Company:
    """An App with data, and clients of it by role.

    Attributes:
        app: The composition.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self._site = create_api(app)
        self._clients: dict[str, Client] = {}

    def client(self, *roles: str) -> Client:
        """Return a client with these roles; without any, one without a token."""
        key = " ".join(roles)
        if key not in self._clients:
            token = make_token(self.app, *roles, name=f"of {key}") if roles else ""
            headers = {"Authorization": f"Bearer {token}"} if roles else {}
            base = f"http://purser.example{API}/"
            self._clients[key] = Client(self._site, base, headers)
        return self._clients[key]

    def close(self) -> None:
        """Close the clients and the App."""
        for client in self._clients.values():
            client.close()
        self.app.close()

    @property
    def everybody(self) -> Client:
        """A client with all roles."""
        return self.client(*sorted(map(str, Role)))


def made_company(url: str, folder: Path) -> Iterator[Company]:
    """Yield the company in an empty database with all tables."""
    engine = make_engine(url)
    settings = Settings(data_dir=folder)
    app = compose(settings, engine, lambda: NOW, Seal(Fernet.generate_key(), 12))
    load_company(app)
    fill(app, NOW)
    made = Company(app)
    yield made
    made.close()
    engine.dispose()


@pytest.fixture(scope="session")
def company(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    """A company with devices, assets, people and books; tests leave it as it is."""
    folder = tmp_path_factory.mktemp("company")
    path = folder / "purser.sqlite"
    shutil.copyfile(sqlite_template, path)
    yield from made_company(f"sqlite:///{path}", folder)


@pytest.fixture(scope="module")
def own_company(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    """The same company for tests that add to it."""
    folder = tmp_path_factory.mktemp("own")
    path = folder / "purser.sqlite"
    shutil.copyfile(sqlite_template, path)
    yield from made_company(f"sqlite:///{path}", folder)


@pytest.fixture(scope="session")
def company_on_postgres(
    postgres_server: Server,
    postgres_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Company]:
    """The same company in PostgreSQL."""
    postgres_server.clone(postgres_template, "of_resources")
    folder = tmp_path_factory.mktemp("company")
    yield from made_company(postgres_server.url("of_resources"), folder)
    postgres_server.run("DROP DATABASE of_resources WITH (FORCE)")


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def stored(request: pytest.FixtureRequest) -> Company:
    """The company on each database, for what databases may answer differently."""
    of = {"sqlite": "company", "postgres": "company_on_postgres"}
    made: Company = request.getfixturevalue(of[request.param])
    return made


def rows_of(client: Client, name: str, /, **params: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Return the rows of a page."""
    answer = client.get(name, params=params)
    assert answer.status_code == 200, f"{answer.url}: {answer.text}"
    rows: list[dict[str, Any]] = answer.json()["items"]
    return rows
