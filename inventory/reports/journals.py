"""Journals as lines of a table, as entries for programs, and as plain-text books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from inventory.accounting.catalogue.asset_classes import Rules
from inventory.accounting.model.journal import Entry
from inventory.accounting.posting.plain_text import beancount, hledger
from inventory.kernel.errors import Invalid
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_
from inventory.reports.base import Column, Kind
from inventory.storage.rows import Row

Entries = Iterable[tuple[Row, Entry]]

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
