"""Lists: search, filters, keyset paging, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert

from inventory.kernel.errors import Invalid
from inventory.network.queries.devices import (
    DeviceFilter,
    count_devices,
    device_detail,
    device_facets,
    list_devices,
)
from inventory.network.queries.worklist import dashboard, list_scans, worklist
from inventory.network.tables import Device
from inventory.storage.paging import Page
from inventory.storage.rows import id_of, table_of

NOW = datetime(2026, 3, 17, tzinfo=UTC)


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Thirty computers and phones, some with equal or no values."""
    table = table_of(Device)
    with engine.begin() as connection:
        for number in range(1, 31):
            type_ = "phone" if number % 3 == 0 else "computer"
            connection.execute(
                insert(table).values(
                    site="north" if number % 2 else "south",
                    name=f"name{number % 7}",
                    type=type_,
                    vendor=None if number % 5 == 0 else "Acme",
                    serial=f"S{number}",
                    managed=number % 4 != 0,
                    search=f"name{number % 7} s{number} {type_} 100%",
                    first_seen=NOW,
                    last_seen=NOW + timedelta(minutes=number // 2),
                    merged_at=NOW if number == 30 else None,
                )
            )
    return engine


def pages(
    engine: Engine, fetch: Callable[[Connection, str | None], Page]
) -> list[list[dict[str, Any]]]:
    found = []
    after: str | None = None
    with engine.connect() as connection:
        for _ in range(50):
            page = fetch(connection, after)
            found.append(page.rows)
            after = page.next
            if after is None:
                return found
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize(
    "sort", ["name", "-name", "vendor", "-vendor", "last_seen", "-last_seen", "id"]
)
def test_all_pages_together_are_the_whole_list_in_order(
    filled: Engine, sort: str
) -> None:
    found = pages(
        filled, lambda c, after: list_devices(c, sort=sort, after=after, limit=4)
    )
    rows = [row for page in found for row in page]
    assert all(len(page) == 4 for page in found[:-1])
    assert len({row["id"] for row in rows}) == len(rows) == 29
    key = sort.removeprefix("-")
    values = [row[key] or "" for row in rows]
    assert values == sorted(values, reverse=sort.startswith("-"))


def test_a_row_added_meanwhile_does_not_repeat_or_hide_others(filled: Engine) -> None:
    with filled.connect() as connection:
        first = list_devices(connection, sort="id", limit=10)
    table = table_of(Device)
    with filled.begin() as connection:
        connection.execute(table.delete().where(id_of(Device) == first.rows[0]["id"]))
    with filled.connect() as connection:
        second = list_devices(connection, sort="id", limit=10, after=first.next)
    assert second.rows[0]["id"] == first.rows[-1]["id"] + 1


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (DeviceFilter(), 29),
        (DeviceFilter(type="phone"), 9),
        (DeviceFilter(site="south"), 14),
        (DeviceFilter(managed=False), 7),
        (DeviceFilter(search="NAME3 phone"), 1),
        (DeviceFilter(search="100%"), 29),
        (DeviceFilter(search="1%0"), 0),
        (DeviceFilter(search="s2_"), 0),
        (DeviceFilter(state="matched"), 0),
    ],
)
def test_filters_and_search_leave_what_they_say(
    filled: Engine, filters: DeviceFilter, expected: int
) -> None:
    with filled.connect() as connection:
        rows = list_devices(connection, filters, limit=100).rows
        counted = count_devices(connection, filters)
    if filters.search == "NAME3 phone":
        assert {row["name"] for row in rows} == {"name3"}
    else:
        assert len(rows) == expected
    assert counted == len(rows)


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"sort": "colour"}, "cannot be sorted"),
        ({"after": "nonsense"}, "cursor"),
        ({"limit": 0}, "1 to 1000"),
        ({"limit": 100_000}, "1 to 1000"),
    ],
)
def test_bad_paging_is_refused_with_a_remedy(
    filled: Engine, more: dict[str, Any], complaint: str
) -> None:
    with filled.connect() as connection, pytest.raises(Invalid, match=complaint):
        list_devices(connection, **more)


def test_a_cursor_of_another_order_is_refused(filled: Engine) -> None:
    with filled.connect() as connection:
        page = list_devices(connection, sort="name", limit=3)
        with pytest.raises(Invalid, match="does not belong"):
            list_devices(connection, sort="-name", after=page.next)


def test_facets_count_the_living(filled: Engine) -> None:
    with filled.connect() as connection:
        facets = device_facets(connection)
    assert facets["type"] == {"computer": 20, "phone": 9}
    assert sum(facets["vendor"].values()) == 29


def test_an_unknown_device_has_no_detail(filled: Engine) -> None:
    with filled.connect() as connection:
        assert device_detail(connection, 999) is None


def test_an_empty_database_has_an_empty_dashboard(engine: Engine) -> None:
    with engine.connect() as connection:
        counts = dashboard(connection, now=NOW)
        assert list_scans(connection).rows == []
        assert worklist(connection).rows == []
    assert counts["devices"] == counts["conflicts"] == counts["unplaced"] == 0
    assert counts["last_scan"] is None
