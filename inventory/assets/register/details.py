"""The details of an asset: columns that are told, kept and shown as they are.

Declared here once. The table, the registration, the change of many, imports and their
sheets, and the lists, filters, inputs and answers of the API, of its pages and of its
commands take them from here: one more detail is one more field, and the migration
(`python -m inventory.storage.revise`). What a rule reads (tag, kind, serial, state,
cost, references) is declared where the rule is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic.fields import FieldInfo
from sqlmodel import Field, SQLModel, Text

from inventory.kernel.texts import N_

WHAT, BOUGHT, MORE = N_("What it is"), N_("How it was bought"), N_("More")
"""Groups of inputs."""


def detail(title: str, about: str, group: str, default: Any = None, **more: Any) -> Any:  # noqa: ANN401
    """Return the declaration of a detail.

    Args:
        title: Heading of its column and label of its input.
        about: What it is, for those who map a column of a table to it.
        group: Of the inputs, where it stands in a form.
        default: Its value when nothing is said.
        more: For `sqlmodel.Field`.
    """
    described = {"json_schema_extra": {"group": group}}
    return Field(
        default, title=title, description=about, schema_extra=described, **more
    )


class AssetDetails(SQLModel):
    """What is told of an asset beside what rules read."""

    model: str | None = detail(N_("Product"), "model", WHAT)
    asset_class: str | None = detail(
        N_("Class"), "row of the depreciation rules", BOUGHT
    )
    supplier: str | None = detail(N_("Supplier"), "who sold it", BOUGHT)
    order_number: str | None = detail(N_("Order"), "our order", BOUGHT)
    invoice_number: str | None = detail(N_("Invoice"), "their invoice", BOUGHT)
    purchased_on: date | None = detail(N_("Bought"), "day of purchase", BOUGHT)
    warranty_until: date | None = detail(
        N_("Warranty until"), "last day of the warranty", BOUGHT
    )
    note: str = detail(N_("Note"), "text", MORE, default="", sa_type=Text)


DETAILS: Mapping[str, FieldInfo] = AssetDetails.model_fields
"""Each detail by the name of its column."""

DAYS = frozenset(
    name for name, field in DETAILS.items() if field.annotation == date | None
)
"""Those that are days; the others are text."""


LISTED = tuple(name for name in DETAILS if name != "note")
"""Those that lists show; a note may be pages long, and stands with its asset only."""


def group_of(field: FieldInfo) -> str:
    """Return the group of inputs that a detail stands in; empty for none."""
    extra = field.json_schema_extra
    return str(extra["group"]) if isinstance(extra, dict) else ""
