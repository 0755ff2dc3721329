"""One company on each database for all tests of resources that only read it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import Fernet

from api.app import create_api
from api.compose.keys import Seal
from api.compose.wiring import App, compose
from api.demo import load_company
from api.http.auth import Role
from config.settings import Settings
from inventory.storage.engine import make_engine
from tests.api.conftest import make_token
from tests.api.resources.client import Client
from tests.conftest import NOW
from tests.pages.sample import fill
from tests.postgres import Server

API = "/api/v1"


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


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    """A company with devices, assets, people and books; tests leave it as it is."""
    folder = tmp_path_factory.mktemp("company")
    done = SimpleNamespace(run=lambda: None)
    if request.param == "sqlite":
        path = folder / "purser.sqlite"
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copyfile(template, path)
        url = f"sqlite:///{path}"
    else:
        server: Server = request.getfixturevalue("postgres_server")
        server.clone(request.getfixturevalue("postgres_template"), "of_resources")
        url = server.url("of_resources")
        drop = "DROP DATABASE of_resources WITH (FORCE)"
        done.run = lambda: server.run(drop)
    engine = make_engine(url)
    settings = Settings(data_dir=folder)
    app = compose(settings, engine, lambda: NOW, Seal(Fernet.generate_key(), 12))
    load_company(app)
    fill(app, NOW)
    made = Company(app)
    yield made
    made.close()
    engine.dispose()
    done.run()


def rows_of(client: Client, name: str, /, **params: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Return the rows of a page."""
    answer = client.get(name, params=params)
    assert answer.status_code == 200, f"{answer.url}: {answer.text}"
    rows: list[dict[str, Any]] = answer.json()["items"]
    return rows
