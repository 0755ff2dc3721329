"""An event of an asset in a book as forms ask for it: its type, then what that has."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from api.models.schedules import EventIn
from api.resources.declare import Input, Part
from inventory.accounting.model.events import DisposalKind
from inventory.kernel.texts import N_

_ESTIMATE = ("change-estimate", "reclassify")
_PARTS = (
    Part("amount", N_("Amount"), ("add-cost",)),
    Part(
        "catch_up",
        N_("Catch up"),
        ("add-cost",),
        "tick",
        hint=N_("As if it had been part of the cost from the beginning."),
    ),
    Part("cost", N_("Right cost"), ("correct-cost",)),
    Part("asset_class", N_("New class"), ("reclassify",)),
    Part("life_months", N_("Life in months, from the beginning"), _ESTIMATE, "number"),
    Part("remaining_months", N_("Months that remain"), _ESTIMATE, "number"),
    Part("residual_value", N_("Residual value"), _ESTIMATE),
    Part("method", N_("Method"), _ESTIMATE, hint=N_("straight-line, for example.")),
    Part("fair_value", N_("Fair value"), ("revalue",)),
    Part(
        "proportional",
        N_("Cost and depreciation in proportion"),
        ("revalue",),
        "tick",
        hint=N_("Else depreciation so far is eliminated (IAS 16.35)."),
    ),
    Part(
        "recoverable",
        N_("Recoverable amount"),
        ("impair", "reverse-impairment", "resume-use"),
    ),
    Part(
        "fair_value_less_costs",
        N_("Fair value less costs to sell"),
        ("hold-for-sale",),
    ),
    Part("until", N_("Until"), ("suspend",), "day", hint=N_("Its last day.")),
    Part("units", N_("Units"), ("usage",), "number"),
    Part(
        "kind",
        N_("How it leaves"),
        ("dispose",),
        "choose",
        tuple(one.value for one in DisposalKind if one is not DisposalKind.TRANSFER),
    ),
    Part("proceeds", N_("Proceeds"), ("dispose",)),
    Part("costs", N_("Costs of disposal"), ("dispose",)),
    Part(
        "share",
        N_("Part of it"),
        ("dispose",),
        hint=N_("Such as 1/2; all of it without."),
    ),
    Part("accumulated", N_("Accumulated depreciation"), ("opening",)),
    Part("impairment", N_("Accumulated impairment"), ("opening",)),
    Part("surplus", N_("Revaluation surplus"), ("opening",)),
    Part("of", N_("Event"), ("cancel",), hint=N_("Id of the event to take back.")),
)
TYPES = tuple(dict.fromkeys(kind for part in _PARTS for kind in part.only))
"""Types of events that a person records, in the order of the form."""


class TypedEventIn(EventIn):
    """An event. What its type has stands in `details`, or beside the type."""

    type: Annotated[
        str, Field(max_length=40), Input(N_("Type"), known=lambda _app: TYPES)
    ]
    effective: Annotated[date, Input(N_("Effective"))]
    details: Annotated[
        dict[str, Any],
        Input(
            N_("Details"),
            parts=_PARTS,
            by="type",
            about="Fields of the type; they may also stand beside it.",
        ),
    ] = Field(default_factory=dict)
    id: Annotated[
        str | None,
        Field(min_length=1, max_length=200),
        Input(
            N_("Name of the event"),
            hint=N_("The same name with the same values is the same event."),
        ),
    ] = None
    posting: Annotated[
        date | None,
        Input(N_("Posting"), hint=N_("Day on which it is booked, if that is later.")),
    ] = None

    def wire(self) -> dict[str, Any]:
        """Return the event as `inventory.accounting.catalogue.api_form` reads it."""
        own = super().wire()
        return {**own.pop("details", {}), **own}


class EventOfBooksIn(TypedEventIn):
    """An event of an asset in its books."""

    book: Annotated[
        str | None,
        Field(max_length=200),
        Input(
            N_("Book"),
            hint=N_("Its code; * for every book; none where it is in one only."),
        ),
    ] = None
