"""Journals as lines of a table, as entries for programs, and as plain-text books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from inventory.accounting.catalogue.asset_classes import Rules
from inventory.accounting.model.journal import Entry, Line
from inventory.accounting.posting.plain_text import beancount, hledger
from inventory.kernel.errors import Invalid
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_
from inventory.reports.base import Column, Kind
from inventory.storage.rows import Row

Entries = Iterable[tuple[Row, Entry]]
_Place = tuple[str, str, bool]
"""Account, cost centre, and whether it is a credit."""

COLUMNS = (
    Column("entry", "Entry", Kind.NUMBER),
    Column("posting_id", "Posting", Kind.NUMBER),
    Column("day", "Day", Kind.DAY),
    Column("period", "Period"),
    Column("memo", "Text"),
    Column("reference", "Reference"),
    Column("asset_id", "Asset", Kind.NUMBER),
    Column("tag", "Tag"),
    Column("asset_class", "Class"),
    Column("account", "Account"),
    Column("account_name", "Account name"),
    Column("debit", "Debit", Kind.AMOUNT),
    Column("credit", "Credit", Kind.AMOUNT),
    Column("currency", "Currency"),
    Column("cost_centre", "Cost centre"),
)


def lines(entries: Entries, names: Mapping[str, str]) -> Iterator[Row]:
    """Yield the lines of entries as rows of `COLUMNS`."""
    for origin, entry in entries:
        for line in entry.lines:
            yield {
                "entry": origin["id"],
                "posting_id": origin["posting_id"],
                "day": entry.day,
                "period": entry.period,
                "memo": entry.memo,
                "reference": entry.reference,
                "asset_id": origin["asset_id"],
                "tag": origin["tag"],
                "asset_class": origin["asset_class"],
                "account": line.account,
                "account_name": names.get(line.account),
                "debit": max(line.amount, 0),
                "credit": max(-line.amount, 0),
                "currency": line.currency,
                "cost_centre": line.cost_centre,
            }


def summarised(entries: Entries) -> Iterator[tuple[Row, Entry]]:
    """Yield one entry for all of a class of assets in a posting.

    Its lines are sums by account and cost centre, debits and credits apart. Its
    reference names posting and class: what stands behind a line are the journal lines
    of that posting, class, account and cost centre.

    Args:
        entries: The journal, posting by posting.
    """
    for posting_id, of_posting in groupby(entries, lambda one: one[0]["posting_id"]):
        classes: dict[tuple[str, str], tuple[Row, Entry, dict[_Place, int]]] = {}
        for origin, entry in of_posting:
            key = str(origin["asset_class"] or ""), entry.period
            _, _, sums = classes.setdefault(key, (origin, entry, {}))
            for line in entry.lines:
                place = (line.account, line.cost_centre or "", line.amount < 0)
                sums[place] = sums.get(place, 0) + line.amount
        for (name, period), (origin, entry, sums) in sorted(
            classes.items(), key=lambda one: one[0]
        ):
            currency = entry.lines[0].currency
            lines = tuple(
                Line(
                    account=account,
                    amount=amount,
                    currency=currency,
                    cost_centre=centre or None,
                )
                for (account, centre, _), amount in sorted(sums.items())
            )
            yield (
                {**origin, "asset_id": None, "tag": None},
                Entry(
                    day=entry.day,
                    period=period,
                    memo=f"{name or 'Assets'} {period}",
                    reference=f"posting/{posting_id}/{name}",
                    lines=lines,
                ),
            )


def objects(entries: Entries, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield entries with their lines, amounts as text."""
    for origin, entry in entries:
        currency = entry.lines[0].currency
        digits = minor_digits(currency)
        yield {
            **origin,
            "day": entry.day.isoformat(),
            "period": entry.period,
            "memo": entry.memo,
            "reference": entry.reference,
            "currency": currency,
            "lines": [
                {
                    "account": line.account,
                    "account_name": names.get(line.account),
                    "debit": amount_text(max(line.amount, 0), digits),
                    "credit": amount_text(max(-line.amount, 0), digits),
                    "cost_centre": line.cost_centre,
                }
                for line in entry.lines
            ],
        }


def ledger(
    entries: Entries, rules: Rules, kind: str, opened: date, currency: str
) -> Iterator[str]:
    """Yield the lines of a beancount or hledger file.

    Args:
        entries: The journal.
        rules: Knows the kinds of the accounts.
        kind: `beancount` or `hledger`.
        opened: Day on which beancount opens the accounts.
        currency: Of the book.

    Raises:
        Invalid: An account is not in the chart of accounts.
    """
    plain = (entry for _, entry in entries)
    try:
        if kind == "beancount":
            for line in beancount(plain, rules.kinds, opened):
                yield line + "\n"
        else:
            for line in hledger(plain, rules.kinds, currency, rules.names):
                yield line + "\n"
    except KeyError as error:
        raise Invalid(
            N_("The account {account} is not in the chart of accounts."),
            remedy=N_("Add it, with its kind, to the rules of accounting."),
            account=error.args[0],
        ) from error
