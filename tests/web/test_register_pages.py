"""Every page of the register in use is drawn, and says 404 for what is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from api.web.register import PAGES
from tests.web.conftest import PASSWORD, Site

LISTS = sorted(path for path in PAGES if "{" not in path)
DETAILS = sorted(path for path in PAGES if "{" in path)
FORBIDDEN = {
    "auditor": {"/register", "/change-many", "/import"},
    "hr": {"/register", "/change-many", "/import", "/stock-takes"},
}


@pytest.fixture(scope="module", params=["it", "auditor", "hr"])
def visitor(
    request: pytest.FixtureRequest, site: Site
) -> Iterator[tuple[str, httpx.Client]]:
    """A role, and a client that is logged in with it."""
    asks = {"Accept": "text/html"}
    with httpx.Client(base_url=site.url, headers=asks, timeout=60) as client:
        sent = {"login": request.param, "password": PASSWORD}
        assert client.post("/login", data=sent).status_code == 303
        yield request.param, client


def test_lists_are_drawn_for_each_role(visitor: tuple[str, httpx.Client]) -> None:
    role, client = visitor
    for path in LISTS:
        expected = 403 if path in FORBIDDEN.get(role, ()) else 200
        assert client.get(path).status_code == expected, path


def test_what_is_not_there_is_404(visitor: tuple[str, httpx.Client]) -> None:
    role, client = visitor
    for path in DETAILS:
        missing = re.sub(r"\{\w+\}", "999999", path)
        found = client.get(missing).status_code
        assert found in ({404, 403} if role == "hr" else {404}), missing


def test_an_asset_has_its_tabs(visitor: tuple[str, httpx.Client]) -> None:
    _, client = visitor
    for path in ("/assets/1", "/assets/1/timeline", "/assets/1/papers"):
        assert client.get(path, params={"day": "2020-01-01"}).status_code == 200, path


def test_questions_about_the_past_are_answered_or_refused_in_words(
    visitor: tuple[str, httpx.Client],
) -> None:
    _, client = visitor
    for question in (
        "what=room&name=office",
        "what=asset&name=nothing",
        "what=cost-centre&name=4100&from=2020-01-01&to=2019-01-01",
        "what=rubbish&name=x",
        "what=asset&name=x&day=yesterday",
    ):
        assert client.get(f"/as-of?{question}").status_code == 200, question
