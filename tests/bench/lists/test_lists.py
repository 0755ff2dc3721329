"""Every list and detail at size: what takes longest, and whether it is below 50 ms.

    pytest -m bench -n0 -s tests/bench/lists -k sqlite

BENCH_ONLY names resources, with commas; BENCH_LOOKUPS=1 asks for `__contains` and the
other lookups, too. A question is put to the resource first, without HTTP, which takes
another 5 ms whatever is asked. What then comes near the limit is asked through the API,
BENCH_ROUNDS times, twenty without; so are the first page and details of each resource.
The figures are CPU: of this process, which is all there is with SQLite, and of the
processes of PostgreSQL.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from api.app import create_api
from api.compose.keys import Seal
from api.compose.wiring import App, compose
from api.http.callers import Caller, Role
from api.resources.declare import Viewer
from api.resources.listing import list_call, read_page
from api.resources.lookups import resolved_question
from api.resources.registry import ENTRIES, resource
from api.resources.resource import Resource
from config.settings import Settings
from inventory.kernel.errors import InventoryError
from tests.api.conftest import cheap_passwords, make_token, quiet
from tests.api.resources.client import Client
from tests.bench.lists import database
from tests.bench.lists.meter import Meter, Took
from tests.bench.lists.questions import Asked, questions
from tests.conftest import NOW

__all__ = ["cheap_passwords", "quiet"]

pytestmark = [pytest.mark.bench, pytest.mark.timeout(7200)]

API = "/api/v1"
LIMIT = 0.050
NEAR = 0.030
LOOKUPS = bool(os.environ.get("BENCH_LOOKUPS"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "20"))
ONLY = tuple(filter(None, os.environ.get("BENCH_ONLY", "").split(",")))
NAMES = [one.name for one in ENTRIES if not ONLY or one.name in ONLY]
READER = Caller("bench", "Bench", frozenset(Role))


@dataclass(frozen=True, slots=True)
class Bench:
    """A full database, its API and how it is measured."""

    name: str
    app: App
    client: Client
    meter: Meter

    def ask(self, address: str) -> Any:  # noqa: ANN401
        """Return the JSON of an address."""
        answer = self.client.get(f"{API}{address}")
        # A value of another form than the filter takes: there is nothing to measure.
        assert answer.status_code in (200, 422), (address, answer.text[:500])
        return answer.json()


@dataclass(frozen=True, slots=True)
class Result:
    """What a question took, in seconds of CPU."""

    what: str
    about: str
    p50: float
    p95: float
    wall: float

    def line(self) -> str:
        """Return it as a line of the table."""
        return (
            f"{self.p50 * 1e3:8.1f} {self.p95 * 1e3:8.1f} {self.wall * 1e3:8.1f}"
            f"  {self.about:11} {self.what[:150]}"
        )


@pytest.fixture(params=["sqlite", "postgres"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Each database, full."""
    with ExitStack() as stack:
        folder = None
        if request.param == "sqlite":
            engine = stack.enter_context(database.sqlite())
        else:
            engine, server = stack.enter_context(database.postgresql())
            folder = server.folder
        database.bring_indexes(engine)
        seal = Seal(Fernet.generate_key(), 12)
        app = compose(Settings(data_dir=tmp_path), engine, lambda: NOW, seal)
        stack.callback(app.close)
        token = make_token(app, *sorted(map(str, Role)))
        headers = {"Authorization": f"Bearer {token}"}
        client = Client(create_api(app), "http://bench.example", headers)
        stack.callback(client.close)
        yield Bench(request.param, app, client, Meter(folder))


def test_every_list_and_detail(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    results: list[Result] = []
    for name in NAMES:
        one = resource(name)
        with bench.app.engine.connect() as reading:
            asked = list(questions(one, bench.ask, reading, lookups=LOOKUPS))
        for each in asked:
            results.append(answered(bench, one, each))
        for each in asked:
            if each.about in ("page", "filter", "search"):
                count = partial(counted, bench, one, each)
                results.append(measured(bench, str(each), "count", count))
        offered = partial(choices, bench, one)
        results.append(measured(bench, name, "choices", offered))
        with capsys.disabled():
            slowest = max(r.p95 for r in results if r.what.split()[0].startswith(name))
            print(
                f"{bench.name} {name}: {len(asked)} questions, up to "
                f"{slowest * 1e3:.0f} ms",
                flush=True,
            )
    results.sort(key=lambda one: -one.p95)
    with capsys.disabled():
        print(f"{bench.name}: CPU p50, p95, wall at best, in ms")
        for result in results[:400]:
            print(result.line())
    target = database.FOLDER / f"{bench.name}.txt"
    target.write_text("".join(f"{one.line()}\n" for one in results))
    missed = [one for one in results if one.p95 > LIMIT]
    with capsys.disabled():
        print(f"{len(missed)} of {len(results)} questions take more than 50 ms")


def answered(bench: Bench, one: Resource[Any], each: Asked) -> Result:
    """Ask a question, through the API where it matters."""
    through = partial(bench.ask, each.address)
    if each.about not in ("page", "detail"):
        result = measured(bench, str(each), each.about, partial(read, bench, one, each))
        if result.p50 < NEAR / 2:
            return result
    return measured(bench, str(each), f"{each.about}*", through)


def read(bench: Bench, one: Resource[Any], each: Asked) -> object:
    """Read a page without HTTP."""
    try:
        call = list_call(one, dict(each.params))
        viewer = Viewer(READER, NOW.date(), NOW.date(), bench.app)
        with bench.app.engine.connect() as reading:
            return read_page(one, reading, viewer, call)
    except (ValidationError, InventoryError):
        # A value of another form than the filter takes: there is nothing to measure.
        return None


def measured(bench: Bench, what: str, about: str, call: Callable[[], object]) -> Result:
    """Ask a question some times; more often what comes near the limit."""
    took: list[Took] = []
    for _ in range(2):
        took.append(bench.meter.measured(call)[1])
        if took[-1].cpu > 20 * LIMIT:
            break
    took = [min(took, key=lambda one: one.cpu)]
    if NEAR < took[0].cpu < 6 * LIMIT:
        took = [bench.meter.measured(call)[1] for _ in range(ROUNDS)]
    cpu = sorted(one.cpu for one in took)
    wall = min(one.wall for one in took)
    return Result(what, about, median(cpu), cpu[int(len(cpu) * 0.95) - 1], wall)


def counted(bench: Bench, one: Resource[Any], each: Asked) -> int | None:
    """Count a list, as its page does."""
    try:
        call = list_call(one, dict(each.params))
        viewer = Viewer(READER, NOW.date(), NOW.date(), bench.app)
        with bench.app.engine.connect() as reading:
            asked = resolved_question(reading, call.asked)
            return one.source.count(reading, asked, viewer)
    except (ValidationError, InventoryError):
        return None


def choices(bench: Bench, one: Resource[Any]) -> object:
    """Read the values that the filters of a list offer, as its page does."""
    with bench.app.engine.connect() as reading:
        return one.source.choices(reading)
