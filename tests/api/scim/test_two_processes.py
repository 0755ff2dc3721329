"""Two processes that serve one database receive the users of one provider at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api.compose.wiring import App, build
from config.settings import Settings
from inventory.people.organisation import ensure
from tests.api.conftest import bearer, make_token
from tests.api.scim.provider import PATCH, USER, WORK
from tests.pages.browsing import served

USERS = 12
DEPARTMENTS = ("SAL", "LAB")
SOURCES = """
leavers: {most: 100, days: 1}
employments:
  scim:okta: {legal_entity: "100"}
"""
Send = Callable[[int], httpx.Response]


@pytest.fixture
def company(database_url: str, tmp_path: Path) -> Iterator[App]:
    """A company that has no HR system, and no user yet."""
    (tmp_path / "provisioning").mkdir()
    (tmp_path / "provisioning" / "sources.yaml").write_text(SOURCES)
    told = {"data_dir": tmp_path, "database_url": database_url}
    app = build(Settings.model_validate(told))
    with app.work("test") as work:
        entity = ensure(work, "legal_entity", "100", name="Acme", currency="EUR")
        of = {"legal_entity_id": entity}
        for code in DEPARTMENTS:
            ensure(work, "department", code, name=code, **of)
        work.commit()
    yield app
    app.close()


def body(n: int) -> dict[str, Any]:
    """Return a user; every one is led by the first."""
    return {
        "schemas": [USER, WORK],
        "userName": f"user{n}@acme.example",
        "externalId": f"x{n}",
        "name": {"givenName": f"Given {n}", "familyName": f"Family {n}"},
        "emails": [{"primary": True, "value": f"user{n}@acme.example"}],
        WORK: {
            "employeeNumber": f"n{n}",
            "department": DEPARTMENTS[0],
            "manager": {"value": "x0"},
        },
    }


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_nobody_is_doubled_and_nothing_breaks(
    company: App, database_url: str, tmp_path: Path
) -> None:
    data_dir = company.settings.data_dir
    settings = {
        "PURSER_DATA_DIR": str(data_dir),
        "PURSER_DATABASE_URL": database_url,
    }
    token = bearer(make_token(company, "scim", name="Okta"))
    with ExitStack() as stack:
        clients = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            url = stack.enter_context(served(tmp_path / name, settings))["url"]
            base = f"{url.rstrip('/')}/scim/v2"
            client = httpx.Client(base_url=base, headers=token, timeout=120)
            clients.append(stack.enter_context(client))
        pool = stack.enter_context(ThreadPoolExecutor(8))

        def create(n: int) -> httpx.Response:
            # Each user comes to both processes, in turn to the one and the other first.
            return clients[(n + n // 2) % 2].post("/Users", json=body(n // 2))

        made = list(pool.map(create, range(2 * USERS)))
        assert Counter(a.status_code for a in made) == {201: USERS, 409: USERS}
        uids = [a.json()["id"] for a in made if a.status_code == 201]

        def change(n: int) -> httpx.Response:
            value = DEPARTMENTS[n % 2]
            operation = {"op": "replace", "path": f"{WORK}:department", "value": value}
            patch = {"schemas": [PATCH], "Operations": [operation]}
            return clients[n % 2].patch(f"/Users/{uids[n // 4]}", json=patch)

        changed = list(pool.map(change, range(4 * USERS)))
        assert {a.status_code for a in changed} <= {200, 204}, changed
        users = [clients[0].get(f"/Users/{uid}").json() for uid in uids]
    check(company, {user["externalId"]: user for user in users})


def check(company: App, users: dict[str, Any]) -> None:
    """See that the register has each user once, and says as the provider does."""

    def read(query: str) -> list[Any]:
        with company.engine.connect() as reading:
            return list(reading.execute(text(query)).all())

    assert len(users) == USERS
    assert read("SELECT count(*) FROM person") == [(USERS,)]
    hires = "SELECT count(*) FROM hr_event WHERE kind = 'hire' AND verdict = 'applied'"
    assert read(hires) == [(USERS,)]
    placed = read(
        "SELECT e.number, d.code, m.email FROM employment e"
        " JOIN placement p ON p.employment_id = e.id AND p.valid_to IS NULL"
        " JOIN department d ON d.id = p.department_id"
        " LEFT JOIN person m ON m.id = p.manager_id WHERE e.valid_to IS NULL"
    )
    wanted = {
        (f"n{name[1:]}", user[WORK]["department"], "user0@acme.example")
        for name, user in users.items()
    }
    assert sorted(map(tuple, placed)) == sorted(wanted)
    joining = "SELECT count(*) FROM provisioning_case WHERE kind = 'joining'"
    assert read(joining) == [(USERS,)]
