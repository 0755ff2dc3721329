"""Schemathesis against the application itself: is every answer as it is described?

For each operation of the OpenAPI description, requests that the description allows and
requests that it forbids; what is named in paths is taken from the lists, so that acts
reach things that are there. Three promises: never a 500, only described statuses, and
bodies that fit their schema.

Once one operation after the other, and once along links from what an answer names to
what can be done with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import ASGIApp

from tests.api.conftest import bearer

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
PATIENCE = 300.0
REAL = 7
"""Of ten requests, so many are with our token, and to a thing that is there."""
METHODS = {"get", "post", "put", "patch", "delete"}


@dataclass
class Conformance:
    """Asks operations, and keeps what was not as described.

    Attributes:
        statuses: How many answers had which status.
        breaches: What was wrong: operation, check, status, and what was sent.
    """

    app: ASGIApp
    token: str
    statuses: Counter[int] = field(default_factory=Counter)
    breaches: dict[tuple[str, str, int], str] = field(default_factory=dict)

    def told(self) -> list[str]:
        """Return what was wrong, a line each."""
        return [
            " ".join(map(str, key)) + f": {why}" for key, why in self.breaches.items()
        ]

    def ask(self, every: int = 1, examples: int = 1, methods: str = "") -> None:
        """Ask each `every`th operation so many times in each mode.

        Args:
            every: 1 for all operations.
            examples: Requests of each mode.
            methods: Names of methods; empty for all.
        """
        schema = schemathesis.openapi.from_asgi(
            "/openapi.json", self.app, timeout=PATIENCE
        )
        application: Any = self.app
        with asgi.get_client(application) as client:
            client.headers.update(bearer(self.token))
            every_one: list[Any] = list(schema.get_all_operations())
            chosen = [
                one
                for one in (found.ok() for found in every_one)
                if not methods or one.method.upper() in methods.split()
            ]
            asked = chosen[::every]
            lists = {one.path.partition("/{")[0] for one in asked if "{" in one.path}
            paths = schema.raw_schema["paths"]
            known = dict(_listed(client, {path: paths.get(path, {}) for path in lists}))
            for operation in asked:
                names = known.get(operation.path.partition("/{")[0], ())
                for mode in MODES:
                    self._ask_one(client, operation, mode, names, examples)

    def _ask_one(
        self,
        client: Any,  # noqa: ANN401
        operation: Any,  # noqa: ANN401
        mode: GenerationMode,
        names: Sequence[str],
        examples: int,
    ) -> None:
        @seed(7)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), pick=st.integers(0, 9))
        def asked(case: Any, pick: int) -> None:  # noqa: ANN401
            if names and case.path_parameters and pick < REAL:
                first = next(iter(case.path_parameters))
                case.path_parameters[first] = names[pick % len(names)]
            if pick < REAL:
                self._check(case, self._call(client, case))
            else:
                self._check(case, case.call(session=client, timeout=PATIENCE))

        try:
            asked()
        except Unsatisfiable:  # a mode that an operation without inputs has not
            return

    def walk(self, requests: int, steps: int = 15) -> None:
        """Follow links from answers to what can be done next.

        Args:
            requests: How many to send.
            steps: How many follow each other; then it begins anew.
        """
        schema = schemathesis.openapi.from_asgi(
            "/openapi.json", self.app, timeout=PATIENCE
        )
        _link(schema.raw_schema["paths"])
        application: Any = self.app
        made, machine = self, schema.as_state_machine()
        with asgi.get_client(application) as client:
            client.headers.update(bearer(self.token))

            class Walk(machine):  # type: ignore[valid-type,misc]
                def call(self, case: Any, **_: Any) -> Any:  # noqa: ANN401
                    return made._call(client, case)

                def validate_response(
                    self,
                    response: Any,  # noqa: ANN401
                    case: Any,  # noqa: ANN401
                    **_: Any,  # noqa: ANN401
                ) -> None:
                    made._check(case, response)

            for number in range(requests):
                if sum(self.statuses.values()) >= requests:
                    break
                with suppress(Flaky):  # the company is not what it was before
                    run_state_machine_as_test(seed(number)(Walk), settings=_walk(steps))

    def _call(self, client: Any, case: Any) -> Any:  # noqa: ANN401
        """Ask as ourselves: tokens and cookies that were made up are left out."""
        case.cookies = {}
        case.headers = {**(case.headers or {}), **bearer(self.token)}
        return case.call(session=client, timeout=PATIENCE)

    def _check(self, case: Any, answer: Any) -> None:  # noqa: ANN401
        self.statuses[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except (FailureGroup, Failure) as failure:
            several: Sequence[Any] = getattr(failure, "exceptions", (failure,))
            for one in several:
                key = case.operation.label, one.title, answer.status_code
                sent = f"{case.path_parameters} {case.query} {case.body}"[:500]
                self.breaches.setdefault(key, f"{one.message[:300]} after {sent}")


def _walk(steps: int) -> settings:
    return settings(
        max_examples=5,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )


def _link(paths: dict[str, Any]) -> None:
    """Add links: from a list, and from what was made, to all that can be done with it.

    The description has none of its own, and names alone do not tell that a `ref` is the
    `id` of a row.
    """
    for path, item in paths.items():
        base, _, rest = path.partition("/{ref}")
        if not rest and not path.endswith("/{ref}"):
            continue
        for method in item.keys() & METHODS:
            target = item[method]["operationId"]
            for source, how, status, where in (
                (base, "get", "200", "/items/*/id"),
                (base, "post", "201", "/id"),
                (f"{base}:create", "post", "201", "/id"),
            ):
                made = paths.get(source, {}).get(how, {}).get("responses", {})
                if status in made:
                    link = {
                        "operationId": target,
                        "parameters": {"ref": f"$response.body#{where}"},
                    }
                    made[status].setdefault("links", {})[target] = link


def _listed(
    client: Any,  # noqa: ANN401
    paths: Mapping[str, Any],
) -> Iterator[tuple[str, list[str]]]:
    for path, item in paths.items():
        if "{" in path or "get" not in item:
            continue
        answer = client.get(f"http://{asgi.HOST}{path}", params={"limit": 5})
        if answer.status_code == 200 and "json" in answer.headers["content-type"]:
            body = answer.json()
            rows = body.get("items", ()) if isinstance(body, dict) else ()
            names = [
                str(row["id"]) for row in rows if isinstance(row, dict) and "id" in row
            ]
            yield path, names
