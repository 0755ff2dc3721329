"""What a manager and an employee see and do: own things, requests, approvals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from api.compose.rulebooks import context_of
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.hr.cases.hand_over import hand_over
from inventory.hr.events.receive import Outcome, receive
from inventory.people import accounts
from inventory.people.organisation import change_unit, ensure
from inventory.people.tables import Person
from inventory.provisioning.case_tables import ProvisioningCase
from inventory.provisioning.statements.event_format import read_event
from inventory.storage.rows import find
from tests.pages.conftest import PASSWORD, Office, opened


def say(office: Office, kind: str, who: str, days: int = 0, **data: Any) -> Outcome:  # noqa: ANN401
    """Let HR say something of somebody."""
    on = office.app.clock().date() + timedelta(days)
    if kind == "hire":
        data = {"legal_entity": "100", "family_name": who.title(), **data}
    body = {"source": "sap", "type": kind, "subject": who}
    event = read_event(body | {"data": {"effective_on": on.isoformat(), **data}})
    with office.app.work("test") as work:
        outcome = receive(context_of(office.app.settings, work), event)
        work.commit()
    return outcome


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Sari works for Budi; Citra owns the cost centre."""
    with opened(tmp_path_factory.mktemp("team")) as office:
        app = office.app
        with app.work("test") as work:
            centre = ensure(work, "cost_centre", "C-LAB", name="Laboratory")
            ensure(work, "department", "LAB", name="Laboratory", cost_centre_id=centre)
            today = app.clock().date()
            for _ in range(3):
                register_asset(work, NewAsset(kind="laptop", since=today))
            work.commit()
        people: dict[str, int] = {}
        for who in ("citra", "budi", "sari"):
            led: dict[str, Any] = {"manager": "budi"} if who == "sari" else {}
            led |= {"department": "LAB", "title": f"Analyst {who}"}
            event = say(office, "hire", who, **led).event
            people[who] = event["person_id"]
        with app.work("test") as work:
            change_unit(work, "cost_centre", centre, manager_id=people["citra"])
            for who, role in (("citra", "manager"), ("budi", "manager")):
                accounts.add_account(work, who, PASSWORD, [role], person_id=people[who])
            accounts.add_account(
                work, "sari", PASSWORD, ["employee"], person_id=people["sari"]
            )
            work.commit()
        yield office


def line(office: Office, item: str, who: str = "Sari") -> dict[str, str]:
    """Return the row of a thing among the lines of cases, as IT sees it."""
    rows = office("it").see("/case-lines?limit=200").rows()
    return next(row for row in rows if row["Item"] == item and who in row["Person"])


def test_what_somebody_asks_for_is_approved_by_who_leads_and_who_pays(
    team: Office,
) -> None:
    page = team("sari").see("/my-things")
    form = page.follow("Ask for something")
    assert form.send(item="workstation", why="").status == 422
    asked = form.send(item="workstation", why="Renders take a day")
    assert "Asked for" in asked.source
    mine = team("sari").see("/my-things")
    assert "workstation" in mine.text("main")
    # She cannot approve it herself, and another team does not see it.
    budi = team("budi").see("/team")
    assert "Renders take a day" in budi.text("main")
    approved = budi.follow("Approve workstation").send()
    assert approved.status == 200
    assert line(team, "workstation")["State"] == "budget"
    # It costs more than a manager approves alone: the owner of the cost centre does.
    again = team("budi").see("/team").follow("Approve workstation").send()
    assert "Citra" in again.text("main")
    team("citra").see("/team").follow("Approve workstation").send()
    assert line(team, "workstation")["State"] == "shortage"


def test_a_manager_sees_what_his_people_do_and_of_others_nothing(team: Office) -> None:
    page = team("budi").see("/team")
    tables = page.tree.cssselect("main table.list")
    heads = [one.text_content() for one in tables[-2].cssselect("th")]
    assert "Department" not in heads  # a unit that he does not lead is not named
    shown = page.text("main")
    assert "Analyst sari" in shown
    assert "Analyst citra" not in shown
    assert "Laboratory" not in shown


def test_an_employee_confirms_misses_and_brings_back(team: Office) -> None:
    app = team.app
    with app.engine.connect() as reading:
        sari = find(reading, Person, key="sap:sari")
    assert sari is not None
    with app.work("test") as work:
        context = context_of(app.settings, work)
        case = find(
            work.connection, ProvisioningCase, person_id=sari["id"], kind="joining"
        )
        assert case is not None
        hand_over(context, case["id"], b"key", sign=False)
        work.commit()
    page = team("sari").see("/my-things")
    thanks = page.follow("I have it laptop").send()
    assert "Thank you" in thanks.source
    assert line(team, "laptop")["State"] == "accepted"
    held = team("sari").see("/my-things")
    tag = line(team, "laptop")["Tag"]
    held.follow(f"Report it lost {tag}").send(what="Left on the train to Bandung")
    tasks = team("it").see("/tasks")
    assert f"misses {tag}" in tasks.text("main")
    say(team, "termination", "sari", 20)
    leaving = team("sari").see("/my-things").follow("Bring it back laptop " + tag)
    day = app.clock().date() + timedelta(15)
    leaving.send(on=day.isoformat(), where="IT desk, 9:00")
    assert "IT desk, 9:00" in team("it").see("/tasks").text("main")


def test_a_confidential_leave_is_hrs_alone(team: Office) -> None:
    case = say(team, "termination", "budi", 30, quiet=True).event["case_id"]
    assert team("hr").see(f"/cases/{case}").status == 200
    for who in ("it", "citra"):
        assert team(who).see(f"/cases/{case}").status in (403, 404)
        assert "Budi" not in team(who).see("/case-lines?action=return").text("main")
    person = team("it").see("/people?search=budi").follow("Budi")
    day = (team.app.clock().date() + timedelta(30)).isoformat()
    assert day not in person.source
    assert "Budi" not in team("citra").see("/team").text("main").split("People")[0]


def test_what_holds_without_a_word_is_ticked(team: Office) -> None:
    page = team("it").see("/mail-settings/set")
    (enabled,) = page.tree.cssselect("main input[name=enabled]")
    (digest,) = page.tree.cssselect("main input[name=digest]")
    assert enabled.get("checked") is not None
    assert digest.get("checked") is None
