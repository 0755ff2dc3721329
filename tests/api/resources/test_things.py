"""Every thing and its acts: who may, by which name, against stale changes."""

from __future__ import annotations

from typing import Any

import pytest

from api.http.callers import Role
from api.resources.registry import resource
from api.resources.resource import Resource
from tests.api.resources.conftest import NAMES, Company, rows_of


def test_roles_decide_who_sees_it(one: Resource[Any], company: Company) -> None:
    assert company.client().get(one.name).status_code == 401
    for role in Role:
        answer = company.client(str(role)).get(one.name, params={"limit": 1})
        assert answer.status_code == (200 if role in one.roles else 403), role


def path_of(one: Resource[Any], row: dict[str, Any]) -> str:
    """The path that surely means a row: by its id, or by its name if it has none."""
    by_id = one.reference is not None and one.reference.key == "id"
    return f"{one.name}/id:{row['id']}" if by_id else f"{one.name}/{row['name']}"


def test_one_is_shown_by_id_and_by_name(one: Resource[Any], company: Company) -> None:
    if one.detail is None or one.reference is None:
        pytest.skip("it has rows only")
    client = company.everybody
    missing = client.get(f"{one.name}/999999999")
    assert missing.status_code == 404, missing.text
    assert missing.json()["values"]["given"] in (999999999, "999999999")
    for row in rows_of(client, one.name, limit=6):
        sure = path_of(one, row)
        answer = client.get(sure)
        assert answer.status_code == 200, answer.text
        one.detail.model_validate_json(answer.text, strict=True)
        with company.app.engine.connect() as connection:
            number = one.resolve(connection, sure.rpartition("/")[2])
            name = one.reference.name_of(connection, number)
        assert answer.headers["etag"].startswith(f'"{one.name}-{number}-')
        assert client.get(sure).headers["etag"] == answer.headers["etag"]
        named = client.get(f"{one.name}/{name}") if "/" not in name else answer
        assert named.status_code == 200 or named.json()["type"].endswith("ambiguous")
        if named.status_code == 200:
            assert named.json() == answer.json()


def test_acts_ask_for_a_role_and_a_thing(one: Resource[Any], company: Company) -> None:
    for act in one.acts:
        path = f"{one.name}/999999999"
        method = {"update": "PATCH", "delete": "DELETE"}.get(act.verb, "POST")
        if act.verb == "create" or act.on == "list":
            path = one.name if act.verb == "create" else f"{one.name}:{act.verb}"
        elif method == "POST":
            path = f"{path}:{act.verb}"
        body: Any = None if method == "DELETE" else {}
        for role in set(Role) - act.roles if act.roles else ():
            client = company.client(str(role))
            answer = client.request(method, path, json=body)
            assert answer.status_code == 403, (act.verb, role, answer.text)
        assert company.client().request(method, path, json=body).status_code == 401
        answer = company.everybody.request(method, path, json=body)
        wanted = (404, 422) if "999999999" in path else (422, 200)
        if act.on != "list":
            assert answer.status_code in wanted, (act.verb, answer.text)


def test_a_change_of_something_unseen_is_refused(
    one: Resource[Any], company: Company
) -> None:
    if one.act("update") is None:
        pytest.skip("it is not changed")
    client = company.everybody
    rows = rows_of(client, one.name, limit=1)
    for row in rows:
        path = path_of(one, row)
        stale = client.patch(path, json={}, headers={"If-Match": '"old"'})
        assert stale.status_code == 412, stale.text
        seen = client.get(path).headers["etag"]
        same = client.patch(path, json={}, headers={"If-Match": seen})
        assert same.status_code in (200, 422), same.text
        if same.status_code == 200:
            assert same.headers["etag"] == seen
            assert same.json() == client.get(path).json()


def test_acts_have_names_of_their_own() -> None:
    names = [act.name for name in NAMES for act in resource(name).acts]
    assert len(names) == len(set(names))
