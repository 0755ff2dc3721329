"""From an empty folder to a posted and exported quarter, without Python."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from openpyxl import load_workbook

from api.compose.rulebooks import accounting_rules, book_templates
from api.compose.wiring import App
from inventory.accounting.books.opening_calendar import CalendarPlan
from inventory.accounting.catalogue.asset_classes import with_document
from inventory.accounting.catalogue.templates import as_json, filled_in
from inventory.kernel.errors import Invalid
from tests.api.conftest import calling
from tests.api.test_cli import PURSER

PLAN = {
    "template": "indonesia",
    "variant": "saldo-menurun",
    "legal_entity": "100",
    "name": "PT Contoh",
    "begins_on": date(2026, 1, 1),
    "default_cost_centre": "9000",
    "accounts": {"6-5500": {"name": "Beban penyusutan kendaraan", "kind": "Expenses"}},
}
LAPTOP = {
    "kind": "laptop",
    "tag": "L1",
    "asset_class": "computer",
    "cost": "12000000",
    "currency": "IDR",
    "legal_entity": "100",
    "since": "2026-01-10",
}
CAR = LAPTOP | {
    "kind": "other",
    "tag": "C1",
    "asset_class": "vehicle",
    "cost": "96000000",
    "since": "2024-01-05",
}
SPARE = LAPTOP | {"tag": "L2"}
QUARTER = ("2026-01", "2026-02", "2026-03")


def options(values: dict[str, str]) -> list[str]:
    return [
        word
        for name, value in values.items()
        for word in (f"--{name.replace('_', '-')}", value)
    ]


def check_journals(folder: Path) -> None:
    """Let the two programs of plain-text accounting read what was exported."""
    for command in (
        ["hledger", "check", "--strict", "-f", str(folder / "q.journal")],
        ["bean-check", str(folder / "q.beancount")],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def cells_of(workbook: Path) -> list[list[str]]:
    """Return what a spreadsheet program reads; without one, what openpyxl does."""
    program = shutil.which("soffice")
    if program is None:
        sheet = load_workbook(workbook).worksheets[0]
        return [
            ["" if cell is None else str(cell) for cell in row] for row in sheet.values
        ]
    folder = workbook.parent
    profile = f"-env:UserInstallation=file://{folder / 'office'}"
    command = [program, profile, "--headless", "--convert-to", "csv", "--outdir"]
    subprocess.run(
        [*command, str(folder), str(workbook)],
        capture_output=True,
        check=True,
        timeout=300,
    )
    text = workbook.with_suffix(".csv").read_text("utf-8")
    return list(csv.reader(io.StringIO(text)))


def check_expense(text: str) -> None:
    """12,000,000 / 48 and 96,000,000 / 96 in each of three months."""
    rows = list(csv.DictReader(io.StringIO(text)))
    expense = [row for row in rows if row["account"] == "6-5000"]
    assert sum(float(row["debit"]) for row in expense) == 3 * (250_000 + 1_000_000)
    assert sum(float(row["debit"]) - float(row["credit"]) for row in rows) == 0
    opened = {
        row["account"]: row for row in rows if row["memo"] == "Balances taken over"
    }
    assert float(opened["1-2409"]["credit"]) == 24_000_000


def test_from_an_empty_folder_to_an_exported_quarter_by_commands(
    tmp_path: Path,
) -> None:
    environment = {
        name: value for name, value in os.environ.items() if "PURSER" not in name
    } | {"PURSER_DATA_DIR": str(tmp_path / "data")}

    def purser(*words: str) -> str:
        done = subprocess.run(
            [*PURSER, *words],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout

    (tmp_path / "books.yaml").write_text(yaml.safe_dump(PLAN, allow_unicode=True))
    purser("db", "upgrade")
    purser("book", "open", "--file", "books.yaml")
    purser("person", "create", "--key", "p1", "--family-name", "Wijaya")
    held = {"L1": "2026-01-12", "C1": "2024-01-08"}
    with (tmp_path / "assets.csv").open("w", newline="") as stream:
        table = csv.DictWriter(stream, [*LAPTOP, "person", "held_from"])
        table.writeheader()
        for asset in (LAPTOP, CAR, SPARE):
            day = held.get(asset["tag"], "")
            table.writerow(asset | {"person": day and "p1", "held_from": day})
    purser("import", "assets.csv", "--write")
    came = json.loads(purser("book", "capitalise", "PSAK", "--json"))
    assert came["tags"] == ["L1", "C1"]
    assert [one["reason"] for one in came["waiting"]] == [
        "It was not put into service yet."
    ]
    purser("book", "take-over", "PSAK")
    # The fiscal figures come from the old system's table, as the auditor signed it.
    purser("book", "capitalise", "FISKAL")
    (tmp_path / "old.csv").write_text("Asset;Accumulated\nC1;40000000\n")
    told = json.loads(
        purser("book", "take-over", "FISKAL", "--balances-file", "old.csv", "--json")
    )
    assert [one["difference"] for one in told["differing"]] == ["-2000000.00"]
    purser("book", "post", "PSAK", QUARTER[-1], "--through")
    span = ("book", "journal", "PSAK", "--from", QUARTER[0], "--to", QUARTER[-1])
    purser(*span, "--format", "hledger", "-o", "q.journal")
    purser(*span, "--format", "beancount", "-o", "q.beancount")
    check_journals(tmp_path)
    balance = ["hledger", "-f", "q.journal", "balance", "-N", "-O", "csv"]
    done = subprocess.run(balance, capture_output=True, text=True, cwd=tmp_path)
    rows = dict(list(csv.reader(io.StringIO(done.stdout)))[1:])
    # 12,000,000 / 48 and 96,000,000 / 96 in each of three months.
    assert rows["Expenses:A6-5000"] == f"{3 * (250_000 + 1_000_000)}.00 IDR"
    assert rows["Assets:A1-2409"] == f"{-24_000_000 - 3_000_000}.00 IDR"
    purser(*span, "--format", "xlsx", "-o", "q.xlsx")
    heads, *lines = cells_of(tmp_path / "q.xlsx")
    account, debit = heads.index("Account"), heads.index("Debit")
    expense = [line for line in lines if line[account] == "6-5000"]
    total = sum(float(line[debit].replace(",", "")) for line in expense)
    assert total == 3 * (250_000 + 1_000_000)
    given = ("--book", "PSAK", "--profile", "accurate", "--json")
    made = json.loads(purser("journal-export", "create", *given))
    assert (made["name"], made["lines"]) == ("PSAK-0001", len(lines))


async def test_from_an_empty_database_to_an_exported_quarter_by_http(
    app: App, tmp_path: Path
) -> None:
    async with calling(app, "accounting", "it", "hr") as client:

        async def post(path: str, **body: Any) -> Any:  # noqa: ANN401 - JSON
            answer = await client.post(f"/api/v1/{path}", json=body)
            assert answer.status_code in (200, 201), f"{path}: {answer.text}"
            return answer.json()

        async def text(format_: str) -> str:
            span = {"from": "2026-01-01", "to": "2026-03-31", "format": format_}
            answer = await client.get("/api/v1/books/PSAK/journal", params=span)
            assert answer.status_code == 200, answer.text
            return answer.text

        opened = await post("books:open", **as_json(PLAN))
        assert [book["code"] for book in opened["books"]] == ["PSAK", "FISKAL"]
        assert await post("books:open", **as_json(PLAN)) == opened
        await post("people", key="p1", family_name="Wijaya")
        for asset in (LAPTOP, CAR, SPARE):
            await post("assets", **asset)
        body = {"holder": "p1", "assets": ["L1"], "on": "2026-01-12"}
        await post("assets:check-out", **body)
        await post("assets:check-out", **body | {"assets": ["C1"], "on": "2024-01-08"})
        came = await post("books/PSAK:capitalise")
        assert came["capitalised"] == 0
        assert [one["tag"] for one in came["waiting"]] == ["L2"]
        await post("books/PSAK:take-over")
        # 25 % of the declining balance: 24 m, then 18 m; other figures are said.
        given = [{"asset": "C1", "accumulated": "40000000"}]
        other = await post("books/FISKAL:take-over", balances=given)
        (found,) = other["differing"]
        assert (found["by_terms"], found["difference"]) == (
            "42000000.00",
            "-2000000.00",
        )
        for key in QUARTER:
            path = f"periods/PSAK:{key}:post"
            if key == QUARTER[-1]:  # it is 17 March
                early = await client.post(f"/api/v1/{path}", json={})
                assert "has not ended" in early.json()["detail"]
            done = await post(path, early=key == QUARTER[-1])
            assert (done["unallocated"], done["waiting"]) == ("0.00", 1)
        assert done["previous"] == done["depreciation"] == "1250000.00"
        (tmp_path / "q.journal").write_text(await text("hledger"))
        (tmp_path / "q.beancount").write_text(await text("beancount"))
        check_journals(tmp_path)
        check_expense(await text("csv"))
        await check_hand_over(client)


async def check_hand_over(client: httpx.AsyncClient) -> None:
    """Every line is handed over once; the file comes again as it was."""
    path, asked = "/api/v1/journal-exports", {"book": "PSAK", "profile": "jurnal"}
    made = await client.post(path, json=asked)
    assert (made.status_code, made.json()["name"]) == (201, "PSAK-0001")
    files = [(await client.get(f"{path}/PSAK-0001/file")).text for _ in range(2)]
    assert files[0] == files[1]
    rows = list(csv.DictReader(io.StringIO(files[0])))
    assert len(rows) == made.json()["lines"]
    debits = sum(
        float(row["*Debit"]) for row in rows if row["*AccountCode"] == "6-5000"
    )
    assert debits == 3 * (250_000 + 1_000_000)
    again = await client.post(path, json=asked)
    assert "handed over" in again.json()["detail"]
    fiscal = await client.post(path, json=asked | {"book": "FISKAL"})
    assert "kept beside the general ledger" in fiscal.json()["detail"]
    assert f"Books that go there: {asked['book']}" in str(fiscal.json())


@pytest.mark.parametrize("name", sorted(book_templates()))
def test_every_rule_of_a_template_gives_terms(name: str) -> None:
    template = book_templates()[name]
    for variant in (None, *template.get("variants", {})):
        document = as_json(filled_in(template, variant))
        rules = with_document(accounting_rules(), document)
        currency = template["currency"] or "EUR"
        for asset_class, book in rules.classes:
            day, cost = date(2026, 9, 1), 1_000_000_00
            terms, accounts = rules.terms(asset_class, book, cost, day, currency)
            assert terms.cost == cost
            assert rules.kinds[accounts.opening] == "Equity"


def test_calendars_end_anywhere_and_begin_with_the_company() -> None:
    april = CalendarPlan(begins_on=date(2026, 4, 6), year_end="04-05").calendar()
    assert april.at(date(2026, 4, 6)).start == date(2026, 4, 6)
    assert april.at(date(2026, 4, 5)).year == "2026"
    short = CalendarPlan(
        begins_on=date(2026, 3, 17), founded_on=date(2026, 3, 17)
    ).calendar()
    assert (short.periods[0].days, short.periods[0].share) == (15, Fraction(15, 372))
    weeks = CalendarPlan(
        begins_on=date(2026, 2, 1), year_end="01-31", periods="4-4-5", years_before=0
    ).calendar()
    assert [period.days // 7 for period in weeks.periods[:3]] == [4, 4, 5]
    assert {period.last.weekday() for period in weeks.periods} == {5}
    late = CalendarPlan(begins_on=date(2026, 1, 1), founded_on=date(2026, 2, 1))
    with pytest.raises(Invalid, match="after its book"):
        late.calendar()
