"""Journals in the syntax of plain-text accounting: beancount and hledger. Pure.

Account codes are given names in the two programs' own form: beancount wants a root
and capitalised parts, `Assets:A1500`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from inventory.accounting.model.journal import Entry, Line
from inventory.kernel.money import Money


def account_name(code: str, kinds: Mapping[str, str]) -> str:
    """Return the name of an account: its kind and its code.

    Args:
        code: Account code.
        kinds: Kind of each code, one of `ACCOUNT_KINDS`.

    Raises:
        KeyError: The chart of accounts does not have the code.
    """
    return f"{kinds[code]}:A{_safe(code)}"


def _safe(text: str) -> str:
    return "".join(c if c.isalnum() or c == "-" else "-" for c in text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _amount(line: Line) -> str:
    return str(Money(line.amount, line.currency))


def beancount(
    entries: Iterable[Entry], kinds: Mapping[str, str], opened: date
) -> Iterator[str]:
    """Yield the lines of a beancount file.

    Args:
        entries: Entries in any order.
        kinds: Kind of each account code.
        opened: Day on which all accounts are opened, not after the first entry.
    """
    for code in kinds:
        yield f"{opened} open {account_name(code, kinds)}"
    for entry in entries:
        yield ""
        yield f"{entry.day} * {_quoted(entry.memo)}"
        yield f"  reference: {_quoted(entry.reference)}"
        for line in entry.lines:
            yield f"  {account_name(line.account, kinds)}  {_amount(line)}"
            if line.cost_centre is not None:
                yield f"    cost-centre: {_quoted(line.cost_centre)}"


def hledger(
    entries: Iterable[Entry],
    kinds: Mapping[str, str],
    currency: str,
    names: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Yield the lines of an hledger journal that declares all it uses.

    Args:
        entries: Entries in any order.
        kinds: Kind of each account code.
        currency: Of the book.
        names: What people call each account code.
    """
    # The mark after the last whole digit is needed, with decimals or without.
    example = str(Money(1000, currency))
    yield "decimal-mark ."
    yield f"commodity {example if '.' in example else example.replace(' ', '. ')}"
    yield "tag reference"
    yield "tag cost-centre"
    for code in kinds:
        name = (names or {}).get(code, "")
        yield f"account {account_name(code, kinds)}" + (f"  ; {name}" if name else "")
    for entry in entries:
        yield ""
        memo = entry.memo.replace("\n", " ").replace(";", ",")
        reference = entry.reference.replace("\n", " ").replace(",", " ")
        yield f"{entry.day} * {memo}  ; reference: {reference}"
        for line in entry.lines:
            centre = line.cost_centre
            tag = f"  ; cost-centre: {centre}" if centre is not None else ""
            yield f"    {account_name(line.account, kinds)}  {_amount(line)}{tag}"
