"""What contracts and licences have alike: rows, filters, inputs, and how they are kept.

Fields come in the order of their classes from the last base to the class itself.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import ColumnElement, FromClause
from sqlmodel import SQLModel

from api.http.actions import Given
from api.resources.declare import (
    Choice,
    Column,
    Day,
    DetailModel,
    Input,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.references import LegalEntityRef, SupplierRef
from api.resources.register.shared import SEE_PRICES, Short, columns_of_table, money_of
from inventory.assets.stock.purchasing import ensure_supplier
from inventory.assets.stock.tables import Supplier
from inventory.people.tables import LegalEntity
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.work import UnitOfWork

Amount = Annotated[int | None, Field(ge=0, le=2**63 - 1)]


class AgreementRow(RowModel):
    """With whom, for how long and for how much."""

    supplier_id: Number
    supplier: Annotated[Text, Column("Supplier")]
    legal_entity_id: Number
    legal_entity: Annotated[Text, Column("Legal entity", shown=False)]
    starts_on: Annotated[Day, Column("From", Show.DAY, sort=True)]
    ends_on: Annotated[Day, Column("Ends", Show.DAY, sort=True, about="Last day.")]
    notice_on: Annotated[Day, Column("Notice until", Show.DAY, sort=True)]
    cost_minor: Annotated[
        Number,
        Column(
            "Cost", Show.MONEY, sort=True, about="In minor units.", roles=SEE_PRICES
        ),
    ]
    currency: Annotated[Text, Column("Currency", shown=False)]
    note: Annotated[str, Column("Note", shown=False)]
    recorded_at: Moment


class AgreementQuestion(Question):
    """Filters of what is agreed."""

    supplier: Annotated[SupplierRef | None, Choice("Supplier", pick="suppliers")] = None
    legal_entity: Annotated[LegalEntityRef | None, Choice("Legal entity")] = None
    starts_on: Annotated[date | None, Choice("From", main=False)] = None
    ends_on: Annotated[date | None, Choice("Ends", main=False)] = None
    notice_on: Annotated[date | None, Choice("Notice until", main=False)] = None
    cost_minor: Annotated[Amount, Choice("Cost", main=False)] = None
    currency: Annotated[Word, Choice("Currency", main=False)] = None


class AgreementDetail(DetailModel):
    """What is agreed."""

    supplier_id: Number
    legal_entity_id: Number
    starts_on: Day
    ends_on: Day
    notice_on: Day
    cost_minor: Number
    currency: Text
    note: str
    recorded_at: Moment


class AgreementIn(Given):
    """What is agreed."""

    supplier: Annotated[Short, Input("Supplier", pick="suppliers")] = None
    legal_entity: Annotated[LegalEntityRef | None, Input("Legal entity")] = None
    starts_on: Annotated[date | None, Input("From")] = None
    ends_on: Annotated[date | None, Input("Last day")] = None
    notice_on: Annotated[date | None, Input("Notice until")] = None
    cost: Annotated[
        str | None, Field(max_length=40), Input("Cost", kind="money", hint="1200.00")
    ] = None
    currency: Annotated[
        str | None, Field(min_length=3, max_length=3), Input("Currency", hint="EUR")
    ] = None
    note: Annotated[
        str | None, Field(max_length=10_000), Input("Note", kind="area")
    ] = None


def agreement_columns(model: type[SQLModel], own: str) -> dict[str, ColumnElement[Any]]:
    """Return the columns of `AgreementRow`, and some of the table's own by name."""
    shared = (
        "id supplier_id legal_entity_id starts_on ends_on notice_on cost_minor"
        " currency note recorded_at"
    )
    return columns_of_table(model, f"{shared} {own}") | {
        "supplier": col(Supplier.name),
        "legal_entity": col(LegalEntity.code),
    }


def with_parties(model: type[SQLModel]) -> FromClause:
    """Return a table with the supplier and the legal entity of each row."""
    table, supplier, entity = (
        table_of(model),
        table_of(Supplier),
        table_of(LegalEntity),
    )
    return table.outerjoin(supplier, id_of(Supplier) == table.c.supplier_id).outerjoin(
        entity, id_of(LegalEntity) == table.c.legal_entity_id
    )


def parties(model: type[SQLModel]) -> dict[str, ColumnElement[Any]]:
    """Return the columns that the filters by supplier and legal entity are about."""
    table = table_of(model)
    return {
        "supplier": table.c.supplier_id,
        "legal_entity": table.c.legal_entity_id,
    }


def agreement_values(work: UnitOfWork, changes: dict[str, Any]) -> dict[str, Any]:
    """Return inputs of a contract or a licence as the columns of its table.

    Suppliers are added that are not known yet.

    Raises:
        Invalid: The cost is not an amount, or has no currency.
    """
    values = dict(changes)
    cost, currency = values.pop("cost", None), values.pop("currency", None)
    if "cost" in changes:
        money = money_of(cost, currency)
        values["cost_minor"] = money.minor if money else None
        values["currency"] = money.currency if money else None
    if "supplier" in values:
        name = values.pop("supplier")
        values["supplier_id"] = ensure_supplier(work, name) if name else None
    if "legal_entity" in values:
        values["legal_entity_id"] = values.pop("legal_entity")
    if "note" in values and values["note"] is None:
        values["note"] = ""
    return values
