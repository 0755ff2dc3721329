"""Assets, people and cost centres over HTTP, on the company of the office."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
from pydantic import BaseModel

from api.compose.rulebooks import office_document
from api.compose.wiring import App
from api.demo import load_company
from api.models import register as models
from api.resources.listing import page_model
from api.resources.registry import resource
from tests.api.conftest import calling
from tests.api.test_frame import assert_problem

COMPANY = office_document("company")
API = "/api/v1"


@pytest.fixture
async def auditor(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client that may read everything, on the company of the office."""
    load_company(app)
    async with calling(app, "auditor") as client:
        yield client


async def every(client: httpx.AsyncClient, path: str) -> list[int]:
    """Return the ids of a whole list, page by page."""
    found: list[int] = []
    after: dict[str, str] = {}
    while True:
        answer = await client.get(f"{API}/{path}", params={"limit": 7, **after})
        assert answer.status_code == 200, answer.text
        found += [row["id"] for row in answer.json()["items"]]
        if answer.json()["next"] is None:
            return found
        after = {"after": answer.json()["next"]}


@pytest.mark.parametrize(
    ("path", "section", "page", "detail"),
    [
        ("assets", "assets", page_model(resource("assets")), models.AssetDetail),
        ("people", "persons", page_model(resource("people")), models.PersonDetail),
        (
            "cost-centres",
            "cost_centres",
            page_model(resource("cost-centres")),
            models.CostCentreDetail,
        ),
    ],
)
async def test_answers_are_what_their_description_says(
    auditor: httpx.AsyncClient,
    path: str,
    section: str,
    page: type[BaseModel],
    detail: type[BaseModel],
) -> None:
    answer = await auditor.get(f"{API}/{path}", params={"limit": 1000})
    page.model_validate_json(answer.text, strict=True)
    ids = await every(auditor, path)
    assert len(ids) == len(set(ids)) == len(COMPANY[section])
    for number in ids:
        answer = await auditor.get(f"{API}/{path}/{number}")
        detail.model_validate_json(answer.text, strict=True)
    assert_problem(await auditor.get(f"{API}/{path}/99999"), 404, "not-found")


async def one(client: httpx.AsyncClient, path: str, search: str) -> dict[str, object]:
    answer = await client.get(f"{API}/{path}", params={"search": search})
    (row,) = answer.json()["items"]
    detail: dict[str, object] = (await client.get(f"{API}/{path}/{row['id']}")).json()
    return detail


def held_asset() -> dict[str, object]:
    """A laptop of the file that a person holds from a known day."""
    return next(
        row
        for row in COMPANY["assets"]
        if row.get("person") and row.get("held_from") and row.get("serial")
    )


async def test_an_asset_shows_who_has_it_and_who_pays(
    auditor: httpx.AsyncClient,
) -> None:
    row = held_asset()
    asset = await one(auditor, "assets", str(row["tag"]))
    assert asset["serial"] == row["serial"]
    holder = asset["holder_on_day"]
    assert isinstance(holder, dict)
    assert holder["holder_kind"] == "person"
    person = await one(auditor, "people", str(holder["holder"]))
    held = person["holdings"]
    assert isinstance(held, list)
    assert row["tag"] in [each["tag"] for each in held]
    bearing = asset["bearing"]
    assert isinstance(bearing, dict)
    assert [share["code"] for share in bearing["shares"]] == [person["cost_centre"]]
    assert sum(share["ppm"] for share in bearing["shares"]) == 1_000_000


async def test_the_past_is_a_question_of_the_day(auditor: httpx.AsyncClient) -> None:
    row = held_asset()
    listed = await auditor.get(f"{API}/assets", params={"search": str(row["tag"])})
    number = listed.json()["items"][0]["id"]
    before = date(1999, 1, 1).isoformat()
    answer = await auditor.get(f"{API}/assets/{number}", params={"as_of": before})
    assert answer.json()["holder_on_day"] is None


async def test_filters_of_assets_and_people(auditor: httpx.AsyncClient) -> None:
    answer = await auditor.get(f"{API}/assets", params={"kind": "phone", "limit": 1000})
    kinds = {row["kind"] for row in answer.json()["items"]}
    assert kinds == {"phone"}
    answer = await auditor.get(f"{API}/people", params={"holding": "false"})
    assert all(row["holdings"] == 0 for row in answer.json()["items"])


BAD_QUESTIONS = (
    "assets?sort=colour",
    "assets?limit=0",
    "assets/1?as_of=yesterday",
    "people?sort=-",
)
FOREIGN_CURSORS = ("assets?after=rubbish", "cost-centres?after=rubbish")


async def test_a_bad_question_is_a_problem(app: App) -> None:
    async with calling(app, "auditor") as client:
        for query in BAD_QUESTIONS:
            assert_problem(await client.get(f"{API}/{query}"), 422, "invalid")
        for query in FOREIGN_CURSORS:
            answer = await client.get(f"{API}/{query}")
            assert (answer.status_code, answer.json()["status"]) == (400, 400)
        for path in ("people/0", "cost-centres/x"):
            assert_problem(await client.get(f"{API}/{path}"), 404, "not-found")


async def test_roles_decide_who_sees_people(app: App) -> None:
    load_company(app)
    for role, status in (("it", 200), ("hr", 200), ("accounting", 403)):
        async with calling(app, role) as client:
            assert (await client.get(f"{API}/people")).status_code == status
            assert (await client.get(f"{API}/people/1")).status_code == status
            assert (await client.get(f"{API}/assets")).status_code == 200
            centres = await every(client, "cost-centres")
            answers = [await client.get(f"{API}/cost-centres/{n}") for n in centres]
            shown = any(answer.json()["people"] for answer in answers)
            assert shown is (status == 200)
