"""Purchase requests: what lines that are short wait for, and what is done about it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from api.http.actions import Act, Acting, Given, NothingIn
from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
    Day,
    Input,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.people.case_acts import case_context
from api.resources.people.cases import released
from api.resources.references import (
    CASE,
    PERSON,
    PURCHASE_REQUEST,
    AssetRef,
    CaseRef,
    LegalEntityRef,
    OrderRef,
    PersonRef,
)
from api.resources.register.shared import BUYERS
from api.resources.resource import Resource
from api.resources.sources import TableSource, full_name
from inventory.hr.context import lock_provisioning
from inventory.hr.requests.purchase_requests import (
    Bought,
    link_request,
    order_for_request,
    unlink_request,
)
from inventory.hr.views.purchases import ALONG, COLUMNS
from inventory.kernel.errors import Invalid
from inventory.kernel.money import MoneyError, parse_money
from inventory.kernel.texts import N_, NN_, Said
from inventory.provisioning.case_tables import PurchaseRequest
from inventory.storage.rows import col

_READERS = frozenset({Role.HR, Role.IT, Role.ACCOUNTING, Role.AUDITOR})
_request, _case, _person = PURCHASE_REQUEST.table, CASE.table, PERSON.table
PurchaseState = Literal["open", "ordered", "filled", "withdrawn"]


class PurchaseRequestRow(RowModel):
    """Something a line waits for, from the shortage to the hand-over."""

    id: Annotated[int, Column("Request", sort=True, lead=True)]
    line_id: Annotated[int, Column("Line", shown=False)]
    case_id: Annotated[int, Column("Case", sort=True)]
    person_id: int
    person: Annotated[str, Column("Person")]
    site: Annotated[str, Column("Site", shown=False)]
    item: Annotated[str, Column("Item")]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    requested_models: list[str] = Field(description="That do, the best first.")
    state: Annotated[PurchaseState, Column("State", Show.STATE)]
    requested_at: Annotated[Moment, Column("Short since", Show.AGO, shown=False)]
    needed_by: Annotated[Day, Column("Needed by", Show.DAY, sort=True)]
    order_id: Number
    order_number: Annotated[Text, Column("Order")]
    order_line: Annotated[Number, Column("Line of the order", shown=False)]
    supplier: Annotated[Text, Column("Supplier", shown=False)]
    ordered_on: Annotated[Day, Column("Ordered", Show.DAY)]
    received_on: Annotated[Day, Column("Came in", Show.DAY)]
    asset_id: Number
    tag: Annotated[Text, Column("Tag", Show.MONO)]
    closed_on: Annotated[Day, Column("Reserved", Show.DAY, sort=True)]
    handed_over_on: Annotated[Day, Column("Handed over", Show.DAY)]


class PurchaseRequestQuestion(Question):
    """Which purchase requests are asked for."""

    state: Annotated[PurchaseState | None, Choice("State")] = None
    kind: Annotated[Word, Choice("Kind")] = None
    person: Annotated[PersonRef | None, Choice("Person", pick="people")] = None
    order: Annotated[OrderRef | None, Choice("Order", pick="orders")] = None
    case: Annotated[CaseRef | None, Choice("Case", pick="cases", main=False)] = None
    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets", main=False)] = None
    site: Annotated[Word, Choice("Site", main=False)] = None
    needed_by: Annotated[date | None, Choice("Needed by", main=False)] = None
    closed_on: Annotated[date | None, Choice("Reserved", main=False)] = None


class OrderForIn(Given):
    """An order for what is needed; an open order of that number grows by it."""

    number: Annotated[str, Field(min_length=1, max_length=100), Input("Order number")]
    supplier: Annotated[
        str, Field(min_length=1, max_length=200), Input("Supplier", pick="suppliers")
    ]
    price: Annotated[
        str,
        Field(min_length=1, max_length=20),
        Input("Price each", kind="money", hint="1249.00"),
    ]
    currency: Annotated[
        str | None, Field(pattern="^[A-Z]{3}$"), Input("Currency", hint="ISO 4217.")
    ] = None
    model: Annotated[
        str | None,
        Field(max_length=200),
        Input("Product", hint="The best of those asked for without."),
    ] = None
    manufacturer: Annotated[
        str | None, Field(max_length=200), Input("Manufacturer", pick="manufacturers")
    ] = None
    on: Annotated[date | None, Input("Ordered", hint="Today without.")] = None
    legal_entity: Annotated[LegalEntityRef | None, Input("Legal entity")] = None


class LinkOrderIn(Given):
    """A line of an order that is for the request."""

    order: Annotated[OrderRef, Input("Order", pick="orders")]
    line: Annotated[int, Field(ge=1, le=100_000), Input("Line")] = 1


def _order(acting: Acting, given: OrderForIn) -> None:
    try:
        price = parse_money(given.price, given.currency or acting.app.settings.currency)
    except MoneyError as error:
        raise Invalid(str(error), where="price") from error
    entity = given.legal_entity
    bought = Bought(
        number=given.number,
        supplier=given.supplier,
        price=price,
        on=given.on or acting.work.clock().date(),
        model=given.model,
        manufacturer=given.manufacturer,
        legal_entity_id=None if entity is None else int(entity),
    )
    order_for_request(case_context(acting), acting.id, bought)


def _link(acting: Acting, given: LinkOrderIn) -> None:
    link_request(case_context(acting), acting.id, int(given.order), given.line)


def _unlink(acting: Acting, _given: NothingIn) -> None:
    unlink_request(case_context(acting), acting.id)


_SOURCE: TableSource[PurchaseRequestQuestion] = TableSource(
    table=_request,
    columns=dict(COLUMNS)
    | {
        "person_id": _case.c.person_id,
        "person": full_name(_person),
        "site": _case.c.site,
        "case": COLUMNS["case_id"],
        "order": COLUMNS["order_id"],
        "asset": col(PurchaseRequest.asset_id),
    },
    shown=tuple(PurchaseRequestRow.model_fields),
    refers={"person": _case.c.person_id},
    where=released,
    joined=ALONG.join(_case, _case.c.id == COLUMNS["case_id"]).join(
        _person, _person.c.id == _case.c.person_id
    ),
    searched=(_person.c.search, COLUMNS["item"], COLUMNS["order_number"]),
    offered=("kind",),
)

PURCHASE_REQUESTS = Resource(
    name="purchase-requests",
    command="purchase-request",
    title=N_("Purchase requests"),
    counted=NN_("{count} purchase request", "{count} purchase requests"),
    icon="down",
    group="register",
    roles=_READERS,
    rows=PurchaseRequestRow,
    question=PurchaseRequestQuestion,
    sort="needed_by",
    source=_SOURCE,
    reference=PURCHASE_REQUEST,
    detail=PurchaseRequestRow,
    get=_SOURCE.one,
    called=lambda row: Said(
        N_("{item} for {person}"), item=row["item"], person=row["person"]
    ),
    acts=(
        Act(
            "order-for-request",
            OrderForIn,
            _order,
            BUYERS,
            verb="order",
            many=True,
            title=N_("Order it"),
            about="Order what is needed; it is reserved for that line once it comes.",
            said=N_("Ordered."),
            lock=lock_provisioning,
        ),
        Act(
            "link-request",
            LinkOrderIn,
            _link,
            BUYERS,
            verb="link",
            title=N_("It is ordered already"),
            about="Note that a line of an order is for this.",
            said=N_("Noted."),
            lock=lock_provisioning,
        ),
        Act(
            "unlink-request",
            NothingIn,
            _unlink,
            BUYERS,
            verb="unlink",
            title=N_("The order is not for it"),
            about="Let it wait for another order.",
            said=N_("Noted."),
            lock=lock_provisioning,
        ),
    ),
)
