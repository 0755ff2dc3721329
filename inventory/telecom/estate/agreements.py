"""Providers, accounts, tariffs and contracts: kept, ended. Imports `storage`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from inventory.kernel.errors import Conflict, Invalid, InventoryError, NotAllowed
from inventory.kernel.money import MoneyError, minor_digits
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, add, change, explained, get
from inventory.storage.work import UnitOfWork
from inventory.telecom.estate.notice import Terms, exit_of
from inventory.telecom.estate.tables import (
    CarrierContract,
    ProviderAccount,
    Tariff,
    TelecomProvider,
)


def add_provider(work: UnitOfWork, values: Mapping[str, Any]) -> int:
    """Add a provider; return its id.

    Raises:
        Conflict: There is one of that name.
    """
    taken = _taken(N_("There is a provider {name} already."), name=values["name"])
    marks = {"telecom_provider.name": taken, "uq_telecom_provider_name": taken}
    with explained(marks):
        return add(work, TelecomProvider, values)


def add_account(work: UnitOfWork, values: Mapping[str, Any]) -> int:
    """Add a customer account at a provider; return its id.

    Raises:
        Invalid: The currency is not one.
        Conflict: The provider has an account of that number.
    """
    checked_currency(values["currency"])
    taken = _taken(
        N_("The provider has an account {number} already."), number=values["number"]
    )
    marks = {"telecom_account.number": taken, "uq_telecom_account_number": taken}
    with explained(marks):
        return add(work, ProviderAccount, values)


def add_tariff(work: UnitOfWork, values: Mapping[str, Any]) -> int:
    """Add a tariff; return its id.

    Raises:
        Invalid: The currency is not one.
        Conflict: The provider has a tariff of that code from that day on.
    """
    checked_currency(values["currency"])
    taken = _taken(N_("There is a tariff {code} already."), code=values["code"])
    with explained({"telecom_tariff": taken}):
        return add(work, Tariff, values)


def add_contract(work: UnitOfWork, values: Mapping[str, Any]) -> int:
    """Add a contract; return its id.

    Raises:
        Conflict: There is a contract of that number.
    """
    taken = _taken(N_("There is a contract {number} already."), number=values["number"])
    marks = {"telecom_contract.number": taken, "uq_telecom_contract_number": taken}
    with explained(marks):
        return add(work, CarrierContract, values)


def give_notice(
    work: UnitOfWork, contract_id: int, on: date, ends_on: date | None = None
) -> date:
    """Give notice of a contract; return its last day.

    Args:
        work: The unit of work; the caller commits.
        contract_id: The contract.
        on: Day on which the provider gets it.
        ends_on: Last day that was agreed; None: the one that follows from the terms.

    Raises:
        NotAllowed: Notice was given already.
        Invalid: The last day lies before the notice.
    """
    row = get(work.connection, CarrierContract, contract_id, lock=True)
    if row["notice_given_on"] is not None:
        raise NotAllowed(
            N_("Notice of contract {number} was given on {day}."),
            remedy=N_("Withdraw it first."),
            number=row["number"],
            day=row["notice_given_on"],
        )
    last = ends_on or exit_of(terms_of(row), on).ends_on
    if last < on:
        raise Invalid(
            N_("The contract would end on {last}, before notice is given."),
            where="ends_on",
            last=last,
        )
    values = {"notice_given_on": on, "ends_on": last}
    change(work, CarrierContract, contract_id, values, action="notice")
    return last


def withdraw_notice(work: UnitOfWork, contract_id: int) -> bool:
    """Let a contract run on as if no notice had been given; return whether one was."""
    values = {"notice_given_on": None, "ends_on": None}
    return change(work, CarrierContract, contract_id, values, action="withdraw-notice")


def terms_of(row: Mapping[str, Any]) -> Terms:
    """Return the terms of a row of `telecom_contract`."""
    return Terms(
        starts_on=row["starts_on"],
        term_months=row["term_months"],
        notice=row["notice"],
        notice_unit=row["notice_unit"],
        renews_months=row["renews_months"],
        ends_on=row["ends_on"],
    )


def account_of(work: UnitOfWork, account_id: int) -> Row:
    """Return an account.

    Raises:
        NotFound: There is none of that id.
    """
    return get(work.connection, ProviderAccount, account_id)


def checked_currency(code: str) -> str:
    """Return an ISO 4217 code.

    Raises:
        Invalid: It is not one.
    """
    try:
        minor_digits(code)
    except MoneyError as error:
        raise Invalid(
            N_("{code!r} is not a currency."),
            where="currency",
            remedy=N_("Write its code of ISO 4217, e.g. EUR or IDR."),
            code=code[:10],
        ) from error
    return code


def _taken(text: str, **values: str) -> InventoryError:
    remedy = N_("Change the one that is there.")
    return Conflict(text, where="", remedy=remedy, **values)
