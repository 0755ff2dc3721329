"""Journals handed over as sums, each with what stands behind it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

from api.compose.wiring import App
from tests.api.conftest import calling
from tests.api.money.test_leases import Ledger
from tests.api.test_opening_books import check_journals


async def test_a_summary_is_the_journal_and_leads_to_its_lines(
    app: App, tmp_path: Path
) -> None:
    async with calling(app, "accounting", "it") as client:
        books = Ledger(client)
        await books.opened()
        for number in range(5):
            thing = {"tag": f"S{number}", "kind": "server", "legal_entity": "100"}
            await books.post("assets", **thing, asset_class="server")
            bought = {"asset": f"S{number}", "book": "IFRS", "cost": "6000.00"}
            await books.post("schedules", **bought, in_service="2026-01-01")
        await books.post_year(2026, range(1, 3))
        path = "/api/v1/books/IFRS/journal"
        span = {"from": "2026-01", "to": "2026-02", "summary": "true"}
        for name, kind in (("q.journal", "hledger"), ("q.beancount", "beancount")):
            answer = await client.get(path, params=span | {"format": kind})
            (tmp_path / name).write_text(answer.text)
        check_journals(tmp_path)
        answer = await client.get(path, params=span)
        entries = answer.json()["items"]
        assert len(entries) == 2  # a class in two postings
        sums: Counter[str] = Counter()
        for entry in entries:
            _, posting, name = entry["reference"].split("/")
            for line in entry["lines"]:
                amount = float(line["debit"]) - float(line["credit"])
                sums[line["account"]] += round(amount * 100)
                behind = {"posting_id": posting, "asset_class": name, "limit": 1000}
                behind |= {"account": line["account"]}
                rows = await books.items("journal-lines", **behind)
                found = [
                    row["amount_minor"]
                    for row in rows
                    if row["cost_centre"] == line["cost_centre"]
                    and (row["amount_minor"] < 0) == (amount < 0)
                ]
                assert sum(found) == round(amount * 100)
                assert len(found) == 5
        assert {code: sum_ / 100 for code, sum_ in sums.items()} == (
            await books.balances()
        )
        asked = {"book": "IFRS", "profile": "odoo", "summarised": True}
        made = await books.post("journal-exports", **asked)
        answer = await client.get(f"/api/v1/journal-exports/{made['name']}/file")
        lines = list(csv.DictReader(io.StringIO(answer.text)))
        assert (made["lines"], len(lines)) == (5 * 2 * 3, 6)
