"""The first list of an empty installation: what is shown is what is then done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.test_cli import Terminal, purser, ready

__all__ = ["purser", "ready"]

LIST = """Employee ID;Last Name;First Name;{entity};Abteilung;Bonus;Hire Date;Manager ID
1001;Müller;Jürgen;ACME GmbH;IT;9000;01.03.2019;
1002;O'Brien;Siobhán;ACME GmbH;Finance;9000;15.06.2020;1001
1003;;Suharto;PT Acme;Finance;9000;01.12.2098;1002
1004;Sukarno;;PT Acme;Finance;9000;01.12.2098;9999
"""


def add_entity(ready: Terminal, code: str) -> None:
    words = ("--code", code, "--name", code, "--currency", "IDR")
    assert ready("legal-entity", "create", *words).code == 0


def taken_in(ready: Terminal, file: Path, *more: str) -> list[dict[str, object]]:
    """Return what the preview says, once it is seen that writing says the same."""
    words = ("hr", "staff", str(file), "--profile", "workday", "--json", *more)
    shown, done = ready(*words).json, ready(*words, "--write").json
    for row in (*shown["effects"], *done["effects"]):
        for event in row["events"]:
            event.pop("verdict")
    assert shown["effects"] == done["effects"]
    assert shown["counts"] == done["counts"]
    assert shown["units"] == done["units"] or not shown["counts"].get("hire")
    assert shown["columns"]["Bonus"] is None
    effects: list[dict[str, object]] = done["effects"]
    return effects


def test_headings_that_a_profile_does_not_know_are_read_as_usual(
    ready: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "staff.csv"
    file.write_bytes(LIST.format(entity="Gesellschaft").encode("cp1252"))
    assert {row["effect"] for row in taken_in(ready, file)} == {"hire"}
    people = {
        (one["given_name"], one["family_name"], one["department"])
        for one in ready("person", "list", "--json").json["items"]
    }
    assert people == {
        ("Jürgen", "Müller", "IT"),
        ("Siobhán", "O'Brien", "Finance"),
        ("", "Suharto", None),  # who begins in 2098 is nowhere today
        ("", "Sukarno", None),
    }
    entities = ready("legal-entity", "list", "--json").json["items"]
    assert {one["code"] for one in entities} == {"ACME GmbH", "PT Acme"}
    tasks = ready("task", "list", "--json").json["items"]
    assert [one["kind"] for one in tasks] == ["unknown-manager"]
    again = ready("hr", "staff", str(file), "--profile", "workday", "--json").json
    assert again["counts"] == {"same": 4}


@pytest.mark.parametrize("entities", [0, 2])
def test_who_is_employed_by_nobody_is_refused_before_anything_is_written(
    ready: Terminal, tmp_path: Path, entities: int
) -> None:
    for number in range(entities):
        add_entity(ready, f"E{number}")
    file = tmp_path / "staff.csv"
    file.write_text(LIST.format(entity="Employer, in words"), "utf-8")
    rows = taken_in(ready, file)
    assert {row["effect"] for row in rows} == {"error"}
    problems = [one["field"] for row in rows for one in row["problems"]]  # type: ignore[attr-defined]
    assert problems == ["legal_entity"] * 4
    assert ready("department", "list", "--json").json["items"] == []
    if entities:
        rows = taken_in(ready, file, "--legal-entity", "E1")
        assert {row["effect"] for row in rows} == {"hire"}


def test_a_person_of_one_name_is_hired_by_an_event(
    ready: Terminal, tmp_path: Path
) -> None:
    add_entity(ready, "100")
    file = tmp_path / "events.csv"
    file.write_text(
        "source,type,subject,effective_on,given_name\nhr,hire,1,2098-01-04,Suharto\n"
    )
    assert ready("hr", "import", str(file)).code == 0
    (person,) = ready("person", "list", "--json").json["items"]
    assert (person["given_name"], person["family_name"]) == ("", "Suharto")
