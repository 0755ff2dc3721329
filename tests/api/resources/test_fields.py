"""What a role may not see of a thing is nowhere: no answer, no filter, no order tells.

A price that is found nowhere else is given to an asset and changed, ordered, and put
into its papers; then whoever may not see prices asks for everything there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from api.app import create_site
from api.http import auth
from api.http.callers import Role
from api.resources.listing import list_parameters
from api.resources.registry import all_resources
from api.resources.resource import Resource
from inventory.people import accounts
from tests.api.reads import QUERIES, REPORT
from tests.api.resources.client import Client
from tests.api.resources.conftest import Company
from tests.api.resources.test_scopes import some_of
from tests.api.resources.test_things import path_of

TOLD = re.compile(r"76[.,' \u00a0\u202f]?543[.,]?2[19]")
BLIND = (Role.HR, Role.EMPLOYEE)


@pytest.fixture(scope="module")
def company(own_company: Company) -> Company:
    """A company of these tests alone."""
    return own_company


@pytest.fixture(scope="module")
def priced(company: Company) -> str:
    """The tag of an asset with a price that nothing else has."""
    everybody = company.everybody
    body = {
        "kind": "laptop",
        "serial": "PRICED-1",
        "legal_entity": "100",
        "cost": "76543.21",
        "currency": "EUR",
        "purchased_on": "2026-01-05",
    }
    made = everybody.post("assets", json=body)
    assert made.status_code == 201, made.text
    tag = str(made.json()["tag"])
    edited = everybody.patch(f"assets/{tag}", json={"cost": "76543.29"})
    assert edited.status_code == 200, edited.text
    return tag


def hidden_columns() -> Iterator[tuple[Resource[Any], Role, str]]:
    """Yield each column with a role that may ask for the list and not see it."""
    from api.resources.declare import columns_of

    for one in all_resources():
        for role in one.roles:
            for name, column in columns_of(one.rows).items():
                if role not in column.roles:
                    yield one, role, name


def test_no_filter_and_no_order_tells_of_a_column_that_is_hidden(
    company: Company, priced: str
) -> None:
    values = {"isnull": "false", "gte": "1", "lte": "1", "in": "1", "contains": "1"}
    asked = 0
    for one, role, name in hidden_columns():
        client = company.client(str(role))
        params = {"sort": name, "fields": name}
        for parameter in list_parameters(one).model_fields:
            field, _, operator = parameter.partition("__")
            if field == name or name in (f"{field}_id", f"{field}_name"):
                params[parameter] = values.get(operator, "1")
        for parameter, value in params.items():
            for form in ("json", "csv"):
                found = client.get(one.name, params={parameter: value, "format": form})
                assert found.status_code == 422, (role, found.url, found.text[:200])
                asked += 1
    assert asked > 50
    assert priced


def texts_of(company: Company, client: Client, role: Role) -> Iterator[tuple[str, str]]:
    """Yield address and text of everything a role can read by the API."""
    for one in all_resources():
        extra = QUERIES.get(f"/{one.name}", {})
        for form in ("json", "csv"):
            found = client.get(
                one.name, params={"limit": "500", "format": form, **extra}
            )
            yield str(found.url), found.text
        if one.reference is None or one.get is None:
            continue
        rows = company.everybody.get(one.name, params={"limit": 200}).json()["items"]
        wanted = [row for row in rows if row.get("serial") == "PRICED-1"]
        for row in [*wanted, *some_of(rows)]:
            path = path_of(one, row)
            yield path, client.get(path).text
            for extract in one.extracts:
                more = QUERIES.get(f"/{one.name}/{{}}/{extract.name}", {})
                found = client.get(f"{path}/{extract.name}", params=more)
                yield str(found.url), found.text
    from inventory.reports import reports

    for report in reports():
        yield report, client.get(f"reports/{report}/rows", params=REPORT).text
    for word in ("PRICED-1", "7654321", "7654329", "76543.29"):
        yield word, client.get("search", params={"q": word}).text


@pytest.mark.parametrize("role", BLIND)
def test_a_price_is_nowhere(company: Company, priced: str, role: Role) -> None:
    client = company.client(str(role))
    leaks = [at for at, text in texts_of(company, client, role) if TOLD.search(text)]
    assert leaks == []
    whole = company.client("it").get(f"assets/{priced}").text
    assert TOLD.search(whole), "who may see prices sees this one"


def test_a_price_is_on_no_page(company: Company, priced: str) -> None:
    with company.app.work("test") as work:
        accounts.add_account(work, "price-hr", "correct horse battery", ["hr"])
        work.commit()
    cookie = auth.log_in(company.app, "price-hr", "correct horse battery", "127.0.0.1")
    site = create_site(company.app)
    client = Client(
        site, "http://purser.example/", {"Cookie": f"purser_session={cookie}"}
    )
    paths = ["", f"assets/{priced}", f"assets/{priced}/edit", "search?q=PRICED-1"]
    paths += [f"assets/{priced}/{act}" for act in ("update", "note", "retire")]
    paths += ["as-of", "my-things", "assets?sort=-cost_minor", "assets?cost_minor=1"]
    paths += [one.name for one in all_resources()]
    paths += [f"{one.name}.csv" for one in all_resources()]
    leaks = [path for path in paths if TOLD.search(client.get(path).text)]
    client.close()
    assert leaks == []
