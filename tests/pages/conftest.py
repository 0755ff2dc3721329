"""A company with assets, devices and people, and a visitor for each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.types import ASGIApp

from api.compose.wiring import App, build
from api.http import auth
from api.pages.door.gate import COOKIE
from api.pages.site import create_pages
from config.settings import Settings
from inventory.people import accounts
from inventory.storage import upgrade
from tests.pages.sample import fill
from tests.pages.visitor import Client, Visitor

PASSWORD = "maple-street-7"
Visit = Callable[..., Visitor]


@dataclass(frozen=True)
class Office:
    """A company and its pages; calling it makes a visitor who is logged in."""

    app: App
    site: ASGIApp

    def __call__(self, role: str = "it", language: str = "en") -> Visitor:
        with self.app.engine.connect() as connection:
            query = text(
                "SELECT id, password_hash FROM user_account WHERE login = :login"
            )
            row = connection.execute(query, {"login": role}).one()
        sealed = auth.begin_session(self.app, row.id, row.password_hash, "", "test")
        visitor = self.stranger(language)
        visitor.client.cookies.set(COOKIE, sealed)
        return visitor

    def stranger(self, language: str = "en") -> Visitor:
        """Return a visitor who is not logged in."""
        return Visitor(Client(self.site), language)


@contextmanager
def opened(folder: Path) -> Iterator[Office]:
    """A company of sample devices with an account of each role."""
    app = build(Settings(data_dir=folder), check=False)
    upgrade.upgrade(app.engine)
    with app.work("test") as work:
        for role in accounts.LOGIN_ROLES:
            accounts.add_account(work, role, PASSWORD, [role], name=f"The {role}")
        work.commit()
    fill(app, datetime.now(UTC))
    yield Office(app, create_pages(app))
    app.close()


@pytest.fixture(scope="session")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A company for all tests of a process that only look."""
    with opened(tmp_path_factory.mktemp("company")) as office:
        yield office


@pytest.fixture(scope="session")
def company(visit: Office) -> App:
    """The composition of that company."""
    return visit.app


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A company of one module, whose tests change it."""
    with opened(tmp_path_factory.mktemp("office")) as office:
        yield office
