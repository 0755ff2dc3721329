"""Identity providers as a source of employments: the setting, and HR beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.kernel.errors import Invalid
from inventory.provisioning.employing_directories import (
    ENTERPRISE,
    PURSER,
    directory_of,
    read_directories,
)
from inventory.provisioning.statements.event_kinds import EventKind
from tests.inventory.provisioning.test_timeline import DAY, FIRST, say, told

ACCOUNT = FIRST + 400 * DAY
"""When the account is made of somebody who has worked here for a year."""


def read(**section: Any) -> Any:  # noqa: ANN401
    return read_directories({"employments": {"scim:okta": section}})["scim:okta"]


def test_the_entry_of_a_provider_comes_before_that_of_all() -> None:
    found = read_directories({"employments": {"scim": {}, "scim:a": {"create": []}}})
    assert directory_of(found, "scim:a") is found["scim:a"]
    assert directory_of(found, "scim:b") is found["scim"]
    assert directory_of(read_directories({}), "scim:b") is None
    assert directory_of({"scim:a": found["scim:a"]}, "scim:b") is None


def test_attributes_are_read_where_the_setting_says() -> None:
    user = {
        "title": " Chief\tclerk ",
        "nickName": "2026-12-01T00:00:00Z",
        ENTERPRISE: {"department": "D", "division": "V", "manager": {"value": "7"}},
        PURSER: {"hireDate": "2026-04-01", "workerType": "x" * 501},
    }
    assert read().said(user) == {
        "title": "Chief clerk",
        "department": "D",
        "manager": "7",
        "start": "2026-04-01",
    }
    own = read(attributes={"department": "division", "start": "nickName", "title": ""})
    assert own.said(user) == {
        "department": "V",
        "manager": "7",
        "start": "2026-12-01T00:00:00Z",
    }


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"okta": {}}, "'okta'"),
        ({"scim:okta": {"entity": "1"}}, "'entity'"),
        ({"scim:okta": {"attributes": {"pay": "title"}}}, "'pay'"),
        ({"scim:okta": {"create": ["teams"]}}, "'teams'"),
        ({"scim:okta": {"here_before": "soon"}}, "'soon'"),
    ],
)
def test_a_mistake_is_named(document: dict[str, Any], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_directories({"employments": document})


@given(st.data(), st.integers(-500, 500))
def test_hr_decides_whenever_it_speaks(data: st.DataObject, late: int) -> None:
    hr = [
        say(EventKind.HIRE, FIRST, ACCOUNT + late * DAY, department="A"),
        say(EventKind.TRANSFER, FIRST + 200 * DAY, ACCOUNT + late * DAY, title="T"),
    ]
    provider = [
        say(EventKind.HIRE, ACCOUNT, ACCOUNT, "scim:x", department="B", role="R"),
        say(
            EventKind.TRANSFER,
            ACCOUNT + 9 * DAY,
            ACCOUNT + 9 * DAY,
            "scim:x",
            department="C",
        ),
        say(EventKind.TERMINATION, ACCOUNT + 20 * DAY, ACCOUNT + 20 * DAY, "scim:x"),
    ]
    found = told(*data.draw(st.permutations([*hr, *provider])))
    (period,) = found.periods
    assert (period.start, period.last) == (FIRST, None)
    assert period.terms_on(date(2028, 1, 1)) == {
        "department": "A",
        "role": "R",
        "title": "T",
    }
    assert found.conflicts == ()
    names = {found.verdicts[one.key].name for one in (*hr, *provider)}
    assert names <= {"applied", "joined", "superseded"}


def test_a_provider_alone_is_taken_at_its_word() -> None:
    found = told(
        say(EventKind.HIRE, ACCOUNT, ACCOUNT, "scim:x"),
        say(EventKind.TERMINATION, ACCOUNT + DAY, ACCOUNT + DAY, "scim:x"),
    )
    assert [(one.start, one.last) for one in found.periods] == [
        (ACCOUNT, ACCOUNT + DAY)
    ]
