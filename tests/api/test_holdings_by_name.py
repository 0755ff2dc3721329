"""What people hold, by name: read of some persons at a time, as if of all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from api.compose.wiring import App
from api.resources.cli.options import local_caller
from api.resources.listing import list_call, read_page, viewer_of
from api.resources.people import holdings
from api.resources.people.holdings import HOLDINGS
from inventory.assets.register.tables import Asset, Custody
from inventory.people.persons import NewPerson, add_person
from inventory.storage.rows import add_many

PERSONS = 60
NAMES = ("Anna", "Budi", "Citra", "Dewi", "Eka")
SINCE = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdings, "FEW", 2)
    monkeypatch.setattr(holdings, "MOST", 40)


@pytest.fixture
def held(app: App) -> App:
    """Many persons of few names, of whom every third holds things."""
    with app.work("test") as work:
        people = [
            add_person(
                work, NewPerson(key=f"p{n}", family_name=NAMES[n * 7 % len(NAMES)])
            )
            for n in range(PERSONS)
        ]
        whose = [person for person in people if person % 3 == 0 for _ in range(2)]
        assets = add_many(
            work,
            Asset,
            [
                {"tag": f"H-{n}", "kind": "laptop", "state": "in_use", "search": ""}
                for n, _ in enumerate(whose)
            ],
        )
        # Ids of custody in another order than persons: the tie of equal names.
        pairs = list(zip(assets, reversed(whose), strict=True))
        add_many(
            work,
            Custody,
            [
                {"asset_id": asset, "person_id": person, "valid_from": SINCE}
                for asset, person in pairs
            ],
        )
        work.commit()
    return app


def pages(app: App, sort: str, limit: int, **asked: str) -> Iterator[list[int]]:
    after: str | None = None
    with app.engine.connect() as reading:
        viewer = viewer_of(app, local_caller(), None)
        for _ in range(PERSONS):
            sent = {"sort": sort, "limit": limit, **asked}
            call = list_call(HOLDINGS, sent | ({"after": after} if after else {}))
            rows, after = read_page(HOLDINGS, reading, viewer, call)
            yield [row["id"] for row in rows]
            if after is None:
                return


@pytest.mark.parametrize("sort", ["person", "-person"])
@pytest.mark.parametrize("limit", [1, 3, 7, 1000])
def test_pages_by_name_are_the_whole_list_in_order(
    held: App, sort: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [number for page in pages(held, sort, limit) for number in page]
    monkeypatch.setattr(holdings, "MOST", 0)  # all at once
    (whole,) = pages(held, sort, 1000)
    assert len(whole) == len(set(whole)) > PERSONS / 2
    assert found == whole


def test_a_filter_that_few_pass_finds_them_wherever_they_stand(held: App) -> None:
    found = [
        number for page in pages(held, "person", 2, external="true") for number in page
    ]
    (whole,) = pages(held, "person", 1000, external="true")
    assert found == whole
    assert found
