"""What schedules, terms and events look like, for the OpenAPI description.

Amounts are decimal text (`"80.00"`) in the currency beside them; days are inclusive.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.models.base import Model, Number, Text
from api.models.journals import Amount


class Why(Model):
    """What the figures of a row were made of."""

    method: str
    basis: str = Field(description="How service time is measured.")
    convention: str = Field(description="When depreciation begins.")
    disposal: str = Field(description="Up to when the period of disposal counts.")
    numerator: int = Field(description="Of the years of service in the period.")
    denominator: int
    days: int = Field(description="Days in service.")
    rate: Text = Field(description="Yearly rate that the method applied.")
    residue_policy: str
    residue_minor: str = Field(
        description="Minor units by which rounding moved the row, as a fraction."
    )
    caught_up: Amount = Field(description="Part that belongs to earlier periods.")
    asset_class: Text = Field(description="Where an event changed it.")
    held_for_sale: bool
    events: list[str]


class ScheduleRow(Model):
    """One period: opening + movements = closing, to the unit."""

    period: str
    year: str
    first_day: date
    last_day: date
    currency: str
    opening: Amount
    additions: Amount
    transferred_cost: Amount
    transferred_accumulated: Amount
    transferred_impairment: Amount
    revaluation: Amount
    impairment_loss: Amount
    impairment_reversal: Amount
    depreciation: Amount
    disposed: Amount
    proceeds: Amount
    closing: Amount
    cost: Amount
    accumulated: Amount
    impairment: Amount
    surplus: Amount
    posted: bool
    posting_id: Number
    why: Why


class Standing(Model):
    """How an asset stands at the end of a day."""

    day: date
    cost: Amount
    accumulated: Amount
    impairment: Amount
    surplus: Amount
    residual_value: Amount
    book_value: Amount
    asset_class: str
    method: str
    status: str
    depreciated_until: date | None


class AssetSchedule(Model):
    """The schedule of an asset in a book."""

    asset_id: int
    tag: Text
    book_id: int
    book: str
    asset_class: str
    currency: str
    terms: dict[str, Any] = Field(description="At capitalisation.")
    rows: list[ScheduleRow]


class WholeSchedule(AssetSchedule):
    """The schedule with its events, disposals and how the asset stands."""

    as_of: Standing | None
    events: list[dict[str, Any]]
    disposals: list[dict[str, Any]]
    remeasurements: list[dict[str, Any]]
    total: Amount


class TermsIn(BaseModel):
    """Terms of an asset in a book. What is left out has its default."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "cost": "1249.00",
                    "in_service": "2026-03-17",
                    "life_months": 36,
                }
            ]
        },
    )

    cost: str | dict[str, str]
    residual_value: str | dict[str, str] | None = None
    in_service: date
    depreciate_from: date | None = None
    life_months: int | str | None = Field(default=None, description="60, or 27/2.")
    method: str = "straight-line"
    params: dict[str, Any] = Field(default_factory=dict)
    conventions: dict[str, Any] = Field(default_factory=dict)

    def wire(self) -> dict[str, Any]:
        """Return the terms as `inventory.accounting.catalogue.api_form` reads them."""
        return self.model_dump(mode="json", exclude_none=True)


class EventIn(BaseModel):
    """An event. Each type has fields of its own; an unknown one is refused.

    opening (accumulated, impairment, surplus, units, transfer); add-cost (amount,
    catch_up); correct-cost (cost); merge (cost, accumulated, impairment,
    residual_value); change-estimate (life_months or remaining_months,
    residual_value, method, params); reclassify (asset_class, and those of
    change-estimate); revalue (fair_value, proportional); impair, reverse-impairment,
    resume-use (recoverable); hold-for-sale (fair_value_less_costs); suspend (until);
    usage (units); dispose (kind, proceeds, costs, and share, cost, or quantity and
    out_of); cancel (of).
    """

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {"type": "add-cost", "effective": "2026-05-01", "amount": "350.00"}
            ]
        },
    )

    type: str = Field(max_length=40)
    id: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Names it; the same id with the same values is the same event.",
    )
    effective: date
    posting: date | None = Field(
        default=None, description="Day on which it is booked, if that is later."
    )

    def wire(self) -> dict[str, Any]:
        """Return the event as `inventory.accounting.catalogue.api_form` reads it."""
        own = self.model_dump(mode="json", exclude_none=True)
        return {name: value for name, value in own.items() if name != "book"}
