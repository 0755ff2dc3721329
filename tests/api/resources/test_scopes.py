"""Nothing crosses: every operation, by role and scope, on the data of two entities.

What is to be hidden is worked out from the whole database; then everything that the
declarations offer is asked for, and no answer may hold a word of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection, text

from api.app import create_site
from api.http import auth
from api.http.callers import STAFF
from api.resources.registry import all_resources
from api.resources.resource import Resource
from inventory.people import accounts
from inventory.reports import reports
from inventory.scoping.scope import Scope, stored_scope
from inventory.scoping.views import conditions_of, looking_through
from inventory.storage.all_tables import load_tables
from tests.api.reads import QUERIES, REPORT
from tests.api.resources.client import Client
from tests.api.resources.conftest import API, Company
from tests.api.resources.test_things import path_of

OURS = "100"
NAMED = {
    "asset": ("tag", "serial"),
    "person": ("key", "email", "family_name"),
    "device": ("name", "serial"),
    "cost_centre": ("name",),
    "department": ("name",),
    "legal_entity": ("name",),
}
"""Table -> columns of words that would tell of a row."""
SCOPES: dict[str, dict[str, list[str]]] = {
    "an entity": {"legal_entities": [OURS]},
    "no site": {"sites": ["NOWHERE"]},
    "no department": {"departments": ["NOBODY"]},
    "no cost centre": {"cost_centres": ["NOTHING"]},
    "a part of an entity": {"legal_entities": [OURS], "cost_centres": ["4100"]},
}


@dataclass
class Matrix:
    """What was asked, how often something was shown, and what leaked."""

    client: Client
    hidden: frozenset[str]
    checks: int = 0
    shown: int = 0
    leaks: list[str] = field(default_factory=list)

    def get(self, path: str, **params: Any) -> Any:  # noqa: ANN401
        """Ask, and look for what is hidden."""
        answer = self.client.get(path, params=params)
        assert answer.status_code < 500, f"{answer.url}: {answer.text}"
        self.checks += 1
        if answer.status_code == 200:
            self.shown += 1
            words = sorted(word for word in self.hidden if word in answer.text)
            self.leaks += [f"{answer.url}: {words[:3]}"] if words else []
        return answer


def words_of(connection: Connection, names: tuple[str, ...] = tuple(NAMED)) -> set[str]:
    """The words that tell of what a connection sees; those of the house are many."""
    found: set[str] = set()
    for table in names:
        columns = ", ".join(NAMED[table])
        for row in connection.execute(text(f"SELECT {columns} FROM {table}")):
            found |= {str(value) for value in row if value and len(str(value)) > 3}
    return found


def hidden_from(company: Company, scope: Scope) -> frozenset[str]:
    """The words of everything that is out of scope, and of nothing in it."""
    names = tuple(name for name in NAMED if name in conditions_of(scope))
    with company.app.engine.connect() as connection:
        every = words_of(connection, names)
        with looking_through(connection, scope):
            seen = words_of(connection)
        # Places have names of what they are for, and are everybody's.
        seen |= set(connection.execute(text("SELECT name FROM location")).scalars())
    return frozenset(
        word for word in every - seen if not any(word in other for other in seen)
    )


def scoped_client(company: Company, scope: dict[str, list[str]], *roles: str) -> Client:
    with company.app.work("test") as work:
        _, token = accounts.add_token(work, "scoped", roles, scope=scope)
        work.commit()
    headers = {"Authorization": f"Bearer {token}"}
    site = company.client()._client._transport.app  # type: ignore[attr-defined]
    return Client(site, f"http://purser.example{API}/", headers)


def read_lists(matrix: Matrix, *roles: str) -> None:
    """Ask for all lists, reports and for the search."""
    for one in all_resources():
        if one.roles.isdisjoint(roles):
            continue
        matrix.get(one.name, limit=500, **QUERIES.get(f"/{one.name}", {}))
    for report in reports():
        matrix.get(f"reports/{report}/rows", **REPORT)
    for word in sorted(matrix.hidden)[::40]:
        matrix.get("search", q=word)


def read_everything(matrix: Matrix, company: Company) -> None:
    """Ask for exports, details and extracts, and for all acts, too."""
    for one in all_resources():
        matrix.get(one.name, format="csv", **QUERIES.get(f"/{one.name}", {}))
        read_things(matrix, company, one)


def read_things(matrix: Matrix, company: Company, one: Resource[Any]) -> None:
    if one.reference is None or one.get is None:
        return
    whole = company.everybody.get(one.name, params={"limit": 200})
    for row in some_of(whole.json()["items"]):
        path = path_of(one, row)
        shown = matrix.get(path)
        for extract in one.extracts:
            extra = QUERIES.get(f"/{one.name}/{{}}/{extract.name}", {})
            found = matrix.get(f"{path}/{extract.name}", **extra)
            if shown.status_code == 404:
                assert found.status_code in (403, 404, 422), found.url
        if shown.status_code == 404:
            refuse_acts(matrix, one, path)


def some_of(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first and the last ones, which are of different entities."""
    return rows[:2] + rows[2:][-2:]


def refuse_acts(matrix: Matrix, one: Resource[Any], path: str) -> None:
    for act in one.acts:
        if act.verb == "create" or act.on == "list":
            continue
        method = {"update": "PATCH", "delete": "DELETE"}.get(act.verb, "POST")
        to = path if method != "POST" else f"{path}:{act.verb}"
        body: Any = None if method == "DELETE" else {}
        answer = matrix.client.request(method, to, json=body)
        matrix.checks += 1
        if answer.status_code not in (403, 404, 422):
            matrix.leaks.append(f"{method} {to}: {answer.status_code}")


PASSWORD = "correct horse battery"
ALL_STAFF = tuple(sorted(map(str, STAFF)))


def told(company: Company, scope: dict[str, list[str]], *roles: str) -> Matrix:
    """Return a matrix after all lists were asked for."""
    hidden = hidden_from(company, stored_scope(scope))
    assert len(hidden) > 50
    matrix = Matrix(scoped_client(company, scope, *roles), hidden)
    read_lists(matrix, *roles)
    return matrix


@pytest.mark.parametrize("role", ALL_STAFF)
def test_no_list_tells_a_role_of_another_entity(company: Company, role: str) -> None:
    matrix = told(company, SCOPES["an entity"], role)
    matrix.client.close()
    assert matrix.leaks == []
    assert matrix.checks > 50


@pytest.mark.parametrize("name", sorted(set(SCOPES) - {"an entity"}))
def test_no_list_tells_of_what_is_out_of_scope(company: Company, name: str) -> None:
    matrix = told(company, SCOPES[name], *ALL_STAFF)
    matrix.client.close()
    assert matrix.leaks == []


def test_no_operation_tells_of_another_entity(company: Company) -> None:
    matrix = told(company, SCOPES["an entity"], *ALL_STAFF)
    read_everything(matrix, company)
    matrix.client.close()
    assert matrix.leaks == []
    assert matrix.checks > 400


def logged_in(company: Company, scope: dict[str, list[str]], *roles: str) -> Client:
    """Return a browser of somebody with a scope."""
    login = f"scoped-{'-'.join(roles)[:20]}"
    with company.app.work("test") as work:
        accounts.add_account(work, login, PASSWORD, roles, scope=scope)
        work.commit()
    cookie = auth.log_in(company.app, login, PASSWORD, "127.0.0.1")
    headers = {"Cookie": f"purser_session={cookie}"}
    return Client(create_site(company.app), "http://purser.example/", headers)


@pytest.mark.parametrize("forms", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_no_page_tells_of_another_entity(company: Company, *, forms: bool) -> None:
    """Lists, things, what is suggested in fields; slowly, every form there is, too."""
    scope = SCOPES["an entity"]
    client = logged_in(company, scope, *ALL_STAFF[: 4 if forms else 3])
    matrix = Matrix(client, hidden_from(company, stored_scope(scope)))
    for path in pages():
        matrix.get(path)
    for one in all_resources():
        matrix.get(f"pick/{one.name}", q="")
        for path in pages_of(company, one, forms=forms):
            matrix.get(path)
    client.close()
    assert matrix.leaks == []
    assert matrix.shown > 300


def pages_of(company: Company, one: Resource[Any], *, forms: bool) -> Iterator[str]:
    """Yield pages of things that are ours and theirs, and the forms of their acts."""
    rows: list[dict[str, Any]] = []
    if one.get is not None and one.reference is not None:
        listed = company.everybody.get(one.name, params={"limit": 200})
        rows = some_of(listed.json()["items"])
    for row in rows:
        yield path_of(one, row)
    for act in one.acts if forms else ():
        if act.verb == "create" or act.on == "list":
            yield f"{one.name}/{'new' if act.verb == 'create' else act.verb}"
            continue
        for row in rows:
            yield f"{path_of(one, row)}/{act.verb}"


def test_nobody_with_a_scope_has_events_of_the_house_sent(company: Company) -> None:
    client = scoped_client(company, SCOPES["an entity"], *ALL_STAFF)
    body = {"url": "https://hook.example/", "name": "all", "events": ["*"]}
    made = client.post("webhooks", json=body)
    client.close()
    assert made.status_code == 403, made.text


def test_postgresql_hides_the_same(company_on_postgres: Company) -> None:
    matrix = told(company_on_postgres, SCOPES["an entity"], *ALL_STAFF)
    matrix.client.close()
    assert matrix.leaks == []


def test_what_is_in_scope_is_there(company: Company) -> None:
    client = scoped_client(company, SCOPES["an entity"], "auditor")
    tags = {row["tag"] for row in client.get("assets").json()["items"]}
    names = {row["family_name"] for row in client.get("people").json()["items"]}
    devices = {row["name"] for row in client.get("devices").json()["items"]}
    client.close()
    assert (tags, names) == ({"T-001", "T-002"}, {"Berg", "Oak"})
    assert devices == {"pc-004"}


def test_acts_stay_within_the_scope(company: Company) -> None:
    client = scoped_client(company, SCOPES["an entity"], "it")
    there = company.everybody.get("assets", params={"legal_entity": "RBN"})
    foreign = there.json()["items"][0]["tag"]
    theirs = company.everybody.get("legal-entities/RBN").json()
    made = client.post("assets", json={"kind": "laptop", "legal_entity": theirs["id"]})
    assert made.status_code in (404, 422), made.text
    nowhere = client.post("assets", json={"kind": "laptop", "serial": "NO-1"})
    assert nowhere.status_code == 404, nowhere.text
    assert "NO-1" not in company.everybody.get("assets?search=NO-1").text
    own = client.patch("assets/T-001", json={"name": "mine"})
    assert own.status_code == 200, own.text
    assert client.patch(f"assets/{foreign}", json={"name": "x"}).status_code == 404
    user = {"login": "mole", "roles": ["it"], "password": "correct horse battery"}
    assert client.post("users", json=user).status_code == 403
    assert client.post("tokens", json={"name": "x", "roles": ["it"]}).status_code == 403
    client.close()


def test_every_table_is_cut_down_or_shared_on_purpose() -> None:
    from inventory.scoping.rules import ROOTS, SHARED

    names = set(load_tables().tables)
    cut = set(conditions_of(Scope(legal_entities=(OURS,))))
    assert names - cut == SHARED | {"location"}
    assert set(ROOTS) | SHARED <= names


@dataclass
class Person:
    """Somebody of the register who logs in."""

    login: str
    role: str
    sees: set[str]


@pytest.mark.parametrize(
    "who",
    [
        Person("ada", "employee", {"T-001"}),
        Person("boss", "manager", {"T-001"}),
        Person("stray", "employee", set()),
    ],
    ids=lambda who: who.login,
)
def test_people_see_what_they_or_their_people_hold(
    company: Company, who: Person
) -> None:
    with company.app.work("test") as work:
        people = work.connection.execute(text("SELECT key, id FROM person"))
        ids = {row.key: row.id for row in people}
        led = "UPDATE placement SET manager_id = :boss WHERE employment_id IN"
        led += " (SELECT id FROM employment WHERE person_id = :ada)"
        boss = next(number for key, number in ids.items() if key not in {"p-1", "p-2"})
        work.connection.execute(text(led), {"boss": boss, "ada": ids["p-1"]})
        person = {"ada": ids["p-1"], "boss": boss}.get(who.login)
        accounts.add_account(
            work, who.login, "correct horse battery", [who.role], person_id=person
        )
        work.commit()
    cookie = auth.log_in(company.app, who.login, "correct horse battery", "127.0.0.1")
    headers = {"Cookie": f"purser_session={cookie}"}
    client = Client(create_site(company.app), "http://purser.example/", headers)
    matrix = Matrix(client, frozenset({"T-002", "Oak"}))
    tags = set(matrix.get("assets.csv").text.split("\r\n")[1:])
    shown = {line.split(",")[i] for line in tags if line for i in range(3)}
    assert shown & {"T-001", "T-002"} == who.sees
    for path in pages():
        matrix.get(path)
    client.close()
    assert matrix.leaks == []


def pages() -> Iterator[str]:
    yield from ("", "my-things", "as-of", "search?q=Oak", "search?q=laptop")
    for one in all_resources():
        yield one.name
        yield f"{one.name}.csv"
    yield from ("assets/T-002", "people/p-2")
