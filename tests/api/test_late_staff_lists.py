"""Lists of staff that arrive in the wrong order leave what the right one leaves."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import httpx
import pytest

from api.compose.wiring import App
from tests.api.conftest import calling
from tests.api.test_staff_lists import Today, effects, items, office, send

__all__ = ["office"]

HEAD = "Personalnummer;Name;Eintritt;Austritt;Abteilung;Kostenstelle;Position\n"
LISTS = {
    "2026-08-01": (
        "1;Hopper, Grace;01.06.2026;;Entwicklung;4100;Junior\n"
        "2;Turing, Alan;01.06.2026;31.08.2026;Entwicklung;4100;\n"
        "3;Lovelace, Ada;01.06.2026;31.12.2026;Einkauf;4200;\n"
    ),
    "2026-09-01": (
        "1;Hopper, Grace;01.06.2026;;Vertrieb;4300;Junior\n"
        "3;Lovelace, Ada;01.06.2026;;Einkauf;4200;\n"
    ),
    "2026-10-01": (
        "1;Hopper-Murray, Grace;01.06.2026;;Entwicklung;4100;Senior\n"
        "3;Lovelace, Ada;01.06.2026;;Einkauf;4200;\n"
        "4;Newman, Max;15.10.2026;;Vertrieb;4300;\n"
    ),
}
"""Day -> the list as of that day: 2 leaves, 3 stays after all, 4 comes."""


class Ticking(Today):
    """A clock of one day, on which no two statements are made at once."""

    def __init__(self) -> None:
        self.day = date(2026, 10, 2)
        self.since = timedelta()

    def __call__(self) -> datetime:
        self.since += timedelta(milliseconds=1)
        return super().__call__() + self.since


@pytest.fixture
def today() -> Today:
    return Ticking()


async def sent(client: httpx.AsyncClient, day: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    text = HEAD + LISTS[day]
    options = {"effective_on": day, "dry_run": "false", **more}
    return await send(client, text, "generic", **options)


async def left(client: httpx.AsyncClient) -> list[Any]:
    """Return who works where, since when, and until when, of everybody."""
    found = []
    for person in await items(client, "people"):
        got = await client.get(f"/api/v1/people/{person['id']}")
        row = got.json()
        for one in row["employments"]:
            placed = [
                (p["valid_from"], p["valid_to"], p["department"], p["title"])
                for p in one["placements"]
                if p["valid_to"] != p["valid_from"]
            ]
            days = (one["number"], one["valid_from"], one["valid_to"])
            found.append((row["family_name"], *days, placed))
    return sorted(found, key=lambda one: str(one[1]))


RIGHT = [
    (
        *("Hopper-Murray", "1", "2026-06-01", None),
        [
            ("2026-06-01", "2026-09-01", "Entwicklung", "Junior"),
            ("2026-09-01", "2026-10-01", "Vertrieb", "Junior"),
            ("2026-10-01", None, "Entwicklung", "Senior"),
        ],
    ),
    (
        *("Turing", "2", "2026-06-01", "2026-09-01"),
        [("2026-06-01", "2026-09-01", "Entwicklung", None)],
    ),
    (
        *("Lovelace", "3", "2026-06-01", None),
        [("2026-06-01", None, "Einkauf", None)],
    ),
    (
        *("Newman", "4", "2026-10-15", None),
        [("2026-10-15", None, "Vertrieb", None)],
    ),
]


@pytest.mark.parametrize("order", list(permutations(LISTS)))
async def test_lists_in_any_order_leave_the_same(
    office: App, order: tuple[str, ...]
) -> None:
    async with calling(office, "hr", "it") as client:
        for day in order:
            told = await sent(client, day)
            assert told["problems"] == 0, told
        found = await left(client)
        assert found == RIGHT
        # Sent once more, each of them is no news.
        for day in LISTS:
            assert set((await sent(client, day))["counts"]) <= {"same", "skipped"}
        assert await left(client) == found


async def test_an_older_list_is_tried_first(office: App) -> None:
    async with calling(office, "hr") as client:
        await sent(client, "2026-09-01")
        tried = await sent(client, "2026-08-01", dry_run="true")
        assert effects(tried) == {"1": "change", "2": "hire", "3": "same"}
        (row,) = [one for one in tried["effects"] if one["number"] == "1"]
        assert "older than a list" in row["note"]
        assert [(one["kind"], one["on"]) for one in row["events"]] == [
            ("transfer", "2026-06-01"),
            ("transfer", "2026-09-01"),
        ]
