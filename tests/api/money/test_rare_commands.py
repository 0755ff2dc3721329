"""Leases, constructions, pools, parts, rates, deferred tax by commands of their own.

Each change is made by two processes at once: one of them makes it, both say the same.
"""

from __future__ import annotations

import json
import os
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.api.test_cli import PURSER
from tests.api.test_opening_books import check_journals, options

PARTS = {
    "asset": "UPS",
    "books": ["FRS"],
    "in_service": "2026-01-10",
    "parts": [
        {"name": "Cabinet", "cost": "9000", "life_months": 120},
        {"name": "Batteries", "cost": "3600", "life_months": 36},
    ],
}
LEASE = {
    "asset": "COPIER",
    "book": "FRS",
    "reference": "L-1",
    "commences_on": "2026-01-01",
    "months": "36",
    "payment": "100",
    "rate": "6",
    "compounding": "monthly",
}
THING = {"kind": "other", "legal_entity": "100", "since": "2025-04-01"}


class Shell:
    """Runs commands in processes of their own on one database."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environment = {
            name: value for name, value in os.environ.items() if "PURSER" not in name
        } | {"PURSER_DATABASE_URL": url, "PURSER_DATA_DIR": str(folder / "data")}

    def started(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*PURSER, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env=self.environment,
        )

    def ended(self, running: subprocess.Popen[str]) -> str:
        out, err = running.communicate(timeout=300)
        assert running.returncode == 0, f"{running.args!r}: {out}{err}"
        return out

    def __call__(self, *words: str) -> str:
        return self.ended(self.started(*words))

    def told(self, *words: str) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self(*words, "--json"))

    def twice(self, *words: str) -> Any:  # noqa: ANN401 - JSON
        """Let two processes say the same at once; both must get one answer."""
        both = [self.started(*words, "--json") for _ in range(2)]
        first, second = [json.loads(self.ended(one)) for one in both]
        assert first == second, words
        return first


def _balances(shell: Shell) -> dict[str, Decimal]:
    rows = shell.told("account-balance", "list", "--book", "FRS")["items"]
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row["account"]] = sums.get(row["account"], Decimal(0)) + Decimal(
            row["balance"]
        )
    return sums


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_what_happens_rarely_is_done_by_commands_twice_at_once(
    database_url: str, tmp_path: Path
) -> None:
    shell = Shell(tmp_path, database_url)
    plan = {"template": "uk", "legal-entity": "100", "name": "Example"}
    days = {"begins-on": "2025-04-01", "default-cost-centre": "9000"}
    shell("book", "open", *options(plan | days))
    for tag, more in {
        "COPIER": {},
        "ROOM": {"asset_class": "network"},
        "UPS": {"asset_class": "network", "cost": "12600", "currency": "GBP"},
        "VAN": {"asset_class": "vehicle"},
    }.items():
        shell("asset", "create", "--tag", tag, *options(THING | more))
    rate = {"currency": "USD", "into": "GBP", "on": "2026-01-05", "rate": "0.75"}
    made = shell.twice("exchange-rate", "create", *options(rate))
    assert len(shell.told("exchange-rate", "list")["items"]) == 1
    assert shell.told("exchange-rate", "show", str(made["id"]))["rate"] == "0.75"

    lease = shell.twice("lease", "create", *options(LEASE))
    assert lease["recognised"] == "3203.54"
    begun = {"asset": "ROOM", "book": "FRS", "started_on": "2026-01-10"}
    shell.twice("construction", "create", *options(begun))
    bill = {"document": "R-1", "on": "2026-01-20", "amount": "6000"}
    shell.twice("construction", "add-cost", "ROOM:FRS", *options(bill))
    (tmp_path / "parts.yaml").write_text(yaml.safe_dump(PARTS))
    built = shell.twice("asset-component", "create", "--file", "parts.yaml")
    assert built["tag"] == "UPS.1"
    van = {"asset": "VAN", "cost": "20000", "in_service": "2025-04-01"}
    for book in ("FRS", "CA"):
        shell.twice("schedule", "create", *options(van | {"book": book}))

    shell("book", "post", "FRS", "2026-02", "--through", "--early")
    done = {"on": "2026-03-02"}
    shell.twice("construction", "complete", "ROOM:FRS", *options(done))
    new = {"on": "2026-03-01", "cost": "3900"}
    replaced = shell.twice("asset-component", "replace", "UPS.2", *options(new))
    assert replaced["replaced_on"] == "2026-03-01"
    changed = {"effective": "2026-03-01", "payment": "120", "reason": "index"}
    shell.twice("lease", "change", "L-1", *options(changed))
    # Late: the invoice of February comes after February is posted.
    late = {"type": "add-cost", "effective": "2026-02-10", "id": "invoice-7"}
    own = ("--set", "amount=120.00")
    shell.twice("schedule", "record-event", "VAN:FRS", *options(late), *own)
    shell("book", "post", "FRS", "2026-03", "--early")
    shell("book", "post", "CA", "2026-03", "--through", "--early")

    income = {"legal-entity": "100", "since": "2023-04-01", "percent": "25"}
    shell.twice("income-tax-rate", "create", *options(income))
    accounts = {"liability": "2320", "asset": "1120", "expense": "9510"}
    asked = {"tax-book": "CA", "period": "2026-03", **accounts}
    both = [
        shell.started("book", "book-deferred-tax", "FRS", *options(asked), "--json")
        for _ in range(2)
    ]
    answers = [json.loads(shell.ended(one)) for one in both]
    assert sorted(one["expense"] == "0.00" for one in answers) == [False, True]
    pool = shell.told("pool", "show", "uk-main-corporation", "--as-of", "2026-03-31")
    assert pool["years"][-1]["allowance"] == "3600.00"
    shell.twice("lease", "end", "L-1", "--yes", "--last-day", "2026-04-30", *REASON)
    shell("book", "post", "FRS", "2026-05", "--through", "--early")

    balances = _balances(shell)
    gone = ("2310", "0050", "0051", "0060")  # leased and under construction
    assert {balances[account] for account in gone} == {0}
    # Batteries two months old, of 36.
    assert (balances["8020"], sum(balances.values())) == (Decimal("3400.00"), 0)
    span = ("book", "journal", "FRS", "--from", "2025-04", "--to", "2026-05")
    shell(*span, "--format", "hledger", "-o", "q.journal")
    shell(*span, "--format", "beancount", "-o", "q.beancount")
    check_journals(tmp_path)


REASON = ("--reason", "returned")
