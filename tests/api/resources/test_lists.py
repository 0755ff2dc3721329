"""Every list on each database: order, pages, filters, lookups."""

from __future__ import annotations

from typing import Any

import pytest

from api.resources.declare import choices_of
from api.resources.listing import page_model
from api.resources.references import refs_in
from api.resources.resource import Resource
from tests.api.resources.conftest import Company, rows_of
from tests.api.resources.declared import lookups, plain, sorts

FULL, SOME = 1000, 200


@pytest.fixture
def most(one: Resource[Any], stored: Company) -> int:
    """Most rows to read: of a list that no page holds whole, a part is as good."""
    if (stored, one.name) not in _MOST:
        whole = len(rows_of(stored.everybody, one.name, limit=FULL)) < FULL
        _MOST[stored, one.name] = FULL if whole else SOME
    return _MOST[stored, one.name]


_MOST: dict[tuple[Company, str], int] = {}


def test_a_list_is_sorted_both_ways(
    one: Resource[Any], stored: Company, most: int
) -> None:
    assert one.sort.removeprefix("-") in sorts(one)
    client = stored.everybody
    # What a database may sort in its own way is a kind of value, not a column; pages
    # are sorted by each column.
    for name in {plain(one, name): name for name in sorts(one)}.values():
        up = rows_of(client, one.name, sort=name, limit=most)
        down = rows_of(client, one.name, sort=f"-{name}", limit=most)
        if len(up) < most:
            assert up == down[::-1], name
        values = [row[name] for row in up if isinstance(row[name], int | float)]
        assert values == sorted(values), name


def test_paging_visits_each_row_once(
    one: Resource[Any], stored: Company, most: int
) -> None:
    client = stored.everybody
    for sort in (one.sort, f"-{sorts(one)[-1]}", sorts(one)[-1]):
        every = rows_of(client, one.name, sort=sort, limit=most)
        limit = max(1, len(every) // 3)
        seen: list[Any] = []
        after: dict[str, str] = {}
        while len(seen) <= len(every):
            params = {"sort": sort, "limit": limit, **after}
            page = client.get(one.name, params=params).json()
            seen += page["items"]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
        if len(every) < most:
            assert seen == every, sort


def test_a_filter_finds_the_row_it_describes(
    one: Resource[Any], stored: Company, most: int
) -> None:
    rows = rows_of(stored.everybody, one.name, limit=most)
    plain = choices_of(one.question).keys() & one.rows.model_fields.keys()
    for name in sorted(plain - refs_in(one.question).keys() - {"search"}):
        row = next((row for row in rows if row[name] not in (None, "")), None)
        if row is None or isinstance(row[name], list | dict):
            continue
        value = row[name] if not isinstance(row[name], bool) else str(row[name]).lower()
        found = rows_of(stored.everybody, one.name, limit=most, **{name: value})
        assert row in found, name
        assert all(each[name] == row[name] for each in found), name
        if len(rows) < most:
            assert len(found) == sum(each[name] == row[name] for each in rows), name


def test_lookups_mean_what_they_say(
    one: Resource[Any], stored: Company, most: int
) -> None:
    if most < FULL:
        pytest.skip("too many rows to compare with")
    client = stored.everybody
    rows = rows_of(client, one.name, limit=most)
    refs = refs_in(one.question).keys()
    for name in (choices_of(one.question).keys() & one.rows.model_fields.keys()) - refs:
        known = [row for row in rows if row[name] is not None]
        value = known[len(known) // 2][name] if known else None
        for lookup in lookups(one, name):
            if lookup != "isnull" and value in (None, ""):
                continue
            given = {"isnull": "false", "contains": str(value)[:3].upper()}
            params = {f"{name}__{lookup}": given.get(lookup, value)}
            found = rows_of(client, one.name, limit=most, **params)
            wanted = [row for row in rows if fits(row[name], lookup, value)]
            assert found == wanted, params


def fits(have: Any, lookup: str, value: Any) -> bool:  # noqa: ANN401
    """Whether a value satisfies a lookup, as this test understands it."""
    if have is None:
        return False
    match lookup:
        case "in":
            return bool(have == value)
        case "contains":
            return str(value)[:3].upper() in str(have).upper()
        case "gte":
            return bool(have >= value)
        case "lte":
            return bool(have <= value)
        case _:
            return True


def test_rows_are_what_is_declared(one: Resource[Any], stored: Company) -> None:
    answer = stored.everybody.get(one.name, params={"limit": FULL})
    assert answer.status_code == 200, answer.text
    page_model(one).model_validate_json(answer.text, strict=True)
    (first, *_) = answer.json()["items"] or [dict.fromkeys(one.rows.model_fields)]
    assert first.keys() == one.rows.model_fields.keys()
