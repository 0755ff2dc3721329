"""Journals in the columns of accounting systems. Pure.

A profile is data: `columns` (heading -> source), and how days, decimals and the sides
are written; see `config/accounting/journal_profiles.yaml`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from inventory.kernel.clean_text import safe
from inventory.kernel.money import amount_text, minor_digits
from inventory.reports.journals import Entries, lines

_AMOUNTS = ("debit", "credit", "amount", "absolute")


def profile_lines(
    entries: Entries, names: Mapping[str, str], profile: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the lines of a CSV file in the columns of a profile.

    Args:
        entries: The journal.
        names: Name of each account code.
        profile: The profile.
    """
    columns: Mapping[str, str] = profile["columns"]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=str(profile.get("separator", ",")))
    writer.writerow(columns)
    for row in lines(entries, names):
        shown = _shown(row, profile)
        writer.writerow(
            source[1:] if source.startswith("=") else shown[source]
            for source in columns.values()
        )
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _shown(row: Mapping[str, Any], profile: Mapping[str, Any]) -> dict[str, str]:
    amount = row["debit"] - row["credit"]
    sides = profile.get("sides", ("D", "C"))
    values = {**row, "amount": amount, "absolute": abs(amount)}
    values["side"] = sides[0] if amount >= 0 else sides[1]
    digits, mark = minor_digits(row["currency"]), str(profile.get("decimal", "."))
    shown = {}
    for name, value in values.items():
        if name in _AMOUNTS:
            shown[name] = amount_text(value, digits).replace(".", mark)
        elif isinstance(value, date):
            shown[name] = value.strftime(str(profile.get("day", "%Y-%m-%d")))
        else:
            shown[name] = "" if value is None else safe(str(value))
    return shown
