"""The chart of an asset's page in Chromium, and what it is made of."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from api.web.worth import chart
from tests.web.conftest import Site, log_in

if TYPE_CHECKING:
    from playwright.sync_api import Page


def row(last: str, charge: str, accumulated: str, **more: object) -> dict[str, Any]:
    told = {"first_day": f"{last[:8]}01", "last_day": last, "cost": "90.00"}
    closing = f"{90 - float(accumulated):.2f}"
    told |= {"depreciation": charge, "accumulated": accumulated, "closing": closing}
    return {**told, "posted": False, **more}


def test_the_curves_go_from_cost_to_what_is_left_and_plans_are_shaded() -> None:
    rows = [
        row("2026-01-31", "30.00", "30.00", posted=True),
        row("2026-02-28", "30.00", "60.00"),
        row("2026-03-31", "30.00", "90.00"),
    ]
    drawn = chart(rows, "EUR", date(2026, 2, 14))
    cost, charged, value = drawn["series"]
    assert [point[1] for point in cost["data"]] == ["90.00"] * 4
    assert [point[1] for point in charged["data"]] == [
        "0.00",
        "30.00",
        "60.00",
        "90.00",
    ]
    assert [point[1] for point in value["data"]] == ["90.00", "60.00", "30.00", "0.00"]
    assert value["data"][0][0] == "2026-01-01"
    ((shaded, until),) = value["markArea"]["data"]
    assert (shaded["xAxis"], until["xAxis"]) == ("2026-02-01", "2026-03-31")
    assert value["markLine"]["data"] == [{"xAxis": "2026-02-14"}]
    booked = [one | {"posted": True} for one in rows]
    whole = chart(booked, "EUR", date(2026, 2, 14))["series"][2]
    assert whole["markArea"]["data"] == []


def test_a_curve_begins_where_another_system_left_off() -> None:
    taken = [row("2026-01-31", "30.00", "60.00")]
    _, charged, value = chart(taken, "EUR", date(2026, 1, 1))["series"]
    assert charged["data"][0] == ["2026-01-01", "30.00"]
    assert value["data"][0] == ["2026-01-01", "60.00"]


@pytest.mark.browser
def test_the_page_of_an_asset_draws_its_worth_in_each_book(
    page: Page, site: Site
) -> None:
    log_in(page, site, "accounting", "/assets/1")
    card = page.locator("section.card", has_text="What it is worth: IFRS")
    card.locator("canvas").wait_for()
    text = card.inner_text()
    assert "1249.00 EUR" in text
    assert "straight-line" in text
    label = card.get_by_role("img").first.get_attribute("aria-label")
    assert label is not None
    assert label.startswith("Book value from 1249.00 EUR on 20")
    assert card.locator("canvas").bounding_box()["width"] > 300  # type: ignore[index]
    page.goto(f"{site.url}/assets/2")
    page.locator("h1", has_text="T-002").wait_for()
    assert page.get_by_text("What it is worth").count() == 0


@pytest.mark.browser
def test_money_is_not_for_every_role(page: Page, site: Site) -> None:
    log_in(page, site, "hr", "/assets/1")
    page.locator("h1", has_text="T-001").wait_for()
    assert page.get_by_text("What it is worth").count() == 0
