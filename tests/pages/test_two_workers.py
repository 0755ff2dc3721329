"""Two workers on one database answer one visitor in turn, and he does not notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from api.compose.wiring import App, build
from api.pages.site import create_pages
from config.settings import Settings
from inventory.people import accounts
from tests.pages.conftest import PASSWORD
from tests.pages.sample import fill
from tests.pages.test_frame import assert_safe
from tests.pages.visitor import HOST, Client, Visitor


class Turns:
    """Gives each request to the next worker, as a balancer does."""

    def __init__(self, workers: list[ASGIApp]) -> None:
        self._next = cycle(enumerate(workers))
        self.asked: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        number, worker = next(self._next)
        self.asked.append(number)
        await worker(scope, receive, send)


@pytest.fixture
def workers(database_url: str, tmp_path: Path) -> Iterator[list[App]]:
    """Two processes' worth of Purser with one data directory and one database."""
    settings = Settings.model_validate(
        {"data_dir": tmp_path, "database_url": database_url}
    )
    made = [build(settings), build(settings)]
    with made[0].work("test") as work:
        accounts.add_account(work, "it", PASSWORD, ["it"])
        work.commit()
    fill(made[0], datetime.now(UTC))
    yield made
    for app in made:
        app.close()


def test_a_visitor_is_answered_by_two_workers_in_turn(workers: list[App]) -> None:
    turns = Turns([create_pages(app) for app in workers])
    visitor = Visitor(Client(turns))
    page = visitor.see("/assets").send(
        "form[action='/login']", login="it", password=PASSWORD
    )
    assert page.url == f"{HOST}/assets"
    assert {row["Tag"] for row in page.rows()} == {"T-001", "T-002"}

    form = visitor.see("/assets/1/update")
    assert_safe(form)
    told = form.send(serial="NEW-1")
    assert told.status == 200
    assert "NEW-1" in told.source
    # The sentence of what was done is kept by the visitor, not by a worker.
    assert told.texts("[role=status]") == ["Saved."]

    for path in ("/", "/devices", "/map", "/worklist", "/people/1", "/search?q=sw-1"):
        first, second = visitor.see(path), visitor.see(path)
        assert (first.status, second.status) == (200, 200), path
        assert first.headers["etag"] == second.headers["etag"], path
    visitor.see("/logout", {})
    assert visitor.see("/assets").text("h1") == "Log in"
    assert visitor.see("/assets").text("h1") == "Log in"
    assert abs(turns.asked.count(0) - turns.asked.count(1)) <= 1
