"""The first table of assets, as somebody kept it in a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.api.test_cli import Terminal, purser, ready

__all__ = ["purser", "ready"]

STAFF = """Employee ID;Last Name;First Name;Company;Cost Center;Hire Date
1001;Müller;Jürgen;ACME GmbH;4100;2019-03-01
"""
GERMAN = """Inventar-Nr.;Bezeichnung;Hersteller;Modell;Seriennummer;Anschaffungsdatum;\
Anschaffungswert;Kostenstelle;Benutzer;Lagerfach
IT-1;Notebook;Dell Inc.;Latitude 5540;8XK2Z33;15.01.2026;1.249,00;4100;1001;A 3
IT-2;Switch;Cisco;C9300-48P;FOC2233X0AB;01.03.2025;6.480,50;4100;;B 1
IT-3;Tisch;;;;12.11.2025;999;4999;;
"""
INDONESIAN = (
    "Kode Aset\tNama Barang\tMerek\tNo. Seri\tTgl. Perolehan\tHarga Perolehan\n"
    "A-9\tLaptop\tLenovo\tPF3XYZ\t12 Mei 2026\tRp 15.000.000\n"
    "A-10\tLayar\tLG\t27UL\t3 Agustus 2026\tRp 2.500.000\n"
)


def assets(ready: Terminal) -> dict[str, Any]:
    rows = ready("asset", "list", "--json").json["items"]
    return {one["tag"]: one for one in rows}


def imported(ready: Terminal, file: Path, *more: str) -> dict[str, Any]:
    """Return what writing says, once it is seen that the preview said the same."""
    shown = ready("import", str(file), "--json", *more).json
    done = ready("import", str(file), "--json", "--write", *more).json
    assert shown["effects"] == [one | {"asset_id": None} for one in done["effects"]]
    found: dict[str, Any] = done
    return found


def test_a_german_table_with_people_and_cost_centres(
    ready: Terminal, tmp_path: Path
) -> None:
    staff, file = tmp_path / "staff.csv", tmp_path / "assets.csv"
    staff.write_text(STAFF, "utf-8")
    file.write_bytes(GERMAN.encode("cp1252"))
    assert ready("hr", "staff", str(staff), "--write").code == 0
    done = imported(ready, file)
    assert done["counts"] == {"create": 3}
    assert done["columns"]["Lagerfach"] is None
    found = assets(ready)
    told = {
        tag: (one["kind"], one["cost_minor"], one["purchased_on"], one["holder"])
        for tag, one in found.items()
    }
    assert told == {
        "IT-1": ("laptop", 124900, "2026-01-15", "Jürgen Müller"),
        "IT-2": ("switch", 648050, "2025-03-01", None),
        "IT-3": ("other", 99900, "2025-11-12", None),
    }
    borne = {
        tag: ready("asset", "show", tag, "--json").json["bearing"] for tag in found
    }
    assert {tag: one["source"] for tag, one in borne.items()} == {
        "IT-1": "holder",  # it follows its holder, who is paid for by the same
        "IT-2": "allocation",
        "IT-3": "allocation",
    }
    again = ready("import", str(file), "--json").json
    assert again["counts"] == {"same": 3}


def test_an_indonesian_table_tells_its_currency(
    ready: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "aset.tsv"
    file.write_text(INDONESIAN, "utf-8")
    assert imported(ready, file)["counts"] == {"create": 2}
    told = {
        tag: (one["kind"], one["cost_minor"], one["currency"], one["purchased_on"])
        for tag, one in assets(ready).items()
    }
    assert told == {
        "A-9": ("laptop", 1_500_000_000, "IDR", "2026-05-12"),
        "A-10": ("monitor", 250_000_000, "IDR", "2026-08-03"),
    }


def test_a_column_is_mapped_and_the_mapping_kept(
    ready: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("Tag,Thing,Fach\nX-1,Drucker,A 3\nX-2,Beamer,\n")
    how = ("--column", "Thing=name", "--column", "Fach=note", "--save-as", "odd")
    assert ready("import", str(file), *how).code == 0
    kept = ready("import-profile", "list", "--json").json["items"]
    assert "odd" not in {one["name"] for one in kept}, "a preview keeps nothing"
    assert ready("import", str(file), "--column", "Thing").code == 2
    assert imported(ready, file, *how)["columns"]["Fach"] == "note"
    found = assets(ready)
    assert (found["X-1"]["kind"], found["X-2"]["kind"]) == ("printer", "other")
    assert ready("asset", "show", "X-1", "--json").json["note"] == "A 3"
    file.write_text("Tag,Thing,Fach\nX-3,Drucker,B 1\n")
    assert imported(ready, file, "--profile", "odd")["columns"]["Thing"] == "name"


def test_two_currencies_for_one_cost_are_refused(
    ready: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "assets.csv"
    file.write_text("Tag,Name,Cost,Currency\nY-1,PC,Rp 15.000.000,EUR\n")
    answer = ready("import", str(file), "--json").json
    assert [one["field"] for one in answer["effects"][0]["problems"]] == ["currency"]


def test_a_cost_centre_that_a_row_names_outlives_another_holder(
    ready: Terminal, tmp_path: Path
) -> None:
    staff, file = tmp_path / "staff.csv", tmp_path / "assets.csv"
    staff.write_text(STAFF + "1002;Tan;Lim;ACME GmbH;4200;2019-03-01\n", "utf-8")
    assert ready("hr", "staff", str(staff), "--write").code == 0
    heads = "Tag;Name;Cost;Cost centre;User;Held from\n"
    file.write_text(f"{heads}Z-1;PC;100,00;4100;1001;2026-01-05\n")
    how = ("import", str(file), "--write", "--column", "Held from=held_from", "--json")
    assert ready(*how).json["counts"] == {"create": 1}
    file.write_text(f"{heads}Z-1;PC;100,00;4100;1002;2026-03-01\n")
    for effect in ("change", "same"):
        done = ready(
            "import", str(file), "--write", "--column", "Held from=held_from", "--json"
        )
        assert done.json["counts"] == {effect: 1}
        shown = ready("asset", "show", "Z-1", "--json").json
        assert [one["code"] for one in shown["bearing"]["shares"]] == ["4100"]
