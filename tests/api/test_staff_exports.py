"""Exports as HR systems and the people who use them leave them, from nothing at all.

Written by hand from the published layouts. Each is taken in by upload and by command;
who is stored, where, under whom and since when is what the file says.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from api.compose.wiring import App
from api.pages.site import create_pages
from inventory.people import accounts
from tests.api.conftest import calling
from tests.api.test_cli import Terminal, purser, ready
from tests.api.test_staff_lists import Today, items, office, send, today
from tests.pages.conftest import Office

__all__ = ["office", "purser", "ready", "today"]

Who = tuple[str, str, str | None, str | None, str | None, str]
"""Given name, family name, department, cost centre, manager, start."""


def workbook(rows: Sequence[Sequence[Any]], *merged: str) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def lines(rows: Sequence[Sequence[str]], mark: str, page: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=mark).writerows(rows)
    return out.getvalue().encode(page)


WORKDAY = workbook(
    [
        ["RPT_Active_Workers", None, None, None, None, None, None, None],
        ["Effective as of", "2026-08-03"],
        [],
        ["Employee ID", "Legal Name", None, "Employment", None, "Organization"],
        [
            *(
                None,
                "Legal First Name",
                "Legal Last Name",
                "Hire Date",
                "Worker Status",
            ),
            *("Supervisory Organization", "Cost Center - ID", "Manager"),
        ],
        ["30001", "Ada", "Byron", "01/06/2020", "Active", "Engineering", "4100", None],
        [
            *("30002", "Joan", "Clarke", "06/18/2021", "Active", "Engineering", "4100"),
            "Ada Byron (30001)",
        ],
        [
            *("30003", "Mary (On Leave)", "Ward", "02/03/2022", "On Leave", "Audit"),
            *("4200", "Joan Clarke (On Leave)"),
        ],
        ["Total workers", 3],
        ["Report run by ISU_Reports on 03/08/2026 06:00"],
    ],
    *("A1:H1", "A4:A5", "B4:C4", "D4:E4", "F4:H4"),
)
SUCCESSFACTORS = lines(
    [
        ["STATUS", "USERID", "FIRSTNAME", "LASTNAME", "HIREDATE", "DEPARTMENT"],
        ["active", "71", "Edith", "Stein", "25/03/2019", "Lab"],
        ["active", "72", "Lise", "Meitner", "04/02/2020", "Lab"],
        ["active", "73", "Emmy", "Noether", "2021-11-30", "Lab"],
        ["active", "74", "Maria", "Merian", "01.09.2021", "Lab"],
    ],
    *(",", "utf-8"),
)
BAMBOO = lines(
    [
        [
            "Employee #",
            "Last name, First name",
            "Hire Date",
            "Department",
            "Reporting to",
        ],
        ["501", "Hopper, Grace (Amazing)", "2019-05-06", "Fleet", ""],
        ["502", 'Ride, Sally "Sal"', "May 7, 2020", "Fleet", "Hopper, Grace (Amazing)"],
        ["503", "O'Neil (Smith), Mae", "2021-02-08", "Fleet", "Sally (Sal) Ride"],
    ],
    *(",", "utf-8-sig"),
)
PERSONIO = lines(
    [
        [
            *("Personalnummer", "Vorname", "Nachname", "Einstellungsdatum", "Status"),
            *("Abteilung", "Kostenstelle", "Vorgesetzte:r", "Kündigungsdatum"),
        ],
        ["00041", "Jürgen", "Größe", "01.04.2018", "Aktiv", "Küche", "4100", "", ""],
        ["00042", "Zoë", "Weiß", "15.10.2019", "Aktiv", "Küche", "4100", "00041", ""],
        [
            *("00043", "Bärbel", "Öhm", "01.01.2020", "Aktiv", "Lager", "4300"),
            *("Größe, Jürgen", ""),
        ],
        ["Summe", "3", "", "", "", "", "", "", ""],
    ],
    *(";", "cp1252"),
)
TALENTA = workbook(
    [
        [
            *("ID Karyawan", "Nama Lengkap", "Tanggal Bergabung", "Organisasi"),
            *("Atasan Langsung", "Status Karyawan"),
        ],
        [117, "Siti Nurhaliza", "12 Mei 2020", "Keuangan", None, "Tetap"],
        [118, "Budi Santoso", "1 Agustus 2021", "Keuangan", "00117", "Kontrak"],
        ["00119", "Suharto", "3 Des 2021", "Gudang", "00118", "Tetap"],
    ],
)
ENG, LAB, FLEET, MONEY = "Engineering", "Lab", "Fleet", "Keuangan"
EXPORTS: dict[str, tuple[bytes, set[Who]]] = {
    "workday": (
        WORKDAY,
        {
            ("Ada", "Byron", ENG, "4100", None, "2020-01-06"),
            ("Joan", "Clarke", ENG, "4100", "Ada Byron", "2021-06-18"),
            ("Mary", "Ward", "Audit", "4200", "Joan Clarke", "2022-02-03"),
        },
    ),
    "successfactors": (
        SUCCESSFACTORS,
        {
            ("Edith", "Stein", LAB, None, None, "2019-03-25"),
            ("Lise", "Meitner", LAB, None, None, "2020-02-04"),
            ("Emmy", "Noether", LAB, None, None, "2021-11-30"),
            ("Maria", "Merian", LAB, None, None, "2021-09-01"),
        },
    ),
    "bamboohr": (
        BAMBOO,
        {
            ("Grace", "Hopper", FLEET, None, None, "2019-05-06"),
            ("Sally", "Ride", FLEET, None, "Grace Hopper", "2020-05-07"),
            ("Mae", "O'Neil", FLEET, None, "Sally Ride", "2021-02-08"),
        },
    ),
    "personio": (
        PERSONIO,
        {
            ("Jürgen", "Größe", "Küche", "4100", None, "2018-04-01"),
            ("Zoë", "Weiß", "Küche", "4100", "Jürgen Größe", "2019-10-15"),
            ("Bärbel", "Öhm", "Lager", "4300", "Jürgen Größe", "2020-01-01"),
        },
    ),
    "talenta": (
        TALENTA,
        {
            ("Siti", "Nurhaliza", MONEY, None, None, "2020-05-12"),
            ("Budi", "Santoso", MONEY, None, "Siti Nurhaliza", "2021-08-01"),
            ("", "Suharto", "Gudang", None, "Budi Santoso", "2021-12-03"),
        },
    ),
}

LEFT_OUT = {
    "workday": [
        (9, "Total workers 3"),
        (10, "Report run by ISU_Reports on 03/08/2026 06:00"),
    ],
    "personio": [(5, "Summe 3")],
}
"""What stands below a list, by its row in the file."""


def stored(people: list[dict[str, Any]]) -> set[Who]:
    """Return who is there, of people with their employments."""
    found = set()
    for person in people:
        (job,) = person["employments"]
        (place,) = job["placements"]
        found.add(
            (
                *(person["given_name"], person["family_name"], place["department"]),
                *(place["cost_centre"], place["manager"], job["valid_from"]),
            )
        )
    return found


@pytest.mark.parametrize("profile", EXPORTS)
async def test_an_export_is_taken_in_from_nothing(
    office: App, today: Today, profile: str
) -> None:
    data, who = EXPORTS[profile]
    async with calling(office, "hr", "it") as client:
        tried = await send(client, data, profile)
        done = await send(client, data, profile, dry_run="false")
        for told in (tried, done):
            left = [(one["row"], one["text"]) for one in told["left_out"]]
            assert left == LEFT_OUT.get(profile, [])
            assert all("no employee id" in one["reason"] for one in told["left_out"])
        assert done["problems"] == 0, done["effects"]
        assert done["counts"] == {"hire": len(who)}
        people = []
        for person in await items(client, "people"):
            people.append((await client.get(f"/api/v1/people/{person['id']}")).json())
        assert stored(people) == who
        # They have been here for years: nothing is to be provided, nothing is open.
        assert await items(client, "cases") == []
        assert await items(client, "tasks") == []
        again = await send(client, data, profile)
        assert again["counts"] == {"same": len(who)}


@pytest.mark.parametrize("profile", EXPORTS)
def test_an_export_is_taken_in_by_command(
    ready: Terminal, tmp_path: Path, profile: str
) -> None:
    data, who = EXPORTS[profile]
    words = ("--code", "RBN", "--name", "Rempah", "--currency", "EUR")
    assert ready("legal-entity", "create", *words).code == 0
    file = tmp_path / "export"
    file.write_bytes(data)
    given = ("hr", "staff", str(file), "--profile", profile, "--json")
    assert ready(*given, "--write").json["problems"] == 0
    people = ready("person", "list", "--json").json["items"]
    names = {(one["given_name"], one["family_name"]) for one in people}
    assert names == {(given_name, family) for given_name, family, *_ in who}
    assert ready(*given).json["counts"] == {"same": len(who)}
    said = ready(*given[:-1]).err
    for row, text in LEFT_OUT.get(profile, ()):
        assert f"{row} ({text})" in said


@pytest.mark.parametrize("profile", EXPORTS)
def test_an_export_is_taken_in_by_page(office: App, today: Today, profile: str) -> None:
    data, who = EXPORTS[profile]
    with office.work("test") as work:
        accounts.add_account(work, "hr", "a long enough password", ["hr"], name="HR")
        work.commit()
    visitor = Office(office, create_pages(office))("hr")
    given = {"profile": profile, "do": "try"}
    files = {"file": ("export", data, "application/octet-stream")}
    tried = visitor.see("/staff-list", given, files)
    kept = tried.one("input[name=kept]").get("value")
    done = visitor.see("/staff-list", given | {"do": "write", "kept": kept})
    assert f"{len(who)} hire" in done.source
    listed = visitor.see("/people").text("table.list")
    assert all(family in listed for _, family, *_ in who)


async def test_zeros_that_a_spreadsheet_took_make_nobody_new(
    office: App, today: Today
) -> None:
    head = "ID Karyawan,Nama Lengkap,Tanggal Bergabung,Organisasi,Atasan Langsung\n"
    first = "00117,Siti Nurhaliza,12 Mei 2020,Keuangan,\n"
    first += "00118,Budi Santoso,1 Agustus 2021,Keuangan,00117\n"
    async with calling(office, "hr", "it") as client:
        await send(client, head + first, "talenta", dry_run="false")
        bare = first.replace("00117", "117").replace("00118", "118")
        assert (await send(client, head + bare, "talenta"))["counts"] == {"same": 2}
        rounded = head + '"1,23457E+15",Rudi,3 Des 2021,Gudang,\n'
        told = await send(client, rounded, "talenta")
        ((fault,),) = (row["problems"] for row in told["effects"])
        assert fault["field"] == "number"
        assert "rounded" in fault["problem"]


async def test_days_that_contradict_each_other_are_not_guessed(
    office: App, today: Today
) -> None:
    table = "USERID,FIRSTNAME,LASTNAME,HIREDATE\n" + "".join(
        f"{n},G{n},F{n},{day}\n"
        for n, day in enumerate(
            ("25/03/2019", "03/25/2019", "04/02/2020", "05/05/2020")
        )
    )
    async with calling(office, "hr", "it") as client:
        told = await send(client, table, "successfactors")
    assert {row["number"]: row["effect"] for row in told["effects"]} == {
        **{"0": "hire", "1": "hire", "2": "error"},
        "3": "hire",
    }
