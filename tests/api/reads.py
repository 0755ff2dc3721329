"""Which requests read everything: from the OpenAPI description and from the answers.

A path parameter takes what the list above it tells; a parameter with choices takes
each of them. Only what a program cannot guess is written down here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

PREFIX = "/api/v1"
MOST_OF_A_KIND = 3
"""Things of a list whose details are read."""

PLACEHOLDER = re.compile(r"\{(\w+)\}")

PATHS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "/assets/{}/schedule": (("1",),),
    "/files/{}/content": (("1",),),
}
"""Values of path parameters that no list tells; `{}` stands for each parameter."""

QUERIES: Mapping[str, Mapping[str, str]] = {
    "/assets/{}/schedule": {"book": "IFRS"},
    "/books/{}/journal": {"from": "2026-01-01", "to": "2026-02-28"},
    "/schedules/{}/explain": {"period": "2026-01"},
    "/search": {"q": "laptop"},
    "/stock-take-items": {"stock_take": "Spring"},
    "/sightings": {"mac": "00:00:5e:00:53:01"},
    "/worklist": {"acknowledged": "both"},
}
"""Parameters without which nothing is told."""

REPORT = {
    "book": "IFRS",
    "tax_book": "TAX",
    "from": "2026-01-01",
    "to": "2026-12-31",
    "as_of": "2026-12-31",
    "year": "2026",
}
"""Parameters of reports."""


@dataclass(frozen=True)
class Read:
    """A request that was answered.

    Attributes:
        operation: The path as the description has it.
        answer: What was answered.
    """

    operation: str
    answer: httpx.Response

    def __str__(self) -> str:
        return f"{self.answer.request.url}: {self.answer.status_code}"


@dataclass
class Reader:
    """Reads every GET operation of an API.

    Args:
        client: With a token that may read all.
        spec: The OpenAPI description.
    """

    client: httpx.AsyncClient
    spec: Mapping[str, Any]
    _lists: dict[str, list[Any]] = field(default_factory=dict)

    async def read_all(self) -> list[Read]:
        """Return the answers of all operations."""
        found = []
        for operation, item in sorted(self.spec["paths"].items()):
            if "get" not in item:
                continue
            parameters = item["get"].get("parameters", [])
            if "{" not in operation:
                await self._rows(operation, parameters)
            for path in await self._paths(operation, parameters):
                for query in self._queries(operation, path, parameters):
                    answer = await self.client.get(path, params=query)
                    found.append(Read(operation, answer))
        return found

    async def _paths(self, operation: str, parameters: Sequence[Any]) -> list[str]:
        names = PLACEHOLDER.findall(operation)
        if not names:
            return [operation]
        known = PATHS.get(brief(operation))
        if known is None and len(names) == 1:
            known = self._choices(parameters, names[0])
        if known is None:
            known = await self._listed(operation, names[0])
        return [_filled(operation, values) for values in known]

    def _choices(
        self, parameters: Sequence[Any], name: str
    ) -> list[tuple[str, ...]] | None:
        schema = next(each["schema"] for each in parameters if each["name"] == name)
        values = self.resolved(schema).get("enum")
        return [(str(value),) for value in values] if values else None

    async def _listed(self, operation: str, name: str) -> list[tuple[str, ...]]:
        """Return what the list above an operation tells of its parameter."""
        path = operation.partition("/{")[0]
        rows = await self._rows(path)
        key = "id" if name == "ref" or name.endswith("id") else name
        values = [
            row if isinstance(row, str) else row.get(key, row.get("name"))
            for row in rows
        ]
        most = None if key == "name" else MOST_OF_A_KIND
        return [(str(value),) for value in values[:most]]

    async def _rows(self, path: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a list without filters."""
        if path not in self._lists:
            always = needed(path, parameters)
            answer = await self.client.get(path, params=always)
            assert answer.status_code == 200, answer.text
            as_json = answer.headers["content-type"].startswith("application/json")
            body = answer.json() if as_json else None
            rows = body.get("items", []) if isinstance(body, dict) else []
            self._lists[path] = rows
        return self._lists[path]

    def _queries(
        self, operation: str, path: str, parameters: Sequence[Any]
    ) -> Iterator[dict[str, str]]:
        """Yield the query of the plain request, then one for each choice.

        How lists are sorted, and what lookups find, is asked by tests of their own.
        """
        always = needed(operation, parameters)
        yield always
        for each in parameters:
            name = each["name"]
            if each["in"] == "query" and name not in always:
                if name == "sort" or "__" in name:
                    continue
                for value in self._values(operation, each):
                    yield always | {name: value}

    def _values(self, operation: str, parameter: Any) -> Sequence[str]:  # noqa: ANN401
        """Return each choice of a parameter, or a value that rows of the list have."""
        schema = self.resolved(parameter["schema"])
        if schema.get("type") == "boolean":
            return ("true", "false")
        if "enum" in schema:
            return [str(value) for value in schema["enum"]]
        kind = int if schema.get("type") == "integer" else str | int
        rows = self._lists.get(operation, ())
        found = (row.get(parameter["name"]) for row in rows if isinstance(row, dict))
        return [str(value) for value in found if isinstance(value, kind)][:1]

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a schema itself: without `null` beside it, and not by its name."""
        options = schema.get("anyOf", [schema])
        found = next(each for each in options if each.get("type") != "null")
        if "$ref" in found:
            name = found["$ref"].rpartition("/")[2]
            named: Mapping[str, Any] = self.spec["components"]["schemas"][name]
            return named
        kind: Mapping[str, Any] = found
        return kind


def needed(operation: str, parameters: Sequence[Any]) -> dict[str, str]:
    """Return the parameters without which an operation tells nothing."""
    if operation.startswith(f"{PREFIX}/reports/") and operation.endswith("/rows"):
        names = (each["name"] for each in parameters)
        return {name: REPORT[name] for name in names if name in REPORT}
    return dict(QUERIES.get(brief(operation), {}))


def brief(operation: str) -> str:
    """Return a path without its prefix and the names of its parameters."""
    return PLACEHOLDER.sub("{}", operation.removeprefix(PREFIX))


def _filled(operation: str, values: Sequence[str]) -> str:
    given = iter(values)
    return PLACEHOLDER.sub(lambda _: quote(next(given), safe=""), operation)
