"""What answers about assets, people and cost centres look like.

Days are YYYY-MM-DD; `to` days are the first day no more, null is open. Money is minor
units with its ISO 4217 currency. Shares are parts per million.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, create_model

from api.models.base import Model, Moment, Next, Number, Text
from api.models.telephony import Extension
from api.resources.declare import Column
from inventory.assets.register.details import DETAILS
from inventory.kernel.texts import N_

Day = date | None


class Custody(Model):
    """Who held an asset, from - to."""

    id: int
    asset_id: int
    tag: str
    kind: str
    model: Text
    serial: Text
    state: str
    holder_kind: str
    holder_id: int
    holder: Text
    held_from: date
    valid_from: date
    valid_to: Day
    expected_return: Day
    note: str


class AssetState(Model):
    """A state the asset went into."""

    state: str
    since: date
    reason: str


class Share(Model):
    """What part a cost centre bears."""

    cost_centre_id: int
    ppm: int = Field(description="Parts per million.")
    code: str
    name: str


class Bearing(Model):
    """Who pays for an asset on the day."""

    source: Text = Field(description="allocation, holder or location; null: nobody.")
    shares: list[Share]


class Part(Model):
    """An asset that this one holds."""

    id: int
    tag: str
    kind: str
    model: Text
    serial: Text


class MatchedDevice(Model):
    """What an asset was matched with on the network."""

    device_id: Number
    state: str
    reason: str
    detail: str
    since: datetime
    name: Text
    address: Text
    last_seen: Moment


class Step(Model):
    """A step of the lifecycle, and why it is not possible now."""

    name: str
    target: str
    needs: list[str] = Field(description="holder, no-holder, reason.")
    roles: list[str] = Field(description="Who may take it.")
    allowed: bool
    reasons: list[str]


class _AssetDetail(Model):
    """An asset with its history, as of a day."""

    id: int
    tag: str
    kind: str
    name: str
    serial: Text
    state: str
    cost_minor: Number = Field(description="Purchase cost in minor units.")
    currency: Text
    manufacturer: Text
    legal_entity: Text = Field(description="Its code.")
    location: Text = Field(description="Code of the place where it belongs.")
    serial_key: Text
    manufacturer_id: Number
    legal_entity_id: Number
    location_id: Number
    category_id: Number
    category: Text = Field(description="Its code.")
    parent_id: Number
    fields: dict[str, Any]
    recorded_at: datetime
    custody: list[Custody]
    holder_on_day: Custody | None
    state_on_day: Text
    states: list[AssetState]
    bearing: Bearing
    parts: list[Part]
    identifiers: dict[str, list[str]] = Field(description="MACs, IMEIs, UUIDs.")
    devices: list[MatchedDevice]
    steps: list[Step]


_DETAILS: dict[str, Any] = {
    name: (field.annotation, ...) for name, field in DETAILS.items()
}
AssetDetail = create_model(
    "AssetDetail",
    __base__=_AssetDetail,
    __doc__=_AssetDetail.__doc__,
    __module__=__name__,
    **_DETAILS,
)


class PersonBase(Model):
    """A person with where he or she works on the day."""

    id: int
    key: str = Field(description="Stable name at HR.")
    given_name: str
    family_name: str
    email: Text
    login: Text
    employment_id: Number
    number: Text = Field(description="Personnel number.")
    legal_entity: Text
    employed_from: Day
    employed_to: Day
    title: Text
    department: Text
    cost_centre: Text
    cost_centre_name: Text
    location: Text
    manager: Text


class Person(PersonBase):
    """A person of a list."""

    holdings: int = Field(description="Assets held on the day.")


class Placement(Model):
    """Where a person worked, from - to."""

    employment_id: int
    valid_from: date
    valid_to: Day
    title: Text
    department: Text
    cost_centre: Text
    cost_centre_name: Text
    location: Text
    manager: Text


class Employment(Model):
    """An employment with its placements."""

    id: int
    number: str
    source: str
    legal_entity: str
    valid_from: date
    valid_to: Day
    contract_end: Day
    end_reason: Text
    placements: list[Placement]


class PersonDetail(PersonBase):
    """A person with employments, custody and extensions, as of a day."""

    employments: Annotated[list[Employment], Column(N_("Employments"))]
    holdings: list[Custody]
    custody: list[Custody]
    extensions: list[Extension] = Field(description="The person's on the day.")


class CostCentreBase(Model):
    """What every answer about a cost centre holds."""

    id: int
    code: str
    name: str
    legal_entity: Text
    parent: Text
    valid_from: Day
    valid_to: Day


class Borne(Model):
    """An asset a cost centre bears, and its part of the cost."""

    id: int
    tag: str
    kind: str
    model: Text
    serial: Text
    state: str
    cost_minor: Number
    currency: Text
    ppm: int
    source: Text
    part_minor: Number


class BornePage(Model):
    """A page of what a cost centre bears."""

    items: list[Borne]
    next: Text = Next


class CostCentreDetail(CostCentreBase):
    """A cost centre with its people and what it bears, as of a day."""

    people: list[Person] = Field(description="The first of them.")
    people_next: Text = Field(description="`after` for the rest in `/people`.")
    assets: list[Borne] = Field(description="The first of what it bears, by tag.")
    assets_next: Text = Field(description="`after` for the rest of its assets.")
    asset_count: int = Field(description="Assets it bears on the day.")
    cost: dict[str, int] = Field(description="Purchase cost borne, by currency.")
