from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, insert

from inventory.assets.custody.acceptance import accept, request_acceptance
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.hr.cases import write_off
from inventory.hr.cases.extra_items import Extra, request_extra
from inventory.hr.events import sources
from inventory.hr.views import lists
from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.storage.rows import Row
from inventory.telecom.assignments import assign_person
from tests.inventory.hr.company import DAY, KITS, Company, rules

START = date(2026, 2, 2)


@pytest.fixture
def company(engine: Engine) -> Company:
    company = Company(engine)
    company.found(laptop=2, phone=2, monitor=1)
    return company


def equip(company: Company, **hire: str) -> dict[str, Row]:
    """Hire somebody and hand out everything; return the lines."""
    company.say("hire", START, **hire)
    for line in company.lines().values():
        company.step(line["id"], "deliver")
        company.step(line["id"], "accept", "Tia")
    return company.lines()


def test_a_cancelled_hire_gives_everything_back_and_deletes_nothing(
    company: Company,
) -> None:
    company.say("hire", START)
    lines = company.lines()
    company.step(lines["laptop"]["id"], "deliver")
    company.step(lines["phone"]["id"], "ship", carrier="DHL", tracking="7")
    company.say("hire.cancelled", START)
    after = company.lines()
    assert after["laptop"]["state"] == "delivered"  # that is what happened
    assert after[f"asset:{lines['laptop']['asset_id']}"]["state"] == "due"
    assert after["phone"]["state"] == "in_return"
    (case,) = company.rows("provisioning_case")
    assert case["state"] == "open"
    (employment,) = company.rows("employment")
    assert employment["valid_to"] == employment["valid_from"]
    for slot in ("phone", f"asset:{lines['laptop']['asset_id']}"):
        for step in ("receive", "evaluate", "restock"):
            company.step(company.lines()[slot]["id"], step)
    assert company.rows("provisioning_case")[0]["state"] == "cancelled"
    assert {row["state"] for row in company.rows("asset")} == {"in_stock"}


def test_garden_leave_takes_tools_and_leaves_benefits_until_the_last_day(
    company: Company,
) -> None:
    lines = equip(company)
    company.day = date(2026, 3, 2)
    company.say("termination", date(2026, 6, 30), garden_leave_from="2026-04-01")
    back = company.lines()
    assert back[f"asset:{lines['laptop']['asset_id']}"]["due_on"] == date(2026, 3, 31)
    assert back[f"asset:{lines['phone']['asset_id']}"]["due_on"] == date(2026, 6, 30)


def test_after_a_death_nobody_is_reminded(company: Company) -> None:
    equip(company)
    company.say("deceased", START + 30 * DAY)
    case = company.rows("provisioning_case")[-1]
    assert (case["kind"], case["quiet"]) == ("leaving", True)
    company.wait(90)
    assert {row["reminded_on"] for row in company.rows("case_line")} == {None}


def test_an_overdue_line_is_reminded_of_but_not_every_day(company: Company) -> None:
    equip(company)
    company.say("termination", START + 30 * DAY)
    company.wait(60)
    told = company.lines()[f"asset:{company.rows('asset')[0]['id']}"]["reminded_on"]
    assert told == company.day
    company.wait(1)
    again = company.lines()[f"asset:{company.rows('asset')[0]['id']}"]["reminded_on"]
    assert again == told


def test_under_legal_hold_nothing_moves_until_it_is_lifted(company: Company) -> None:
    equip(company)
    company.say("termination", START + 30 * DAY, legal_hold=True)
    line = next(iter(company.lines().values()))
    assert line["state"] == "on_hold"
    with pytest.raises(NotAllowed, match="on_hold"):
        company.step(line["id"], "receive")
    company.step(line["id"], "unhold")
    assert company.step(line["id"], "receive")["state"] == "received"


def test_lost_is_a_proposal_and_custody_stays_until_a_person_decides(
    company: Company,
) -> None:
    lines = equip(company)
    company.say("termination", START + 30 * DAY)
    asset = lines["laptop"]["asset_id"]
    line = company.lines()[f"asset:{asset}"]
    with pytest.raises(Invalid, match="needs"):
        company.step(line["id"], "lose", "")
    company.step(line["id"], "lose", "left in a train")
    (proposal,) = company.rows("write_off_proposal")
    assert (proposal["reason"], proposal["state"]) == ("lost", "proposed")
    assert len(company.rows("custody", asset_id=asset, valid_to=None)) == 1

    def approve(context: object) -> None:
        write_off.decide(context, proposal["id"], approved=True, remark="insured")  # type: ignore[arg-type]

    with pytest.raises(NotAllowed, match="does not approve"):
        company.do(approve)
    company.actor = "accountant"
    company.do(approve)
    assert company.rows("asset", id=asset)[0]["state"] == "disposed"
    assert company.rows("custody", asset_id=asset, valid_to=None) == []
    with pytest.raises(NotAllowed, match="approved"):
        company.do(approve)


def test_what_is_found_again_withdraws_the_proposal(company: Company) -> None:
    equip(company)
    company.say("termination", START + 30 * DAY)
    line = next(iter(company.lines().values()))
    company.step(line["id"], "lose", "left in a train")
    company.step(line["id"], "find")
    assert company.rows("write_off_proposal")[0]["state"] == "refused"
    assert company.lines()[line["slot"]]["state"] == "received"


def test_something_above_the_kit_waits_for_approval(company: Company) -> None:
    company.say("hire", START)
    number = company.rows("provisioning_case")[0]["id"]
    extra = Extra(item="second screen", kind="monitor")
    line = company.do(lambda context: request_extra(context, number, extra))
    assert (line["state"], line["owner"]) == ("proposed", "manager")
    with pytest.raises(NotAllowed):
        company.step(line["id"], "reserve")
    with pytest.raises(NotAllowed, match="does not approve"):
        company.step(line["id"], "approve")
    company.actor = "manager"
    # What was approved is taken from stock at once.
    assert company.step(line["id"], "approve")["state"] == "reserved"


def test_too_many_leavers_wait_for_a_person(engine: Engine) -> None:
    company = Company(engine, known=rules(KITS, {"leavers": {"most": 2, "days": 1}}))
    company.found(laptop=4)
    for who in "1234":
        company.say("hire", START, who)
    verdicts = [
        company.say("termination", START + 30 * DAY, who).event["verdict"]
        for who in "1234"
    ]
    assert verdicts == ["applied", "applied", "held", "held"]
    assert [row["kind"] for row in company.rows("task")] == ["mass-leavers"]
    found = company.do(lambda context: sources.start_source(context, "sap"))
    assert len(found) == 2
    assert company.rows("task")[0]["outcome"] == "released"


def test_the_substitute_of_the_kit_is_taken_and_told(engine: Engine) -> None:
    items = {"laptop": {"kind": "laptop", "any_of": ["X1"], "substitutes": ["T14"]}}
    kits = {"items": items, "kits": [{"name": "all", "items": ["laptop"]}]}
    company = Company(engine, known=rules(kits))
    company.found()

    for model in ("P1", "T14"):
        new = NewAsset(kind="laptop", model=model, since=START - 300 * DAY)
        company.do(lambda context, new=new: register_asset(context.work, new))  # type: ignore[misc]
    company.say("hire", START)
    line = company.lines()["laptop"]
    assert line["state"] == "reserved"
    assert company.rows("asset", id=line["asset_id"])[0]["model"] == "T14"
    notes = [row["note"] for row in company.rows("case_line_step")]
    assert any("instead of X1" in note for note in notes)


def test_during_an_absence_plans_are_suspended_and_tools_go_to_the_substitute(
    engine: Engine,
) -> None:
    more = {"suspend": ["phone"], "absence_days": 30}
    company = Company(engine, known=rules(KITS, more))
    company.found(laptop=2, phone=2)
    lines = equip(company)
    company.say("hire", START, "008", given_name="Budi")
    company.say(
        "leave_of_absence", START + 30 * DAY, until="2026-06-01", substitute="008"
    )
    found = company.lines()
    phone = found[f"asset:{lines['phone']['asset_id']}"]
    laptop = found[f"asset:{lines['laptop']['asset_id']}"]
    assert (phone["action"], laptop["action"]) == ("suspend", "hand-over")
    company.step(phone["id"], "suspend")
    budi = company.rows("person")[1]["id"]
    company.step(laptop["id"], "hand_over", recipient_id=budi)
    (held,) = company.rows("custody", asset_id=laptop["asset_id"], valid_to=None)
    assert held["person_id"] == budi
    company.say("leave.ended", date(2026, 5, 1))
    company.wait(120)
    assert company.lines(phone["case_id"])[phone["slot"]]["state"] == "resumed"


def test_an_id_of_another_event_and_a_number_of_somebody_else_are_refused(
    company: Company,
) -> None:
    company.say("hire", START, id="same", given_name="Tia")
    with pytest.raises(Conflict, match="same"):
        company.say("hire", START + DAY, id="same")
    with pytest.raises(Conflict, match="another name"):
        company.say(
            "hire", START, source="payroll", given_name="Budi", family_name="Other"
        )


def test_homonyms_stay_two_people(company: Company) -> None:
    company.say("hire", START, "1", given_name="J", family_name="Smith")
    company.say("hire", START, "2", given_name="J", family_name="Smith")
    assert len(company.rows("person")) == 2


def test_the_lists_tell_who_is_late(company: Company) -> None:
    equip(company)
    company.say("hire", START + 60 * DAY, "008")
    company.say("termination", START + 30 * DAY)
    company.wait(70)
    with company.engine.connect() as connection:
        found = {
            name: len(rows(connection, company.day))
            for name, rows in lists.LISTS.items()
        }
        soon = lists.cases_due_within(connection, "joining", company.day, 90)
    assert found["still-holding"] == found["overdue-returns"] == 2
    assert found["at-risk"] == 2
    assert [len(row["missing"]) for row in soon] == [2]


def test_a_leavers_extension_is_freed_when_its_line_is_received(
    company: Company,
) -> None:
    equip(company)
    person = company.rows("person")[0]["id"]
    at = company.now()
    seen = {"first_seen": at, "last_seen": at}
    with company.engine.begin() as connection:
        system: Row = {"id": 1, "name": "pbx", "kind": "asterisk", "site": ""}
        system |= {"address": "", "problems": "", "recorded_at": at}
        connection.execute(insert(company.table("phone_system")).values(system))
        own = {"id": 1, "system_id": 1, "number": "0214", "partition": ""}
        connection.execute(
            insert(company.table("extension")).values(own | seen | {"search": ""})
        )
    company.do(
        lambda context: assign_person(
            context.work, 1, person, company.day, source="pbx:pbx"
        )
    )
    company.say("termination", START + 30 * DAY)
    line = company.lines()["extension:1"]
    assert line["item"] == "extension 0214"
    company.step(line["id"], "receive")
    assert company.rows("extension_person", valid_to=None) == []


def test_one_signature_by_link_closes_the_handovers_of_a_case(
    company: Company,
) -> None:
    company.say("hire", START)
    for line in company.lines().values():
        company.step(line["id"], "deliver")
    (case,) = company.rows("provisioning_case")
    act, person = f"case:{case['id']}", case["person_id"]
    key = b"0" * 32
    link = company.do(
        lambda context: request_acceptance(context.work, act, person, "I got it.", key)
    )
    company.do(lambda context: accept(context.work, link.token, key, "Tia"))
    assert {line["state"] for line in company.lines().values()} == {"accepted"}
    assert company.rows("provisioning_case")[0]["state"] == "closed"
