"""Asset classes: which method, life, residual value and accounts in which book. Pure.

The rules are data that the caller has parsed. Format::

    accounts:      code -> {name, kind}; kind is Assets, Liabilities, Equity, Income
                   or Expenses
    account_sets:  name -> the fields of `journal.Accounts`
    books:         list of {code, name, year_end_month, months_per_period, to_ledger}
    classes:       name -> {accounts: <set>, <book>: [rule, ...]}

and presets, which classes may refer to: name -> {title, rules: [rule, ...]}. What a
rule is says `class_rules`. Every mistake is reported with its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, replace
from typing import Any

from inventory.accounting.catalogue.class_rules import (
    ClassRule,
    RulesError,
    check_terms,
    read_rule,
)
from inventory.accounting.catalogue.ruleset import BookRule, Preset, Rules
from inventory.accounting.model.journal import ACCOUNT_KINDS, Accounts
from inventory.accounting.model.terms import TermsError
from inventory.accounting.tax.limits import read_limits
from inventory.accounting.tax.macrs_tables import read_tables

__all__ = [
    "BookRule",
    "Preset",
    "Rules",
    "RulesError",
    "read_rules",
    "with_document",
]


def read_rules(
    document: Mapping[str, Any],
    presets: Mapping[str, Any] | None = None,
    limits: Mapping[str, Any] | None = None,
    tables: Iterable[Mapping[str, str]] = (),
) -> Rules:
    """Read and check rules.

    Args:
        document: Accounts, books and classes.
        presets: Presets that classes refer to.
        limits: See `limits`.
        tables: Rows of the MACRS tables, see `macrs_tables`.

    Raises:
        RulesError: Something is wrong; names the place.
    """
    known = {name: _preset(name, row) for name, row in (presets or {}).items()}
    try:
        base = Rules(
            {}, {}, {}, {}, {}, known, read_tables(tables), read_limits(limits or {})
        )
    except TermsError as error:
        raise RulesError(str(error)) from error
    return with_document(base, document)


def with_document(base: Rules, document: Mapping[str, Any]) -> Rules:
    """Return rules with other accounts, books and classes.

    Args:
        base: Its presets, tables and limits are kept.
        document: Accounts, books and classes.

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
    of_class, classes = _classes(document, sets, books, base.presets)
    return replace(
        base,
        kinds=kinds,
        names=names,
        books=books,
        accounts=of_class,
        classes=classes,
    )


def _classes(
    document: Mapping[str, Any],
    sets: Mapping[str, Accounts],
    books: Mapping[str, BookRule],
    presets: Mapping[str, Preset],
) -> tuple[dict[str, Accounts], dict[tuple[str, str], tuple[ClassRule, ...]]]:
    of_class: dict[str, Accounts] = {}
    classes: dict[tuple[str, str], tuple[ClassRule, ...]] = {}
    for name, row in _mapping(document, "classes", "rules").items():
        where = f"class {name}"
        used = row.get("accounts")
        if used not in sets:
            raise RulesError(f"{where}: unknown account set {used!r}")
        of_class[name] = sets[used]
        for code, rules in row.items():
            if code == "accounts":
                continue
            if code not in books:
                raise RulesError(f"{where}: unknown book {code!r}")
            place = f"{where}, book {code}"
            classes[name, code] = _rules(place, rules, presets)
    return of_class, classes


def _preset(name: str, row: Mapping[str, Any]) -> Preset:
    where = f"preset {name}"
    rules = _rules(where, row.get("rules"), {})
    return Preset(str(row.get("title", name)), rules)


def _mapping(document: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    value = document.get(key)
    if not isinstance(value, Mapping):
        raise RulesError(f"{where}: {key} must be a mapping of names to values")
    return value


def _kind(code: str, row: Mapping[str, Any]) -> str:
    kind = str(row.get("kind"))
    if kind not in ACCOUNT_KINDS:
        raise RulesError(
            f"account {code}: kind is {kind!r}; "
            f"it must be one of {', '.join(ACCOUNT_KINDS)}"
        )
    return kind


def _accounts(name: str, row: Mapping[str, Any], kinds: Mapping[str, str]) -> Accounts:
    names = [f.name for f in fields(Accounts)]
    needed = [f.name for f in fields(Accounts) if f.default is MISSING]
    missing = [field for field in needed if field not in row]
    unknown = [field for field in row if field not in names]
    if missing or unknown:
        raise RulesError(
            f"account set {name}: missing {', '.join(missing) or 'nothing'}, "
            f"unknown {', '.join(unknown) or 'nothing'}"
        )
    for use, code in row.items():
        if code not in kinds:
            raise RulesError(
                f"account set {name}: {use} is {code!r}, which is not in the "
                "chart of accounts"
            )
    return Accounts(**{use: str(code) for use, code in row.items()})


def _book(row: Mapping[str, Any]) -> BookRule:
    try:
        return BookRule(**row)
    except TypeError as error:
        raise RulesError(f"book {row.get('code')!r}: {error}") from error


def _rules(
    where: str, rules: object, presets: Mapping[str, Preset]
) -> tuple[ClassRule, ...]:
    if not isinstance(rules, Sequence) or isinstance(rules, str) or not rules:
        raise RulesError(f"{where}: expected a list of rules")
    read = []
    for number, row in enumerate(rules, 1):
        place = f"{where}, rule {number}"
        rule = read_rule(place, row)
        if rule.preset and rule.preset not in presets:
            raise RulesError(f"{place}: there is no preset {rule.preset}")
        bases = presets[rule.preset].rules if rule.preset else (rule,)
        for base in bases:
            check_terms(place, rule.over(base) if rule.preset else rule)
        read.append(rule)
    return tuple(sorted(read, key=lambda rule: rule.start))
