"""Lists of staff as HR systems export them, by HTTP: tried, taken in, sent again."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from openpyxl import Workbook
from sqlalchemy import Engine

from api.compose.keys import Seal
from api.compose.wiring import App, compose
from config.settings import Settings
from inventory.people.organisation import ensure
from tests.api.conftest import calling

Answer = dict[str, Any]
URL = "/api/v1/hr/staff-lists"
WORKDAY = """\
Employee ID,Legal First Name,Legal Last Name,Email - Primary Work,Hire Date,\
Termination Date,Worker Status,Company,Supervisory Organization,Cost Center,Location,\
Manager,Business Title,Worker Type,Annual Salary
21001,Ada,Lovelace,ada@example.com,01/06/2020,,Active,Rempah,Engineering,4100 R&D,\
Berlin,,Head of Engineering,Employee,120000
21002,Grace,Hopper,grace@example.com,08/10/2026,,Active,Rempah,Engineering,4100 R&D,\
Berlin,Ada Lovelace,Engineer,Employee,90000
21003,Alan,Turing,alan@example.com,03/02/2015,06/30/2019,Terminated,Rempah,\
Engineering,4100 R&D,Berlin,Ada Lovelace,Engineer,Employee,80000
"""
LAYOUTS = {
    "successfactors": (
        "STATUS,USERID,USERNAME,FIRSTNAME,LASTNAME,EMAIL,MANAGER,DEPARTMENT,LOCATION,"
        "HIREDATE,TITLE\n"
        "active,1001,gh,Grace,Hopper,gh@example.com,NO_MANAGER,ENG,BER,08/10/2026,Eng\n"
    ),
    "bamboohr": (
        '"Employee #","Last name, First name","Work Email","Hire Date","Status",'
        '"Department","Location","Job Title","Reporting to"\n'
        '"1001","Hopper, Grace","gh@example.com","2026-08-10","Active","Engineering",'
        '"Berlin","Engineer",""\n'
    ),
    "personio": (
        "Personalnummer;Vorname;Nachname;E-Mail;Eintrittsdatum;Status;Abteilung;Standort"
        ";Kostenstelle;Gesellschaft;Position\n"
        "1001;Grace;Hopper;gh@example.com;10.08.2026;Onboarding;Entwicklung;Köln;4100"
        ";Rempah GmbH;Entwicklerin\n"
    ),
    "odoo-hr": (
        "registration_number,name,work_email,company_id,department_id,job_title,"
        "parent_id,contract_date_start,departure_date\n"
        "1001,Grace Hopper,gh@example.com,Rempah,Engineering,Engineer,False,"
        "2026-08-10,False\n"
    ),
    "frappe-hr": (
        "ID,First Name,Last Name,Company,Date of Joining,Status,Department,Branch,"
        "Designation,Company Email,Relieving Date\n"
        "HR-EMP-00001,Grace,Hopper,Rempah,10-08-2026,Active,Engineering - R,Berlin,"
        "Engineer,gh@example.com,\n"
    ),
    "talenta": (
        "ID Karyawan,Nama Lengkap,Email,Tanggal Bergabung,Tanggal Resign,"
        "Status Karyawan,Organisasi,Cabang,Jabatan\n"
        "1001,Grace Hopper,gh@example.com,10 Aug 2026,-,Tetap,Teknik,Jakarta,Staf\n"
    ),
    "generic": (
        "Personalnummer;Name;Eintritt;Abteilung;Gehalt\n"
        "1001;Hopper, Grace;10.08.2026;Entwicklung;90.000\n"
    ),
}


class Today:
    """A clock that is set by hand."""

    day = date(2026, 8, 3)

    def __call__(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)


@pytest.fixture
def today() -> Today:
    return Today()


@pytest.fixture
def office(engine: Engine, today: Today, tmp_path: Path) -> Iterator[App]:
    """A company as it is on the first day: one legal entity, nobody, nothing."""
    settings = Settings(data_dir=tmp_path)
    app = compose(settings, engine, today, Seal(Fernet.generate_key(), 12))
    with app.work("test") as work:
        ensure(work, "legal_entity", "RBN", name="Rempah", currency="EUR")
        work.commit()
    yield app
    app.close()


async def send(
    client: httpx.AsyncClient,
    data: str | bytes,
    profile: str,
    **form: Any,  # noqa: ANN401
) -> Answer:
    raw = data.encode() if isinstance(data, str) else data
    answer = await client.post(
        URL, files={"file": ("list.csv", raw)}, data={"profile": profile, **form}
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def items(client: httpx.AsyncClient, path: str, **query: Any) -> list[Answer]:  # noqa: ANN401
    answer = await client.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def effects(answer: Answer) -> dict[str, str]:
    return {row["number"]: row["effect"] for row in answer["effects"]}


async def test_a_list_is_tried_taken_in_and_sent_again(
    office: App, today: Today
) -> None:
    async with calling(office, "hr", "it") as client:
        tried = await send(client, WORKDAY, "workday")
        assert not tried["written"]
        assert effects(tried) == {"21001": "hire", "21002": "hire", "21003": "skipped"}
        assert tried["columns"]["Annual Salary"] is None
        assert sorted(one["code"] for one in tried["units"]) == [
            "4100 R&D",
            "Berlin",
            "Engineering",
        ]
        assert await items(client, "people") == []
        done = await send(client, WORKDAY, "workday", dry_run="false")
        assert done["written"]
        assert done["problems"] == 0
        rows = await items(client, "people", as_of="2026-09-01")
        assert {row["email"]: row["title"] for row in rows} == {
            "ada@example.com": "Head of Engineering",
            "grace@example.com": "Engineer",
        }
        (grace,) = [row for row in rows if row["given_name"] == "Grace"]
        (ada,) = [row for row in rows if row["given_name"] == "Ada"]
        led = await items(client, "people", as_of="2026-09-01", manager=ada["id"])
        assert [row["id"] for row in led] == [grace["id"]]
        (case,) = await items(client, "cases", person=grace["id"])
        assert (case["kind"], case["effective_on"]) == ("joining", "2026-08-10")
        today.day = date(2026, 8, 20)
        again = await send(client, WORKDAY, "workday", dry_run="false")
        assert again["counts"] == {"same": 2, "skipped": 1}, "it is all known"
        assert "120000" not in json.dumps(await items(client, "hr-events"))


async def test_what_differs_becomes_events_and_who_is_missing_stays(
    office: App, today: Today
) -> None:
    async with calling(office, "hr", "it") as client:
        await send(client, WORKDAY, "workday", dry_run="false")
        today.day = date(2026, 9, 1)
        works = "Active,Rempah,{},Ada Lovelace,{}"
        old = "08/10/2026,," + works.format("Engineering,4100 R&D,Berlin", "Engineer")
        new = "08/10/2026,12/31/2026," + works.format("Sales,4200 Sales,Bonn", "Rep")
        assert old in WORKDAY
        moved = WORKDAY.replace(old, new)
        without_ada = "".join(
            line for line in moved.splitlines(keepends=True) if "21001" not in line
        )
        done = await send(client, without_ada, "workday", dry_run="false")
        assert effects(done)["21002"] == "leave"
        assert done["absent"] == ["21001"]
        (row,) = [one for one in done["effects"] if one["number"] == "21002"]
        told = {one["kind"]: (one["on"], one["verdict"]) for one in row["events"]}
        assert told == {
            "termination": ("2026-12-31", "applied"),
            "transfer": ("2026-09-01", "applied"),
        }
        rows = await items(client, "people", as_of="2026-09-02")
        assert len(rows) == 2, "who is missing in a list has not left"
        (grace,) = [one for one in rows if one["given_name"] == "Grace"]
        assert grace["title"] == "Rep"
        # The last day falls away again.
        today.day = date(2026, 9, 15)
        stays = without_ada.replace("12/31/2026", "")
        done = await send(client, stays, "workday", dry_run="false")
        (row,) = [one for one in done["effects"] if one["number"] == "21002"]
        assert [one["kind"] for one in row["events"]] == ["termination.cancelled"]
        today.day = date(2026, 9, 16)
        gone = stays.replace("08/10/2026,,Active", "08/10/2026,09/30/2026,Active")
        await send(client, gone, "workday", dry_run="false")
        today.day = date(2026, 11, 1)
        back = stays.replace("08/10/2026,,Active", "11/02/2026,,Active")
        done = await send(client, back, "workday", dry_run="false")
        assert effects(done)["21002"] == "rehire"


@pytest.mark.parametrize("profile", sorted(LAYOUTS))
async def test_published_layouts_are_read(office: App, profile: str) -> None:
    async with calling(office, "hr", "it") as client:
        form = {"dry_run": "false", "legal_entity": "RBN"}
        done = await send(client, LAYOUTS[profile], profile, **form)
        assert [row["problems"] for row in done["effects"]] == [[]], done
        (event,) = done["effects"][0]["events"]
        assert (event["kind"], event["on"]) == ("hire", "2026-08-10")
        assert event["verdict"] == "applied"
        assert event["data"]["family_name"] == "Hopper"
        assert event["data"]["given_name"] == "Grace"
        assert event["data"]["department"]
        again = await send(client, LAYOUTS[profile], profile, **form)
        assert again["counts"] == {"same": 1}, again["effects"]


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def test_a_workbook_wide_text_and_a_code_page_are_read_alike(
    office: App,
) -> None:
    rows: list[list[object]] = [
        ["Personalnummer", "Name", "Eintritt", "Abteilung"],
        [1001, "Müller, Jürgen", datetime(2026, 8, 10), "Vertrieb"],
    ]
    text = "Personalnummer;Name;Eintritt;Abteilung\n1001;Müller, Jürgen;10.08.2026;V\n"
    files = [
        workbook(rows),
        text.encode("utf-16"),
        text.encode("utf-8-sig"),
        text.encode("cp1252"),
    ]
    async with calling(office, "hr") as client:
        for data in files:
            tried = await send(client, data, "generic", legal_entity="RBN")
            (row,) = tried["effects"]
            assert (row["number"], row["name"]) == ("1001", "Jürgen Müller")
            assert row["events"][0]["on"] == "2026-08-10"


HABITS = (
    "DATA KARYAWAN PT MAJU JAYA;;;;;;;\r\n"
    "Per 1 Agustus 2026;;;;;;;\r\n"
    ";;;;;;;\r\n"
    "No.;NIK;Nama Karyawan;L/P;Departemen;Tgl Masuk;Tgl Akhir Kontrak;Atasan\r\n"
    "1;00001;Budi Santoso;L;Keuangan;03/02/2019;-;\r\n"
    "2;00002;Sukarno;L;Gudang;25/03/2020;31/12/2026;Budi Santoso\r\n"
    "3;00003;Sari Wijaya;P;Gudang;17 Agustus 2026;-;Budi Santoso\r\n"
)
"""As companies in Indonesia write it: titles, numbers of rows, days of three habits."""


async def test_the_first_list_of_a_company_prepares_nothing_for_who_is_here(
    engine: Engine, today: Today, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path)
    app = compose(settings, engine, today, Seal(Fernet.generate_key(), 12))
    async with calling(app, "hr") as client:
        # Not even a legal entity is there: it is added because there is none.
        form = {"legal_entity": "PT Maju Jaya"}
        done = await send(client, HABITS, "generic", dry_run="false", **form)
        assert effects(done) == dict.fromkeys(("00001", "00002", "00003"), "hire")
        assert done["problems"] == 0
        days = [row["events"][0]["on"] for row in done["effects"]]
        assert days == ["2019-02-03", "2020-03-25", "2026-08-17"]
        assert {unit["unit"] for unit in done["units"]} == {
            "legal_entity",
            "department",
        }
        # Who has been here for years gets no kit; who comes in two weeks does.
        (case,) = await items(client, "cases")
        assert (case["kind"], case["person"]) == ("joining", "Sari Wijaya")
        people = {row["family_name"]: row for row in await items(client, "people")}
        assert people["Sukarno"]["given_name"] == ""
        again = await send(client, HABITS, "generic", dry_run="false", **form)
        assert set(effects(again).values()) == {"same"}
    app.close()


async def test_days_that_could_be_two_are_not_guessed(office: App) -> None:
    text = "NIK;Nama;Tgl Masuk\n1;Budi Santoso;03/02/2019\n"
    async with calling(office, "hr") as client:
        tried = await send(client, text, "generic", legal_entity="RBN")
        assert effects(tried) == {"1": "error"}
        text += "2;Sari Wijaya;02/28/2019\n"
        tried = await send(client, text, "generic", legal_entity="RBN")
        days = [row["events"][0]["on"] for row in tried["effects"]]
        assert days == ["2019-03-02", "2019-02-28"]


async def test_what_is_wrong_is_told_by_row_and_the_others_are_taken_in(
    office: App,
) -> None:
    text = (
        "Employee ID,First Name,Last Name,Hire Date,Status,Termination Date\n"
        "1,Ada,Lovelace,2026-08-10,Active,\n"
        "2,Grace,Hopper,sometime,Active,\n"
        ",No,Number,2026-08-10,Active,\n"
        "1,Ada,Lovelace,2026-08-10,Active,\n"
        "4,Late,Leaver,2026-08-10,Active,2026-08-01\n"
    )
    async with calling(office, "hr", "it") as client:
        done = await send(client, text, "generic", dry_run="false", rows="problems")
        told = {row["row"]: row["problems"][0]["field"] for row in done["effects"]}
        assert told[3] == "start"
        assert told[4] == "number"
        assert told[5] == "number"
        assert done["counts"]["hire"] == 1
        assert len(await items(client, "people")) == 1
        unknown = await client.post(
            URL, files={"file": ("a.csv", b"Colour\nred\n")}, data={}
        )
        assert unknown.status_code == 422
        assert "employee id" in unknown.json()["detail"]
        forbidden = calling(office, "it")
        async with forbidden as other:
            answer = await other.post(URL, files={"file": ("a.csv", b"x\n1\n")})
            assert answer.status_code == 403


async def test_columns_are_mapped_and_kept_as_a_profile(office: App) -> None:
    text = "Nr,Wer,Ab,Team\n7,Ada Lovelace,2026-08-10,Blue\n"
    columns = {"Nr": "number", "Wer": "full_name", "Ab": "start", "Team": "department"}
    async with calling(office, "hr", "it") as client:
        form = {"columns": json.dumps(columns), "save_as": "ours", "source": "own"}
        tried = await send(client, text, "generic", **form)
        assert effects(tried) == {"7": "hire"}
        assert await saved(client) == [], "a preview keeps nothing"
        refused = await client.post(
            URL,
            files={"file": ("list.csv", b"Colour\nred\n")},
            data={"dry_run": "false", "save_as": "ours"},
        )
        assert refused.status_code == 422
        assert await saved(client) == [], "nor does a list that was refused"
        done = await send(client, text, "generic", dry_run="false", **form)
        assert effects(done) == {"7": "hire"}
        assert await saved(client) == ["ours"]
        (event,) = await items(client, "hr-events")
        assert event["source"] == "own"
        more = f"{text}8,Grace Hopper,2026-08-10,Blue\n"
        done = await send(client, more, "ours", dry_run="false", source="own")
        assert effects(done) == {"7": "same", "8": "hire"}


async def saved(client: httpx.AsyncClient) -> list[str]:
    """Return the names of the profiles that somebody kept."""
    profiles = await items(client, "import-profiles", about="people")
    return [row["name"] for row in profiles if row["saved"]]
