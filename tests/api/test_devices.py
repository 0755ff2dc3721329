"""Devices over HTTP: lists, filters, paging, detail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.compose.wiring import App
from api.models import devices as models
from api.resources.listing import page_model
from api.resources.registry import resource
from tests.api.conftest import calling
from tests.api.test_frame import assert_problem
from tests.pages.sample import COMPUTERS, fill
from tests.prepared import prepared

DEVICES = "/api/v1/devices"
PAGE = page_model(resource("devices"))
SEEN = datetime(2026, 3, 17, 9, 30, 1, 500_000, tzinfo=UTC)


def sample_devices(app: App) -> None:
    """Devices that were seen at `SEEN`, and what belongs to them."""
    fill(app, SEEN)


database_url = prepared(sample_devices)


@pytest.fixture
async def it(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the role it, on a database with sample devices."""
    async with calling(app, "it") as client:
        yield client


async def listed(it: httpx.AsyncClient, **params: str | int) -> Any:  # noqa: ANN401
    answer = await it.get(DEVICES, params=params)
    assert answer.status_code == 200, answer.text
    return PAGE.model_validate_json(answer.text, strict=True)


async def test_a_page_has_what_its_description_says(it: httpx.AsyncClient) -> None:
    page = await listed(it, limit=5)
    assert [device.name for device in page.items][:2] == ["pc-003", "pc-004"]
    assert page.items[0].state == "unregistered"
    assert page.items[0].last_seen == SEEN


async def test_moments_are_utc_with_a_z(it: httpx.AsyncClient) -> None:
    answer = await it.get(DEVICES, params={"limit": 1})
    assert answer.json()["items"][0]["last_seen"] == "2026-03-17T09:30:01.500000Z"


@pytest.mark.parametrize("sort", ["name", "-name", "last_seen", "-id", "vendor"])
async def test_paging_shows_each_device_once(it: httpx.AsyncClient, sort: str) -> None:
    seen: list[int] = []
    after: dict[str, str] = {}
    while True:
        page = await listed(it, sort=sort, limit=17, **after)
        seen += [device.id for device in page.items]
        if page.next is None:
            break
        after = {"after": page.next}
    assert len(seen) == COMPUTERS + 2
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"type": "switch"}, ["sw-1"]),
        ({"vendor": "Yealink"}, ["phone-<b>2</b>"]),
        ({"search": "LATITUDE pc-01", "limit": 2}, ["pc-010", "pc-011"]),
        ({"state": "unregistered"}, ["pc-003"]),
        ({"site": "elsewhere"}, []),
        ({"search": "%"}, []),
    ],
)
async def test_filters_narrow_the_list(
    it: httpx.AsyncClient, params: dict[str, str | int], names: list[str]
) -> None:
    page = await listed(it, **params)
    assert [device.name for device in page.items] == names


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 1001},
        {"sort": "colour"},
        {"state": "lost"},
        {"managed": "perhaps"},
        {"search": "x" * 201},
    ],
)
async def test_a_bad_parameter_is_a_problem(
    it: httpx.AsyncClient, params: dict[str, str | int]
) -> None:
    assert_problem(await it.get(DEVICES, params=params), 422, "invalid")


@pytest.mark.parametrize("after", ["rubbish", "WyJuYW1lIl0"])
async def test_a_foreign_cursor_is_refused(it: httpx.AsyncClient, after: str) -> None:
    assert_problem(await it.get(DEVICES, params={"after": after}), 400, "bad-cursor")


async def test_a_cursor_of_another_order_is_refused(it: httpx.AsyncClient) -> None:
    page = await listed(it, sort="name", limit=2)
    answer = await it.get(DEVICES, params={"sort": "id", "after": str(page.next)})
    assert_problem(answer, 400, "bad-cursor")


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_detail_has_what_its_description_says(
    it: httpx.AsyncClient, number: int
) -> None:
    answer = await it.get(f"{DEVICES}/{number}")
    device = models.DeviceDetail.model_validate_json(answer.text, strict=True)
    assert device.id == number


async def test_a_detail_shows_evidence_and_place(it: httpx.AsyncClient) -> None:
    switch = (await it.get(f"{DEVICES}/1")).json()
    assert switch["fields"][0]["reasons"] == ["entPhysicalModelName says C9300-48P"]
    computer = (await it.get(f"{DEVICES}/3")).json()
    place = computer["plugged_in"][0]
    assert (place["device_name"], place["port"], place["vlan"]) == (
        "sw-1",
        "Gi1/0/14",
        10,
    )


async def test_a_device_that_is_not_there_is_not_found(it: httpx.AsyncClient) -> None:
    body = assert_problem(await it.get(f"{DEVICES}/99999"), 404, "not-found")
    assert body["detail"] == "There is no device 99999."
