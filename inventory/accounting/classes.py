"""Asset classes: which method, life, residual value and accounts in which book. Pure.

The rules are data that the caller has parsed. Format::

    accounts:      code -> {name, kind}; kind is Assets, Liabilities, Equity, Income
                   or Expenses
    account_sets:  name -> the fields of `journal.Accounts`
    books:         list of {code, name, year_end_month, months_per_period, to_ledger}
    classes:       name -> {accounts: <set>, <book>: [rule, ...]}
    rule:          {from: day, method, params, life_months, residual_percent,
                   conventions: {start, basis, ...}}

A rule holds for assets put into service from its `from` day on, until the next one.
Every mistake is reported with its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Any

from inventory.accounting.codec import terms_from_json
from inventory.accounting.journal import Accounts
from inventory.accounting.ledger_text import ROOTS
from inventory.accounting.methods import method_of
from inventory.accounting.terms import Terms, TermsError


class RulesError(ValueError):
    """The rules are wrong somewhere; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRule:
    """A book that every legal entity keeps.

    Attributes:
        code: Its code.
        name: What people call it.
        year_end_month: Month in which the fiscal year ends.
        months_per_period: Length of a period.
        to_ledger: Whether its postings go to the general ledger.
    """

    code: str
    name: str
    year_end_month: int = 12
    months_per_period: int = 1
    to_ledger: bool = True


@dataclass(frozen=True, slots=True)
class ClassRule:
    """How a class is depreciated in a book from a day on.

    Attributes:
        start: First in-service day it holds for.
        residual_percent: Residual value in percent of cost.
        terms: Terms in JSON form without cost and day.
    """

    start: date
    residual_percent: Fraction
    terms: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules.

    Attributes:
        kinds: Kind of each account code.
        names: Name of each account code.
        books: Books by code.
        accounts: Accounts of each class.
        classes: (class, book) -> rules in order of their days.
    """

    kinds: Mapping[str, str]
    names: Mapping[str, str]
    books: Mapping[str, BookRule]
    accounts: Mapping[str, Accounts]
    classes: Mapping[tuple[str, str], tuple[ClassRule, ...]]

    def terms(
        self, name: str, book: str, cost: int, in_service: date
    ) -> tuple[Terms, Accounts]:
        """Return the terms and accounts of a new asset of a class in a book.

        Raises:
            RulesError: The class has no rule in the book for that day.
        """
        chosen = None
        for rule in self.classes.get((name, book), ()):
            if rule.start <= in_service:
                chosen = rule
        if chosen is None:
            known = sorted({c for c, b in self.classes if b == book})
            raise RulesError(
                f"asset class {name!r} has no rule in book {book} for {in_service}; "
                f"classes of that book: {', '.join(known) or 'none'}"
            )
        return _terms(chosen, cost, in_service), self.accounts[name]


def _terms(rule: ClassRule, cost: int, in_service: date) -> Terms:
    salvage = Terms.residual(cost, rule.residual_percent)
    return terms_from_json(
        {
            **rule.terms,
            "cost": cost,
            "salvage": salvage,
            "in_service": in_service.isoformat(),
        }
    )


def read_rules(document: Mapping[str, Any]) -> Rules:
    """Read and check rules.

    Raises:
        RulesError: Something is wrong; names the place.
    """
    accounts = _mapping(document, "accounts", "rules")
    kinds = {code: _kind(code, row) for code, row in accounts.items()}
    names = {code: str(row.get("name", code)) for code, row in accounts.items()}
    sets = {
        name: _accounts(name, row, kinds)
        for name, row in _mapping(document, "account_sets", "rules").items()
    }
    books = {}
    for row in document.get("books", []):
        book = _book(row)
        books[book.code] = book
    of_class: dict[str, Accounts] = {}
    classes: dict[tuple[str, str], tuple[ClassRule, ...]] = {}
    for name, row in _mapping(document, "classes", "rules").items():
        where = f"class {name}"
        used = row.get("accounts")
        if used not in sets:
            raise RulesError(f"{where}: unknown account set {used!r}")
        of_class[name] = sets[used]
        for book_code, rules in row.items():
            if book_code == "accounts":
                continue
            if book_code not in books:
                raise RulesError(f"{where}: unknown book {book_code!r}")
            classes[name, book_code] = _rules(f"{where}, book {book_code}", rules)
    return Rules(kinds, names, books, of_class, classes)


def _mapping(document: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    value = document.get(key)
    if not isinstance(value, Mapping):
        raise RulesError(f"{where}: {key} must be a mapping of names to values")
    return value


def _kind(code: str, row: Mapping[str, Any]) -> str:
    kind = str(row.get("kind"))
    if kind not in ROOTS:
        raise RulesError(
            f"account {code}: kind is {kind!r}; it must be one of {', '.join(ROOTS)}"
        )
    return kind


def _accounts(name: str, row: Mapping[str, Any], kinds: Mapping[str, str]) -> Accounts:
    wanted = [f.name for f in fields(Accounts)]
    needed = [f.name for f in fields(Accounts) if f.default is MISSING]
    missing = [field for field in needed if field not in row]
    unknown = [field for field in row if field not in wanted]
    if missing or unknown:
        raise RulesError(
            f"account set {name}: missing {', '.join(missing) or 'nothing'}, "
            f"unknown {', '.join(unknown) or 'nothing'}"
        )
    for field in row:
        if row[field] not in kinds:
            raise RulesError(
                f"account set {name}: {field} is {row[field]!r}, which is not in the "
                "chart of accounts"
            )
    return Accounts(**{field: str(code) for field, code in row.items()})


def _book(row: Mapping[str, Any]) -> BookRule:
    try:
        return BookRule(**row)
    except TypeError as error:
        raise RulesError(f"book {row.get('code')!r}: {error}") from error


def _rules(where: str, rules: object) -> tuple[ClassRule, ...]:
    if not isinstance(rules, list) or not rules:
        raise RulesError(f"{where}: expected a list of rules")
    read = []
    for number, row in enumerate(rules, 1):
        place = f"{where}, rule {number}"
        given = dict(row)
        start = given.pop("from", None)
        if not isinstance(start, date):
            raise RulesError(f"{place}: `from` must be a day such as 2026-01-01")
        percent = Fraction(str(given.pop("residual_percent", 0)))
        if not 0 <= percent <= 100:
            raise RulesError(f"{place}: residual_percent {percent} is not 0 to 100")
        rule = ClassRule(start, percent, given)
        try:
            method_of(_terms(rule, 100_000, start))
        except TermsError as error:
            raise RulesError(f"{place}: {error}") from error
        read.append(rule)
    return tuple(sorted(read, key=lambda rule: rule.start))
