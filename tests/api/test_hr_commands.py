"""HR files and cases on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.compose.rulebooks import office_document
from api.compose.wiring import build
from config.settings import Settings
from inventory.bulk.company_file import load
from inventory.people.organisation import ensure
from tests.api.test_cli import Terminal, purser, ready

__all__ = ["purser", "ready"]

EVENTS = """\
source,type,subject,effective_on,id,time,given_name,family_name,department,location
csv,hire,00099,2099-03-01,1,2026-01-05T09:00:00Z,Tia,Anggraini,SAL,RTM-H-2
csv,hire,00099,2099-03-01,1,2026-01-05T09:00:00Z,Tia,Anggraini,SAL,RTM-H-2
csv,promotion,00099,2099-04-01,2,,,,,
csv,termination,00098,2099-04-01,3,,,,,
"""


@pytest.fixture
def office(ready: Terminal) -> Terminal:
    """Commands on the office's data."""
    app = build(Settings())
    with app.work("test") as work:
        load(work, office_document("company"))
        work.commit()
    app.close()
    return ready


def test_a_file_of_events_becomes_cases_row_by_row(
    office: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "hr.csv"
    file.write_text(EVENTS, "utf-8")
    told = office("hr", "import", str(file), "--preview", "--json")
    assert told.json[0]["verdict"] == "applied"
    assert office("case", "list", "--json").json["items"] == []

    told = office("hr", "import", str(file), "--json")
    assert told.code == 1
    assert [row["verdict"] for row in told.json] == [
        "applied",
        "applied",
        "refused",
        "parked",
    ]
    assert [row.get("new") for row in told.json[:2]] == [True, False]
    assert "Use one of hire" in told.json[2]["verdict_reason"]
    (case,) = office("case", "list", "--json").json["items"]
    assert (case["person"], case["open_lines"]) == ("Tia Anggraini", 7)

    shown = office("case", "show", str(case["id"]), "--json").json
    laptop = next(line for line in shown["lines"] if line["slot"] == "laptop")
    assert "prepare" in laptop["steps_possible"]
    of_line = ("case", "step", str(case["id"]), "--line", str(laptop["id"]))
    done = office(*of_line, "--step", "prepare", "--json").json
    states = {line["id"]: line["state"] for line in done["lines"]}
    assert states[laptop["id"]] == "prepared"
    refused = office(*of_line, "--step", "restock")
    assert refused.code != 0
    assert "Possible now" in refused.err
    assert office("case", "show", str(case["id"])).code == 0
    assert "monitor" in office("case-line", "list", "--watch", "shortages").out
    assert office("hr", "daily").code == 0
    # Who is meant by an id that nobody announced is asked.
    (task,) = office("task", "list", "--json").json["items"]
    assert (task["kind"], "00098" in task["subject"]) == ("parked-event", True)


TWO_SOURCES = """\
source,type,subject,effective_on,id,number,family_name,legal_entity
sap,rehire,007,2099-05-06,1,007,One,200
payroll,hire,P7,2098-09-01,2,007,One,100
sap,hire,007,2098-09-01,3,007,One,100
"""


def test_a_join_by_number_is_undone_by_command(ready: Terminal, tmp_path: Path) -> None:
    app = build(Settings())
    with app.work("test") as work:
        for code in ("100", "200"):
            ensure(work, "legal_entity", code, name=code, currency="EUR")
        work.commit()
    app.close()
    file = tmp_path / "hr.csv"
    file.write_text(TWO_SOURCES, "utf-8")
    verdicts = [
        row["verdict"] for row in ready("hr", "import", str(file), "--json").json
    ]
    assert verdicts == ["applied", "applied", "joined"]
    (person,) = ready("person", "list", "--json").json["items"]
    (merge,) = ready("person-merge", "list", "--json").json["items"]
    assert (merge["into_id"], merge["undone_at"]) == (person["id"], None)

    undone = ready("person-merge", "undo", str(merge["id"]), "--yes", "--json")
    assert undone.code == 0, undone.err
    entities = {
        row["key"]: [
            one["legal_entity"]
            for one in ready("person", "show", str(row["id"]), "--json").json[
                "employments"
            ]
        ]
        for row in ready("person", "list", "--json").json["items"]
    }
    assert entities == {"sap:007": ["200"], "payroll:P7": ["100"]}
    (task,) = ready("task", "list", "--json").json["items"]
    assert "in use" in task["detail"]
    twice = ready("person-merge", "undo", str(merge["id"]), "--yes")
    assert twice.code != 0
    assert "undone already" in twice.err
