"""What the acts of leases are given, and how it is read."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.actions import Given
from api.resources.declare import Input
from api.resources.references import AssetRef, BookRef
from inventory.accounting.catalogue.api_form import minor
from inventory.accounting.leases.measure import (
    Compounding,
    LeaseTerms,
    Payment,
    Treatment,
    regular_payments,
)
from inventory.fixed_assets.leases import RIGHT_OF_USE
from inventory.fixed_assets.terms_requested import rule_errors_as_invalid
from inventory.kernel.errors import Invalid
from inventory.kernel.months import add_months, months_between
from inventory.kernel.texts import N_

PAYMENTS, MEASURED, BOOK = N_("Payments"), N_("Measured by"), N_("In the book")
_Percent = Annotated[Decimal, Field(ge=0, lt=100, max_digits=12, decimal_places=8)]


class PaymentIn(BaseModel):
    """A payment that is not one of the regular ones."""

    model_config = ConfigDict(extra="forbid")

    on: date
    amount: str = Field(description="Decimal text, in the currency of the book.")


class _PaymentsIn(Given):
    payment: Annotated[
        str | None,
        Field(max_length=40),
        Input("Payment", kind="money", group=PAYMENTS, hint="Each regular one."),
    ] = None
    every_months: Annotated[
        Literal[1, 2, 3, 4, 6, 12],
        Input("Every so many months", group=PAYMENTS),
    ] = 1
    in_advance: Annotated[
        bool,
        Input("In advance", group=PAYMENTS, about="On the first day of each."),
    ] = True
    payments: Annotated[
        list[PaymentIn],
        Input("Other payments", group=PAYMENTS, hint="Steps, guarantees, options."),
    ] = Field(default_factory=list, max_length=1200)

    def read(self, currency: str, start: date, months: int) -> tuple[Payment, ...]:
        """Return all payments from a day on, in order."""
        found: list[Payment] = []
        with rule_errors_as_invalid("payments"):
            if self.payment is not None:
                amount = minor("payment", self.payment, currency)
                every, advance = self.every_months, self.in_advance
                found += regular_payments(
                    start, months, amount, every, in_advance=advance
                )
            for one in self.payments:
                found.append(Payment(one.on, minor("amount", one.amount, currency)))
        return tuple(sorted(found, key=lambda one: one.on))


class LeaseIn(_PaymentsIn):
    """A lease to take into a book, with its right-of-use asset."""

    asset: Annotated[AssetRef, Input("Asset", pick="assets")]
    book: Annotated[BookRef, Input("Book", pick="books", group=BOOK)]
    reference: Annotated[
        str, Field(min_length=1, max_length=200), Input("Contract", hint="Its number.")
    ]
    commences_on: Annotated[date, Input("Commences on", group=MEASURED)]
    months: Annotated[
        int,
        Field(ge=1, le=1200),
        Input("Lease term in months", group=MEASURED, hint="With likely extensions."),
    ]
    rate: Annotated[
        _Percent,
        Input(
            "Rate in percent a year",
            group=MEASURED,
            hint="Implicit in the lease, or the incremental borrowing rate.",
        ),
    ] = Decimal(0)
    compounding: Annotated[
        Compounding,
        Input("Compounding", group=MEASURED, hint="monthly: a twelfth each month."),
    ] = Compounding.YEARLY
    direct_costs: Annotated[
        str, Field(max_length=40), Input("Direct costs", kind="money", group=MEASURED)
    ] = "0"
    incentives: Annotated[
        str, Field(max_length=40), Input("Incentives", kind="money", group=MEASURED)
    ] = "0"
    treatment: Annotated[
        Treatment,
        Input("Treatment", group=BOOK, hint="Exempt: short-term or low-value."),
    ] = Treatment.RIGHT_OF_USE
    asset_class: Annotated[str, Field(max_length=200), Input("Class", group=BOOK)] = (
        RIGHT_OF_USE
    )
    life_months: Annotated[
        int | None,
        Field(ge=1, le=2400),
        Input(
            "Useful life in months",
            group=BOOK,
            hint="Where ownership passes; else the lease term.",
        ),
    ] = None

    def terms(self, currency: str) -> LeaseTerms:
        """Return what the lease is measured by.

        Raises:
            Invalid: It contradicts itself.
        """
        payments = self.read(currency, self.commences_on, self.months)
        if not payments:
            raise Invalid(
                N_("The lease has no payments."),
                where="payment",
                remedy=N_("Give a regular payment, or list them."),
            )
        with rule_errors_as_invalid("lease"):
            return LeaseTerms(
                commences=self.commences_on,
                months=self.months,
                payments=payments,
                rate=self.rate / 100,
                compounding=self.compounding,
                direct_costs=minor("direct_costs", self.direct_costs, currency),
                incentives=minor("incentives", self.incentives, currency),
                treatment=self.treatment,
            )


class LeaseChangeIn(_PaymentsIn):
    """A change of payments, term, rate or scope; what is left out stays as it is."""

    effective: Annotated[date, Input("First day")]
    last_day: Annotated[date | None, Input("Last day of the lease", group=MEASURED)] = (
        None
    )
    rate: Annotated[
        _Percent | None,
        Input(
            "Rate in percent a year",
            group=MEASURED,
            hint="Revised where the term, an option or the contract changes.",
        ),
    ] = None
    given_up: Annotated[
        _Percent,
        Input(
            "Percent given up",
            group=MEASURED,
            hint="Of the right of use, such as half the space.",
        ),
    ] = Decimal(0)
    reason: Annotated[str, Field(min_length=1, max_length=1000), Input("Reason")]

    @property
    def share(self) -> Fraction:
        """Share of the right of use that is given up."""
        return Fraction(self.given_up) / 100

    def new_payments(self, currency: str, ends: date) -> tuple[Payment, ...] | None:
        """Return all payments from the change on; None: as they are."""
        if self.payment is None and not self.payments:
            return None
        months = months_between(self.effective, ends)
        if self.payment is not None and (
            months.denominator != 1 or add_months(self.effective, int(months)) != ends
        ):
            raise Invalid(
                N_("From {effective} to {last_day} there are no whole months."),
                where="payment",
                remedy=N_("List the payments instead."),
                effective=self.effective,
                last_day=ends - timedelta(days=1),
            )
        return self.read(currency, self.effective, int(months))


class LeaseEndIn(Given):
    """The lease ends before its term."""

    last_day: Annotated[date, Input("Last day", hint="Payments up to it are made.")]
    reason: Annotated[str, Field(min_length=1, max_length=1000), Input("Reason")]
