"""Suppliers: where orders go."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    Input,
    Question,
    RowModel,
    Show,
    Word,
)
from api.resources.perform import changes_of, partial
from api.resources.references import (
    SUPPLIER,
)
from api.resources.register.shared import (
    BUYERS,
    columns_of_table,
    counted,
    refuse_known,
)
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.stock import purchasing
from inventory.assets.stock.tables import (
    PurchaseOrder,
    Supplier,
)
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import col, id_of, table_of

_ORDER = table_of(PurchaseOrder)
_SUPPLIER = table_of(Supplier)


class SupplierRow(RowModel):
    """Who we buy from."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    orders: Annotated[int, Column("Orders", Show.NUMBER)]


class SupplierQuestion(Question):
    """Which suppliers are asked for."""

    name: Annotated[Word, Choice("Name")] = None


class SupplierIn(Given):
    """Somebody we buy from."""

    name: Annotated[str, Field(min_length=1, max_length=200), Input("Name")]


SupplierEditIn = partial(SupplierIn, "SupplierEditIn")


def _add_supplier(acting: Acting, given: SupplierIn) -> dict[str, Any]:
    refuse_known(acting.work.connection, Supplier, "name", given.name)
    return {"id": purchasing.ensure_supplier(acting.work, given.name)}


def _update_supplier(acting: Acting, given: Given) -> None:
    name = changes_of(given).get("name")
    if name is not None:
        purchasing.rename_supplier(acting.work, acting.id, name)


_SUPPLIERS: TableSource[SupplierQuestion] = TableSource(
    table=_SUPPLIER,
    columns=columns_of_table(Supplier, "id name")
    | {
        "orders": counted(
            select(_ORDER).where(col(PurchaseOrder.supplier_id) == id_of(Supplier))
        )
    },
    searched=(col(Supplier.name),),
)
SUPPLIERS = Resource(
    name="suppliers",
    command="supplier",
    title=N_("Suppliers"),
    counted=NN_("{count} supplier", "{count} suppliers"),
    group="register",
    rows=SupplierRow,
    question=SupplierQuestion,
    sort="name",
    source=_SUPPLIERS,
    reference=SUPPLIER,
    detail=SupplierRow,
    get=_SUPPLIERS.one,
    called=lambda row: str(row["name"]),
    acts=(
        Act("add-supplier", SupplierIn, _add_supplier, BUYERS, verb="create"),
        Act("update-supplier", SupplierEditIn, _update_supplier, BUYERS, verb="update"),
    ),
)
