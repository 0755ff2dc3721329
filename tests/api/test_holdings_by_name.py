"""What people hold, read in parts: of some persons, of one table after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from api.compose.wiring import App
from api.resources.cli.options import local_caller
from api.resources.listing import ListCall, list_call, read_page, viewer_of
from api.resources.people import holdings
from api.resources.people.holdings import HOLDINGS, HoldingQuestion
from api.resources.sources import TableSource
from inventory.assets.contracts.tables import Licence, LicenceSeat, LicenceUse
from inventory.assets.register.tables import Asset, Custody
from inventory.people.organisation import ensure
from inventory.people.persons import NewPerson, add_person
from inventory.people.tables import Employment
from inventory.storage.rows import add, add_many
from inventory.telecom.tables import Extension, ExtensionPerson, PhoneSystem

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


assert isinstance(HOLDINGS.source, TableSource)
WHOLE: TableSource[HoldingQuestion] = HOLDINGS.source
SORTS = "id person left_on what item kind tag since expected_return".split()


@pytest.fixture
def of_all_kinds(held: App) -> App:
    """Beside assets: parts, extensions, seats and counted things; some have left."""
    days = [SINCE.replace(day=1 + n % 3) for n in range(PERSONS)]
    at = held.clock()
    with held.work("test") as work:
        entity = ensure(work, "legal_entity", "100", name="Example", currency="EUR")
        employed = [
            {
                "person_id": n,
                "legal_entity_id": entity,
                "number": str(n),
                "source": "test",
                "valid_from": SINCE.replace(year=2025),
                "valid_to": days[n] if n % 2 else None,
            }
            for n in range(1, PERSONS // 2)
        ]
        add_many(work, Employment, employed)
        parts = [
            {"tag": f"P-{n}", "kind": "dock", "state": "in_use", "search": ""}
            | ({"model": "D1"} if n % 2 else {})
            for n in range(12)
        ]
        docks = add_many(work, Asset, parts)
        of_assets = [
            {"asset_id": dock, "holder_asset_id": n, "valid_from": days[n]}
            | ({"expected_return": days[n]} if n % 3 else {})
            for n, dock in enumerate(docks, 1)
        ]
        add_many(work, Custody, of_assets)
        seen = {"first_seen": at, "last_seen": at, "search": ""}
        system = add(work, PhoneSystem, {"name": "pbx", "kind": "other", "site": ""})
        lines = [{"system_id": system, "number": f"2{n}", **seen} for n in range(9)]
        whose = [
            {"extension_id": line, "person_id": n, "valid_from": days[n]}
            for n, line in enumerate(add_many(work, Extension, lines), 1)
        ]
        add_many(
            work,
            ExtensionPerson,
            [one | {"source": "x", "evidence": "hand"} for one in whose],
        )
        licence = {"key": "cad", "product": "CAD", "starts_on": SINCE}
        licence_id = add(work, Licence, licence | {"seats": 9})
        seats = [{"licence_id": licence_id, "number": n} for n in range(1, 10)]
        used = [
            {"seat_id": seat, "person_id": 2 * n, "valid_from": days[n]}
            for n, seat in enumerate(add_many(work, LicenceSeat, seats), 1)
        ]
        add_many(work, LicenceUse, used)
        work.commit()
    return held


def question(call: ListCall) -> HoldingQuestion:
    assert isinstance(call.asked, HoldingQuestion)
    return call.asked


@pytest.mark.parametrize("asked", [{}, {"left": "true"}, {"search": "an"}])
def test_pages_by_any_column_are_the_whole_list_in_order(
    of_all_kinds: App, asked: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    paged = {
        sort: [n for page in pages(of_all_kinds, sort, 7, **asked) for n in page]
        for name in SORTS
        for sort in (name, f"-{name}")
    }
    with of_all_kinds.engine.connect() as reading:
        viewer = viewer_of(of_all_kinds, local_caller(), None)
        call = list_call(HOLDINGS, asked)
        counted = WHOLE.count(reading, question(call), viewer)
    # What a database makes of it that puts all together and sorts it.
    monkeypatch.setattr(holdings, "MOST", 0)
    monkeypatch.setattr(type(WHOLE), "read", TableSource.read)
    # Databases put rows without a value at different ends; a list has them first.
    monkeypatch.setattr(TableSource, "_optional", lambda *_: True)
    for sort, found in paged.items():
        (whole,) = pages(of_all_kinds, sort, 1000, **asked)
        assert found == whole, sort
        assert len(whole) == len(set(whole)) == counted
    assert counted


def test_what_is_read_in_parts_has_all_its_columns(of_all_kinds: App) -> None:
    with of_all_kinds.engine.connect() as reading:
        viewer = viewer_of(of_all_kinds, local_caller(), None)
        call = list_call(HOLDINGS, {"sort": "-since", "limit": 1000})
        rows, _ = read_page(HOLDINGS, reading, viewer, call)
        page = TableSource.read(WHOLE, reading, question(call), viewer, call.page)
    assert rows == page.rows
    assert {row["what"] for row in rows} == {"asset", "part", "extension", "seat"}
