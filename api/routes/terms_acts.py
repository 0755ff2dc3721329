"""Acts about contracts, licences and consumables."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.http.auth import Role
from inventory.assets.contracts import consumables
from inventory.assets.contracts import service as terms
from inventory.assets.contracts.tables import Consumable, Contract, Licence
from inventory.assets.register.manufacturers import ensure_manufacturer
from inventory.assets.stock.purchasing import ensure_supplier
from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.money import Money, MoneyError, parse_money
from inventory.people.organisation import unit_named
from inventory.queries.references import asset_ids_of, person_named
from inventory.storage.rows import find

WRITERS = frozenset({Role.IT, Role.ACCOUNTING})
_Short = Field(default=None, max_length=200)


class ContractIn(Given):
    """A contract; what is not said of a known one stays."""

    number: str = Field(min_length=1, max_length=100)
    name: str | None = _Short
    kind: str | None = Field(
        default=None, max_length=40, description="warranty, maintenance, lease ..."
    )
    supplier: str | None = _Short
    legal_entity: str | None = _Short
    starts_on: date | None = None
    ends_on: date | None = None
    notice_on: date | None = None
    renews_months: int | None = Field(default=None, ge=0, le=600)
    cost: str | None = Field(default=None, max_length=40)
    currency: str | None = Field(default=None, min_length=3, max_length=3)
    note: str | None = Field(default=None, max_length=10_000)


class CoverIn(Given):
    """Assets that a contract is about from a day, or no more."""

    number: str = Field(min_length=1, max_length=100)
    tags: list[str] = Field(min_length=1, max_length=5000)
    on: date | None = None
    ends: bool = False


class LicenceIn(Given):
    """A licence and its seats; what is not said of a known one stays."""

    key: str = Field(min_length=1, max_length=100)
    product: str | None = _Short
    seats: int | None = Field(default=None, ge=1, le=terms.MOST_SEATS)
    manufacturer: str | None = _Short
    supplier: str | None = _Short
    legal_entity: str | None = _Short
    starts_on: date | None = None
    ends_on: date | None = None
    notice_on: date | None = None
    reassignable: bool | None = None
    cost: str | None = Field(default=None, max_length=40)
    currency: str | None = Field(default=None, min_length=3, max_length=3)
    note: str | None = Field(default=None, max_length=10_000)


class AssignIn(Given):
    """Who or what gets a seat."""

    key: str = Field(min_length=1, max_length=100)
    person: str | None = _Short
    tag: str | None = Field(default=None, max_length=64)
    on: date | None = None


class UnassignIn(Given):
    """A seat that is free again."""

    use_id: int = Field(ge=1)
    on: date | None = None


class ConsumableIn(Given):
    """A consumable."""

    key: str = Field(min_length=1, max_length=100)
    name: str = Field(default="", max_length=200)
    unit: str | None = Field(default=None, max_length=20)
    minimum: int | None = Field(default=None, ge=0, le=10**9)
    note: str | None = Field(default=None, max_length=2000)


class MoveIn(Given):
    """Some came, went, were brought elsewhere or counted."""

    key: str = Field(min_length=1, max_length=100)
    why: str = Field(pattern="^(bought|used|moved|counted)$")
    location: str = Field(max_length=200)
    quantity: int = Field(ge=0, le=10**9)
    to: str | None = _Short
    person: str | None = _Short
    tag: str | None = Field(default=None, max_length=64)
    cost: str | None = Field(default=None, max_length=40)
    currency: str | None = Field(default=None, min_length=3, max_length=3)
    on: date | None = None
    note: str = Field(default="", max_length=2000)


def _money(given: Any) -> Money | None:  # noqa: ANN401
    if not given.cost:
        return None
    try:
        return parse_money(given.cost, (given.currency or "").upper())
    except MoneyError as error:
        raise Invalid(f"{error}.", where="cost") from error


def _common(acting: Acting, given: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return columns that contracts and licences share."""
    cost, entity = _money(given), given.legal_entity
    values: dict[str, Any] = {
        name: getattr(given, name)
        for name in ("starts_on", "ends_on", "notice_on", "note")
    }
    if cost is not None:
        values |= {"cost_minor": cost.minor, "currency": cost.currency}
    if given.supplier:
        values["supplier_id"] = ensure_supplier(acting.work, given.supplier)
    if entity:
        reading = acting.work.connection
        values["legal_entity_id"] = unit_named(reading, "legal_entity", entity)
    return values


def _contract(acting: Acting, given: ContractIn) -> dict[str, Any]:
    number = terms.ensure_contract(
        acting.work,
        given.number,
        name=given.name,
        kind=given.kind,
        renews_months=given.renews_months,
        **_common(acting, given),
    )
    return {"id": number}


def _cover(acting: Acting, given: CoverIn) -> dict[str, Any]:
    work = acting.work
    contract = _known(acting, Contract, "number", given.number)
    day = given.on or work.clock().date()
    step = terms.uncover_asset if given.ends else terms.cover_asset
    ids = asset_ids_of(work.connection, given.tags)
    changed = sum(step(work, contract, asset_id, day) for asset_id in ids)
    return {"id": contract, "changed": changed}


def _licence(acting: Acting, given: LicenceIn) -> dict[str, Any]:
    values = _common(acting, given)
    if given.manufacturer:
        maker = ensure_manufacturer(acting.work, given.manufacturer)
        values["manufacturer_id"] = maker
    number = terms.ensure_licence(
        acting.work,
        given.key,
        given.seats,
        product=given.product,
        reassignable=given.reassignable,
        **values,
    )
    return {"id": number}


def _assign(acting: Acting, given: AssignIn) -> dict[str, Any]:
    work = acting.work
    reading = work.connection
    seat = terms.assign_seat(
        work,
        _known(acting, Licence, "key", given.key),
        given.on or work.clock().date(),
        person_id=person_named(reading, given.person) if given.person else None,
        asset_id=asset_ids_of(reading, [given.tag])[0] if given.tag else None,
    )
    return {"seat": seat}


def _unassign(acting: Acting, given: UnassignIn) -> dict[str, Any]:
    day = given.on or acting.work.clock().date()
    return {"freed": terms.free_seat(acting.work, given.use_id, day)}


def _consumable(acting: Acting, given: ConsumableIn) -> dict[str, Any]:
    number = consumables.ensure_consumable(acting.work, **given.model_dump())
    return {"id": number}


def _move(acting: Acting, given: MoveIn) -> dict[str, Any]:
    work = acting.work
    reading = work.connection
    thing = _known(acting, Consumable, "key", given.key)
    room = unit_named(reading, "location", given.location)
    day = given.on or work.clock().date()
    if given.why == "bought":
        cost = _money(given)
        consumables.buy_consumable(
            work, thing, room, given.quantity, day, cost=cost, note=given.note
        )
    elif given.why == "used":
        consumables.issue_consumable(
            work,
            thing,
            room,
            given.quantity,
            day,
            person_id=person_named(reading, given.person) if given.person else None,
            asset_id=asset_ids_of(reading, [given.tag])[0] if given.tag else None,
            note=given.note,
        )
    elif given.why == "moved":
        target = unit_named(reading, "location", given.to or "")
        consumables.transfer_consumable(work, thing, room, target, given.quantity, day)
    else:
        consumables.count_consumable(work, thing, room, given.quantity, day)
    return {"id": thing}


def _known(acting: Acting, model: Any, unique: str, name: str) -> int:  # noqa: ANN401
    row = find(acting.work.connection, model, **{unique: name})
    if row is None:
        what = {"number": "contract"}.get(unique, model.__name__.lower())
        raise NotFound(f"There is no {what} {name!r}.", where=unique)
    return int(row["id"])


CONTRACT = Act(
    "contract",
    ContractIn,
    _contract,
    WRITERS,
    said="Saved.",
    leads_to="/contracts/{id}",
)
COVER = Act("cover", CoverIn, _cover, WRITERS, said="{changed} changed.")
LICENCE = Act(
    "licence", LicenceIn, _licence, WRITERS, said="Saved.", leads_to="/licences/{id}"
)
ASSIGN = Act("assign", AssignIn, _assign, WRITERS, said="Seat {seat}.")
UNASSIGN = Act("unassign", UnassignIn, _unassign, WRITERS, said="Freed.")
CONSUMABLE = Act("consumable", ConsumableIn, _consumable, WRITERS, said="Saved.")
MOVE = Act("consume", MoveIn, _move, WRITERS, said="Noted.")
ACTS = (CONTRACT, COVER, LICENCE, ASSIGN, UNASSIGN, CONSUMABLE, MOVE)
