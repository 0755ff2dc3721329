"""Requested terms and accounts of an asset in a book, read and completed.

Outside values (amounts as text, names of classes) become inside ones here; what is left
out comes from the register and the rules. May import the contexts and `register_books`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from inventory.accounting.books.load import RULE_ERRORS
from inventory.accounting.books.periods import calendar_of_book
from inventory.accounting.catalogue.api_form import minor, terms_from_wire
from inventory.accounting.catalogue.asset_classes import Rules, RulesError
from inventory.accounting.model.journal import Accounts
from inventory.accounting.model.terms import DepreciationTerms
from inventory.fixed_assets.register_books import first_use
from inventory.fixed_assets.tax.tax_elections import Elections
from inventory.fixed_assets.translated_cost import BookCost, cost_in
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.storage.rows import Row


@contextmanager
def rule_errors_as_invalid(where: str) -> Iterator[None]:
    """Raise errors of the pure engine as `Invalid`, with the field they belong to."""
    try:
        yield
    except (*RULE_ERRORS, RulesError) as error:
        raise Invalid(str(error), where=where) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedTerms:
    """Requested terms of an asset in a book; what is None comes from the register.

    Attributes:
        asset_class: Its class.
        cost: Cost as outside text.
        in_service: Day it is available for use.
        preset: Terms of a law instead of those of the class.
        life_months: Useful life, where the preset leaves it open.
        terms: Terms as outside values, instead of those of the class.
        accounts: Account codes that differ from those of the class.
        section_179: Cost expensed at once by United States tax law, as outside text.
        elections: What else is elected by that law.
    """

    asset_class: str | None = None
    cost: Any = None
    in_service: date | None = None
    preset: str | None = None
    life_months: int | None = None
    terms: Mapping[str, Any] | None = None
    accounts: Mapping[str, str] | None = None
    section_179: Any = None
    elections: Elections = field(default_factory=Elections)


def requested_terms(
    connection: Connection,
    rules: Rules,
    book: Row,
    requested: RequestedTerms,
    asset: Row | None,
) -> tuple[str, DepreciationTerms, Mapping[str, Any] | None]:
    """Return class and terms of an asset in a book, and what its cost was made of.

    The last is None where the cost was paid in the currency of the book.

    Raises:
        Invalid: Something is missing, or the terms contradict themselves.
    """
    name = requested.asset_class or (asset or {}).get("asset_class")
    calendar = calendar_of_book(connection, book["id"])
    if requested.terms is not None:
        with rule_errors_as_invalid("terms"):
            terms_given = terms_from_wire(requested.terms, book["currency"])
            return name or "", rules.complete(terms_given, calendar), None
    day = requested.in_service
    if day is None and asset is not None:
        day = first_use(connection, asset["id"]) or asset["purchased_on"]
    cost = _cost(connection, book, requested, asset, day)
    known = {"asset_class": name, "cost": cost, "in_service": day}
    missing = [
        what
        for what, value in known.items()
        if value is None and not (what == "asset_class" and requested.preset)
    ]
    if missing or cost is None or day is None:
        raise Invalid(
            N_("To add it to a book, {missing} must be known."),
            where=missing[0],
            remedy=N_("Give them, or enter them in the register first."),
            missing=" and ".join(missing),
        )
    with rule_errors_as_invalid("asset_class"):
        if requested.preset:
            life, money = requested.life_months, book["currency"]
            terms = rules.preset_terms(requested.preset, cost.minor, day, money, life)
        else:
            chosen = str(name)
            code, money = book["code"], book["currency"]
            terms, _ = rules.terms(chosen, code, cost.minor, day, money)
        terms = rules.complete(terms, calendar)
    return name or "", _elected(rules, book, requested, terms), cost.origin


def _elected(
    rules: Rules, book: Row, requested: RequestedTerms, terms: DepreciationTerms
) -> DepreciationTerms:
    """Return terms with what the law lets a taxpayer elect."""
    elections = requested.elections
    with rule_errors_as_invalid("section_179"):
        if requested.section_179 is not None:
            amount = minor("section_179", requested.section_179, book["currency"])
            elections = replace(elections, section_179=amount)
        return elections.on(terms, rules.limits)


def _cost(
    connection: Connection,
    book: Row,
    requested: RequestedTerms,
    asset: Row | None,
    day: date | None,
) -> BookCost | None:
    if requested.cost is not None:
        with rule_errors_as_invalid("cost"):
            return BookCost(minor("cost", requested.cost, book["currency"]))
    if asset is None or asset["cost_minor"] is None or day is None:
        return None
    return cost_in(connection, asset, book["currency"], day)


def requested_accounts(
    rules: Rules, name: str, terms_given: Mapping[str, str]
) -> Accounts:
    """Return the accounts of a class, with some replaced.

    Raises:
        Invalid: The class has none, or an account is not in the chart.
    """
    known = rules.accounts.get(name)
    known_fields = [one.name for one in fields(Accounts)]
    for use, code in terms_given.items():
        if use not in known_fields:
            raise Invalid(
                N_("There is no account for {field}."),
                where="accounts",
                remedy=N_("Accounts: {known_fields}."),
                field=use,
                known_fields=", ".join(known_fields),
            )
        if code not in rules.kinds:
            raise Invalid(
                N_("The account {code} is not in the chart of accounts."),
                where=f"accounts.{use}",
                remedy=N_(
                    "Use one of the chart, or add it to the rules of accounting."
                ),
                code=code,
            )
    try:
        return replace(known, **terms_given) if known else Accounts(**terms_given)
    except TypeError:
        raise Invalid(
            N_("The class {name!r} has no accounts in the rules."),
            where="asset_class",
            remedy=N_("Classes: {accounts}; or give them all."),
            name=name,
            accounts=", ".join(sorted(rules.accounts)),
        ) from None
