"""What every resource keeps to, whatever it lists: one declaration, one behaviour."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import openpyxl
import pytest

from api.http.auth import Role
from api.resources.declare import choices_of, columns_of
from api.resources.listing import list_parameters, page_model
from api.resources.lookups import plain_type
from api.resources.references import refs_in
from api.resources.registry import ENTRIES, resource
from api.resources.resource import Resource
from tests.api.resources.client import Client
from tests.api.resources.conftest import API, Company, rows_of

NAMES = [entry.name for entry in ENTRIES]
PAGING = {"sort", "after", "limit", "fields", "format", "as_of"}


@pytest.fixture(params=NAMES)
def one(request: pytest.FixtureRequest) -> Resource[Any]:
    """Each resource."""
    return resource(request.param)


def test_rows_are_what_is_declared(one: Resource[Any], company: Company) -> None:
    answer = company.everybody.get(one.name, params={"limit": 1000})
    assert answer.status_code == 200, answer.text
    page_model(one).model_validate_json(answer.text, strict=True)
    (first, *_) = answer.json()["items"] or [dict.fromkeys(one.rows.model_fields)]
    assert first.keys() == one.rows.model_fields.keys()


def sorts(found: Resource[Any]) -> list[str]:
    return [name for name, column in columns_of(found.rows).items() if column.sort]


def test_a_list_is_sorted_both_ways(one: Resource[Any], company: Company) -> None:
    assert one.sort.removeprefix("-") in sorts(one)
    client = company.everybody
    for name in sorts(one):
        up = rows_of(client, one.name, sort=name, limit=1000)
        down = rows_of(client, one.name, sort=f"-{name}", limit=1000)
        if len(up) < 1000:
            assert up == down[::-1], name
        values = [row[name] for row in up if isinstance(row[name], int | float)]
        assert values == sorted(values), name


def test_paging_visits_each_row_once(one: Resource[Any], company: Company) -> None:
    client = company.everybody
    for sort in (one.sort, f"-{sorts(one)[-1]}", sorts(one)[-1]):
        every = rows_of(client, one.name, sort=sort, limit=1000)
        limit = max(1, len(every) // 3)
        seen: list[Any] = []
        after: dict[str, str] = {}
        while len(seen) <= len(every):
            params = {"sort": sort, "limit": limit, **after}
            page = client.get(one.name, params=params).json()
            seen += page["items"]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
        if len(every) < 1000:
            assert seen == every, sort


def cursors(sort: str) -> Iterator[str]:
    """Cursors that nobody was given."""
    yield "rubbish"
    yield "\x00"
    values: list[Any] = [{}, [], None, "a\x00", 10**30]
    for value in (*values, {"at": "noon"}, {"at": 5}, {"on": 1}):
        for tie in (1, "a", None, 10**30, -1.5):
            text = json.dumps([sort, value, tie])
            yield base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_a_forged_cursor_is_a_problem(one: Resource[Any], company: Company) -> None:
    for sort in (one.sort, sorts(one)[-1]):
        for cursor in cursors(sort):
            params = {"sort": sort, "after": cursor}
            answer = company.everybody.get(one.name, params=params)
            assert answer.status_code in (200, 422), (cursor, answer.text)


def wrong(client: Client, name: str, told: str, **params: str) -> None:
    """Assert that a list refuses parameters and names one."""
    answer = client.get(name, params=params)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.text


def test_what_is_unknown_is_named(one: Resource[Any], company: Company) -> None:
    client = company.everybody
    wrong(client, one.name, "colour", colour="red")
    wrong(client, one.name, "search__like", search__like="x")
    wrong(client, one.name, "shoe", fields="shoe")
    wrong(client, one.name, "shoe", sort="shoe")
    wrong(client, one.name, "limit", limit="0")
    wrong(client, one.name, "format", format="pdf")


def test_columns_are_chosen(one: Resource[Any], company: Company) -> None:
    names = list(one.rows.model_fields)[:2][::-1]
    for row in rows_of(company.everybody, one.name, fields=",".join(names)):
        assert list(row) == names


SAMPLES = {
    "bool": ["true", "false"],
    "int": ["1", "0", "99999999"],
    "float": ["0.5"],
    "date": ["2026-01-31"],
    "datetime": ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00+02:00", "2026-01-31"],
}


def samples(found: Resource[Any], name: str) -> list[str]:
    """Values of a filter: of its type, or those it is limited to."""
    annotation = found.question.model_fields[name].annotation
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is Literal:
            return [str(value) for value in get_args(part)]
    kind = plain_type(annotation)
    return SAMPLES.get(getattr(kind, "__name__", ""), ["x", "%", "'; --"])


def test_each_filter_and_lookup_is_answered(
    one: Resource[Any], company: Company
) -> None:
    model = list_parameters(one)
    for name in model.model_fields:
        base, _, lookup = name.partition("__")
        if name in PAGING:
            continue
        values = ["true", "false"] if lookup == "isnull" else samples(one, base)
        for value in values:
            answer = company.everybody.get(one.name, params={name: value})
            assert answer.status_code in (200, 404, 422), (name, value, answer.text)
            if base not in refs_in(one.question):
                refused = answer.status_code == 422 and f"query.{name}" in answer.text
                assert answer.status_code == 200 or refused, (name, value, answer.text)


def test_a_moment_without_a_zone_is_refused(
    one: Resource[Any], company: Company
) -> None:
    for name in choices_of(one.question):
        if samples(one, name) == SAMPLES["datetime"]:
            wrong(company.everybody, one.name, name, **{name: "2026-01-31T12:00:00"})


def test_a_filter_finds_the_row_it_describes(
    one: Resource[Any], company: Company
) -> None:
    rows = rows_of(company.everybody, one.name, limit=1000)
    plain = choices_of(one.question).keys() & one.rows.model_fields.keys()
    for name in sorted(plain - refs_in(one.question).keys() - {"search"}):
        row = next((row for row in rows if row[name] not in (None, "")), None)
        if row is None or isinstance(row[name], list | dict):
            continue
        value = row[name] if not isinstance(row[name], bool) else str(row[name]).lower()
        found = rows_of(company.everybody, one.name, limit=1000, **{name: value})
        assert row in found, name
        assert all(each[name] == row[name] for each in found), name
        if len(rows) < 1000:
            assert len(found) == sum(each[name] == row[name] for each in rows), name


def lookups(found: Resource[Any], name: str) -> list[str]:
    """The lookups that a filter has."""
    start = f"{name}__"
    return [
        one.removeprefix(start)
        for one in list_parameters(found).model_fields
        if one.startswith(start)
    ]


def test_lookups_mean_what_they_say(one: Resource[Any], company: Company) -> None:
    client = company.everybody
    rows = rows_of(client, one.name, limit=1000)
    if len(rows) == 1000:
        pytest.skip("too many rows to compare with")
    refs = refs_in(one.question).keys()
    for name in (choices_of(one.question).keys() & one.rows.model_fields.keys()) - refs:
        known = [row for row in rows if row[name] is not None]
        value = known[len(known) // 2][name] if known else None
        for lookup in lookups(one, name):
            if lookup != "isnull" and value in (None, ""):
                continue
            given = {"isnull": "false", "contains": str(value)[:3].upper()}
            params = {f"{name}__{lookup}": given.get(lookup, value)}
            found = rows_of(client, one.name, limit=1000, **params)
            wanted = [row for row in rows if fits(row[name], lookup, value)]
            assert found == wanted, params


def fits(have: Any, lookup: str, value: Any) -> bool:  # noqa: ANN401
    """Whether a value satisfies a lookup, as this test understands it."""
    if have is None:
        return False
    match lookup:
        case "in":
            return bool(have == value)
        case "contains":
            return str(value)[:3].upper() in str(have).upper()
        case "gte":
            return bool(have >= value)
        case "lte":
            return bool(have <= value)
        case _:
            return True


def test_a_file_is_the_list(one: Resource[Any], company: Company) -> None:
    client = company.everybody
    rows = rows_of(client, one.name, limit=1000)
    if len(rows) == 1000:
        pytest.skip("too many rows to compare with")
    lines = client.get(one.name, params={"format": "jsonl"}).text.splitlines()
    assert [json.loads(line) for line in lines] == rows
    table = client.get(one.name, headers={"Accept": "text/csv"})
    assert table.headers["content-disposition"].endswith(f'"{one.name}.csv"')
    read = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert (read[0], len(read) - 1) == (list(one.rows.model_fields), len(rows))
    book = client.get(one.name, params={"format": "xlsx"}).content
    sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    assert sheet.max_row - 1 == len(rows)
    assert [cell.value for cell in sheet[1]] == list(one.rows.model_fields)


def test_roles_decide_who_sees_it(one: Resource[Any], company: Company) -> None:
    assert company.client().get(one.name).status_code == 401
    for role in Role:
        answer = company.client(str(role)).get(one.name, params={"limit": 1})
        assert answer.status_code == (200 if role in one.roles else 403), role


def test_one_is_shown_by_id_and_by_name(one: Resource[Any], company: Company) -> None:
    if one.detail is None or one.reference is None:
        pytest.skip("it has rows only")
    client = company.everybody
    missing = client.get(f"{one.name}/999999999")
    assert missing.status_code == 404, missing.text
    assert missing.json()["values"]["given"] in (999999999, "999999999")
    for row in rows_of(client, one.name, limit=6):
        answer = client.get(f"{one.name}/id:{row['id']}")
        assert answer.status_code == 200, answer.text
        one.detail.model_validate_json(answer.text, strict=True)
        assert answer.headers["etag"].startswith(f'"{one.name}-{row["id"]}-')
        assert (
            client.get(f"{one.name}/id:{row['id']}").headers["etag"]
            == (answer.headers["etag"])
        )
        with company.app.engine.connect() as connection:
            name = one.reference.name_of(connection, row["id"])
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
        path = f"{one.name}/id:{row['id']}"
        stale = client.patch(path, json={}, headers={"If-Match": '"old"'})
        assert stale.status_code == 412, stale.text
        seen = client.get(path).headers["etag"]
        same = client.patch(path, json={}, headers={"If-Match": seen})
        assert same.status_code in (200, 422), same.text
        if same.status_code == 200:
            assert same.headers["etag"] == seen
            assert same.json() == client.get(path).json()


def test_openapi_describes_the_question(one: Resource[Any], company: Company) -> None:
    paths = company.client().get("http://purser.example/openapi.json").json()["paths"]
    listed = paths[f"{API}/{one.name}"]["get"]
    names = {parameter["name"] for parameter in listed["parameters"]}
    assert names == list_parameters(one).model_fields.keys()
    assert listed["operationId"] == f"{one.name}_list".replace("-", "_")
    for act in one.acts:
        found = [
            operation
            for path, methods in paths.items()
            for operation in methods.values()
            if operation.get("operationId")
            == f"{one.name}_{act.verb}".replace("-", "_")
            and path.startswith(f"{API}/{one.name}")
        ]
        assert len(found) == 1, act.verb


def test_operations_are_told_apart(company: Company) -> None:
    paths = company.client().get("http://purser.example/openapi.json").json()["paths"]
    ids = [one["operationId"] for methods in paths.values() for one in methods.values()]
    assert len(ids) == len(set(ids))


def test_acts_have_names_of_their_own() -> None:
    names = [act.name for name in NAMES for act in resource(name).acts]
    assert len(names) == len(set(names))


def test_the_options_of_the_command_are_the_question(one: Resource[Any]) -> None:
    from api.resources.cli.lists import _made

    entry = next(entry for entry in ENTRIES if entry.name == one.name)
    made = _made(entry)
    options = {option.name for option in made["list"].params}
    standard = {"filter", "sort", "fields", "limit", "after", "export", "csv", "json"}
    standard |= {"as_of"} if one.list_as_of else set()
    assert options - {"help"} == choices_of(one.question).keys() | standard
    words = {"update": "edit"}
    assert made.keys() >= {words.get(act.verb, act.verb) for act in one.acts}
