"""Every GET of the API, on a company with everything: answered, and as described."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from api.app import create_api
from api.compose.wiring import App
from api.http.callers import Role
from inventory.people import accounts
from tests.api.conformance import Conformance
from tests.api.conftest import calling, make_token
from tests.api.reads import Read, Reader, brief
from tests.api.whole_company import make_company

ROLES = ("it", "hr", "accounting", "auditor")
JSON = "application/json"
ANY = "*/*"

WITHOUT_SCHEMA: frozenset[str] = frozenset()
"""Operations whose answer is not described yet: only ever fewer."""

WITHOUT_ROWS = frozenset({"/reports/sammelposten/rows"})
"""Lists of which the company has nothing, and another test has: only ever fewer."""

Spec = Mapping[str, Any]


@pytest.fixture(scope="module")
def company(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    """The company; but for the last one, the tests of this module only look."""
    folder = tmp_path_factory.mktemp("company")
    database = folder / "purser.sqlite"
    shutil.copyfile(sqlite_template, database)
    app = make_company(database, folder)
    yield app
    app.close()


@pytest.fixture(scope="module")
def told(company: App) -> tuple[Spec, list[Read]]:
    """The description, and the answer of every request."""

    async def read() -> tuple[Spec, list[Read]]:
        async with calling(company, *ROLES) as client:
            spec = (await client.get("/openapi.json")).json()
            return spec, await Reader(client, spec).read_all()

    return asyncio.run(read())


@pytest.fixture(scope="module")
def spec(told: tuple[Spec, list[Read]]) -> Spec:
    """The OpenAPI description."""
    return told[0]


@pytest.fixture(scope="module")
def reads(told: tuple[Spec, list[Read]]) -> list[Read]:
    """All answers."""
    return told[1]


def gets(spec: Spec) -> dict[str, Any]:
    """Return the GET operations by path."""
    return {path: each["get"] for path, each in spec["paths"].items() if "get" in each}


def test_every_operation_is_read_and_answers(spec: Spec, reads: list[Read]) -> None:
    assert [str(read) for read in reads if read.answer.status_code != 200] == []
    assert {read.operation for read in reads} == gets(spec).keys()


def test_every_answer_is_of_a_described_type(spec: Spec, reads: list[Read]) -> None:
    wrong = [
        f"{read}: {kind}"
        for read in reads
        if described(spec, read).isdisjoint((kind := media_type(read), ANY))
    ]
    assert wrong == []


def test_the_answers_that_are_not_described_are_known(spec: Spec) -> None:
    without = {
        brief(path)
        for path, get in gets(spec).items()
        if JSON in (content := get["responses"]["200"]["content"])
        and not content[JSON].get("schema")
    }
    assert without == WITHOUT_SCHEMA


def test_every_list_has_rows(reads: list[Read]) -> None:
    rows: dict[str, int] = defaultdict(int)
    for read in reads:
        if media_type(read) == JSON and "items" in (body := read.answer.json()):
            rows[brief(read.operation)] += len(body["items"])
    assert {path for path, count in rows.items() if not count} == WITHOUT_ROWS


def test_every_answer_is_as_its_schema_says(spec: Spec, reads: list[Read]) -> None:
    validators = {path: validator(spec, path) for path in gets(spec)}
    wrong = {
        f"{brief(read.operation)} {error.json_path}: {error.message[:200]}"
        for read in reads
        if media_type(read) == JSON and (check := validators[read.operation])
        for error in check.iter_errors(read.answer.json())
    }
    assert sorted(wrong) == []


def test_some_reads_are_as_described_whatever_is_asked(company: App) -> None:
    made = Conformance(create_api(company), make_token(company, *ROLES))
    made.ask(every=9, examples=2, methods="GET")
    assert made.told() == []
    assert made.statuses[200] > 10


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("role", [*sorted(map(str, Role)), "read-only"])
def test_every_operation_is_as_described_for_each_role(
    sqlite_template: Path, tmp_path: Path, role: str
) -> None:
    """What a role does not see is absent where the description lets it be absent."""
    database = tmp_path / "purser.sqlite"
    shutil.copyfile(sqlite_template, database)
    app = make_company(database, tmp_path)
    with app.work("test") as work:
        roles = ROLES if role == "read-only" else (role,)
        _, token = accounts.add_token(work, role, roles, writes=role != "read-only")
        work.commit()
    made = Conformance(create_api(app), token)
    made.ask(
        every=int(os.environ.get("CONFORMANCE_EVERY", "1")),
        examples=int(os.environ.get("CONFORMANCE_EXAMPLES", "8")),
    )
    made.walk(int(os.environ.get("CONFORMANCE_WALK", "300")))
    app.close()
    print(role, dict(made.statuses), *made.told(), sep="\n")
    assert made.told() == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_every_operation_is_as_described_whatever_is_asked(
    sqlite_template: Path, tmp_path: Path
) -> None:
    database = tmp_path / "purser.sqlite"
    shutil.copyfile(sqlite_template, database)
    app = make_company(database, tmp_path)
    made = Conformance(create_api(app), make_token(app, *ROLES))
    made.ask(examples=int(os.environ.get("CONFORMANCE_EXAMPLES", "8")))
    app.close()
    print(dict(made.statuses), *made.told(), sep="\n")
    assert made.told() == []
    assert not any(status >= 500 for status in made.statuses)


def test_what_follows_from_answers_is_as_described(company: App) -> None:
    """Acts of what lists and acts have named; it changes the company."""
    made = Conformance(create_api(company), make_token(company, *ROLES))
    made.walk(80)
    assert made.told() == []
    assert made.statuses[200] > 10


def media_type(read: Read) -> str:
    """Return the type of an answer without its parameters."""
    kind: str = read.answer.headers["content-type"]
    return kind.partition(";")[0]


def described(spec: Spec, read: Read) -> set[str]:
    """Return the types of a good answer that the description names."""
    return set(gets(spec)[read.operation]["responses"]["200"]["content"])


def validator(spec: Spec, path: str) -> Draft202012Validator | None:
    """Return what checks the JSON of an operation; None if it is not described."""
    content = gets(spec)[path]["responses"]["200"]["content"]
    schema = content.get(JSON, {}).get("schema")
    if not schema:
        return None
    # Names in the description begin at its root, so the components come along.
    return Draft202012Validator(closed(schema | {"components": spec["components"]}))


def closed(schema: Any) -> Any:  # noqa: ANN401
    """Return a schema that allows no property it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inside = {name: closed(each) for name, each in schema.items()}
    if "properties" in schema and "additionalProperties" not in schema:
        inside["additionalProperties"] = False
    return inside
