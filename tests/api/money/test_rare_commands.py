"""Leases, constructions, pools, parts, rates, deferred tax by commands of their own.

Each change is made by two processes at once: one of them makes it, both say the same.
"""

from __future__ import annotations

import json
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.api.test_cli import PURSER, Terminal, purser, ready
from tests.api.test_opening_books import check_journals, options

__all__ = ["purser", "ready"]

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
    """Runs commands on one database: here, or in two processes at once."""

    def __init__(self, here: Terminal) -> None:
        self._here = here

    def __call__(self, *words: str) -> str:
        said = self._here(*words)
        assert said.code == 0, f"{words}: {said.out}{said.err}"
        return said.out

    def told(self, *words: str) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self(*words, "--json"))

    def at_once(self, *words: str) -> list[Any]:
        """Let two processes do the same at once; return what each of them said."""
        both = [
            subprocess.Popen(
                [*PURSER, *words, "--json"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        answers = []
        for one in both:
            out, err = one.communicate(timeout=300)
            assert one.returncode == 0, f"{words}: {out}{err}"
            answers.append(json.loads(out))
        return answers

    def twice(self, *words: str) -> Any:  # noqa: ANN401 - JSON
        """Let two processes do the same at once; both must get one answer."""
        first, second = self.at_once(*words)
        assert first == second, words
        return first

    def opened(self, *assets: dict[str, str]) -> None:
        plan = {"template": "uk", "legal-entity": "100", "name": "Example"}
        days = {"begins-on": "2025-04-01", "default-cost-centre": "9000"}
        self("book", "open", *options(plan | days))
        for asset in assets:
            self("asset", "create", *options(THING | asset))


@pytest.fixture
def shell(ready: Terminal) -> Shell:
    """Commands on an empty database of each kind."""
    return Shell(ready)


def _balances(shell: Shell) -> dict[str, Decimal]:
    rows = shell.told("account-balance", "list", "--book", "FRS")["items"]
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row["account"]] = sums.get(row["account"], Decimal(0)) + Decimal(
            row["balance"]
        )
    return sums


def _check_books(shell: Shell, folder: Path) -> dict[str, Decimal]:
    """Let the checkers read the journal; return the balances, which sum to nothing."""
    span = ("book", "journal", "FRS", "--from", "2025-04", "--to", "2026-05")
    for name, kind in (("q.journal", "hledger"), ("q.beancount", "beancount")):
        shell(*span, "--format", kind, "-o", str(folder / name))
    check_journals(folder)
    balances = _balances(shell)
    assert sum(balances.values()) == 0
    return balances


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_lease_and_a_construction_from_begin_to_end(
    shell: Shell, tmp_path: Path
) -> None:
    room = {"tag": "ROOM", "asset-class": "network"}
    shell.opened({"tag": "COPIER"}, room)
    lease = shell.twice("lease", "create", *options(LEASE))
    assert lease["recognised"] == "3203.54"
    begun = {"asset": "ROOM", "book": "FRS", "started_on": "2026-01-10"}
    shell.twice("construction", "create", *options(begun))
    bill = {"document": "R-1", "on": "2026-01-20", "amount": "6000"}
    add = ("construction", "add-cost", "ROOM:FRS", *options(bill))
    shell.twice(*add)
    shell("book", "post", "FRS", "2026-02", "--through", "--early")
    shell.twice("construction", "complete", "ROOM:FRS", "--on", "2026-03-02")
    shell(*add)  # sent once more, when it is in service
    changed = {"effective": "2026-03-01", "payment": "120", "reason": "index"}
    shell.twice("lease", "change", "L-1", *options(changed))
    shell("book", "post", "FRS", "2026-03", "--early")
    ended = {"last-day": "2026-04-30", "reason": "returned"}
    shell.twice("lease", "end", "L-1", "--yes", *options(ended))
    shell("book", "post", "FRS", "2026-05", "--through", "--early")
    balances = _check_books(shell, tmp_path)
    gone = ("2310", "0050", "0051", "0060")  # leased, and under construction
    assert {balances[account] for account in gone} == {0}
    assert balances["0040"] == 6000


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_parts_pools_rates_and_deferred_tax(shell: Shell, tmp_path: Path) -> None:
    whole = {"tag": "UPS", "asset-class": "network", "cost": "12600"}
    shell.opened(whole | {"currency": "GBP"}, {"tag": "VAN", "asset-class": "vehicle"})
    rate = {"currency": "USD", "into": "GBP", "on": "2026-01-05", "rate": "0.75"}
    made = shell.twice("exchange-rate", "create", *options(rate))
    assert shell.told("exchange-rate", "show", str(made["id"]))["rate"] == "0.75"
    (tmp_path / "parts.yaml").write_text(yaml.safe_dump(PARTS))
    file = str(tmp_path / "parts.yaml")
    assert shell.twice("asset-component", "create", "--file", file)["tag"] == "UPS.1"
    van = {"asset": "VAN", "cost": "20000", "in_service": "2025-04-01"}
    for book in ("FRS", "CA"):
        shell("schedule", "create", *options(van | {"book": book}))
    shell("book", "post", "FRS", "2026-02", "--through", "--early")
    new = {"on": "2026-03-01", "cost": "3900"}
    replaced = shell.twice("asset-component", "replace", "UPS.2", *options(new))
    assert replaced["replaced_on"] == "2026-03-01"
    # The invoice of February comes after February is posted.
    late = {"type": "add-cost", "effective": "2026-02-10", "id": "invoice-7"}
    own = ("--set", "amount=120.00")
    shell.twice("schedule", "record-event", "VAN:FRS", *options(late), *own)
    shell("book", "post", "FRS", "2026-03", "--early")
    shell("book", "post", "CA", "2026-03", "--through", "--early")
    income = {"legal-entity": "100", "since": "2023-04-01", "percent": "25"}
    shell.twice("income-tax-rate", "create", *options(income))
    accounts = {"liability": "2320", "asset": "1120", "expense": "9510"}
    asked = {"tax-book": "CA", "period": "2026-03", **accounts}
    answers = shell.at_once("book", "book-deferred-tax", "FRS", *options(asked))
    assert sorted(one["expense"] == "0.00" for one in answers) == [False, True]
    pool = shell.told("pool", "show", "uk-main-corporation", "--as-of", "2026-03-31")
    assert pool["years"][-1]["allowance"] == "3600.00"
    balances = _check_books(shell, tmp_path)
    assert balances["8020"] == 3400  # batteries, two months old of 36
