"""People, cases with their steps, and telephony."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import html
from sqlalchemy import text

from api.compose.rulebooks import context_of
from discovery.telephony.apply import apply_reading
from inventory.hr.events.receive import receive
from inventory.provisioning.statements.event_format import read_event
from inventory.queries.people.people import PersonFilter, list_people
from inventory.queries.telephony.extensions import ExtensionFilter, list_extensions
from inventory.telecom.assignments import assign_person
from tests.discovery.test_telephony import READING
from tests.pages.conftest import Office

DAY = READING.seen_at.date()


def test_a_person_who_left_but_holds_something_is_marked(visit: Office) -> None:
    page = visit("hr").see("/people?search=oak").follow("Ben Oak")
    assert "Not employed any more, but still holds 1 asset." in page.text("main")
    assert "T-002" in page.text("main")
    assert page.text("h1 .badge") == "left"
    other = visit("hr").see("/people/1")
    assert other.tree.cssselect("[role=alert]") == []


def hire(office: Office) -> int:
    """Announce somebody; return the case."""
    app = office.app
    event = read_event(
        {
            "source": "sap",
            "type": "hire",
            "subject": "00077",
            "data": {
                "effective_on": app.clock().date().isoformat(),
                "given_name": "Tia <b>",
                "family_name": "Sari",
                "legal_entity": "100",
            },
        }
    )
    with app.work("test") as work:
        outcome = receive(context_of(app.settings, work), event)
        work.commit()
    return outcome.case_ids[0]


def test_a_line_is_worked_off_on_the_page_of_its_case(office: Office) -> None:
    number = hire(office)
    page = office("hr").see(f"/cases/{number}")
    assert "Tia <b> Sari" in page.text("main")
    assert page.text("h1").startswith("Joining, ")
    page = page.press("Deliver mail account")
    assert "delivered" in row_of(page, "mail account")
    # Who did it is told by name, not as the audit trail keeps it.
    assert "The hr" in page.text("main")
    form = page.follow("Accept mail account")
    assert form.text("h1") == "Accept: mail account"
    assert form.labels("main label")[0].startswith("Name of who signs")
    unsigned = form.send()
    assert unsigned.status == 422
    assert unsigned.text("h1") == "Accept: mail account"
    done = form.send(note="Tia Sari")
    assert "accepted" in row_of(done, "mail account")
    assert "Tia Sari" in done.text("main")
    readonly = office("auditor").see(f"/cases/{number}")
    assert readonly.tree.cssselect("main button[formaction]") == []


def row_of(page: object, item: str) -> str:
    rows = page.tree.cssselect("table.list tbody tr")  # type: ignore[attr-defined]
    found = [" ".join(row.text_content().split()) for row in rows]
    return next(each for each in found if each.startswith(item))


@pytest.mark.parametrize(
    "asked", ["watch=shortages", "watch=still-holding", "watch=at-risk", "open=true"]
)
def test_lines_of_cases_answer_what_people_ask_every_day(
    visit: Office, asked: str
) -> None:
    page = visit("hr").see(f"/case-lines?{asked}")
    assert page.status == 200
    assert page.tree.cssselect(".problem") == []
    assert "Tasks" in page.texts("nav.tabs a")


@pytest.fixture(scope="module")
def telephony(office: Office) -> Office:
    """The company after a telephone system was read; a name holds HTML."""
    named = replace(READING.extensions[2], name="<b>Meeting</b> room")
    first = replace(READING.registrations[0], mac=None, ip="192.0.2.2")
    reading = replace(
        READING,
        extensions=(*READING.extensions[:2], named),
        registrations=(first, READING.registrations[1]),
    )
    with office.app.work("scan:1") as work:
        apply_reading(work, reading, region="NL")
        (ada,) = list_people(work.connection, DAY, PersonFilter(search="ada")).rows
        wanted = ExtensionFilter(search="2001")
        (line,) = list_extensions(work.connection, DAY, wanted).rows
        assign_person(work, line["id"], ada["id"], DAY, source="test")
        work.commit()
    return office


def test_extensions_show_phone_and_number_and_lead_on(telephony: Office) -> None:
    page = telephony("it").see("/extensions")
    assert page.text("output.count") == "3 extensions"
    assert "+31104144188" in page.text("table.list tbody tr")
    assert "<b>Meeting</b> room" in page.text("table.list")
    found = telephony("hr").see("/extensions?search=meeting")
    assert found.text("output.count") == "1 extension"
    one = telephony("hr").see("/extensions?search=2001").follow("2001")
    assert one.text("h1").startswith("2001")
    assert "Ada Berg" in one.texts("main a")


def test_person_and_phone_show_their_extensions(telephony: Office) -> None:
    person = telephony("hr").see("/people/1")
    assert "T46U" in person.text("main")
    assert person.follow("2001").text("h1").startswith("2001")
    phone = telephony("it").see("/devices/2")
    assert "+31104144188" in phone.text("main")
    assert phone.follow("Ada Berg").text("h1") == "Ada Berg"
    other = telephony("accounting").see("/devices/2")
    assert "Extensions" not in other.texts("h2")
    assert telephony("accounting").see("/extensions").status == 403


def test_a_list_of_staff_is_tried_with_its_columns_and_taken_in(office: Office) -> None:
    page = office("hr").see("/people").follow("Staff list")
    heads = "Personalnummer;Name;Eintritt;Abteilung;Gehalt;Kostenstelle\n"
    table = f"{heads}9001;Berg, Eva;10.08.2026;Entwicklung;90.000;4999\n".encode()
    assert page.status == 200
    visitor, files = office("hr"), {"file": ("list.csv", table, "text/csv")}
    given = {"profile": "generic", "legal_entity": an_entity(office), "do": "try"}
    tried = visitor.see("/staff-list", given, files)
    assert tried.status == 200
    told = tried.text("main")
    for part in ("9001", "Eva Berg", "10 Aug 2026", "Entwicklung"):
        assert part in told
    assert "90.000" not in told, "a column that is not named is not read"
    kept = tried.one("input[name=kept]").get("value")
    done = visitor.see("/staff-list", given | {"do": "write", "kept": kept})
    assert "1 hire" in done.source
    assert "Berg" in visitor.see("/people?search=berg").text("main")
    nothing = visitor.see("/staff-list", given)
    assert (nothing.status, "Choose a file" in nothing.source) == (422, True)
    assert office("accounting").see("/staff-list").status == 403


def test_rows_below_a_list_of_staff_are_told_before_and_after(office: Office) -> None:
    visitor = office("hr")
    heads = "Personalnummer;Name;Eintritt;Abteilung\n"
    ending = "\nSumme;1;;\n\nDisetujui oleh;;;Direktur\n"
    table = f"{heads}9003;Berg, Ida;10.08.2026;Lager{ending}".encode()
    given = {"profile": "generic", "legal_entity": an_entity(office), "do": "try"}
    tried = visitor.see("/staff-list", given, {"file": ("l.csv", table, "text/csv")})
    told = tried.text("main")
    assert "2 rows are left out:" in told
    assert "row 3 Summe 1, below the list: no employee id" in told
    assert "row 5 Disetujui oleh Direktur" in told
    kept = tried.one("input[name=kept]").get("value")
    done = visitor.see("/staff-list", given | {"do": "write", "kept": kept})
    assert "Rows left out below the list: 3, 5." in done.source


def test_a_list_that_arrives_late_holds_for_its_own_days(office: Office) -> None:
    visitor, entity = office("hr"), an_entity(office)

    def taken(day: str, department: str) -> None:
        heads = "Personalnummer;Name;Eintritt;Abteilung\n"
        table = f"{heads}9002;Tan, Lim;01.01.2020;{department}\n".encode()
        given = {"profile": "generic", "legal_entity": entity, "day": day}
        files = {"file": ("list.csv", table, "text/csv")}
        tried = visitor.see("/staff-list", given | {"do": "try"}, files)
        assert tried.one("[name=day]").get("value") == day
        kept = tried.one("input[name=kept]").get("value")
        done = visitor.see("/staff-list", given | {"do": "write", "kept": kept})
        assert done.status == 200, done.text("main")

    taken("2020-03-01", "Newer")
    taken("2020-02-01", "Older")
    page = visitor.see("/people?search=tan&fields=family_name,department").text("main")
    assert "Newer" in page
    assert "Older" not in page
    chosen: dict[str, str | list[str]] = {"head": ["Stufe"], "field": ["title"]}
    kept_choice = visitor.see(
        "/staff-list",
        chosen | {"day": "yesterday", "do": "try", "kept": "0" * 32, "save_as": "ours"},
    )
    assert kept_choice.one("#m-1 option[selected]").get("value") == "title"
    assert kept_choice.one("#f-save").get("value") == "ours"
    assert kept_choice.one("#f-day").get("value") == "yesterday"
    wrong = visitor.see(
        "/staff-list", {"day": "yesterday", "do": "try", "kept": "0" * 32}
    )
    assert wrong.status == 422


def an_entity(office: Office) -> str:
    """Return the code of a legal entity of the sample."""
    with office.app.engine.connect() as reading:
        query = text("SELECT code FROM legal_entity ORDER BY id")
        return str(reading.execute(query).scalars().first())


def test_sources_of_staff_are_changed_by_a_form_that_begins_with_them(
    office: Office,
) -> None:
    page = office("hr").see("/staff-sources")
    assert [row["Version"] for row in page.rows()] == ["file"]
    form = page.follow("Change the rules")
    assert form.form["joining"].startswith("number\nemail + family name")
    assert form.form["separate"] == "true"
    wrong = form.send(joining="shoe_size", bridge="31")
    assert wrong.status == 422
    assert wrong.errors() == {
        "joining": "A rule of joining names fields that agree. Use number, given_name,"
        " family_name, email, login."
    }
    assert wrong.form["bridge"] == "31"
    tree = wrong.tree
    # A box that is not ticked any more is sent as little as one that never was.
    tree.cssselect("input[type=checkbox][name=separate]")[0].attrib.pop("checked")
    plain = replace(wrong, source=html.tostring(tree, encoding="unicode"))
    done = plain.send(joining="number\nemail", remark="one person does all")
    assert "In force: version v1." in done.text("main")
    kept = done.follow("v1")
    assert "one person does all" in kept.text("main")
    assert "email + family name" not in kept.text("main")
    again = done.follow("Change the rules")
    assert "separate" not in dict(again.tree.forms[-1].form_values())
    assert again.form["bridge"] == "31"
    provider = office("hr").see("/staff-sources/set-provider")
    told = provider.send(provider="scim:okta", legal_entity="100")
    assert "In force: version v2." in told.source
    assert "scim:okta" in told.text("main")
    back = office("hr").see("/staff-sources/file/restore").send(remark="no more")
    assert "In force: version file." in back.text("main")
    assert office("it").see("/staff-sources/set").status == 403


def test_a_box_is_unticked_by_the_form_of_a_change(office: Office) -> None:
    made = office("it").see("/recurring-jobs/new")
    made.send(name="look", kind="collect", rule="every 1 hour", time_zone="UTC")
    form = office("it").see("/recurring-jobs").follow("look").follow("Edit")
    assert form.form["enabled"] == "true"
    form.send(fields={"enabled": ""})
    again = office("it").see("/recurring-jobs").follow("look").follow("Edit")
    assert again.form["enabled"] is None
    again.send(rule="every 2 hours")
    last = office("it").see("/recurring-jobs").follow("look").follow("Edit")
    assert (last.form["rule"], last.form["enabled"]) == ("every 2 hours", None)


def test_a_text_of_several_lines_keeps_its_lines(visit: Office) -> None:
    page = visit("hr").see("/staff-sources/file")
    shown = page.one(".facts .lines code").text
    assert shown is not None
    assert {"separate: true", "leavers:"} <= set(shown.splitlines())
