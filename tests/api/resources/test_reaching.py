"""Whoever sees one legal entity changes nothing of another, by no way in.

References in bodies, forms that take files, keys of others, rows of a bulk call: each
is tried with things of another entity, and the trail of changes tells that none of
them was touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from api.app import create_site
from api.http import auth
from api.http.callers import STAFF
from api.resources.references import refs_in
from api.resources.registry import all_resources
from api.resources.resource import Resource
from inventory.people import accounts
from inventory.scoping.scope import stored_scope
from inventory.scoping.views import conditions_of, looking_through
from tests.api.conftest import bearer
from tests.api.resources.client import Client
from tests.api.resources.conftest import API, Company
from tests.api.resources.test_scopes import OURS

SCOPE = {"legal_entities": [OURS]}
REFUSED = (400, 403, 404, 409, 412, 422)
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def company(own_company: Company) -> Company:
    """A company of these tests alone."""
    return own_company


@pytest.fixture(scope="module")
def ours(company: Company) -> Iterator[Client]:
    """A program with every role of the staff, for one entity."""
    with company.app.work("test") as work:
        roles = sorted(map(str, STAFF))
        _, token = accounts.add_token(work, "ours", roles, scope=SCOPE)
        work.commit()
    site = company.client()._client._transport.app  # type: ignore[attr-defined]
    client = Client(site, f"http://purser.example{API}/", bearer(token))
    yield client
    client.close()


class Sides:
    """Ids of tables that are ours, and that are somebody else's."""

    def __init__(self, company: Company) -> None:
        scope = stored_scope(SCOPE)
        self.ours: dict[str, list[int]] = {}
        self.theirs: dict[str, list[int]] = {}
        with company.app.engine.connect() as connection:
            for table in conditions_of(scope):
                query = text(f"SELECT id FROM {table} ORDER BY id")
                if table == "audit_entry":
                    continue
                try:
                    every = list(connection.execute(query).scalars())
                except Exception:  # noqa: BLE001 - a table without ids
                    connection.rollback()
                    continue
                with looking_through(connection, scope):
                    seen = set(connection.execute(query).scalars())
                self.ours[table] = [one for one in every if one in seen]
                self.theirs[table] = [one for one in every if one not in seen]


@pytest.fixture(scope="module")
def sides(company: Company) -> Sides:
    """Whose is what."""
    return Sides(company)


def table_of_resource(one: Resource[Any]) -> str:
    return getattr(getattr(one.reference, "table", None), "name", "")


def changes(company: Company) -> int:
    with company.app.engine.connect() as connection:
        return int(
            connection.execute(text("SELECT count(*) FROM audit_entry")).scalar_one()
        )


def test_no_reference_in_a_body_leads_to_another_entity(
    company: Company, ours: Client, sides: Sides
) -> None:
    before, tried, taken = changes(company), 0, []
    for one in all_resources():
        for act in one.acts:
            refs = refs_in(act.given)
            for name, (found, *_) in refs.items():
                table = getattr(getattr(found, "reference", found), "table", None)
                foreign = sides.theirs.get(getattr(table, "name", ""), [])[:2]
                for number in foreign:
                    for path in paths_of(one, act.verb, act.on, sides):
                        many = "list" in str(act.given.model_fields[name].annotation)
                        body = {name: [number] if many else number}
                        answer = ours.request(*path, json=body)
                        tried += 1
                        if answer.status_code not in REFUSED:
                            taken.append((path, body, answer.status_code))
    assert taken == []
    assert tried > 60
    assert changes(company) == before


def paths_of(
    one: Resource[Any], verb: str, on: str, sides: Sides
) -> Iterator[tuple[str, str]]:
    if verb == "create":
        yield "POST", one.name
    elif on == "list":
        yield "POST", f"{one.name}:{verb}"
    else:
        number = next(iter(sides.ours.get(table_of_resource(one), [])), None)
        if number is not None:
            path = f"{one.name}/id:{number}"
            yield ("PATCH", path) if verb == "update" else ("POST", f"{path}:{verb}")


def test_rows_of_a_bulk_call_stay_within(
    company: Company, ours: Client, sides: Sides
) -> None:
    mine, foreign = sides.ours["asset"][0], sides.theirs["asset"][0]
    rows = [{"ref": mine, "name": "bulk"}, {"ref": foreign, "name": "bulk"}]
    for form in ("atomic=false", "atomic=true", "preview=true&atomic=false"):
        answer = ours.post(f"assets:update?{form}", json=rows)
        told = answer.json()
        names = company.everybody.get("assets", params={"name": "bulk"}).json()
        assert foreign not in [row["id"] for row in names["items"]], form
        if answer.status_code == 200:
            assert [one["id"] for one in told["results"]] == [mine, None]
    there = company.everybody.get(f"assets/id:{foreign}").json()
    assert there["tag"] not in answer.text
    assert there["serial"] not in answer.text


def test_what_is_not_seen_is_like_what_is_not_there(ours: Client, sides: Sides) -> None:
    """Neither status, text nor ETag tells whether another entity has it."""
    foreign, nowhere = sides.theirs["asset"][0], 987_654_321
    told = []
    for number in (foreign, nowhere):
        answers = [
            ours.get(f"assets/id:{number}"),
            ours.get(f"assets/id:{number}/timeline"),
            ours.patch(
                f"assets/id:{number}", json={"name": "x"}, headers={"If-Match": '"x"'}
            ),
            ours.post(f"assets/id:{number}:note", json={"text": "x"}),
            ours.get("custody", params={"asset": number}),
        ]
        told.append(
            [
                (one.status_code, one.headers.get("etag"), _plain(one.text, number))
                for one in answers
            ]
        )
    assert told[0] == told[1]


def _plain(body: str, number: int) -> str:
    """Return an answer without what differs in any case."""
    named = re.sub(rf"(?<!\w){number}\b", "N", body)
    return re.sub(r'"request_id":"[^"]*"', "", named)


def test_an_answer_is_replayed_to_nobody_else(company: Company, ours: Client) -> None:
    key = {"Idempotency-Key": "the-same-key-of-two"}
    body = {"kind": "laptop", "serial": "IDEM-1"}
    first = company.everybody.post("assets", json=body, headers=key)
    assert first.status_code == 201, first.text
    second = ours.post("assets", json=body, headers=key)
    assert "idempotency-replayed" not in second.headers
    assert first.json()["tag"] not in second.text


@pytest.mark.parametrize("role", ["it", "hr"])
def test_no_form_writes_beyond_what_its_sender_sees(
    company: Company, sides: Sides, role: str
) -> None:
    login = f"part-{role}"
    with company.app.work("test") as work:
        accounts.add_account(work, login, PASSWORD, [role], scope=SCOPE)
        work.commit()
    cookie = auth.log_in(company.app, login, PASSWORD, "127.0.0.1")
    headers = {"Cookie": f"purser_session={cookie}"}
    client = Client(create_site(company.app), "http://purser.example/", headers)
    tag = company.everybody.get(f"assets/id:{sides.theirs['asset'][0]}").json()["tag"]
    before = changes(company)
    table = f"tag,kind,name\n{tag},laptop,taken over\n".encode()
    kept = client.post(
        "import", files={"file": ("a.csv", table)}, data={"profile": "purser"}
    )
    name = kept.headers.get("location", "").partition("file=")[2].partition("&")[0]
    client.get(kept.headers.get("location", "import").lstrip("/"))
    client.post(
        "import/run", data={"kept": name, "profile": "purser", "atomic": "true"}
    )
    staff = b"number,given_name,family_name,legal_entity\n77,Eve,Mole,RBN\n"
    client.post(
        "staff-list",
        files={"file": ("s.csv", staff)},
        data={"do": "write", "profile": "generic"},
    )
    rows = "key,family_name\np-eve,Mole\n"
    client.post("setup/people", data={"rows": rows})
    client.post(
        "users/new", data={"login": "mole", "roles": role, "password": PASSWORD}
    )
    client.close()
    assert changes(company) == before
    assert "taken over" not in company.everybody.get(f"assets/{tag}").text
    assert "Mole" not in company.everybody.get("people").text
