"""A company with assets, devices and people, and a visitor for each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.compose.keys import Session, stamp_of
from api.compose.wiring import App, build
from api.pages.site import create_pages
from config.settings import Settings
from inventory.people import accounts
from inventory.storage import upgrade
from tests.pages.visitor import Client, Visitor
from tests.web.sample import fill

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A company for all tests of a process; what they add stays."""
    folder: Path = tmp_path_factory.mktemp("company")
    app = build(Settings(data_dir=folder), check=False)
    upgrade.upgrade(app.engine)
    with app.work("test") as work:
        for role in accounts.LOGIN_ROLES:
            accounts.add_account(
                work, role, "maple-street-7", [role], name=f"The {role}"
            )
        work.commit()
    fill(app, datetime.now(UTC))
    yield app
    app.close()


@pytest.fixture(scope="session")
def visit(company: App) -> Visit:
    """Makes a visitor who is logged in with a role."""

    def made(role: str = "it", language: str = "en") -> Visitor:
        with company.engine.connect() as connection:
            row = connection.exec_driver_sql(
                "SELECT id, password_hash FROM user_account WHERE login = ?", (role,)
            ).one()
        client = Client(create_pages(company))
        session = Session(row.id, stamp_of(row.password_hash))
        client.cookies.set("purser_session", company.seal.close(session))
        return Visitor(client, language)

    return made
