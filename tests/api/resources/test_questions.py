"""What every list is asked: unknown names, forged cursors, files, options."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import openpyxl
import pytest

from api.resources.declare import choices_of
from api.resources.listing import list_parameters
from api.resources.references import refs_in
from api.resources.registry import ENTRIES
from api.resources.resource import Resource
from tests.api.resources.conftest import API, Company, rows_of
from tests.api.resources.declared import PAGING, SAMPLES, samples, sorts, wrong


def cursors(sort: str) -> Iterator[str]:
    """Cursors that nobody was given."""
    yield "rubbish"
    yield "\x00"
    values: list[Any] = [{}, [], None, "a\x00", 10**30]
    ties = [1, "a", None, 10**30, -1.5]
    of_values = [
        (value, 1) for value in (*values, {"at": "noon"}, {"at": 5}, {"on": 1})
    ]
    for value, tie in (*of_values, *(("a", tie) for tie in ties)):
        text = json.dumps([sort, value, tie])
        yield base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_a_forged_cursor_is_a_problem(one: Resource[Any], company: Company) -> None:
    for sort, every in {sorts(one)[-1]: 4, one.sort: 1}.items():
        for cursor in islice(cursors(sort), 0, None, every):
            params = {"sort": sort, "after": cursor}
            answer = company.everybody.get(one.name, params=params)
            assert answer.status_code in (200, 400), (cursor, answer.text)


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


def test_each_filter_and_lookup_is_answered(
    one: Resource[Any], company: Company
) -> None:
    model = list_parameters(one)
    asked: set[tuple[object, str]] = set()
    for name in model.model_fields:
        base, _, lookup = name.partition("__")
        if name in PAGING:
            continue
        # What a lookup does follows from the type of its filter.
        kind = (one.question.model_fields[base].annotation, lookup)
        if lookup and kind in asked:
            continue
        asked.add(kind)
        values = ["true", "false"] if lookup == "isnull" else samples(one, base)
        # A lookup reads its value as the filter does: one of them is enough.
        for value in values[: None if lookup in ("", "isnull") else 1]:
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


def test_openapi_describes_the_question(
    one: Resource[Any], described: dict[str, Any]
) -> None:
    paths = described["paths"]
    listed = paths[f"{API}/{one.name}"]["get"]
    told = listed["parameters"]
    names = {one["name"] for one in told if one["in"] == "query"}
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


@pytest.fixture(scope="module")
def described(company: Company) -> dict[str, Any]:
    """The OpenAPI description."""
    found: dict[str, Any] = (
        company.client().get("http://purser.example/openapi.json").json()
    )
    return found


def test_operations_are_told_apart(described: dict[str, Any]) -> None:
    ids = [
        one["operationId"]
        for methods in described["paths"].values()
        for one in methods.values()
    ]
    assert len(ids) == len(set(ids))


def test_models_are_told_apart_by_their_names(described: dict[str, Any]) -> None:
    # Two classes of one name are written with their modules, which generators of
    # clients cannot read, and whoever reads the description neither.
    odd = [
        name
        for name in described["components"]["schemas"]
        if "__" in name or name.endswith(("-Input", "-Output"))
    ]
    assert odd == []


def test_the_options_of_the_command_are_the_question(one: Resource[Any]) -> None:
    from api.resources.cli.groups import _made

    entry = next(entry for entry in ENTRIES if entry.name == one.name)
    made = _made(entry)
    options = {option.name for option in made["list"].params}
    standard = {"filter", "sort", "fields", "limit", "after", "export", "csv", "json"}
    standard |= {"as_of"} if one.list_as_of else set()
    assert options - {"help"} == choices_of(one.question).keys() | standard
    words = {"update": "edit"}
    assert made.keys() >= {words.get(act.verb, act.verb) for act in one.acts}
