"""Leases of a legal entity: taken into a book, changed, ended early (IFRS 16).

The right-of-use asset comes into the book like any other asset, credited to the account
of the liability; a change of the lease is an event of it, so that both always move
together. May import the contexts.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from inventory.accounting.books.capitalise import capitalise, record_event
from inventory.accounting.catalogue.asset_classes import Rules
from inventory.accounting.leases.lease_codec import change_to_json, lease_to_json
from inventory.accounting.leases.load import LeaseInBook, leases_where
from inventory.accounting.leases.measure import (
    LeaseChange,
    LeaseTerms,
    Measured,
    Payment,
    Treatment,
)
from inventory.accounting.leases.tables import Lease, LeaseChangeRow
from inventory.accounting.model.events import (
    AddCost,
    ChangeEstimate,
    DisposalKind,
    Dispose,
)
from inventory.accounting.model.journal import Accounts
from inventory.accounting.model.terms import (
    Conventions,
    DepreciationTerms,
    Disposal,
    EventTiming,
    Start,
)
from inventory.accounting.tables import AssetBook
from inventory.assets.register.tables import Asset
from inventory.fixed_assets.rulebooks import rules_of_entity
from inventory.fixed_assets.terms_requested import rule_errors_as_invalid
from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.kernel.money import round_half_up
from inventory.kernel.months import months_between
from inventory.kernel.texts import N_
from inventory.queries.money.books import book_of
from inventory.storage.rows import Row, add, find, get, id_of
from inventory.storage.work import UnitOfWork

RIGHT_OF_USE = "right-of-use"
"""Class of assets that templates have for leases."""

_BY_DAYS = Conventions(
    start=Start.DAY,
    disposal=Disposal.DAY,
    count_disposal_day=True,
    event_timing=EventTiming.DAY,
)
_USES = {
    "liability": "lease_liability",
    "interest": "lease_interest",
    "expense": "lease_expense",
    "payables": "clearing",
    "opening": "opening",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRequest:
    """A lease to take into a book.

    Attributes:
        asset_id: What is leased.
        book: The book.
        reference: Number of the contract.
        terms: What it is measured by.
        asset_class: Class of the right-of-use asset in the book.
        life_months: It is depreciated over, where the lease transfers ownership or a
            purchase option will be exercised (IFRS 16.32); None: the lease term.
    """

    asset_id: int
    book: str
    reference: str
    terms: LeaseTerms
    asset_class: str = RIGHT_OF_USE
    life_months: int | None = None


def take_lease(work: UnitOfWork, rules: Rules, requested: LeaseRequest) -> int:
    """Take a lease into a book with its right-of-use asset; return its id.

    The same again changes nothing.

    Raises:
        NotFound: There is no such asset or book.
        Invalid: The terms contradict themselves, or accounts are missing.
        Conflict: The asset is in the book already with other terms.
    """
    connection = work.connection
    asset, book = (
        get(connection, Asset, requested.asset_id),
        book_of(connection, requested.book),
    )
    if asset["legal_entity_id"] not in (None, book["legal_entity_id"]):
        raise Invalid(
            N_("The asset belongs to another legal entity than book {code}."),
            where="book",
            remedy=N_("Use a book of its own legal entity."),
            code=book["code"],
        )
    own = rules_of_entity(connection, rules, book["legal_entity_id"])
    accounts = _accounts(own, requested.asset_class)
    measured = Measured(requested.terms)
    exempt = requested.terms.treatment is not Treatment.RIGHT_OF_USE
    with rule_errors_as_invalid("terms"):
        terms = DepreciationTerms(
            cost=0 if exempt else measured.right_of_use,
            in_service=requested.terms.commences,
            life_months=requested.life_months or requested.terms.months,
            conventions=_BY_DAYS,
        )
    row_id = capitalise(
        work,
        asset_id=requested.asset_id,
        book_id=book["id"],
        asset_class=requested.asset_class,
        terms=terms,
        accounts=replace(
            accounts,
            clearing=accounts.lease_liability,
            proceeds=accounts.lease_liability,
        ),
    )
    return _keep(work, row_id, requested, accounts)


def _keep(
    work: UnitOfWork, row_id: int, requested: LeaseRequest, accounts: Accounts
) -> int:
    data = lease_to_json(requested.terms)
    known = find(work.connection, Lease, asset_book_id=row_id)
    if known is not None:
        if known["terms"] == data and known["reference"] == requested.reference:
            return int(known["id"])
        raise Conflict(
            N_("The asset has a lease in this book already, with other terms."),
            remedy=N_("Change that lease, or end it first."),
        )
    codes = asdict(accounts)
    values = {
        "asset_book_id": row_id,
        "reference": requested.reference,
        "treatment": requested.terms.treatment.value,
        "commences_on": requested.terms.commences,
        "terms": data,
        "accounts": {
            use: codes[name] or codes["clearing"] for use, name in _USES.items()
        },
    }
    return add(work, Lease, values)


def _accounts(rules: Rules, name: str) -> Accounts:
    found = rules.accounts.get(name)
    needed = ("lease_liability", "lease_interest", "lease_expense")
    if found is None or not all(getattr(found, use) for use in needed):
        raise Invalid(
            N_("The class {name!r} has no accounts for leases."),
            where="asset_class",
            remedy=N_("Open the book with an account set that has {needed}."),
            name=name,
            needed=", ".join(needed),
        )
    return found


def lease_in_book(work: UnitOfWork, lease_id: int) -> tuple[LeaseInBook, Row]:
    """Return a lease and the row of its asset in the book; nobody else changes it."""
    row = get(work.connection, Lease, lease_id, lock=True)
    (lease,) = leases_where(work.connection, id_of(Lease) == row["id"])
    return lease, get(work.connection, AssetBook, lease.asset_book_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseModification:
    """What changes of a lease.

    Attributes:
        effective: First day on which it counts.
        payments: All payments from then on; None: as they are.
        ends: First day after the lease term; None: as it is.
        rate: Revised yearly rate; None: as it is.
        given_up: Share of the right of use that is given up.
        reason: Why.
    """

    effective: date
    payments: tuple[Payment, ...] | None = None
    ends: date | None = None
    rate: Decimal | None = None
    given_up: Fraction = Fraction(0)
    reason: str = ""


def change_lease(work: UnitOfWork, lease_id: int, asked: LeaseModification) -> None:
    """Remeasure or modify a lease (IFRS 16.39-46); its asset follows.

    Where part of the right of use is given up, asset and liability leave by that share,
    and the difference is profit or loss (16.46(a)); what the liability changes beyond
    that adjusts the asset (16.39, 16.46(b)). The last change again changes nothing.

    Raises:
        NotAllowed: The lease is exempt, or had ended.
        Invalid: The change contradicts the lease.
    """
    lease, _ = lease_in_book(work, lease_id)
    terms, measured = lease.measured.terms, lease.measured
    last = measured.changes[-1].effective if measured.changes else terms.commences
    if _made_before(lease, asked):
        return
    _check_changeable(lease, last, asked.effective)
    kept = [one for one in measured.due() if one.on >= asked.effective]
    with rule_errors_as_invalid("change"):
        change = LeaseChange(
            id=f"lease-{len(measured.changes) + 1}",
            effective=asked.effective,
            payments=tuple(kept) if asked.payments is None else asked.payments,
            ends=asked.ends or measured.ends,
            rate=asked.rate,
            given_up=asked.given_up,
        )
    after = Measured(terms, (*measured.changes, change))
    _keep_change(work, lease_id, change, asked.reason)
    _adjust_asset(work, lease, after, change)


def _made_before(lease: LeaseInBook, asked: LeaseModification) -> bool:
    """Whether the last change of a lease is the one that is asked for."""
    changes = lease.measured.changes
    if not changes or changes[-1].effective != asked.effective:
        return False
    made, before = changes[-1], replace(lease.measured, changes=changes[:-1])
    kept = tuple(one for one in before.due() if one.on >= asked.effective)
    return made == LeaseChange(
        id=made.id,
        effective=asked.effective,
        payments=kept if asked.payments is None else asked.payments,
        ends=asked.ends or before.ends,
        rate=asked.rate,
        given_up=asked.given_up,
    )


def _keep_change(
    work: UnitOfWork, lease_id: int, change: LeaseChange, reason: str
) -> None:
    values = {
        "lease_id": lease_id,
        "name": change.id,
        "effective": change.effective,
        "data": change_to_json(change),
        "reason": reason,
    }
    add(work, LeaseChangeRow, values, action="change")


def _check_changeable(lease: LeaseInBook, last: date, effective: date) -> None:
    if lease.measured.terms.treatment is not Treatment.RIGHT_OF_USE:
        raise NotAllowed(
            N_("The lease is exempt: it has no liability to measure anew."),
            remedy=N_("Take a changed lease as a new one (IFRS 16.7)."),
        )
    if effective <= last or effective < lease.since:
        raise Invalid(
            N_("The lease was measured on {last}; a change comes after that day."),
            where="effective",
            last=max(last, lease.since),
        )
    if effective >= lease.measured.ends:
        raise Invalid(
            N_("The lease ends before {ends}."),
            where="effective",
            remedy=N_("Take it as a new lease."),
            ends=lease.measured.ends,
        )


def _adjust_asset(
    work: UnitOfWork, lease: LeaseInBook, after: Measured, change: LeaseChange
) -> None:
    day = change.effective
    before, now = after.liability(day), after.liability(day, changed=True)
    released = round_half_up(before * change.given_up)
    if change.given_up:
        leaving = Dispose(
            id=f"{change.id}-scope",
            effective=day,
            kind=DisposalKind.SALE,
            proceeds=released,
            share=change.given_up,
        )
        record_event(work, lease.asset_book_id, leaving)
    delta = now - (before - released)
    if delta:
        adjusted = AddCost(id=change.id, effective=day, amount=delta)
        record_event(work, lease.asset_book_id, adjusted)
    if change.ends != lease.measured.ends:
        longer = ChangeEstimate(
            id=f"{change.id}-term",
            effective=day,
            remaining_months=months_between(day, change.ends),
        )
        record_event(work, lease.asset_book_id, longer)


def end_lease(work: UnitOfWork, lease_id: int, last: date, reason: str) -> None:
    """End a lease early: asset and liability leave, the difference is profit or loss.

    The same again changes nothing.

    Args:
        work: The unit of work.
        lease_id: The lease.
        last: Its last day; payments up to it are made.
        reason: Why.

    Raises:
        NotAllowed: The lease is exempt.
        Invalid: The day does not lie within its term.
    """
    lease, _ = lease_in_book(work, lease_id)
    measured, after_last = lease.measured, last + timedelta(days=1)
    changes = measured.changes
    latest = changes[-1].effective if changes else measured.terms.commences
    if changes and changes[-1].given_up == 1 and latest == after_last:
        return
    _check_changeable(lease, latest, after_last)
    change = LeaseChange(
        id=f"lease-{len(changes) + 1}",
        effective=after_last,
        payments=(),
        ends=after_last,
        given_up=Fraction(1),
    )
    _keep_change(work, lease_id, change, reason)
    leaving = Dispose(
        id=change.id,
        effective=last,
        kind=DisposalKind.SALE,
        proceeds=measured.liability(after_last),
    )
    record_event(work, lease.asset_book_id, leaving)
